//! The executable contract: what every device of every family owes to the faces above it.
//!
//! A family runs these checks against its virtual device in its own tests. A breach is a sentence that
//! says what was promised and what was seen instead.
//!
//! ```text
//!  a family's test ── Subject (device, clocks, site) ── checks ── Gate ── the device
//!                          └── World: what no command can do (break the connection)
//! ```
//!
//! It knows no protocol, waits at most the patience it is given, and changes nothing that it does not
//! put back. `examples/toy.rs` is the smallest family that keeps the contract.
//!
//! What it does not do: judge pictures, or whether a mount points truly. Those are the tests of a
//! virtual device.

use core::future::ready;

mod authority;
mod breach;
mod job;
mod link;
mod state;
mod subject;
mod sun;

pub use breach::{Breach, Checked};
pub use subject::{Subject, World};

/// One promise and how it is checked.
type Check =
    for<'a> fn(&'a Subject) -> core::pin::Pin<Box<dyn Future<Output = Checked> + Send + 'a>>;

/// All promises, in an order in which none disturbs the next.
const CHECKS: &[(&str, Check)] = &[
    ("a device says what it is", |s| {
        Box::pin(ready(state::says_what_it_is(s)))
    }),
    ("its state is JSON and back", |s| {
        Box::pin(ready(state::is_json(s)))
    }),
    ("the newest state is there at once", |s| {
        Box::pin(ready(state::is_there_at_once(s)))
    }),
    ("no command without a lease", |s| {
        Box::pin(authority::lease_first(s))
    }),
    ("a stop needs no lease", |s| {
        Box::pin(authority::stop_without_lease(s))
    }),
    ("no command after its deadline", |s| {
        Box::pin(authority::deadline(s))
    }),
    ("a blocked control is refused with its reason", |s| {
        Box::pin(authority::blocked_says_why(s))
    }),
    ("the Sun guard stands at every door", |s| {
        Box::pin(sun::at_every_door(s))
    }),
    ("a job ends exactly once", |s| Box::pin(job::ends_once(s))),
    ("a cancelled job is cancelled", |s| {
        Box::pin(job::is_cancelled(s))
    }),
    ("after a break everything is as it was", |s| {
        Box::pin(link::comes_back(s))
    }),
];

impl Subject {
    /// Checks every promise; the breaches, each with the promise it breaks.
    pub async fn breaches(&self) -> Vec<String> {
        let mut breaches = Vec::new();
        for (promise, check) in CHECKS {
            if let Err(breach) = check(self).await {
                breaches.push(format!("{promise}: {breach}"));
            }
        }
        breaches
    }
}
