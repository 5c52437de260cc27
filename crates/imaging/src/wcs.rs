//! Where each pixel points: the tangent-plane (TAN) world coordinates of FITS.
//!
//! # Pixel convention: read this first
//! [`FitsPoint`] counts **from one, at the centre** of the first pixel of the first row of the file:
//! the pixel `samples[0]` covers 0.5 to 1.5 in both axes. [`ImagePoint`] counts **from zero, at the
//! centre** of the same pixel, as arrays, star lists and `sep` do. The two types keep them apart;
//! [`FitsPoint::from`] and [`ImagePoint::from`] add and take off the one. `y` grows with the row of
//! the array, so downward in a picture whose first row is its top.

use skyhelm_units::{Angle, Equatorial, J2000, UnitVector};

use crate::ImagingError;
use crate::fits::{Card, Header};

/// A place in an image, from zero at the centre of the first pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ImagePoint {
    /// Along a row.
    pub x: f64,
    /// Along a column.
    pub y: f64,
}

/// A place in an image, from one at the centre of the first pixel, as FITS counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FitsPoint {
    /// Along a row: FITS axis 1.
    pub x: f64,
    /// Along a column: FITS axis 2.
    pub y: f64,
}

impl From<ImagePoint> for FitsPoint {
    fn from(point: ImagePoint) -> Self {
        Self {
            x: point.x + 1.0,
            y: point.y + 1.0,
        }
    }
}

impl From<FitsPoint> for ImagePoint {
    fn from(point: FitsPoint) -> Self {
        Self {
            x: point.x - 1.0,
            y: point.y - 1.0,
        }
    }
}

/// Whether the optics mirror the sky.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parity {
    /// As the eye sees it: with north up, east is on the left.
    #[default]
    AsSeen,
    /// With north up, east is on the right.
    Mirrored,
}

/// How a camera lies on the sky: what [`Wcs::centred`] needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Framing {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Where the middle of the frame points.
    pub centre: Equatorial<J2000>,
    /// Sky per pixel at the middle.
    pub pixel_scale: Angle,
    /// Position angle, from north through east, of the direction that is up in the picture: the one
    /// from the last row to the first.
    pub up: Angle,
    /// Whether the picture is mirrored.
    pub parity: Parity,
}

/// A linear map from pixels to a plane that touches the sky at `crval`.
///
/// # Units
/// `crpix` in FITS pixels (from one); `cd` in degrees per pixel, rows for right ascension and
/// declination, columns for x and y.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wcs {
    /// Where the plane touches the sky.
    pub crval: Equatorial<J2000>,
    /// The pixel that points there.
    pub crpix: FitsPoint,
    /// Degrees of standard coordinates per pixel.
    pub cd: [[f64; 2]; 2],
}

impl Wcs {
    /// Of a camera without distortion whose middle points at a given place.
    pub fn centred(framing: &Framing) -> Self {
        let scale = framing.pixel_scale.degrees();
        let (sin, cos) = framing.up.sin_cos();
        let side = match framing.parity {
            Parity::AsSeen => -1.0,
            Parity::Mirrored => 1.0,
        };
        // Standard coordinates: first eastward, second northward. "Up" is toward smaller y.
        let right = [side * cos, -side * sin];
        let down = [-sin, -cos];
        Self {
            crval: framing.centre,
            crpix: FitsPoint {
                x: f64::midpoint(framing.width as f64, 1.0),
                y: f64::midpoint(framing.height as f64, 1.0),
            },
            cd: [
                [scale * right[0], scale * down[0]],
                [scale * right[1], scale * down[1]],
            ],
        }
    }

    /// The direction a pixel looks in.
    pub fn pixel_to_sky(&self, point: FitsPoint) -> Equatorial<J2000> {
        Equatorial::from_vector(self.projection_axes().to_vector(self, point))
    }

    /// The pixel that looks in a direction; `None` for directions 90 degrees away or more, which the
    /// plane does not show, and when `cd` cannot be inverted. The pixel may lie outside the frame.
    pub fn sky_to_pixel(&self, place: &Equatorial<J2000>) -> Option<FitsPoint> {
        self.projection()?.to_pixel(place.to_vector())
    }

