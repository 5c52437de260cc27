//! Generated files: made from what lies in the repository, committed, and checked for drift.

use std::path::{Path, PathBuf};

use crate::command::{Done, stop};

mod api;
mod catalogue;
mod coverage;
mod proto;

type Made = Vec<(PathBuf, Vec<u8>)>;
type Maker = fn(&Path) -> std::io::Result<Made>;

/// Every maker with its name.
const MAKERS: &[(&str, Maker)] = &[
    ("protobuf messages", proto::generate),
    ("catalogue", catalogue::generate),
    ("coverage page", coverage::generate),
    ("DJI coverage page", coverage::dji::generate),
    ("web API's document", api::generate),
];

/// Writes what the makers make, or (with `check`) names what differs.
pub(crate) fn run(root: &Path, check: bool) -> Done {
    let mut differing = Vec::new();
    for (name, make) in MAKERS {
        for (path, bytes) in make(root)? {
            let file = root.join(&path);
            if std::fs::read(&file).is_ok_and(|old| old == bytes) {
                continue;
            }
            if check {
                differing.push(format!(
                    "{} ({name}) differs from what it is made from",
                    path.display()
                ));
            } else {
                if let Some(folder) = file.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                std::fs::write(&file, bytes)?;
                println!("{} made ({name})", path.display());
            }
        }
    }
    if differing.is_empty() {
        println!("generated files are up to date");
        Ok(())
    } else {
        differing.push(String::from("Run: cargo xtask gen"));
        stop(differing.join("\n"))
    }
}
