//! A row test that cannot fail is no test: each handler in turn does nothing, and its test must see it.
//!
//! Every test binary named `rows` belongs to a virtual device. Its test `implemented_commands_are_listed` prints the
//! ids of what that device does; the tests of an id are those in a module, or with a name, that says `row_<id>`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::command::{Done, Trouble, stop};
use crate::rust_tests;

/// Prints what a virtual device does.
const LIST: &str = "implemented_commands_are_listed";

/// A handler that is to be replaced, and the tests that must notice.
struct Row {
    binary: PathBuf,
    id: String,
    tests: Vec<String>,
}

/// Runs the row tests of each command with that command's handler replaced.
pub(crate) fn run(root: &Path, only: &[String]) -> Done {
    let mut rows = Vec::new();
    for binary in rust_tests::named(root, "rows")? {
        rows.extend(rows_of(&binary.program)?);
    }
    rows.retain(|row| only.is_empty() || only.contains(&row.id));
    if rows.is_empty() {
        return stop("no virtual device does such a command");
    }
    let total = rows.len();
    let waiting = Mutex::new(rows);
    let survivors = Mutex::new(Vec::new());
    // Most of a row's time is waiting for the device, so a few rows share the processors well.
    let at_once = std::thread::available_parallelism().map_or(2, |cores| cores.get() + 1);
    std::thread::scope(|threads| {
        for _ in 0..at_once {
            threads.spawn(|| {
                while let Some(row) = next(&waiting) {
                    if let Err(trouble) = row.is_killed() {
                        println!("{trouble}");
                        survivors
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(trouble.0);
                    } else {
                        println!("{}: killed", row.id);
                    }
                }
            });
        }
    });
    let survivors = survivors
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    println!(
        "{} killed, {} survived",
        total - survivors.len(),
        survivors.len()
    );
    if survivors.is_empty() {
        Ok(())
    } else {
        stop(survivors.join("\n"))
    }
}

fn next(waiting: &Mutex<Vec<Row>>) -> Option<Row> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

impl Row {
    fn is_killed(&self) -> Done {
        if self.tests.is_empty() {
            return stop(format!("{}: no row test", self.id));
        }
        let output = Command::new(&self.binary)
            .arg("--exact")
            .args(&self.tests)
            .env("SKYHELM_MUTATE", &self.id)
            .stdin(Stdio::null())
            .output()?;
        if output.status.success() {
            return stop(format!("{}: {} still pass", self.id, self.tests.join(", ")));
        }
        Ok(())
    }
}

fn asked(binary: &Path, arguments: &[&str]) -> Done<String> {
    let Output { status, stdout, .. } = Command::new(binary)
        .args(arguments)
        .output()
        .map_err(Trouble::from)?;
    if status.success() {
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    } else {
        stop(format!("{} cannot list its rows", binary.display()))
    }
}

/// Implemented commands and the names of their row tests.
fn rows_of(binary: &Path) -> Done<Vec<Row>> {
    let printed = asked(binary, &["--nocapture", LIST])?;
    let ids: Vec<&str> = printed
        .lines()
        .filter_map(|line| line.split_once("implemented: "))
        .flat_map(|(_, line)| line.split_whitespace())
        .collect();
    if ids.is_empty() {
        return stop(format!("{} names no command", binary.display()));
    }
    let listed = asked(binary, &["--list"])?;
    let names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .collect();
    let row = |id: &&str| Row {
        binary: binary.to_path_buf(),
        id: String::from(*id),
        tests: names
            .iter()
            .filter(|name| name.split("::").any(|part| is_of(part, id)))
            .map(|name| String::from(*name))
            .collect(),
    };
    Ok(ids.iter().map(row).collect())
}

/// Whether a part of a test's path speaks of a command. The name of a test may say several numbers and go on in
/// words; a name stands alone, for one is often the beginning of another.
fn is_of(part: &str, id: &str) -> bool {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return part.strip_prefix("row_") == Some(id);
    }
    let said = format!("row_{id}");
    part.match_indices(&said)
        .any(|(at, _)| !part[at + said.len()..].starts_with(|next: char| next.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_row_test_belongs_to_its_own_command_only() {
        assert!(is_of("row_11002_a_goto_moves_motors", "11002"));
        assert!(!is_of("row_11002_a_goto_moves_motors", "1100"));
        assert!(is_of("row_11021_and_row_11023_darks", "11023"));
        assert!(is_of("row_fly_to_point", "fly_to_point"));
        assert!(!is_of("row_fly_to_point_stop", "fly_to_point"));
    }
}