    /// Prepares the map for many directions. `None` when `cd` cannot be inverted.
    pub fn projection(&self) -> Option<Projection> {
        let [[a, b], [c, d]] = self.cd;
        let determinant = a * d - b * c;
        if !determinant.is_normal() {
            return None;
        }
        // From radians on the plane straight to pixels.
        let factor = 180.0 / core::f64::consts::PI / determinant;
        Some(Projection {
            axes: self.projection_axes(),
            crpix: self.crpix,
            inverse: [[d * factor, -b * factor], [-c * factor, a * factor]],
        })
    }

    /// Sky per pixel: the square root of the area one pixel covers at `crpix`.
    pub fn pixel_scale(&self) -> Angle {
        let [[a, b], [c, d]] = self.cd;
        Angle::from_degrees((a * d - b * c).abs().sqrt())
    }

    /// Position angle, from north through east, of "up" (toward the first row).
    pub fn up(&self) -> Angle {
        Angle::from_radians((-self.cd[0][1]).atan2(-self.cd[1][1]))
    }

    /// The same sky for a part of the frame that begins `x` columns and `y` rows in, seen at
    /// `1 / binning` of the resolution.
    #[must_use]
    pub fn cropped(&self, x: f64, y: f64, binning: f64) -> Self {
        // The corner of the first pixel is at 0.5, before and after.
        Self {
            crval: self.crval,
            crpix: FitsPoint {
                x: (self.crpix.x - x - 0.5) / binning + 0.5,
                y: (self.crpix.y - y - 0.5) / binning + 0.5,
            },
            cd: self.cd.map(|row| row.map(|element| element * binning)),
        }
    }

    /// The header cards that say all this.
    ///
    /// # Source
    /// FITS 4.0, section 8; Greisen and Calabretta 2002.
    pub fn to_cards(&self) -> Vec<Card> {
        let [[a, b], [c, d]] = self.cd;
        vec![
            Card::known("WCSAXES", 2_i64, "number of world axes"),
            Card::known("CTYPE1", "RA---TAN", "gnomonic projection"),
            Card::known("CTYPE2", "DEC--TAN", "gnomonic projection"),
            Card::known("CUNIT1", "deg", ""),
            Card::known("CUNIT2", "deg", ""),
            Card::known(
                "CRVAL1",
                self.crval.ra.angle().degrees(),
                "[deg] RA at CRPIX",
            ),
            Card::known(
                "CRVAL2",
                self.crval.dec.angle().degrees(),
                "[deg] Dec at CRPIX",
            ),
            Card::known("CRPIX1", self.crpix.x, "first pixel's centre is 1.0"),
            Card::known("CRPIX2", self.crpix.y, "first row's centre is 1.0"),
            Card::known("CD1_1", a, "[deg/px]"),
            Card::known("CD1_2", b, "[deg/px]"),
            Card::known("CD2_1", c, "[deg/px]"),
            Card::known("CD2_2", d, "[deg/px]"),
            Card::known("RADESYS", "ICRS", ""),
            Card::known("EQUINOX", 2000.0, ""),
        ]
    }

    /// From a header; `None` when it holds no tangent-plane solution.
    ///
    /// Reads a `CD` matrix, or `CDELT` with `PC` or `CROTA2`. Distortion terms (SIP) are not applied.
    ///
    /// # Errors
    /// [`ImagingError::Card`] when the header claims a solution and a number of it is missing or absurd.
    pub fn from_header(header: &Header) -> Result<Option<Self>, ImagingError> {
        let is_tan = |keyword, axis: &str| {
            header
                .text(keyword)
                .is_some_and(|t| t.starts_with(axis) && t[axis.len()..].starts_with("TAN"))
        };
        if !(is_tan("CTYPE1", "RA---") && is_tan("CTYPE2", "DEC--")) {
            return Ok(None);
        }
        let number =
            |keyword: &'static str| header.float(keyword).ok_or(ImagingError::Card { keyword });
        let crval = Equatorial::from_degrees(number("CRVAL1")?, number("CRVAL2")?)
            .map_err(|_| ImagingError::Card { keyword: "CRVAL2" })?;
        Ok(Some(Self {
            crval,
            crpix: FitsPoint {
                x: number("CRPIX1")?,
                y: number("CRPIX2")?,
            },
            cd: matrix(header)?,
        }))
    }

    fn projection_axes(&self) -> Axes {
        let (sin_ra, cos_ra) = self.crval.ra.angle().sin_cos();
        let (sin_dec, cos_dec) = self.crval.dec.angle().sin_cos();
        Axes {
            centre: [cos_dec * cos_ra, cos_dec * sin_ra, sin_dec],
            east: [-sin_ra, cos_ra, 0.0],
            north: [-sin_dec * cos_ra, -sin_dec * sin_ra, cos_dec],
        }
    }
}

