use super::*;
use crate::command::LostAction;
use crate::state::{About, AircraftAbout, Authority, FenceState, FlightBattery, LiveLink};

fn place(north_m: f64) -> GroundPoint {
    let home = GroundPoint::from_degrees(48.0, 11.0).unwrap();
    crate::fence::moved(home, [0.0, north_m])
}

/// In the air, ours, live, with twenty minutes of battery.
fn flying() -> DeviceState {
    DeviceState {
        about: About {
            serial: Some(String::from("GW1")),
            ..About::default()
        },
        flight: Some(FlightState {
            aircraft: Some(AircraftAbout::default()),
            armed: true,
            authority: Authority {
                ours: true,
                ..Authority::default()
            },
            live: LiveLink {
                status: LiveStatus::Up,
                ..LiveLink::default()
            },
            in_air: Some(true),
            position: Some(place(0.0).into()),
            home: Some(place(0.0).into()),
            battery: Some(FlightBattery {
                percent: Some(80.0),
                remaining_s: Some(1200.0),
                return_home_percent: Some(25.0),
                landing_percent: Some(10.0),
            }),
            ..FlightState::default()
        }),
        ..DeviceState::default()
    }
}

fn with(change: impl FnOnce(&mut FlightState)) -> DeviceState {
    let mut state = flying();
    change(state.flight.as_mut().unwrap());
    state
}

fn fly_to(north_m: f64) -> FlightCommand {
    FlightCommand::FlyTo(FlyTo {
        target: place(north_m),
        height: AboveTakeoff::from_metres(50.0),
        max_speed_m_s: 10.0,
    })
}

#[test]
fn nothing_is_blocked_in_the_air_but_the_take_off() {
    let names: Vec<_> = blocked(&flying()).into_keys().collect();
    assert_eq!(names, ["flight.take_off"]);
}

#[test]
fn each_missing_thing_blocks_its_controls_and_says_so() {
    type Change = fn(&mut FlightState);
    let cases: &[(&str, Change, ErrorKind)] = &[
        ("flight.sticks", |f| f.armed = false, ErrorKind::Blocked),
        ("flight.fly_to", |f| f.aircraft = None, ErrorKind::Blocked),
        (
            "flight.land",
            |f| f.authority.ours = false,
            ErrorKind::NoControl,
        ),
        (
            "flight.sticks",
            |f| f.live.status = LiveStatus::Bad,
            ErrorKind::Blocked,
        ),
        (
            "flight.fly_to",
            |f| f.in_air = Some(false),
            ErrorKind::Blocked,
        ),
        ("payload", |f| f.armed = false, ErrorKind::Blocked),
    ];
    for (control, change, kind) in cases {
        let state = with(*change);
        assert_eq!(check_control(control, &state).unwrap_err().kind, *kind);
        assert!(blocked(&state).contains_key(*control));
        assert!(check_control(control, &flying()).is_ok());
    }
}

#[test]
fn stops_are_never_blocked() {
    let state = with(|flight| *flight = FlightState::default());
    for control in ["flight.stop", "flight.stop_fly_to", "flight.disarm"] {
        assert!(check_control(control, &state).is_ok());
    }
}

#[test]
fn only_the_gateways_own_serial_number_arms_it() {
    let arm = |serial: &str| FlightCommand::Arm {
        serial: serial.to_owned(),
    };
    assert!(check(&arm("GW1"), &flying()).is_ok());
    for wrong in ["", "gw1", "GW2"] {
        assert!(check(&arm(wrong), &flying()).is_err());
    }
}

#[test]
fn a_target_beyond_the_fence_is_refused() {
    let fenced = with(|flight| {
        flight.fence = Some(FenceState {
            distance_m: Some(300.0),
            ceiling_m: Some(60.0),
            ..FenceState::default()
        });
    });
    assert!(check(&fly_to(299.0), &fenced).is_ok());
    let refused = check(&fly_to(301.0), &fenced).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::OutOfReach);
}

#[test]
fn a_target_the_battery_cannot_come_home_from_is_refused() {
    // 3 km there at 10 m/s, back at 8, with the reserve: 300 + 375 + 50 + 120 s.
    let left = |seconds| with(|f| f.battery.as_mut().unwrap().remaining_s = Some(seconds));
    assert!(check(&fly_to(3000.0), &left(850.0)).is_ok());
    assert!(check(&fly_to(3000.0), &left(840.0)).is_err());
    let low = with(|f| f.battery.as_mut().unwrap().percent = Some(25.0));
    assert!(check(&fly_to(10.0), &low).is_err());
    let silent = with(|f| f.battery = None);
    assert!(check(&fly_to(10.0), &silent).is_err());
}

#[test]
fn a_take_off_is_judged_by_all_its_heights() {
    let ground = with(|flight| {
        flight.in_air = Some(false);
        flight.fence = Some(FenceState {
            ceiling_m: Some(60.0),
            ..FenceState::default()
        });
    });
    let take_off = |security: f64, back: f64| {
        FlightCommand::TakeOff(TakeOff {
            target: place(50.0),
            height: AboveTakeoff::from_metres(40.0),
            security_height: AboveTakeoff::from_metres(security),
            return_height: AboveTakeoff::from_metres(back),
            lost_action: LostAction::ReturnHome,
            max_speed_m_s: 10.0,
        })
    };
    assert!(check(&take_off(30.0, 50.0), &ground).is_ok());
    assert!(check(&take_off(61.0, 50.0), &ground).is_err());
    assert!(check(&take_off(30.0, 61.0), &ground).is_err());
}
