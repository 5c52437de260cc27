//! From sensor counts to a picture for the eye.

use rayon::prelude::*;

use crate::statistics::Spread;
use crate::{RgbFrame, RgbImage8, Sample};

/// How brightness between black and white is bent. Maps 0 to 0 and 1 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Curve {
    /// Not at all.
    #[default]
    Linear,
    /// The midtones transfer function: the given value, between 0 and 1, becomes one half.
    Midtones(f32),
    /// `asinh(strength * x) / asinh(strength)`: linear in the dark, logarithmic in the bright, so that
    /// stars keep their colour.
    Asinh(f32),
}

impl Curve {
    /// The curve at `x`, which is clamped into 0 to 1.
    pub fn at(self, x: f32) -> f32 {
        let x = x.clamp(0.0, 1.0);
        match self {
            Self::Midtones(balance) => midtones(balance, x),
            Self::Asinh(strength) if strength > 1e-6 => (strength * x).asinh() / strength.asinh(),
            Self::Linear | Self::Asinh(_) => x,
        }
    }

    /// The curve of a family that lifts `x` to `y`.
    fn through(family: CurveFamily, x: f32, y: f32) -> Self {
        match family {
            // The function is its own inverse in this sense: the balance that takes x to y is the
            // value that the balance y takes x to.
            CurveFamily::Midtones => Self::Midtones(midtones(y, x.clamp(1e-6, 0.999))),
            CurveFamily::Asinh => {
                let (mut low, mut high) = (0.0_f32, 20.0_f32);
                for _ in 0..40 {
                    let middle = f32::midpoint(low, high);
                    if Self::Asinh(middle.exp()).at(x) < y {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                Self::Asinh(low.exp())
            }
        }
    }
}

fn midtones(balance: f32, x: f32) -> f32 {
    let divisor = (2.0 * balance - 1.0) * x - balance;
    if divisor == 0.0 {
        return x;
    }
    ((balance - 1.0) * x / divisor).clamp(0.0, 1.0)
}

/// Which curve an automatic stretch uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CurveFamily {
    /// [`Curve::Midtones`].
    #[default]
    Midtones,
    /// [`Curve::Asinh`].
    Asinh,
}

/// Whether the colours are stretched alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linking {
    /// One curve for all, each colour's sky brought to the same grey first: stars keep their colours.
    #[default]
    NeutralSky,
    /// One curve and one black point for all: the sky keeps its colour too.
    Linked,
    /// A curve for each colour.
    PerChannel,
}

/// Wishes for an automatic stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AutoStretch {
    /// How bright the sky becomes, 0 to 1.
    pub sky: f32,
    /// How many standard deviations of the sky's noise below the sky black lies.
    pub shadow_sigmas: f32,
    /// Whether the colours are stretched alike.
    pub linking: Linking,
    /// The curve.
    pub family: CurveFamily,
    /// Factors for red, green and blue above the sky: white balance.
    pub balance: [f32; 3],
}

impl Default for AutoStretch {
    fn default() -> Self {
        Self {
            sky: 0.12,
            shadow_sigmas: 2.8,
            linking: Linking::default(),
            family: CurveFamily::default(),
            balance: [1.0; 3],
        }
    }
}

/// What becomes of one colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// The count that becomes black.
    pub black: f32,
    /// The count that becomes full brightness.
    pub white: f32,
    /// How the counts between are bent.
    pub curve: Curve,
}

impl Levels {
    /// Brightness of a count, 0 to 1.
    pub fn at(&self, count: f32) -> f32 {
        self.curve.at((count - self.black) / self.range())
    }

    fn range(&self) -> f32 {
        (self.white - self.black).max(f32::MIN_POSITIVE)
    }
}

/// A stretch ready to be applied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Red, green, blue.
    pub channels: [Levels; 3],
}

/// Pixels looked at to measure the sky: the median of so many is good to a few per mille of the noise.
const MEASURED: usize = 60_000;

impl Stretch {
    /// The same levels for all colours.
    pub fn manual(levels: Levels) -> Self {
        Self {
            channels: [levels; 3],
        }
    }

    /// Measures the sky of a frame and chooses levels that show it.
    pub fn auto<T: Sample>(frame: &RgbFrame<T>, wishes: &AutoStretch) -> Self {
        Self::for_sky(measure(frame), T::FULL_SCALE, wishes)
    }

    /// Levels for a sky that was measured before: keeps the look of a series steady.
    pub fn for_sky(sky: [Spread; 3], full_scale: f32, wishes: &AutoStretch) -> Self {
        let mean = |of: fn(&Spread) -> f32| sky.iter().map(of).sum::<f32>() / 3.0;
        let common = Spread {
            median: mean(|s| s.median),
            mad: mean(|s| s.mad),
        };
        let linked = match wishes.linking {
            // A sky of strong colour must not lose its weakest channel below a common black.
            Linking::Linked => {
                let medians = sky.iter().map(|own| own.median - common.median);
                let lowest = medians.fold(0.0, f32::min);
                levels_for(common, -lowest, full_scale, wishes)
            }
            _ => levels_for(common, 0.0, full_scale, wishes),
        };
        let channels = [0, 1, 2].map(|index: usize| {
            let own = sky[index];
            let levels = match wishes.linking {
                Linking::PerChannel => levels_for(own, 0.0, full_scale, wishes),
                Linking::Linked => linked,
                Linking::NeutralSky => {
                    let offset = own.median - common.median;
                    Levels {
                        black: linked.black + offset,
                        white: linked.white + offset,
                        ..linked
                    }
                }
            };
            balanced(levels, own.median, wishes.balance[index])
        });
        Self { channels }
    }

