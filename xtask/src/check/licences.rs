//! What is linked: its licences, how much of it, and what is there twice.

use std::collections::BTreeMap;

use cargo_metadata::Metadata;

/// Licences that may be linked into a program under MIT OR Apache-2.0.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
];

/// Packages in the lock file, our own among them.
const MOST_PACKAGES: usize = 450;

/// Packages that other people's crates need in two versions; each with its reason.
const TWICE_ALLOWED: &[(&str, &str)] = &[
    ("base64", "reqwest and tungstenite moved at different times"),
    ("block-buffer", "follows digest"),
    ("cpufeatures", "follows digest"),
    ("crypto-common", "follows digest"),
    (
        "digest",
        "tungstenite's sha1 and argon2's blake2 differ in it",
    ),
    ("argon2", "mqtt5 stays on 0.5"),
    ("blake2", "follows argon2"),
    ("foldhash", "flume and hashbrown differ in it"),
    ("getrandom", "rand 0.9 and 0.10 differ in it"),
    ("hashbrown", "indexmap and rusqlite's hashlink differ in it"),
    ("itertools", "prost-build and criterion differ in it"),
    ("miniz_oxide", "png and std's backtrace differ in it"),
    ("password-hash", "follows argon2"),
    ("r-efi", "follows getrandom"),
    ("rand", "tungstenite and proptest stay on 0.9"),
    ("rand_chacha", "follows rand"),
    ("rand_core", "follows rand"),
    ("unicode-width", "miette, of protox, stays on an older one"),
    ("windows-sys", "not built on Linux"),
    ("windows-targets", "not built on Linux"),
    ("wit-bindgen", "not built on Linux"),
    ("syn", "older derive crates stay on an older one"),
    ("toml_datetime", "build tools differ in it"),
    ("winnow", "build tools differ in it"),
];

/// Licences that are not allowed, packages there twice without a reason, too many packages.
pub(crate) fn faults(metadata: &Metadata) -> Vec<String> {
    let mut faults = Vec::new();
    let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in &metadata.packages {
        versions
            .entry(package.name.as_str())
            .or_default()
            .push(package.version.to_string());
        let licence = package.license.as_deref().unwrap_or("none stated");
        if !is_allowed(licence) {
            faults.push(format!(
                "{} is under `{licence}`, which must not be linked",
                package.name
            ));
        }
    }
    for (name, versions) in versions {
        if versions.len() > 1 && !TWICE_ALLOWED.iter().any(|(allowed, _)| *allowed == name) {
            faults.push(format!(
                "{name} is locked in several versions: {}",
                versions.join(", ")
            ));
        }
    }
    if metadata.packages.len() > MOST_PACKAGES {
        faults.push(format!(
            "{} packages locked, at most {MOST_PACKAGES}",
            metadata.packages.len()
        ));
    }
    faults
}

/// Whether an SPDX expression can be met by allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    let flat = expression.replace('/', " OR ").replace(['(', ')'], " ");
    flat.split(" OR ").any(|choice| {
        choice
            .split(" AND ")
            .all(|licence| ALLOWED.contains(&licence.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copyleft_without_a_choice_is_refused() {
        assert!(is_allowed("MIT OR GPL-3.0"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(!is_allowed("AGPL-3.0-only"));
        assert!(!is_allowed("MIT AND GPL-2.0"));
        assert!(!is_allowed("none stated"));
    }
}
