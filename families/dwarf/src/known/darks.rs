//! The dark frames a telescope keeps.

use core::fmt;
use core::str::FromStr;

use bytes::Bytes;
use prost::Message as _;
use skyhelm_device::state::DarkFrame;
use skyhelm_device::{Binning, DeviceError, ErrorKind, Lens};
use skyhelm_dwarf_proto::v2;

use super::{Known, choice};

/// More are not kept: there is one for each exposure, gain and binning at most.
const MOST_FRAMES: usize = 5_000;

/// What tells a dark frame of one camera from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DarkId {
    pub(crate) exposure: i32,
    pub(crate) gain: i32,
    pub(crate) binning: Binning,
}

impl fmt::Display for DarkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binning = match self.binning {
            Binning::One => 1,
            Binning::Two => 2,
        };
        write!(f, "{}-{}-{binning}", self.exposure, self.gain)
    }
}

impl FromStr for DarkId {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        let parse = || {
            let mut parts = text.splitn(3, '-');
            let exposure = parts.next()?.parse().ok()?;
            let gain = parts.next()?.parse().ok()?;
            let binning = match parts.next()? {
                "1" => Binning::One,
                "2" => Binning::Two,
                _ => return None,
            };
            Some(Self {
                exposure,
                gain,
                binning,
            })
        };
        parse().ok_or_else(|| {
            let message = format!("`{text}` names no dark frame.");
            DeviceError::new(ErrorKind::Invalid, message)
        })
    }
}

impl Known {
    /// The telescope lists the dark frames of a camera. What cannot be read changes nothing.
    pub(crate) fn darks_listed(&mut self, lens: Lens, payload: &Bytes) {
        // Both lists have one shape.
        let Ok(list) = v2::ResGetDarkFrameInfoList::decode(payload.clone()) else {
            return;
        };
        let frames = &mut self.state.darks.get_or_insert_default().frames;
        frames.retain(|frame| frame.lens != lens);
        let told = list.results.into_iter().take(MOST_FRAMES);
        frames.extend(told.map(|frame| dark_frame(lens, frame)));
    }

    /// The dark frames of a camera are others than those listed.
    pub(crate) fn darks_changed(&mut self, lens: Lens) {
        self.stale_darks.insert(lens);
    }

    /// A camera whose dark frames shall be listed; each is told once.
    pub(crate) fn take_stale_darks(&mut self) -> Option<Lens> {
        self.stale_darks.pop_first()
    }
}

fn dark_frame(lens: Lens, told: v2::ResGetDarkFrameInfo) -> DarkFrame {
    let id = DarkId {
        exposure: told.exp_index,
        gain: told.gain_index,
        binning: if told.bin_index == 1 {
            Binning::Two
        } else {
            Binning::One
        },
    };
    DarkFrame {
        id: id.to_string(),
        lens,
        exposure_s: choice(told.exp_index, &told.exp_name).value,
        exposure: told.exp_name,
        gain: told.gain_name,
        binning: id.binning,
        temperature_c: Some(f64::from(told.temperature)),
    }
}
