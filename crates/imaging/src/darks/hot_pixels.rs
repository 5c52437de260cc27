use crate::statistics::Spread;
use crate::{ImagingError, Plane, RawFrame};

/// Which pixels of a sensor are hot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotPixelMap {
    width: usize,
    height: usize,
    /// In rising order.
    indices: Vec<u32>,
}

impl HotPixelMap {
    pub(super) fn of(counts: &Plane<f32>, sigmas: f32) -> Self {
        let samples = counts.samples();
        let step = (samples.len() / 100_000).max(1) | 1;
        let spread = Spread::of(&mut samples.iter().copied().step_by(step).collect());
        // A dark of whole counts can have a spread of nought.
        let limit = spread.median + sigmas * spread.sigma().max(0.5);
        let hot = samples
            .iter()
            .zip(0_u32..)
            .filter(|(count, _)| **count > limit);
        Self {
            width: counts.width(),
            height: counts.height(),
            indices: hot.map(|(_, index)| index).collect(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.indices.len()
    }

    /// Whether a pixel is one of them.
    pub fn contains(&self, x: usize, y: usize) -> bool {
        let index = u32::try_from(y * self.width + x);
        x < self.width && index.is_ok_and(|index| self.indices.binary_search(&index).is_ok())
    }

    /// Replaces each by the mean of its nearest neighbours of the same colour that are not hot themselves.
    ///
    /// # Errors
    /// [`ImagingError::SizeMismatch`] when the frame has another size.
    pub fn repair(&self, frame: &mut RawFrame) -> Result<(), ImagingError> {
        let (expected, found) = ((self.width, self.height), (frame.width(), frame.height()));
        if expected != found {
            return Err(ImagingError::SizeMismatch { expected, found });
        }
        let mended: Vec<(usize, u16)> = self
            .indices
            .iter()
            .filter_map(|&index| Some((index as usize, self.around(frame, index as usize)?)))
            .collect();
        let samples = frame.mosaic.samples_mut();
        for (index, count) in mended {
            samples[index] = count;
        }
        Ok(())
    }

    fn around(&self, frame: &RawFrame, index: usize) -> Option<u16> {
        let (x, y) = (index % self.width, index / self.width);
        // The mosaic repeats every second pixel.
        let beside = |at: usize, length: usize| {
            [
                at.checked_sub(2),
                Some(at + 2).filter(|&next| next < length),
            ]
            .into_iter()
            .flatten()
        };
        let across = beside(x, self.width).map(|x| (x, y));
        let along = beside(y, self.height).map(|y| (x, y));
        let (sum, count) = across
            .chain(along)
            .filter(|&(x, y)| !self.contains(x, y))
            .fold((0_u32, 0_u32), |(sum, count), (x, y)| {
                (sum + u32::from(frame.mosaic.row(y)[x]), count + 1)
            });
        (count > 0).then(|| ((sum + count / 2) / count) as u16)
    }
}
