//! `cargo xtask demo`: from a fresh clone to a telescope under tonight's sky.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::command::{Done, run as run_program};
use crate::{page, tools};

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Install Debian's `stellarium-data` first; its photographs then show in the telescope.
    #[arg(long)]
    pictures: bool,
    /// Passed on to `skyhelm demo` (see `skyhelm demo --help`).
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// The page, then the binary that holds it.
pub(crate) fn build(root: &Path) -> Done {
    println!("Step 1 of 3: the web page (npm packages, then a build; half a minute).");
    page::build(root)?;
    println!(
        "\nStep 2 of 3: the station (a first build takes up to 15 minutes on two cores; later ones seconds)."
    );
    // Built as one of the whole workspace, so that the tests find the same dependencies made.
    let binary = ["build", "--workspace", "--locked", "--bin", "skyhelm"];
    run_program(root, "cargo", &binary)
}

fn start(root: &Path, rest: &[String]) -> Done {
    println!("\nStep 3 of 3: starting the station with a virtual telescope. Ctrl-C ends it.");
    let mut arguments = vec![String::from("demo")];
    arguments.extend(rest.iter().cloned());
    run_program(root, &binary(root).to_string_lossy(), &arguments)
}

/// Where cargo puts the station's binary.
pub(crate) fn binary(root: &Path) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    target.join("debug/skyhelm")
}

/// Where cargo puts an example's binary.
pub(crate) fn example(root: &Path, name: &str) -> PathBuf {
    binary(root).with_file_name("examples").join(name)
}

pub(crate) fn run(root: &Path, arguments: &DemoArguments) -> Done {
    if arguments.pictures {
        let marker = "/usr/share/stellarium/nebulae/default/textures.json";
        tools::debian(root, &[(marker, "stellarium-data")])?;
    }
    build(root)?;
    start(root, &arguments.rest)
}
