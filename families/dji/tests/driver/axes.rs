//! The axis self-check, against aircraft that are wired right and wrong.

use skyhelm_device::job::{Job, JobKind};
use skyhelm_device::{ErrorKind, FlightCommand, GatedHand, Outcome};
use skyhelm_dji_proto::stick::AxisConvention;
use skyhelm_dji_sim::{Fault, GatewayKind};
use skyhelm_units::BodyMotion;

use crate::bench::{Bench, Setup, flight, seen};

const CHECK: FlightCommand = FlightCommand::CheckAxes { confirmed: true };

fn checks(bench: &Bench) -> Vec<Job> {
    let state = seen(bench);
    let jobs = state.jobs.iter();
    jobs.filter(|job| job.kind == JobKind::CheckAxes)
        .cloned()
        .collect()
}

/// Checks the axes. On a busy machine a hand falls asleep, or telemetry comes late: then it begins anew.
async fn check(bench: &mut Bench, hand: &GatedHand) -> Job {
    for _ in 0..10 {
        let Some(job) = begun(bench, hand).await else {
            continue;
        };
        let over = followed(bench, hand, &job).await;
        match &over.outcome {
            Some(Outcome::Failed { error }) if !error.message.contains("it moved") => {}
            _ => return over,
        }
    }
    panic!("no check comes to its end: {:?}", checks(bench));
}

/// Lets the hand rest, and asks for the check.
async fn begun(bench: &mut Bench, hand: &GatedHand) -> Option<String> {
    bench.hold(hand, BodyMotion::STILL, 500).await;
    let asked = bench.asked(CHECK).await.ok()?;
    asked.job.map(|job| job.as_str().to_owned())
}

/// Rests until the check is over.
async fn followed(bench: &mut Bench, hand: &GatedHand, id: &str) -> Job {
    for _ in 0..600 {
        bench.hold(hand, BodyMotion::STILL, 50).await;
        let over = checks(bench)
            .into_iter()
            .find(|one| one.id == id && !one.is_running());
        if let Some(over) = over {
            return over;
        }
    }
    panic!("it never ends: {:?} {:?}", checks(bench), bench.world());
}

/// Rests until a check pushes.
async fn pushed(bench: &mut Bench, hand: &GatedHand) {
    for _ in 0..10 {
        if begun(bench, hand).await.is_none() {
            continue;
        }
        for _ in 0..100 {
            bench.hold(hand, BodyMotion::STILL, 50).await;
            match checks(bench).last() {
                Some(job) if job.is_running() && job.step.contains("pushes") => return,
                Some(job) if job.is_running() => {}
                _ => break,
            }
        }
    }
    panic!("nothing is pushed: {:?}", checks(bench));
}

const AHEAD: BodyMotion = BodyMotion {
    forward: 8.0,
    ..BodyMotion::STILL
};

#[tokio::test]
async fn an_unproven_aircraft_creeps_until_a_check_shows_its_axes_and_a_restart_remembers() {
    let mut bench = Bench::start(Setup {
        own_broker: true,
        ..Setup::real(GatewayKind::Dock3M4td)
    })
    .await;
    bench.live().await;
    let hand = bench.hand().await;
    assert!(!flight(&seen(&bench)).axes_confirmed);
    bench.hold(&hand, BodyMotion::STILL, 300).await;
    bench.hold(&hand, AHEAD, 1500).await;
    let crept = bench.speed();
    assert!(crept < 0.8, "{crept}");
    let done = check(&mut bench, &hand).await;
    assert_eq!(done.outcome, Some(Outcome::Done), "{done:?}");
    bench
        .until("confirmed", |state| flight(state).axes_confirmed)
        .await;
    bench.fly(&hand, AHEAD, 3.0).await;
    drop(hand);
    bench.restart_station().await;
    // Its firmware may have become another meanwhile: until that is told, nothing is confirmed.
    assert!(!flight(&seen(&bench)).axes_confirmed);
    bench.put(Fault::NetworkDrop { seconds: 0.2 });
    bench
        .until("remembered", |state| flight(state).axes_confirmed)
        .await;
    // The proof was of another firmware.
    let firmware = seen(&bench).about.firmware.clone().unwrap();
    bench.memory.rewrite(&firmware, "00.00.00.01");
    bench.restart_station().await;
    bench.put(Fault::NetworkDrop { seconds: 0.2 });
    bench
        .until("its firmware told", |state| state.about.firmware.is_some())
        .await;
    assert!(!flight(&seen(&bench)).axes_confirmed);
    bench.end().await;
}

#[tokio::test]
async fn an_aircraft_wired_by_another_document_is_found_out_before_it_flies_at_speed() {
    for (wired, says) in [
        (AxisConvention::LeftForward, "pushed forward, it moved left"),
        (AxisConvention::ForwardLeft, "pushed right, it moved left"),
    ] {
        let mut bench = Bench::start(Setup {
            wired,
            ..Setup::real(GatewayKind::DockM30t)
        })
        .await;
        bench.live().await;
        let hand = bench.hand().await;
        let over = check(&mut bench, &hand).await;
        let Some(Outcome::Failed { error }) = &over.outcome else {
            panic!("{over:?}");
        };
        assert!(error.message.contains(says), "{error}");
        let wrong = |state: &skyhelm_device::DeviceState| {
            let mut troubles = state.troubles.iter();
            troubles.any(|trouble| trouble.topic == "control.axes")
        };
        bench.until("told", wrong).await;
        assert!(!flight(&seen(&bench)).axes_confirmed);
        bench.end().await;
    }
}

#[tokio::test]
async fn an_aircraft_of_an_older_document_passes_once_the_station_is_told_of_it() {
    let mut bench = Bench::start(Setup {
        wired: AxisConvention::ForwardLeft,
        told: Some("forward-left"),
        ..Setup::real(GatewayKind::DockM30t)
    })
    .await;
    bench.live().await;
    let hand = bench.hand().await;
    let over = check(&mut bench, &hand).await;
    assert_eq!(over.outcome, Some(Outcome::Done), "{over:?}");
    bench.end().await;
}

#[tokio::test]
async fn a_check_needs_a_hand_that_rests_and_ends_with_it() {
    let mut bench = Bench::start(Setup::real(GatewayKind::DockM30t)).await;
    bench.live().await;
    let refused = bench.give(CHECK).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Blocked);
    let unsure = FlightCommand::CheckAxes { confirmed: false };
    let refused = bench.give(unsure).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    // A stop, a hand that leaves, a hand that moves.
    for how in ["stop", "leaves", "moves"] {
        let hand = bench.hand().await;
        pushed(&mut bench, &hand).await;
        match how {
            "stop" => bench.give(FlightCommand::Stop).await.unwrap(),
            "leaves" => drop(hand),
            _ => {
                let back = BodyMotion {
                    forward: -0.2,
                    ..BodyMotion::STILL
                };
                bench.push(&hand, back).unwrap();
            }
        }
        bench
            .until("ended", |state| {
                let mut jobs = state.jobs.iter();
                jobs.all(|job| matches!(job.outcome, Some(Outcome::Failed { .. })))
            })
            .await;
        assert!(!flight(&seen(&bench)).axes_confirmed);
    }
    bench.end().await;
}
