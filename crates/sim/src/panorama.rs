//! A panorama from its tiles: the device knows where its motors stood for each.

use rayon::prelude::*;
use skyhelm_imaging::RgbImage8;
use skyhelm_units::Angle;

use crate::mechanics::MotorAngles;
use crate::optics::{Lens, Orientation};

/// Part of a field between two neighbouring tiles; the rest overlaps.
const STEP: f64 = 0.75;
/// A panorama is at most so wide and high, in pixels.
const LARGEST: f64 = 8_000.0;
/// A tile is at most so wide in it.
const WIDEST_TILE: f64 = 640.0;

/// Tiles in rows and columns about a middle.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    middle: MotorAngles,
    rows: usize,
    columns: usize,
    field: (Angle, Angle),
}

impl Grid {
    /// Rows and columns of a lens's fields about a middle.
    pub fn new(middle: MotorAngles, rows: usize, columns: usize, lens: &Lens) -> Self {
        Self {
            middle,
            rows,
            columns,
            field: lens.field_of_view(),
        }
    }

    /// How many tiles there are.
    #[allow(clippy::len_without_is_empty, reason = "a grid has a tile at least")]
    pub const fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Where the motors stand for a tile: rows from the top, there and back.
    pub fn motors(&self, number: usize) -> MotorAngles {
        let row = number / self.columns;
        let column = number % self.columns;
        let column = if row.is_multiple_of(2) {
            column
        } else {
            self.columns - 1 - column
        };
        let from_middle = |at: usize, of: usize| at as f64 - (of as f64 - 1.0) / 2.0;
        let up = self.field.1 * (-STEP * from_middle(row, self.rows));
        let right = self.field.0 * (STEP * from_middle(column, self.columns));
        self.at(right, up)
    }

    /// So far to the right and up from the middle; high up a turn moves the picture less.
    fn at(&self, right: Angle, up: Angle) -> MotorAngles {
        let pitch = self.middle.pitch + up;
        MotorAngles {
            rotation: self.middle.rotation + right / pitch.cos().max(0.05),
            pitch,
        }
    }

    /// The number of the tile whose middle is nearest.
    fn nearest(&self, right: Angle, up: Angle) -> usize {
        let index = |away: Angle, field: Angle, of: usize| {
            let at = away.degrees() / (field.degrees() * STEP) + (of as f64 - 1.0) / 2.0;
            (at.round().max(0.0) as usize).min(of - 1)
        };
        let row = index(-up, self.field.1, self.rows);
        let column = index(right, self.field.0, self.columns);
        let column = if row.is_multiple_of(2) {
            column
        } else {
            self.columns - 1 - column
        };
        row * self.columns + column
    }

    /// Width and height of the whole.
    fn extent(&self) -> (Angle, Angle) {
        let whole = |field: Angle, of: usize| field * ((of as f64 - 1.0) * STEP + 1.0);
        (
            whole(self.field.0, self.columns),
            whole(self.field.1, self.rows),
        )
    }

    /// How wide a tile is in the whole, in pixels.
    pub fn tile_width(&self) -> usize {
        let (width, height) = self.extent();
        let largest = (width.degrees()).max(height.degrees());
        (LARGEST * self.field.0.degrees() / largest).min(WIDEST_TILE) as usize
    }
}

/// How the tele would be oriented on a tripod that stands level: within a panorama only differences
/// count.
pub fn level(motors: MotorAngles) -> Orientation {
    let (sin_r, cos_r) = motors.rotation.sin_cos();
    let (sin_p, cos_p) = motors.pitch.sin_cos();
    Orientation::new(
        [cos_p * cos_r, cos_p * sin_r, sin_p],
        [-sin_p * cos_r, -sin_p * sin_r, cos_p],
    )
}

