//! The broker dies in flight, and comes back.

use std::time::Duration;

use skyhelm_device::state::{LinkStatus, LiveStatus};
use skyhelm_device::{FlightCommand, FlyTo};
use skyhelm_dji_sim::GatewayKind;
use skyhelm_units::{AboveTakeoff, BodyMotion, GroundPoint};

use crate::bench::{AHEAD, Bench, Setup, flight, seen};

async fn flying(kind: GatewayKind) -> Bench {
    Bench::start(Setup {
        own_broker: true,
        ..Setup::of(kind)
    })
    .await
}

#[tokio::test]
async fn a_broker_killed_in_flight_delivers_nothing_later_and_only_a_person_flies_on() {
    let mut bench = flying(GatewayKind::DockM30t).await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench.fly(&hand, AHEAD, 2.0).await;
    bench.broker.as_mut().unwrap().kill().await;
    bench.hold(&hand, AHEAD, 1000).await;
    bench
        .until("told", |state| {
            state.link.status == LinkStatus::Down
                && flight(state).live.status == LiveStatus::Off
                && flight(state).unattended
                && !flight(state).authority.ours
        })
        .await;
    bench.lost(&hand).await;
    // A command given meanwhile is refused, not kept.
    let here = bench.world();
    let fly = FlyTo {
        target: GroundPoint::from_degrees(here.latitude + 0.002, here.longitude).unwrap(),
        height: AboveTakeoff::from_metres(here.above_takeoff),
        max_speed_m_s: 10.0,
    };
    assert!(bench.give(FlightCommand::FlyTo(fly)).await.is_err());
    let frames = bench.world().frames;
    bench.broker.as_mut().unwrap().restart();
    let eve = bench.broker.as_ref().unwrap().somebody().await;
    let up = |state: &skyhelm_device::DeviceState| state.link.status == LinkStatus::Up;
    bench.until("back", up).await;
    bench.hold(&hand, AHEAD, 1000).await;
    assert_eq!(bench.world().frames, frames, "no frame came later");
    assert_eq!(
        eve.heard("/drc/down").len() + eve.heard("/services").len(),
        0
    );
    let state = flight(&seen(&bench));
    assert!(state.unattended && state.live.status == LiveStatus::Off);
    assert!(bench.speed() < 0.5, "{:?}", bench.world());
    // A person takes it again.
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench.fly(&hand, AHEAD, 2.0).await;
    eve.leave().await;
    bench.end().await;
}

#[tokio::test]
async fn a_station_started_anew_looks_on_and_takes_nothing_by_itself() {
    let mut bench = flying(GatewayKind::Dock3M4td).await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, AHEAD, 300).await;
    drop(hand);
    let eve = bench.broker.as_ref().unwrap().somebody().await;
    bench.restart_station().await;
    let said = eve.heard("/services").len();
    let frames = eve.moving_frames();
    tokio::time::sleep(Duration::from_secs(1)).await;
    bench
        .until("unattended", |state| {
            let flight = flight(state);
            flight.unattended && !flight.armed && !flight.authority.ours
        })
        .await;
    assert_eq!(flight(&seen(&bench)).live.status, LiveStatus::Off);
    assert_eq!(eve.heard("/services").len(), said, "nothing was asked");
    assert_eq!(eve.moving_frames(), frames);
    bench.live().await;
    bench
        .until("attended", |state| !flight(state).unattended)
        .await;
    bench.end().await;
}
