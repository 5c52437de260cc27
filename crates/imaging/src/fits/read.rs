use super::header::{BLOCK, Header};
use crate::ImagingError;
use crate::frame::{BayerPattern, Plane, RawFrame, RgbFrame};

/// The numbers of a FITS array as they are stored, before `BZERO` and `BSCALE`.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// `BITPIX` 8.
    U8(Vec<u8>),
    /// `BITPIX` 16.
    I16(Vec<i16>),
    /// `BITPIX` 32.
    I32(Vec<i32>),
    /// `BITPIX` -32.
    F32(Vec<f32>),
    /// `BITPIX` -64.
    F64(Vec<f64>),
}

/// An image read from a FITS file: the first array of two or three axes in it.
///
/// # Shape
/// `samples` hold plane after plane, each row by row in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct FitsImage {
    /// All cards of its header.
    pub header: Header,
    /// Length of a row.
    pub width: usize,
    /// Number of rows in a plane.
    pub height: usize,
    /// Number of planes: 1, 3 for colours, or what the file says.
    pub planes: usize,
    /// The stored numbers.
    pub samples: Samples,
}

/// An image inside a longer file begins at most this many header-data units in.
const MOST_UNITS: usize = 64;

impl FitsImage {
    /// Reads the first image of a FITS file: the primary array, or the first `IMAGE` extension
    /// after an empty primary.
    ///
    /// Memory is taken only for samples that are really in `bytes`.
    ///
    /// # Errors
    /// [`ImagingError::Fits`] when the bytes are damaged, [`ImagingError::Unsupported`] when they are
    /// FITS of a kind that is not read here (tables, compressed images, 64-bit integers).
    pub fn read(bytes: &[u8]) -> Result<Self, ImagingError> {
        if !bytes.starts_with(b"SIMPLE  =") {
            return Err(ImagingError::Fits("it does not begin with SIMPLE"));
        }
        let mut rest = bytes;
        for _ in 0..MOST_UNITS {
            let (header, data_start) = Header::read(rest)?;
            let extent = Extent::of(&header)?;
            let data = rest.get(data_start..).unwrap_or_default();
            if extent.is_image(&header) {
                return extent.read(header, data);
            }
            let skip = extent
                .unit_bytes
                .checked_next_multiple_of(BLOCK)
                .and_then(|n| n.checked_add(data_start));
            rest = skip.and_then(|n| rest.get(n..)).unwrap_or_default();
            if rest.len() < BLOCK {
                break;
            }
        }
        Err(ImagingError::Unsupported("a FITS file without an image"))
    }

    /// The physical values of one plane: stored number times `BSCALE` plus `BZERO`. Samples that the
    /// file marks as blank become NaN.
    pub fn plane(&self, plane: usize) -> Option<Plane<f32>> {
        let length = self.width * self.height;
        let range = plane.checked_mul(length)?..plane.checked_add(1)?.checked_mul(length)?;
        let scale = self.header.float("BSCALE").unwrap_or(1.0);
        let zero = self.header.float("BZERO").unwrap_or(0.0);
        let blank = self.header.integer("BLANK");
        let whole = |stored: i64| {
            if Some(stored) == blank {
                f32::NAN
            } else {
                (stored as f64 * scale + zero) as f32
            }
        };
        let real = |stored: f64| (stored * scale + zero) as f32;
        let values = match &self.samples {
            Samples::U8(s) => s.get(range)?.iter().map(|&v| whole(v.into())).collect(),
            Samples::I16(s) => s.get(range)?.iter().map(|&v| whole(v.into())).collect(),
            Samples::I32(s) => s.get(range)?.iter().map(|&v| whole(v.into())).collect(),
            Samples::F32(s) => s.get(range)?.iter().map(|&v| real(v.into())).collect(),
            Samples::F64(s) => s.get(range)?.iter().map(|&v| real(v)).collect(),
        };
        Plane::new(self.width, self.height, values).ok()
    }

    /// The three colour planes as one frame; `None` when there are not three planes.
    pub fn to_rgb(&self) -> Option<RgbFrame<f32>> {
        if self.planes != 3 {
            return None;
        }
        let planes = [self.plane(0)?, self.plane(1)?, self.plane(2)?];
        let [red, green, blue] = planes.map(Plane::into_samples);
        let pixels = red
            .into_iter()
            .zip(green)
            .zip(blue)
            .map(|((r, g), b)| [r, g, b])
            .collect();
        RgbFrame::new(self.width, self.height, pixels).ok()
    }

