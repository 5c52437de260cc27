//! `cargo xtask demo`: from a fresh clone to a telescope under tonight's sky.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::command::{Done, HOUSE, program, run as run_program};
use crate::{page, tools};

/// Built as one of the whole house, and with an example beside it: only then does cargo give every
/// dependency the features it has in the tests too, so that they find all of it made.
const BUILD: [&str; 5] = ["build", "--bin", "skyhelm", "--example", "toy"];

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
    station(root)
}

/// The binary, with the page as it was last built.
pub(crate) fn station(root: &Path) -> Done {
    run_program(root, "cargo", &[&BUILD[..], &HOUSE].concat())
}

/// What the station's program prints when it is asked for something.
///
/// # Errors
/// When it cannot be built, or refuses.
pub(crate) fn station_says(root: &Path, arguments: &[&str]) -> io::Result<Vec<u8>> {
    let built = program("cargo")
        .args(BUILD)
        .args(HOUSE)
        .arg("--quiet")
        .current_dir(root)
        .status()?;
    if !built.success() {
        return Err(io::Error::other("the station does not build"));
    }
    let output = Command::new(binary(root)).args(arguments).output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(io::Error::other(words))
    }
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
