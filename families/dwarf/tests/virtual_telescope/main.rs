//! The driver against a virtual DWARF 3: everything real but the glass.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod contract;
mod controls;
mod faults;
#[path = "../driver/station.rs"]
#[allow(dead_code, reason = "shared with the tests against a script")]
mod station;

use serde_json::Value;
use skyhelm_device::state::{Control, Motion, PointingSource, StackPhase};
use skyhelm_device::{
    CameraAction, CameraCommand, Exposure, FocusDirection, FocuserCommand, JobKind, Lens,
    MediaKind, MountCommand, Outcome, StackerCommand,
};
use skyhelm_dwarf_sim::{Initial, RunningDwarf, VirtualDwarf, VirtualDwarfConfig};
use skyhelm_units::{Angle, Equatorial, Now, StationClock, UtcMillis};
use station::{Station, Telescope, site};

/// 2026-11-21 19:00 UTC: M 45 stands 45 degrees high in the east of Munich.
const EVENING: UtcMillis = UtcMillis::from_seconds(1_795_287_600);
/// Station seconds a second: slews and exposures pass quickly.
const SPEED: f64 = 40.0;

fn evening(now: Now) -> StationClock {
    StationClock::new(now.mono, EVENING, SPEED)
}

async fn virtual_dwarf(initial: Initial) -> RunningDwarf {
    let mut config = VirtualDwarfConfig::dwarf3(site());
    config.station_clock = evening(config.host_clock.now());
    config.initial = initial;
    config.window = 4;
    VirtualDwarf::start(config).await.unwrap()
}

fn calibrated() -> Initial {
    Initial {
        calibrated: true,
        motors_deg: Some((120.0, 40.0)),
        ..Initial::default()
    }
}

/// A telescope at a station, in the evening.
async fn scene(initial: Initial) -> (RunningDwarf, Station, Telescope) {
    let dwarf = virtual_dwarf(initial).await;
    let mut station = Station::with_clock(Value::Null, evening);
    let telescope = station.telescope(&dwarf.addresses().ws.to_string()).await;
    (dwarf, station, telescope)
}

async fn end(dwarf: RunningDwarf, station: Station) {
    station.family.stop().await.unwrap();
    dwarf.stop().await;
}

fn m45() -> Equatorial<skyhelm_units::J2000> {
    Equatorial::from_hours_degrees(3.783, 24.117).unwrap()
}

fn goto_m45() -> MountCommand {
    MountCommand::Goto {
        target: m45(),
        name: String::from("M 45"),
    }
}

/// Waits for the end of the newest job of a kind.
async fn ended(telescope: &Telescope, kind: JobKind) -> Outcome {
    let newest = move |state: &skyhelm_device::DeviceState| {
        let job = state.jobs.iter().rev().find(|job| job.kind == kind)?;
        job.outcome.clone()
    };
    let state = telescope.until(|state| newest(state).is_some()).await;
    newest(&state).unwrap()
}

