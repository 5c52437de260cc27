//! What differs between models and firmware, and what nobody has settled yet.
//!
//! Logic never asks for a model: it asks a [`Profile`] field. Each default is the reading with the
//! most evidence; the comment names it.

use crate::error_code::CodeSign;
use crate::packet::MessageType;
use crate::table::Generation;

/// A telescope model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Model {
    /// DWARF II.
    Dwarf2,
    /// DWARF 3.
    Dwarf3,
    /// DWARF mini.
    Mini,
}

impl Model {
    /// From the `deviceId` of the device information (API 2.0 §3.9; 2 and 4 as seen on devices).
    pub const fn from_device_id(id: i64) -> Option<Self> {
        match id {
            1 => Some(Self::Dwarf2),
            2 | 3 => Some(Self::Dwarf3),
            4 => Some(Self::Mini),
            _ => None,
        }
    }

    /// The name printed on it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dwarf2 => "DWARF II",
            Self::Dwarf3 => "DWARF 3",
            Self::Mini => "DWARF mini",
        }
    }
}

/// The unit of the right ascension in 11002.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RaUnit {
    /// Hours: the document, and the requests of two public clients.
    Hours,
    /// Degrees: reported by one client for newer firmware.
    Degrees,
}

/// How the two motors are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MotorIds {
    /// Turns the telescope about the vertical.
    pub rotation: i32,
    /// Raises and lowers the tube.
    pub pitch: i32,
}

/// What the joystick's angle means: 0 is the positive x axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StickTurn {
    /// 90 is up: API 2.0 §4.13.5.
    Counterclockwise,
    /// 90 is down, as screens count.
    Clockwise,
}

impl StickTurn {
    /// The wire's angle in degrees, `[0, 360)`, and length, `[0, 1]`, of a push to the right and up.
    pub fn to_wire(self, right: f64, up: f64) -> (f64, f64) {
        let up = self.sign() * up;
        let angle = up.atan2(right).to_degrees().rem_euclid(360.0);
        (
            if angle < 360.0 { angle } else { 0.0 },
            right.hypot(up).min(1.0),
        )
    }

    /// The push to the right and up that the wire's angle and length mean.
    pub fn from_wire(self, angle: f64, length: f64) -> (f64, f64) {
        let (sin, cos) = angle.to_radians().sin_cos();
        let length = length.clamp(0.0, 1.0);
        (length * cos, self.sign() * length * sin)
    }

    const fn sign(self) -> f64 {
        match self {
            Self::Counterclockwise => 1.0,
            Self::Clockwise => -1.0,
        }
    }
}

/// Network ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// WebSocket.
    pub websocket: u16,
    /// JSON over HTTP.
    pub http: u16,
    /// JPEG streams.
    pub jpeg: u16,
    /// Files by HTTP.
    pub files: u16,
    /// RTSP streams.
    pub rtsp: u16,
}

/// One camera's optics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Optics {
    /// Sensor type.
    pub sensor: &'static str,
    /// Pixels of a picture: width, height.
    pub picture: (u32, u32),
    /// Pixels of a FITS sub: width, height.
    pub fits: (u32, u32),
    /// Pixels of the preview: width, height.
    pub preview: (u32, u32),
    /// Field of view as the parameter configuration states it, degrees. The DWARF 3 states the
    /// DWARF II's: do not use it for the plate scale.
    pub stated_field_deg: (f64, f64),
    /// Pixel pitch in micrometres, focal length and aperture in millimetres. `None` where unknown.
    pub lens: Option<Lens>,
}

/// What the plate scale follows from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// Pixel pitch, micrometres.
    pub pixel_um: f64,
    /// Focal length, millimetres.
    pub focal_mm: f64,
    /// Aperture, millimetres.
    pub aperture_mm: f64,
}

impl Lens {
    /// Plate scale in arcseconds per pixel.
    pub fn arcsec_per_pixel(&self) -> f64 {
        (self.pixel_um * 1e-3 / self.focal_mm).atan().to_degrees() * 3600.0
    }
}

/// A model with its firmware.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    /// The model.
    pub model: Model,
    /// The firmware generation.
    pub generation: Generation,
    /// Protocol major version to send.
    pub major_version: u32,
    /// Protocol minor version to send; a command that needs a larger one is refused. The document
    /// names features up to 5; clients of API 2.0 send 1, 2 or 9, the newer app 20.
    pub minor_version: u32,
    /// `device_id` of packets: 1 DWARF II, 2 DWARF 3, 4 from the newer app. Devices do not check it.
    pub packet_device_id: u32,
    /// `deviceId` of the device information.
    pub http_device_id: i64,
    /// What clients of this model call themselves when they have no name of their own.
    pub client_id: &'static str,
    /// The sign of error codes.
    pub code_sign: CodeSign,
    /// The type of a reply that says success.
    pub success_type: MessageType,
    /// The type of a reply that says failure.
    pub failure_type: MessageType,
    /// The unit of right ascension in 11002.
    pub goto_ra: RaUnit,
    /// Motor numbers of run, reset and position: API 2.0 §4.13.3 and both public clients.
    pub motors: MotorIds,
    /// Motor numbers of stop. API 2.0 §4.13.4 prints 0 and 1; the clients number it as run.
    pub stop_motors: MotorIds,
    /// The sense of the joystick's angle.
    pub stick: StickTurn,
    /// Network ports.
    pub ports: Ports,
    /// First part of file paths on the file server.
    pub web_root: &'static str,
    /// First part of file paths in album answers.
    pub album_root: &'static str,
    /// First part of file names of photos.
    pub file_prefix: &'static str,
    /// `TELESCOP` and `INSTRUME` of FITS files.
    pub fits_name: &'static str,
    /// Filter names by index.
    pub filters: &'static [&'static str],
    /// Telephoto optics.
    pub tele: Optics,
    /// Wide optics.
    pub wide: Optics,
}

