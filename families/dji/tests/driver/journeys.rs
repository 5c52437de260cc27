//! Flights the aircraft makes by itself: checked before, followed to their end.

use skyhelm_device::command::LostAction;
use skyhelm_device::job::{Job, JobKind};
use skyhelm_device::state::{LiveStatus, PlaceState};
use skyhelm_device::stick::Ignored;
use skyhelm_device::{
    DeviceState, ErrorKind, FamilyEvent, Fence, FlightCommand, FlyTo, Outcome, TakeOff,
};
use skyhelm_dji_sim::{Fault, GatewayKind};
use skyhelm_units::{AboveTakeoff, BodyMotion, DeviceId, GroundPoint};

use crate::bench::{AHEAD, Bench, PATIENCE, Setup, flight, seen};

fn last(state: &DeviceState, kind: JobKind) -> Option<Job> {
    let mut jobs = state.jobs.iter().rev();
    jobs.find(|job| job.kind == kind).cloned()
}

fn ended(state: &DeviceState, kind: JobKind) -> Option<Outcome> {
    last(state, kind)?.outcome
}

/// A place so far north of where it is.
fn north(bench: &Bench, degrees: f64) -> GroundPoint {
    let here = flight(&seen(bench)).position.unwrap();
    let moved = PlaceState {
        latitude_deg: here.latitude_deg + degrees,
        ..here
    };
    moved.point().unwrap()
}

fn fly_to(target: GroundPoint, height_m: f64) -> FlightCommand {
    FlightCommand::FlyTo(FlyTo {
        target,
        height: AboveTakeoff::from_metres(height_m),
        max_speed_m_s: 10.0,
    })
}

/// To 40 m above a place.
fn rise(target: GroundPoint) -> TakeOff {
    TakeOff {
        target,
        height: AboveTakeoff::from_metres(40.0),
        security_height: AboveTakeoff::from_metres(25.0),
        return_height: AboveTakeoff::from_metres(50.0),
        lost_action: LostAction::ReturnHome,
        max_speed_m_s: 10.0,
    }
}

async fn quick(kind: GatewayKind, airborne: bool) -> Bench {
    let bench = Bench::start(Setup {
        airborne,
        speed: 10.0,
        ..Setup::of(kind)
    })
    .await;
    bench.arm().await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("ours", |state| flight(state).authority.ours)
        .await;
    bench
}

#[tokio::test]
async fn a_take_off_is_checked_then_flown_and_the_way_home_ends_where_it_began() {
    let bench = quick(GatewayKind::DockM30t, false).await;
    bench
        .until("placed", |state| flight(state).position.is_some())
        .await;
    let take_off = rise(north(&bench, 0.000_3));
    let fence = |metres: f64| Fence {
        ceiling: Some(AboveTakeoff::from_metres(metres)),
        ..Fence::default()
    };
    let set = FlightCommand::SetFence(Some(fence(45.0)));
    bench.give(set).await.unwrap();
    let wanted = FlightCommand::TakeOff(take_off.clone());
    bench
        .until("fenced", |state| flight(state).fence.is_some())
        .await;
    // Its height on the way home lies above the ceiling.
    let refused = bench.give(wanted.clone()).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::OutOfReach, "{refused}");
    let slow = TakeOff {
        max_speed_m_s: 0.0,
        ..take_off
    };
    let refused = bench.give(FlightCommand::TakeOff(slow)).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    assert_eq!(bench.world().phase, "grounded", "nothing was sent");
    let set = FlightCommand::SetFence(Some(fence(60.0)));
    bench.give(set).await.unwrap();
    bench
        .until("higher", |state| {
            flight(state).fence.and_then(|fence| fence.ceiling_m) == Some(60.0)
        })
        .await;
    bench.give(wanted.clone()).await.unwrap();
    bench
        .until("taken off", |state| {
            ended(state, JobKind::TakeOff) == Some(Outcome::Done)
        })
        .await;
    let up = bench.world().above_takeoff;
    assert!((up - 40.0).abs() < 3.0, "{:?}", bench.world());
    bench
        .until("seen up", |state| flight(state).in_air == Some(true))
        .await;
    let refused = bench.give(wanted).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Blocked, "it flies already");
    bench.give(FlightCommand::ReturnHome).await.unwrap();
    assert!(
        last(&seen(&bench), JobKind::ReturnHome)
            .unwrap()
            .is_running()
    );
    bench
        .until("home", |state| {
            ended(state, JobKind::ReturnHome) == Some(Outcome::Done)
        })
        .await;
    assert_eq!(flight(&seen(&bench)).in_air, Some(false));
    bench.end().await;
}

