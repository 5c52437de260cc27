//! The coverage page: every row of the protocol's table, and where it has its effect.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::demo;

pub(crate) mod dji;

#[derive(Debug, Deserialize)]
struct Row {
    id: u32,
    name: String,
    direction: String,
    request: Option<String>,
    devices: String,
    needs: String,
    idempotency: String,
    timeout_s: f64,
    virtual_dwarf3: bool,
    vector: bool,
    source: String,
}

/// `docs/coverage.md`, from what the program itself says of its table.
///
/// # Errors
/// When the program cannot be built or says something else.
pub(crate) fn generate(root: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let listed = demo::station_says(root, &["dwarf", "raw", "--list", "--json"])?;
    let rows: Vec<Row> = serde_json::from_slice(&listed)?;
    Ok(vec![(
        PathBuf::from("docs/coverage.md"),
        page(&rows).into_bytes(),
    )])
}

fn page(rows: &[Row]) -> String {
    let (commands, notifications): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| row.direction == "Command");
    let simulated = commands.iter().filter(|row| row.virtual_dwarf3).count();
    let mut text = format!(
        "# Coverage of DWARFLAB API 2.0\n\nMade by `cargo xtask gen` from the protocol's table. {} commands, {} notifications, all of them on the wire; {simulated} commands have their effect in \
         the virtual DWARF 3, the others answer with the protocol's own error. \"vector\" means a message that our encoder did not make.\n\n## Commands\n\n\
         | number | name | request | devices | role | repeat | time-out | virtual DWARF 3 | vector | source |\n|---|---|---|---|---|---|---|---|---|---|\n",
        commands.len(),
        notifications.len()
    );
    let tick = |yes: bool| if yes { "yes" } else { "-" };
    for row in commands {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} s | {} | {} | {} |",
            row.id,
            row.name,
            row.request.as_deref().unwrap_or("-"),
            row.devices,
            row.needs.to_lowercase(),
            row.idempotency.to_lowercase(),
            row.timeout_s,
            tick(row.virtual_dwarf3),
            tick(row.vector),
            row.source
        );
    }
    text.push_str("\n## Notifications\n\n| number | name | devices | vector | source |\n|---|---|---|---|---|\n");
    for row in notifications {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            row.id,
            row.name,
            row.devices,
            tick(row.vector),
            row.source
        );
    }
    text
}
