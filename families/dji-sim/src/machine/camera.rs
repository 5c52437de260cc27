//! The aircraft's camera: three lenses, a card, photographs and video.

use std::time::Duration;

use serde_json::json;
use skyhelm_dji_proto::PayloadIndex;
use skyhelm_dji_proto::numbers::{CameraMode, CameraType};
use skyhelm_sim::flight::Enu;
use skyhelm_sim::land::{Band, Hit, View};
use skyhelm_units::{EllipsoidHeight, GroundPoint, UtcMillis};

use super::{GatewayMachine, Output};

/// A lens of the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lens {
    /// 24 mm on full frame.
    Wide,
    /// 24 mm times the zoom factor.
    Zoom,
    /// The same, in infrared.
    Infrared,
}

impl Lens {
    /// From its name on the wire.
    pub fn of(kind: &CameraType) -> Option<Self> {
        match kind {
            CameraType::Wide => Some(Self::Wide),
            CameraType::Zoom => Some(Self::Zoom),
            CameraType::Infrared => Some(Self::Infrared),
            CameraType::Unknown(_) => None,
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "wide" => Some(Self::Wide),
            "zoom" => Some(Self::Zoom),
            "ir" => Some(Self::Infrared),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Zoom => "zoom",
            Self::Infrared => "ir",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Wide => 'W',
            Self::Zoom => 'Z',
            Self::Infrared => 'T',
        }
    }
}

/// A photograph to be taken.
#[derive(Clone, Debug)]
pub struct PhotoOrder {
    /// Its file on the card.
    pub name: String,
    /// What the lens sees.
    pub view: View,
    /// Colours or warmth.
    pub band: Band,
    /// When.
    pub utc: UtcMillis,
    /// Where, as its header tells it.
    pub place: GroundPoint,
    /// How high.
    pub height: EllipsoidHeight,
}

/// Width of full frame over twice 24 mm: the tangent of half the wide lens's angle.
const WIDE_TANGENT: f64 = 36.0 / 48.0;
/// How long a photograph takes, seconds.
const EXPOSURE: f64 = 1.0;
/// How long a panorama takes, seconds, and how many pictures it has.
const PANORAMA: f64 = 12.0;
/// Kilobytes a photograph (all lenses) and a second of video take.
const PHOTO_KB: f64 = 16_000.0;
const VIDEO_KB_S: f64 = 7_500.0;
/// How far the laser reaches, metres.
const LASER: (f64, f64) = (3.0, 1200.0);

#[derive(Clone, Debug, PartialEq)]
enum Shot {
    Single { left: f64 },
    Panorama { left: f64, bid: String, told: f64 },
}

/// The camera's state.
#[derive(Clone, Debug)]
pub(super) struct Camera {
    pub(super) index: PayloadIndex,
    pub(super) mode: CameraMode,
    pub(super) zoom: f64,
    pub(super) ir_zoom: f64,
    pub(super) split: bool,
    shot: Option<Shot>,
    recording: Option<f64>,
    pub(super) card_kb: f64,
    pub(super) used_kb: f64,
    pub(super) photos: u32,
    pub(super) videos: u32,
    pub(super) last_file: Option<String>,
}

impl Camera {
    pub(super) fn new(index: PayloadIndex, card_kb: u64) -> Self {
        Self {
            index,
            mode: CameraMode::Photo,
            zoom: 2.0,
            ir_zoom: 2.0,
            split: false,
            shot: None,
            recording: None,
            card_kb: card_kb as f64,
            used_kb: 0.0,
            photos: 0,
            videos: 0,
            last_file: None,
        }
    }

    pub(super) fn is_busy(&self) -> bool {
        self.shot.is_some() || self.recording.is_some()
    }

    /// Seconds recorded, while it records.
    pub(super) fn recording_s(&self) -> Option<f64> {
        self.recording
    }

    pub(super) fn is_shooting(&self) -> bool {
        self.shot.is_some()
    }

    pub(super) fn free_kb(&self) -> f64 {
        (self.card_kb - self.used_kb).max(0.0)
    }

    pub(super) fn photos_left(&self) -> i64 {
        (self.free_kb() / PHOTO_KB) as i64
    }

    pub(super) fn video_left_s(&self) -> i64 {
        (self.free_kb() / VIDEO_KB_S) as i64
    }

    pub(super) fn switch(&mut self, mode: CameraMode) -> bool {
        let free = !self.is_busy();
        if free {
            self.mode = mode;
        }
        free
    }

    pub(super) fn begin_photo(&mut self, bid: String) -> bool {
        if self.is_busy() || self.photos_left() < 1 {
            return false;
        }
        self.shot = match self.mode {
            CameraMode::Panorama => Some(Shot::Panorama {
                left: PANORAMA,
                bid,
                told: PANORAMA,
            }),
            CameraMode::Video => None,
            _ => Some(Shot::Single { left: EXPOSURE }),
        };
        self.shot.is_some()
    }

