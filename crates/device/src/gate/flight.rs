//! The commands of an aircraft, as the gate knows them.

use std::sync::Arc;

use super::gated::{Gated, sealed, sense};
use crate::command::{
    FlightCommand, GimbalAction, GimbalCommand, PayloadAction, PayloadCommand, PayloadLens,
};
use crate::device::{Capabilities, Submit};
use crate::error::DeviceError;
use crate::flight_guard;
use crate::state::DeviceState;

/// Longer serial numbers and camera indexes are nobody's.
const LONGEST_NAME: usize = 64;

/// Faster is nobody's aircraft by these commands.
const SPEEDS_M_S: core::ops::RangeInclusive<f64> = 1.0..=15.0;

/// Heights above take-off that a wire takes; a hill's far side may lie below.
const HEIGHTS_M: core::ops::RangeInclusive<f64> = -200.0..=1500.0;

/// Heights to rise to.
const RISES_M: core::ops::RangeInclusive<f64> = 2.0..=1500.0;

impl sealed::Sealed for FlightCommand {}
impl Gated for FlightCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.aircraft.clone()
    }

    fn needs_lease(&self) -> bool {
        // Arming is an administrator's, who need not fly; stopping and disarming are everybody's.
        !matches!(self, Self::Stop | Self::Arm { .. } | Self::Disarm)
    }

    fn control(&self) -> String {
        String::from(match self {
            Self::RequestControl => "flight.request_control",
            Self::ReleaseControl => "flight.release_control",
            Self::EnterLive => "flight.enter_live",
            Self::ExitLive => "flight.exit_live",
            Self::TakeOff(_) => "flight.take_off",
            Self::FlyTo(_) => "flight.fly_to",
            Self::StopFlyTo => "flight.stop_fly_to",
            Self::Stop => "flight.stop",
            Self::Land => "flight.land",
            Self::ReturnHome => "flight.return_home",
            Self::CancelReturnHome => "flight.cancel_return_home",
            Self::Arm { .. } => "flight.arm",
            Self::Disarm => "flight.disarm",
            Self::SetFence(_) => "flight.set_fence",
            Self::CheckAxes { .. } => "flight.check_axes",
        })
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let sensible = match self {
            Self::TakeOff(wanted) => {
                SPEEDS_M_S.contains(&wanted.max_speed_m_s)
                    && RISES_M.contains(&wanted.height.metres)
                    && RISES_M.contains(&wanted.security_height.metres)
                    && RISES_M.contains(&wanted.return_height.metres)
            }
            Self::FlyTo(wanted) => {
                SPEEDS_M_S.contains(&wanted.max_speed_m_s)
                    && HEIGHTS_M.contains(&wanted.height.metres)
            }
            Self::Arm { serial } => serial.len() <= LONGEST_NAME,
            Self::SetFence(Some(fence)) => return fence.validate(),
            Self::CheckAxes { confirmed } => *confirmed,
            _ => true,
        };
        sense(sensible, &self.control())
    }

    fn check_state(&self, state: &DeviceState) -> Result<(), DeviceError> {
        flight_guard::check_control(&self.control(), state)?;
        flight_guard::check(self, state)
    }
}

impl sealed::Sealed for PayloadCommand {}
impl Gated for PayloadCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.payload.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        let action = match self.action {
            PayloadAction::RequestControl => "request_control",
            PayloadAction::SetMode(_) => "mode",
            PayloadAction::Photo => "photo",
            PayloadAction::StartRecording => "start_recording",
            PayloadAction::StopRecording => "stop_recording",
            PayloadAction::Zoom { .. } => "zoom",
            PayloadAction::Show { .. } => "show",
        };
        format!("payload.{action}")
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let sensible = match self.action {
            PayloadAction::Zoom { lens, factor } => match lens {
                PayloadLens::Infrared => (1.0..=20.0).contains(&factor),
                PayloadLens::Zoom => (1.0..=200.0).contains(&factor),
                PayloadLens::Wide => false,
            },
            _ => true,
        };
        sense(sensible && index(self.camera.as_deref()), &self.control())
    }

    fn check_state(&self, state: &DeviceState) -> Result<(), DeviceError> {
        flight_guard::check_control("payload", state)
    }
}

impl sealed::Sealed for GimbalCommand {}
impl Gated for GimbalCommand {
    fn taker(capabilities: &Capabilities) -> Option<Arc<dyn Submit<Self>>> {
        capabilities.gimbal.clone()
    }

    fn needs_lease(&self) -> bool {
        true
    }

    fn control(&self) -> String {
        String::from(match self.action {
            GimbalAction::Reset(_) => "gimbal.reset",
            GimbalAction::Aim { .. } => "gimbal.aim",
            GimbalAction::Drag { .. } => "gimbal.drag",
        })
    }

    fn validate(&self) -> Result<(), DeviceError> {
        let sensible = match self.action {
            GimbalAction::Reset(_) => true,
            GimbalAction::Aim { x, y, .. } => (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y),
            GimbalAction::Drag {
                pitch_deg_s,
                yaw_deg_s,
                ..
            } => pitch_deg_s.abs() <= 180.0 && yaw_deg_s.abs() <= 180.0,
        };
        sense(sensible && index(self.camera.as_deref()), &self.control())
    }

    fn check_state(&self, state: &DeviceState) -> Result<(), DeviceError> {
        flight_guard::check_control("gimbal", state)
    }
}

/// A camera's index: digits and dashes.
fn index(name: Option<&str>) -> bool {
    name.is_none_or(|name| {
        let plain = |c: char| c.is_ascii_digit() || c == '-';
        !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(plain)
    })
}
