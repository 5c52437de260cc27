use crate::grain;
use crate::pictures::MoonMap;

/// One spot of the Moon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// How bright its ground is, about 0.5 in the seas and 1 on the highlands.
    pub(super) albedo: f32,
    /// How much sunlight it sends our way, 0 to 1.
    pub(super) light: f32,
}

/// Longitude, latitude and the two half axes of the seas, in degrees (east toward Mare Crisium).
const SEAS: [[f32; 4]; 14] = [
    [-17.0, 34.0, 18.5, 16.5],
    [18.0, 27.5, 11.0, 10.0],
    [31.0, 8.5, 13.5, 9.5],
    [59.0, 17.0, 8.5, 6.0],
    [51.5, -6.0, 9.0, 12.5],
    [35.0, -15.0, 6.0, 5.5],
    [-16.5, -20.5, 10.5, 9.5],
    [-38.5, -24.0, 6.8, 6.5],
    [-57.0, 20.0, 17.0, 26.0],
    [-48.0, 0.0, 14.0, 12.0],
    [-30.0, 6.0, 10.0, 8.0],
    [-5.0, 57.0, 34.0, 3.8],
    [4.0, 13.0, 5.5, 4.5],
    [-23.0, -10.0, 7.0, 5.0],
];

/// Longitude, latitude, reach of the rays and their strength.
const RAYED: [[f32; 4]; 5] = [
    [-11.2, -43.3, 62.0, 0.34],
    [-20.1, 9.6, 15.0, 0.30],
    [-38.0, 8.1, 9.0, 0.28],
    [-47.4, 23.7, 6.0, 0.45],
    [61.0, -8.9, 9.0, 0.25],
];

/// The Moon at a point of its disc (x east on the sky, y north, z toward us), lit from `sun`.
pub(super) fn look(p: [f32; 3], turn: f32, sun: [f32; 3], map: Option<&MoonMap>) -> Spot {
    let (sin, cos) = turn.sin_cos();
    // Upright, and mirrored: the Moon's east is the sky's west.
    let right = -(p[0] * cos - p[1] * sin);
    let up = p[0] * sin + p[1] * cos;
    let ground = [right, up, p[2]];
    let latitude = up.clamp(-1.0, 1.0).asin().to_degrees();
    let longitude = right.atan2(p[2]).to_degrees();

    let mu0_flat = p[0] * sun[0] + p[1] * sun[1] + p[2] * sun[2];
    let sun_ground = [
        -(sun[0] * cos - sun[1] * sin),
        sun[0] * sin + sun[1] * cos,
        sun[2],
    ];
    let slope = map.and_then(|map| map.slope(longitude, latitude));
    let toward_sun = match slope {
        Some(slope) => mapped_slope(ground, sun_ground, slope),
        None => 0.55 * drawn_slope(ground, sun_ground),
    };
    let mu0 = (mu0_flat + toward_sun * grain::step(-0.12, 0.06, mu0_flat)).max(0.0);
    let mu = p[2].max(0.03);
    Spot {
        albedo: map.map_or_else(
            || albedo(longitude, latitude, ground),
            |map| map.albedo(longitude, latitude),
        ),
        light: (2.0 * mu0 / (mu0 + mu)).min(1.25) * grain::step(-0.06, 0.05, mu0_flat),
    }
}

/// How much the drawn ground leans toward the Sun: found by looking a little way along its light.
fn drawn_slope(ground: [f32; 3], sun: [f32; 3]) -> f32 {
    let step = 0.006;
    let ahead: [f32; 3] = std::array::from_fn(|i| ground[i] + step * sun[i]);
    (relief(ground) - relief(ahead)) / step
}

/// The same of ground that leans to the east and to the north by so much.
fn mapped_slope(ground: [f32; 3], sun: [f32; 3], [to_east, to_north]: [f32; 2]) -> f32 {
    let [x, y, z] = ground;
    let level = x.hypot(z).max(1e-3);
    let east = [z / level, 0.0, -x / level];
    let north = [-y * x / level, level, -y * z / level];
    let along = |axis: [f32; 3]| axis[0] * sun[0] + axis[1] * sun[1] + axis[2] * sun[2];
    to_east * along(east) + to_north * along(north)
}

fn albedo(longitude: f32, latitude: f32, ground: [f32; 3]) -> f32 {
    let ragged = 0.34 * grain::layered_in_space(ground.map(|c| c * 7.0), 5, 0x71);
    let cos = latitude.to_radians().cos();
    let mut sea = 0.0_f32;
    for [lon, lat, half_x, half_y] in SEAS {
        let dx = (longitude - lon) * cos.max(0.35) / (half_x * cos.max(0.35));
        let dy = (latitude - lat) / half_y;
        sea = sea.max(grain::step(1.22, 0.70, dx.hypot(dy) + ragged));
    }
    let mottle = 0.10 * grain::layered_in_space(ground.map(|c| c * 16.0), 5, 0x72)
        + 0.05 * grain::layered_in_space(ground.map(|c| c * 55.0), 3, 0x73);
    let mut albedo = 0.98 + mottle - sea * (0.54 + 0.35 * mottle);
    for [lon, lat, reach, strength] in RAYED {
        let (dx, dy) = ((longitude - lon) * cos, latitude - lat);
        let d = dx.hypot(dy);
        if d > reach {
            continue;
        }
        let turn = dy.atan2(dx);
        let rays = grain::layered(turn.cos() * 4.5, turn.sin() * 4.5, 3, lon.to_bits()).max(0.0);
        albedo +=
            strength * (1.0 - d / reach) * (1.6 * rays * rays.sqrt() + 0.8 * (-d / 1.8).exp());
    }
    albedo.clamp(0.3, 1.35)
}

/// Height of the ground: roughness and craters of several sizes.
fn relief(p: [f32; 3]) -> f32 {
    let mut height = 0.010 * grain::layered_in_space(p.map(|c| c * 14.0), 4, 0x81);
    for (scale, depth, salt) in [(9.0, 0.016, 0x82), (19.0, 0.010, 0x83), (41.0, 0.005, 0x84)] {
        height += depth * crater(p.map(|c| c * scale), salt);
    }
    height
}

/// A bowl with a rim in some of the cells of a lattice.
fn crater(p: [f32; 3], salt: u32) -> f32 {
    let base = p.map(|c| (c + 0.5).floor());
    let presence = grain::space(base.map(|c| c + 0.5), salt);
    if presence < -0.15 {
        return 0.0;
    }
    let jitter =
        |axis: f32| 0.16 * grain::space([base[0] + axis, base[1] + 0.5, base[2] + 0.5], salt ^ 7);
    let d2: f32 = (0..3)
        .map(|i| {
            let off = p[i] - base[i] - jitter(i as f32 * 3.3 + 0.5);
            off * off
        })
        .sum();
    let r = d2.sqrt() / (0.16 + 0.16 * presence.max(0.0));
    let bowl = -grain::step(1.0, 0.55, r);
    let rim = 0.55 * (-((r - 1.0) / 0.16).powi(2)).exp();
    bowl + rim
}