    pub(super) fn begin_recording(&mut self) -> bool {
        let may = self.mode == CameraMode::Video && !self.is_busy() && self.video_left_s() > 0;
        if may {
            self.recording = Some(0.0);
        }
        may
    }

    pub(super) fn end_recording(&mut self) -> bool {
        let was = self.recording.take().is_some();
        if was {
            self.videos += 1;
            self.last_file = Some(format!("DJI_{:04}_V.MP4", self.photos + self.videos));
        }
        was
    }
}

impl GatewayMachine {
    /// What a lens sees now.
    pub fn view(&self, lens: Lens) -> View {
        let zoom = match lens {
            Lens::Wide => 1.0,
            Lens::Zoom => self.camera.zoom,
            Lens::Infrared => self.camera.ir_zoom,
        };
        let gimbal = &self.aircraft.gimbal;
        View {
            // The camera hangs below the body, where the ground does not hide it.
            position: self.aircraft.position() + Enu::new(0.0, 0.0, 0.3),
            heading_deg: self.aircraft.heading_deg() + gimbal.side_deg(),
            pitch_deg: gimbal.pitch_deg(),
            roll_deg: 0.0,
            width_deg: 2.0 * (WIDE_TANGENT / zoom).atan().to_degrees(),
        }
    }

    /// The light a lens works in.
    pub fn band(lens: Lens) -> Band {
        if lens == Lens::Infrared {
            Band::Iron
        } else {
            Band::Visible
        }
    }

    /// What the laser meets: the place, or 1 for too near and 3 for nothing.
    pub(super) fn laser(&self) -> Result<Hit, i64> {
        let at = self.aircraft.position() + Enu::new(0.0, 0.0, 0.3);
        let direction = self.aircraft.gimbal.direction(self.aircraft.heading_deg());
        match self.land.hit(at, direction, LASER.1) {
            Some(hit) if hit.distance < LASER.0 => Err(1),
            Some(hit) => Ok(hit),
            None => Err(3),
        }
    }

    pub(super) fn live_camera(&mut self, passed: Duration) {
        let seconds = passed.as_secs_f64();
        if let Some(recorded) = self.camera.recording.as_mut() {
            *recorded += seconds;
            self.camera.used_kb += seconds * VIDEO_KB_S;
            if self.camera.free_kb() <= 0.0 {
                self.camera.end_recording();
            }
        }
        match self.camera.shot.take() {
            Some(Shot::Single { left }) if left > seconds => {
                self.camera.shot = Some(Shot::Single {
                    left: left - seconds,
                });
            }
            Some(Shot::Single { .. }) => self.store_photo(),
            Some(Shot::Panorama { left, bid, told }) if left > seconds => {
                let told = self.tell_panorama(left, &bid, told);
                let left = left - seconds;
                self.camera.shot = Some(Shot::Panorama { left, bid, told });
            }
            Some(Shot::Panorama { bid, .. }) => {
                self.store_photo();
                self.tell_photo_progress(&bid, "ok", 3005, 100);
            }
            None => {}
        }
    }

    /// Every two seconds, how far the panorama is.
    fn tell_panorama(&mut self, left: f64, bid: &str, told: f64) -> f64 {
        if left > told {
            return told;
        }
        let percent = (100.0 * (1.0 - left / PANORAMA)) as i64;
        let step = if percent < 5 {
            3000
        } else if percent < 85 {
            3002
        } else {
            3005
        };
        self.tell_photo_progress(bid, "in_progress", step, percent);
        told - 2.0
    }

    pub(super) fn stop_panorama(&mut self) -> bool {
        match self.camera.shot.take() {
            Some(Shot::Panorama { bid, .. }) => {
                self.tell_photo_progress(&bid, "fail", 3002, 0);
                true
            }
            other => {
                self.camera.shot = other;
                false
            }
        }
    }

    fn tell_photo_progress(&mut self, bid: &str, status: &str, step: i64, percent: i64) {
        let output = json!({
            "status": status,
            "progress": { "current_step": step, "percent": percent },
        });
        let data = json!({ "result": 0, "output": output });
        let is_end = status != "in_progress";
        self.tell_event(
            "camera_photo_take_progress",
            data,
            Some(bid.to_owned()),
            is_end,
        );
    }

    fn store_photo(&mut self) {
        self.camera.photos += 1;
        self.camera.used_kb += PHOTO_KB;
        let number = self.camera.photos + self.camera.videos;
        let (place, height) = self.land.frame().place(self.aircraft.position());
        for lens in [Lens::Wide, Lens::Zoom, Lens::Infrared] {
            let name = format!("DJI_{number:04}_{}.JPG", lens.letter());
            self.camera.last_file = Some(name.clone());
            let order = PhotoOrder {
                name,
                view: self.view(lens),
                band: Self::band(lens),
                utc: self.now.utc,
                place,
                height,
            };
            self.order(Output::Photo(Box::new(order)));
        }
        self.ask_storage();
    }
}
