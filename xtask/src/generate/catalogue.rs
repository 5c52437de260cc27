//! The embedded catalogue, made from the sources in `data/`.

mod constellations;
mod deep_sky;
mod stars;

use std::io;
use std::path::{Path, PathBuf};

/// Makes the catalogue files of `crates/sky/data`.
pub(crate) fn generate(root: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let data = root.join("data");
    let made = stars::make(&data)?;
    let target = PathBuf::from("crates/sky/data");
    Ok(vec![
        (target.join("stars.bin"), made.stars),
        (target.join("named-stars.tsv"), made.named.into_bytes()),
        (
            target.join("constellations.tsv"),
            made.constellations.into_bytes(),
        ),
        (
            target.join("deep-sky.tsv"),
            deep_sky::make(&data)?.into_bytes(),
        ),
    ])
}

/// A source file that is not as expected.
fn spoilt(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_string())
}
