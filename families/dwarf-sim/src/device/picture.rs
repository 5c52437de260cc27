use std::time::Duration;

use skyhelm_sim::sensor::{Filter, Gain};

/// How a picture is to be taken and shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) exposure: Duration,
    pub(crate) gain: Gain,
    pub(crate) filter: Filter,
    pub(crate) look: Look,
    /// Half the width and height.
    pub(crate) is_halved: bool,
    pub(crate) quality: u8,
}

/// What the device's image processor does to what is shown. The sensor's own counts know nothing of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// From -1 to 1.
    pub(crate) brightness: f32,
    /// From -1 to 1.
    pub(crate) contrast: f32,
    /// From -1 (grey) to 1.
    pub(crate) saturation: f32,
    /// From -1 (soft) to 1.
    pub(crate) sharpness: f32,
    /// How far the colours are turned, in degrees.
    pub(crate) hue_deg: f32,
    /// The light the colours are made neutral for, in kelvin; `None` leaves it to the camera.
    pub(crate) light_kelvin: Option<f32>,
}

impl Look {
    /// Nothing changed.
    pub(crate) const NEUTRAL: Self = Self {
        brightness: 0.0,
        contrast: 0.0,
        saturation: 0.0,
        sharpness: 0.0,
        hue_deg: 0.0,
        light_kelvin: None,
    };
}
