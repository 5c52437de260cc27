use super::*;

/// Turns steadily, like a star.
#[derive(Debug)]
struct Steady {
    start: MotorAngles,
    per_second: MotorAngles,
}

impl Trajectory for Steady {
    fn angles(&self, at: Mono) -> MotorAngles {
        let t = at.elapsed().as_secs_f64();
        MotorAngles {
            rotation: (self.start.rotation + self.per_second.rotation * t).normalized(),
            pitch: self.start.pitch + self.per_second.pitch * t,
        }
    }
}

fn at(seconds: f64) -> Mono {
    Mono::from_elapsed(Duration::from_secs_f64(seconds))
}

fn mount() -> Mount {
    Mount::parked(MountConfig::smart_telescope(3), SetUp::perfect())
}

fn star(rotation: f64, pitch: f64, per_second: f64) -> Arc<Steady> {
    Arc::new(Steady {
        start: MotorAngles::from_degrees(rotation, pitch),
        per_second: MotorAngles::from_degrees(per_second, per_second / 2.0),
    })
}

const FAST: Angle = Angle::from_degrees(20.0);

#[test]
fn a_slew_meets_a_moving_star_and_follows_it() {
    let mut mount = mount();
    let star = star(350.0, 40.0, 0.25);
    mount
        .slew_and_follow(at(2.0), star.clone(), FAST, Approach::Quick)
        .unwrap();
    assert_eq!(mount.motion(at(3.0)), Motion::Moving);
    let arrived = mount.settled_at();
    assert_eq!(mount.motion(arrived), Motion::Following);
    for seconds in [0.0, 1.0, 60.0] {
        let t = arrived + Duration::from_secs_f64(seconds);
        let off = mount.motors(t).pitch - star.angles(t).pitch;
        assert!(off.abs().arcseconds() < 2.0, "{}", off.arcseconds());
    }
}

#[test]
fn a_quick_slew_is_never_exact_and_a_careful_one_nearly() {
    let mut mount = mount();
    for (approach, range) in [
        (Approach::Quick, 55.0..95.0),
        (Approach::Careful, 5.0..10.0),
    ] {
        let target = MotorAngles::from_degrees(100.0, 45.0);
        mount.slew_to(at(0.0), target, FAST, approach).unwrap();
        let there = Horizontal::from_degrees(100.0, 45.0).unwrap();
        let miss = mount.true_direction(mount.settled_at()).separation(&there);
        assert!(range.contains(&miss.arcseconds()), "{}", miss.arcseconds());
    }
}

#[test]
fn the_tube_never_jumps_when_following_ends() {
    let mut mount = mount();
    mount
        .slew_and_follow(at(0.0), star(10.0, 30.0, 0.2), FAST, Approach::Quick)
        .unwrap();
    let t = mount.settled_at() + Duration::from_secs(5);
    let before = mount.true_direction(t);
    mount.stop(t);
    assert!(mount.true_direction(t).separation(&before).arcseconds() < 1.0);
    assert_eq!(mount.motion(t + Duration::from_secs(2)), Motion::Rest);
}

#[test]
fn an_arm_that_does_not_reach_says_so_and_stays() {
    let mut mount = mount();
    let before = mount.motors(at(1.0));
    let target = MotorAngles::from_degrees(0.0, -89.0);
    assert!(
        mount
            .slew_to(at(1.0), target, FAST, Approach::Quick)
            .is_err()
    );
    assert_eq!(mount.motors(at(9.0)), before);
}

#[test]
fn following_past_a_stop_is_reported() {
    let mut mount = mount();
    mount
        .slew_and_follow(at(0.0), star(10.0, 110.0, 1.0), FAST, Approach::Quick)
        .unwrap();
    let motion = mount.motion(at(30.0));
    assert_eq!(motion, Motion::Blocked(AxisId::Pitch, LimitEnd::Highest));
}

#[test]
fn parking_ends_at_the_park_position() {
    let mut mount = mount();
    mount
        .slew_to(
            at(0.0),
            MotorAngles::from_degrees(10.0, 20.0),
            FAST,
            Approach::Quick,
        )
        .unwrap();
    assert!(!mount.is_parked(at(30.0)));
    mount.park(at(30.0), FAST);
    assert!(mount.is_parked(at(60.0)));
}

#[test]
fn an_obstacle_ends_a_slew_at_itself_and_is_forgotten_when_it_is_gone() {
    let mut mount = mount();
    let start = MotorAngles::from_degrees(100.0, 40.0);
    mount
        .slew_to(at(0.0), start, FAST, Approach::Quick)
        .unwrap();
    let rest = mount.settled_at();
    let target = MotorAngles::from_degrees(160.0, 40.0);
    mount.slew_to(rest, target, FAST, Approach::Quick).unwrap();
    let soon = rest + Duration::from_secs(1);
    let here = mount.motors(soon).rotation.degrees();
    mount.obstruct(soon, Angle::from_degrees(5.0));
    let later = soon + Duration::from_mins(1);
    let stopped = mount.motors(later).rotation.degrees();
    assert!((stopped - here - 5.0).abs() < 0.01, "{here} {stopped}");
    assert_eq!(
        mount.limit(later),
        Some((AxisId::Rotation, LimitEnd::Highest))
    );
    assert!(mount.slew_to(later, target, FAST, Approach::Quick).is_err());
    mount.clear(later);
    mount.slew_to(later, target, FAST, Approach::Quick).unwrap();
    let end = mount.settled_at();
    assert!((mount.motors(end).rotation.degrees() - 160.0).abs() < 0.01);
}
