//! Dark frames on the card: a folder for each setting, with the frames as FITS.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use skyhelm_imaging::RawFrame;
use skyhelm_imaging::darks::{DarkFrames, MasterDark};
use skyhelm_imaging::fits::FitsImage;

use super::Card;
use crate::device::CameraId;

/// The folder of all darks, beside those of the album.
const FOLDER: &str = "DWARF_DARK";
/// What a folder says of itself, beside its name.
const ABOUT: &str = "darkInfo.json";
/// More frames make no better master worth the time.
const MOST_FRAMES: usize = 30;

/// The settings dark frames are for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DarkSetting {
    pub(crate) exp_index: i32,
    pub(crate) gain_index: i32,
    pub(crate) bin_index: i32,
    pub(crate) exp_name: String,
    pub(crate) gain_name: String,
    pub(crate) seconds: f64,
    pub(crate) gain: u16,
    pub(crate) temperature: i32,
}

impl DarkSetting {
    /// Sensor pixels per pixel along a side.
    pub(crate) fn binning(&self) -> u32 {
        if self.bin_index == 1 { 2 } else { 1 }
    }

    /// The name of its folder.
    pub(crate) fn folder(&self, camera: CameraId, dated: &str) -> String {
        format!(
            "{}_exp_{}_gain_{}_bin_{}_{dated}",
            camera.name().to_ascii_lowercase(),
            self.exp_name.replace('/', "-"),
            self.gain_name,
            self.binning(),
        )
    }

    /// Whether it is the same but for the temperature.
    pub(crate) fn has_indexes(&self, exposure: i32, gain: i32, binning: i32) -> bool {
        (self.exp_index, self.gain_index, self.bin_index) == (exposure, gain, binning)
    }

    /// Whether its frames can be taken off such an exposure.
    pub(crate) fn fits(&self, exposure: Duration, gain: u16, binning: u32) -> bool {
        let seconds = exposure.as_secs_f64();
        (self.seconds - seconds).abs() <= 0.01 * seconds
            && self.gain == gain
            && self.binning() == binning
    }

    pub(crate) fn about(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// The dark frames of a card.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DarkLibrary<'a> {
    pub(crate) card: &'a Card,
    pub(crate) model_folder: &'a str,
}

impl DarkLibrary<'_> {
    /// Where on the card a folder of darks lies, and the file in it that tells about it.
    pub(crate) fn path(&self, folder: &str) -> (String, String) {
        let path = format!("{}/{FOLDER}/{folder}", self.model_folder);
        let about = format!("{path}/{ABOUT}");
        (path, about)
    }

    /// What there is for a camera, the newest last: each with its folder.
    pub(crate) fn list(&self, camera: CameraId) -> Vec<(String, DarkSetting)> {
        let root = self.card.root().join(self.model_folder).join(FOLDER);
        let prefix = format!("{}_", camera.name().to_ascii_lowercase());
        let mut found: Vec<(String, DarkSetting)> = fs::read_dir(&root)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(&prefix))
            .filter_map(|name| {
                let about = fs::read(root.join(&name).join(ABOUT)).ok()?;
                Some((name, serde_json::from_slice(&about).ok()?))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }

    /// Removes a folder of darks.
    pub(crate) fn remove(&self, folder: &str) -> bool {
        self.card.remove(&self.path(folder).0)
    }

    /// The master of a folder; `None` when nothing in it can be read.
    pub(crate) fn master(&self, folder: &str) -> Option<MasterDark> {
        let path = self.card.root().join(self.path(folder).0);
        let mut names: Vec<_> = fs::read_dir(path)
            .ok()?
            .flatten()
            .map(|f| f.path())
            .collect();
        names.sort();
        let mut frames = names
            .iter()
            .filter(|path| path.extension().is_some_and(|kind| kind == "fits"))
            .filter_map(|path| frame(path))
            .take(MOST_FRAMES);
        let mut master = DarkFrames::new(frames.next()?);
        for frame in frames {
            // Of another size: put there by hand.
            master.add(frame).ok()?;
        }
        Some(master.finish())
    }
}

fn frame(path: &Path) -> Option<RawFrame> {
    FitsImage::read(&fs::read(path).ok()?).ok()?.to_raw()
}