    /// The picture.
    pub fn apply<T: Sample>(&self, frame: &RgbFrame<T>) -> RgbImage8 {
        T::stretched(frame, self)
    }

    /// The picture with another type of sample, such as 16 bits for a PNG.
    pub fn apply_to<T: Sample, U: Sample>(&self, frame: &RgbFrame<T>) -> RgbFrame<U> {
        let mut pixels = vec![[U::default(); 3]; frame.pixels().len()];
        // One table per colour costs less than a curve per sample as soon as a frame has more samples
        // than the type has values.
        let tables = (T::VALUES > 0 && T::VALUES < frame.pixels().len())
            .then(|| self.channels.map(|levels| table::<U>(&levels, T::VALUES)));
        let quotients = self.channels.map(|levels| Quotient::of(&levels));
        let chunk = 1 << 14;
        pixels
            .par_chunks_mut(chunk)
            .zip(frame.pixels().par_chunks(chunk))
            .for_each(|(out, pixels)| match (&tables, quotients) {
                (Some([red, green, blue]), _) => {
                    for (out, [r, g, b]) in out.iter_mut().zip(pixels) {
                        *out = [red[r.index()], green[g.index()], blue[b.index()]];
                    }
                }
                (None, [Some(red), Some(green), Some(blue)]) => {
                    let at = |quotient: &Quotient, sample: &T| {
                        U::from_f32(quotient.at(sample.to_f32()) * U::FULL_SCALE)
                    };
                    for (out, [r, g, b]) in out.iter_mut().zip(pixels) {
                        *out = [at(&red, r), at(&green, g), at(&blue, b)];
                    }
                }
                _ => {
                    for (out, pixel) in out.iter_mut().zip(pixels) {
                        for channel in 0..3 {
                            let count = pixel[channel].to_f32();
                            out[channel] = shade(&self.channels[channel], count);
                        }
                    }
                }
            });
        RgbFrame::made(frame.width(), frame.height(), pixels)
    }
}

/// [`Levels`] as one quotient without a branch: `p x / (q x + r)`, `x` from 0 to 1.
#[derive(Clone, Copy, Debug)]
struct Quotient {
    black: f32,
    scale: f32,
    p: f32,
    q: f32,
    r: f32,
}

impl Quotient {
    /// `None` for curves that are no quotient.
    fn of(levels: &Levels) -> Option<Self> {
        let (p, q, r) = match levels.curve {
            Curve::Linear => (1.0, 0.0, 1.0),
            Curve::Midtones(balance) => {
                let balance = balance.clamp(1e-6, 1.0 - 1e-6);
                (balance - 1.0, 2.0 * balance - 1.0, -balance)
            }
            Curve::Asinh(_) => return None,
        };
        Some(Self {
            black: levels.black,
            scale: 1.0 / levels.range(),
            p,
            q,
            r,
        })
    }

    fn at(&self, count: f32) -> f32 {
        let x = ((count - self.black) * self.scale).clamp(0.0, 1.0);
        self.p * x / (self.q * x + self.r)
    }
}

/// The sky of each colour, from a regular sample of pixels.
pub fn measure<T: Sample>(frame: &RgbFrame<T>) -> [Spread; 3] {
    T::sky(frame)
}

pub(crate) fn sky<T: Sample>(frame: &RgbFrame<T>) -> [Spread; 3] {
    // An even step could meet one column parity only, which in a mosaic's offspring is a bias.
    let step = (frame.pixels().len() / MEASURED).max(1) | 1;
    let mut channels: [Vec<f32>; 3] = Default::default();
    for pixel in frame.pixels().iter().step_by(step) {
        for (channel, sample) in channels.iter_mut().zip(pixel) {
            channel.push(sample.to_f32());
        }
    }
    channels.map(|mut values| Spread::of(&mut values))
}

/// Levels for one sky, with black lower than its noise asks for by `reserve`.
fn levels_for(sky: Spread, reserve: f32, full_scale: f32, wishes: &AutoStretch) -> Levels {
    // A sky without any noise (a drawn test picture) still needs black below it.
    let sigma = sky.sigma().max(full_scale * 1e-5);
    let black = (sky.median - reserve - wishes.shadow_sigmas * sigma).max(0.0);
    let white = full_scale.max(black + 1.0);
    let x = (sky.median - black) / (white - black);
    Levels {
        black,
        white,
        curve: Curve::through(wishes.family, x, wishes.sky.clamp(0.01, 0.9)),
    }
}

