//! Faces to pixels: first which face is nearest, then what it looks like.

use super::shade::Paint;

/// A flat face on the screen. The inverse of the distance along the camera's axis is linear over it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Face {
    pub(super) corners: [(f32, f32); 5],
    pub(super) count: usize,
    /// Inverse distance at the screen's origin, and its change per pixel right and down.
    pub(super) inverse: [f32; 3],
    pub(super) top: i32,
    pub(super) bottom: i32,
    /// Share of the light it gets, against level ground in the sun.
    pub(super) light: f32,
    pub(super) paint: Paint,
}

/// Which face each pixel of a band of rows shows.
pub(super) struct Visible {
    width: usize,
    first_row: i32,
    rows: i32,
    inverse: Vec<f32>,
    face: Vec<u32>,
}

impl Visible {
    pub(super) fn new(width: usize, first_row: usize, rows: usize) -> Self {
        Self {
            width,
            first_row: first_row as i32,
            rows: rows as i32,
            inverse: vec![0.0; width * rows],
            face: vec![u32::MAX; width * rows],
        }
    }

    pub(super) fn draw_all(&mut self, faces: &[Face]) {
        let last_row = self.first_row + self.rows - 1;
        for (number, face) in faces.iter().enumerate() {
            if face.top <= last_row && face.bottom >= self.first_row {
                self.draw(face, number as u32);
            }
        }
    }

    /// Inverse distance (0: nothing) and face of a pixel.
    #[inline]
    pub(super) fn at(&self, column: usize, row: usize) -> (f32, u32) {
        let i = row * self.width + column;
        (self.inverse[i], self.face[i])
    }

    fn draw(&mut self, face: &Face, number: u32) {
        let corners = &face.corners[..face.count];
        let from = face.top.max(self.first_row);
        let to = face.bottom.min(self.first_row + self.rows - 1);
        for row in from..=to {
            let y = row as f32 + 0.5;
            let Some((left, right)) = span(corners, y) else {
                continue;
            };
            let first = (left - 0.5).ceil().max(0.0) as usize;
            let end = (right - 0.5).ceil().clamp(0.0, self.width as f32) as usize;
            if first >= end {
                continue;
            }
            let [base, per_x, per_y] = face.inverse;
            let start = base + per_y * y + per_x * 0.5;
            let line = (row - self.first_row) as usize * self.width;
            let depths = &mut self.inverse[line + first..line + end];
            let owners = &mut self.face[line + first..line + end];
            for (i, (depth, owner)) in depths.iter_mut().zip(owners).enumerate() {
                let inverse = start + per_x * (first + i) as f32;
                if inverse > *depth {
                    *depth = inverse;
                    *owner = number;
                }
            }
        }
    }
}

/// Where a row crosses a convex outline.
#[inline]
fn span(corners: &[(f32, f32)], y: f32) -> Option<(f32, f32)> {
    let (mut left, mut right) = (f32::MAX, f32::MIN);
    let mut before = corners[corners.len() - 1];
    for &corner in corners {
        if (before.1 > y) != (corner.1 > y) {
            let x = before.0 + (corner.0 - before.0) * ((y - before.1) / (corner.1 - before.1));
            left = left.min(x);
            right = right.max(x);
        }
        before = corner;
    }
    (left < right).then_some((left, right))
}
