//! Reading picture files: FITS, JPEG, PNG.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use skyhelm_imaging::debayer::{Demosaic, demosaic, superpixels};
use skyhelm_imaging::fits::{FitsImage, Header, Observation};
use skyhelm_imaging::{ImagingError, RgbFrameF32};

/// The largest file that is opened as a picture.
const LARGEST_FILE: u64 = 512 * 1024 * 1024;
/// The most pixels a picture may have.
const MOST_PIXELS: usize = 100_000_000;
/// A FITS header longer than this is not one.
const HEADER_BYTES: u64 = 1024 * 1024;
/// From 8-bit samples to the scale of counts.
const FROM_BYTE: f32 = 257.0;

/// Why a file is not a picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    /// It cannot be read.
    #[error("The file cannot be read: {0}.")]
    File(#[from] std::io::Error),
    /// It is too large.
    #[error("The file is too large to be opened as a picture.")]
    TooLarge,
    /// It is damaged, or of a kind not known here.
    #[error("The file is not a picture that is understood here: {0}.")]
    Format(String),
}

impl From<ImagingError> for PictureError {
    fn from(error: ImagingError) -> Self {
        Self::Format(error.to_string())
    }
}

/// How finely a mosaic is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Half the width and height, without interpolation.
    Half,
    /// Every pixel.
    Full,
}

/// A picture in counts, 0 to 65535.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) frame: RgbFrameF32,
    /// Whether counts are proportional to light, as a FITS file's are.
    pub(crate) linear: bool,
    /// Pixels of the file that one pixel here stands for, along a row.
    pub(crate) reduced: f32,
}

/// What a FITS header says that a list of files does not.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) object: Option<String>,
    pub(crate) exposure_s: Option<f64>,
    pub(crate) subs: Option<u32>,
}

/// The header of a FITS file.
pub(crate) fn header_of(path: &Path) -> Result<Header, PictureError> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(HEADER_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(Header::read(&bytes)?.0)
}

pub(crate) fn facts_of(path: &Path) -> Option<Facts> {
    let observation = Observation::from_header(&header_of(path).ok()?);
    Some(Facts {
        object: observation.object.filter(|object| !object.is_empty()),
        exposure_s: observation.exposure.map(|exposure| exposure.as_secs_f64()),
        subs: observation.stacked.map(|stacked| stacked.subs),
    })
}

/// Opens a picture by the kind its name says it is.
pub(crate) fn open(path: &Path, media_type: &str, detail: Detail) -> Result<Picture, PictureError> {
    if std::fs::metadata(path)?.len() > LARGEST_FILE {
        return Err(PictureError::TooLarge);
    }
    match media_type {
        "image/fits" => open_fits(&std::fs::read(path)?, detail),
        "image/jpeg" => open_jpeg(&std::fs::read(path)?),
        "image/png" => open_png(File::open(path)?),
        other => Err(PictureError::Format(format!("{other} is not shown"))),
    }
}

fn open_fits(bytes: &[u8], detail: Detail) -> Result<Picture, PictureError> {
    let image = FitsImage::read(bytes)?;
    let mut reduced = 1.0;
    let frame = if let Some(raw) = image.to_raw() {
        match detail {
            Detail::Half => {
                reduced = 2.0;
                superpixels(&raw)?
            }
            Detail::Full => demosaic(&raw, Demosaic::Bilinear),
        }
    } else if let Some(colours) = image.to_rgb() {
        colours
    } else {
        let plane = image
            .plane(0)
            .ok_or_else(|| PictureError::Format(String::from("it holds no plane")))?;
        let (width, height) = (plane.width(), plane.height());
        let pixels = plane.into_samples().into_iter().map(|v| [v; 3]).collect();
        RgbFrameF32::new(width, height, pixels)?
    };
    Ok(Picture {
        frame: without_blanks(frame),
        linear: true,
        reduced,
    })
}

/// Blank samples (not a number) become black, so that no later step has to think of them.
fn without_blanks(mut frame: RgbFrameF32) -> RgbFrameF32 {
    for sample in frame.pixels_mut().as_flattened_mut() {
        if !sample.is_finite() {
            *sample = 0.0;
        }
    }
    frame
}

fn open_jpeg(bytes: &[u8]) -> Result<Picture, PictureError> {
    use zune_jpeg::JpegDecoder;
    use zune_jpeg::zune_core::bytestream::ZCursor;
    use zune_jpeg::zune_core::colorspace::ColorSpace;
    use zune_jpeg::zune_core::options::DecoderOptions;
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(20_000)
        .set_max_height(20_000);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let wrong = |error: &dyn std::fmt::Display| PictureError::Format(error.to_string());
    decoder.decode_headers().map_err(|error| wrong(&error))?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| PictureError::Format(String::from("it says no size")))?;
    check_size(width, height)?;
    let samples = decoder.decode().map_err(|error| wrong(&error))?;
    from_bytes(width, height, 3, &samples)
}

fn open_png(file: File) -> Result<Picture, PictureError> {
    let wrong = |error: png::DecodingError| PictureError::Format(error.to_string());
    let mut decoder = png::Decoder::new(BufReader::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(wrong)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    check_size(width, height)?;
    let size = reader.output_buffer_size().ok_or(PictureError::TooLarge)?;
    let mut samples = vec![0; size];
    let info = reader.next_frame(&mut samples).map_err(wrong)?;
    samples.truncate(info.buffer_size());
    let channels = info.color_type.samples();
    match info.bit_depth {
        png::BitDepth::Sixteen => {
            let wide: Vec<f32> = samples
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| f32::from(u16::from_be_bytes(*pair)))
                .collect();
            from_samples(width, height, channels, &wide)
        }
        _ => from_bytes(width, height, channels, &samples),
    }
}

fn check_size(width: usize, height: usize) -> Result<(), PictureError> {
    match width.checked_mul(height) {
        Some(pixels) if pixels <= MOST_PIXELS => Ok(()),
        _ => Err(PictureError::TooLarge),
    }
}

fn from_bytes(
    width: usize,
    height: usize,
    channels: usize,
    samples: &[u8],
) -> Result<Picture, PictureError> {
    let counts: Vec<f32> = samples.iter().map(|&v| f32::from(v) * FROM_BYTE).collect();
    from_samples(width, height, channels, &counts)
}

fn from_samples(
    width: usize,
    height: usize,
    channels: usize,
    samples: &[f32],
) -> Result<Picture, PictureError> {
    let pixels = samples
        .chunks_exact(channels.max(1))
        .map(|pixel| match *pixel {
            [red, green, blue] | [red, green, blue, _] => [red, green, blue],
            [grey, ..] => [grey; 3],
            [] => [0.0; 3],
        })
        .collect();
    Ok(Picture {
        frame: RgbFrameF32::new(width, height, pixels)?,
        linear: false,
        reduced: 1.0,
    })
}