const PORTS: Ports = Ports {
    websocket: 9900,
    http: 8082,
    jpeg: 8092,
    files: 80,
    rtsp: 554,
};
const RUN_NUMBERS: MotorIds = MotorIds {
    rotation: 1,
    pitch: 2,
};

impl Profile {
    /// DWARF 3 with firmware of API 2.0.
    pub const fn dwarf3_v2() -> Self {
        Self {
            model: Model::Dwarf3,
            generation: Generation::V2,
            major_version: 1,
            minor_version: 5,
            packet_device_id: 2,
            http_device_id: 2,
            client_id: "0000DAF3-0000-1000-8000-00805F9B34FB",
            code_sign: CodeSign::Negative,
            success_type: MessageType::ReplyToo,
            failure_type: MessageType::Reply,
            goto_ra: RaUnit::Hours,
            motors: RUN_NUMBERS,
            stop_motors: RUN_NUMBERS,
            stick: StickTurn::Counterclockwise,
            ports: PORTS,
            web_root: "/DWARF3",
            album_root: "/sdcard/DWARF3",
            file_prefix: "DWARF3",
            fits_name: "DWARFIII",
            filters: &["VIS", "Astro", "Duo"],
            tele: Optics {
                sensor: "IMX678",
                picture: (3840, 2160),
                fits: (3856, 2180),
                preview: (1920, 1080),
                stated_field_deg: (3.188, 1.794),
                lens: Some(Lens {
                    pixel_um: 2.0,
                    focal_mm: 150.0,
                    aperture_mm: 35.0,
                }),
            },
            wide: Optics {
                sensor: "IMX415",
                picture: (1920, 1080),
                fits: (1920, 1080),
                preview: (1920, 1080),
                stated_field_deg: (43.292, 24.879),
                lens: None,
            },
        }
    }

    /// DWARF II with firmware of API 2.0.
    pub const fn dwarf2_v2() -> Self {
        let base = Self::dwarf3_v2();
        Self {
            model: Model::Dwarf2,
            packet_device_id: 1,
            http_device_id: 1,
            client_id: "0000DAF2-0000-1000-8000-00805F9B34FB",
            web_root: "/sdcard/DWARF_II",
            album_root: "/sdcard/DWARF_II",
            file_prefix: "DWARF",
            fits_name: "DWARFII",
            filters: &["CUT", "PASS"],
            tele: Optics {
                sensor: "IMX415",
                picture: (3840, 2160),
                fits: (3840, 2160),
                preview: (1280, 720),
                stated_field_deg: (3.188, 1.794),
                lens: Some(Lens {
                    pixel_um: 1.45,
                    focal_mm: 100.0,
                    aperture_mm: 24.0,
                }),
            },
            wide: Optics {
                preview: (1280, 720),
                stated_field_deg: (38.9, 22.4),
                ..base.wide
            },
            ..base
        }
    }

    /// DWARF 3 with the newer firmware.
    pub const fn dwarf3_v3() -> Self {
        Self {
            generation: Generation::V3,
            minor_version: 20,
            packet_device_id: 4,
            success_type: MessageType::Reply,
            ..Self::dwarf3_v2()
        }
    }

    /// DWARF mini: it knows the newer firmware only.
    pub const fn mini() -> Self {
        let base = Self::dwarf3_v3();
        Self {
            model: Model::Mini,
            http_device_id: 4,
            client_id: "0000DAF4-0000-1000-8000-00805F9B34FB",
            web_root: "/DWARF_mini",
            album_root: "/sdcard/DWARF_mini",
            file_prefix: "DWARF_mini",
            fits_name: "DWARF mini",
            filters: &["Astro", "Duo"],
            tele: Optics {
                sensor: "IMX662",
                picture: (1920, 1080),
                fits: (1920, 1080),
                preview: (1280, 720),
                stated_field_deg: (2.15, 1.21),
                lens: Some(Lens {
                    pixel_um: 2.9,
                    focal_mm: 150.0,
                    aperture_mm: 30.0,
                }),
            },
            wide: Optics {
                sensor: "OS02K10",
                ..base.wide
            },
            ..base
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dwarf_3_sees_about_three_degrees() {
        let tele = Profile::dwarf3_v2().tele;
        let width = tele.lens.unwrap().arcsec_per_pixel() * f64::from(tele.picture.0) / 3600.0;
        assert!((2.8..3.0).contains(&width), "{width}");
    }

    #[test]
    fn the_stick_goes_to_the_wire_and_back() {
        for turn in [StickTurn::Counterclockwise, StickTurn::Clockwise] {
            let (angle, length) = turn.to_wire(-0.3, 0.4);
            let (right, up) = turn.from_wire(angle, length);
            assert!((right + 0.3).abs() < 1e-12 && (up - 0.4).abs() < 1e-12);
        }
        assert!((StickTurn::Counterclockwise.to_wire(0.0, 1.0).0 - 90.0).abs() < 1e-9);
    }
}
