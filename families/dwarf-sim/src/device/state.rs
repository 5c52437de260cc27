use std::sync::Arc;

use skyhelm_dwarf_proto::Code;
use skyhelm_dwarf_proto::numbers::{Function, SpecialTarget};
use skyhelm_dwarf_proto::v2::AstroState;
use skyhelm_sim::clock::DeviceClock;
use skyhelm_sim::mechanics::{Mount, PointingModel};
use skyhelm_sky::Body;
use skyhelm_units::{Angle, Equatorial, J2000, Mono, Site};
use tokio_util::sync::CancellationToken;

use super::{
    Battery, Camera, CameraId, DarkJob, Faults, Features, Focuser, Shooting, StackSlot, Told,
    Weather,
};

/// The password of its own network until somebody changes it.
pub(crate) const FIRST_PASSWORD: &str = "DWARF_12345678";

/// What the telescope follows.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) place: Equatorial<J2000>,
    /// What wanders among the stars.
    pub(crate) body: Option<Body>,
    /// Where it was when it was named.
    home: Equatorial<J2000>,
}

/// Half the diagonal of the tele's frame: beyond it what was named is out of the picture.
const IN_THE_FRAME: Angle = Angle::from_degrees(1.65);

impl Target {
    pub(crate) const fn new(name: String, place: Equatorial<J2000>) -> Self {
        Self {
            name,
            place,
            body: None,
            home: place,
        }
    }

    /// A body of the solar system, and where it is now.
    pub(crate) fn wandering(name: String, body: Body, place: Equatorial<J2000>) -> Self {
        Self {
            body: Some(body),
            ..Self::new(name, place)
        }
    }

    /// What is followed by its picture, as 15228 numbers it.
    pub(crate) fn special(&self) -> Option<SpecialTarget> {
        match self.body? {
            Body::Sun => Some(SpecialTarget::Sun),
            Body::Moon => Some(SpecialTarget::Moon),
            _ => None,
        }
    }

    /// The same at another place; it keeps its name as long as what bears it can be in the frame.
    pub(crate) fn moved_to(self, place: Equatorial<J2000>) -> Self {
        let name = if place.separation(&self.home) < IN_THE_FRAME {
            self.name
        } else {
            String::new()
        };
        // Where it was left it is followed at the pace of the stars.
        Self {
            name,
            place,
            body: None,
            ..self
        }
    }
}

/// The one thing the astronomy module does at a time.
#[derive(Clone, Debug, Default)]
pub(crate) enum Activity {
    #[default]
    Idle,
    /// Calibrating, its state on the wire and how often it has tried to solve.
    Calibrating {
        state: AstroState,
        solves: i32,
        stop: CancellationToken,
    },
    /// On its way to a target.
    Going {
        state: AstroState,
        stop: CancellationToken,
    },
}

/// What shines on the device itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lights {
    pub(crate) ring: bool,
    pub(crate) indicator: bool,
}

impl Default for Lights {
    fn default() -> Self {
        Self {
            ring: false,
            indicator: true,
        }
    }
}

/// Everything that can change in the device.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) clock: DeviceClock,
    pub(crate) zone: Option<String>,
    /// Where it was told to stand: only then do files carry it.
    pub(crate) told_site: Option<Site>,
    pub(crate) mount: Mount,
    pub(crate) model: Arc<PointingModel>,
    pub(crate) activity: Activity,
    /// Followed now.
    pub(crate) tracking: Option<Target>,
    /// A hand is moving what is followed.
    pub(crate) is_nudged: bool,
    /// Ends the waiting for each motor, and for the click on the wide picture, to come to rest.
    pub(crate) settling: [CancellationToken; 3],
    pub(crate) cameras: [Camera; 2],
    pub(crate) shooting: [Option<Shooting>; 2],
    pub(crate) stacks: [StackSlot; 2],
    /// How far each stack is, or was when it ended, while the picture shows it.
    pub(crate) stack_progress: [Option<Told>; 2],
    pub(crate) features: Features,
    pub(crate) focuser: Focuser,
    pub(crate) battery: Battery,
    pub(crate) weather: Weather,
    pub(crate) faults: Faults,
    /// Its darks came with it and fit everything.
    pub(crate) has_darks: bool,
    /// Dark frames being taken, by camera.
    pub(crate) darks: [Option<DarkJob>; 2],
    pub(crate) lights: Lights,
    pub(crate) name: String,
    pub(crate) password: String,
    /// Name and password are the first ones again, and nobody has changed them since.
    pub(crate) is_reset: bool,
}

impl State {
    pub(crate) fn camera(&self, id: CameraId) -> &Camera {
        &self.cameras[id.index()]
    }

    pub(crate) fn camera_mut(&mut self, id: CameraId) -> &mut Camera {
        &mut self.cameras[id.index()]
    }

    /// A camera is taking nothing, or the code that says what.
    pub(crate) fn is_free(&self, id: CameraId) -> Result<(), Code> {
        let is_shooting = self.shooting[id.index()].is_some();
        match id {
            CameraId::Wide if is_shooting => Err(Code::CAMERA_WIDE_PHOTOGRAPHING),
            // For a wide camera that stacks the document lists the tele's code (API 2.0 §4.10.11).
            _ if is_shooting || self.stack(id).is_running() => Err(Code::V2_TELE_BUSY),
            _ => Ok(()),
        }
    }

    pub(crate) fn stack(&self, id: CameraId) -> &StackSlot {
        &self.stacks[id.index()]
    }

    /// Whether calibration, goto, a stack, a panorama or an autofocus has the telescope.
    pub(crate) fn is_astro_busy(&self) -> bool {
        self.has_motors()
            || self.stacks.iter().any(StackSlot::is_running)
            || self.is_focusing()
            || self.darks.iter().any(Option::is_some)
    }

    /// Whether something moves the telescope that a hand must not disturb.
    pub(crate) fn has_motors(&self) -> bool {
        let shooting = self.shooting.iter().flatten();
        let mut functions = shooting.map(|shooting| shooting.function);
        self.is_calibrating_or_going() || functions.any(|one| one == Function::Panorama)
    }

    /// Whether an autofocus has the focus motor.
    pub(crate) fn is_focusing(&self) -> bool {
        let job = self.shooting[CameraId::Tele.index()].as_ref();
        job.is_some_and(|job| {
            matches!(
                job.function,
                Function::AstroFocus
                    | Function::Focus
                    | Function::AstroFocusFast
                    | Function::AreaFocus
            )
        })
    }

    pub(crate) fn is_calibrating_or_going(&self) -> bool {
        !matches!(self.activity, Activity::Idle)
    }

    /// The temperature of the sensors: cool when closed, warmer at work.
    pub(crate) fn sensor_celsius(&self, now: Mono) -> f64 {
        let working = self.cameras.iter().filter(|camera| camera.is_open).count();
        // A slow swing of the night air, so that the number is alive.
        let swing = (now.elapsed().as_secs_f64() / 1700.0).sin() * 1.5;
        14.0 + swing + 4.0 * working as f64
    }
}
