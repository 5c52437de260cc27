//! Figures for Prometheus, as its text format has them.

use core::fmt::{Display, Write as _};

use skyhelm_device::DeviceState;
use skyhelm_device::state::LinkStatus;

use crate::hub::Hub;

/// Everything that is counted, now.
pub(crate) fn text(hub: &Hub) -> String {
    let mut page = Page::default();
    let (sessions, tokens) = hub.sessions.count();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    page.family("skyhelm_info", "gauge", "The program.");
    page.value("skyhelm_info", &version, 1);
    page.family("skyhelm_uptime_seconds", "counter", "Since the start.");
    let up = hub.clocks.now().mono.since(hub.started).as_secs_f64();
    page.value("skyhelm_uptime_seconds", &[], up);
    page.family("skyhelm_sessions", "gauge", "People signed in.");
    page.value("skyhelm_sessions", &[], sessions);
    page.family("skyhelm_api_tokens", "gauge", "API tokens that open.");
    page.value("skyhelm_api_tokens", &[], tokens);
    page.family("skyhelm_pages_open", "gauge", "Event streams in use.");
    page.value("skyhelm_pages_open", &[], hub.presence.pages());
    page.family("skyhelm_tasks", "gauge", "Tasks of the hub itself.");
    page.value("skyhelm_tasks", &[], hub.tasks.len());
    if let Some(bytes) = resident_bytes() {
        let name = "process_resident_memory_bytes";
        page.family(name, "gauge", "Memory in use.");
        page.value(name, &[], bytes);
    }
    devices(hub, &mut page);
    page.text
}

type Figure = (&'static str, &'static str, fn(&DeviceState) -> Option<f64>);

/// What is known of a device, as numbers; what is not known is left out.
const FIGURES: [Figure; 7] = [
    ("skyhelm_device_up", "Whether it answers.", |state| {
        Some(f64::from(u8::from(state.link.status == LinkStatus::Up)))
    }),
    (
        "skyhelm_device_round_trip_seconds",
        "From ping to pong.",
        |state| state.link.round_trip_ms.map(|ms| ms / 1e3),
    ),
    ("skyhelm_device_battery_ratio", "Charge, 0 to 1.", |state| {
        state.power.battery_percent.map(|percent| percent / 100.0)
    }),
    (
        "skyhelm_device_temperature_celsius",
        "Of the sensor or case.",
        |state| state.power.temperature_c,
    ),
    (
        "skyhelm_device_storage_free_bytes",
        "Free on its card.",
        |state| state.storage.as_ref().map(|card| card.free_gb * 1e9),
    ),
    ("skyhelm_device_jobs_running", "Jobs under way.", |state| {
        let running = state.jobs.iter().filter(|job| job.is_running());
        Some(running.count() as f64)
    }),
    (
        "skyhelm_device_subs_stacked",
        "Subs in its stack.",
        |state| {
            let counts = state.stacker.as_ref()?.counts?;
            Some(f64::from(counts.stacked))
        },
    ),
];

fn devices(hub: &Hub, page: &mut Page) {
    let members = hub.registry.members();
    let states: Vec<_> = members
        .iter()
        .map(|member| (member.gate.id(), member.family, member.state()))
        .collect();
    for (name, help, figure) in FIGURES {
        page.family(name, "gauge", help);
        for (id, family, state) in &states {
            if let Some(value) = figure(state) {
                page.value(name, &[("device", id.as_str()), ("family", family)], value);
            }
        }
    }
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(name);
        for (number, (label, word)) in labels.iter().enumerate() {
            let before = if number == 0 { '{' } else { ',' };
            let word = escaped(word);
            let _ = write!(self.text, "{before}{label}=\"{word}\"");
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        let _ = writeln!(self.text, " {value}");
    }
}

fn escaped(word: &str) -> String {
    word.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// Linux tells it; elsewhere the figure is left out.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        let mut page = Page::default();
        page.value("x", &[("a", "b\"c\\d\ne"), ("f", "g")], 1.5);
        assert_eq!(page.text, "x{a=\"b\\\"c\\\\d\\ne\",f=\"g\"} 1.5\n");
    }
}
