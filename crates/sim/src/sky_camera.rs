//! The sky camera: what a lens at a place and minute would see, down to the noise of its sensor.
//!
//! ```text
//!  Scene ── FieldMap (stars to pixels) ── Surface (glow, Milky Way, clouds, ground)   \
//!                                      ── textures (galaxies, nebulae, Moon, Sun)      > Readout -> RawFrame
//!                                      ── FieldStars x Psf (listed, seeded, clusters) /> Display -> preview
//! ```

mod canvas;
mod dark;
mod exposure_light;
mod faint_stars;
mod field_map;
mod field_stars;
mod glow;
mod grid;
mod ground;
mod luminaries;
mod milky_way;
mod preview;
mod psf;
mod scene;
mod subjects;
mod surface;

use std::sync::Arc;

use skyhelm_imaging::wcs::Wcs;
use skyhelm_imaging::{BayerPattern, RawFrame, RgbImage8};
use skyhelm_sky::Catalogue;
use skyhelm_units::Angle;

pub(crate) use faint_stars::FaintStar;
pub(crate) use field_stars::FieldStar;
pub use scene::{Conditions, Scene, View};

use crate::optics::Lens;
use crate::pictures::Pictures;
use crate::random::mix;
use crate::sensor::{HotPixels, Readout, Sensor};
use canvas::{Colours, Mosaic};
use exposure_light::ExposureLight;
use field_map::FieldMap;
use field_stars::{Brightest, FieldStars, Pen};
use glow::SkyGlow;
use grid::Grid;
use ground::Skyline;
use milky_way::Haze;
use preview::{Display, PreviewNoise};
use psf::Psf;
use subjects::TextureCache;
use surface::{Node, Surface};

/// A camera under the sky.
///
/// The same seed has the same hot pixels, faint stars and skyline; the noise is another in each frame.
#[derive(Debug)]
pub struct SkyCamera {
    lens: Lens,
    sensor: Sensor,
    seed: u64,
    catalogue: &'static Catalogue,
    skyline: Skyline,
    hot: HotPixels,
    textures: TextureCache,
    preview: Option<PreviewCache>,
    haze: Option<Haze>,
    workbench: Workbench,
}

/// What a picture is made in, kept from one to the next: fresh pages of memory would cost as much as the noise.
#[derive(Debug, Default)]
struct Workbench {
    pixels: Vec<f32>,
    cells: Vec<[f32; 3]>,
    nodes: Vec<Node>,
}

/// A raw frame, and the truth about it that only the simulation knows.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// What the sensor gave.
    pub raw: RawFrame,
    /// Where the frame's pixels really pointed, in the mean of the exposure.
    pub wcs: Wcs,
    /// Where the brighter stars really were; what the device's plate solve is judged by.
    pub(crate) stars: Vec<FieldStar>,
    /// How far stars moved while the shutter was open, in pixels.
    pub trail_px: f64,
}

#[derive(Debug)]
struct PreviewCache {
    scene: Scene,
    grid: Grid,
    map: FieldMap,
    cells: Vec<[f32; 3]>,
    display: Display,
    noise: PreviewNoise,
    image: RgbImage8,
}

/// The memory of a preview that is shown no more.
#[derive(Default)]
struct Kept {
    cells: Vec<[f32; 3]>,
    pixels: Vec<[u8; 3]>,
}

impl From<PreviewCache> for Kept {
    fn from(old: PreviewCache) -> Self {
        Self {
            cells: old.cells,
            pixels: old.image.into_pixels(),
        }
    }
}

/// What all pictures of one scene share.
struct Prepared {
    opened: FieldMap,
    closed: FieldMap,
    light: ExposureLight,
    glow: SkyGlow,
    psf_px: (f64, f64),
    limit: f32,
    floor: f32,
}

