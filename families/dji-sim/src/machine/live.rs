//! The live picture: what is pushed where, through which lens and how good.
//!
//! The machine decides and answers; the driver around it paints, encodes and sends
//! ([`Output::LiveStart`]), and says what became of that ([`GatewayMachine::handle_live`]).

use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_dji_proto::numbers::{LiveQuality, LiveUrlType};
use skyhelm_dji_proto::service::LiveStart;
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_dji_proto::{Envelope, ErrorCode};
use skyhelm_sim::land::{Band, View};
use skyhelm_streams::rtmp::Target;
use skyhelm_units::{Mono, Now};

use super::{GatewayMachine, Lens, LinkId, Output};

pub(super) const NO_CAMERA: ErrorCode = ErrorCode::new(513_002);
const CAMERA_ON_ALREADY: ErrorCode = ErrorCode::new(513_003);
const WRONG_QUALITY: ErrorCode = ErrorCode::new(513_005);
const NOT_STARTED: ErrorCode = ErrorCode::new(513_006);
const NO_PICTURE_BY_RADIO: ErrorCode = ErrorCode::new(513_008);
const NO_NETWORK: ErrorCode = ErrorCode::new(513_010);
pub(super) const OFF: ErrorCode = ErrorCode::new(513_011);
const UNSUPPORTED_WAY: ErrorCode = ErrorCode::new(513_013);
const WRONG_PARAMETER: ErrorCode = ErrorCode::new(513_014);

/// The stream of a camera with several lenses: seen on M30T, whatever lens is shown.
const STREAM: &str = "normal-0";
/// A start is answered after so long at the latest: sooner than a cloud gives up.
const START_WITHIN: Duration = Duration::from_secs(12);

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveNews {
    /// The server takes the pictures.
    Up,
    /// The server was not reached.
    Unreachable,
    /// The server was reached and does not want them.
    Refused,
    /// The connection ended.
    Lost,
}

/// How a picture is to be made and sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveShot {
    /// What the lens sees.
    pub view: View,
    /// Colours or warmth.
    pub band: Band,
    /// Pixels across and down.
    pub size: (usize, usize),
    /// Pictures a second at most.
    pub rate: f64,
    /// Bits a second.
    pub bits: u32,
}

#[derive(Clone, Debug)]
enum Push {
    Off,
    /// The start is answered when it is known what becomes of it.
    Starting {
        asked: Box<Envelope>,
        until: Mono,
    },
    On,
}

/// The live picture's state.
#[derive(Clone, Debug)]
pub(super) struct Live {
    push: Push,
    /// Tells a push from the one before it.
    epoch: u64,
    pub(super) lens: Lens,
    quality: LiveQuality,
    /// Why the last push ended; 0 while nothing is wrong.
    error: ErrorCode,
    /// The handler leaves the answer for later.
    pub(super) answers_later: bool,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            push: Push::Off,
            epoch: 0,
            lens: Lens::Wide,
            quality: LiveQuality::Adaptive,
            error: ErrorCode::OK,
            answers_later: false,
        }
    }
}

impl Live {
    pub(super) fn is_off(&self) -> bool {
        matches!(self.push, Push::Off)
    }

    pub(super) fn is_on(&self) -> bool {
        matches!(self.push, Push::On)
    }
}

/// Pixels, pictures a second and bits a second of a quality. Adaptive is what a small computer paints beside all else.
fn measure(quality: &LiveQuality) -> Option<((usize, usize), f64, u32)> {
    match quality {
        LiveQuality::Adaptive => Some(((960, 540), 20.0, 1_500_000)),
        LiveQuality::Smooth => Some(((640, 360), 15.0, 600_000)),
        LiveQuality::Standard => Some(((960, 540), 20.0, 1_200_000)),
        LiveQuality::High => Some(((1280, 720), 20.0, 2_500_000)),
        LiveQuality::Ultra => Some(((1920, 1080), 20.0, 5_000_000)),
        LiveQuality::Unknown(_) => None,
    }
}

impl GatewayMachine {
    /// `serial/camera/stream`, as its live pictures are named.
    pub(super) fn video_id(&self) -> String {
        format!(
            "{}/{}/{STREAM}",
            self.aircraft_sn.as_str(),
            self.camera.index
        )
    }

    pub(super) fn check_video(&self, named: &str) -> Result<(), ErrorCode> {
        if named == self.video_id() {
            Ok(())
        } else {
            Err(NO_CAMERA)
        }
    }

    pub(super) fn check_quality(quality: &LiveQuality) -> Result<(), ErrorCode> {
        measure(quality).map(|_| ()).ok_or(WRONG_QUALITY)
    }

    pub(super) fn set_live_quality(&mut self, quality: LiveQuality) {
        self.live.quality = quality;
        self.reports.settings_changed = true;
    }

    pub(super) fn set_live_lens(&mut self, lens: Lens) {
        self.live.lens = lens;
        self.reports.settings_changed = true;
    }

    /// The lens of a name on the wire; a controller's documents call the infrared one by another.
    pub(super) fn lens_named(&self, name: &str) -> Option<Lens> {
        match name {
            "normal" | "wide" => Some(Lens::Wide),
            "zoom" => Some(Lens::Zoom),
            other if other == self.profile.live_infrared => Some(Lens::Infrared),
            _ => None,
        }
    }

