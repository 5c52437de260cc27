//! Live flight control: commands on `drc/down`, answers and pushes on `drc/up`.

use serde_json::Value;

use crate::envelope::Envelope;
use crate::message::{PayloadError, empty, messages, read, written};
use crate::profile::{Profile, SeqPlace};
use crate::service::{
    CameraAim, CameraLookAt, CameraModeSwitch, CameraScreenSplit, FocalLength, GimbalResetTo,
    OfPayload, ScreenDrag,
};
use crate::stick::{StickFrame, Sticks, Velocity};

mod camera;
mod hsi;
mod push;

pub use camera::{CameraOsd, InfraredLens, LiveView, MeasureTarget, Region, WideLens, ZoomLens};
pub use hsi::{HsiInfo, NOTHING_SEEN_MM, RAYS};
pub use push::{DelayInfo, DroneState, HeartBeat, LiveviewDelay, OsdInfo};

messages! {
    /// One command besides stick frames and heart-beats, which carry numbers of their own.
    DrcCommand {
        plain {
            /// Brake and hover, now.
            EmergencyStop = "drone_emergency_stop",
            /// Land here; obstacle sensing may stop it.
            EmergencyLanding = "drc_emergency_landing",
            /// Land here whatever is below.
            ForceLanding = "drc_force_landing",
            /// Push the full drone and camera state once, then changes.
            InitialStateSubscribe = "drc_initial_state_subscribe",
        }
        carrying {
            /// Sets photographs, video and the like.
            CameraModeSwitch(CameraModeSwitch) = "drc_camera_mode_switch",
            /// Takes a photograph.
            PhotoTake(OfPayload) = "drc_camera_photo_take",
            /// Stops taking them.
            PhotoStop(OfPayload) = "drc_camera_photo_stop",
            /// Starts to record.
            RecordingStart(OfPayload) = "drc_camera_recording_start",
            /// Stops it.
            RecordingStop(OfPayload) = "drc_camera_recording_stop",
            /// Turns the gimbal as if the picture were dragged.
            ScreenDrag(ScreenDrag) = "drc_camera_screen_drag",
            /// Brings a point of the picture into its middle.
            Aim(CameraAim) = "drc_camera_aim",
            /// Zooms.
            FocalLengthSet(FocalLength) = "drc_camera_focal_length_set",
            /// Looks at a place on the ground.
            LookAt(CameraLookAt) = "drc_camera_look_at",
            /// Shows two lenses side by side.
            ScreenSplit(CameraScreenSplit) = "drc_camera_screen_split",
            /// Sends the gimbal back.
            GimbalReset(GimbalResetTo) = "drc_gimbal_reset",
        }
    }
}

impl DrcCommand {
    /// Whether it makes the aircraft stand: such a command needs no authority and overtakes all others.
    pub const fn is_stop(&self) -> bool {
        matches!(self, Self::EmergencyStop)
    }

    /// Whether it lands the aircraft where it is.
    pub const fn is_landing(&self) -> bool {
        matches!(self, Self::EmergencyLanding | Self::ForceLanding)
    }

    /// Whether it is a frame or a heart-beat in disguise: those are numbered and kept apart.
    pub fn is_frame_or_beat(&self) -> bool {
        matches!(
            self.method(),
            "drone_control" | "stick_control" | "heart_beat"
        )
    }
}

/// Anything the cloud sends on `drc/down`.
#[derive(Clone, Debug, PartialEq)]
pub enum DrcDown {
    /// A set-point and its number.
    Frame {
        /// The set-point.
        frame: StickFrame,
        /// Its number; some senders leave it out.
        seq: Option<i64>,
    },
    /// A heart-beat.
    HeartBeat(HeartBeat),
    /// Any other command, and its number beside the data.
    Command {
        /// The command.
        command: DrcCommand,
        /// Its number.
        seq: Option<i64>,
    },
}

impl DrcDown {
    /// Reads a message of `drc/down`.
    ///
    /// # Errors
    /// When it has no method, or its data do not fit it.
    pub fn parse(envelope: &Envelope) -> Result<Self, PayloadError> {
        let method = named(envelope)?;
        let data = &envelope.data;
        let seq = envelope.any_seq();
        Ok(match method {
            "drone_control" => Self::Frame {
                frame: StickFrame::Velocity(read::<Velocity>(method, data)?),
                seq,
            },
            "stick_control" => Self::Frame {
                frame: StickFrame::Sticks(read::<Sticks>(method, data)?),
                seq,
            },
            "heart_beat" => Self::HeartBeat(HeartBeat::read(envelope)),
            _ => Self::Command {
                command: DrcCommand::parse(method, data)?,
                seq,
            },
        })
    }

