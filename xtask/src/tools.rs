//! What the tasks need beside Rust: found, installed when that is allowed, or named in one line.

use std::path::{Path, PathBuf};

use crate::command::{Done, exists, read, run, stop};

/// Chromium as Debian installs it.
pub(crate) const CHROMIUM: &str = "/usr/bin/chromium";

/// Fails unless Node.js with npm is there.
pub(crate) fn node() -> Done {
    if exists("node") && exists("npm") {
        Ok(())
    } else {
        stop(
            "Node.js 20 or newer with npm is needed for the page: https://nodejs.org, or: sudo apt-get install nodejs npm",
        )
    }
}

/// Makes sure Debian packages are there whose programs are named; installs them as root.
pub(crate) fn debian(root: &Path, wanted: &[(&str, &str)]) -> Done {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(program, _)| !Path::new(program).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get install --yes {}", missing.join(" "));
    if !exists("apt-get") || read(root, "id", &["-u"])?.trim() != "0" {
        return stop(format!(
            "Missing for the tests: {}. Install with: sudo {line}",
            missing.join(", ")
        ));
    }
    run(root, "apt-get", &["update", "--quiet=2"])?;
    let mut arguments = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    arguments.extend(&missing);
    run(root, "apt-get", &arguments)
}

/// A Python with the oracles' packages.
pub(crate) fn python(root: &Path) -> Done<PathBuf> {
    python_for(root, "oracle")
}

/// A Python with the packages of one of the folders of `tools`, in a folder of its own under `target`.
pub(crate) fn python_for(root: &Path, tool: &str) -> Done<PathBuf> {
    let requirements = root.join("tools").join(tool).join("requirements.txt");
    let wanted = std::fs::read_to_string(&requirements)?;
    let home = root.join(format!("target/{tool}-python"));
    let python = home.join("bin/python");
    let stamp = home.join("installed.txt");
    if python.exists() && std::fs::read_to_string(&stamp).is_ok_and(|done| done == wanted) {
        return Ok(python);
    }
    if !exists("python3") {
        return stop(
            "Python 3 is needed to judge positions and files: sudo apt-get install python3 python3-venv",
        );
    }
    let path = |p: &Path| p.to_string_lossy().into_owned();
    run(root, "python3", &["-m", "venv", "--clear", &path(&home)])?;
    let arguments = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ];
    let mut arguments: Vec<String> = arguments.map(String::from).to_vec();
    arguments.push(path(&requirements));
    run(root, &path(&python), &arguments)?;
    std::fs::write(&stamp, wanted)?;
    Ok(python)
}
