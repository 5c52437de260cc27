//! Previews and histograms, made off the network's threads, few at a time, the last ones kept.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_imaging::histogram::{BinScale, Histogram as Bins};
use skyhelm_imaging::scale::shrink_to_fit;
use skyhelm_imaging::stars::{self, DetectConfig};
use skyhelm_imaging::stretch::{AutoStretch, Curve, Levels, Stretch};
use skyhelm_imaging::{RgbFrameF32, encode};
use tokio::sync::Semaphore;

use super::picture::{self, Detail, Picture, PictureError};

/// Renders at a time; each may use all cores.
const RENDERS: usize = 2;
/// Requests that may wait for one.
const MOST_WAITING: usize = 64;
/// Decoded pictures kept for the sliders.
const PICTURES_KEPT: usize = 2;
/// Finished previews kept.
const PREVIEWS_KEPT: usize = 48;
/// Widest picture made of a half-size decode.
const HALF_SIZE_WIDTH: usize = 2_048;
/// Width when none is asked for.
const USUAL_WIDTH: usize = 1_600;
const WIDEST: usize = 8_192;
const FULL_SCALE: f32 = 65_535.0;
const QUALITY: u8 = 88;
const BINS: usize = 256;

/// How a picture is to be shown. Levels are parts of full scale, 0 to 1; `mid` is the part of the
/// range between black and white that becomes middle grey.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct PreviewRequest {
    pub(crate) file: Option<String>,
    pub(crate) black: Option<f32>,
    pub(crate) mid: Option<f32>,
    pub(crate) white: Option<f32>,
    pub(crate) width: Option<usize>,
}

/// Levels as parts of full scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Levels")]
pub(crate) struct LevelsView {
    black: f32,
    mid: f32,
    white: f32,
}

/// What the pixels of a picture say.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Histogram {
    scale: &'static str,
    channels: Vec<Channel>,
    auto: LevelsView,
    stars: Option<StarsView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Channel {
    name: &'static str,
    bins: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[schemars(rename = "StarsSeen")]
struct StarsView {
    count: usize,
    fwhm_px: Option<f32>,
}

/// A file to be rendered.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) media_type: String,
    /// Changes when the file does.
    pub(crate) size_bytes: u64,
}

/// Few things, the ones used last.
#[derive(Debug)]
struct Kept<T> {
    most: usize,
    things: Vec<(String, T)>,
}

impl<T: Clone> Kept<T> {
    fn new(most: usize) -> Self {
        Self {
            most,
            things: Vec::new(),
        }
    }

    fn find(&mut self, key: &str) -> Option<T> {
        let index = self.things.iter().position(|(known, _)| known == key)?;
        let thing = self.things.remove(index);
        let found = thing.1.clone();
        self.things.push(thing);
        Some(found)
    }

    fn keep(&mut self, key: String, thing: T) {
        self.things.retain(|(known, _)| *known != key);
        if self.things.len() >= self.most {
            self.things.remove(0);
        }
        self.things.push((key, thing));
    }
}

/// Makes previews.
#[derive(Clone, Debug)]
pub(crate) struct Renderer {
    slots: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    pictures: Arc<Mutex<Kept<Arc<Picture>>>>,
    previews: Arc<Mutex<Kept<Bytes>>>,
    histograms: Arc<Mutex<Kept<Arc<Histogram>>>>,
}

impl Default for Renderer {
    fn default() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(RENDERS)),
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            pictures: Arc::new(Mutex::new(Kept::new(PICTURES_KEPT))),
            previews: Arc::new(Mutex::new(Kept::new(PREVIEWS_KEPT))),
            histograms: Arc::new(Mutex::new(Kept::new(PREVIEWS_KEPT))),
        }
    }
}

/// Whether a preview can be made of a kind of file.
pub(crate) fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/fits" | "image/jpeg" | "image/png")
}

impl Renderer {
    /// A picture as JPEG.
    pub(crate) async fn preview(
        &self,
        source: Source,
        asked: PreviewRequest,
    ) -> Result<Bytes, DeviceError> {
        asked.check()?;
        let key = format!("{} {asked:?}", source.key());
        if let Some(kept) = locked(&self.previews).find(&key) {
            return Ok(kept);
        }
        let this = self.clone();
        let jpeg = self
            .work(move || Ok(Bytes::from(this.render(&source, &asked)?)))
            .await?;
        locked(&self.previews).keep(key, jpeg.clone());
        Ok(jpeg)
    }

    /// What the pixels of a picture say.
    pub(crate) async fn histogram(&self, source: Source) -> Result<Arc<Histogram>, DeviceError> {
        let key = source.key();
        if let Some(kept) = locked(&self.histograms).find(&key) {
            return Ok(kept);
        }
        let this = self.clone();
        let histogram = self
            .work(move || Ok(Arc::new(measure(&*this.picture(&source)?))))
            .await?;
        locked(&self.histograms).keep(key, histogram.clone());
        Ok(histogram)
    }

