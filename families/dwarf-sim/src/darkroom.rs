//! The two cameras as they are built: lenses, sensors, how they sit on the arm; and the rendering of
//! what they see, which is work for threads of its own.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use skyhelm_imaging::encode::jpeg;
use skyhelm_imaging::{ImagingError, RawFrame, look};
use skyhelm_sim::mechanics::{MotorAngles, MountConfig};
use skyhelm_sim::optics::{Lens, Orientation};
use skyhelm_sim::panorama::level;
use skyhelm_sim::pictures::Pictures;
use skyhelm_sim::sensor::{Gain, Sensor};
use skyhelm_sim::sky_camera::{Exposure, Scene, SkyCamera};
use skyhelm_units::{Angle, Horizontal, UnitVector};

use crate::config::VirtualDwarfConfig;
use crate::device::{CameraId, Picture};

/// The wide picture's size, whatever part of the sensor is read out.
const WIDE: Lens = Lens::DWARF3_WIDE;
/// Its width and height.
pub(crate) const WIDE_SIZE: (usize, usize) = (WIDE.width, WIDE.height);
/// What the tele shows and photographs: its frame without the rim the FITS files have.
pub(crate) const TELE_PICTURE: (usize, usize) = (3840, 2160);

/// Lenses, sensors and their rendering.
#[derive(Debug)]
pub(crate) struct Darkroom {
    exposing: [Mutex<SkyCamera>; 2],
    // Separate ones, so that a full frame being exposed does not hold up the live picture.
    showing: [Mutex<SkyCamera>; 2],
    lenses: [Lens; 2],
    frames: AtomicU64,
    /// Where the wide camera looks in the tele's frame: it was not glued in perfectly.
    wide_forward: UnitVector,
    wide_up: UnitVector,
    park: MotorAngles,
}

