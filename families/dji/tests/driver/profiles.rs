//! The axis table, flown: the same stick picture moves every product the same way.

use skyhelm_device::FlightCommand;
use skyhelm_dji_proto::Profile;
use skyhelm_dji_proto::stick::AxisConvention;
use skyhelm_dji_sim::GatewayKind;
use skyhelm_units::BodyMotion;

use crate::bench::{Bench, Setup, flight};

const PICTURES: [BodyMotion; 4] = [
    BodyMotion {
        forward: 4.0,
        ..BodyMotion::STILL
    },
    BodyMotion {
        right: 4.0,
        ..BodyMotion::STILL
    },
    BodyMotion {
        up: 2.0,
        ..BodyMotion::STILL
    },
    BodyMotion {
        clockwise: 40.0,
        ..BodyMotion::STILL
    },
];

/// Forward, right, up in metres a second; turned clockwise since, in tens of degrees.
fn flown(bench: &Bench, heading: f64) -> [f64; 4] {
    let world = bench.world();
    let (sin, cos) = heading.to_radians().sin_cos();
    let [east, north, up] = world.velocity;
    let turned = (world.heading - heading + 540.0).rem_euclid(360.0) - 180.0;
    [
        east * sin + north * cos,
        east * cos - north * sin,
        up,
        turned / 10.0,
    ]
}

async fn flies_the_picture(setup: Setup) {
    let name = format!(
        "{:?} {:?} {:?}",
        setup.kind,
        setup.wired,
        setup.profile.map(|p| p.name)
    );
    let mut bench = Bench::start(setup).await;
    bench.arm().await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("ours", |state| flight(state).authority.ours)
        .await;
    bench.give(FlightCommand::EnterLive).await.unwrap();
    bench
        .until("live", |state| !state.blocked.contains_key("flight.sticks"))
        .await;
    let hand = bench.hand().await;
    for (axis, motion) in PICTURES.into_iter().enumerate() {
        let still = bench.until_really("standing", |world| {
            world.velocity.iter().all(|part| part.abs() < 0.4)
        });
        still.await;
        let heading = bench.world().heading;
        let mut answer = [0.0; 4];
        for _ in 0..100 {
            if bench.push(&hand, motion).is_err() {
                let _ = bench.push(&hand, BodyMotion::STILL);
            }
            bench.hold(&hand, motion, 50).await;
            answer = flown(&bench, heading);
            if answer[axis].abs() > 1.2 {
                break;
            }
        }
        assert!(answer[axis] > 1.2, "{name}, axis {axis}: {answer:?}");
        for (other, value) in answer.iter().enumerate() {
            assert!(
                other == axis || value.abs() < 0.6,
                "{name}, axis {axis}: {answer:?}"
            );
        }
        bench.hold(&hand, BodyMotion::STILL, 300).await;
    }
    bench.end().await;
}

#[tokio::test]
async fn the_same_stick_picture_flies_the_same_way_by_each_axis_table() {
    for (wired, told) in [
        (AxisConvention::ForwardRight, None),
        (AxisConvention::ForwardLeft, Some("forward-left")),
        (AxisConvention::LeftForward, Some("left-forward")),
    ] {
        flies_the_picture(Setup {
            wired,
            told,
            speed: 2.0,
            ..Setup::of(GatewayKind::DockM30t)
        })
        .await;
    }
}

#[tokio::test]
async fn the_same_stick_picture_flies_the_same_way_by_stick_positions() {
    for (kind, profile) in [
        (GatewayKind::Dock3M4td, None),
        (GatewayKind::Dock3M4td, Some(Profile::DOCK2_M3TD)),
    ] {
        flies_the_picture(Setup {
            profile,
            speed: 2.0,
            ..Setup::of(kind)
        })
        .await;
    }
}
