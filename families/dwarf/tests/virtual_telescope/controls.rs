//! The everyday controls, each with its effect in the telescope's own world.

use std::sync::Arc;

use skyhelm_device::gate::Gate;
use skyhelm_device::{
    AutoFocus, Binning, Body, DarksCommand, DeviceError, Envelope, ErrorKind, LightCommand,
    ParameterValue, SolarFilter, SunGuard, Switch, Take,
};
use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{LeaseId, RequestId};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

use super::*;

/// Micrometres between sensor and focal plane with one step of the focuser.
const STEP_UM: f64 = 3.0;
/// 2026-11-21 11:30 UTC: noon in Munich.
const NOON: UtcMillis = UtcMillis::from_seconds(1_795_260_600);

#[tokio::test(flavor = "multi_thread")]
async fn the_stars_bring_a_blurred_telescope_to_its_focus() {
    let initial = Initial {
        defocus_steps: 300,
        ..Initial::default()
    };
    let (dwarf, station, telescope) = scene(initial).await;
    // In the Milky Way: a sixteenth of the sensor sees stars enough.
    let deneb = MountCommand::Goto {
        target: Equatorial::from_hours_degrees(20.69, 45.0).unwrap(),
        name: String::from("Deneb"),
    };
    telescope.mount(deneb).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Goto).await, Outcome::Done);
    let steps_off = || dwarf.truth().defocus_um() / STEP_UM;
    assert!(steps_off().abs() > 200.0, "{}", steps_off());
    let stars = FocuserCommand::Auto(AutoFocus::Stars);
    telescope
        .give(telescope.capabilities().focuser, stars)
        .await
        .unwrap();
    assert_eq!(ended(&telescope, JobKind::Focus).await, Outcome::Done);
    assert!(steps_off().abs() <= 2.0, "{}", steps_off());
    end(dwarf, station).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dark_frames_are_taken_and_a_stack_asks_for_none_any_more() {
    let initial = Initial {
        darks: false,
        ..calibrated()
    };
    let (dwarf, station, telescope) = scene(initial).await;
    telescope.mount(goto_m45()).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Goto).await, Outcome::Done);
    let (exposure, gain) = fifteen_seconds_at_gain_60(&telescope).await;
    let start = || StackerCommand::Start {
        lens: Lens::Tele,
        subs: Some(1),
        without_darks: false,
    };
    telescope.stack(start()).await.unwrap_err();
    let room = dwarf.world().state().card.free_bytes;
    let take = DarksCommand::Take {
        lens: Lens::Tele,
        exposure,
        gain,
        binning: Binning::One,
        count: 2,
    };
    telescope
        .give(telescope.capabilities().darks, take)
        .await
        .unwrap();
    assert_eq!(ended(&telescope, JobKind::Darks).await, Outcome::Done);
    assert!(dwarf.world().state().card.free_bytes < room, "on the card");
    let listed = |state: &skyhelm_device::DeviceState| {
        let darks = state.darks.as_ref();
        darks.is_some_and(|darks| darks.frames.iter().any(|frame| frame.exposure == "15"))
    };
    telescope.until(listed).await;
    telescope.stack(start()).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Stack).await, Outcome::Done);
    end(dwarf, station).await;
}

/// Sets the tele camera; the indexes of both.
async fn fifteen_seconds_at_gain_60(telescope: &Telescope) -> (i32, i32) {
    let state = telescope.state();
    let camera = &state.cameras[&Lens::Tele];
    let index = |setting: Option<&skyhelm_device::state::Setting>, name: &str| {
        let choices = &setting.unwrap().choices;
        choices
            .iter()
            .find(|choice| choice.name == name)
            .unwrap()
            .index
    };
    let exposure = index(camera.exposure.as_ref(), "15");
    let gain = index(camera.gain.as_ref(), "60");
    for action in [
        CameraAction::SetExposure(Exposure::Choice(exposure)),
        CameraAction::SetGain(gain),
    ] {
        telescope.camera(Lens::Tele, action).await.unwrap();
    }
    (exposure, gain)
}

