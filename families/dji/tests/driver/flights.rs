use std::time::Duration;

use skyhelm_device::state::LiveStatus;
use skyhelm_device::{ErrorKind, FlightCommand, FlyTo, Outcome};
use skyhelm_dji_sim::GatewayKind;
use skyhelm_units::{AboveTakeoff, BodyMotion, GroundPoint};

use crate::bench::{AHEAD, Bench, flight, seen};

#[tokio::test]
async fn a_gateway_is_only_looked_at_until_it_is_armed_and_ours() {
    let bench = Bench::flying(GatewayKind::DockM30t).await;
    let state = seen(&bench);
    let shown = flight(&state);
    assert!(shown.unattended && !shown.armed && shown.position.is_some());
    assert_eq!(state.about.serial.as_deref(), Some(bench.serial.as_str()));
    let refused = bench.give(FlightCommand::RequestControl).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Blocked);
    let wrong = FlightCommand::Arm {
        serial: String::from("another"),
    };
    assert_eq!(
        bench.give(wrong).await.unwrap_err().kind,
        ErrorKind::Invalid
    );
    bench.arm().await;
    let refused = bench.give(FlightCommand::EnterLive).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NoControl);
    bench.end().await;
}

#[tokio::test]
async fn sticks_move_the_aircraft_on_both_wires_and_letting_go_stops_it() {
    for kind in [GatewayKind::DockM30t, GatewayKind::Dock3M4td] {
        let mut bench = Bench::flying(kind).await;
        bench.live().await;
        let hand = bench.hand().await;
        bench.hold(&hand, BodyMotion::STILL, 500).await;
        bench.fly(&hand, AHEAD, 3.2).await;
        let world = bench.world();
        let heading = world.heading.to_radians();
        let [east, north, _] = world.velocity;
        let ahead = east * heading.sin() + north * heading.cos();
        assert!(ahead > 3.0, "{kind:?}: {world:?}");
        drop(hand);
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert!(bench.speed() < 0.5, "{kind:?}: {:?}", bench.world());
        bench.end().await;
    }
}

#[tokio::test]
async fn a_blocked_station_lets_the_aircraft_stand() {
    let mut bench = Bench::flying(GatewayKind::DockM30t).await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench.fly(&hand, AHEAD, 2.0).await;
    while bench.push(&hand, AHEAD).is_err() {
        bench.hold(&hand, BodyMotion::STILL, 100).await;
    }
    // Nothing of the station runs for two seconds but the pump's own thread and the broker's.
    std::thread::sleep(Duration::from_secs(2));
    assert!(bench.speed() < 1.0, "{:?}", bench.world());
    // What the page sent meanwhile comes now, all at once.
    let stale = (0..20).filter(|_| bench.push(&hand, AHEAD).is_ok()).count();
    assert_eq!(stale, 0);
    bench.end().await;
}

#[tokio::test]
async fn a_stop_needs_no_lease_and_works_with_and_without_the_live_link() {
    let mut bench = Bench::flying(GatewayKind::DockM30t).await;
    bench.arm().await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    let here = bench.world();
    let target = GroundPoint::from_degrees(here.latitude + 0.002, here.longitude).unwrap();
    let fly = FlyTo {
        target,
        height: AboveTakeoff::from_metres(here.above_takeoff),
        max_speed_m_s: 10.0,
    };
    bench.give(FlightCommand::FlyTo(fly)).await.unwrap();
    for _ in 0..100 {
        if bench.speed() > 3.0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(bench.speed() > 3.0, "{:?}", bench.world());
    bench
        .gate
        .release_lease(&skyhelm_units::LeaseId::new("ada"));
    bench.give(FlightCommand::Stop).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(bench.speed() < 0.5, "{:?}", bench.world());
    let ended = |state: &skyhelm_device::DeviceState| {
        let mut jobs = state.jobs.iter();
        jobs.all(|job| job.outcome.is_some() && job.outcome != Some(Outcome::Done))
    };
    bench.until("ended", ended).await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench.fly(&hand, AHEAD, 2.0).await;
    bench.give(FlightCommand::Stop).await.unwrap();
    bench.lost(&hand).await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(bench.speed() < 0.5, "{:?}", bench.world());
    bench.end().await;
}

#[tokio::test]
async fn the_live_link_tells_rays_and_delays_and_ends_when_it_is_left() {
    let mut bench = Bench::flying(GatewayKind::DockM30t).await;
    bench.live().await;
    bench
        .until("told", |state| {
            let flight = flight(state);
            let rays = flight.obstacles.map_or(0, |ring| ring.around_m.len());
            let live = flight.live;
            let delays = (
                live.round_trip_ms,
                live.radio_delay_ms,
                live.picture_delay_ms,
            );
            rays > 0 && matches!(delays, (Some(_), Some(_), Some(_)))
        })
        .await;
    let hand = bench.hand().await;
    bench.give(FlightCommand::ExitLive).await.unwrap();
    bench
        .until("left", |state| {
            let flight = flight(state);
            flight.live.status == LiveStatus::Off && flight.obstacles.is_none()
        })
        .await;
    bench
        .until_really("left too", |world| world.drc_state == 0)
        .await;
    bench.lost(&hand).await;
    bench.end().await;
}