impl SkyCamera {
    /// A camera behind a lens.
    pub fn new(lens: Lens, sensor: Sensor, seed: u64) -> Self {
        Self {
            lens,
            sensor,
            seed,
            catalogue: Catalogue::embedded(),
            // Both cameras of a station see one skyline and one set of faint stars.
            skyline: Skyline::seeded(0x5eed),
            hot: HotPixels::seeded(&sensor, lens.width * lens.height, seed),
            textures: TextureCache::default(),
            preview: None,
            haze: None,
            workbench: Workbench::default(),
        }
    }

    /// Uses photographs where there are any.
    #[must_use]
    pub fn with_pictures(mut self, pictures: Arc<Pictures>) -> Self {
        self.textures.pictures = Some(pictures);
        self
    }

    /// The lens.
    pub const fn lens(&self) -> &Lens {
        &self.lens
    }

    /// The sensor.
    pub const fn sensor(&self) -> &Sensor {
        &self.sensor
    }

    /// Frees what is kept between frames: for when nobody watches.
    pub fn drop_buffers(&mut self) {
        self.preview = None;
        self.haze = None;
        self.textures.clear();
        self.workbench = Workbench::default();
    }

    /// Where the pixels of a frame of this scene would point, without rendering it.
    pub fn wcs(&self, scene: &Scene) -> Wcs {
        let map = |view| FieldMap::new(&self.lens, &scene.site, view, &scene.conditions);
        map(&scene.opened).wcs(&map(&scene.closed))
    }

    /// Exposes a frame; `frame` counts them and makes each one's noise its own.
    ///
    /// # Panics
    /// When the lens was given a sensor without pixels.
    pub fn expose(&mut self, scene: &Scene, frame: u64) -> Exposure {
        let prepared = self.prepare(scene);
        let grid = Grid::mosaic(&self.lens);
        let (width, height) = (self.lens.width, self.lens.height);
        let (mut pixels, mut cells) = (
            std::mem::take(&mut self.workbench.pixels),
            std::mem::take(&mut self.workbench.cells),
        );
        let pen = Pen {
            psf: Psf::new(prepared.psf_px.0, prepared.psf_px.1),
            grid: Grid {
                width,
                height,
                pitch: 1.0,
                offset: [0.0, 0.0],
            },
            floor: prepared.floor,
        };
        pixels.clear();
        pixels.resize(width * height, 0.0_f32);
        let mut brightest = Brightest::default();
        self.render_cells(scene, &prepared, grid, &mut cells, |star, surface, _| {
            pen.draw(&star, surface, &mut Mosaic::new(&mut pixels, width));
            brightest.add(star);
        });
        let stars = brightest.into_stars();
        for (index, leak) in self.hot.iter() {
            if let Some(pixel) = pixels.get_mut(index) {
                let warmth = prepared.light.dark / self.sensor.dark_e_per_s as f32;
                *pixel += leak * warmth;
            }
        }
        let readout = Readout::new(&self.sensor, scene.gain, mix(&[self.seed, 0xF4A3E, frame]));
        let counts = readout.mosaic(width, &cells, &pixels);
        (self.workbench.pixels, self.workbench.cells) = (pixels, cells);
        let trail_px = stars.iter().map(FieldStar::trail).fold(0.0, f64::max);
        Exposure {
            raw: RawFrame::new(width, height, BayerPattern::Rggb, counts)
                .expect("the lens has pixels and the readout one count for each"),
            wcs: prepared.opened.wcs(&prepared.closed),
            stars,
            trail_px,
        }
    }

    /// A picture for the eye, `width` pixels wide (16 : 9), stretched as for a display.
    ///
    /// The scene is rendered anew only when it changed by more than a third of a pixel; the noise
    /// is fresh for each `frame`. The next picture is painted over this one, so it may be changed in
    /// place.
    pub fn preview(&mut self, scene: &Scene, width: usize, frame: u64) -> &mut RgbImage8 {
        let grid = Grid::preview(&self.lens, width);
        let mut cache = match self.preview.take() {
            Some(cache) if cache.shows(scene, grid) => cache,
            Some(old) => self.render_preview(scene, grid, old.into()),
            None => self.render_preview(scene, grid, Kept::default()),
        };
        let seed = mix(&[self.seed, 0x9EE, frame]);
        preview::develop(
            &cache.cells,
            &cache.grid,
            &cache.display,
            &cache.noise,
            seed,
            &mut cache.image,
        );
        &mut self.preview.insert(cache).image
    }

