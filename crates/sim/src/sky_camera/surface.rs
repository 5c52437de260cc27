use std::ops::Range;

use rayon::prelude::*;

use super::exposure_light::ExposureLight;
use super::field_map::FieldMap;
use super::glow::{Air, SkyGlow};
use super::grid::Grid;
use super::ground::Skyline;
use super::milky_way::Haze;
use crate::deep_sky::{TexelLight, TexelLine, Texture};
use crate::optics::Lens;
use crate::vector;

/// The smooth part of a picture: expected electrons of sky, Milky Way and ground, and what the air
/// lets through, on a coarse mesh between whose nodes everything is linear.
#[derive(Debug)]
pub(crate) struct Surface<'a> {
    map: &'a FieldMap,
    light: ExposureLight,
    grid: Grid,
    spacing: usize,
    columns: usize,
    nodes: Vec<Node>,
}

/// A place where the smooth light is worked out in full.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Node {
    electrons: [f32; 3],
    passes: [f32; 3],
}

/// Cells in a row that are laid on a texture together.
const STRAIGHT: usize = 32;

impl Node {
    fn toward(self, other: Self, part: f32) -> Self {
        let mix = |a: [f32; 3], b: [f32; 3]| std::array::from_fn(|c| a[c] + (b[c] - a[c]) * part);
        Self {
            electrons: mix(self.electrons, other.electrons),
            passes: mix(self.passes, other.passes),
        }
    }
}

/// Cells between two nodes: about 3 minutes of arc in the tele, 13 in the wide camera.
pub(crate) fn node_spacing(lens: &Lens, grid: &Grid) -> usize {
    let cell = lens.pixel_scale().arcminutes() * grid.pitch;
    ((3.0 / cell) as usize).clamp(6, 32)
}

impl<'a> Surface<'a> {
    /// Made anew in the memory of the `nodes` of another.
    pub(crate) fn new(
        map: &'a FieldMap,
        grid: Grid,
        light: ExposureLight,
        glow: &SkyGlow,
        haze: &Haze,
        mut nodes: Vec<Node>,
    ) -> Self {
        let spacing = node_spacing(&map.lens, &grid);
        let columns = grid.width / spacing + 2;
        let rows = grid.height / spacing + 2;
        (0..columns * rows)
            .into_par_iter()
            .with_min_len(64)
            .map(|index| {
                let place = [
                    (index % columns * spacing) as f64,
                    (index / columns * spacing) as f64,
                ];
                let pixel = grid.to_pixel(place);
                let Air { glow, passes } = glow.at(map.ground_direction(pixel));
                let haze = haze.at(map.direction(pixel));
                Node {
                    electrons: std::array::from_fn(|c| {
                        light.dark + light.surface[c] * (glow[c] + haze[c] * passes[c])
                    }),
                    passes,
                }
            })
            .collect_into_vec(&mut nodes);
        Self {
            map,
            light,
            grid,
            spacing,
            columns,
            nodes,
        }
    }

    /// The memory for the next one's nodes.
    pub(crate) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    fn node(&self, x: f64, y: f64) -> Node {
        let (x, y) = (
            x.clamp(0.0, self.grid.width as f64) / self.spacing as f64,
            y.clamp(0.0, self.grid.height as f64) / self.spacing as f64,
        );
        let (column, row) = (x as usize, y as usize);
        let at = |column, row| {
            let index: usize = row * self.columns + column;
            self.nodes.get(index).copied().unwrap_or_default()
        };
        let (fx, fy) = ((x - column as f64) as f32, (y - row as f64) as f32);
        let top = at(column, row).toward(at(column + 1, row), fx);
        let bottom = at(column, row + 1).toward(at(column + 1, row + 1), fx);
        top.toward(bottom, fy)
    }

    /// Part of a star's light that arrives at a pixel.
    pub(crate) fn passes(&self, pixel: [f64; 2]) -> [f32; 3] {
        let [x, y] = self.grid.place_of(pixel);
        self.node(x, y).passes
    }

