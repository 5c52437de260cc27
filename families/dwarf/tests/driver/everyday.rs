//! Parameters, focus, dark frames, lights and power.

use skyhelm_device::{
    AutoFocus, Binning, ControlCommand, DarksCommand, FocuserCommand, LightCommand, ParameterValue,
    PowerCommand, Switch,
};

use super::*;

async fn set(
    telescope: &Telescope,
    lens: Lens,
    name: &str,
    value: ParameterValue,
) -> Result<(), ErrorKind> {
    let action = CameraAction::SetParameter {
        name: name.to_owned(),
        value,
    };
    let taken = telescope.camera(lens, action).await;
    taken.map(drop).map_err(|error| error.kind)
}

#[tokio::test]
async fn a_parameter_travels_as_the_processor_reads_it_and_is_shown_as_people_do() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let offered = telescope.state().cameras[&Lens::Tele].parameters.clone();
    let names: Vec<_> = offered.iter().map(|p| &*p.name).collect();
    assert_eq!(names, ["white_balance", "brightness", "preview_quality"]);
    set(
        &telescope,
        Lens::Tele,
        "brightness",
        ParameterValue::Number(100.0),
    )
    .await
    .unwrap();
    let sent = fake.received(cmd::TELE_SET_BRIGHTNESS).await;
    assert_eq!(v2::ReqSetBrightness::decode(sent).unwrap().value, 255);
    let state = telescope
        .until(|state| state.cameras[&Lens::Tele].parameters[1].value == Some(100.0))
        .await;
    assert!(!state.cameras[&Lens::Tele].parameters[1].auto);

    set(
        &telescope,
        Lens::Tele,
        "white_balance",
        ParameterValue::Choice(51),
    )
    .await
    .unwrap();
    let mode = fake.received(cmd::TELE_SET_WB_MODE).await;
    assert_eq!(v2::ReqSetWbMode::decode(mode).unwrap().mode, 1);
    let kelvin = fake.received(cmd::TELE_SET_WB_TEMPERATURE).await;
    assert_eq!(v2::ReqSetWbct::decode(kelvin).unwrap().index, 51);
    // What the telescope echoes stands.
    let echo = v2::ResNotifyParam {
        param: vec![v2::CommonParam {
            has_auto: true,
            id: 2,
            ..Default::default()
        }],
    };
    fake.notify(cmd::NOTIFY_TELE_SET_PARAM, &echo).await;
    telescope
        .until(|state| state.cameras[&Lens::Tele].parameters[0].auto)
        .await;

    for (name, value, kind) in [
        (
            "brightness",
            ParameterValue::Number(101.0),
            ErrorKind::Invalid,
        ),
        ("brightness", ParameterValue::Choice(1), ErrorKind::Invalid),
        (
            "white_balance",
            ParameterValue::Choice(50),
            ErrorKind::Invalid,
        ),
        ("no_such_thing", ParameterValue::Auto, ErrorKind::NotFound),
    ] {
        assert_eq!(set(&telescope, Lens::Tele, name, value).await, Err(kind));
    }
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn autofocus_is_a_job_that_ends_when_its_function_rests_and_can_be_stopped() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let focus = |command| telescope.give(telescope.capabilities().focuser, command);
    let stars = v2::ResNotifyCamFunctionState {
        state: OperationState::Running.into(),
        function_id: 8,
    };
    let rests = v2::ResNotifyCamFunctionState {
        state: OperationState::Idle.into(),
        function_id: 8,
    };
    focus(FocuserCommand::Auto(AutoFocus::Stars)).await.unwrap();
    let asked = fake.received(cmd::FOCUS_START_ASTRO_AUTO_FOCUS).await;
    assert_eq!(v2::ReqAstroAutoFocus::decode(asked).unwrap().mode, 0);
    fake.notify(cmd::NOTIFY_TELE_FUNCTION_STATE, &stars).await;
    telescope.until(|state| newest(state) == "searching").await;
    fake.notify(cmd::NOTIFY_TELE_FUNCTION_STATE, &rests).await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));

    focus(FocuserCommand::Auto(AutoFocus::StarsFast))
        .await
        .unwrap();
    fake.notify(cmd::NOTIFY_TELE_FUNCTION_STATE, &stars).await;
    telescope.until(|state| newest(state) == "searching").await;
    focus(FocuserCommand::Stop).await.unwrap();
    assert_eq!(fake.count(cmd::FOCUS_STOP_ASTRO_AUTO_FOCUS), 1);
    fake.notify(cmd::NOTIFY_TELE_FUNCTION_STATE, &rests).await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Cancelled));

    let place = AutoFocus::Area { x: 0.5, y: 0.25 };
    focus(FocuserCommand::Auto(place)).await.unwrap();
    let asked = fake.received(cmd::FOCUS_AUTO_FOCUS).await;
    let asked = v2::ReqNormalAutoFocus::decode(asked).unwrap();
    assert_eq!((asked.mode, asked.center_x, asked.center_y), (1, 960, 270));
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn dark_frames_are_taken_by_index_and_deleted_by_what_they_are() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let darks = |command| telescope.give(telescope.capabilities().darks, command);
    let take = |exposure| DarksCommand::Take {
        lens: Lens::Tele,
        exposure,
        gain: 18,
        binning: Binning::Two,
        count: 20,
    };
    darks(take(156)).await.unwrap();
    let number = cmd::ASTRO_START_CAPTURE_RAW_DARK_WITH_PARAM;
    let asked = v2::ReqCaptureDarkFrameWithParam::decode(fake.received(number).await).unwrap();
    let indexes = (asked.exp_index, asked.gain_index, asked.bin_index);
    assert_eq!((indexes, asked.cap_size), ((156, 18, 1), 20));
    let job = telescope.state().jobs.last().unwrap().clone();
    assert_eq!(job.title, "Dark frames, 15 s at gain 60");
    assert_eq!(darks(take(1)).await.unwrap_err().kind, ErrorKind::Invalid);

    let delete = |frame: &str| DarksCommand::Delete {
        lens: Lens::Tele,
        frames: vec![frame.to_owned()],
    };
    darks(delete("156-18-2")).await.unwrap();
    let number = cmd::ASTRO_DEL_DARK_FRAME_LIST;
    let asked = v2::ReqDelDarkFrameList::decode(fake.received(number).await).unwrap();
    assert_eq!(asked.dark_list[0].bin_index, 1);
    let nonsense = darks(delete("../etc")).await.unwrap_err();
    assert_eq!(nonsense.kind, ErrorKind::Invalid);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn lights_are_switched_by_name_and_the_role_is_given_back_on_request() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let light = |light: &str, switch| {
        let light = light.to_owned();
        let command = LightCommand { light, switch };
        telescope.give(telescope.capabilities().lights, command)
    };
    light("ring", Switch::On).await.unwrap();
    light("indicator", Switch::Off).await.unwrap();
    assert_eq!(fake.count(cmd::RING_LIGHT_ON), 1);
    assert_eq!(fake.count(cmd::POWER_INDICATOR_OFF), 1);
    let state = telescope.state();
    assert_eq!(state.lights[0].on, Some(true));
    assert_eq!(state.lights[1].on, Some(false));
    let none = light("disco", Switch::On).await.unwrap_err();
    assert_eq!(none.kind, ErrorKind::NotFound);

    let control = |command| telescope.give(telescope.capabilities().control, command);
    control(ControlCommand::Take).await.unwrap();
    telescope
        .until(|state| state.control == Control::Host)
        .await;
    let clock = telescope.state().clock.clone().unwrap();
    assert!(clock.ahead_s.abs() < 1e-9);
    control(ControlCommand::Release).await.unwrap();
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_telescope_told_to_switch_off_is_not_a_lost_one() {
    let fake = Fake::start().await;
    fake.script(cmd::REBOOT, Answer::Later).await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let start = StackerCommand::Start {
        lens: Lens::Tele,
        subs: None,
        without_darks: true,
    };
    telescope.stack(start).await.unwrap();
    let running = operation(OperationState::Running);
    fake.notify(cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING, &running)
        .await;
    telescope.until(|state| newest(state) == "exposing").await;
    let reboot = telescope.give(telescope.capabilities().power, PowerCommand::Reboot);
    fake.received(cmd::REBOOT).await;
    fake.notify(cmd::NOTIFY_POWER_OFF, &v2::ResNotifyPowerOff {})
        .await;
    telescope
        .until(|state| state.troubles.iter().any(|t| t.topic == "power.off"))
        .await;
    fake.cut().await;
    // The end of the connection is the answer.
    reboot.await.unwrap();
    let Some(Outcome::Failed { error }) = telescope.ended().await.outcome else {
        panic!("a stack on a telescope that is off is over");
    };
    assert!(error.message.contains("switched itself off"), "{error}");
    telescope
        .until(|state| state.link.status == LinkStatus::Up && state.troubles.is_empty())
        .await;
    station.family.stop().await.unwrap();
}