/// Multiplies what lies above the sky by a factor.
fn balanced(levels: Levels, sky: f32, factor: f32) -> Levels {
    if !(factor.is_finite() && factor > 0.0) {
        return levels;
    }
    Levels {
        black: sky - (sky - levels.black) / factor,
        white: sky + (levels.white - sky) / factor,
        ..levels
    }
}

fn shade<U: Sample>(levels: &Levels, count: f32) -> U {
    U::from_f32(levels.at(count) * U::FULL_SCALE)
}

fn table<U: Sample>(levels: &Levels, values: usize) -> Vec<U> {
    (0..values)
        .map(|count| shade(levels, count as f32))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RgbFrame16;

    /// A grainy sky of three levels with a few stars.
    fn sky() -> RgbFrame16 {
        let mut pixels: Vec<[u16; 3]> = (0..300 * 400_u32)
            .map(|i| {
                let noise = (i.wrapping_mul(2_654_435_761) >> 16) as u16 % 64;
                [900 + noise, 1500 + noise, 600 + noise]
            })
            .collect();
        for star in 0..20 {
            pixels[star * 5003] = [60_000, 60_000, 60_000];
        }
        RgbFrame::new(400, 300, pixels).unwrap()
    }

    fn sky_of(image: &RgbImage8) -> [f32; 3] {
        measure(image).map(|spread| spread.median / 255.0)
    }

    #[test]
    fn the_sky_lands_where_it_was_wished_and_is_grey() {
        for family in [CurveFamily::Midtones, CurveFamily::Asinh] {
            for linking in [Linking::NeutralSky, Linking::PerChannel] {
                let wishes = AutoStretch {
                    sky: 0.2,
                    linking,
                    family,
                    ..AutoStretch::default()
                };
                let image = Stretch::auto(&sky(), &wishes).apply(&sky());
                for level in sky_of(&image) {
                    assert!((level - 0.2).abs() < 0.01, "{family:?} {linking:?} {level}");
                }
                assert!(image.pixels()[0][1] > 200, "a star is bright");
            }
        }
    }

    #[test]
    fn a_linked_stretch_keeps_the_colour_of_the_sky() {
        let wishes = AutoStretch {
            linking: Linking::Linked,
            ..AutoStretch::default()
        };
        let [red, green, blue] = sky_of(&Stretch::auto(&sky(), &wishes).apply(&sky()));
        assert!(green > red + 0.1 && red > blue + 0.05);
    }

    #[test]
    fn balance_brightens_a_colour_above_the_sky_only() {
        let wishes = AutoStretch {
            balance: [2.0, 1.0, 1.0],
            family: CurveFamily::Asinh,
            ..AutoStretch::default()
        };
        let stretch = Stretch::auto(&sky(), &wishes);
        let [red, green, _] = stretch.channels;
        let above = |levels: Levels, sky: f32, more: f32| levels.at(sky + more);
        let (red_sky, green_sky) = (measure(&sky())[0].median, measure(&sky())[1].median);
        assert!((above(red, red_sky, 0.0) - above(green, green_sky, 0.0)).abs() < 0.01);
        let (half, full) = (above(red, red_sky, 1000.0), above(green, green_sky, 2000.0));
        assert!((half - full).abs() < 0.01);
    }

    #[test]
    fn a_table_and_the_curve_itself_agree() {
        let frame = sky();
        let stretch = Stretch::auto(&frame, &AutoStretch::default());
        let by_table = stretch.apply(&frame);
        let by_curve = stretch.apply(&frame.convert::<f32>());
        let pairs = by_table
            .pixels()
            .iter()
            .flatten()
            .zip(by_curve.pixels().iter().flatten());
        assert!(pairs.into_iter().all(|(a, b)| a.abs_diff(*b) <= 1));
    }

    #[test]
    fn curves_rise_from_nought_to_one() {
        for curve in [
            Curve::Linear,
            Curve::Midtones(0.003),
            Curve::Midtones(0.5),
            Curve::Asinh(500.0),
            Curve::Asinh(0.0),
        ] {
            let values: Vec<f32> = (0..=1000).map(|i| curve.at(i as f32 / 1000.0)).collect();
            assert!(values[0].abs() < 1e-6 && (values[1000] - 1.0).abs() < 1e-5);
            assert!(
                values.windows(2).all(|pair| pair[1] >= pair[0]),
                "{curve:?}"
            );
        }
        assert!((Curve::Midtones(0.003).at(0.003) - 0.5).abs() < 1e-4);
    }

    #[test]
    fn frames_of_one_colour_or_none_do_no_harm() {
        for level in [0.0_f32, 65535.0, f32::NAN, f32::INFINITY] {
            let frame = RgbFrame::new(4, 4, vec![[level; 3]; 16]).unwrap();
            let stretch = Stretch::auto(&frame, &AutoStretch::default());
            let _ = stretch.apply(&frame);
        }
    }
}
