//! Work on whole pictures, compiled in this crate once for each type of sample.
//!
//! A generic function is compiled in the crate that calls it, with the optimisation of that crate; in a development
//! build that would be none. The methods of these implementations are not generic.

use crate::debayer::{Demosaic, demosaic_by, superpixels_of};
use crate::scale::shrunk_to_fit;
use crate::statistics::Spread;
use crate::stretch::{Stretch, sky};
use crate::{ImagingError, RawFrame, RgbFrame, RgbImage8};

/// What the public functions of the same names call.
pub trait Kernels: Sized {
    fn superpixels(frame: &RawFrame) -> Result<RgbFrame<Self>, ImagingError>;
    fn demosaic_into(frame: &RawFrame, method: Demosaic, colours: &mut RgbFrame<Self>);
    fn shrink_to_fit(image: &RgbFrame<Self>, widest: usize, highest: usize) -> RgbFrame<Self>;
    fn stretched(frame: &RgbFrame<Self>, stretch: &Stretch) -> RgbImage8;
    fn sky(frame: &RgbFrame<Self>) -> [Spread; 3];
}

macro_rules! compiled_for {
    ($($sample:ty),*) => {$(
        impl Kernels for $sample {
            fn superpixels(frame: &RawFrame) -> Result<RgbFrame<Self>, ImagingError> {
                superpixels_of(frame)
            }

            fn demosaic_into(frame: &RawFrame, method: Demosaic, colours: &mut RgbFrame<Self>) {
                demosaic_by(frame, method, colours);
            }

            fn shrink_to_fit(image: &RgbFrame<Self>, widest: usize, highest: usize) -> RgbFrame<Self> {
                shrunk_to_fit(image, widest, highest)
            }

            fn stretched(frame: &RgbFrame<Self>, stretch: &Stretch) -> RgbImage8 {
                stretch.apply_to(frame)
            }

            fn sky(frame: &RgbFrame<Self>) -> [Spread; 3] {
                sky(frame)
            }
        }
    )*};
}

compiled_for!(u8, u16, f32);
