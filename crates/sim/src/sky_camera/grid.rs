use crate::optics::Lens;

/// The cells a picture is made of, laid over the sensor's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Pixels of the sensor to a cell's edge.
    pub(crate) pitch: f64,
    /// Pixel coordinates of the grid's upper left corner, in pixels from the sensor's.
    pub(crate) offset: [f64; 2],
}

impl Grid {
    /// One cell to each 2 x 2 pixels of the mosaic.
    pub(crate) fn mosaic(lens: &Lens) -> Self {
        Self {
            width: lens.width.div_ceil(2),
            height: lens.height.div_ceil(2),
            pitch: 2.0,
            offset: [0.0, 0.0],
        }
    }

    /// A picture of 16 : 9 cut from the sensor's middle.
    pub(crate) fn preview(lens: &Lens, width: usize) -> Self {
        let width = width.clamp(64, lens.width);
        // Sensors a little larger than 16 : 9 frames are cropped to a multiple of 1920.
        let used = if lens.width > 1920 {
            (lens.width / 1920 * 1920) as f64
        } else {
            lens.width as f64
        };
        let pitch = used / width as f64;
        let height = ((used * 9.0 / 16.0).min(lens.height as f64) / pitch).round() as usize;
        Self {
            width,
            height,
            pitch,
            offset: [
                (lens.width as f64 - used) / 2.0,
                (lens.height as f64 - height as f64 * pitch) / 2.0,
            ],
        }
    }

    /// The pixel coordinates of a place on the grid (cells from the centre of the first one).
    pub(crate) fn to_pixel(self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            self.offset[0] + (x + 0.5) * self.pitch - 0.5,
            self.offset[1] + (y + 0.5) * self.pitch - 0.5,
        ]
    }

    /// The place on the grid of pixel coordinates.
    pub(crate) fn place_of(self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            (x + 0.5 - self.offset[0]) / self.pitch - 0.5,
            (y + 0.5 - self.offset[1]) / self.pitch - 0.5,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tele_preview_is_full_hd_and_centred() {
        let lens = Lens::DWARF3_TELE;
        for width in [1920, 1280] {
            let grid = Grid::preview(&lens, width);
            assert_eq!((grid.width, grid.height), (width, width * 9 / 16));
            let middle = [(width as f64 - 1.0) / 2.0, (grid.height as f64 - 1.0) / 2.0];
            let [x, y] = grid.to_pixel(middle);
            let [cx, cy] = lens.center();
            assert!((x - cx).abs() < 1e-9 && (y - cy).abs() < 1e-9);
        }
    }
}
