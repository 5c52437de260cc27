use std::path::{Path, PathBuf};

/// The longest path a peer may ask for.
const LONGEST: usize = 1024;

/// Where on the card the path of a URL lies; `None` when it lies elsewhere, is hidden or is malformed.
///
/// Percent-encoding is undone exactly once. The file must exist: only then can links be followed to
/// see that they do not lead out of the card.
pub(crate) fn resolve(root: &Path, url_path: &str) -> Option<PathBuf> {
    if url_path.len() > LONGEST {
        return None;
    }
    let decoded = percent_decoded(url_path)?;
    let mut path = root.to_owned();
    for segment in decoded.split('/') {
        match segment {
            "" => {}
            // A dot alone, two dots, and hidden files.
            hidden if hidden.starts_with('.') => return None,
            odd if odd.contains(['\\', '\0']) => return None,
            name => path.push(name),
        }
    }
    let real = path.canonicalize().ok()?;
    real.starts_with(root).then_some(real)
}

/// Encodes one name for use in a link.
pub(crate) fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn no_spelling_of_a_path_leads_out_of_the_card() {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("card");
        fs::create_dir(&root).unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        fs::write(root.join("inside"), "y").unwrap();
        fs::write(root.join(".hidden"), "y").unwrap();
        std::os::unix::fs::symlink(outside.path(), root.join("link")).unwrap();
        let root = root.canonicalize().unwrap();
        for path in [
            "/../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/%2E%2E%2Fsecret",
            "/..\\secret",
            "/link/secret",
            "/inside/../../secret",
            "/inside%00",
            "/.hidden",
            "/%",
            "/%zz",
            "/%ff",
            "//etc/hostname",
        ] {
            assert_eq!(resolve(&root, path), None, "{path}");
        }
        assert_eq!(resolve(&root, "//inside"), Some(root.join("inside")));
        assert_eq!(resolve(&root, "/in%73ide"), Some(root.join("inside")));
        // Decoded once only: this asks for a file literally called "%2e%2e".
        assert_eq!(resolve(&root, "/%252e%252e/secret"), None);
    }

    #[test]
    fn a_name_survives_its_link() {
        let name = "stacked 16_M 31 +41°.fits";
        assert_eq!(
            percent_decoded(&percent_encoded(name)).as_deref(),
            Some(name)
        );
    }
}