    /// A picture for the eye as after stacking `frames` exposures of the scene.
    pub fn portrait(&mut self, scene: &Scene, width: usize, frames: u32) -> RgbImage8 {
        let grid = Grid::preview(&self.lens, width);
        let mut cache = self.render_preview(scene, grid, Kept::default());
        let noise = cache.noise.stacked(frames as f32);
        let display = Display::chosen(&cache.cells, scene.filter.continuum(), &noise);
        let seed = mix(&[self.seed, 0x90, u64::from(frames)]);
        preview::develop(
            &cache.cells,
            &grid,
            &display,
            &noise,
            seed,
            &mut cache.image,
        );
        cache.image
    }

    fn render_preview(&mut self, scene: &Scene, grid: Grid, kept: Kept) -> PreviewCache {
        let prepared = self.prepare(scene);
        let mut cells = kept.cells;
        let (fwhm, disc) = prepared.psf_px;
        let pen = Pen {
            psf: Psf::new(fwhm / grid.pitch, disc / grid.pitch),
            grid,
            floor: prepared.floor,
        };
        self.render_cells(
            scene,
            &prepared,
            grid,
            &mut cells,
            |star, surface, cells| {
                pen.draw(&star, surface, &mut Colours::new(cells, grid.width));
            },
        );
        let noise = PreviewNoise::new(&self.sensor, scene.gain, &grid);
        let display = Display::chosen(&cells, scene.filter.continuum(), &noise);
        let mut pixels = kept.pixels;
        pixels.resize(cells.len(), [0; 3]);
        let image = RgbImage8::new(grid.width, grid.height, pixels).expect("a grid has cells");
        PreviewCache {
            scene: scene.clone(),
            grid,
            map: prepared.opened,
            cells,
            display,
            noise,
            image,
        }
    }

    fn prepare(&self, scene: &Scene) -> Prepared {
        let map = |view| FieldMap::new(&self.lens, &scene.site, view, &scene.conditions);
        let (opened, closed) = (map(&scene.opened), map(&scene.closed));
        let light = ExposureLight::new(&self.lens, &self.sensor, scene);
        let (sun, moon) = (opened.frame.sun(), opened.frame.moon());
        let glow = SkyGlow::new(
            sun.horizontal.to_vector(),
            moon.horizontal.to_vector(),
            moon.illuminated,
            &scene.conditions,
            scene.opened.utc.seconds(),
        );
        let zenith = glow.at(scene.opened.orientation.direction().to_vector());
        let sky = light.surface[1] * zenith.glow[1];
        let read = self.sensor.read_noise(scene.gain) as f32;
        let sigma = (sky + light.dark + read * read).sqrt();
        // A star whose brightest pixel is a third of the noise is still felt in a stack.
        let faintest = 0.15 * light.star[1].max(1e-9) / (0.33 * sigma);
        Prepared {
            psf_px: self.psf(scene),
            limit: (2.5 * faintest.log10()).clamp(1.0, 17.5),
            floor: (0.04 * sigma).max(0.02),
            opened,
            closed,
            light,
            glow,
        }
    }

    /// The Milky Way of a field: as kept, or made anew.
    fn haze_around(&mut self, map: &FieldMap, grid: &Grid) -> Haze {
        let radius = field_radius(&self.lens);
        let center = map.center().to_vector();
        let kept = self.haze.take().filter(|haze| haze.covers(center, radius));
        kept.unwrap_or_else(|| {
            let cells = surface::node_spacing(&self.lens, grid) as f64;
            let spacing = self.lens.pixel_scale() * (grid.pitch * cells);
            let pictures = self.textures.pictures.as_deref();
            let map = pictures.and_then(Pictures::milky_way);
            Haze::new(center, radius, spacing, self.catalogue, map)
        })
    }

