use std::sync::LazyLock;

use super::Motion;
use crate::RgbFrameF32;
use crate::stretch::measure;

/// How a sub is read between its pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resampling {
    /// The nearest pixel: the noise of the mean falls exactly as it should, stars become up to 0.1 px wider.
    Nearest,
    /// Between the four nearest: smooths stars and noise by an amount that depends on the shift.
    Bilinear,
    /// Over 6 x 6 pixels: keeps stars sharp and nearly all of the noise.
    #[default]
    Lanczos3,
}

/// Taps of the Lanczos kernel along one axis.
const TAPS: usize = 6;
/// Steps between two pixels at which the kernel is tabled.
const PHASES: usize = 512;

static KERNEL: LazyLock<Vec<[f32; TAPS]>> = LazyLock::new(|| {
    (0..PHASES)
        .map(|step| taps(step as f64 / PHASES as f64))
        .collect()
});

/// The weights of the pixels at -2 to 3 for a place this far behind pixel 0; their sum is one.
fn taps(fraction: f64) -> [f32; TAPS] {
    let weights: [f64; TAPS] = core::array::from_fn(|tap| {
        let distance = core::f64::consts::PI * (tap as f64 - 2.0 - fraction);
        if distance.abs() < 1e-9 {
            1.0
        } else if distance.abs() >= 3.0 * core::f64::consts::PI {
            0.0
        } else {
            3.0 * distance.sin() * (distance / 3.0).sin() / (distance * distance)
        }
    });
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| (weight / sum) as f32)
}

/// Reads a sub on the grid of the reference.
pub(super) struct Sampler<'a> {
    flat: &'a [f32],
    width: usize,
    height: usize,
    motion: Motion,
    resampling: Resampling,
    kernel: &'static [[f32; TAPS]],
    /// Places from here on are too near to the frame's end for the whole kernel.
    last_lanczos: (f64, f64),
    /// How far a value may lie below the four pixels around it.
    margin: f32,
}

/// Three colours and a fourth lane that is filled with whatever comes next: four lanes are one vector
/// register, three are none.
type Lanes = [f32; 4];

impl<'a> Sampler<'a> {
    pub(super) fn new(sub: &'a RgbFrameF32, motion: Motion, resampling: Resampling) -> Self {
        Self {
            flat: sub.pixels().as_flattened(),
            width: sub.width(),
            height: sub.height(),
            motion,
            resampling,
            kernel: &KERNEL,
            margin: 2.0
                * measure(sub)
                    .map(|sky| sky.sigma())
                    .into_iter()
                    .fold(0.0, f32::max),
            last_lanczos: (sub.width() as f64 - 4.5, sub.height() as f64 - 4.5),
        }
    }

    /// Calls `put` with each pixel of a row of the reference that the sub covers.
    pub(super) fn row(&self, y: usize, width: usize, put: impl FnMut(usize, [f32; 3])) {
        match self.resampling {
            Resampling::Nearest => self.row_with(y, width, Self::nearest, put),
            Resampling::Bilinear => self.row_with(y, width, Self::bilinear, put),
            Resampling::Lanczos3 => self.row_with(y, width, Self::lanczos, put),
        }
    }

    fn row_with(
        &self,
        y: usize,
        width: usize,
        read: impl Fn(&Self, f64, f64) -> Option<[f32; 3]>,
        mut put: impl FnMut(usize, [f32; 3]),
    ) {
        let (sin, cos) = self.motion.rotation.sin_cos();
        let start_x = self.motion.shift_x - sin * y as f64;
        let start_y = self.motion.shift_y + cos * y as f64;
        for x in 0..width {
            let (from_x, from_y) = (start_x + cos * x as f64, start_y + sin * x as f64);
            if let Some(value) = read(self, from_x, from_y) {
                put(x, value);
            }
        }
    }

    fn nearest(&self, x: f64, y: f64) -> Option<[f32; 3]> {
        // Adding a half and cutting rounds; `round` itself is a library call on older processors.
        let (x, y) = (x + 0.5, y + 0.5);
        let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
        if !inside {
            return None;
        }
        self.pixel(x as i32 as usize, y as i32 as usize)
    }

