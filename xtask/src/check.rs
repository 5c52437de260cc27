//! Rules of the house that the compiler cannot see.

mod layers;
mod licences;
mod purity;
pub(crate) mod size;

use std::path::Path;

use crate::command::{Done, stop};

/// Checks everything and names every fault, not only the first.
pub(crate) fn run(root: &Path) -> Done {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(vec![String::from("--locked")])
        .exec()?;
    let house = layers::House::read(root)?;
    let mut faults = layers::faults(&house, &layers::edges(&metadata));
    faults.extend(purity::faults(root, &house)?);
    faults.extend(licences::faults(&metadata));
    faults.extend(size::faults(root)?);
    if faults.is_empty() {
        println!(
            "layers, purity, licences, sizes: in order ({} packages locked)",
            metadata.packages.len()
        );
        Ok(())
    } else {
        stop(faults.join("\n"))
    }
}
