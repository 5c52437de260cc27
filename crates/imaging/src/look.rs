//! Brightness, contrast, colour and sharpness, as a display processor applies them.

use crate::RgbImage8;

/// What a camera's image processor does to what is shown. The sensor's own counts know nothing of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// From -1 to 1.
    pub brightness: f32,
    /// From -1 to 1.
    pub contrast: f32,
    /// From -1 (grey) to 1.
    pub saturation: f32,
    /// From -1 (soft) to 1.
    pub sharpness: f32,
    /// How far the colours are turned, in degrees.
    pub hue_deg: f32,
    /// The light the colours are made neutral for, in kelvin; `None` leaves it to the camera.
    pub light_kelvin: Option<f32>,
}

impl Look {
    /// Nothing changed.
    pub const NEUTRAL: Self = Self {
        brightness: 0.0,
        contrast: 0.0,
        saturation: 0.0,
        sharpness: 0.0,
        hue_deg: 0.0,
        light_kelvin: None,
    };
}

/// What a stretch takes from the colours, a developed picture gets back.
const VIVID: f32 = 1.45;
/// The most colour a picture can be given.
const MOST_VIVID: f32 = 2.2;
/// The light for which the white balance changes nothing.
const NEUTRAL_KELVIN: f32 = 5_500.0;
/// How far brightness moves the middle grey at most.
const BRIGHTNESS_RANGE: f32 = 100.0;
/// How much contrast changes the slope at most.
const CONTRAST_RANGE: f32 = 0.8;
/// How much of the detail the greatest sharpness adds.
const SHARPEST: f32 = 1.5;

/// Gives the live picture its look.
pub fn show(image: &mut RgbImage8, look: &Look) {
    apply(image, look, 1.0);
}

/// Gives a stretched picture its look.
pub fn develop(image: &mut RgbImage8, look: &Look) {
    apply(image, look, VIVID);
}

fn apply(image: &mut RgbImage8, look: &Look, vivid: f32) {
    let colours = Colours::of(look, vivid);
    if colours != Colours::NONE {
        for pixel in image.pixels_mut() {
            *pixel = colours.of_pixel(*pixel);
        }
    }
    if look.sharpness != 0.0 {
        sharpen(image, look.sharpness);
    }
}

/// All that is done to a pixel by itself: a matrix and what is added.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Colours {
    matrix: [[f32; 3]; 3],
    offset: f32,
}

impl Colours {
    const NONE: Self = Self {
        matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        offset: 0.0,
    };

    fn of(look: &Look, vivid: f32) -> Self {
        let slope = 1.0 + look.contrast * CONTRAST_RANGE;
        let balance = look.light_kelvin.map_or([1.0; 3], balance);
        let saturation = if look.saturation < 0.0 {
            vivid * (1.0 + look.saturation)
        } else {
            vivid + (MOST_VIVID - vivid) * look.saturation
        };
        let turn = turn(look.hue_deg);
        let grey = 1.0 / 3.0;
        let matrix = std::array::from_fn(|row| {
            std::array::from_fn(|column| {
                // Turned about grey, then drawn away from it: greys stay what they are.
                let turned = saturation * (turn[row][column] - grey) + grey;
                slope * turned * balance[column]
            })
        });
        Self {
            matrix,
            offset: 128.0 * (1.0 - slope) + look.brightness * BRIGHTNESS_RANGE,
        }
    }

    fn of_pixel(&self, pixel: [u8; 3]) -> [u8; 3] {
        let [red, green, blue] = pixel.map(f32::from);
        self.matrix
            .map(|[r, g, b]| (r * red + g * green + b * blue + self.offset + 0.5) as u8)
    }
}

/// A turn of the colours about the axis of the greys.
fn turn(degrees: f32) -> [[f32; 3]; 3] {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let same = (1.0 + 2.0 * cos) / 3.0;
    let next = (1.0 - cos) / 3.0;
    let skew = sin / 3.0_f32.sqrt();
    [
        [same, next - skew, next + skew],
        [next + skew, same, next - skew],
        [next - skew, next + skew, same],
    ]
}

