//! What a family of devices needs to run in a terminal, without a station.

use std::sync::Arc;
use std::time::Instant;

use skyhelm_device::{FamilyContext, FamilyEvent, Unkept};
use skyhelm_units::{Site, StationClock};
use tokio::sync::mpsc;

/// Reports that may wait.
const QUEUE: usize = 64;

/// A context with this machine's clock, and what the family will report.
pub(crate) fn context(site: Site) -> (FamilyContext, mpsc::Receiver<FamilyEvent>) {
    let host = skyhelm_hub::system_clock(Instant::now());
    let now = host.now();
    let (events, reported) = mpsc::channel(QUEUE);
    let context = FamilyContext {
        config: serde_json::Value::Null,
        events,
        clock: StationClock::new(now.mono, now.utc, 1.0),
        host,
        site,
        memory: Arc::new(Unkept),
    };
    (context, reported)
}
