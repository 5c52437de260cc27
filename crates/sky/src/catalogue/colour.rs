/// The colour of a star: its Gaia index BP − RP, in magnitudes.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Colour {
    /// BP − RP: −0.4 for the bluest stars, 0 for Vega, 0.8 for the Sun, 3 and more for red giants.
    pub bp_rp: f64,
}

/// BP − RP, effective temperature in kelvin, Johnson B − V; mean values along the main sequence and,
/// redwards of 1.2, the giants.
const SEQUENCE: [(f64, f64, f64); 13] = [
    (-0.60, 45_000.0, -0.33),
    (-0.37, 28_000.0, -0.30),
    (-0.19, 15_700.0, -0.16),
    (-0.02, 9_700.0, 0.00),
    (0.19, 8_100.0, 0.16),
    (0.38, 7_200.0, 0.30),
    (0.59, 6_550.0, 0.44),
    (0.80, 5_850.0, 0.62),
    (1.00, 5_200.0, 0.84),
    (1.40, 4_400.0, 1.15),
    (1.85, 3_950.0, 1.50),
    (2.50, 3_550.0, 1.62),
    (5.00, 2_700.0, 1.70),
];

/// BP − RP at the subclasses 0, 5 of O, B, A, F, G, K, M, and at M10; giants from G on, as nearly all
/// named stars of these classes are.
const CLASSES: [f64; 15] = [
    -0.62, -0.45, -0.37, -0.19, -0.02, 0.19, 0.38, 0.59, 0.80, 1.10, 1.22, 1.85, 2.05, 3.40, 5.00,
];

impl Colour {
    /// From the index.
    pub const fn from_bp_rp(bp_rp: f64) -> Self {
        Self { bp_rp }
    }

    /// From a spectral class such as `A0` or `K5`; the luminosity class is not read.
    pub fn of_spectral_class(class: &str) -> Option<Self> {
        let mut letters = class.trim().chars();
        let letter = "OBAFGKM".find(letters.next()?)?;
        let subclass = letters.next().and_then(|c| c.to_digit(10)).unwrap_or(5);
        let place = letter as f64 * 2.0 + f64::from(subclass) / 5.0;
        let low = (place as usize).min(CLASSES.len() - 2);
        let part = place - low as f64;
        Some(Self::from_bp_rp(
            CLASSES[low] + (CLASSES[low + 1] - CLASSES[low]) * part,
        ))
    }

    /// A colour for a star that has none, drawn by its number from the distribution of the stars
    /// that have one.
    pub fn typical(number: u64) -> Self {
        // Percentiles of the 481,000 known colours: 0, 10, 25, 50, 75, 90, 99.
        const KNOWN: [(f64, f64); 7] = [
            (0.0, -0.1),
            (0.1, 0.27),
            (0.25, 0.62),
            (0.5, 1.15),
            (0.75, 1.50),
            (0.9, 2.09),
            (1.0, 4.0),
        ];
        let hashed = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let draw = (hashed >> 11) as f64 / (1u64 << 53) as f64;
        Self::from_bp_rp(interpolated(KNOWN.iter().copied(), draw))
    }

    /// Johnson B − V, to a tenth or so.
    pub fn b_minus_v(self) -> f64 {
        interpolated(SEQUENCE.iter().map(|row| (row.0, row.2)), self.bp_rp)
    }

    /// The temperature of a black body of about this colour.
    pub fn temperature_kelvin(self) -> f64 {
        interpolated(SEQUENCE.iter().map(|row| (row.0, row.1)), self.bp_rp)
    }

    /// How much fainter the star is in Johnson V than in Gaia G (V − G).
    ///
    /// # Source
    /// Gaia DR3 documentation, photometric relationships with other systems (G − V as a cubic in
    /// BP − RP).
    pub fn v_minus_g(self) -> f64 {
        let x = self.bp_rp.clamp(-0.5, 5.0);
        0.027_04 - x * (0.014_24 - x * (0.215_6 - x * 0.014_26))
    }
}

fn interpolated(points: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (at, value) in points {
        if x <= at {
            return before.map_or(value, |(from, start)| {
                start + (value - start) * (x - from) / (at - from)
            });
        }
        before = Some((at, value));
    }
    before.map_or(0.0, |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blue_star_is_hot_and_a_red_one_cool() {
        let (rigel, sun, betelgeuse) = (
            Colour::of_spectral_class("B8").unwrap(),
            Colour::from_bp_rp(0.82),
            Colour::of_spectral_class("M2Iab").unwrap(),
        );
        assert!(rigel.temperature_kelvin() > 10_000.0);
        assert!((sun.temperature_kelvin() - 5_800.0).abs() < 150.0);
        assert!((sun.b_minus_v() - 0.65).abs() < 0.05);
        assert!(betelgeuse.temperature_kelvin() < 3_800.0);
        assert_eq!(Colour::of_spectral_class("?"), None);
    }

    #[test]
    fn a_solar_star_is_a_fifth_of_a_magnitude_fainter_in_v_than_in_g() {
        assert!((Colour::from_bp_rp(0.82).v_minus_g() - 0.153).abs() < 0.01);
        assert!(Colour::from_bp_rp(0.0).v_minus_g().abs() < 0.03);
    }

    #[test]
    fn drawn_colours_follow_the_known_ones() {
        let drawn: Vec<f64> = (0..4000u64)
            .map(|n| Colour::typical(n * 0x1_0001).bp_rp)
            .collect();
        let red = drawn.iter().filter(|bp_rp| **bp_rp > 1.15).count();
        assert!((1700..2300).contains(&red), "{red}");
    }
}