fn matrix(header: &Header) -> Result<[[f64; 2]; 2], ImagingError> {
    let element = |keyword, default| header.float(keyword).unwrap_or(default);
    // FITS 4.0, section 8.1.2: with a CD matrix, elements that are not given are zero.
    if ["CD1_1", "CD1_2", "CD2_1", "CD2_2"]
        .iter()
        .any(|keyword| header.float(keyword).is_some())
    {
        return Ok([
            [element("CD1_1", 0.0), element("CD1_2", 0.0)],
            [element("CD2_1", 0.0), element("CD2_2", 0.0)],
        ]);
    }
    let delta = |keyword: &'static str| header.float(keyword).ok_or(ImagingError::Card { keyword });
    let (dx, dy) = (delta("CDELT1")?, delta("CDELT2")?);
    let (sin, cos) = Angle::from_degrees(element("CROTA2", 0.0)).sin_cos();
    let turned = [[cos, -sin * dy / dx], [sin * dx / dy, cos]];
    Ok([
        [
            dx * element("PC1_1", turned[0][0]),
            dx * element("PC1_2", turned[0][1]),
        ],
        [
            dy * element("PC2_1", turned[1][0]),
            dy * element("PC2_2", turned[1][1]),
        ],
    ])
}

#[derive(Clone, Copy, Debug)]
struct Axes {
    centre: UnitVector,
    east: UnitVector,
    north: UnitVector,
}

impl Axes {
    fn to_vector(self, wcs: &Wcs, point: FitsPoint) -> UnitVector {
        let (x, y) = (point.x - wcs.crpix.x, point.y - wcs.crpix.y);
        let [[a, b], [c, d]] = wcs.cd;
        let xi = Angle::from_degrees(a * x + b * y).radians();
        let eta = Angle::from_degrees(c * x + d * y).radians();
        core::array::from_fn(|i| self.centre[i] + xi * self.east[i] + eta * self.north[i])
    }
}

/// A [`Wcs`] prepared to place many directions quickly.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    axes: Axes,
    crpix: FitsPoint,
    inverse: [[f64; 2]; 2],
}

impl Projection {
    /// The pixel that looks along a J2000 unit vector; `None` 90 degrees away or more.
    pub fn to_pixel(&self, direction: UnitVector) -> Option<FitsPoint> {
        let depth = dot(direction, self.axes.centre);
        // Nearer to the plane's horizon than this, a pixel position has no digits left.
        if depth.is_nan() || depth < 1e-9 {
            return None;
        }
        let xi = dot(direction, self.axes.east) / depth;
        let eta = dot(direction, self.axes.north) / depth;
        let [[a, b], [c, d]] = self.inverse;
        Some(FitsPoint {
            x: self.crpix.x + a * xi + b * eta,
            y: self.crpix.y + c * xi + d * eta,
        })
    }
}

