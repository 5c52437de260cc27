//! The web page: its packages and its build.

use std::path::Path;
use std::time::SystemTime;

use crate::command::{Done, run};
use crate::tools;

/// Installs the page's packages when the lock file is newer than what is installed.
pub(crate) fn install(root: &Path) -> Done {
    tools::node()?;
    let ui = root.join("ui");
    let lock = modified(&ui.join("package-lock.json"));
    let installed = modified(&ui.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < lock {
        run(
            &ui,
            "npm",
            &["ci", "--no-audit", "--no-fund", "--loglevel=error"],
        )?;
    }
    Ok(())
}

/// Builds the page into `ui/dist`, where the hub finds it, when anything it is made of is newer.
pub(crate) fn build(root: &Path) -> Done {
    install(root)?;
    let ui = root.join("ui");
    // The page for remote controllers is made last.
    let built = modified(&ui.join("dist/pilot.html"));
    if built.is_some() && newest(&ui)? < built {
        println!("The page is built already.");
        return Ok(());
    }
    run(&ui, "npm", &["run", "--silent", "build"])
}

/// What of the page's folder the page is not made of.
const BESIDE: [&str; 3] = ["node_modules", "dist", "e2e"];

/// When anything in a folder was last changed, added or taken away.
fn newest(folder: &Path) -> Done<Option<SystemTime>> {
    let mut newest = modified(folder);
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if BESIDE.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let changed = if entry.file_type()?.is_dir() {
            self::newest(&entry.path())?
        } else {
            modified(&entry.path())
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
}
