//! One test per method of the virtual gateways, each seeing the method's effect, never only its answer.
//!
//! `cargo xtask mutate` sets `SKYHELM_MUTATE` to a method: the gateway then answers it with success and
//! does nothing else, and the method's row test must fail. All of it runs in virtual time; only
//! `wire` uses sockets.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod camera;
mod control;
mod dock;
mod flight;
mod harness;
mod live;
mod reports;
mod troubles;
mod wire;

/// `cargo xtask mutate` reads this list.
#[test]
#[allow(clippy::print_stdout, reason = "the list is the test's product")]
fn implemented_commands_are_listed() {
    let methods = skyhelm_dji_sim::implemented();
    println!("implemented: {}", methods.join(" "));
    assert!(methods.len() > 40 && methods.contains(&"fly_to_point"));
}