#[tokio::test]
async fn a_take_off_whose_aircraft_a_hand_takes_in_the_air_is_done_and_says_so() {
    let mut bench = Bench::start(Setup {
        airborne: false,
        ..Setup::of(GatewayKind::DockM30t)
    })
    .await;
    bench
        .until("placed", |state| flight(state).position.is_some())
        .await;
    bench.arm().await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("ours", |state| flight(state).authority.ours)
        .await;
    // Half a kilometre: it is under way as long as this test may last.
    let up = rise(north(&bench, 0.005));
    bench.give(FlightCommand::TakeOff(up)).await.unwrap();
    bench
        .until_really("rising", |world| world.above_takeoff > 4.0)
        .await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.hold(&hand, BodyMotion::STILL, 500).await;
    bench
        .until("seen up", |state| flight(state).in_air == Some(true))
        .await;
    let begun = std::time::Instant::now();
    while last(&seen(&bench), JobKind::TakeOff).unwrap().is_running() {
        if bench.push(&hand, AHEAD) == Err(Ignored::CentreFirst) {
            let _ = bench.push(&hand, BodyMotion::STILL);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(begun.elapsed() < PATIENCE, "{:?}", bench.world());
    }
    let job = last(&seen(&bench), JobKind::TakeOff).unwrap();
    assert_eq!(job.outcome, Some(Outcome::Done), "{job:?}");
    assert!(job.step.contains("a hand took the sticks"), "{job:?}");
    bench.end().await;
}

#[tokio::test]
async fn what_lies_beyond_the_fence_or_the_battery_is_refused_before_anything_is_sent() {
    let bench = quick(GatewayKind::DockM30t, true).await;
    bench
        .until("placed", |state| flight(state).battery.is_some())
        .await;
    let fence = Fence {
        distance_m: Some(200.0),
        ..Fence::default()
    };
    let set = FlightCommand::SetFence(Some(fence));
    bench.give(set).await.unwrap();
    bench
        .until("fenced", |state| flight(state).fence.is_some())
        .await;
    let beyond = fly_to(north(&bench, 0.01), 40.0);
    let refused = bench.give(beyond.clone()).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::OutOfReach, "{refused}");
    bench.give(FlightCommand::SetFence(None)).await.unwrap();
    bench
        .until("free", |state| flight(state).fence.is_none())
        .await;
    // Thirty kilometres there, and home again.
    let far = fly_to(north(&bench, 0.27), 40.0);
    let refused = bench.give(far).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Blocked, "{refused}");
    assert!(refused.message.contains("battery"), "{refused}");
    assert_eq!(last(&seen(&bench), JobKind::FlyTo), None);
    bench.give(beyond).await.unwrap();
    bench.give(FlightCommand::StopFlyTo).await.unwrap();
    bench.end().await;
}

