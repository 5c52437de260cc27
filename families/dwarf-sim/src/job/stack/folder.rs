use std::time::Duration;

use serde_json::json;
use skyhelm_imaging::encode::{jpeg, png16};
use skyhelm_imaging::fits::{Stacked, to_bytes};
use skyhelm_imaging::scale::shrink_to_fit;
use skyhelm_imaging::stack::LiveStack;
use skyhelm_imaging::{RawFrame, RgbFrame16};
use skyhelm_sim::solve_model::solve;
use skyhelm_units::{Mono, UtcMillis};

use super::super::photo::StoreError;
use super::super::shutter::Taken;
use crate::card::MediaKind;
use crate::develop::{Astrometry, Subject, filter_name, fits, for_the_eye, observation, tiff};
use crate::device::{CameraId, Core, Picture, Target};
use crate::stamp;

/// The folder of one stack on the card, with the names the device gives.
#[derive(Debug)]
pub(super) struct StackFolder {
    path: String,
    target: Target,
    picture: Picture,
    exposure_name: String,
    wanted: u32,
    binning: u32,
    /// Subs are TIFF instead of FITS.
    is_tiff: bool,
    begun: UtcMillis,
    temperatures: Option<(i32, i32)>,
    /// Where the first stacked sub points: the stack lies on its grid.
    reference: Option<Astrometry>,
    shown_name: String,
    opened: Mono,
}

impl StackFolder {
    pub(super) fn new(
        core: &Core,
        id: CameraId,
        target: &Target,
        picture: &Picture,
        wanted: u32,
        binning: u32,
    ) -> Self {
        let opened = core.pace.now();
        let state = core.state();
        let (local, begun) = (state.clock.local(opened), state.clock.utc(opened));
        let exposure_name = spelt(picture.exposure);
        let shown_name = file_safe(&target.name);
        let path = format!(
            "{}/{}/DWARF_RAW_{}_{shown_name}_EXP_{exposure_name}_GAIN_{}_{}",
            core.config.model_folder(),
            MediaKind::Astronomy.folder(),
            id.name(),
            picture.gain.0,
            stamp::dashed(local),
        );
        Self {
            path,
            target: target.clone(),
            picture: *picture,
            exposure_name,
            wanted,
            binning,
            is_tiff: state.features.wants_tiff(),
            begun,
            temperatures: None,
            reference: None,
            shown_name,
            opened,
        }
    }

    pub(super) fn wanted(&self) -> u32 {
        self.wanted
    }

    pub(super) fn binning(&self) -> u32 {
        self.binning
    }

    pub(super) fn target(&self) -> &str {
        &self.target.name
    }

    /// Keeps one sub; what could not be registered is kept too, and named so.
    pub(super) fn store_sub(
        &mut self,
        core: &Core,
        id: CameraId,
        taken: &Taken,
        raw: &RawFrame,
        stacked: bool,
    ) -> Result<(), StoreError> {
        let (local, dated, celsius) = {
            let state = core.state();
            let celsius = state.sensor_celsius(taken.opened).round() as i32;
            (
                state.clock.local(taken.opened),
                state.clock.utc(taken.opened),
                celsius,
            )
        };
        let (low, high) = self.temperatures.unwrap_or((celsius, celsius));
        self.temperatures = Some((low.min(celsius), high.max(celsius)));
        let astrometry = self.solved(core, taken);
        if stacked && self.reference.is_none() {
            self.reference = astrometry;
        }
        let subject = Subject {
            object: Some(self.target.name.clone()),
            pointing: Some(astrometry.map_or(self.target.place, |found| found.wcs.crval)),
            astrometry,
            binning: self.binning,
        };
        let header = observation(core, id, taken, &subject).to_header();
        let name = format!(
            "{}{}_{}s{}_{}_{}_{celsius}C.{}",
            if stacked { "" } else { "failed_" },
            self.shown_name,
            self.exposure_name,
            self.picture.gain.0,
            filter_name(self.picture.filter),
            stamp::compact(local),
            if self.is_tiff { "tiff" } else { "fits" },
        );
        let bytes = if self.is_tiff {
            tiff::to_bytes(raw)
        } else {
            fits(raw, &header)
        };
        core.card
            .store(&format!("{}/{name}", self.path), &bytes, dated)?;
        Ok(())
    }

