use skyhelm_units::RightAscension;

use super::*;
use crate::state::{MountState, PointingSource, PointingState};

/// 2026-06-21 10:00 UTC, the solstice: the Almanac has the Sun at 6 h, 23.4 degrees, and it stands
/// high over Munich.
const SOLSTICE: UtcMillis = UtcMillis::from_seconds(1_782_036_000);

fn guard() -> SunGuard {
    SunGuard::new(Site::from_degrees(48.14, 11.58, 520.0))
}

fn place(ra_hours: f64, dec_degrees: f64) -> Equatorial<J2000> {
    Equatorial::from_hours_degrees(ra_hours, dec_degrees).unwrap()
}

fn goto(ra_hours: f64, dec_degrees: f64) -> MountCommand {
    MountCommand::Goto {
        target: place(ra_hours, dec_degrees),
        name: String::from("somewhere"),
    }
}

fn looking_at(place: Option<Equatorial<J2000>>, motion: Motion) -> DeviceState {
    DeviceState {
        mount: Some(MountState {
            motion,
            pointing: place.map(|place| PointingState {
                ra_hours: place.ra.angle().hours(),
                dec_degrees: place.dec.angle().degrees(),
                source: PointingSource::Target,
            }),
            ..MountState::default()
        }),
        ..DeviceState::default()
    }
}

fn kind(answer: Result<(), DeviceError>) -> Option<ErrorKind> {
    answer.err().map(|error| error.kind)
}

fn check(command: &MountCommand, state: &DeviceState) -> Option<ErrorKind> {
    kind(guard().check(command, state, SOLSTICE, SolarFilter::Unknown))
}

#[test]
fn a_goto_near_the_sun_is_refused_and_one_far_from_it_is_not() {
    let state = DeviceState::default();
    assert_eq!(check(&goto(6.0, 23.4), &state), Some(ErrorKind::SunGuard));
    // 14.5 and 15.5 degrees north of it.
    assert_eq!(check(&goto(6.0, 37.9), &state), Some(ErrorKind::SunGuard));
    assert_eq!(check(&goto(6.0, 38.9), &state), None);
    // Half a year later the same place is a night target.
    let december = SOLSTICE.plus_seconds(183.0 * 86_400.0);
    let later = guard().check(&goto(6.0, 23.4), &state, december, SolarFilter::Unknown);
    assert_eq!(kind(later), None);
}

#[test]
fn only_the_sun_itself_is_allowed_with_a_confirmed_filter() {
    let state = DeviceState::default();
    let with = |command| guard().check(&command, &state, SOLSTICE, SolarFilter::Confirmed);
    assert_eq!(kind(with(goto(6.0, 23.4))), None);
    assert_eq!(kind(with(goto(6.5, 23.4))), Some(ErrorKind::SunGuard));
}

#[test]
fn a_way_across_the_sun_is_refused() {
    let frame = SkyFrame::new(&guard().site, SOLSTICE, &Atmosphere::default());
    let sun = frame.sun().horizontal;
    let beside = |turn: f64, lift: f64| {
        frame.j2000(moved(
            &sun,
            Angle::from_degrees(turn),
            Angle::from_degrees(lift),
        ))
    };
    let target = beside(60.0, 0.0);
    let command = MountCommand::Goto {
        target,
        name: String::new(),
    };
    let from = |turn, lift| looking_at(Some(beside(turn, lift)), Motion::Tracking);
    assert_eq!(
        check(&command, &from(-60.0, 0.0)),
        Some(ErrorKind::SunGuard)
    );
    assert_eq!(check(&command, &from(60.0, -30.0)), None);
    // One left too near may be led away.
    assert_eq!(check(&command, &from(10.0, 0.0)), None);
}

#[test]
fn a_stick_towards_the_sun_is_refused_and_one_away_from_it_is_not() {
    let frame = SkyFrame::new(&guard().site, SOLSTICE, &Atmosphere::default());
    let sun = frame.sun().horizontal;
    let below = frame.j2000(moved(&sun, Angle::ZERO, Angle::from_degrees(-20.0)));
    let state = looking_at(Some(below), Motion::Joystick);
    let stick = |direction| MountCommand::Joystick {
        direction: Angle::from_degrees(direction),
        deflection: 1.0,
    };
    assert_eq!(check(&stick(90.0), &state), Some(ErrorKind::SunGuard));
    assert_eq!(check(&stick(270.0), &state), None);
    let gentle = MountCommand::Joystick {
        direction: Angle::from_degrees(90.0),
        deflection: 0.1,
    };
    assert_eq!(check(&gentle, &state), None);
}

#[test]
fn by_day_nothing_is_moved_by_hand_from_an_unknown_place() {
    let lost = looking_at(None, Motion::Idle);
    let stick = MountCommand::Joystick {
        direction: Angle::ZERO,
        deflection: 0.5,
    };
    let centre = MountCommand::CentreOnWide { x: 0.1, y: 0.1 };
    for command in [&stick, &centre, &MountCommand::Calibrate] {
        assert_eq!(check(command, &lost), Some(ErrorKind::SunGuard));
        let night = SOLSTICE.plus_seconds(13.0 * 3600.0);
        let answer = guard().check(command, &lost, night, SolarFilter::Unknown);
        assert_eq!(kind(answer), None);
    }
    assert_eq!(check(&MountCommand::StopAll, &lost), None);
    let with_filter = guard().check(&stick, &lost, SOLSTICE, SolarFilter::Confirmed);
    assert_eq!(kind(with_filter), None);
}

#[test]
fn a_click_on_the_wide_picture_towards_the_sun_is_refused() {
    let frame = SkyFrame::new(&guard().site, SOLSTICE, &Atmosphere::default());
    let sun = frame.sun().horizontal;
    let below = frame.j2000(moved(&sun, Angle::ZERO, Angle::from_degrees(-22.0)));
    let state = looking_at(Some(below), Motion::Tracking);
    let upper = MountCommand::CentreOnWide { x: 0.5, y: 0.0 };
    let lower = MountCommand::CentreOnWide { x: 0.5, y: 1.0 };
    assert_eq!(check(&upper, &state), Some(ErrorKind::SunGuard));
    assert_eq!(check(&lower, &state), None);
}

#[test]
fn a_running_stick_motion_is_ended_near_the_sun() {
    let near = Equatorial::new(
        RightAscension::new(Angle::from_hours(6.0)).unwrap(),
        place(6.0, 33.0).dec,
    );
    let stop = |state: &DeviceState, filter| {
        guard()
            .must_stop(state, SOLSTICE, filter)
            .map(|error| error.kind)
    };
    let moving = looking_at(Some(near), Motion::Joystick);
    assert_eq!(
        stop(&moving, SolarFilter::Unknown),
        Some(ErrorKind::SunGuard)
    );
    assert_eq!(stop(&moving, SolarFilter::Confirmed), None);
    let tracking = looking_at(Some(near), Motion::Tracking);
    assert_eq!(stop(&tracking, SolarFilter::Unknown), None);
    let far = looking_at(Some(place(10.0, 60.0)), Motion::Joystick);
    assert_eq!(stop(&far, SolarFilter::Unknown), None);
    let lost = looking_at(None, Motion::Joystick);
    assert_eq!(stop(&lost, SolarFilter::Unknown), Some(ErrorKind::SunGuard));
}
