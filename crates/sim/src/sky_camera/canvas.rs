/// What stars are drawn on, a piece of a row at a time.
pub(crate) trait Canvas {
    /// Width and height.
    fn size(&self) -> (usize, usize);

    /// Adds light of a colour to the pixels of row `y` from `x` on, in the given parts.
    fn add(&mut self, x: usize, y: usize, parts: &[f32], colour: [f32; 3]);
}

/// Single pixels under a mosaic of colours: red, green / green, blue.
#[derive(Debug)]
pub(crate) struct Mosaic<'a> {
    pixels: &'a mut [f32],
    width: usize,
}

impl<'a> Mosaic<'a> {
    /// On rows of `width` pixels.
    pub(crate) fn new(pixels: &'a mut [f32], width: usize) -> Self {
        Self { pixels, width }
    }
}

impl Canvas for Mosaic<'_> {
    fn size(&self) -> (usize, usize) {
        (self.width, self.pixels.len() / self.width.max(1))
    }

    #[inline]
    fn add(&mut self, x: usize, y: usize, parts: &[f32], colour: [f32; 3]) {
        let start = y * self.width + x;
        let Some(row) = self.pixels.get_mut(start..start + parts.len()) else {
            return;
        };
        // Red and blue sit on the even and odd diagonal corners, green between.
        let [first, second] = [x & 1, (x + 1) & 1].map(|column| colour[column + (y & 1)]);
        for (pixels, parts) in row.chunks_mut(2).zip(parts.chunks(2)) {
            for ((pixel, part), light) in pixels.iter_mut().zip(parts).zip([first, second]) {
                *pixel += part * light;
            }
        }
    }
}

/// Cells of three colours each.
#[derive(Debug)]
pub(crate) struct Colours<'a> {
    cells: &'a mut [[f32; 3]],
    width: usize,
}

impl<'a> Colours<'a> {
    /// On rows of `width` cells.
    pub(crate) fn new(cells: &'a mut [[f32; 3]], width: usize) -> Self {
        Self { cells, width }
    }
}

impl Canvas for Colours<'_> {
    fn size(&self) -> (usize, usize) {
        (self.width, self.cells.len() / self.width.max(1))
    }

    #[inline]
    fn add(&mut self, x: usize, y: usize, parts: &[f32], colour: [f32; 3]) {
        let start = y * self.width + x;
        let Some(row) = self.cells.get_mut(start..start + parts.len()) else {
            return;
        };
        for (cell, part) in row.iter_mut().zip(parts) {
            for (light, colour) in cell.iter_mut().zip(colour) {
                *light += part * colour;
            }
        }
    }
}
