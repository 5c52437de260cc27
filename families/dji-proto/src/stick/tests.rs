use super::*;

/// The axis table as it is printed, row by row: what flies right ahead, to the right, up, and
/// clockwise, written by hand and by nothing of the code it judges.
const WRITTEN: [(AxisConvention, [Velocity; 4]); 3] = [
    (
        AxisConvention::LeftForward,
        [
            Velocity {
                x: 0.0,
                y: 2.0,
                h: 0.0,
                w: 0.0,
            },
            Velocity {
                x: -2.0,
                y: 0.0,
                h: 0.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 0.0,
                h: 2.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 0.0,
                h: 0.0,
                w: 20.0,
            },
        ],
    ),
    (
        AxisConvention::ForwardLeft,
        [
            Velocity {
                x: 2.0,
                y: 0.0,
                h: 0.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: -2.0,
                h: 0.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 0.0,
                h: 2.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 0.0,
                h: 0.0,
                w: 20.0,
            },
        ],
    ),
    (
        AxisConvention::ForwardRight,
        [
            Velocity {
                x: 2.0,
                y: 0.0,
                h: 0.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 2.0,
                h: 0.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 0.0,
                h: 2.0,
                w: 0.0,
            },
            Velocity {
                x: 0.0,
                y: 0.0,
                h: 0.0,
                w: 20.0,
            },
        ],
    ),
];

fn motions() -> [BodyMotion; 4] {
    let still = BodyMotion::STILL;
    [
        BodyMotion {
            forward: 2.0,
            ..still
        },
        BodyMotion {
            right: 2.0,
            ..still
        },
        BodyMotion { up: 2.0, ..still },
        BodyMotion {
            clockwise: 20.0,
            ..still
        },
    ]
}

#[test]
fn each_convention_sends_what_its_document_prints() {
    for (axes, written) in WRITTEN {
        for (motion, expected) in motions().into_iter().zip(written) {
            assert_eq!(axes.to_wire(motion), expected, "{axes:?} {motion:?}");
            assert_eq!(axes.from_wire(expected), motion, "{axes:?} {expected:?}");
        }
    }
}

#[test]
fn the_same_stick_picture_flies_the_same_way_on_every_profile() {
    let picture = BodyMotion {
        forward: 3.0,
        right: -1.5,
        up: 0.9,
        clockwise: 30.0,
    };
    for profile in Profile::ALL {
        let Some(frame) = profile.frame(picture) else {
            assert_eq!(profile.manual, ManualMethod::None);
            continue;
        };
        // By the printed tables, not by the code under test.
        let flown = match frame {
            StickFrame::Velocity(v) => match profile.axes {
                AxisConvention::LeftForward => [v.y, -v.x, v.h, v.w],
                AxisConvention::ForwardLeft => [v.x, -v.y, v.h, v.w],
                AxisConvention::ForwardRight => [v.x, v.y, v.h, v.w],
            },
            StickFrame::Sticks(s) => {
                let full = profile.limits;
                let part = |stick: i64| (stick - 1024) as f64 / 660.0;
                [
                    part(s.pitch) * full.horizontal,
                    part(s.roll) * full.horizontal,
                    part(s.throttle) * full.up,
                    part(s.yaw) * full.clockwise,
                ]
            }
        };
        for (flown, asked) in flown.into_iter().zip([3.0, -1.5, 0.9, 30.0]) {
            assert!(
                (flown - asked).abs() < 0.1,
                "{}: {flown} for {asked}",
                profile.name
            );
        }
    }
}

#[test]
fn hands_off_is_zero_or_the_middle_and_never_a_negative_zero() {
    for profile in Profile::ALL {
        match profile.frame(BodyMotion::STILL) {
            Some(StickFrame::Velocity(v)) => {
                assert_eq!(v, Velocity::default());
                assert!(
                    [v.x, v.y, v.h, v.w]
                        .iter()
                        .all(|part| part.is_sign_positive())
                );
            }
            Some(StickFrame::Sticks(sticks)) => assert_eq!(sticks, Sticks::CENTRED),
            None => {}
        }
    }
}

#[test]
fn full_sticks_reach_the_ends_and_no_further() {
    let wild = BodyMotion {
        forward: 1e9,
        right: 0.0,
        up: -1e9,
        clockwise: 1e9,
    };
    let Some(StickFrame::Sticks(sticks)) = Profile::DOCK3_M4TD.frame(wild) else {
        panic!("sticks");
    };
    assert_eq!(
        (sticks.pitch, sticks.throttle, sticks.yaw),
        (1684, 364, 1684)
    );
    assert!(sticks.is_in_range());
    assert!(
        !Sticks {
            roll: i64::MIN,
            ..Sticks::CENTRED
        }
        .is_in_range()
    );
}

#[test]
fn a_rising_count_rises_over_changes_and_refuses_what_is_old() {
    let (a, b) = (frame(1.0), frame(2.0));
    let mut sender = StickSequence::new();
    let numbers = [a, a, b, b].map(|frame| sender.next(SeqRule::Rising, &frame));
    assert_eq!(numbers, [0, 1, 2, 3]);
    let mut receiver = StickSequence::new();
    assert_eq!(receiver.check(SeqRule::Rising, &a, 5), Ok(()));
    assert_eq!(
        receiver.check(SeqRule::Rising, &b, 5),
        Err(WrongSequence { got: 5, last: 5 })
    );
    assert_eq!(receiver.check(SeqRule::Rising, &b, 6), Ok(()));
}

#[test]
fn a_restarting_count_counts_the_repeats_of_one_set_point() {
    let (a, b) = (frame(1.0), frame(2.0));
    let mut sender = StickSequence::new();
    let numbers = [a, a, b, b, a].map(|frame| sender.next(SeqRule::RestartOnChange, &frame));
    assert_eq!(numbers, [0, 1, 0, 1, 0]);
    let mut receiver = StickSequence::new();
    assert_eq!(receiver.check(SeqRule::RestartOnChange, &a, 3), Ok(()));
    assert!(receiver.check(SeqRule::RestartOnChange, &a, 3).is_err());
    assert_eq!(receiver.check(SeqRule::RestartOnChange, &b, 0), Ok(()));
}

fn frame(x: f64) -> StickFrame {
    StickFrame::Velocity(Velocity {
        x,
        ..Velocity::default()
    })
}