/// One picture from all tiles, in the order of the grid; `lens` is the one that took them, and the tiles show so many
/// of its columns.
pub fn compose(
    grid: &Grid,
    tiles: &[RgbImage8],
    lens: &Lens,
    shown_width: usize,
) -> Option<RgbImage8> {
    let first = tiles.first()?;
    let (width, height) = grid.extent();
    let per_pixel = grid.field.0 / first.width() as f64;
    let pixels = |length: Angle| (length.degrees() / per_pixel.degrees()).round().max(1.0) as usize;
    let (width, height) = (pixels(width), pixels(height));
    let orientations: Vec<Orientation> = (0..tiles.len())
        .map(|number| level(grid.motors(number)))
        .collect();
    let sample = |x: usize, y: usize| {
        let right = per_pixel * (x as f64 - (width as f64 - 1.0) / 2.0);
        let up = per_pixel * ((height as f64 - 1.0) / 2.0 - y as f64);
        let toward = grid.at(right, up);
        let number = grid.nearest(right, up);
        let camera = orientations
            .get(number)?
            .to_camera(level(toward).to_world([0.0, 0.0, 1.0]));
        let [cx, cy] = lens.center();
        let [px, py] = lens.project(camera)?;
        // A picture may lack the sensor's rim: its middle is the lens's.
        let scale = first.width() as f64 / lens.width.min(shown_width) as f64;
        let tile = &tiles[number];
        let at = |offset: f64, size: usize| {
            let place = offset * scale + (size as f64 - 1.0) / 2.0;
            (place > -0.5).then(|| place.round() as usize)
        };
        let row = at(py - cy, tile.height()).filter(|&row| row < tile.height())?;
        tile.row(row).get(at(px - cx, tile.width())?).copied()
    };
    let picture = (0..height)
        .into_par_iter()
        .flat_map_iter(|y| (0..width).map(move |x| (x, y)))
        .map(|(x, y)| sample(x, y).unwrap_or_default())
        .collect();
    RgbImage8::new(width, height, picture).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_units::Horizontal;

    const LENS: Lens = Lens::DWARF3_TELE;

    fn direction(motors: MotorAngles) -> Horizontal {
        Horizontal::from_vector(level(motors).to_world([0.0, 0.0, 1.0]))
    }

    fn grid() -> Grid {
        Grid::new(MotorAngles::from_degrees(80.0, 40.0), 3, 4, &LENS)
    }

    #[test]
    fn the_tiles_go_there_and_back_and_overlap() {
        let grid = grid();
        let places: Vec<_> = (0..12).map(|n| direction(grid.motors(n))).collect();
        let (across, up) = LENS.field_of_view();
        for pair in places.windows(2) {
            let apart = pair[0].separation(&pair[1]);
            assert!(apart < across, "{apart:?}");
        }
        assert!(places[0].altitude.angle() > places[4].altitude.angle());
        assert!(places[0].separation(&places[7]) < up);
        assert!(places[0].azimuth.angle() < places[3].azimuth.angle());
    }

    #[test]
    fn each_tile_lies_in_its_place() {
        let grid = grid();
        let tiles: Vec<RgbImage8> = (0..12)
            .map(|number| RgbImage8::new(96, 54, vec![[number + 1; 3]; 96 * 54]).unwrap())
            .collect();
        let whole = compose(&grid, &tiles, &LENS, LENS.width).unwrap();
        let at = |part_x: f64, part_y: f64| {
            let x = (part_x * whole.width() as f64) as usize;
            let y = (part_y * whole.height() as f64) as usize;
            whole.row(y)[x][0]
        };
        // Rows from the top; the second one from right to left.
        assert_eq!((at(0.1, 0.2), at(0.9, 0.2)), (1, 4));
        assert_eq!((at(0.1, 0.5), at(0.9, 0.5)), (8, 5));
        assert_eq!((at(0.1, 0.8), at(0.9, 0.8)), (9, 12));
        let black = whole.pixels().iter().filter(|pixel| pixel[0] == 0).count();
        assert!(
            black * 20 < whole.pixels().len(),
            "{black} pixels are empty"
        );
    }
}
