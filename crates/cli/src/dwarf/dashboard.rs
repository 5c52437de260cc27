//! What a telescope does, on a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use serde_json::json;
use skyhelm_device::Job;
use skyhelm_device::state::{DeviceState, LinkStatus, Setting};

use super::session::Session;
use crate::failure::Failure;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Shows the state again and again: in place on a terminal, one JSON object a line for a program.
pub(super) async fn watch(
    session: &Session,
    looks: Option<u32>,
    json: bool,
) -> Result<(), Failure> {
    let mut left = looks;
    let in_place = std::io::stdout().is_terminal();
    loop {
        let state = session.state();
        if json {
            println!("{}", json!({ "state": &*state }));
        } else {
            if in_place {
                // Home, and clear what is below.
                print!("\x1b[H\x1b[J");
            }
            for line in lines(&state) {
                println!("{line}");
            }
        }
        if std::io::stdout().flush().is_err() {
            return Ok(());
        }
        if let Some(left) = &mut left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Ok(());
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The state in a few lines.
pub(super) fn lines(state: &DeviceState) -> Vec<String> {
    let about = &state.about;
    let firmware = about.firmware.as_deref().unwrap_or("unknown");
    let virtual_one = if about.simulated { ", simulated" } else { "" };
    let mut lines = vec![
        format!(
            "{}  {} firmware {firmware}{virtual_one}",
            about.name, about.model
        ),
        format!("link     {} ({})", link(state), about.address),
        format!("role     {:?}", state.control).to_lowercase(),
        format!("power    {}", power(state)),
    ];
    if let Some(card) = &state.storage {
        lines.push(format!(
            "card     {:.0} of {:.0} GB free",
            card.free_gb, card.total_gb
        ));
    }
    if let Some(mount) = &state.mount {
        let target = mount.target.as_ref().map_or("", |target| &target.name);
        lines.push(format!("mount    {:?} {target}", mount.motion).to_lowercase());
    }
    for (lens, camera) in &state.cameras {
        let open = if camera.open { "open" } else { "closed" };
        let (exposure, gain) = (
            setting(camera.exposure.as_ref()),
            setting(camera.gain.as_ref()),
        );
        lines.push(format!(
            "{lens:<8} {open}, exposure {exposure}, gain {gain}"
        ));
    }
    if let Some(position) = state.focuser.as_ref().and_then(|focuser| focuser.position) {
        lines.push(format!("focus    {position}"));
    }
    if let Some(counts) = state.stacker.as_ref().and_then(|stacker| stacker.counts) {
        lines.push(format!(
            "stack    {} taken, {} stacked",
            counts.taken, counts.stacked
        ));
    }
    lines.extend(state.jobs.iter().filter(|job| job.is_running()).map(job));
    for trouble in &state.troubles {
        let remedy = trouble.remedy.as_deref().unwrap_or_default();
        lines.push(format!("!        {} {remedy}", trouble.message));
    }
    lines
}

fn link(state: &DeviceState) -> &'static str {
    match state.link.status {
        LinkStatus::Connecting => "connecting",
        LinkStatus::Up => "up",
        LinkStatus::Down => "down",
    }
}

fn power(state: &DeviceState) -> String {
    let battery = state.power.battery_percent.map_or_else(
        || String::from("unknown"),
        |percent| format!("{percent:.0} %"),
    );
    let charging = match state.power.charging {
        Some(true) => ", charging",
        _ => "",
    };
    let warm = state.power.temperature_c;
    let warm = warm.map_or_else(String::new, |degrees| format!(", {degrees:.0} C"));
    format!("battery {battery}{charging}{warm}")
}

fn setting(setting: Option<&Setting>) -> String {
    let Some(setting) = setting else {
        return String::from("-");
    };
    if setting.auto {
        return String::from("auto");
    }
    let chosen = |choice: &&skyhelm_device::state::Choice| Some(choice.index) == setting.index;
    let choice = setting.choices.iter().find(chosen);
    choice.map_or_else(|| String::from("-"), |choice| choice.name.clone())
}

fn job(job: &Job) -> String {
    let part = job.progress.unwrap_or(0.0);
    let full = (part * 20.0).round() as usize;
    let bar: String = (0..20).map(|i| if i < full { '#' } else { '.' }).collect();
    format!("[{bar}] {}: {}", job.title, job.step)
}
