//! The frame every message travels in, and the open numbers it carries.

use bytes::Bytes;
use prost::Message as _;

use crate::open_enum::open_enum;
use crate::v2::WsPacket;

/// The largest frame that is read. The largest message known is a few kilobytes.
pub const MAX_FRAME: usize = 1 << 20;

/// Why a frame could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PacketError {
    /// Larger than [`MAX_FRAME`].
    #[error("the frame has {0} bytes, at most {MAX_FRAME} are read")]
    TooLarge(usize),
    /// Not a packet.
    #[error("the frame is not a packet: {0}")]
    Malformed(#[from] prost::DecodeError),
}

open_enum! {
    /// Which part of the device a command is for (API 2.0 §4.4; 11 and up from newer firmware).
    ModuleId {
        /// Not known.
        None = 0,
        /// Telephoto camera.
        CameraTele = 1,
        /// Wide camera.
        CameraWide = 2,
        /// Calibration, goto, stacking.
        Astro = 3,
        /// Clock and host role.
        System = 4,
        /// Ring light and power.
        RgbPower = 5,
        /// Motors.
        Motor = 6,
        /// Object tracking and sentinel.
        Track = 7,
        /// Focus.
        Focus = 8,
        /// Notifications.
        Notify = 9,
        /// Panoramas.
        Panorama = 10,
        /// Hints.
        Itips = 11,
        /// The maker's tests.
        FactoryTest = 12,
        /// Night plans.
        ShootingSchedule = 13,
        /// Shooting modes and long tasks.
        TaskCenter = 14,
        /// Camera parameters.
        Param = 15,
        /// Voice commands.
        VoiceAssistant = 16,
        /// Lens heater, cooling, shutdown.
        Device = 17,
    }
}

open_enum! {
    /// What a packet is (API 2.0 §4.3).
    MessageType {
        /// Client to device.
        Request = 0,
        /// Reply; seen for getters and errors of API 2.0 firmware, and for all replies of newer firmware.
        Reply = 1,
        /// Notification.
        Notification = 2,
        /// Reply; seen for success on API 2.0 firmware. The document calls both 1 and 3 a response.
        ReplyToo = 3,
    }
}

impl MessageType {
    /// Whether it answers a request: 1 and 3 both do.
    pub const fn is_reply(self) -> bool {
        matches!(self, Self::Reply | Self::ReplyToo)
    }
}

impl ModuleId {
    /// The command numbers of the module (API 2.0 §4.4; beyond 13 from the commands seen).
    pub const fn commands(self) -> Option<core::ops::RangeInclusive<u32>> {
        Some(match self {
            Self::CameraTele => 10_000..=10_499,
            Self::Astro => 11_000..=11_499,
            Self::CameraWide => 12_000..=12_499,
            Self::System => 13_000..=13_299,
            Self::RgbPower => 13_500..=13_799,
            Self::Motor => 14_000..=14_499,
            Self::Track => 14_800..=14_899,
            Self::Focus => 15_000..=15_099,
            Self::Notify => 15_200..=15_499,
            Self::Panorama => 15_500..=15_599,
            Self::Itips => 15_700..=15_799,
            Self::ShootingSchedule => 16_100..=16_300,
            Self::TaskCenter => 16_400..=16_499,
            Self::Param => 16_700..=16_799,
            Self::VoiceAssistant => 16_800..=16_899,
            Self::Device => 17_000..=17_099,
            Self::None | Self::FactoryTest | Self::Unknown(_) => return None,
        })
    }
}

/// One binary WebSocket message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Protocol major version, 1.
    pub major_version: u32,
    /// Protocol minor version; features are gated by it.
    pub minor_version: u32,
    /// Device model as the sender numbers it; devices do not check it.
    pub device_id: u32,
    /// The module the command belongs to.
    pub module: ModuleId,
    /// The command's number.
    pub cmd: u32,
    /// Request, reply or notification.
    pub kind: MessageType,
    /// The message the command names. Empty means all its fields are zero.
    pub payload: Bytes,
    /// Who sent the request, as it calls itself.
    pub client_id: String,
}

impl Packet {
    /// Reads a binary WebSocket message. Unknown fields are passed over.
    ///
    /// # Errors
    /// When it is too large or not a packet. The payload is not looked into.
    pub fn decode(frame: &[u8]) -> Result<Self, PacketError> {
        if frame.len() > MAX_FRAME {
            return Err(PacketError::TooLarge(frame.len()));
        }
        let packet = WsPacket::decode(frame)?;
        Ok(Self {
            major_version: packet.major_version,
            minor_version: packet.minor_version,
            device_id: packet.device_id,
            module: ModuleId::from_number(packet.module_id),
            cmd: packet.cmd,
            kind: MessageType::from_number(packet.r#type),
            payload: packet.data.into(),
            client_id: packet.client_id,
        })
    }

    /// Writes a binary WebSocket message.
    pub fn encode(&self) -> Bytes {
        WsPacket {
            major_version: self.major_version,
            minor_version: self.minor_version,
            device_id: self.device_id,
            module_id: self.module.number(),
            cmd: self.cmd,
            r#type: self.kind.number(),
            data: self.payload.to_vec(),
            client_id: self.client_id.clone(),
        }
        .encode_to_vec()
        .into()
    }
}
