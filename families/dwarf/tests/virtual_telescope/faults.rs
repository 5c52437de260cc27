//! What goes wrong, told in words, and over when its cause is gone.

use skyhelm_device::state::{LinkStatus, Trouble};
use skyhelm_device::{DeviceError, DeviceState, ErrorKind};
use skyhelm_dwarf_sim::{Fault, FaultKind};

use super::*;

fn trouble<'a>(state: &'a DeviceState, topic: &str) -> Option<&'a Trouble> {
    state.troubles.iter().find(|trouble| trouble.topic == topic)
}

/// One sentence of what happened, one of what to do.
fn told(error: &DeviceError) {
    assert!(error.message.ends_with('.'), "{error:?}");
    assert!(
        error.message.chars().next().unwrap().is_uppercase(),
        "{error:?}"
    );
    let remedy = error.remedy.as_ref().unwrap_or_else(|| panic!("{error:?}"));
    assert!(remedy.ends_with('.'), "{error:?}");
}

async fn photo(telescope: &Telescope) -> Result<Outcome, DeviceError> {
    telescope.camera(Lens::Tele, CameraAction::Photo).await?;
    Ok(ended(telescope, JobKind::Photo).await)
}

async fn goto(telescope: &Telescope) -> Result<Outcome, DeviceError> {
    telescope.mount(goto_m45()).await?;
    Ok(ended(telescope, JobKind::Goto).await)
}

fn failure(outcome: Result<Outcome, DeviceError>) -> DeviceError {
    match outcome {
        Err(error) | Ok(Outcome::Failed { error }) => error,
        other => panic!("{other:?}"),
    }
}

async fn stack(telescope: &Telescope, subs: u32) {
    assert_eq!(goto(telescope).await.unwrap(), Outcome::Done);
    let exposure = CameraAction::SetExposure(Exposure::Choice(156));
    telescope.camera(Lens::Tele, exposure).await.unwrap();
    let start = StackerCommand::Start {
        lens: Lens::Tele,
        subs: Some(subs),
        without_darks: true,
    };
    telescope.stack(start).await.unwrap();
    telescope
        .until(|state| state.stacker.as_ref().unwrap().phase == StackPhase::Running)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_gone_or_full_is_told_and_ends_a_stack() {
    let (dwarf, station, telescope) = scene(calibrated()).await;
    let world = dwarf.world();
    stack(&telescope, 50).await;
    assert!(world.put(Fault::NoCard));
    telescope
        .until(|state| trouble(state, "card.none").is_some())
        .await;
    let Outcome::Failed { error } = ended(&telescope, JobKind::Stack).await else {
        panic!("a stack without a card is over");
    };
    told(&error);
    assert_eq!(error.kind, ErrorKind::Storage, "{error:?}");
    let error = failure(photo(&telescope).await);
    told(&error);
    assert_eq!(error.kind, ErrorKind::Storage);
    world.clear(FaultKind::NoCard);
    telescope
        .until(|state| trouble(state, "card.none").is_none())
        .await;
    telescope
        .stack(StackerCommand::GoLive { lens: Lens::Tele })
        .await
        .unwrap();
    assert_eq!(photo(&telescope).await.unwrap(), Outcome::Done);

    assert!(world.put(Fault::CardFull { free_bytes: 0 }));
    let state = telescope
        .until(|state| trouble(state, "card.full").is_some())
        .await;
    assert!(trouble(&state, "card.full").unwrap().remedy.is_some());
    let error = failure(photo(&telescope).await);
    told(&error);
    assert_eq!(error.kind, ErrorKind::Storage);
    world.clear(FaultKind::CardFull);
    telescope.until(|state| state.troubles.is_empty()).await;
    assert_eq!(photo(&telescope).await.unwrap(), Outcome::Done);
    end(dwarf, station).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_battery_says_so_and_a_charger_helps() {
    let (dwarf, station, telescope) = scene(calibrated()).await;
    let world = dwarf.world();
    assert!(world.put(Fault::LowBattery { percent: 4.0 }));
    telescope
        .until(|state| trouble(state, "battery.low").is_some())
        .await;
    let error = failure(goto(&telescope).await);
    told(&error);
    assert!(error.message.contains("battery"), "{error:?}");
    world.clear(FaultKind::LowBattery);
    telescope
        .until(|state| trouble(state, "battery.low").is_none())
        .await;
    assert_eq!(goto(&telescope).await.unwrap(), Outcome::Done);
    end(dwarf, station).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dew_and_obstacles_fail_a_goto_with_a_way_on() {
    let (dwarf, station, telescope) = scene(calibrated()).await;
    let world = dwarf.world();
    assert!(world.put(Fault::SolveFailure));
    telescope.mount(MountCommand::Calibrate).await.unwrap();
    let Outcome::Failed { error } = ended(&telescope, JobKind::Calibrate).await else {
        panic!("nothing can be solved through dew");
    };
    told(&error);
    world.clear(FaultKind::SolveFailure);
    assert!(world.put(Fault::MotorLimit { free_degrees: 3.0 }));
    let error = failure(goto(&telescope).await);
    told(&error);
    assert_eq!(error.kind, ErrorKind::OutOfReach, "{error:?}");
    world.clear(FaultKind::MotorLimit);
    assert_eq!(goto(&telescope).await.unwrap(), Outcome::Done);
    end(dwarf, station).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_outlives_the_network_but_not_a_restart() {
    let (dwarf, station, telescope) = scene(calibrated()).await;
    let world = dwarf.world();
    stack(&telescope, 50).await;
    assert!(world.put(Fault::WifiDrop { seconds: 0.3 }));
    telescope
        .until(|state| state.link.status != LinkStatus::Up && trouble(state, "link").is_some())
        .await;
    telescope
        .until(|state| state.link.status == LinkStatus::Up && state.troubles.is_empty())
        .await;
    let state = telescope
        .until(|state| state.stacker.as_ref().unwrap().phase == StackPhase::Running)
        .await;
    let job = |state: &DeviceState| {
        let stack = state
            .jobs
            .iter()
            .rev()
            .find(|job| job.kind == JobKind::Stack);
        stack.unwrap().clone()
    };
    let running = job(&state);
    assert!(
        running.is_running() && !running.title.contains("elsewhere"),
        "{running:?}"
    );

    assert!(world.put(Fault::Reboot));
    telescope
        .until(|state| state.link.status != LinkStatus::Up)
        .await;
    let Outcome::Failed { error } = ended(&telescope, JobKind::Stack).await else {
        panic!("a restart ends a stack");
    };
    told(&error);
    let state = telescope
        .until(|state| state.link.status == LinkStatus::Up)
        .await;
    assert!(state.jobs.iter().all(|job| !job.is_running()));
    telescope.mount(MountCommand::Calibrate).await.unwrap();
    assert_eq!(ended(&telescope, JobKind::Calibrate).await, Outcome::Done);
    end(dwarf, station).await;
}
