//! A row test that cannot fail is no test: each handler in turn does nothing, and its test must see it.

use std::path::Path;
use std::process::Command;

use crate::command::{Done, Trouble, run as run_program, stop};

/// Runs the row tests of each command with that command's handler replaced.
pub(crate) fn run(root: &Path, only: &[u32]) -> Done {
    let build = [
        "test",
        "--quiet",
        "--workspace",
        "--test",
        "rows",
        "--no-run",
    ];
    run_program(root, "cargo", &build)?;
    let rows = rows(root)?;
    let asked: Vec<_> = rows
        .iter()
        .filter(|(command, _)| only.is_empty() || only.contains(command))
        .collect();
    let mut survivors = Vec::new();
    let mut killed = 0;
    // Most of a row's time is waiting for the telescope, so two rows share the processors well.
    for pair in asked.chunks(2) {
        let outcomes: Vec<Done<bool>> = std::thread::scope(|threads| {
            let running: Vec<_> = pair
                .iter()
                .map(|(command, tests)| {
                    threads.spawn(move || Ok(!tests.is_empty() && !survives(root, *command)?))
                })
                .collect();
            running
                .into_iter()
                .map(|row| {
                    row.join()
                        .unwrap_or_else(|_| stop("a row's thread ended early"))
                })
                .collect()
        });
        for ((command, tests), was_killed) in pair.iter().zip(outcomes) {
            if was_killed? {
                killed += 1;
                println!("{command}: killed");
            } else if tests.is_empty() {
                survivors.push(format!("{command}: no row test"));
            } else {
                survivors.push(format!("{command}: {} still pass", tests.join(", ")));
            }
        }
    }
    println!("{killed} killed, {} survived", survivors.len());
    if survivors.is_empty() {
        Ok(())
    } else {
        stop(survivors.join("\n"))
    }
}

fn row_tests(root: &Path, arguments: &[&str], mutate: Option<u32>) -> Done<std::process::Output> {
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .args(["test", "--quiet", "--workspace", "--test", "rows", "--"])
        .args(arguments);
    if let Some(row) = mutate {
        command.env("SKYHELM_MUTATE", row.to_string());
    }
    command.output().map_err(Trouble::from)
}

/// Implemented commands and the names of their row tests.
fn rows(root: &Path) -> Done<Vec<(u32, Vec<String>)>> {
    let implemented = row_tests(
        root,
        &["--nocapture", "implemented_commands_are_listed"],
        None,
    )?;
    let printed = String::from_utf8_lossy(&implemented.stdout).into_owned();
    let commands: Vec<u32> = printed
        .lines()
        .filter_map(|line| line.strip_prefix("implemented: "))
        .flat_map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()))
        .collect();
    if commands.is_empty() {
        return stop("the row tests name no implemented command");
    }
    let listed = row_tests(root, &["--list"], None)?;
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    let tests_of = |command: &u32| {
        let tests = names
            .lines()
            .filter_map(|line| line.strip_suffix(": test"))
            .filter(|name| name.contains(&format!("row_{command}")))
            .map(String::from);
        (*command, tests.collect())
    };
    Ok(commands.iter().map(tests_of).collect())
}

fn survives(root: &Path, command: u32) -> Done<bool> {
    let filter = format!("row_{command}");
    Ok(row_tests(root, &[&filter], Some(command))?.status.success())
}