    /// Runs work that takes a core for a while.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
    ) -> Result<T, DeviceError> {
        let Ok(_waiting) = self.waiting.clone().try_acquire_owned() else {
            return Err(DeviceError::new(
                ErrorKind::Blocked,
                "Too many pictures are asked for at once.",
            )
            .remedy("Try again in a moment."));
        };
        let internal = || DeviceError::new(ErrorKind::Internal, "The picture was not rendered.");
        let slot = self
            .slots
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| internal())?;
        let rendered = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        });
        Ok(rendered.await.map_err(|_| internal())??)
    }

    fn render(&self, source: &Source, asked: &PreviewRequest) -> Result<Vec<u8>, PictureError> {
        let width = asked.width.unwrap_or(USUAL_WIDTH);
        let picture = if width > HALF_SIZE_WIDTH {
            Arc::new(picture::open(
                &source.path,
                &source.media_type,
                Detail::Full,
            )?)
        } else {
            self.picture(source)?
        };
        let small = shrink_to_fit(&picture.frame, width, WIDEST);
        let image = stretch_of(&picture, asked).apply(&small);
        Ok(encode::jpeg(&image, QUALITY)?)
    }

    /// The picture at the size the sliders work with.
    fn picture(&self, source: &Source) -> Result<Arc<Picture>, PictureError> {
        let key = source.key();
        if let Some(kept) = locked(&self.pictures).find(&key) {
            return Ok(kept);
        }
        let full = picture::open(&source.path, &source.media_type, Detail::Half)?;
        let frame = shrink_to_fit(&full.frame, HALF_SIZE_WIDTH, WIDEST);
        let shrunk = full.frame.width() as f32 / frame.width() as f32;
        let picture = Arc::new(Picture {
            frame,
            linear: full.linear,
            reduced: full.reduced * shrunk,
        });
        locked(&self.pictures).keep(key, picture.clone());
        Ok(picture)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Source {
    fn key(&self) -> String {
        format!("{}:{}", self.path.display(), self.size_bytes)
    }
}

impl PreviewRequest {
    fn check(&self) -> Result<(), DeviceError> {
        let part = |level: Option<f32>| level.is_none_or(|v| (0.0..=1.0).contains(&v));
        let width = self
            .width
            .is_none_or(|width| (16..=WIDEST).contains(&width));
        let order = self.black.unwrap_or(0.0) < self.white.unwrap_or(1.0);
        if part(self.black) && part(self.mid) && part(self.white) && width && order {
            return Ok(());
        }
        Err(DeviceError::new(
            ErrorKind::Invalid,
            format!("Levels go from 0 to 1, black below white; the width from 16 to {WIDEST}."),
        ))
    }
}

/// Automatic where nothing is asked; where something is, each colour keeps its distance to the others,
/// so that a neutral sky stays neutral.
fn stretch_of(picture: &Picture, asked: &PreviewRequest) -> Stretch {
    let auto = automatic(picture);
    if asked.black.is_none() && asked.mid.is_none() && asked.white.is_none() {
        return auto;
    }
    let means = view_of(&auto);
    let shift = |asked: Option<f32>, mean: f32| asked.map_or(0.0, |v| (v - mean) * FULL_SCALE);
    let (dark, bright) = (
        shift(asked.black, means.black),
        shift(asked.white, means.white),
    );
    Stretch {
        channels: auto.channels.map(|levels| Levels {
            black: levels.black + dark,
            white: levels.white + bright,
            curve: asked.mid.map_or(levels.curve, |mid| {
                Curve::Midtones(mid.clamp(1e-5, 1.0 - 1e-5))
            }),
        }),
    }
}

fn automatic(picture: &Picture) -> Stretch {
    if picture.linear {
        return Stretch::auto(&picture.frame, &AutoStretch::default());
    }
    // Somebody stretched it already.
    Stretch::manual(Levels {
        black: 0.0,
        white: FULL_SCALE,
        curve: Curve::Linear,
    })
}

fn view_of(stretch: &Stretch) -> LevelsView {
    let mean = |of: fn(&Levels) -> f32| stretch.channels.iter().map(of).sum::<f32>() / 3.0;
    LevelsView {
        black: mean(|levels| levels.black / FULL_SCALE),
        mid: mean(|levels| match levels.curve {
            Curve::Midtones(mid) => mid,
            _ => 0.5,
        }),
        white: mean(|levels| levels.white / FULL_SCALE),
    }
}

fn measure(picture: &Picture) -> Histogram {
    let frame: &RgbFrameF32 = &picture.frame;
    let bins = Bins::of_rgb(frame, BINS, BinScale::Logarithmic);
    let channels = ["red", "green", "blue"]
        .into_iter()
        .zip(bins.channels)
        .map(|(name, bins)| Channel { name, bins })
        .collect();
    Histogram {
        scale: "logarithmic",
        channels,
        auto: view_of(&automatic(picture)),
        stars: picture.linear.then(|| stars_of(picture)),
    }
}

fn stars_of(picture: &Picture) -> StarsView {
    let found = stars::detect(&picture.frame.luminance(), &DetectConfig::default());
    StarsView {
        count: found.stars.len(),
        fwhm_px: found.fwhm.map(|fwhm| fwhm * picture.reduced),
    }
}

impl From<PictureError> for DeviceError {
    fn from(error: PictureError) -> Self {
        let kind = match error {
            PictureError::File(_) => ErrorKind::Storage,
            PictureError::TooLarge | PictureError::Format(_) => ErrorKind::Invalid,
        };
        Self::new(kind, error.to_string())
    }
}
