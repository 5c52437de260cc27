//! What a telescope is told to do.

use std::time::Duration;

use serde_json::json;
use skyhelm_device::state::{Motion, StackPhase};
use skyhelm_device::{
    AutoFocus, CameraAction, CameraCommand, FocuserCommand, Lens, MountCommand, StackerCommand,
};
use skyhelm_units::Angle;

use super::FocusTask;
use super::follow::{done, follow};
use super::session::Session;
use crate::failure::Failure;

/// How often a held stick is pushed again, and the Sun is looked for.
const PUSH: Duration = Duration::from_millis(200);
/// A step of the focuser moves for this long.
const STEP: Duration = Duration::from_millis(100);

pub(super) fn info(session: &Session, json: bool) {
    let state = session.state();
    if json {
        println!(
            "{}",
            json!({ "id": session.gate().id().as_str(), "state": &*state })
        );
        return;
    }
    for line in super::dashboard::lines(&state) {
        println!("{line}");
    }
}

pub(super) async fn goto(
    session: &Session,
    command: MountCommand,
    solar_filter: bool,
    json: bool,
) -> Result<(), Failure> {
    if solar_filter {
        session.confirm_solar_filter()?;
    }
    let accepted = session.give(command).await?;
    follow(session, &accepted, json).await
}

pub(super) async fn photo(
    session: &Session,
    lens: Lens,
    raw: bool,
    json: bool,
) -> Result<(), Failure> {
    let action = if raw {
        CameraAction::RawPhoto
    } else {
        CameraAction::Photo
    };
    let accepted = session.give(CameraCommand { lens, action }).await?;
    follow(session, &accepted, json).await
}

pub(super) async fn stack(
    session: &Session,
    start: StackerCommand,
    lens: Lens,
    json: bool,
) -> Result<(), Failure> {
    let stacker = session.state().stacker.clone().unwrap_or_default();
    if stacker.phase == StackPhase::Ended {
        // The last one is still shown, and nobody asks a terminal whether to leave it.
        session.give(StackerCommand::GoLive { lens }).await?;
    }
    let accepted = session.give(start).await?;
    follow(session, &accepted, json).await
}

pub(super) async fn focus(
    session: &Session,
    how: FocusTask,
    steps: u32,
    json: bool,
) -> Result<(), Failure> {
    if let Some(direction) = how.direction() {
        for _ in 0..steps {
            session.give(FocuserCommand::Step(direction)).await?;
            tokio::time::sleep(STEP).await;
        }
        let focuser = session.state().focuser.clone().unwrap_or_default();
        let position = focuser.position;
        let told = position.map_or_else(|| String::from("unknown"), |p| p.to_string());
        done(
            json,
            &json!({ "position": position }),
            &format!("Position {told}."),
        );
        return Ok(());
    }
    let auto = match how {
        FocusTask::Fast => AutoFocus::StarsFast,
        FocusTask::Picture => AutoFocus::Whole,
        _ => AutoFocus::Stars,
    };
    let accepted = session.give(FocuserCommand::Auto(auto)).await?;
    follow(session, &accepted, json).await
}

pub(super) async fn joystick(
    session: &Session,
    direction: f64,
    deflection: f64,
    seconds: f64,
    json: bool,
) -> Result<(), Failure> {
    if !(0.0..=60.0).contains(&seconds) {
        return Err(Failure::invalid("a stick is held for at most 60 seconds"));
    }
    let end = tokio::time::Instant::now() + Duration::from_secs_f64(seconds);
    let pushed = push_until(session, end, direction, deflection).await;
    session.give(MountCommand::StopJoystick).await?;
    pushed?;
    let state = session.state();
    let pointing = state
        .mount
        .as_ref()
        .and_then(|mount| mount.pointing.clone());
    done(json, &json!({ "pointing": pointing }), "Moved.");
    Ok(())
}

async fn push_until(
    session: &Session,
    end: tokio::time::Instant,
    direction: f64,
    deflection: f64,
) -> Result<(), Failure> {
    while tokio::time::Instant::now() < end {
        let push = MountCommand::Joystick {
            direction: Angle::from_degrees(direction),
            deflection,
        };
        session.give(push).await?;
        tokio::time::sleep_until(end.min(tokio::time::Instant::now() + PUSH)).await;
        let moves = session.state().mount.as_ref().map(|mount| mount.motion);
        if moves == Some(Motion::Joystick) {
            session.watch_sun().await?;
        }
    }
    Ok(())
}
