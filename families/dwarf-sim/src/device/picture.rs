use std::time::Duration;

use skyhelm_imaging::look::Look;
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
