use skyhelm_sky::{Body, BodyPlace};
use skyhelm_units::Angle;

use super::subject;
use crate::deep_sky::{Texel, Texture};
use crate::grain;

/// What a planet looks like, whatever its size and phase.
#[derive(Clone, Copy, Debug)]
struct Look {
    colour: [f32; 3],
    /// Polar over equatorial radius.
    flattening: f32,
    /// How dark its belts are.
    belts: f32,
    has_rings: bool,
}

impl Look {
    fn of(body: Body) -> Self {
        let (colour, flattening, belts) = match body {
            Body::Mars => ([1.45, 0.95, 0.55], 0.994, 0.0),
            Body::Jupiter => ([1.10, 1.0, 0.84], 0.935, 0.34),
            Body::Saturn => ([1.15, 1.0, 0.72], 0.902, 0.10),
            Body::Uranus | Body::Neptune => ([0.70, 1.05, 1.25], 0.98, 0.0),
            _ => ([1.05, 1.0, 0.93], 1.0, 0.0),
        };
        Self {
            colour,
            flattening,
            belts,
            has_rings: body == Body::Saturn,
        }
    }
}

/// A planet's disc with its phase, as its axis lies; Saturn with its rings, Jupiter with its belts.
pub(crate) fn planet(place: &BodyPlace, texel: Angle) -> Texture {
    let look = Look::of(place.body);
    let size = place.angular_radius.radians() as f32;
    let reach = place.angular_radius * if look.has_rings { 2.5 } else { 1.2 };
    let texel = Angle::from_radians(texel.radians().min(reach.radians() / 16.0));
    let edge = (texel / place.angular_radius) as f32;
    let face = Face::new(place, look, edge);
    Texture::painted(
        &subject(place.position),
        Angle::ZERO,
        (reach, reach),
        texel,
        // North is u, east is v.
        |u, v| Texel {
            continuum: look.colour.map(|c| c * face.light(v / size, u / size)),
            ..Texel::default()
        },
    )
    .with_magnitude(place.magnitude as f32)
}

/// A disc turned as it stands in the sky.
#[derive(Clone, Copy, Debug)]
struct Face {
    look: Look,
    /// Sine and cosine of the pole's position angle and of its lean toward us.
    turn: (f32, f32),
    tilt: (f32, f32),
    /// Toward the bright limb: east and north; and the cosine of the phase angle.
    limb: [f32; 2],
    cos_phase: f32,
    /// Width of an edge, in radii.
    edge: f32,
}

impl Face {
    fn new(place: &BodyPlace, look: Look, edge: f32) -> Self {
        let (turn, tilt) = place.axis().map_or((Angle::ZERO, Angle::ZERO), |axis| {
            (axis.position_angle, axis.tilt)
        });
        let single = |(sin, cos): (f64, f64)| (sin as f32, cos as f32);
        let (east, north) = single(place.bright_limb.sin_cos());
        Self {
            look,
            turn: single(turn.sin_cos()),
            tilt: single(tilt.sin_cos()),
            limb: [east, north],
            cos_phase: (2.0 * place.illuminated - 1.0) as f32,
            edge,
        }
    }

    /// At a place in equatorial radii east and north of the middle.
    fn light(&self, east: f32, north: f32) -> f32 {
        let (sin, cos) = self.turn;
        let along = east * sin + north * cos;
        let across = east * cos - north * sin;
        let disc = self.disc(across, along / self.look.flattening, [east, north]);
        if !self.look.has_rings {
            return disc;
        }
        // The half of the rings before the planet is on the side of the pole that leans away.
        let in_front = along * self.tilt.0 < 0.0;
        let r = across.hypot(along / self.look.flattening);
        let ring = if in_front || r > 1.0 {
            self.rings(across, along)
        } else {
            0.0
        };
        disc + (ring - disc).max(0.0)
    }

