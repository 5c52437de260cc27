//! What the broker and the driver carry: a thousand gateways, sticks under that load, and Mosquitto as the rival.
//!
//! `cargo bench -p skyhelm-dji --bench traffic` prints what it measured and ends with an error over a limit. The
//! gateways are a process of their own: a light client each, and one whole virtual dock.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]
#![allow(
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    reason = "nobody builds upon a benchmark"
)]

mod accounts;
mod fleet;
mod heard;
mod hub;
mod rival;
mod wire;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        Some(&words[at + 1..])
    };
    if let Some([at, ..]) = after("--fleet") {
        fleet::run(at);
        return ExitCode::SUCCESS;
    }
    if let Some([at, user, password, ..]) = after("--throughput") {
        rival::clients(at, user, password);
        return ExitCode::SUCCESS;
    }
    // The brokers first: what listens to the station's log would go on listening, and slow only ours.
    let kept = [rival::measure(), hub::measure()];
    if kept.iter().all(|kept| *kept) {
        return ExitCode::SUCCESS;
    }
    println!("A promised figure is missed.");
    ExitCode::FAILURE
}

/// The value below which such a part of all values lies.
fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 * part).ceil() as usize).clamp(1, values.len().max(1));
    values.get(at - 1).copied().unwrap_or(f64::NAN)
}

/// Nanoseconds since 1970: the one clock two processes share.
fn nanos() -> u64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    u64::try_from(since.as_nanos()).unwrap()
}
