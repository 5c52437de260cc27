//! Who does something with a message: read from the sources, so that nobody has to remember it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use skyhelm_dji_proto::TopicKind;
use skyhelm_dji_proto::table::Row;

const PROTOCOL: &str = "families/dji-proto/src";
/// The driver, and the machine of the protocol that is its mind.
const DRIVER: [&str; 2] = ["families/dji/src", "families/dji-proto/src/cloud"];
const DEVICE: [&str; 1] = ["families/dji-sim/src"];
const TESTS: [&str; 2] = ["families/dji-sim/tests", "families/dji/tests"];

/// What the sources name.
pub(super) struct Uses {
    driver: String,
    device: String,
    tests: String,
    /// The typed names of each method: `DrcUp::Osd` of `osd_info_push`.
    names: BTreeMap<String, Vec<String>>,
}

impl Uses {
    /// From the project's folder.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let all = |folders: &[&str]| -> io::Result<String> {
            let mut text = String::new();
            for folder in folders {
                collect(&root.join(folder), &mut text, false)?;
            }
            Ok(text)
        };
        Ok(Self {
            driver: all(&DRIVER)?,
            device: all(&DEVICE)?,
            tests: all(&TESTS)?,
            names: names(&all(&[PROTOCOL])?),
        })
    }

    /// Whether the driver sends the command, or acts on what the device says.
    pub(super) fn driver(&self, row: &Row) -> bool {
        self.named(&self.driver, row)
    }

    /// Whether the virtual device carries the command out, or says it itself.
    pub(super) fn device(&self, row: &Row) -> bool {
        self.named(&self.device, row)
    }

    /// Whether a test is named after it, or names it.
    pub(super) fn test(&self, row: &Row) -> bool {
        self.tests.contains(&format!("fn row_{}()", row.method))
            || self.tests.contains(&format!("\"{}\"", row.method))
            || self.tests.contains(&format!("fn row_{}_", row.method))
    }

    fn named(&self, text: &str, row: &Row) -> bool {
        if text.contains(&format!("\"{}\"", row.method)) {
            return true;
        }
        match row.topic {
            // A property is a field of what was read.
            TopicKind::Osd | TopicKind::State | TopicKind::PropertySet => {
                holds_word(text, &format!(".{}", row.method))
            }
            _ => self
                .names
                .get(row.method)
                .is_some_and(|names| names.iter().any(|name| holds_word(text, name))),
        }
    }
}

/// All sources of a folder, with or without their unit tests.
pub(super) fn collect(folder: &Path, text: &mut String, with_tests: bool) -> io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, text, with_tests)?;
        } else if path.extension().is_some_and(|end| end == "rs")
            && (with_tests || !path.ends_with("tests.rs"))
        {
            let source = std::fs::read_to_string(&path)?;
            // What only a unit test does, nobody does.
            let done = source.split("#[cfg(test)]").next().unwrap_or_default();
            text.push_str(if with_tests { &source } else { done });
            text.push('\n');
        }
    }
    Ok(())
}

/// `Name = "method"` and `Name(Type) = "method"` in the lists of messages, `"method" => Self::Name` where
/// they are read.
fn names(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        let found = if let Some((method, name)) = line.split_once(" => Self::") {
            Some((method, name))
        } else {
            line.split_once(" = \"")
                .map(|(name, method)| (method, name))
        };
        let Some((method, name)) = found else {
            continue;
        };
        let method = method.trim_matches(['"', ',', ';']);
        let end = name.find(|sign: char| !sign.is_alphanumeric());
        let name = &name[..end.unwrap_or(name.len())];
        if name.starts_with(char::is_uppercase) && !method.contains(['"', ' ']) {
            let known = names.entry(method.to_owned()).or_default();
            known.push(format!("::{name}"));
        }
    }
    names
}

/// Whether a text holds a name that does not go on.
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let next = text[at + word.len()..].chars().next();
        !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_names_are_found_in_both_forms() {
        let names = names(
            "    Osd(OsdInfo) = \"osd_info_push\",\n \"hsi_info_push\" => Self::Hsi(read(x)?),\n let a = \"b\";",
        );
        assert_eq!(names["osd_info_push"], ["::Osd"]);
        assert_eq!(names["hsi_info_push"], ["::Hsi"]);
        assert!(!names.contains_key("b"));
    }

    #[test]
    fn a_longer_name_is_another() {
        assert!(holds_word("Service::FlyToPoint(x)", "::FlyToPoint"));
        assert!(!holds_word("Service::FlyToPointStop", "::FlyToPoint"));
    }
}
