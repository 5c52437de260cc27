//! The document of the web API, as the program itself prints it.

use std::io;
use std::path::{Path, PathBuf};

use crate::demo;

/// `docs/api/openapi.json`.
///
/// # Errors
/// When the program cannot be built.
pub(crate) fn generate(root: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let document = demo::station_says(root, &["openapi"])?;
    Ok(vec![(PathBuf::from("docs/api/openapi.json"), document)])
}