    fn bilinear(&self, x: f64, y: f64) -> Option<[f32; 3]> {
        let (last_x, last_y) = ((self.width - 1) as f64, (self.height - 1) as f64);
        // A hundredth of a pixel beyond the edge is rounding, not absence.
        if !(-0.01..=last_x + 0.01).contains(&x) || !(-0.01..=last_y + 0.01).contains(&y) {
            return None;
        }
        let (x, y) = (x.clamp(0.0, last_x), y.clamp(0.0, last_y));
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = ((x - column as f64) as f32, (y - row as f64) as f32);
        let (right, below) = (
            (column + 1).min(self.width - 1),
            (row + 1).min(self.height - 1),
        );
        let corners = [
            (self.pixel(column, row)?, (1.0 - fx) * (1.0 - fy)),
            (self.pixel(right, row)?, fx * (1.0 - fy)),
            (self.pixel(column, below)?, (1.0 - fx) * fy),
            (self.pixel(right, below)?, fx * fy),
        ];
        let mut value = [0.0; 3];
        for (pixel, weight) in corners {
            for channel in 0..3 {
                value[channel] += weight * pixel[channel];
            }
        }
        Some(value)
    }

    fn lanczos(&self, x: f64, y: f64) -> Option<[f32; 3]> {
        let (last_x, last_y) = self.last_lanczos;
        let inside = x >= 2.0 && y >= 2.0 && x < last_x && y < last_y;
        if !inside {
            return self.bilinear(x, y);
        }
        // One conversion gives the pixel and the phase; conversions from f64 are what costs here.
        let steps = |place: f64| (place * PHASES as f64 + 0.5) as i32 as usize;
        let (x, y) = (steps(x), steps(y));
        let (column, row) = (x / PHASES, y / PHASES);
        // Spread over the lanes once, not once per row.
        let across: [Lanes; TAPS] = self.kernel.get(x % PHASES)?.map(|weight| [weight; 4]);
        let down = self.kernel.get(y % PHASES)?;
        let mut value = Lanes::default();
        for (tap, weight) in down.iter().enumerate() {
            let start = 3 * ((row + tap - 2) * self.width + column - 2);
            // Six pixels and the lane behind the last one.
            let line: &[f32; 3 * TAPS + 1] = self.flat.get(start..)?.first_chunk()?;
            let mut sum = Lanes::default();
            for (index, weight) in across.iter().enumerate() {
                for lane in 0..4 {
                    sum[lane] += weight[lane] * line[3 * index + lane];
                }
            }
            for lane in 0..4 {
                value[lane] += weight * sum[lane];
            }
        }
        let [red, green, blue, _] = self.held(value, column, row)?;
        Some([red, green, blue])
    }

    /// Cuts off the kernel's dark rings around bright stars. Below the nearest four pixels only noise is
    /// allowed, by a margin that leaves the mean of a noisy sky alone; above them the tip of a star is.
    fn held(&self, value: Lanes, column: usize, row: usize) -> Option<Lanes> {
        let start = 3 * (row * self.width + column);
        let above: &[f32; 7] = self.flat.get(start..)?.first_chunk()?;
        let below: &[f32; 7] = self.flat.get(start + 3 * self.width..)?.first_chunk()?;
        let mut held = value;
        for lane in 0..4 {
            let corners = [above[lane], above[lane + 3], below[lane], below[lane + 3]];
            let (mut low, mut high) = (corners[0], corners[0]);
            for corner in corners {
                // Unlike `f32::min` a plain comparison is one instruction.
                low = if corner < low { corner } else { low };
                high = if corner > high { corner } else { high };
            }
            let floor = low - self.margin;
            let ceiling = high + (high - low) + self.margin;
            let raised = if value[lane] < floor {
                floor
            } else {
                value[lane]
            };
            held[lane] = if raised > ceiling { ceiling } else { raised };
        }
        Some(held)
    }

    fn pixel(&self, column: usize, row: usize) -> Option<[f32; 3]> {
        let start = 3 * (row * self.width + column);
        self.flat.get(start..)?.first_chunk().copied()
    }
}
