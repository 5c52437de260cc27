use skyhelm_units::{Angle, Equatorial, J2000};

use super::{Body, BodyPlace, KM_PER_AU};
use crate::SkyFrame;
use crate::vector::{cross, normalized, scaled, sum};

/// One of Jupiter's four bright moons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JovianMoon {
    /// `Io`, `Europa`, `Ganymede` or `Callisto`.
    pub name: &'static str,
    /// Its direction, as of [`BodyPlace::position`].
    pub position: Equatorial<J2000>,
    /// Its visual magnitude.
    pub magnitude: f64,
    /// Whether Jupiter hides it.
    pub is_hidden: bool,
}

/// Name and mean magnitude at opposition.
const MOONS: [(&str, f64); 4] = [
    ("Io", 5.0),
    ("Europa", 5.3),
    ("Ganymede", 4.6),
    ("Callisto", 5.7),
];

impl SkyFrame {
    /// Jupiter's four bright moons, within some three tenths of the planet's radius; of their shadows and
    /// eclipses it knows nothing.
    ///
    /// # Source
    /// The short series of Meeus, Astronomical Algorithms, chapter 44.
    pub fn jovian_moons(&self, jupiter: &BodyPlace) -> [JovianMoon; 4] {
        debug_assert_eq!(jupiter.body, Body::Jupiter);
        let (tt, day) = self.scales.tt;
        let places = places(tt - 2_451_545.0 + day);
        let (turn, tilt) = jupiter.axis().map_or((Angle::ZERO, 0.0), |axis| {
            (axis.position_angle, axis.tilt.sin())
        });
        let (sin, cos) = turn.sin_cos();
        let outward = jupiter.position.to_vector();
        let east = normalized(&cross(&[0.0, 0.0, 1.0], &outward));
        let north = cross(&outward, &east);
        let radius = jupiter.angular_radius.radians();
        // Where the mean magnitudes hold: Jupiter at opposition, 5.2 from the Sun and 4.2 from us.
        let dimmed = 5.0 * (jupiter.distance_km / KM_PER_AU / 4.2).log10();
        let mut moons = MOONS.map(|(name, magnitude)| JovianMoon {
            name,
            position: jupiter.position,
            magnitude: magnitude + dimmed,
            is_hidden: false,
        });
        for (moon, (angle, distance)) in moons.iter_mut().zip(places) {
            // Along the planet's equator to the west, and toward its pole.
            let west = distance * angle.sin();
            let up = -distance * angle.cos() * tilt;
            let (e, n) = (up * sin - west * cos, up * cos + west * sin);
            let aside = sum(&scaled(&east, e * radius), &scaled(&north, n * radius));
            moon.position = Equatorial::from_vector(sum(&outward, &aside));
            moon.is_hidden = angle.cos() < 0.0 && west.hypot(up / 0.935) < 1.0;
        }
        moons
    }
}

/// Each moon's angle from the point of its orbit nearest to us, and its distance in Jupiter's radii, at
/// days from J2000.0.
fn places(days: f64) -> [(Angle, f64); 4] {
    let sin = |degrees: f64| Angle::from_degrees(degrees).sin();
    let cos = |degrees: f64| Angle::from_degrees(degrees).cos();
    let long_term = 172.74 + 0.001_115_88 * days;
    let earth = 357.529 + 0.985_600_3 * days;
    let jupiter = 20.020 + 0.083_085_3 * days + 0.329 * sin(long_term);
    let apart = 66.115 + 0.902_517_9 * days - 0.329 * sin(long_term);
    let a = 1.915 * sin(earth) + 0.020 * sin(2.0 * earth);
    let b = 5.555 * sin(jupiter) + 0.168 * sin(2.0 * jupiter);
    let k = apart + a - b;
    let earth_radius = 1.000_14 - 0.016_71 * cos(earth) - 0.000_14 * cos(2.0 * earth);
    let radius = 5.208_72 - 0.252_08 * cos(jupiter) - 0.006_11 * cos(2.0 * jupiter);
    let distance = (radius * radius + earth_radius * earth_radius
        - 2.0 * radius * earth_radius * cos(k))
    .sqrt();
    let phase = (earth_radius / distance * sin(k)).asin().to_degrees();
    // Light takes a day for 173 astronomical units.
    let then = days - distance / 173.0;
    let angle = |start: f64, rate: f64| start + rate * then + phase - b;
    let [io, europa, ganymede, callisto] = [
        angle(163.8069, 203.405_864_6),
        angle(358.4140, 101.291_633_5),
        angle(5.7176, 50.234_518_0),
        angle(224.8092, 21.487_980_0),
    ];
    let g = 331.18 + 50.310_482 * then;
    let h = 87.45 + 21.569_231 * then;
    let (inner, outer) = (2.0 * (io - europa), 2.0 * (europa - ganymede));
    [
        (io + 0.473 * sin(inner), 5.9057 - 0.0244 * cos(inner)),
        (europa + 1.065 * sin(outer), 9.3966 - 0.0882 * cos(outer)),
        (ganymede + 0.165 * sin(g), 14.9883 - 0.0216 * cos(g)),
        (callisto + 0.843 * sin(h), 26.3627 - 0.1939 * cos(h)),
    ]
    .map(|(degrees, distance)| (Angle::from_degrees(degrees), distance))
}
