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

/// Builds the page into `ui/dist`, where the hub finds it.
pub(crate) fn build(root: &Path) -> Done {
    install(root)?;
    run(&root.join("ui"), "npm", &["run", "--silent", "build"])
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
}