async fn whole_file(telescope: &Telescope, path: &str, from: u64) -> Vec<u8> {
    let library = telescope.capabilities().library.unwrap();
    let mut pieces = library.read(path, from).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.recv().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_connection_to_a_stack_on_our_own_disk() {
    let dwarf = virtual_dwarf(calibrated()).await;
    let mut station = Station::with_clock(Value::Null, evening);
    let telescope = station.telescope(&dwarf.addresses().ws.to_string()).await;
    let state = telescope
        .until(|state| state.power.battery_percent.is_some() && state.storage.is_some())
        .await;
    assert!(state.about.simulated);
    assert_eq!(state.about.model, "DWARF 3");

    telescope.mount(goto_m45()).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Goto).await, Outcome::Done);
    let state = telescope
        .until(|state| state.mount.as_ref().unwrap().motion == Motion::Tracking)
        .await;
    let off = dwarf.truth().pointing().separation(&m45());
    assert!(off.arcminutes() < 5.0, "{off}");
    assert!(!state.blocked.contains_key("stack.start"), "{state:?}");

    let fifteen = state.cameras[&Lens::Tele].exposure.as_ref().unwrap();
    let fifteen = fifteen
        .choices
        .iter()
        .find(|choice| choice.name == "15")
        .unwrap()
        .index;
    let exposure = CameraAction::SetExposure(Exposure::Choice(fifteen));
    telescope.camera(Lens::Tele, exposure).await.unwrap();
    telescope
        .until(|state| {
            let exposure = state.cameras[&Lens::Tele].exposure.as_ref().unwrap();
            !exposure.auto && exposure.index == Some(fifteen)
        })
        .await;
    let start = StackerCommand::Start {
        lens: Lens::Tele,
        subs: Some(3),
        without_darks: false,
    };
    telescope.stack(start).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Stack).await, Outcome::Done);
    let state = telescope.state();
    let stacker = state.stacker.as_ref().unwrap();
    assert_eq!(stacker.phase, StackPhase::Ended);
    assert_eq!(stacker.counts.unwrap().taken, 3);
    assert_eq!(stacker.sub_seconds, Some(15.0));
    telescope
        .stack(StackerCommand::GoLive { lens: Lens::Tele })
        .await
        .unwrap();

    let library = telescope.capabilities().library.unwrap();
    let items = library.list().await.unwrap();
    let stack = items
        .iter()
        .find(|item| item.kind == MediaKind::Stack)
        .unwrap();
    assert_eq!(stack.target.as_deref(), Some("M 45"));
    assert_eq!(stack.subs.unwrap().taken, 3);
    let stacked = stack
        .files
        .iter()
        .find(|file| file.path.contains("/stacked-16") && file.path.contains(".fits"))
        .unwrap();
    let fits = whole_file(&telescope, &stacked.path, 0).await;
    assert!(fits.starts_with(b"SIMPLE  ="));
    assert_eq!(stacked.size_bytes, Some(fits.len() as u64));
    assert!(whole_file(&telescope, &stacked.path, 2880).await == fits[2880..]);

    station.family.stop().await.unwrap();
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telescope_just_put_down_is_calibrated_and_photographs() {
    let dwarf = virtual_dwarf(Initial::default()).await;
    let mut station = Station::with_clock(Value::Null, evening);
    let telescope = station.telescope(&dwarf.addresses().ws.to_string()).await;
    telescope.mount(MountCommand::Calibrate).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Calibrate).await, Outcome::Done);
    assert_eq!(
        telescope.state().mount.as_ref().unwrap().calibrated,
        Some(true)
    );
    for lens in [Lens::Tele, Lens::Wide] {
        telescope.camera(lens, CameraAction::Photo).await.unwrap();
        assert_eq!(ended(&telescope, JobKind::Photo).await, Outcome::Done);
    }
    let library = telescope.capabilities().library.unwrap();
    let items = library.list().await.unwrap();
    assert_eq!(items.len(), 2);
    let photo = whole_file(&telescope, &items[0].path, 0).await;
    assert!(photo.starts_with(&[0xFF, 0xD8]));

    let before = telescope.state().focuser.clone().unwrap().position.unwrap();
    let step = FocuserCommand::Step(FocusDirection::Near);
    telescope
        .give(telescope.capabilities().focuser, step)
        .await
        .unwrap();
    telescope
        .until(|state| state.focuser.as_ref().unwrap().position != Some(before))
        .await;
    let filter = CameraCommand {
        lens: Lens::Tele,
        action: CameraAction::SetFilter(2),
    };
    telescope
        .give(telescope.capabilities().camera, filter)
        .await
        .unwrap();
    telescope
        .until(|state| {
            let filter = state.cameras[&Lens::Tele].filter.as_ref().unwrap();
            filter.index == Some(2)
        })
        .await;
    station.family.stop().await.unwrap();
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parking_is_taken_at_once_and_both_motors_arrive() {
    // Near the folded position: motors moved by hand do not hurry in a demo.
    let initial = Initial {
        motors_deg: Some((150.0, -20.0)),
        ..Initial::default()
    };
    let dwarf = virtual_dwarf(initial).await;
    let mut station = Station::with_clock(Value::Null, evening);
    let telescope = station.telescope(&dwarf.addresses().ws.to_string()).await;
    telescope.mount(MountCommand::Park).await.unwrap();
    telescope
        .until(|state| state.mount.as_ref().unwrap().motion == Motion::Parked)
        .await;
    station.family.stop().await.unwrap();
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_pictures_come_and_a_stick_moves_what_they_show() {
    let dwarf = virtual_dwarf(calibrated()).await;
    let mut one = Station::with_clock(Value::Null, evening);
    let first = one.telescope(&dwarf.addresses().ws.to_string()).await;
    let mut two = Station::with_clock(Value::Null, evening);
    let second = two.telescope(&dwarf.addresses().ws.to_string()).await;
    first.until(|state| state.control == Control::Host).await;
    second.until(|state| state.control == Control::Viewer).await;

    for lens in [Lens::Tele, Lens::Wide] {
        first.camera(lens, CameraAction::Open).await.unwrap();
    }
    let live = second.capabilities().live.unwrap();
    for lens in [Lens::Tele, Lens::Wide] {
        let mut pictures = live.watch(lens);
        let picture = pictures.wait_for(Option::is_some).await.unwrap().clone();
        assert!(picture.unwrap().jpeg.starts_with(&[0xFF, 0xD8]));
    }
    // The viewer learns from the picture that the camera is open.
    second
        .until(|state| state.cameras[&Lens::Tele].open && state.cameras[&Lens::Wide].open)
        .await;

    first.mount(goto_m45()).await.unwrap();
    assert_eq!(ended(&first, JobKind::Goto).await, Outcome::Done);
    let before = dwarf.truth().motors_deg();
    let right = MountCommand::Joystick {
        direction: Angle::ZERO,
        deflection: 0.5,
    };
    first.mount(right).await.unwrap();
    first
        .until(|state| state.mount.as_ref().unwrap().motion == Motion::Joystick)
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    first.mount(MountCommand::StopJoystick).await.unwrap();
    let after = dwarf.truth().motors_deg();
    assert!((after.0 - before.0).abs() > 0.3, "{before:?} {after:?}");
    // By its motors the driver knows where the stick has led the telescope.
    first
        .until(|state| {
            let pointing = state.mount.as_ref().unwrap().pointing.as_ref();
            pointing.is_some_and(|pointing| {
                let place = Equatorial::from_hours_degrees(pointing.ra_hours, pointing.dec_degrees);
                let off = place.unwrap().separation(&dwarf.truth().pointing());
                pointing.source == PointingSource::Motors && off.degrees() < 2.0
            })
        })
        .await;
    one.family.stop().await.unwrap();
    two.family.stop().await.unwrap();
    dwarf.stop().await;
}
