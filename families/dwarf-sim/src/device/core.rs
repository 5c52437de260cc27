use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use skyhelm_dwarf_proto::device::RequestRef;
use skyhelm_dwarf_proto::http::ParamsConfig;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::params;
use skyhelm_dwarf_proto::v2::{CommonParam, ResNotifyCamFunctionState, ResNotifyParam};
use skyhelm_dwarf_proto::v2::{OperationState, ResNotifyAlbumUpdate, ResNotifySDcardInfo};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_sim::sensor::Gain;
use skyhelm_sim::sky_camera::{Scene, View};
use skyhelm_sky::SkyFrame;
use skyhelm_units::Mono;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::outbox::{Farewell, Outbox, Saying};
use super::{CameraId, Picture, State, Told};
use crate::card::{Album, Card, DarkLibrary, MediaKind};
use crate::config::VirtualDwarfConfig;
use crate::darkroom::Darkroom;
use crate::pace::Pace;
use crate::server::live::LivePicture;

/// The device's insides.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: VirtualDwarfConfig,
    pub(crate) pace: Pace,
    pub(crate) card: Arc<Card>,
    pub(crate) darkroom: Arc<Darkroom>,
    pub(crate) live: [Arc<LivePicture>; 2],
    pub(crate) tasks: TaskTracker,
    /// Whether clients can reach it; while it is false the doors are shut and no connection lives.
    pub(crate) network: watch::Sender<bool>,
    /// Off for good.
    pub(crate) off: CancellationToken,
    /// The end of this life: off, or a restart.
    pub(crate) stopping: CancellationToken,
    state: Mutex<State>,
    pub(crate) outbox: Outbox,
}

impl Core {
    pub(crate) fn new(parts: CoreParts) -> Self {
        Self {
            config: parts.config,
            pace: parts.pace,
            card: parts.card,
            darkroom: parts.darkroom,
            live: [Arc::new(LivePicture::new()), Arc::new(LivePicture::new())],
            tasks: TaskTracker::new(),
            network: parts.network,
            stopping: parts.off.child_token(),
            off: parts.off,
            state: Mutex::new(parts.state),
            outbox: Outbox::default(),
        }
    }