/// A command through the door that the Sun guard keeps.
async fn through(gate: &Gate, station: &Station, command: MountCommand) -> Result<(), DeviceError> {
    let now = station.host.now().mono;
    let envelope = Envelope {
        lease: Some(LeaseId::new("test")),
        request_id: RequestId::new("test"),
        deadline: now + std::time::Duration::from_secs(8),
        command,
    };
    gate.submit(now, envelope).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sun_is_gone_to_only_behind_a_filter_that_somebody_has_confirmed() {
    let noon = |now: Now| StationClock::new(now.mono, NOON, SPEED);
    let mut config = VirtualDwarfConfig::dwarf3(site());
    config.station_clock = noon(config.host_clock.now());
    config.initial = calibrated();
    config.solar_filter = true;
    config.window = 2;
    let dwarf = VirtualDwarf::start(config).await.unwrap();
    let mut station = Station::with_clock(Value::Null, noon);
    let telescope = station.telescope(&dwarf.addresses().ws.to_string()).await;
    let now = station.host.now();
    let device = Arc::clone(&telescope.device);
    let gate = Gate::new(device, noon(now), SunGuard::new(site()));
    let lease = LeaseId::new("test");
    gate.take_lease(now.mono, lease.clone(), "test", Take::IfFree)
        .unwrap();
    let before = dwarf.truth().motors_deg();
    let sun = || MountCommand::GotoBody { body: Body::Sun };
    let refused = through(&gate, &station, sun()).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::SunGuard);
    assert_eq!(dwarf.truth().motors_deg(), before, "nothing moved");
    gate.confirm_solar_filter(now.mono, &lease, SolarFilter::Confirmed)
        .unwrap();
    through(&gate, &station, sun()).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Goto).await, Outcome::Done);
    let frame = SkyFrame::new(&site(), dwarf.truth().utc(), &Atmosphere::default());
    let miss = dwarf.truth().pointing().separation(&frame.sun().position);
    assert!(miss.arcminutes() < 6.0, "{miss}");
    end(dwarf, station).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_light_that_one_driver_switches_is_seen_by_another() {
    let (dwarf, station, telescope) = scene(calibrated()).await;
    let mut elsewhere = Station::with_clock(Value::Null, evening);
    let witness = elsewhere.telescope(&dwarf.addresses().ws.to_string()).await;
    for (switch, on) in [(Switch::Off, false), (Switch::On, true)] {
        for light in ["ring", "indicator"] {
            let command = LightCommand {
                light: String::from(light),
                switch,
            };
            telescope
                .give(telescope.capabilities().lights, command)
                .await
                .unwrap();
            let shines = move |state: &skyhelm_device::DeviceState| {
                let seen = state.lights.iter().find(|seen| seen.name == light);
                seen.and_then(|light| light.on) == Some(on)
            };
            witness.until(shines).await;
        }
    }
    elsewhere.family.stop().await.unwrap();
    end(dwarf, station).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brighter_picture_is_brighter() {
    let (dwarf, station, telescope) = scene(calibrated()).await;
    telescope
        .camera(Lens::Wide, CameraAction::Open)
        .await
        .unwrap();
    let mut pictures = telescope.capabilities().live.unwrap().watch(Lens::Wide);
    let shown = pictures.wait_for(Option::is_some).await.unwrap();
    let before = brightness(&shown.as_ref().unwrap().jpeg);
    drop(shown);
    let action = CameraAction::SetParameter {
        name: String::from("brightness"),
        value: ParameterValue::Number(100.0),
    };
    telescope.camera(Lens::Wide, action).await.unwrap();
    let brighter = pictures.wait_for(|frame| {
        let frame = frame.as_ref().unwrap();
        brightness(&frame.jpeg) > before + 20.0
    });
    tokio::time::timeout(std::time::Duration::from_mins(1), brighter)
        .await
        .expect("the picture changes")
        .unwrap();
    end(dwarf, station).await;
}

/// Mean of all colours of all pixels.
fn brightness(jpeg: &[u8]) -> f64 {
    let bytes = JpegDecoder::new(ZCursor::new(jpeg)).decode().unwrap();
    let sum: f64 = bytes.iter().map(|byte| f64::from(*byte)).sum();
    sum / bytes.len() as f64
}