    /// Keeps the mean in all its forms, and the list of shots.
    pub(super) fn store_results(
        &self,
        core: &Core,
        id: CameraId,
        stack: &LiveStack,
        taken: u32,
        stacked: u32,
    ) -> Result<(), StoreError> {
        let dated = core.state().clock.utc(core.pace.now());
        let store = |name: &str, bytes: &[u8]| {
            core.card
                .store(&format!("{}/{name}", self.path), bytes, dated)
        };
        if stacked > 0 {
            let mean: RgbFrame16 = stack.stack().to_frame();
            let stem = format!(
                "stacked-16_{}_{}s{}_{}_{}",
                self.shown_name,
                self.exposure_name,
                self.picture.gain.0,
                filter_name(self.picture.filter),
                stamp::compact(core.state().clock.local(self.opened)),
            );
            let header = self.stacked_header(core, id, stacked);
            store(&format!("{stem}.fits"), &to_bytes(&mean, &header))?;
            store(&format!("{stem}.png"), &png16(&mean)?)?;
            let shown = for_the_eye(stack.stack().mean(), &self.picture);
            store("stacked.jpg", &jpeg(&shown, 92)?)?;
            store(
                "stacked_thumbnail.jpg",
                &jpeg(&shrink_to_fit(&shown, 480, 270), 80)?,
            )?;
        }
        let shots = self.shots_info(taken, stacked);
        store("shotsInfo.json", shots.to_string().as_bytes())?;
        Ok(())
    }

    fn stacked_header(
        &self,
        core: &Core,
        id: CameraId,
        stacked: u32,
    ) -> skyhelm_imaging::fits::Header {
        let lens = core.darkroom.lens(id);
        let state = core.state();
        skyhelm_imaging::fits::Observation {
            object: Some(self.target.name.clone()),
            pointing: Some(
                self.reference
                    .map_or(self.target.place, |found| found.wcs.crval),
            ),
            started: Some(self.begun),
            exposure: Some(self.picture.exposure),
            gain: Some(u32::from(self.picture.gain.0)),
            filter: Some(filter_name(self.picture.filter).to_owned()),
            telescope: Some(core.config.profile.fits_name.to_owned()),
            instrument: Some(core.config.profile.fits_name.to_owned()),
            pixel_size_um: Some(lens.pixel_um),
            focal_length_mm: Some(lens.focal_length_mm),
            aperture_mm: Some(lens.aperture_mm),
            sensor_celsius: self.temperatures.map(|(_, high)| f64::from(high)),
            site: state.told_site,
            binning: Some(self.binning),
            software: Some(format!(
                "skyhelm virtual DWARF 3, serial {}",
                core.config.serial
            )),
            wcs: self.reference.map(|found| found.wcs),
            history: self
                .reference
                .map_or_else(Vec::new, |found| found.history().to_vec()),
            stacked: Some(Stacked {
                subs: stacked,
                total_exposure: self.picture.exposure * stacked,
            }),
            ..skyhelm_imaging::fits::Observation::default()
        }
        .to_header()
    }

    /// The world coordinates of a sub, if its stars can be recognised: a fit over all of them knows the
    /// place of the frame much better than any one of them does.
    fn solved(&self, core: &Core, taken: &Taken) -> Option<Astrometry> {
        let solution = solve(&taken.exposure, core.darkroom.next_seed()).ok()?;
        let wcs = if self.binning == 2 {
            taken.exposure.wcs.cropped(0.0, 0.0, 2.0)
        } else {
            taken.exposure.wcs
        };
        Some(Astrometry {
            wcs,
            stars: solution.stars,
        })
    }

    /// What the device writes beside its subs; right ascension in hours (seen on a DWARF II).
    fn shots_info(&self, taken: u32, stacked: u32) -> serde_json::Value {
        let (low, high) = self.temperatures.unwrap_or_default();
        json!({
            "DEC": self.target.place.dec.angle().degrees(),
            "RA": self.target.place.ra.angle().hours(),
            "binning": format!("{0}*{0}", self.binning),
            "exp": self.exposure_name,
            "format": if self.is_tiff { "TIFF" } else { "FITS" },
            "gain": self.picture.gain.0,
            "ir": filter_name(self.picture.filter),
            "maxTemp": high,
            "minTemp": low,
            "shotsStacked": stacked,
            "shotsTaken": taken,
            "shotsToTake": self.wanted,
            "target": self.target.name,
        })
    }
}

/// An exposure in a file name: `15`, `0.5`.
fn spelt(exposure: Duration) -> String {
    let seconds = exposure.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.0}")
    } else {
        format!("{seconds:.4}").trim_end_matches('0').to_owned()
    }
}

/// A target's name as part of a file name.
fn file_safe(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || " -+_()".contains(c) {
                c
            } else {
                '_'
            }
        })
        .take(48)
        .collect();
    let safe = safe.trim();
    if safe.is_empty() {
        "Unnamed".to_owned()
    } else {
        safe.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_target_name_stays_inside_its_folder() {
        assert_eq!(file_safe("../../etc/passwd"), "______etc_passwd");
        assert_eq!(file_safe("M 31"), "M 31");
        assert_eq!(file_safe("\0\n"), "__");
        assert_eq!(file_safe("  "), "Unnamed");
    }

    #[test]
    fn exposures_are_spelt_shortly() {
        assert_eq!(spelt(Duration::from_secs(15)), "15");
        assert_eq!(spelt(Duration::from_millis(500)), "0.5");
    }
}
