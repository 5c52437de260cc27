//! The driver against a telescope that is only a script, over real sockets.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::wildcard_imports, reason = "one test in several files")]

mod by_hand;
mod everyday;
mod fake;
mod files;
mod finding;
mod links;
mod slews;
mod stacks;
mod station;

use std::time::Duration;

use axum::body::Bytes;
use fake::{Answer, Fake};
use prost::Message as _;
use serde_json::{Value, json};
use skyhelm_device::state::{Control, LinkStatus, Motion, StackPhase};
use skyhelm_device::{
    CameraAction, DeviceState, ErrorKind, Exposure, Lens, MediaKind, MountCommand, Outcome,
    StackerCommand,
};
use skyhelm_dwarf::raw;
use skyhelm_dwarf_proto::{Code, cmd, v2};
use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Angle, Equatorial};
use station::{Station, Telescope};
use v2::{AstroState, OperationState};

fn m31() -> MountCommand {
    MountCommand::Goto {
        target: Equatorial::from_hours_degrees(0.712_3, 41.269).unwrap(),
        name: String::from("M 31"),
    }
}

fn goto_state(state: AstroState) -> v2::ResNotifyStateAstroGoto {
    v2::ResNotifyStateAstroGoto {
        state: state.into(),
    }
}

fn tracking(state: OperationState) -> v2::ResNotifyStateAstroTracking {
    v2::ResNotifyStateAstroTracking {
        state: state.into(),
        target_name: String::from("M 31"),
    }
}

fn operation(state: OperationState) -> v2::ResNotifyOperationState {
    v2::ResNotifyOperationState {
        state: state.into(),
    }
}

fn newest(state: &DeviceState) -> &str {
    state.jobs.last().map_or("", |job| &job.step)
}

/// A telescope under way to M 31.
async fn slewing() -> (Fake, Station, Telescope) {
    let fake = Fake::start().await;
    fake.script(cmd::ASTRO_START_GOTO_DSO, Answer::Later).await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let taken = telescope.mount(m31());
    fake.received(cmd::ASTRO_START_GOTO_DSO).await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_GOTO,
        &goto_state(AstroState::Running),
    )
    .await;
    taken.await.unwrap();
    (fake, station, telescope)
}

/// A second look at what a test waits for, without a fixed wait.
async fn soon(mut done: impl FnMut() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to that");
}
