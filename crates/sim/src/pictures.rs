//! Photographs of the deep sky that another program brings along, read where they are installed.
//!
//! The Debian package `stellarium-data` has a folder of pictures and a `textures.json` that says where
//! on the sky their corners lie. It is JSON with trailing commas, comments and numbers like `-.98`. Beside
//! it, in `textures`, lie maps of the Milky Way and of the Moon.

mod lenient_json;
mod maps;
mod photograph;
mod raster;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Deserialize;
use skyhelm_units::{Angle, Equatorial, J2000};
use thiserror::Error;

use crate::deep_sky::{Kind, Subject, Texture};
pub(crate) use maps::{MilkyWayMap, MoonMap};
use raster::Raster;

/// A folder of photographs with their places on the sky.
#[derive(Debug)]
pub struct Pictures {
    folder: PathBuf,
    entries: Vec<Entry>,
    milky_way: OnceLock<Option<MilkyWayMap>>,
    moon: OnceLock<Option<MoonMap>>,
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
/// Pixels to a side of a map of a whole sphere.
const LONGEST_MAP: usize = 4096;

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
            milky_way: OnceLock::new(),
            moon: OnceLock::new(),
        })
    }

    /// How many pictures there are.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The map of the Milky Way, read when it is first asked for.
    pub(crate) fn milky_way(&self) -> Option<&MilkyWayMap> {
        let read = || {
            let raster = self.texture("milkyway.png")?;
            Some(MilkyWayMap::new(photograph::without_objects(&raster)))
        };
        self.milky_way.get_or_init(read).as_ref()
    }

    /// The map of the Moon, likewise.
    pub(crate) fn moon(&self) -> Option<&MoonMap> {
        let read = || {
            let fine = self.texture("moon_4k.jpg");
            let ground = fine.or_else(|| self.texture("moon.png"))?;
            Some(MoonMap::new(ground, self.texture("moon_normals.png")))
        };
        self.moon.get_or_init(read).as_ref()
    }

    /// A map two folders up from `nebulae/default`.
    fn texture(&self, name: &str) -> Option<Raster> {
        let root = self.folder.ancestors().nth(2)?;
        Raster::decode(&bounded(&root.join("textures").join(name))?, LONGEST_MAP)
    }

    /// A texture of an object from its photograph, if there is a fitting one that can be read.
    pub(crate) fn paint(&self, subject: &Subject, texel: Angle) -> Option<Texture> {
        // Clusters are drawn star by star, so that their stars keep their places.
        if matches!(subject.kind, Kind::GlobularCluster | Kind::OpenCluster) {
            return None;
        }
        let entry = self.entries.iter().find(|entry| entry.shows(subject))?;
        let path = self.folder.join(&entry.file);
        let bytes = bounded(&path)?;
        let photograph = photograph::decode(&bytes, entry.width, texel);
        if photograph.is_none() {
            tracing::warn!(path = %path.display(), "a sky picture cannot be decoded");
        }
        Some(photograph?.on_the_sky(subject, &entry.corners, texel))
    }
}

/// The bytes of a file of a reasonable size.
fn bounded(path: &Path) -> Option<Vec<u8>> {
    let small = fs::metadata(path).is_ok_and(|about| about.len() <= LARGEST_FILE);
    small.then(|| fs::read(path).ok()).flatten()
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

    #[test]
    fn maps_of_the_milky_way_and_the_moon_are_read_where_they_belong() {
        use skyhelm_imaging::{RgbImage8, encode};
        let root = std::env::temp_dir().join(format!("skyhelm-maps-{}", std::process::id()));
        let folder = root.join("nebulae/default");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(root.join("textures")).unwrap();
        fs::write(folder.join("textures.json"), r#"{"subTiles": []}"#).unwrap();
        let pictures = Pictures::open(&folder).unwrap();
        assert!(pictures.milky_way().is_none() && pictures.moon().is_none());
        // Bright where the left quarter of the sky is up: about right ascension 0, in the north.
        let spot = |x: usize, y: usize| x < 100 && y < 50;
        let pixels = (0..200 * 100).map(|i| {
            if spot(i % 200, i / 200) {
                [200; 3]
            } else {
                [9; 3]
            }
        });
        let map = RgbImage8::new(200, 100, pixels.collect()).unwrap();
        for name in ["milkyway.png", "moon.png"] {
            fs::write(root.join("textures").join(name), encode::png(&map).unwrap()).unwrap();
        }
        let pictures = Pictures::open(&folder).unwrap();
        let sky = |ra: f64, dec: f64| {
            let place = Equatorial::<J2000>::from_degrees(ra, dec).unwrap();
            pictures.milky_way().unwrap().at(place.to_vector())[1]
        };
        assert!(sky(0.0, 45.0) > 20.0 * sky(180.0, 45.0));
        assert!(sky(0.0, 45.0) > 20.0 * sky(0.0, -45.0));
        let moon = |lon: f32, lat: f32| pictures.moon().unwrap().albedo(lon, lat);
        assert!(moon(-90.0, 45.0) > 1.2 * moon(90.0, 45.0));
        fs::remove_dir_all(&root).unwrap();
    }
}