    /// The state. The guard cannot be held across a wait: the lints forbid it.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic half-way through a change would be a bug; the state is plain data and stays usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wire(&self, code: Code) -> i32 {
        code.to_wire(self.config.profile.code_sign)
    }

    pub(crate) fn notify(&self, id: u32, message: &impl Message) {
        self.repeat(Told::new(id, message));
    }

    /// Tells how far what a camera is taking is.
    pub(crate) fn progress(&self, camera: CameraId, id: u32, message: &impl Message) {
        let told = Told::new(id, message);
        if let Some(shooting) = &mut self.state().shooting[camera.index()] {
            shooting.progress = Some(told.clone());
        }
        self.repeat(told);
    }

    /// Says again what was told before.
    pub(crate) fn repeat(&self, told: Told) {
        let Told { id, payload } = told;
        self.outbox.push(Saying::Notify { id, payload });
    }

    pub(crate) fn reply(&self, to: &RequestRef, message: &impl Message) {
        self.reply_bytes(to, Bytes::from(message.encode_to_vec()));
    }

    pub(crate) fn reply_bytes(&self, to: &RequestRef, payload: Bytes) {
        self.outbox.push(Saying::Reply {
            to: to.clone(),
            payload,
        });
    }

    pub(crate) fn reply_code(&self, to: &RequestRef, code: Code) {
        if !code.is_ok() {
            tracing::debug!(
                cmd = to.cmd,
                client = to.connection.0,
                code = self.wire(code),
                "refused"
            );
        }
        self.outbox.push(Saying::Code {
            to: to.clone(),
            code,
        });
    }

    /// Ends all connections once everything said has left, and then this life.
    pub(crate) fn leave(&self, farewell: Farewell) {
        self.outbox.push(Saying::Farewell(farewell));
    }

    /// Echoes parameters that were set.
    pub(crate) fn echo(&self, camera: CameraId, param: Vec<CommonParam>) {
        let id = match camera {
            CameraId::Tele => cmd::NOTIFY_TELE_SET_PARAM,
            CameraId::Wide => cmd::NOTIFY_WIDE_SET_PARAM,
        };
        self.notify(id, &ResNotifyParam { param });
    }

    pub(crate) fn notify_function(
        &self,
        camera: CameraId,
        function: Function,
        state: OperationState,
    ) {
        let id = match camera {
            CameraId::Tele => cmd::NOTIFY_TELE_FUNCTION_STATE,
            CameraId::Wide => cmd::NOTIFY_WIDE_FUNCTION_STATE,
        };
        let message = ResNotifyCamFunctionState {
            state: state.into(),
            function_id: function.number(),
        };
        self.notify(id, &message);
    }

    pub(crate) fn notify_album(&self, kind: MediaKind) {
        let media_type = kind.media_type().number();
        self.notify(
            cmd::NOTIFY_ALBUM_UPDATE,
            &ResNotifyAlbumUpdate { media_type },
        );
        self.notify_card();
    }

    pub(crate) fn notify_card(&self) {
        let gigabytes = |bytes: u64| u32::try_from(bytes / 1_000_000_000).unwrap_or(u32::MAX);
        let message = ResNotifySDcardInfo {
            available_size: gigabytes(self.card.free_bytes()),
            total_size: gigabytes(self.card.size_bytes()),
            code: match self.card.has_room(0) {
                Ok(()) => 0,
                Err(trouble) => self.wire(trouble.code()),
            },
        };
        self.notify(cmd::NOTIFY_STORAGE, &message);
    }

    pub(crate) fn album(&self) -> Album<'_> {
        Album {
            root: self.card.root(),
            model_folder: self.config.model_folder(),
            shown_root: self.config.profile.album_root,
        }
    }

    pub(crate) fn dark_library(&self) -> DarkLibrary<'_> {
        DarkLibrary {
            card: &self.card,
            model_folder: self.config.model_folder(),
        }
    }

    /// The default parameter configuration of its model.
    pub(crate) fn params_config(&self) -> &'static ParamsConfig {
        params::config(self.config.profile.model)
    }

    /// Where a camera really looks at a time.
    pub(crate) fn view(&self, state: &State, camera: CameraId, at: Mono) -> View {
        let tele = state.mount.true_orientation(at);
        View {
            utc: self.pace.utc(at),
            orientation: self.darkroom.orientation(camera, tele),
        }
    }

    /// What a camera sees in one exposure.
    pub(crate) fn scene(
        &self,
        camera: CameraId,
        picture: &Picture,
        opened: View,
        closed: View,
    ) -> Scene {
        let state = self.state();
        let now = self.pace.now();
        Scene {
            site: self.config.site,
            opened,
            closed,
            exposure: picture.exposure,
            gain: picture.gain,
            filter: picture.filter,
            solar_filter: self.config.solar_filter,
            defocus_um: match camera {
                CameraId::Tele => state.focuser.defocus_um(now),
                CameraId::Wide => 0.0,
            },
            sensor_celsius: state.sensor_celsius(now),
            conditions: state.weather.at(now),
        }
    }

    /// How the next picture of a camera is taken.
    pub(crate) fn picture(&self, camera: CameraId) -> Picture {
        let automatic = self.automatic_exposure(camera);
        self.state().camera(camera).picture(automatic)
    }

    /// What automatic exposure arrives at: the sky's brightness follows the Sun.
    fn automatic_exposure(&self, camera: CameraId) -> (Duration, Gain) {
        let state = self.state();
        let now = self.pace.now();
        let atmosphere = state.weather.at(now).atmosphere;
        drop(state);
        let frame = SkyFrame::new(&self.config.site, self.pace.utc(now), &atmosphere);
        let sun = frame.sun().horizontal.altitude.angle().degrees();
        // From full day to night the sky dims by some 24 magnitudes between +5 and -15 degrees; the
        // exposure takes the first half of it, the gain the rest.
        let night = ((5.0 - sun) / 20.0).clamp(0.0, 1.0);
        let longest = match camera {
            CameraId::Tele => 0.8,
            CameraId::Wide => 0.9,
        };
        let seconds = 10.0_f64.powf(-4.0 + 4.0 * (night * 1.6).min(1.0)) * longest;
        let gain = (((night - 0.4) / 0.6).clamp(0.0, 1.0) * 160.0) as u16;
        (Duration::from_secs_f64(seconds), Gain(gain))
    }
}

/// What a [`Core`] is put together from.
#[derive(Debug)]
pub(crate) struct CoreParts {
    pub(crate) config: VirtualDwarfConfig,
    pub(crate) pace: Pace,
    pub(crate) card: Arc<Card>,
    pub(crate) darkroom: Arc<Darkroom>,
    pub(crate) network: watch::Sender<bool>,
    pub(crate) off: CancellationToken,
    pub(crate) state: State,
}
