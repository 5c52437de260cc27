//! Photographs of the deep sky that another program brings along, read where they are installed.
//!
//! The Debian package `stellarium-data` has a folder of pictures and a `textures.json` that says where
//! on the sky their corners lie. It is JSON with trailing commas, comments and numbers like `-.98`.

mod lenient_json;
mod photograph;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use skyhelm_units::{Angle, Equatorial, J2000};
use thiserror::Error;

use crate::deep_sky::{Kind, Subject, Texture};

/// A folder of photographs with their places on the sky.
#[derive(Clone, Debug)]
pub struct Pictures {
    folder: PathBuf,
    entries: Vec<Entry>,
}

/// Why a folder of pictures cannot be used.
#[derive(Debug, Error)]
pub enum PicturesError {
    /// The list cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The list.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The list is not what it should be.
    #[error("{path} is not a list of sky pictures: {source}")]
    Format {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

#[derive(Clone, Debug)]
struct Entry {
    file: String,
    /// Lower left, lower right, upper right, upper left of the picture.
    corners: [Equatorial<J2000>; 4],
    center: Equatorial<J2000>,
    width: Angle,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "subTiles", default)]
    tiles: Vec<Tile>,
}

#[derive(Deserialize)]
struct Tile {
    #[serde(rename = "imageUrl", default)]
    file: String,
    #[serde(rename = "worldCoords", default)]
    corners: Vec<Vec<[f64; 2]>>,
}

const LONGEST_LIST: u64 = 4 << 20;
const LARGEST_FILE: u64 = 16 << 20;

impl Pictures {
    /// Reads the list of a folder, such as `/usr/share/stellarium/nebulae/default`; the pictures
    /// themselves are read when they come into view.
    ///
    /// # Errors
    /// [`PicturesError`] when there is no list or it cannot be understood.
    pub fn open(folder: &Path) -> Result<Self, PicturesError> {
        let path = folder.join("textures.json");
        let failed = |source| PicturesError::Read {
            path: path.clone(),
            source,
        };
        if fs::metadata(&path).map_err(failed)?.len() > LONGEST_LIST {
            return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
        }
        let text = fs::read_to_string(&path).map_err(failed)?;
        let list: List = serde_json::from_str(&lenient_json::strict(&text)).map_err(|source| {
            PicturesError::Format {
                path: path.clone(),
                source,
            }
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            entries: list.tiles.into_iter().filter_map(entry).collect(),
        })
    }

    /// How many pictures there are.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// A texture of an object from its photograph, if there is a fitting one that can be read.
    pub(crate) fn paint(&self, subject: &Subject, texel: Angle) -> Option<Texture> {
        // Clusters are drawn star by star, so that their stars keep their places.
        if matches!(subject.kind, Kind::GlobularCluster | Kind::OpenCluster) {
            return None;
        }
        let entry = self.entries.iter().find(|entry| entry.shows(subject))?;
        let path = self.folder.join(&entry.file);
        let small = fs::metadata(&path).is_ok_and(|about| about.len() <= LARGEST_FILE);
        let bytes = small.then(|| fs::read(&path).ok()).flatten()?;
        let photograph = photograph::decode(&bytes);
        if photograph.is_none() {
            tracing::warn!(path = %path.display(), "a sky picture cannot be decoded");
        }
        Some(photograph?.on_the_sky(subject, &entry.corners, texel))
    }
}

impl Entry {
    fn shows(&self, subject: &Subject) -> bool {
        let size = self.width / subject.major;
        let off = self.center.separation(&subject.center) / self.width;
        // A small thing is the picture's subject only when it is in the middle.
        (size > 0.5) && ((size < 4.0 && off < 0.35) || (size < 10.0 && off < 0.08))
    }
}

fn entry(tile: Tile) -> Option<Entry> {
    // A file name, never a way out of the folder.
    let plain = !tile.file.is_empty() && !tile.file.contains(['/', '\\']);
    let corners = tile.corners.first()?;
    let &[a, b, c, d] = corners.as_slice() else {
        return None;
    };
    let place = |[ra, dec]: [f64; 2]| Equatorial::from_degrees(ra, dec).ok();
    let corners = [place(a)?, place(b)?, place(c)?, place(d)?];
    let mut sum = [0.0; 3];
    for corner in &corners {
        sum = crate::vector::add_scaled(sum, corner.to_vector(), 1.0);
    }
    plain.then(|| Entry {
        file: tile.file,
        center: Equatorial::from_vector(sum),
        width: corners[0].separation(&corners[1]),
        corners,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lenient_list_is_read_and_a_path_in_it_refused() {
        let folder = std::env::temp_dir().join(format!("skyhelm-pictures-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let list = r#"{ /* made by hand */ "shortName" : "x",
            "subTiles" : [
              { "imageUrl" : "m2.png", // a cluster
                "worldCoords" : [[[323.4989,-.9794], [323.22,-.9794], [323.2201,-.6994], [323.499,-.6994]]], },
              { "imageUrl" : "../m3.png",
                "worldCoords" : [[[1.,2.], [0.,2.], [0.,3.], [1.,3.]]] },
            ], }"#;
        fs::write(folder.join("textures.json"), list).unwrap();
        let pictures = Pictures::open(&folder).unwrap();
        assert_eq!(pictures.count(), 1);
        fs::write(folder.join("textures.json"), "{").unwrap();
        assert!(Pictures::open(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
        assert!(Pictures::open(&folder).is_err());
    }
}