#[tokio::test]
async fn a_flight_to_a_place_is_followed_to_its_end() {
    let bench = quick(GatewayKind::DockM30t, true).await;
    bench
        .until("placed", |state| flight(state).battery.is_some())
        .await;
    let target = north(&bench, 0.001);
    bench.give(fly_to(target, 40.0)).await.unwrap();
    bench
        .until("there", |state| {
            ended(state, JobKind::FlyTo) == Some(Outcome::Done) && flight(state).target.is_none()
        })
        .await;
    let there = bench.world();
    let off = (there.latitude - target.latitude.degrees()).abs();
    assert!(off < 3e-5, "{there:?}");
    bench.end().await;
}

#[tokio::test]
async fn a_landing_is_a_job_that_ends_on_the_ground() {
    let bench = quick(GatewayKind::Dock3M4td, true).await;
    bench.live().await;
    let asked = bench.asked(FlightCommand::Land).await.unwrap();
    assert!(asked.job.is_some());
    bench
        .until("landed", |state| {
            ended(state, JobKind::Land) == Some(Outcome::Done)
        })
        .await;
    assert_eq!(flight(&seen(&bench)).in_air, Some(false));
    bench.end().await;
}

#[tokio::test]
async fn a_way_home_that_is_stopped_has_not_come_home() {
    let bench = Bench::flying(GatewayKind::DockM30t).await;
    bench.live().await;
    let refused = bench.give(FlightCommand::Land).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Blocked, "it has no such command");
    bench.give(FlightCommand::ReturnHome).await.unwrap();
    bench
        .until("seen to", |state| {
            let mode = flight(state).mode.map(|mode| mode.words);
            matches!(mode.as_deref(), Some("returns home" | "lands"))
        })
        .await;
    bench.give(FlightCommand::Stop).await.unwrap();
    bench
        .until("ended", |state| {
            ended(state, JobKind::ReturnHome) == Some(Outcome::Cancelled)
        })
        .await;
    bench.end().await;
}

#[tokio::test]
async fn a_radio_lost_in_flight_takes_the_sticks_and_a_person_gives_them_back() {
    let mut bench = Bench::flying(GatewayKind::Dock3M4td).await;
    bench.live().await;
    let hand = bench.hand().await;
    bench.fly(&hand, AHEAD, 2.0).await;
    bench.put(Fault::LinkLoss { seconds: 2.0 });
    let lost = tokio::time::timeout(PATIENCE, async {
        hand.ended().wait_for(Option::is_some).await.unwrap();
    });
    lost.await.unwrap();
    assert!(bench.push(&hand, AHEAD).is_err());
    bench
        .until("lost", |state| {
            !flight(state).authority.ours && flight(state).aircraft.is_none()
        })
        .await;
    bench
        .until("back", |state| {
            let flight = flight(state);
            flight.aircraft.is_some() && flight.unattended && !flight.authority.ours
        })
        .await;
    bench.give(FlightCommand::RequestControl).await.unwrap();
    bench
        .until("ours", |state| flight(state).authority.ours)
        .await;
    if flight(&seen(&bench)).live.status != LiveStatus::Up {
        bench.give(FlightCommand::EnterLive).await.unwrap();
    }
    let hand = bench.hand().await;
    bench.fly(&hand, AHEAD, 1.0).await;
    bench.end().await;
}

#[tokio::test]
async fn a_gateway_that_is_removed_is_gone_for_the_station_too() {
    let mut bench = Bench::flying(GatewayKind::RcProM3t).await;
    let id = DeviceId::new(format!("dji-{}", bench.serial));
    let other = DeviceId::new("dji-NOBODY");
    assert!(bench.family.remove(&other).await.is_err());
    bench.family.remove(&id).await.unwrap();
    let gone = tokio::time::timeout(PATIENCE, bench.reports.recv()).await;
    let Ok(Some(FamilyEvent::Gone(who, _))) = gone else {
        panic!("{gone:?}");
    };
    assert_eq!(who, id);
    let refused = bench.give(FlightCommand::RequestControl).await.unwrap_err();
    assert!(matches!(
        refused.kind,
        ErrorKind::NotFound | ErrorKind::Blocked
    ));
    bench.end().await;
}
