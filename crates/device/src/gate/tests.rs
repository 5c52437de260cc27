use core::time::Duration;

use skyhelm_units::{Angle, Equatorial, Site, UtcMillis};

use super::*;
use crate::command::FocuserCommand;
use crate::device::{Capabilities, Submit};
use crate::state::{Blocked, MountState};

/// Counts what reaches it.
#[derive(Debug)]
struct Toy {
    state: watch::Sender<Arc<DeviceState>>,
    reached: Arc<Mutex<Vec<MountCommand>>>,
}

#[derive(Debug)]
struct Reached(Arc<Mutex<Vec<MountCommand>>>);

impl Submit<MountCommand> for Reached {
    fn submit(&self, envelope: Envelope<MountCommand>) -> Reply<Accepted> {
        self.0.lock().unwrap().push(envelope.command);
        Box::pin(ready(Ok(Accepted::default())))
    }
}

impl Device for Toy {
    fn id(&self) -> DeviceId {
        DeviceId::new("toy-1")
    }
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            mount: Some(Arc::new(Reached(Arc::clone(&self.reached)))),
            ..Capabilities::default()
        }
    }
    fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        self.state.subscribe()
    }
    fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        broadcast::channel(1).1
    }
}

/// The solstice of June 2026 at 10:00 UTC: the Sun is up, at 6 h and 23.4 degrees.
fn gate(state: DeviceState) -> (Gate, Arc<Mutex<Vec<MountCommand>>>) {
    let reached = Arc::default();
    let toy = Toy {
        state: watch::Sender::new(Arc::new(state)),
        reached: Arc::clone(&reached),
    };
    let clock = StationClock::new(Mono::ZERO, UtcMillis::from_seconds(1_782_036_000), 1.0);
    let guard = SunGuard::new(Site::from_degrees(48.14, 11.58, 520.0));
    (Gate::new(Arc::new(toy), clock, guard), reached)
}

fn ask<C: Gated>(gate: &Gate, lease: Option<&str>, command: C) -> Result<Accepted, ErrorKind> {
    let reply = gate.submit(
        Mono::ZERO,
        Envelope {
            lease: lease.map(LeaseId::new),
            request_id: RequestId::new("r1"),
            deadline: Mono::ZERO + Duration::from_secs(1),
            command,
        },
    );
    answer(reply).map_err(|error| error.kind)
}

/// Every reply of the toy is ready at once.
fn answer(mut reply: Reply<Accepted>) -> Result<Accepted, DeviceError> {
    let mut context = core::task::Context::from_waker(core::task::Waker::noop());
    match reply.as_mut().poll(&mut context) {
        core::task::Poll::Ready(answer) => answer,
        core::task::Poll::Pending => panic!("the toy answers at once"),
    }
}

fn goto(ra_hours: f64, dec_degrees: f64) -> MountCommand {
    MountCommand::Goto {
        target: Equatorial::from_hours_degrees(ra_hours, dec_degrees).unwrap(),
        name: String::from("M 31"),
    }
}

#[test]
fn without_the_lease_only_stops_pass() {
    let (gate, reached) = gate(DeviceState::default());
    assert_eq!(ask(&gate, None, goto(18.0, 60.0)), Err(ErrorKind::NoLease));
    assert!(ask(&gate, None, MountCommand::StopAll).is_ok());
    gate.take_lease(Mono::ZERO, LeaseId::new("a"), "Ada", Take::IfFree)
        .unwrap();
    assert_eq!(
        ask(&gate, Some("b"), goto(18.0, 60.0)),
        Err(ErrorKind::NoLease)
    );
    assert!(ask(&gate, Some("a"), goto(18.0, 60.0)).is_ok());
    assert_eq!(reached.lock().unwrap().len(), 2);
}

#[test]
fn the_sun_guard_stands_in_the_gate_until_the_filter_is_confirmed() {
    let (gate, reached) = gate(DeviceState::default());
    let ada = LeaseId::new("a");
    gate.take_lease(Mono::ZERO, ada.clone(), "Ada", Take::IfFree)
        .unwrap();
    assert_eq!(
        ask(&gate, Some("a"), goto(6.0, 23.4)),
        Err(ErrorKind::SunGuard)
    );
    assert!(reached.lock().unwrap().is_empty());
    let ben = LeaseId::new("b");
    let confirm = |id| gate.confirm_solar_filter(Mono::ZERO, id, SolarFilter::Confirmed);
    assert!(confirm(&ben).is_err());
    confirm(&ada).unwrap();
    assert!(ask(&gate, Some("a"), goto(6.0, 23.4)).is_ok());
}

