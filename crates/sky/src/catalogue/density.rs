use skyhelm_units::{Equatorial, J2000};

/// A smoothed map of stars per square degree, on a grid of right ascension and declination.
#[derive(Debug)]
pub(super) struct DensityMap<'a> {
    grid: DensityGrid<'a>,
}

/// The grid as stored: rows from the south pole up, each from right ascension 0 on; little-endian
/// 16-bit numbers in 1/[`DENSITY_UNIT`] stars per square degree.
#[derive(Clone, Copy, Debug)]
pub(super) struct DensityGrid<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Steps per star and square degree.
pub(super) const DENSITY_UNIT: f64 = 256.0;

impl<'a> DensityMap<'a> {
    pub(super) fn new(grid: DensityGrid<'a>) -> Self {
        Self { grid }
    }

    pub(super) fn at(&self, direction: Equatorial<J2000>) -> f32 {
        let (width, height) = (self.grid.width as f64, self.grid.height as f64);
        let x = direction.ra.angle().degrees() / 360.0 * width - 0.5;
        let y = (direction.dec.angle().degrees() + 90.0) / 180.0 * height - 0.5;
        let (left, foot) = (x.floor(), y.floor());
        let (right_part, top_part) = (x - left, y - foot);
        let row = |y: f64| {
            let at_left = self.cell(left, y);
            at_left + (self.cell(left + 1.0, y) - at_left) * right_part
        };
        let low = row(foot);
        (low + (row(foot + 1.0) - low) * top_part) as f32
    }

    fn cell(&self, x: f64, y: f64) -> f64 {
        let column = (x as i64).rem_euclid(self.grid.width as i64) as usize;
        let row = (y.max(0.0) as usize).min(self.grid.height - 1);
        let at = (row * self.grid.width + column) * 2;
        let bytes = self.grid.bytes.get(at..at + 2);
        bytes.map_or(0.0, |b| {
            f64::from(u16::from_le_bytes([b[0], b[1]])) / DENSITY_UNIT
        })
    }
}
