//! The sensor behind the lens: how light becomes counts, and what is noise in them.

mod readout;

pub(crate) use readout::{HotPixels, Readout};

/// The filter before the sensor, by the names of the DWARF 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Cuts infrared and ultraviolet: what the eye sees.
    #[default]
    Vis,
    /// Passes deep red in full, so that hydrogen shows.
    Astro,
    /// Two narrow windows on hydrogen and doubly ionized oxygen; everything else goes dark.
    Duo,
}

/// How a sensor's colours answer to a kind of light: red, green, blue.
pub(crate) type Response = [f32; 3];

impl Filter {
    /// For starlight and skylight; the converter's own colour balance is in it, so that white is grey.
    pub(crate) const fn continuum(self) -> Response {
        match self {
            Self::Vis => [0.96, 1.0, 0.94],
            Self::Astro => [1.08, 1.03, 0.97],
            // 2 windows of some 18 nm out of 100 nm per colour.
            Self::Duo => [0.095, 0.09, 0.07],
        }
    }

    /// For the red line of hydrogen at 656 nm.
    pub(crate) const fn hydrogen(self) -> Response {
        match self {
            Self::Vis => [0.50, 0.03, 0.06],
            Self::Astro => [1.10, 0.06, 0.10],
            Self::Duo => [1.05, 0.05, 0.02],
        }
    }

    /// For the green lines of oxygen at 496 and 501 nm.
    pub(crate) const fn oxygen(self) -> Response {
        match self {
            Self::Vis => [0.03, 0.80, 0.62],
            Self::Astro => [0.03, 0.84, 0.66],
            Self::Duo => [0.02, 0.80, 0.62],
        }
    }
}

/// The gain setting: an index in tenths of a decibel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain(pub u16);

impl Gain {
    /// The highest index.
    pub const MAX: Self = Self(240);

    fn factor(self) -> f64 {
        10.0_f64.powf(f64::from(self.0.min(Self::MAX.0)) / 200.0)
    }
}

/// A sensor of 12 bits whose counts are written in the upper bits of 16.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensor {
    /// Electrons a pixel holds.
    pub full_well_e: f64,
    /// Read noise at gain 0 and at the highest gain, in electrons.
    pub read_noise_e: [f64; 2],
    /// Dark current at 20 degrees Celsius, in electrons a second; it doubles every 6 degrees.
    pub dark_e_per_s: f64,
    /// Fraction of pixels that leak much more than the others.
    pub hot_fraction: f64,
    /// Electrons a second in green from a star of magnitude 0 through one square centimetre.
    pub zero_point_e_per_s_cm2: f64,
}

impl Sensor {
    /// A back-lit sensor of 2 um pixels.
    pub const BACK_LIT_2UM: Self = Self {
        full_well_e: 11_300.0,
        read_noise_e: [3.1, 1.05],
        dark_e_per_s: 0.012,
        hot_fraction: 2.0e-5,
        zero_point_e_per_s_cm2: 5.8e5,
    };

    /// The count a pixel in the dark has, as written (16 bits).
    pub const BIAS: u16 = 64 * Self::STEP;
    /// The step between two written counts: 12 bits in 16.
    pub const STEP: u16 = 16;
    /// The highest count written.
    pub const CEILING: u16 = 4095 * Self::STEP;

    /// Electrons to one step of the converter (of 12 bits).
    pub fn electrons_per_step(&self, gain: Gain) -> f64 {
        // The converter's range covers the well at gain 0.
        self.full_well_e / 4031.0 / gain.factor()
    }

    /// Electrons to one written count (of 16 bits).
    pub fn electrons_per_count(&self, gain: Gain) -> f64 {
        self.electrons_per_step(gain) / f64::from(Self::STEP)
    }

    /// Read noise in electrons.
    pub fn read_noise(&self, gain: Gain) -> f64 {
        let [low, high] = self.read_noise_e;
        let part = (gain.factor() - 1.0) / (Gain::MAX.factor() - 1.0);
        // What comes before the amplifier stays, what comes after it shrinks with the gain.
        high + (low - high) * (1.0 - part.sqrt())
    }

    /// Dark current in electrons a second at a sensor temperature.
    pub fn dark_current(&self, celsius: f64) -> f64 {
        self.dark_e_per_s * ((celsius - 20.0) / 6.0).clamp(-20.0, 20.0).exp2()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_decibels_more_make_a_count_a_tenth_of_the_electrons() {
        let sensor = Sensor::BACK_LIT_2UM;
        let ratio = sensor.electrons_per_count(Gain(0)) / sensor.electrons_per_count(Gain(200));
        assert!((ratio - 10.0).abs() < 1e-9);
        assert!(sensor.read_noise(Gain(200)) < sensor.read_noise(Gain(60)));
    }

    #[test]
    fn dark_current_doubles_every_six_degrees() {
        let sensor = Sensor::BACK_LIT_2UM;
        let ratio = sensor.dark_current(26.0) / sensor.dark_current(20.0);
        assert!((ratio - 2.0).abs() < 1e-9);
    }
}