    /// The message as a product takes it.
    pub fn envelope(&self, profile: &Profile) -> Envelope {
        match self {
            Self::Frame { frame, seq } => frame_envelope(frame, *seq),
            Self::HeartBeat(beat) => beat.envelope(profile.seq_place),
            Self::Command { command, seq } => Envelope::drc(
                command.method(),
                command.data(),
                seq.filter(|_| profile.numbered_commands),
            ),
        }
    }
}

fn frame_envelope(frame: &StickFrame, seq: Option<i64>) -> Envelope {
    match frame {
        StickFrame::Velocity(velocity) => {
            let mut data = written(velocity);
            if let (Some(seq), Value::Object(fields)) = (seq, &mut data) {
                fields.insert("seq".to_owned(), seq.into());
            }
            Envelope::drc(frame.method(), data, None)
        }
        StickFrame::Sticks(sticks) => Envelope::drc(frame.method(), written(sticks), seq),
    }
}

/// Anything a device sends on `drc/up`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DrcUp {
    /// The echo of a heart-beat.
    HeartBeat(HeartBeat),
    /// Where it is and how it moves.
    Osd(OsdInfo),
    /// What is around it.
    Hsi(Box<HsiInfo>),
    /// How late its link is.
    Delay(DelayInfo),
    /// Its lights and mode.
    DroneState(DroneState),
    /// A camera's settings.
    CameraOsd(Box<CameraOsd>),
    /// The answer to a command.
    Reply {
        /// The command's method.
        method: String,
        /// 0 is success.
        result: crate::error_code::ErrorCode,
        /// The number it answers, wherever it stood.
        seq: Option<i64>,
    },
    /// Any other push: kept as it came.
    Other {
        /// Its method.
        method: String,
        /// Its data.
        data: Value,
    },
}

impl DrcUp {
    /// The pushes that are typed.
    pub const PUSHES: &[&str] = &[
        "osd_info_push",
        "hsi_info_push",
        "delay_info_push",
        "drc_drone_state_push",
        "drc_camera_osd_info_push",
    ];

    /// Reads a message of `drc/up`.
    ///
    /// # Errors
    /// When it has no method, or its data do not fit it.
    pub fn parse(envelope: &Envelope) -> Result<Self, PayloadError> {
        let method = named(envelope)?;
        let data = &envelope.data;
        Ok(match method {
            "heart_beat" => Self::HeartBeat(HeartBeat::read(envelope)),
            "osd_info_push" => Self::Osd(read(method, data)?),
            "hsi_info_push" => Self::Hsi(Box::new(HsiInfo::read(data))),
            "delay_info_push" => Self::Delay(read(method, data)?),
            "drc_drone_state_push" => Self::DroneState(read(method, data)?),
            "drc_camera_osd_info_push" => Self::CameraOsd(Box::new(read(method, data)?)),
            _ => match envelope.result() {
                Some(result) => Self::Reply {
                    method: method.to_owned(),
                    result: result.into(),
                    seq: envelope.any_seq(),
                },
                None => Self::Other {
                    method: method.to_owned(),
                    data: data.clone(),
                },
            },
        })
    }

    /// The message as a device sends it: pushes carry its clock, and their number where `seq` is given.
    pub fn envelope(
        &self,
        profile: &Profile,
        at: skyhelm_units::UtcMillis,
        seq: Option<i64>,
    ) -> Envelope {
        let push = |method: &str, data: Value| Envelope::drc(method, data, seq).at(at);
        match self {
            Self::HeartBeat(beat) => beat.envelope(profile.seq_place),
            Self::Osd(osd) => push("osd_info_push", written(osd)),
            Self::Hsi(hsi) => push("hsi_info_push", hsi.written()),
            Self::Delay(delay) => push("delay_info_push", written(delay)),
            Self::DroneState(state) => Envelope::drc("drc_drone_state_push", written(state), seq),
            Self::CameraOsd(osd) => Envelope::drc("drc_camera_osd_info_push", written(osd), seq),
            Self::Reply {
                method,
                result,
                seq,
            } => reply_envelope(profile, method, result.number(), *seq),
            Self::Other { method, data } => push(method, data.clone()),
        }
    }
}

/// `drone_control` is answered with its number in `output`; the others beside the data, where the product numbers them.
fn reply_envelope(profile: &Profile, method: &str, result: i64, seq: Option<i64>) -> Envelope {
    let mut data = empty();
    data["result"] = result.into();
    if method == "drone_control" {
        if let Some(seq) = seq {
            data["output"] = serde_json::json!({ "seq": seq });
        }
        return Envelope::drc(method, data, None);
    }
    Envelope::drc(
        method,
        data,
        seq.filter(|_| profile.seq_place == SeqPlace::Envelope),
    )
}

fn named(envelope: &Envelope) -> Result<&str, PayloadError> {
    envelope.method.as_deref().ok_or_else(|| PayloadError {
        method: String::new(),
        reason: String::from("a message of live flight control needs a method"),
    })
}
