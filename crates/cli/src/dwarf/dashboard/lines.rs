//! A state in a few lines.

use skyhelm_device::Job;
use skyhelm_device::state::{Choice, DeviceState, LinkStatus, MountState, Setting, StackerState};

/// The state in a few lines.
pub(in crate::dwarf) fn lines(state: &DeviceState) -> Vec<String> {
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
    lines.extend(state.mount.as_ref().map(mount));
    lines.extend(state.cameras.iter().map(|(lens, camera)| {
        let open = if camera.open { "open" } else { "closed" };
        let set = [&camera.exposure, &camera.gain, &camera.filter].map(|of| setting(of.as_ref()));
        let [exposure, gain, filter] = set;
        format!(
            "{:<8} {open}, exposure {exposure}, gain {gain}, filter {filter}",
            lens.to_string()
        )
    }));
    if let Some(position) = state.focuser.as_ref().and_then(|focuser| focuser.position) {
        lines.push(format!("focus    {position}"));
    }
    lines.extend(state.stacker.as_ref().and_then(stack));
    lines.extend(state.jobs.iter().filter(|job| job.is_running()).map(job));
    for trouble in &state.troubles {
        let remedy = trouble.remedy.as_deref().unwrap_or_default();
        lines.push(format!("!        {} {remedy}", trouble.message));
    }
    lines
}

fn mount(mount: &MountState) -> String {
    let motion = format!("{:?}", mount.motion).to_lowercase();
    let target = mount.target.as_ref();
    let target = target.map_or_else(String::new, |target| format!(" {}", target.name));
    let pointing = mount.pointing.as_ref().map_or_else(String::new, |at| {
        format!(", at {:.3} h {:+.2} degrees", at.ra_hours, at.dec_degrees)
    });
    format!("mount    {motion}{target}{pointing}")
}

fn stack(stacker: &StackerState) -> Option<String> {
    let counts = stacker.counts?;
    let wanted = stacker
        .wanted
        .map_or_else(String::new, |wanted| format!(" of {wanted}"));
    Some(format!(
        "stack    {}{wanted} taken, {} stacked",
        counts.taken, counts.stacked
    ))
}

fn link(state: &DeviceState) -> String {
    let status = match state.link.status {
        LinkStatus::Connecting => "connecting",
        LinkStatus::Up => "up",
        LinkStatus::Down => "down",
    };
    let answers = state.link.round_trip_ms;
    let answers = answers.map_or_else(String::new, |ms| format!(", answers in {ms:.0} ms"));
    format!("{status}{answers}")
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
    let chosen = |choice: &&Choice| Some(choice.index) == setting.index;
    let choice = setting.choices.iter().find(chosen);
    choice.map_or_else(|| String::from("-"), |choice| choice.name.clone())
}

fn job(job: &Job) -> String {
    let part = job.progress.unwrap_or(0.0);
    let full = (part * 20.0).round() as usize;
    let bar: String = (0..20).map(|i| if i < full { '#' } else { '.' }).collect();
    format!("[{bar}] {}: {}", job.title, job.step)
}

#[cfg(test)]
mod tests {
    use skyhelm_device::state::{Motion, PointingSource, PointingState, TargetState, Trouble};
    use skyhelm_device::{JobBook, JobKind, Lens, Severity};
    use skyhelm_units::UtcMillis;

    use super::*;

    #[test]
    fn what_runs_where_it_looks_and_what_is_wrong_are_each_a_line() {
        let mut book = JobBook::default();
        let id = book.open(JobKind::Stack, "Stack M 31", UtcMillis::new(0));
        book.advance(&id, "exposing", Some(0.5));
        let mut state = DeviceState {
            mount: Some(MountState {
                motion: Motion::Tracking,
                target: Some(TargetState {
                    name: String::from("M 31"),
                    ..TargetState::default()
                }),
                pointing: Some(PointingState {
                    ra_hours: 0.712,
                    dec_degrees: 41.27,
                    source: PointingSource::Target,
                }),
                ..MountState::default()
            }),
            jobs: book.all().to_vec(),
            ..DeviceState::default()
        };
        state.cameras.entry(Lens::Tele).or_default().open = true;
        state.troubles.push(Trouble {
            topic: String::from("battery.low"),
            severity: Severity::Warning,
            message: String::from("The battery is low."),
            remedy: Some(String::from("Plug it in.")),
            since_utc_ms: 0,
        });
        let lines = lines(&state);
        for wanted in [
            "mount    tracking M 31, at 0.712 h +41.27 degrees",
            "tele     open, exposure -, gain -, filter -",
            "[##########..........] Stack M 31: exposing",
            "!        The battery is low. Plug it in.",
        ] {
            assert!(
                lines.iter().any(|line| line == wanted),
                "{wanted}: {lines:#?}"
            );
        }
    }
}