fn dot(a: UnitVector, b: UnitVector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn framing(up: f64, parity: Parity) -> Framing {
        Framing {
            width: 3856,
            height: 2180,
            centre: Equatorial::from_degrees(10.684_708, 41.268_75).unwrap(),
            pixel_scale: Angle::from_arcseconds(2.75),
            up: Angle::from_degrees(up),
            parity,
        }
    }

    #[test]
    fn with_north_up_the_north_is_at_smaller_y_and_the_east_at_smaller_x() {
        let wcs = Wcs::centred(&framing(0.0, Parity::AsSeen));
        let north = Equatorial::from_degrees(10.684_708, 41.3).unwrap();
        let east = Equatorial::from_degrees(10.75, 41.268_75).unwrap();
        let (north, east) = (wcs.sky_to_pixel(&north), wcs.sky_to_pixel(&east));
        assert!(north.unwrap().y < wcs.crpix.y - 30.0);
        assert!(east.unwrap().x < wcs.crpix.x - 30.0);
        let mirrored = Wcs::centred(&framing(0.0, Parity::Mirrored));
        let east = Equatorial::from_degrees(10.75, 41.268_75).unwrap();
        assert!(mirrored.sky_to_pixel(&east).unwrap().x > wcs.crpix.x + 30.0);
    }

    /// Made with `astropy.wcs` from the same header values.
    #[test]
    fn positions_agree_with_astropy() {
        let wcs = Wcs::centred(&framing(33.0, Parity::AsSeen));
        for (x, y, ra, dec) in ASTROPY {
            let place = Equatorial::from_degrees(ra, dec).unwrap();
            let ours = wcs.pixel_to_sky(FitsPoint { x, y });
            assert!(ours.separation(&place).arcseconds() < 1e-5, "{ours:?}");
        }
    }

    const ASTROPY: [(f64, f64, f64, f64); 3] = [
        (1.0, 1.0, 12.925_977_374_144_5, 41.143_088_728_107_52),
        (3856.0, 2180.0, 8.436_298_861_836_4, 41.350_798_658_371_2),
        (100.25, 1900.5, 11.773_205_319_052_3, 39.984_312_203_924_89),
    ];

    #[test]
    fn the_far_side_of_the_sky_has_no_pixel() {
        let wcs = Wcs::centred(&framing(0.0, Parity::AsSeen));
        let behind = Equatorial::from_degrees(190.0, -41.0).unwrap();
        assert_eq!(wcs.sky_to_pixel(&behind), None);
        let flat = Wcs {
            cd: [[1.0, 1.0], [1.0, 1.0]],
            ..wcs
        };
        assert_eq!(flat.sky_to_pixel(&wcs.crval), None);
    }

    #[test]
    fn a_binned_crop_looks_at_the_same_sky() {
        let wcs = Wcs::centred(&framing(12.0, Parity::AsSeen));
        let half = wcs.cropped(10.0, 20.0, 2.0);
        // The corner between the first four pixels is the centre of the first binned one.
        let full = FitsPoint { x: 11.5, y: 21.5 };
        let binned = FitsPoint { x: 1.0, y: 1.0 };
        let apart = wcs
            .pixel_to_sky(full)
            .separation(&half.pixel_to_sky(binned));
        assert!(apart.arcseconds() < 1e-6);
    }

    #[test]
    fn older_headers_with_cdelt_and_crota_are_read() {
        let mut header = Header::default();
        header.set("CTYPE1", "RA---TAN", "").unwrap();
        header.set("CTYPE2", "DEC--TAN", "").unwrap();
        assert!(Wcs::from_header(&header).is_err());
        for (keyword, value) in [
            ("CRVAL1", 10.0),
            ("CRVAL2", 20.0),
            ("CRPIX1", 5.0),
            ("CRPIX2", 6.0),
            ("CDELT1", -0.001),
            ("CDELT2", 0.001),
            ("CROTA2", 90.0),
        ] {
            header.set(keyword, value, "").unwrap();
        }
        let wcs = Wcs::from_header(&header).unwrap().unwrap();
        let expected = [[0.0, -0.001], [-0.001, 0.0]];
        for (row, expected) in wcs.cd.iter().zip(expected) {
            for (ours, theirs) in row.iter().zip(expected) {
                assert!((ours - theirs).abs() < 1e-12, "{:?}", wcs.cd);
            }
        }
    }

    proptest! {
        #[test]
        fn a_pixel_and_back_is_the_same_pixel(
            x in -5000.0..5000.0f64, y in -5000.0..5000.0f64, up in 0.0..360.0f64,
            ra in 0.0..360.0f64, dec in -90.0..90.0f64,
        ) {
            let mut framing = framing(up, Parity::AsSeen);
            framing.centre = Equatorial::from_degrees(ra, dec).unwrap();
            let wcs = Wcs::centred(&framing);
            let back = wcs.sky_to_pixel(&wcs.pixel_to_sky(FitsPoint { x, y })).unwrap();
            prop_assert!((back.x - x).abs() < 1e-6 && (back.y - y).abs() < 1e-6);
            prop_assert!((wcs.up() - framing.up).normalized_signed().abs().degrees() < 1e-9);
        }

        #[test]
        fn cards_read_back_as_the_same_solution(up in 0.0..360.0f64) {
            let wcs = Wcs::centred(&framing(up, Parity::AsSeen));
            let mut header = Header::default();
            for card in wcs.to_cards() {
                header.push(card);
            }
            let back = Wcs::from_header(&header).unwrap().unwrap();
            prop_assert_eq!(back.cd, wcs.cd);
            prop_assert_eq!(back.crpix, wcs.crpix);
            prop_assert!(back.crval.separation(&wcs.crval).arcseconds() < 1e-6);
        }
    }
}
