//! One test per command of the virtual device, each seeing the command's effect, never only its answer.
//!
//! `cargo xtask mutate` sets `SKYHELM_MUTATE` to a command: the device then answers it with success and
//! does nothing else, and the command's row test must fail.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod astro;
mod burst;
mod camera;
mod features;
mod focus;
mod harness;
mod lens;
mod look;
mod motor;
mod panorama;
mod photo;
mod power;
mod system;

/// `cargo xtask mutate` reads this list.
#[test]
#[allow(clippy::print_stdout, reason = "the list is the test's product")]
fn implemented_commands_are_listed() {
    let commands = skyhelm_dwarf_sim::implemented();
    let listed: Vec<String> = commands.iter().map(u32::to_string).collect();
    println!("implemented: {}", listed.join(" "));
    let host_lock = skyhelm_dwarf_proto::cmd::SYSTEM_SET_HOST_LOCK;
    assert!(commands.len() > 60 && commands.contains(&host_lock));
}

#[test]
fn every_implemented_command_is_one_this_firmware_knows() {
    use skyhelm_dwarf_proto::{Generation, table};
    for &command in skyhelm_dwarf_sim::implemented() {
        let row = table::row(command).unwrap();
        assert!(
            row.availability.on(Generation::V2),
            "{command} {}",
            row.wire_name
        );
    }
}
