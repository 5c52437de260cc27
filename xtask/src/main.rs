//! The project's own tasks: `cargo xtask demo`, `cargo xtask test` and what they are made of.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

mod api;
mod check;
mod command;
mod compiler;
mod demo;
mod fuzz;
mod generate;
mod journey;
mod mqtt;
mod mutate;
mod oracle;
mod page;
mod rust_tests;
mod soak;
mod suite;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Skyhelm project")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build everything and start the station with a virtual telescope.
    Demo(demo::DemoArguments),
    /// Run everything CI runs; installs what it needs or says what to install.
    Test(suite::TestArguments),
    /// Make the generated files anew (protobuf code, star catalogue).
    Gen {
        /// Change nothing; fail when a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Check layers, purity, licences and sizes.
    Check,
    /// List files, functions and argument lists that are over the house's size.
    Size,
    /// Replace each handler of the virtual devices by "success, nothing else"; its row test must fail.
    Mutate {
        /// Only these commands.
        commands: Vec<String>,
    },
    /// Ask a running station everything the document of its web API allows, and much that it does not.
    Api {
        /// Requests tried for each operation.
        #[arg(long, default_value_t = 25)]
        examples: u32,
    },
    /// Twelve virtual hours at sixty times real speed with three viewers: memory and tasks must not grow.
    Soak {
        /// Real minutes.
        #[arg(long, default_value_t = 12.0)]
        minutes: f64,
        /// Kill the station so often, instead, while it photographs and downloads.
        #[arg(long)]
        kills: Option<u32>,
    },
    /// Judge positions, noise and FITS files by programs that share no code with ours.
    Oracle,
    /// Judge what the station says over MQTT by `mosquitto_sub` and paho, on two brokers.
    Mqtt,
    /// Feed every decoder with hostile bytes.
    Fuzz(fuzz::FuzzArguments),
}

fn main() -> ExitCode {
    if let Some(code) = compiler::called() {
        std::process::exit(code);
    }
    let root = root();
    let done = match Arguments::parse().task {
        Task::Demo(arguments) => demo::run(&root, &arguments),
        Task::Test(arguments) => suite::run(&root, &arguments),
        Task::Gen { check } => generate::run(&root, check),
        Task::Check => check::run(&root),
        Task::Size => check::size::report(&root),
        Task::Mutate { commands } => mutate::run(&root, &commands),
        Task::Api { examples } => api::run(&root, examples),
        Task::Soak { minutes, kills } => soak::run(&root, minutes, kills),
        Task::Oracle => oracle::run(&root),
        Task::Mqtt => mqtt::run(&root),
        Task::Fuzz(arguments) => fuzz::run(&root, &arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("\n{trouble}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .canonicalize()
        .expect("the workspace exists while its own task runs")
}
