use crate::Plane;

/// A summit of the filtered image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peak {
    pub(super) x: usize,
    pub(super) y: usize,
    /// The filtered value there.
    pub(super) height: f32,
    /// Pixels that belong to it.
    pub(super) area: usize,
}

/// A summit is a star of its own when it stands out from the saddle to a higher one by its noise limit
/// and by this share of its height.
const CONTRAST: f32 = 0.1;

/// Finds summits by flooding from above: pixels are met from the brightest down; each joins a neighbour's
/// summit or founds one. Where two meet, the lower one is swallowed unless it stands out.
pub(super) fn find(
    image: &Plane<f32>,
    threshold: impl Fn(usize, usize) -> f32 + Sync,
    noise_limit: impl Fn(usize, usize) -> f32,
) -> Vec<Peak> {
    let width = image.width();
    let mut above = bright_pixels(image, threshold);
    let value = |index: u32| image.samples()[index as usize];
    above.sort_unstable_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));

    let mut flood = Flood {
        // Summit of each pixel plus one; zero is dry land.
        summit_of: vec![0; image.samples().len()],
        parents: Vec::new(),
        peaks: Vec::new(),
    };
    for index in above {
        let (x, y) = (index as usize % width, index as usize / width);
        let level = value(index);
        let mut own = None;
        for near in neighbours(x, y, width, image.height()) {
            let Some(other) = flood.root_at(near) else {
                continue;
            };
            own = Some(match own {
                None => other,
                Some(own) => flood.meet(own, other, level, &noise_limit),
            });
        }
        let own = own.unwrap_or_else(|| flood.found(x, y, level));
        flood.summit_of[index as usize] = own as u32 + 1;
        flood.peaks[own].area += 1;
    }
    flood.into_peaks()
}

fn bright_pixels(image: &Plane<f32>, threshold: impl Fn(usize, usize) -> f32 + Sync) -> Vec<u32> {
    use rayon::prelude::*;
    (0..image.height())
        .into_par_iter()
        .flat_map_iter(|y| {
            let threshold = &threshold;
            let start = y * image.width();
            image
                .row(y)
                .iter()
                .enumerate()
                .filter(move |&(x, &value)| value > threshold(x, y))
                .map(move |(x, _)| (start + x) as u32)
        })
        .collect()
}

fn neighbours(x: usize, y: usize, width: usize, height: usize) -> impl Iterator<Item = usize> {
    let columns = x.saturating_sub(1)..(x + 2).min(width);
    (y.saturating_sub(1)..(y + 2).min(height))
        .flat_map(move |row| columns.clone().map(move |column| row * width + column))
}

struct Flood {
    summit_of: Vec<u32>,
    /// Swallowed summits point to the one that swallowed them.
    parents: Vec<usize>,
    peaks: Vec<Peak>,
}

impl Flood {
    fn found(&mut self, x: usize, y: usize, height: f32) -> usize {
        self.parents.push(self.parents.len());
        self.peaks.push(Peak {
            x,
            y,
            height,
            area: 0,
        });
        self.parents.len() - 1
    }

    fn root_at(&mut self, pixel: usize) -> Option<usize> {
        let mut summit = self.summit_of[pixel].checked_sub(1)? as usize;
        while self.parents[summit] != summit {
            self.parents[summit] = self.parents[self.parents[summit]];
            summit = self.parents[summit];
        }
        Some(summit)
    }

    /// Two summits touch at a level. Returns the one the pixel between them belongs to.
    fn meet(
        &mut self,
        a: usize,
        b: usize,
        level: f32,
        noise_limit: &impl Fn(usize, usize) -> f32,
    ) -> usize {
        if a == b {
            return a;
        }
        let (high, low) = if self.peaks[a].height >= self.peaks[b].height {
            (a, b)
        } else {
            (b, a)
        };
        let lower = self.peaks[low];
        let limit = noise_limit(lower.x, lower.y).max(CONTRAST * lower.height);
        if lower.height - level < limit {
            self.parents[low] = high;
            self.peaks[high].area += lower.area;
        }
        high
    }

    fn into_peaks(self) -> Vec<Peak> {
        self.peaks
            .into_iter()
            .enumerate()
            .filter(|&(index, _)| self.parents[index] == index)
            .map(|(_, peak)| peak)
            .collect()
    }
}
