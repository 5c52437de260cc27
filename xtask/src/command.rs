//! Running other programs, saying what runs and for how long.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Why a task stopped, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Trouble(pub(crate) String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// What every task returns.
pub(crate) type Done<T = ()> = Result<T, Trouble>;

/// Shorthand for stopping with a sentence.
pub(crate) fn stop<T>(why: impl Into<String>) -> Done<T> {
    Err(Trouble(why.into()))
}

/// Everything but these tasks, which have dependencies of their own. Every build of the house says so, and so shares
/// what the others have made.
pub(crate) const HOUSE: [&str; 4] = ["--workspace", "--exclude", "xtask", "--locked"];

/// A program as a person would start it: without what `cargo xtask` says of itself in the environment, for build
/// scripts that ask for it would otherwise run again.
///
/// Unless the environment says otherwise, cargo keeps no notes for a later, smaller build of the same crate: they
/// make a first build a quarter longer, and a first build is what a stranger and a test run wait for.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    if std::env::var_os(INCREMENTAL).is_none() {
        command.env(INCREMENTAL, "0");
    }
    for (variable, _) in std::env::vars_os() {
        let known = variable.to_string_lossy();
        if OWN_WORDS.iter().any(|word| known.starts_with(word)) {
            command.env_remove(variable);
        }
    }
    command
}

const INCREMENTAL: &str = "CARGO_INCREMENTAL";

/// How the variables begin that cargo sets for what it runs.
const OWN_WORDS: [&str; 5] = [
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_PRIMARY_",
];

/// Runs a program in a folder with its output shown; fails when it fails.
pub(crate) fn run<S: AsRef<OsStr>>(folder: &Path, program: &str, arguments: &[S]) -> Done {
    let shown: Vec<_> = arguments
        .iter()
        .map(|a| a.as_ref().to_string_lossy().into_owned())
        .collect();
    let line = format!("{program} {}", shown.join(" "));
    println!("\n== {line}");
    let start = Instant::now();
    let status = self::program(program)
        .args(arguments)
        .current_dir(folder)
        .status()
        .map_err(|error| Trouble(format!("{program} cannot be started: {error}")))?;
    println!("== {:.1} s", start.elapsed().as_secs_f64());
    if status.success() {
        Ok(())
    } else {
        stop(format!("failed ({status}): {line}"))
    }
}

/// Whether a program can be started at all.
pub(crate) fn exists(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Runs a program and returns what it printed.
pub(crate) fn read<S: AsRef<OsStr>>(folder: &Path, program: &str, arguments: &[S]) -> Done<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        stop(format!(
            "{program} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}