    /// The mosaic of a raw frame; `None` when the header names no known `BAYERPAT`, or the counts are
    /// not 16 bits.
    ///
    /// `XBAYROFF` and `YBAYROFF` are applied. A file that says `ROWORDER = 'BOTTOM-UP'` states the
    /// pattern from its last row; the pattern returned counts from the first row of the array.
    pub fn to_raw(&self) -> Option<RawFrame> {
        let named = BayerPattern::from_name(self.header.text("BAYERPAT")?)?;
        let offset = |keyword| self.header.integer(keyword).unwrap_or(0).rem_euclid(2) as usize;
        let from_bottom = self
            .header
            .text("ROWORDER")
            .is_some_and(|order| order.eq_ignore_ascii_case("BOTTOM-UP"));
        let turned = if from_bottom {
            (self.height + 1) % 2
        } else {
            0
        };
        let pattern = named.shifted(offset("XBAYROFF"), offset("YBAYROFF") + turned);
        let Samples::I16(stored) = &self.samples else {
            return None;
        };
        let scale = self.header.float("BSCALE").unwrap_or(1.0);
        let unscaled = (scale - 1.0).abs() < f64::EPSILON;
        if self.planes != 1 || !unscaled {
            return None;
        }
        let zero = match self.header.value("BZERO") {
            None => 0,
            Some(_) => self.header.integer("BZERO")?,
        };
        let counts = stored
            .iter()
            .map(|&v| (i64::from(v).saturating_add(zero)).clamp(0, 65535) as u16)
            .collect();
        RawFrame::new(self.width, self.height, pattern, counts).ok()
    }
}

/// What a header says of the array behind it.
struct Extent {
    bitpix: i64,
    axes: Vec<usize>,
    /// Bytes of the array itself.
    array_bytes: usize,
    /// Bytes of data, padding not included; groups and heaps make it more than the array.
    unit_bytes: usize,
}

impl Extent {
    fn of(header: &Header) -> Result<Self, ImagingError> {
        let bitpix = header
            .integer("BITPIX")
            .filter(|bits| matches!(bits, 8 | 16 | 32 | 64 | -32 | -64))
            .ok_or(ImagingError::Card { keyword: "BITPIX" })?;
        let count = header
            .integer("NAXIS")
            .filter(|count| (0..=999).contains(count))
            .ok_or(ImagingError::Card { keyword: "NAXIS" })?;
        let axes = (1..=count)
            .map(|n| {
                header
                    .integer(&format!("NAXIS{n}"))
                    .and_then(|length| usize::try_from(length).ok())
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(ImagingError::Card { keyword: "NAXISn" })?;
        let extra = |keyword, default| {
            let value = header.integer(keyword).unwrap_or(default);
            usize::try_from(value).map_err(|_| ImagingError::Fits("a negative size"))
        };
        let (pcount, gcount) = (extra("PCOUNT", 0)?, extra("GCOUNT", 1)?);
        let samples = if axes.is_empty() {
            Some(0)
        } else {
            axes.iter()
                .try_fold(1_usize, |n, &axis| n.checked_mul(axis))
        };
        let sample_bytes = bitpix.unsigned_abs() as usize / 8;
        let bytes_of = |samples: Option<usize>| {
            samples
                .and_then(|n| n.checked_mul(sample_bytes))
                .ok_or(ImagingError::Fits("its size cannot be"))
        };
        let unit = samples
            .and_then(|n| n.checked_add(pcount))
            .and_then(|n| n.checked_mul(gcount));
        Ok(Self {
            bitpix,
            array_bytes: bytes_of(samples)?,
            unit_bytes: bytes_of(unit)?,
            axes,
        })
    }

    fn is_image(&self, header: &Header) -> bool {
        let right_kind = match header.text("XTENSION") {
            None => header.value("SIMPLE").is_some(),
            Some(kind) => kind == "IMAGE",
        };
        // Further axes of length one are common and mean nothing.
        let flat = self.axes.iter().skip(3).all(|&axis| axis == 1);
        right_kind && self.axes.len() >= 2 && flat && self.axes.iter().all(|&axis| axis > 0)
    }

    fn read(self, header: Header, data: &[u8]) -> Result<FitsImage, ImagingError> {
        let data = data
            .get(..self.array_bytes)
            .ok_or(ImagingError::Fits("the file ends before its pixels do"))?;
        let samples = match self.bitpix {
            8 => Samples::U8(data.to_vec()),
            16 => Samples::I16(decode(data, i16::from_be_bytes)),
            32 => Samples::I32(decode(data, i32::from_be_bytes)),
            -32 => Samples::F32(decode(data, f32::from_be_bytes)),
            -64 => Samples::F64(decode(data, f64::from_be_bytes)),
            _ => return Err(ImagingError::Unsupported("64-bit integers in FITS")),
        };
        Ok(FitsImage {
            header,
            width: self.axes[0],
            height: self.axes[1],
            planes: self.axes.get(2).copied().unwrap_or(1),
            samples,
        })
    }
}

fn decode<T, const N: usize>(data: &[u8], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = data.as_chunks::<N>();
    chunks.iter().map(|&chunk| number(chunk)).collect()
}