#[test]
fn a_motion_by_hand_near_the_sun_is_ended_by_the_gate() {
    let moving = DeviceState {
        mount: Some(MountState {
            motion: crate::state::Motion::Joystick,
            ..MountState::default()
        }),
        ..DeviceState::default()
    };
    let (gate, reached) = gate(moving);
    let (why, stop) = gate.watch_sun(Mono::ZERO).expect("the Sun is up");
    assert_eq!(why.kind, ErrorKind::SunGuard);
    answer(stop).unwrap();
    assert_eq!(*reached.lock().unwrap(), [MountCommand::StopAll]);
}

#[test]
fn a_blocked_control_answers_its_reason() {
    let mut state = DeviceState::default();
    state.blocked.insert(
        String::from("mount.goto"),
        Blocked {
            reason: String::from("The telescope is stacking M 31."),
            remedy: Some(String::from("Stop the stack first.")),
        },
    );
    let (gate, reached) = gate(state);
    gate.take_lease(Mono::ZERO, LeaseId::new("a"), "Ada", Take::IfFree)
        .unwrap();
    assert_eq!(
        ask(&gate, Some("a"), goto(18.0, 60.0)),
        Err(ErrorKind::Blocked)
    );
    assert!(reached.lock().unwrap().is_empty());
}

#[test]
fn nonsense_and_late_commands_never_reach_the_device() {
    let (gate, reached) = gate(DeviceState::default());
    gate.take_lease(Mono::ZERO, LeaseId::new("a"), "Ada", Take::IfFree)
        .unwrap();
    let stick = |direction, deflection| MountCommand::Joystick {
        direction: Angle::from_degrees(direction),
        deflection,
    };
    for command in [
        stick(f64::NAN, 0.5),
        stick(0.0, f64::NAN),
        stick(0.0, 1.5),
        MountCommand::CentreOnWide { x: -0.1, y: 0.5 },
    ] {
        assert_eq!(ask(&gate, Some("a"), command), Err(ErrorKind::Invalid));
    }
    let late = gate.submit(
        Mono::ZERO + Duration::from_secs(2),
        Envelope {
            lease: Some(LeaseId::new("a")),
            request_id: RequestId::new("r1"),
            deadline: Mono::ZERO + Duration::from_secs(1),
            command: goto(18.0, 60.0),
        },
    );
    assert_eq!(answer(late).unwrap_err().kind, ErrorKind::TimedOut);
    assert_eq!(
        ask(&gate, Some("a"), FocuserCommand::Stop),
        Err(ErrorKind::NotFound)
    );
    assert!(reached.lock().unwrap().is_empty());
}

#[test]
fn commands_of_the_everyday_pass_by_their_names_and_numbers() {
    use crate::command::{AlbumCommand, DarksCommand, LightCommand, ParameterValue, Switch};
    use crate::{Binning, CameraAction, CameraCommand, Lens};
    let set = |name: &str, value| CameraCommand {
        lens: Lens::Wide,
        action: CameraAction::SetParameter {
            name: name.to_owned(),
            value,
        },
    };
    let good = set("brightness", ParameterValue::Number(3.0));
    assert_eq!(good.control(), "camera.wide.brightness");
    assert!(good.validate().is_ok() && good.needs_lease());
    for (name, value) in [
        ("", ParameterValue::Auto),
        ("Photo!", ParameterValue::Auto),
        ("brightness", ParameterValue::Number(f64::NAN)),
    ] {
        assert!(set(name, value).validate().is_err(), "{name}");
    }
    let take = |count| DarksCommand::Take {
        lens: Lens::Tele,
        exposure: 1,
        gain: 1,
        binning: Binning::One,
        count,
    };
    assert!(take(20).validate().is_ok());
    assert!(take(0).validate().is_err());
    let delete = |paths: &[&str]| AlbumCommand::Delete {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
    };
    assert!(delete(&["/a"]).validate().is_ok());
    assert!(delete(&[]).validate().is_err());
    assert!(delete(&["/a\0"]).validate().is_err());
    let light = LightCommand {
        light: String::from("../ring"),
        switch: Switch::On,
    };
    assert!(light.validate().is_err());
}
