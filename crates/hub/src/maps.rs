//! What lies below the map's aircraft: the program's own countries, a file of tiles that lies in the
//! station's folder, or tiles of another host that an administrator named.

use std::path::{Path, PathBuf};

use axum::http::Uri;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::HubError;

/// What a file of tiles ends with.
const ENDING: &str = ".pmtiles";
/// Longer names are nobody's.
const LONGEST_NAME: usize = 120;
const LONGEST_TEMPLATE: usize = 500;
const LONGEST_CREDIT: usize = 200;
/// Files listed at most.
const MOST_FILES: usize = 200;
const DEEPEST_ZOOM: u8 = 24;

/// What is drawn below everything else on a map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Tiles {
    /// The countries that lie in the program.
    #[default]
    Bundled,
    /// A `PMTiles` file in the folder `maps` of the station's data.
    File {
        /// Its name there.
        name: String,
    },
    /// Pictures of another host: the page is allowed to load from it, and from no other.
    Url {
        /// `https://tiles.example/{z}/{x}/{y}.png`.
        template: String,
        /// Whom to thank; most who give tiles ask for it.
        credit: String,
        /// How deep they go.
        max_zoom: u8,
    },
}

/// A file of tiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct MapFile {
    name: String,
    size_bytes: u64,
}

impl Tiles {
    /// Whether it can be drawn; of a file, whether its name is one.
    pub(crate) fn check(&self) -> Result<(), HubError> {
        match self {
            Self::Bundled => Ok(()),
            Self::File { name } if is_name(name) => Ok(()),
            Self::File { .. } => Err(unfit("that is no name of a PMTiles file")),
            Self::Url {
                template,
                credit,
                max_zoom,
            } => {
                if template.len() > LONGEST_TEMPLATE || origin_of(template).is_none() {
                    return Err(unfit(
                        "the address must be http or https and name {z}, {x} and {y}",
                    ));
                }
                if credit.chars().count() > LONGEST_CREDIT || credit.contains(char::is_control) {
                    return Err(unfit("the credit has at most 200 printable characters"));
                }
                if *max_zoom == 0 || *max_zoom > DEEPEST_ZOOM {
                    return Err(unfit("the depth lies between 1 and 24"));
                }
                Ok(())
            }
        }
    }

    /// The other host that pages may load from, if there is one.
    pub(crate) fn origin(&self) -> Option<String> {
        match self {
            Self::Url { template, .. } => origin_of(template),
            Self::Bundled | Self::File { .. } => None,
        }
    }
}

fn unfit(cause: &str) -> HubError {
    HubError::Unfit(format!("These tiles cannot be used: {cause}."))
}

/// `https://tiles.example:8443`, when the template is one. The origin becomes part of a header, so
/// nothing gets into it that could say more than a host and a port.
fn origin_of(template: &str) -> Option<String> {
    let names_tile = ["{z}", "{x}", "{y}"]
        .iter()
        .all(|part| template.contains(part));
    let (scheme, rest) = template.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if !names_tile
        || !matches!(scheme, "http" | "https")
        || host.is_empty()
        || !host.chars().all(plain)
    {
        return None;
    }
    let whole = ["z", "x", "y"]
        .iter()
        .fold(template.to_owned(), |text, name| {
            text.replace(&format!("{{{name}}}"), "0")
        });
    let parsed: Uri = whole.parse().ok()?;
    let authority = parsed.authority()?;
    // What the parser reads as host and what stands there must be the same thing.
    (authority.as_str() == host && parsed.port().is_none_or(|port| port.as_u16() > 0))
        .then(|| format!("{scheme}://{host}"))
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.len() <= LONGEST_NAME
        && name.len() > ENDING.len()
        && name.ends_with(ENDING)
        && !name.starts_with('.')
        && name.chars().all(plain)
}

/// The folder of tiles.
#[derive(Clone, Debug)]
pub(crate) struct Maps {
    folder: PathBuf,
}

impl Maps {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files there; none when there is no such folder.
    pub(crate) fn files(&self) -> Vec<MapFile> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let named = entries.filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let path = self.path(&name)?;
            let size_bytes = path.metadata().ok()?.len();
            Some(MapFile { name, size_bytes })
        });
        let mut files: Vec<MapFile> = named.take(MOST_FILES).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    /// Where a file lies. What leads out of the folder, by its name or as a link, is no file of it.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        if !is_name(name) {
            return None;
        }
        let path = self.folder.join(name);
        let data = path.symlink_metadata().ok()?;
        data.is_file().then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(template: &str) -> Tiles {
        Tiles::Url {
            template: template.to_owned(),
            credit: String::new(),
            max_zoom: 19,
        }
    }

    #[test]
    fn a_template_names_one_host_and_nothing_else_gets_into_the_policy() {
        let good = [
            (
                "https://tiles.example/{z}/{x}/{y}.png",
                "https://tiles.example",
            ),
            (
                "http://192.168.1.5:8080/t?z={z}&x={x}&y={y}",
                "http://192.168.1.5:8080",
            ),
            ("http://[fe80::1]:80/{z}/{x}/{y}", "http://[fe80::1]:80"),
        ];
        for (template, origin) in good {
            url(template).check().unwrap();
            assert_eq!(url(template).origin().as_deref(), Some(origin));
        }
        for bad in [
            "https://tiles.example/{z}/{x}.png",
            "ftp://tiles.example/{z}/{x}/{y}",
            "https://*/{z}/{x}/{y}",
            "https://*.example/{z}/{x}/{y}",
            "https://a.example; script-src */{z}/{x}/{y}",
            "https://a.example https://b.example/{z}/{x}/{y}",
            "https://me:secret@a.example/{z}/{x}/{y}",
            "https://a.example,b.example/{z}/{x}/{y}",
            "https:///{z}/{x}/{y}",
            "https://{z}.example/{x}/{y}",
            "https://a.example:0/{z}/{x}/{y}",
            "javascript://a.example/{z}/{x}/{y}",
        ] {
            assert!(url(bad).check().is_err(), "{bad}");
            assert_eq!(url(bad).origin(), None, "{bad}");
        }
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        for good in ["alps.pmtiles", "2026-01_europe.pmtiles"] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "",
            ".pmtiles",
            "..pmtiles",
            "a/b.pmtiles",
            "../a.pmtiles",
            "a.mbtiles",
            "a\\b.pmtiles",
            "a%2f.pmtiles",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
