//! What an aircraft does, on a terminal.

use std::time::Duration;

use serde_json::json;
use skyhelm_device::state::{FlightState, Holder, PayloadState};
use skyhelm_device::{DeviceState, Job};
use tokio::time::sleep;

use super::act::Pilot;
use crate::failure::Failure;
use crate::screen::{self, Screen};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// Shows the state again and again until `q`, Ctrl-C, or the last look.
pub(super) async fn watch(pilot: &Pilot, looks: Option<u32>) -> Result<(), Failure> {
    let mut screen = if pilot.json { None } else { Screen::open() };
    let mut left = looks;
    loop {
        let state = pilot.state().await?;
        let shown = match &mut screen {
            Some(screen) => screen.show(&lines(&state), "q ends the watch; the aircraft goes on."),
            None if pilot.json => screen::print([json!({ "state": state }).to_string()].iter()),
            None => screen::print([line(&state)].iter()),
        };
        if shown.is_err() {
            // Whoever read is gone.
            return Ok(());
        }
        if let Some(left) = &mut left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Ok(());
            }
        }
        let had_enough = async {
            match &mut screen {
                Some(screen) => screen.left().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep(LOOK) => {}
            () = had_enough => return Ok(()),
            () = crate::station::until_interrupted() => return Ok(()),
        }
    }
}

/// An aircraft in one line.
pub(super) fn line(state: &DeviceState) -> String {
    let flight = state.flight.clone().unwrap_or_default();
    let model = flight
        .aircraft
        .as_ref()
        .map_or("no aircraft", |aircraft| &aircraft.model);
    let height = metres(flight.heights.above_takeoff_m);
    format!(
        "{model}, {}, {height} above take-off, battery {}, control: {}{}",
        air(&flight),
        battery(&flight),
        holder(&flight),
        if flight.armed { "" } else { ", only looked at" },
    )
}

pub(super) fn lines(state: &DeviceState) -> Vec<String> {
    let flight = state.flight.clone().unwrap_or_default();
    let mut lines = vec![
        format!("{}  {}", state.about.name, line(state)),
        String::new(),
    ];
    if flight.unattended {
        lines.push(String::from(
            "!        It is in the air, and nobody here flies it.",
        ));
    }
    lines.push(format!("link     {:?}", flight.live.status).to_lowercase());
    if let Some(mode) = &flight.mode {
        lines.push(format!("mode     {}", mode.words));
    }
    lines.push(position(&flight));
    if let Some(attitude) = &flight.attitude {
        lines.push(format!("heading  {:.0} degrees", attitude.heading_deg));
    }
    if let Some(speed) = &flight.speed {
        lines.push(format!(
            "speed    {:.1} m/s along the ground, {:+.1} m/s up",
            speed.level_m_s, speed.up_m_s
        ));
    }
    if let Some(wind) = &flight.wind {
        lines.push(format!("wind     {:.1} m/s", wind.speed_m_s));
    }
    if let Some(home) = flight.home_distance_m {
        lines.push(format!("home     {home:.0} m away"));
    }
    let around = flight.obstacles.iter().flat_map(|ring| &ring.around_m);
    if let Some(near) = around.flatten().copied().reduce(f64::min) {
        lines.push(format!("nearest  {near:.1} m"));
    }
    lines.extend(state.payloads.iter().map(payload));
    lines.extend(state.jobs.iter().filter(|job| job.is_running()).map(job));
    for trouble in &state.troubles {
        let remedy = trouble.remedy.as_deref().unwrap_or_default();
        lines.push(format!("!        {} {remedy}", trouble.message));
    }
    lines
}

fn air(flight: &FlightState) -> &'static str {
    match flight.in_air {
        Some(true) => "in the air",
        Some(false) => "on the ground",
        None => "nobody knows where",
    }
}

fn holder(flight: &FlightState) -> &'static str {
    match flight.authority.holder {
        _ if flight.authority.ours => "ours",
        Holder::Unknown => "unknown",
        Holder::Nobody => "nobody's",
        Holder::Station => "another station's",
        Holder::RemoteController => "the remote controller's",
    }
}

fn battery(flight: &FlightState) -> String {
    let battery = flight.battery.unwrap_or_default();
    let percent = battery.percent.map_or_else(
        || String::from("unknown"),
        |percent| format!("{percent:.0} %"),
    );
    let left = battery
        .remaining_s
        .map_or_else(String::new, |left| format!(" ({:.0} min)", left / 60.0));
    format!("{percent}{left}")
}

fn metres(height: Option<f64>) -> String {
    height.map_or_else(
        || String::from("unknown"),
        |height| format!("{height:.1} m"),
    )
}

fn position(flight: &FlightState) -> String {
    let fix = flight.fix.as_deref().unwrap_or("fix unknown");
    flight.position.map_or_else(
        || format!("place    unknown ({fix})"),
        |place| {
            format!(
                "place    {:.6} {:.6} ({fix})",
                place.latitude_deg, place.longitude_deg
            )
        },
    )
}

fn payload(camera: &PayloadState) -> String {
    let recording = if camera.recording == Some(true) {
        ", recording"
    } else {
        ""
    };
    let gimbal = camera.gimbal.map_or_else(String::new, |gimbal| {
        format!(", looks {:+.0} degrees from level", gimbal.pitch_deg)
    });
    format!(
        "camera   {} {}{gimbal}{recording}",
        camera.index, camera.name
    )
}

fn job(job: &Job) -> String {
    format!("job      {}: {}", job.title, job.step)
}