    /// Width at half maximum and blur radius of a star, in pixels.
    fn psf(&self, scene: &Scene) -> (f64, f64) {
        let altitude = scene
            .opened
            .orientation
            .direction()
            .altitude
            .angle()
            .degrees();
        let airmass = f64::from(glow::airmass(altitude as f32));
        let seeing = scene.conditions.seeing / self.lens.pixel_scale() * airmass.powf(0.6);
        let f_number = self.lens.focal_length_mm / self.lens.aperture_mm;
        let blur = scene.defocus_um.abs() / f_number / 2.0 / self.lens.pixel_um;
        (self.lens.sharpness_px.hypot(seeing), blur.min(150.0))
    }

    /// Renders everything but the stars, and hands these one by one to `draw`.
    fn render_cells(
        &mut self,
        scene: &Scene,
        prepared: &Prepared,
        grid: Grid,
        cells: &mut Vec<[f32; 3]>,
        mut draw: impl FnMut(FieldStar, &Surface<'_>, &mut [[f32; 3]]),
    ) {
        let map = &prepared.opened;
        let haze = self.haze_around(map, &grid);
        let nodes = std::mem::take(&mut self.workbench.nodes);
        let surface = Surface::new(map, grid, prepared.light, &prepared.glow, &haze, nodes);
        self.haze = Some(haze);
        cells.resize(grid.width * grid.height, [0.0_f32; 3]);
        surface.fill(cells);
        let texel = self.lens.pixel_scale() * (grid.pitch * 0.95);
        let field = self
            .textures
            .field(self.catalogue, map, texel, scene.opened.utc);
        for texture in &field.textures {
            surface.add(texture, cells);
        }
        let field_stars = FieldStars {
            catalogue: self.catalogue,
            opened: map,
            closed: (scene.opened != scene.closed).then_some(&prepared.closed),
            light: prepared.light,
            seed: SKY_SEED,
        };
        let lowest = map.orientation.direction().altitude.angle() - self.lens.half_diagonal();
        let has_ground = lowest.degrees() < f64::from(self.skyline.highest()) + 0.5;
        if has_ground {
            surface.hide_below(&self.skyline, cells);
        }
        let pixel = self.lens.pixel_scale().degrees() as f32;
        field_stars.each(prepared.limit, &field.members, |star| {
            let middle = star.middle();
            if field.hides(map.direction(middle)) {
                return;
            }
            if has_ground && self.skyline.covers(map.ground_direction(middle), pixel) >= 0.5 {
                return;
            }
            draw(star, &surface, cells);
        });
        self.workbench.nodes = surface.into_nodes();
    }
}

/// The faint stars are the sky's, not the camera's: one seed for all.
const SKY_SEED: u64 = 0x0005_1C1E;

impl PreviewCache {
    /// Whether it still shows a scene, within a third of a cell everywhere.
    fn shows(&self, scene: &Scene, grid: Grid) -> bool {
        let same = self.grid == grid
            && self.scene.site == scene.site
            && self.scene.exposure == scene.exposure
            && self.scene.gain == scene.gain
            && self.scene.filter == scene.filter
            && self.scene.solar_filter == scene.solar_filter
            && self.scene.conditions == scene.conditions
            && (self.scene.defocus_um - scene.defocus_um).abs() < 1.0
            && (self.scene.sensor_celsius - scene.sensor_celsius).abs() < 1.0
            && (scene.opened.utc - self.scene.opened.utc).abs() < 120.0;
        if !same {
            return false;
        }
        let lens = &self.map.lens;
        let now = FieldMap::new(lens, &scene.site, &scene.opened, &scene.conditions);
        let corners = [
            [0.0, 0.0],
            [lens.width as f64, lens.height as f64],
            lens.center(),
        ];
        corners.iter().all(|&pixel| {
            now.pixel(crate::vector::normalize(self.map.direction(pixel)))
                .is_some_and(|[x, y]| (x - pixel[0]).hypot(y - pixel[1]) < grid.pitch / 3.0)
        })
    }
}

/// Radius of the part of the sky a lens may show, with a margin.
fn field_radius(lens: &Lens) -> Angle {
    lens.half_diagonal() * 1.06
}