/// What red, green and blue are multiplied with to make a light neutral: a warm light has too much red,
/// so a low temperature makes the picture bluer. On a display's scale, hence the root.
fn balance(kelvin: f32) -> [f32; 3] {
    let gains = LINES_NM.map(|line| {
        let ratio = glow(line, NEUTRAL_KELVIN) / glow(line, kelvin);
        ratio.powf(1.0 / 2.2)
    });
    gains.map(|gain| gain / gains[1])
}

/// Where the three colours are most sensitive.
const LINES_NM: [f32; 3] = [610.0, 540.0, 465.0];

/// The light of a glowing body at a wavelength, by Planck, but for a factor.
fn glow(line_nm: f32, kelvin: f32) -> f32 {
    /// Second radiation constant, in nanometres times kelvin.
    const C2: f32 = 1.438_777e7;
    1.0 / ((C2 / (line_nm * kelvin)).exp() - 1.0)
}

/// Adds to each pixel what it is more than its neighbours, or takes it away.
fn sharpen(image: &mut RgbImage8, sharpness: f32) {
    let amount = if sharpness > 0.0 {
        sharpness * SHARPEST
    } else {
        sharpness
    };
    let (width, height) = (image.width(), image.height());
    let before = image.pixels().to_vec();
    let row = |y: usize| &before[y * width..(y + 1) * width];
    for y in 0..height {
        let rows = [
            row(y.saturating_sub(1)),
            row(y),
            row((y + 1).min(height - 1)),
        ];
        for x in 0..width {
            let columns = [x.saturating_sub(1), x, (x + 1).min(width - 1)];
            let pixel = &mut image.pixels_mut()[y * width + x];
            for colour in 0..3 {
                let sum: u32 = rows
                    .iter()
                    .flat_map(|row| columns.map(|x| u32::from(row[x][colour])))
                    .sum();
                let here = f32::from(rows[1][x][colour]);
                let detail = here - sum as f32 / 9.0;
                pixel[colour] = (here + amount * detail + 0.5) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(pixel: [u8; 3], look: Look) -> [u8; 3] {
        let mut image = RgbImage8::new(1, 1, vec![pixel]).unwrap();
        show(&mut image, &look);
        image.pixels()[0]
    }

    #[test]
    fn a_neutral_look_changes_nothing() {
        // Exactly: then the pixels are not even touched.
        assert_eq!(Colours::of(&Look::NEUTRAL, 1.0), Colours::NONE);
        assert_eq!(one([10, 200, 90], Look::NEUTRAL), [10, 200, 90]);
    }

    #[test]
    fn without_saturation_everything_is_grey_also_in_a_developed_picture() {
        let grey = Look {
            saturation: -1.0,
            ..Look::NEUTRAL
        };
        for finish in [show, develop] {
            let mut image = RgbImage8::new(1, 1, vec![[10, 200, 90]]).unwrap();
            finish(&mut image, &grey);
            assert_eq!(image.pixels()[0], [100; 3]);
        }
    }

    #[test]
    fn a_third_of_a_turn_makes_red_green() {
        let third = Look {
            hue_deg: 120.0,
            ..Look::NEUTRAL
        };
        assert_eq!(one([200, 20, 20], third), [20, 200, 20]);
        assert_eq!(one([90, 90, 90], third), [90; 3]);
    }

    #[test]
    fn a_balance_for_warm_light_makes_grey_bluish_and_one_for_cold_light_reddish() {
        let for_light = |kelvin| {
            let look = Look {
                light_kelvin: Some(kelvin),
                ..Look::NEUTRAL
            };
            one([100; 3], look)
        };
        let [red, green, blue] = for_light(2_800.0);
        assert!(red < green && green < blue, "{red} {green} {blue}");
        let [red, green, blue] = for_light(7_500.0);
        assert!(red > green && green > blue, "{red} {green} {blue}");
        assert_eq!(for_light(5_500.0), [100; 3]);
    }

    #[test]
    fn sharpness_raises_an_edge_and_softness_lowers_it() {
        let edge = |sharpness| {
            let pixels = (0..6).map(|x| [if x < 3 { 100 } else { 140 }; 3]).collect();
            let mut image = RgbImage8::new(6, 1, pixels).unwrap();
            let look = Look {
                sharpness,
                ..Look::NEUTRAL
            };
            show(&mut image, &look);
            i32::from(image.pixels()[3][0]) - i32::from(image.pixels()[2][0])
        };
        assert!(edge(-1.0) < edge(0.0) && edge(0.0) < edge(1.0));
    }
}