impl Darkroom {
    pub(crate) fn new(config: &VirtualDwarfConfig) -> Self {
        let mount = MountConfig::smart_telescope(config.seed);
        let lenses = [
            windowed(Lens::DWARF3_TELE, config.window),
            windowed(WIDE, config.window),
        ];
        let pictures = config.pictures.as_deref().and_then(pictures);
        let camera = |id: CameraId, lens: Lens| {
            let seed = config.seed.wrapping_add(0x0100 << id.index());
            let camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, seed);
            Mutex::new(match &pictures {
                Some(pictures) => camera.with_pictures(Arc::clone(pictures)),
                None => camera,
            })
        };
        let (wide_forward, wide_up) = wide_mounting(config.seed);
        Self {
            exposing: CameraId::BOTH.map(|id| camera(id, lenses[id.index()])),
            showing: [
                camera(CameraId::Tele, Lens::DWARF3_TELE),
                camera(CameraId::Wide, WIDE),
            ],
            lenses,
            frames: AtomicU64::new(1),
            wide_forward,
            wide_up,
            park: MotorAngles {
                rotation: mount.rotation.park,
                pitch: mount.pitch.park,
            },
        }
    }

    pub(crate) fn park(&self) -> MotorAngles {
        self.park
    }

    /// The lens with as much of the sensor as is read out.
    pub(crate) fn lens(&self, camera: CameraId) -> &Lens {
        &self.lenses[camera.index()]
    }

    /// How a camera is oriented when the tele is oriented so.
    pub(crate) fn orientation(&self, camera: CameraId, tele: Orientation) -> Orientation {
        match camera {
            CameraId::Tele => tele,
            CameraId::Wide => Orientation::new(
                tele.to_world(self.wide_forward),
                tele.to_world(self.wide_up),
            ),
        }
    }

    /// Where the tele's picture lies in the wide one: x, y, width, height in wide pixels.
    pub(crate) fn tele_box(&self) -> Option<[u32; 4]> {
        let wide = Orientation::new(self.wide_forward, self.wide_up);
        let tele = Lens::DWARF3_TELE;
        let (right, bottom) = (tele.width as f64 - 0.5, tele.height as f64 - 0.5);
        let corners = [[-0.5, -0.5], [right, -0.5], [-0.5, bottom], [right, bottom]];
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for corner in corners {
            let pixel = WIDE.project(wide.to_camera(tele.unproject(corner)))?;
            for axis in 0..2 {
                low[axis] = low[axis].min(pixel[axis]);
                high[axis] = high[axis].max(pixel[axis]);
            }
        }
        let whole = |value: f64| value.round().max(0.0) as u32;
        Some([
            whole(low[0]),
            whole(low[1]),
            whole(high[0] - low[0]),
            whole(high[1] - low[1]),
        ])
    }

    /// A pixel of what is read out of the wide sensor as one of its whole picture.
    pub(crate) fn whole_wide_pixel(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let lens = self.lens(CameraId::Wide);
        [
            x + (WIDE.width - lens.width) as f64 / 2.0,
            y + (WIDE.height - lens.height) as f64 / 2.0,
        ]
    }

    /// The motor angles that bring a point of the wide picture into the middle of the tele, from where
    /// the motors are. The device knows how its cameras sit; how it stands does not matter here.
    pub(crate) fn motors_toward(&self, here: MotorAngles, wide_pixel: [f64; 2]) -> MotorAngles {
        let wide = self.orientation(CameraId::Wide, level(here));
        let toward = Horizontal::from_vector(wide.to_world(WIDE.unproject(wide_pixel)));
        MotorAngles {
            rotation: toward.azimuth.angle(),
            pitch: toward.altitude.angle(),
        }
    }

    /// Exposes one frame. Takes a good part of a second: not for an async thread.
    pub(crate) fn expose(&self, camera: CameraId, scene: &Scene) -> Exposure {
        let frame = self.frames.fetch_add(1, Ordering::Relaxed);
        lock(&self.exposing[camera.index()]).expose(scene, frame)
    }

    /// Exposes one frame with the lid on.
    pub(crate) fn expose_dark(
        &self,
        camera: CameraId,
        exposure: Duration,
        gain: Gain,
        celsius: f64,
    ) -> RawFrame {
        let frame = self.frames.fetch_add(1, Ordering::Relaxed);
        lock(&self.exposing[camera.index()]).expose_dark(exposure, gain, celsius, frame)
    }

    /// Renders one picture for the eye and encodes it as JPEG.
    ///
    /// # Errors
    /// [`ImagingError::Encode`] when it is too large for JPEG.
    pub(crate) fn show(
        &self,
        camera: CameraId,
        scene: &Scene,
        width: usize,
        picture: &Picture,
    ) -> Result<Vec<u8>, ImagingError> {
        let frame = self.frames.fetch_add(1, Ordering::Relaxed);
        let mut camera = lock(&self.showing[camera.index()]);
        let image = camera.preview(scene, width, frame);
        look::show(image, &picture.look);
        jpeg(image, picture.quality)
    }

    /// A seed no other measurement had.
    pub(crate) fn next_seed(&self) -> u64 {
        self.frames
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Frees what the live picture keeps between frames.
    pub(crate) fn forget_show(&self, camera: CameraId) {
        lock(&self.showing[camera.index()]).drop_buffers();
    }
}

/// Photographs of the sky that are installed on this host; without them the drawn sky does as well.
fn pictures(folder: &Path) -> Option<Arc<Pictures>> {
    let inside = folder.join("nebulae/default");
    let folder = if inside.is_dir() { &inside } else { folder };
    Pictures::open(folder)
        .inspect_err(|error| tracing::warn!(%error, "no pictures"))
        .ok()
        .map(Arc::new)
}

fn lock(camera: &Mutex<SkyCamera>) -> MutexGuard<'_, SkyCamera> {
    camera.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The middle of a sensor.
fn windowed(lens: Lens, window: usize) -> Lens {
    let part = |size: usize| (size / window.max(1)).max(64) & !3;
    Lens {
        width: part(lens.width),
        height: part(lens.height),
        ..lens
    }
}

/// Up to a third of a degree off in each direction, and a little rolled.
fn wide_mounting(seed: u64) -> (UnitVector, UnitVector) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x1d1e);
    let mut off = |most: f64| Angle::from_degrees(rng.random_range(-most..most));
    let (x, y, roll) = (off(0.35), off(0.35), off(0.4));
    let forward = [x.tan(), y.tan(), 1.0];
    let up = [roll.sin(), roll.cos(), 0.0];
    (forward, up)
}