    fn disc(&self, across: f32, along: f32, [east, north]: [f32; 2]) -> f32 {
        let r = across.hypot(along);
        let toward_us = (1.0 - r * r).max(0.0).sqrt();
        let toward_sun = east * self.limb[0] + north * self.limb[1];
        let day = if self.cos_phase > 0.98 {
            1.0
        } else {
            let shadow_line = -self.cos_phase * toward_us;
            grain::step(-self.edge, self.edge, toward_sun - shadow_line)
        };
        let latitude = (along * self.tilt.1 + toward_us * self.tilt.0)
            .clamp(-1.0, 1.0)
            .asin()
            .to_degrees();
        let limb = 0.6 + 0.4 * toward_us;
        let inside = grain::step(1.0 + self.edge, 1.0 - self.edge, r);
        inside * limb * day * (1.0 - self.look.belts * belts(latitude))
    }

    fn rings(&self, across: f32, along: f32) -> f32 {
        // Seen from the side they are a line no thinner than an edge.
        let opening = self.tilt.0.abs().max(0.5 * self.edge);
        let r = across.hypot(along / opening);
        let band = |inner: f32, outer: f32| {
            grain::step(inner - self.edge, inner + self.edge, r)
                * grain::step(outer + self.edge, outer - self.edge, r)
        };
        // Rings C, B and A; Cassini's division is what is left between the last two.
        let light = 0.12 * band(1.24, 1.53) + 0.95 * band(1.53, 1.95) + 0.62 * band(2.03, 2.27);
        light * (self.tilt.0.abs() * 8.0).min(1.0)
    }
}

/// How dark the belts are by latitude: two broad ones beside a bright equator, narrow ones further out,
/// dusky poles.
fn belts(latitude: f32) -> f32 {
    let belt = |at: f32, width: f32, depth: f32| depth * (-((latitude - at) / width).powi(2)).exp();
    let poles = 0.7 * grain::step(45.0, 75.0, latitude.abs());
    belt(13.0, 5.0, 1.0)
        + belt(-15.0, 6.0, 0.9)
        + belt(28.0, 3.0, 0.45)
        + belt(-33.0, 3.5, 0.4)
        + poles
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_sky::{Atmosphere, SkyFrame};
    use skyhelm_units::{Site, UtcMillis};

    fn face(body: Body, seconds: i64) -> Face {
        let site = Site::from_degrees(48.0, 11.0, 0.0);
        let frame = SkyFrame::new(&site, UtcMillis::from_seconds(seconds), &Atmosphere::NONE);
        Face::new(&frame.body(body), Look::of(body), 0.02)
    }

    #[test]
    fn a_half_lit_venus_is_bright_on_the_side_of_its_limb() {
        // 2026-08-15: greatest elongation in the evening sky, half lit.
        let venus = face(Body::Venus, 1_786_838_400);
        assert!(venus.cos_phase.abs() < 0.1, "{}", venus.cos_phase);
        let [east, north] = venus.limb;
        assert!(venus.light(0.6 * east, 0.6 * north) > 0.5);
        assert!(venus.light(-0.6 * east, -0.6 * north) < 0.01);
        assert!(venus.light(1.2, 0.0) < 1e-6);
    }

    #[test]
    fn saturns_rings_reach_beyond_its_disc_along_its_equator_only() {
        // 2032: the rings are wide open.
        let saturn = face(Body::Saturn, 1_961_000_000);
        assert!(saturn.tilt.0.abs() > 0.35, "{}", saturn.tilt.0);
        let (sin, cos) = saturn.turn;
        let at = |across: f32, along: f32| {
            saturn.light(across * cos + along * sin, along * cos - across * sin)
        };
        assert!(at(1.75, 0.0) > 0.8 && at(-1.75, 0.0) > 0.8);
        assert!(at(1.99, 0.0) < 0.2, "Cassini's division is dark");
        assert!(at(2.15, 0.0) > 0.4 && at(2.4, 0.0) < 1e-3);
        assert!(at(0.0, 1.3) < 1e-3 && at(0.0, -1.3) < 1e-3);
    }

    #[test]
    fn jupiters_belts_are_darker_than_its_equator() {
        assert!(belts(0.0) < 0.2 && belts(13.0) > 0.9 && belts(-15.0) > 0.8);
    }
}