    fn lens_word(&self) -> &'static str {
        match self.live.lens {
            Lens::Wide => "wide",
            Lens::Zoom => "zoom",
            Lens::Infrared => self.profile.live_infrared,
        }
    }

    /// Begins a push; its answer comes by [`Self::handle_live`].
    pub(super) fn start_push(
        &mut self,
        wanted: &LiveStart,
        asked: &Envelope,
    ) -> Result<(), ErrorCode> {
        self.check_video(&wanted.video_id)?;
        Self::check_quality(&wanted.video_quality)?;
        if wanted.url_type != LiveUrlType::Rtmp {
            return Err(UNSUPPORTED_WAY);
        }
        let target = Target::parse(&wanted.url).map_err(|_| WRONG_PARAMETER)?;
        if !self.has_aircraft() {
            return Err(NO_PICTURE_BY_RADIO);
        }
        if !self.live.is_off() {
            return Err(CAMERA_ON_ALREADY);
        }
        self.live.epoch += 1;
        self.live.quality = wanted.video_quality;
        self.live.error = ErrorCode::OK;
        self.live.push = Push::Starting {
            asked: Box::new(asked.clone()),
            until: self.now.mono + START_WITHIN,
        };
        self.live.answers_later = true;
        let epoch = self.live.epoch;
        self.order(Output::LiveStart(epoch, Box::new(target)));
        Ok(())
    }

    /// Ends the push, with the number that says why; 0 when it was asked for.
    pub(super) fn end_push(&mut self, why: ErrorCode) {
        if self.live.is_off() {
            return;
        }
        let before = std::mem::replace(&mut self.live.push, Push::Off);
        self.live.error = why;
        if let Push::Starting { asked, .. } = before {
            let why = if why.is_ok() { NOT_STARTED } else { why };
            self.answer_start(&asked, why);
        }
        self.order(Output::LiveStop);
        self.reports.settings_changed = true;
    }

    fn answer_start(&mut self, asked: &Envelope, result: ErrorCode) {
        let reply = asked.reply(self.utc(), json!({ "result": result.number() }));
        let topic = self.topic(TopicKind::ServicesReply);
        self.publish(LinkId::Main, &topic, &reply, 1);
    }

    /// What became of the push of that number.
    pub fn handle_live(&mut self, now: Now, epoch: u64, news: LiveNews) {
        self.set_now(now);
        if epoch != self.live.epoch || self.live.is_off() {
            return;
        }
        match news {
            LiveNews::Up => {
                if let Push::Starting { asked, .. } =
                    std::mem::replace(&mut self.live.push, Push::On)
                {
                    self.answer_start(&asked, ErrorCode::OK);
                }
                self.reports.settings_changed = true;
            }
            LiveNews::Unreachable => self.end_push(NO_NETWORK),
            LiveNews::Refused | LiveNews::Lost => self.end_push(NOT_STARTED),
        }
    }

    /// What the picture of that push shows now, and how it is to be made; nothing when the push is over.
    pub fn live_shot(&self, epoch: u64) -> Option<LiveShot> {
        if epoch != self.live.epoch || self.live.is_off() {
            return None;
        }
        let (size, rate, bits) = measure(&self.live.quality)?;
        Some(LiveShot {
            view: self.view(self.live.lens),
            band: Self::band(self.live.lens),
            size,
            rate,
            bits,
        })
    }

    /// Without the radio there is no picture, and without an answer no start.
    pub(super) fn run_live(&mut self) {
        if !self.live.is_off() && !self.has_aircraft() {
            self.end_push(NO_PICTURE_BY_RADIO);
        }
        if let Push::Starting { until, .. } = self.live.push
            && until <= self.now.mono
        {
            self.end_push(NOT_STARTED);
        }
    }

    pub(super) fn live_capacity(&self) -> Value {
        let number = i64::from(self.has_aircraft() && cfg!(feature = "video"));
        let video = json!({
            "video_index": STREAM,
            "video_type": self.lens_word(),
            "switchable_video_types": ["wide", "zoom", self.profile.live_infrared],
        });
        let camera = json!({
            "camera_index": self.camera.index.to_string(),
            "available_video_number": 1,
            "coexist_video_number_max": 1,
            "video_list": [video],
        });
        let device = json!({
            "sn": self.aircraft_sn.as_str(),
            "available_video_number": 1,
            "coexist_video_number_max": 1,
            "camera_list": [camera],
        });
        let devices = if number > 0 { vec![device] } else { Vec::new() };
        json!({
            "live_capacity": {
                "available_video_number": number,
                "coexist_video_number_max": number,
                "device_list": devices,
            }
        })
    }

    pub(super) fn live_status(&self) -> Value {
        json!({
            "live_status": [{
                "video_id": self.video_id(),
                "video_type": self.lens_word(),
                "video_quality": self.live.quality.number(),
                "status": i64::from(self.live.is_on()),
                "error_status": self.live.error.number(),
            }]
        })
    }
}
