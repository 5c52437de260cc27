//! `cargo xtask api`: the web API against its own document.

use std::path::Path;

use crate::command::{Done, run as run_program};
use crate::demo;
use crate::journey::Station;
use crate::tools;

/// Starts a demo and asks it, by schemathesis, what its document allows and what it does not.
pub(crate) fn run(root: &Path, examples: u32) -> Done {
    let python = tools::python_for(root, "api")?
        .to_string_lossy()
        .into_owned();
    demo::station(root)?;
    let folder = root.join("target/api");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut station = Station::start(root, &folder)?;
    let link = station.link()?;
    let folder = folder.to_string_lossy().into_owned();
    let examples = examples.to_string();
    let asked = run_program(
        root,
        &python,
        &[
            "tools/api/conformance.py",
            &link,
            "docs/api/openapi.json",
            &folder,
            &examples,
        ],
    );
    station.stop();
    asked
}
