//! Names a device gave, made safe to use here.

use sha2::{Digest as _, Sha256};

use crate::secret::hex;

/// Longest file name kept, in bytes; file systems allow 255.
const LONGEST: usize = 150;

/// An entry's id: the same for the same device and path, whatever else changes.
pub(crate) fn entry_id(device: &str, path: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(device.as_bytes());
    hash.update([0]);
    hash.update(path.as_bytes());
    hex(&hash.finalize()[..10])
}

/// The last part of a device's path as a file name that stays inside its folder on every system.
pub(crate) fn file_name(path: &str) -> String {
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            '.' | '-' | '_' | '+' | '(' | ')' | ' ' | ',' => c,
            _ => '_',
        })
        .collect();
    while name.ends_with(['.', ' ']) {
        name.pop();
    }
    // The ending says what the file is; it is kept. What is left may begin with a dot again.
    while name.len() > LONGEST || name.starts_with(['.', ' ']) {
        name.remove(0);
    }
    if name.is_empty() {
        name.push_str("file");
    }
    name
}

/// The media type of a file, by the ending of its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "fits" | "fit" | "fts" => "image/fits",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "tif" | "tiff" => "image/tiff",
        "mp4" => "video/mp4",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A file name as a segment of a URL.
pub(crate) fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_never_leaves_its_folder() {
        for (path, name) in [
            ("../../etc/passwd", "passwd"),
            ("a/b/..", "file"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("stack/.hidden", "hidden"),
            ("x/", "file"),
            ("M 31_15s60_Astro.fits", "M 31_15s60_Astro.fits"),
            ("a\0b:c*.png", "a_b_c_.png"),
        ] {
            assert_eq!(file_name(path), name, "{path}");
        }
        assert!(file_name(&"ä".repeat(500)).len() <= LONGEST);
        let cut_before_a_dot = format!("xx.{}", "y".repeat(LONGEST - 1));
        assert_eq!(file_name(&cut_before_a_dot), "y".repeat(LONGEST - 1));
    }

    proptest! {
        #[test]
        fn any_path_becomes_a_plain_name(path in ".{0,300}") {
            let name = file_name(&path);
            prop_assert!(!name.is_empty() && name.len() <= LONGEST);
            prop_assert!(!name.contains(['/', '\\', '\0', ':']) && !name.starts_with('.'));
            // What a browser sends back must name the same file.
            prop_assert!(percent_encoded(&name).is_ascii());
        }
    }

    #[test]
    fn ids_differ_by_device_and_by_path() {
        assert_ne!(entry_id("a", "b"), entry_id("ab", ""));
        assert_eq!(entry_id("a", "b"), entry_id("a", "b"));
    }
}
