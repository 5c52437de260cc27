//! `cargo xtask soak`: a long night, and many sudden ends.

use std::path::Path;

use crate::command::{Done, run as run_program};
use crate::demo;
use crate::journey::Station;
use crate::rust_tests;

/// Runs a long night, or (with `kills`) the test that kills the station, so often.
pub(crate) fn run(root: &Path, minutes: f64, kills: Option<u32>) -> Done {
    if let Some(kills) = kills {
        let kills = format!("SKYHELM_KILLS={kills}");
        for test in rust_tests::named(root, "killed")? {
            let program = test.program.to_string_lossy();
            run_program(root, "env", &[&kills, &*program, "--nocapture"])?;
        }
        return Ok(());
    }
    demo::station(root)?;
    let folder = root.join("target/soak");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let mut station = Station::start(root, &folder)?;
    let link = station.link()?;
    let watched = run_program(
        root,
        "python3",
        &["tools/soak/night.py", &link, &minutes.to_string()],
    );
    station.stop();
    watched
}
