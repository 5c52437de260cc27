//! The document of the web API, as the program itself prints it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `docs/api/openapi.json`.
///
/// # Errors
/// When the program cannot be built.
pub(crate) fn generate(root: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--package", "skyhelm", "--", "openapi"])
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(io::Error::other(words));
    }
    Ok(vec![(
        PathBuf::from("docs/api/openapi.json"),
        output.stdout,
    )])
}
