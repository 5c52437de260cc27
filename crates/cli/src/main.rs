//! The `skyhelm` binary: it wires the rooms together and prints.

#![allow(clippy::print_stdout, reason = "a program for a terminal")]

mod account;
mod alone;
mod demo;
mod devices;
mod dji;
mod dwarf;
mod failure;
mod lan;
mod memory;
mod night;
mod place;
mod raw;
mod screen;
mod serve;
mod sim;
mod station;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

#[derive(Debug, Parser)]
#[command(name = "skyhelm", version, about, long_about = None)]
struct Arguments {
    /// Print results as JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    task: Task,
}

/// A self-hosted control station for cameras that look at the sky.
#[derive(Debug, Subcommand)]
enum Task {
    /// Start the station with a virtual telescope under tonight's sky.
    Demo(demo::DemoArguments),
    /// Start the station.
    Serve(serve::ServeArguments),
    /// Make, list and remove the accounts of a station.
    Account(account::AccountArguments),
    /// Print the document of the station's web API, in the form of `OpenAPI` 3.1.
    Openapi,
    /// Start a virtual device alone, for other people's clients.
    #[command(subcommand)]
    Sim(sim::SimTask),
    /// List the devices that the station's families find, whatever their kind.
    Devices(devices::DevicesArguments),
    /// Speak with DWARFLAB telescopes.
    #[command(subcommand)]
    Dwarf(dwarf::DwarfTask),
    /// Fly the aircraft of a running station.
    #[command(subcommand)]
    Dji(dji::DjiTask),
    /// Print what a shell needs to complete this program's words.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    memory::settle();
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("SKYHELM_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(arguments.json),
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_keep_alive(memory::IDLE_THREAD_KEPT)
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        match &arguments.task {
            Task::Demo(own) => demo::run(own).await,
            Task::Serve(own) => serve::run(own, arguments.json).await,
            Task::Account(own) => account::run(own, arguments.json).await,
            Task::Openapi => {
                print!("{}", skyhelm_hub::openapi());
                Ok(())
            }
            Task::Sim(own) => sim::run(own, arguments.json).await,
            Task::Devices(own) => devices::run(own, arguments.json).await,
            Task::Dwarf(own) => dwarf::run(own, arguments.json).await,
            Task::Dji(own) => dji::run(own, arguments.json).await,
            Task::Completions { shell } => {
                let mut command = Arguments::command();
                clap_complete::generate(*shell, &mut command, "skyhelm", &mut std::io::stdout());
                Ok(())
            }
        }
    })
}