    /// Fills a picture with the smooth light.
    pub(crate) fn fill(&self, cells: &mut [[f32; 3]]) {
        let (width, spacing) = (self.grid.width, self.spacing);
        cells
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(y, line)| {
                let mut left = self.node(0.0, y as f64);
                for (block, cells) in line.chunks_mut(spacing).enumerate() {
                    let right = self.node(((block + 1) * spacing) as f64, y as f64);
                    let step: [f32; 3] = std::array::from_fn(|c| {
                        (right.electrons[c] - left.electrons[c]) / spacing as f32
                    });
                    let mut value = left.electrons;
                    for cell in cells {
                        *cell = value;
                        for c in 0..3 {
                            value[c] += step[c];
                        }
                    }
                    left = right;
                }
            });
    }

    /// Adds an object's light (or, for the Moon and the Sun, hides what lies behind).
    pub(crate) fn add(&self, texture: &Texture, cells: &mut [[f32; 3]]) {
        let Some((columns, rows)) = self.bounds(texture) else {
            return;
        };
        let lit = texture.lit(&TexelLight {
            continuum: self.light.surface,
            hydrogen: self.light.hydrogen,
            oxygen: self.light.oxygen,
        });
        let along = texture.axes().map(|axis| self.map.along(axis));
        let (density, center) = texture.scale();
        let width = self.grid.width;
        let first = rows.start;
        let Some(lines) = cells.get_mut(first * width..rows.end * width) else {
            return;
        };
        lines
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(line, cells)| {
                let y = (first + line) as f64;
                let middle = 0.5 * (columns.start + columns.end) as f64;
                let passes = self.node(middle, y).passes;
                // Along a row all three dot products are linear.
                let [px, py] = self.grid.to_pixel([columns.start as f64, y]);
                let [u, v, depth] = along.map(|[constant, per_x, per_y]| {
                    let start = constant + per_x * px + per_y * py;
                    (start, per_x * self.grid.pitch)
                });
                if depth.0 <= 0.1 {
                    return;
                }
                let Some(cells) = cells.get_mut(columns.clone()) else {
                    return;
                };
                let place = |step: usize| {
                    let step = step as f64;
                    let scale = density / (depth.0 + depth.1 * step);
                    [
                        ((u.0 + u.1 * step) * scale + center[0]) as f32,
                        ((v.0 + v.1 * step) * scale + center[1]) as f32,
                    ]
                };
                // Over so few cells perspective is a straight line, to a thousandth of a texel.
                let mut start = place(0);
                for (block, cells) in cells.chunks_mut(STRAIGHT).enumerate() {
                    let end = place((block + 1) * STRAIGHT);
                    let step = [0, 1].map(|axis| (end[axis] - start[axis]) / STRAIGHT as f32);
                    lit.add_line(&TexelLine { start, step }, passes, cells);
                    start = end;
                }
            });
    }

    /// The part of the grid a texture may touch.
    fn bounds(&self, texture: &Texture) -> Option<(Range<usize>, Range<usize>)> {
        let (half_u, half_v) = texture.half_extent();
        let [u, v, outward] = *texture.axes();
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for corner in [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]] {
            let side = vector::add_scaled(outward, u, corner[0] * half_u);
            let direction = vector::add_scaled(side, v, corner[1] * half_v);
            let pixel = self.map.pixel(vector::normalize(direction))?;
            let place = self.grid.place_of(pixel);
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let span = |axis: usize, length: usize| {
            let start = (low[axis] - 2.0).max(0.0);
            let end = (high[axis] + 3.0).min(length as f64);
            (start < end).then_some(start as usize..end as usize)
        };
        Some((span(0, self.grid.width)?, span(1, self.grid.height)?))
    }

    /// Covers what lies below the skyline with dark ground.
    pub(crate) fn hide_below(&self, skyline: &Skyline, cells: &mut [[f32; 3]]) {
        let size = (self.map.lens.pixel_scale().degrees() * self.grid.pitch) as f32;
        cells
            .par_chunks_mut(self.grid.width)
            .enumerate()
            .for_each(|(y, line)| {
                for (x, cell) in line.iter_mut().enumerate() {
                    let pixel = self.grid.to_pixel([x as f64, y as f64]);
                    let hidden = skyline.covers(self.map.ground_direction(pixel), size * 1.5);
                    if hidden > 0.0 {
                        let node = self.node(x as f64, y as f64).electrons;
                        let light = 0.3 * node[0] + 0.45 * node[1] + 0.25 * node[2];
                        let ground = [0.042, 0.050, 0.038];
                        for c in 0..3 {
                            cell[c] += (light * ground[c] - cell[c]) * hidden;
                        }
                    }
                }
            });
    }
}
