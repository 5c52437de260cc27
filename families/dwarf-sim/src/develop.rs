//! From a frame to files and pictures: what the device's own image processor does.

pub(crate) mod tiff;

use skyhelm_imaging::fits::{Header, Observation};
use skyhelm_imaging::stretch::{AutoStretch, Stretch};
use skyhelm_imaging::wcs::Wcs;
use skyhelm_imaging::{RawFrame, RgbFrame, RgbImage8, Sample, look, scale};
use skyhelm_sim::sensor::Filter;
use skyhelm_units::{Equatorial, J2000};

use crate::darkroom::TELE_PICTURE;
use crate::device::{CameraId, Core, Picture};
use crate::job::shutter::Taken;

/// What a file's header tells beside the camera's settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    /// What was aimed at.
    pub(crate) object: Option<String>,
    /// Where the frame points, once the device has solved it.
    pub(crate) astrometry: Option<Astrometry>,
    /// Where the device believes to point.
    pub(crate) pointing: Option<Equatorial<J2000>>,
    /// Sensor pixels per pixel along a side.
    pub(crate) binning: u32,
}

/// World coordinates, and how the device came by them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Astrometry {
    pub(crate) wcs: Wcs,
    /// Stars the solve stands on.
    pub(crate) stars: usize,
}

impl Astrometry {
    /// What a header says about it: a reader must not take a simulation's geometry for a measurement.
    pub(crate) fn history(&self) -> [String; 2] {
        [
            format!(
                "WCS: simulated plate solve, {} stars seen in the frame",
                self.stars
            ),
            "WCS: geometry of the simulated sky, good to 1 arcsec".to_owned(),
        ]
    }
}

/// The name of a filter in file names and headers.
pub(crate) const fn filter_name(filter: Filter) -> &'static str {
    match filter {
        Filter::Vis => "VIS",
        Filter::Astro => "Astro",
        Filter::Duo => "Duo-Band",
    }
}

/// The header of a frame.
pub(crate) fn observation(
    core: &Core,
    camera: CameraId,
    taken: &Taken,
    subject: &Subject,
) -> Observation {
    let lens = core.darkroom.lens(camera);
    let state = core.state();
    Observation {
        object: subject.object.clone(),
        pointing: subject.pointing,
        started: Some(state.clock.utc(taken.opened)),
        exposure: Some(taken.picture.exposure),
        gain: Some(u32::from(taken.picture.gain.0)),
        filter: Some(filter_name(taken.picture.filter).to_owned()),
        telescope: Some(core.config.profile.fits_name.to_owned()),
        instrument: Some(core.config.profile.fits_name.to_owned()),
        pixel_size_um: Some(lens.pixel_um),
        focal_length_mm: Some(lens.focal_length_mm),
        aperture_mm: Some(lens.aperture_mm),
        sensor_celsius: Some(state.sensor_celsius(taken.opened).round()),
        focuser_position: match camera {
            CameraId::Tele => Some(i64::from(state.focuser.position(taken.opened))),
            CameraId::Wide => None,
        },
        site: state.told_site,
        binning: Some(subject.binning.max(1)),
        software: Some(format!(
            "skyhelm virtual DWARF 3, serial {}",
            core.config.serial
        )),
        wcs: subject.astrometry.map(|found| found.wcs),
        history: subject
            .astrometry
            .map_or_else(Vec::new, |found| found.history().to_vec()),
        ..Observation::default()
    }
}

/// The bytes of a FITS file.
pub(crate) fn fits(frame: &RawFrame, header: &Header) -> Vec<u8> {
    skyhelm_imaging::fits::to_bytes(frame, header)
}

/// A picture for the eye, with the camera's settings of brightness, contrast and colour.
pub(crate) fn for_the_eye<T: Sample>(frame: &RgbFrame<T>, picture: &Picture) -> RgbImage8 {
    let wishes = AutoStretch {
        sky: 0.16,
        ..AutoStretch::default()
    };
    let mut image = Stretch::auto(frame, &wishes).apply(frame);
    look::develop(&mut image, &picture.look);
    image
}

/// The tele's frame without the rim that only FITS files have.
pub(crate) fn without_rim<T: Sample>(frame: RgbFrame<T>) -> RgbFrame<T> {
    let (width, height) = TELE_PICTURE;
    scale::middle(frame, width, height)
}
