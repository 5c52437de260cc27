//! Lenses and where they look: pixels to directions and back.

use skyhelm_units::{Angle, Horizontal, UnitVector};

use crate::vector::{self, Matrix3};

/// Where a camera looks and how it is rolled, in (north, east, up).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orientation {
    /// Rows: to the right in the picture, up in the picture, forward.
    axes: Matrix3,
}

impl Orientation {
    /// From where it looks and roughly where its up is.
    pub fn new(forward: UnitVector, up: UnitVector) -> Self {
        let forward = vector::normalize(forward);
        let along = vector::dot(forward, up);
        let up = vector::normalize(vector::add_scaled(up, forward, -along));
        // (north, east, up) is a left-handed triple, so "right" is up x forward.
        let right = vector::cross(up, forward);
        Self {
            axes: [right, up, forward],
        }
    }

    /// Looks in a direction with the horizon level.
    pub fn level(direction: Horizontal) -> Self {
        let azimuth = direction.azimuth.angle();
        let (sin_alt, cos_alt) = direction.altitude.angle().sin_cos();
        let (sin_az, cos_az) = azimuth.sin_cos();
        let up = [-sin_alt * cos_az, -sin_alt * sin_az, cos_alt];
        Self::new(direction.to_vector(), up)
    }

    /// Where it looks.
    pub fn direction(&self) -> Horizontal {
        Horizontal::from_vector(self.axes[2])
    }

    /// A direction seen from the camera: (right, up, forward).
    pub fn to_camera(&self, direction: UnitVector) -> UnitVector {
        vector::apply(&self.axes, direction)
    }

    /// A direction in the camera's frame, seen from the ground.
    pub fn to_world(&self, camera: UnitVector) -> UnitVector {
        vector::apply(&vector::transpose(&self.axes), camera)
    }
}

/// A lens before a sensor: gnomonic (a straight line in the world is straight in the picture).
///
/// # Units
/// Pixels count from the centre of the upper left pixel, x to the right, y down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// Width of the sensor's readout.
    pub width: usize,
    /// Height of the sensor's readout.
    pub height: usize,
    /// Edge of a pixel in micrometres.
    pub pixel_um: f64,
    /// Focal length in millimetres.
    pub focal_length_mm: f64,
    /// Clear aperture in millimetres.
    pub aperture_mm: f64,
    /// Full width at half maximum of a star by the lens alone at best focus, in pixels.
    pub sharpness_px: f64,
}

impl Lens {
    /// The tele camera of a DWARF 3 as it writes FITS: 3856 x 2180 pixels of 2.0 um at 150 mm, f/4.3.
    pub const DWARF3_TELE: Self = Self {
        width: 3856,
        height: 2180,
        pixel_um: 2.0,
        focal_length_mm: 150.0,
        aperture_mm: 35.0,
        sharpness_px: 1.95,
    };

    /// The wide camera of a DWARF 3: 1920 x 1080 pixels, 43.3 degrees wide.
    pub const DWARF3_WIDE: Self = Self {
        width: 1920,
        height: 1080,
        pixel_um: 2.9,
        focal_length_mm: 7.016,
        aperture_mm: 3.0,
        sharpness_px: 1.5,
    };

    /// Focal length in pixels.
    pub fn focal_px(&self) -> f64 {
        self.focal_length_mm * 1000.0 / self.pixel_um
    }

    /// What one pixel in the centre covers.
    pub fn pixel_scale(&self) -> Angle {
        Angle::from_radians(1.0 / self.focal_px())
    }

    /// Field of view across and up.
    pub fn field_of_view(&self) -> (Angle, Angle) {
        let full =
            |px: usize| Angle::from_radians(2.0 * (px as f64 / 2.0 / self.focal_px()).atan());
        (full(self.width), full(self.height))
    }

    /// Angle from the centre to a corner.
    pub fn half_diagonal(&self) -> Angle {
        let half = (self.width as f64).hypot(self.height as f64) / 2.0;
        Angle::from_radians((half / self.focal_px()).atan())
    }

    /// The picture's centre.
    pub fn center(&self) -> [f64; 2] {
        [
            (self.width as f64 - 1.0) / 2.0,
            (self.height as f64 - 1.0) / 2.0,
        ]
    }

    /// Where a direction in the camera's frame falls; `None` behind the camera.
    pub fn project(&self, camera: UnitVector) -> Option<[f64; 2]> {
        if camera[2] <= 1e-6 {
            return None;
        }
        let focal = self.focal_px();
        let [cx, cy] = self.center();
        Some([
            cx + focal * camera[0] / camera[2],
            cy - focal * camera[1] / camera[2],
        ])
    }

    /// The direction in the camera's frame that falls on a pixel.
    pub fn unproject(&self, pixel: [f64; 2]) -> UnitVector {
        let focal = self.focal_px();
        let [cx, cy] = self.center();
        vector::normalize([(pixel[0] - cx) / focal, (cy - pixel[1]) / focal, 1.0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tele_lens_sees_what_its_data_sheet_says() {
        let (across, up) = Lens::DWARF3_TELE.field_of_view();
        assert!((across.degrees() - 2.945).abs() < 0.01);
        assert!((up.degrees() - 1.665).abs() < 0.01);
        assert!((Lens::DWARF3_TELE.pixel_scale().arcseconds() - 2.75).abs() < 0.01);
        let (across, up) = Lens::DWARF3_WIDE.field_of_view();
        assert!((across.degrees() - 43.3).abs() < 0.1 && (up.degrees() - 25.2).abs() < 0.1);
    }

    #[test]
    fn facing_north_east_is_to_the_right_and_the_zenith_up() {
        let north = Orientation::level(Horizontal::from_degrees(0.0, 10.0).unwrap());
        let lens = Lens::DWARF3_WIDE;
        let east = Horizontal::from_degrees(5.0, 10.0).unwrap().to_vector();
        let above = Horizontal::from_degrees(0.0, 15.0).unwrap().to_vector();
        let [cx, cy] = lens.center();
        assert!(lens.project(north.to_camera(east)).unwrap()[0] > cx + 100.0);
        assert!(lens.project(north.to_camera(above)).unwrap()[1] < cy - 100.0);
    }

    #[test]
    fn a_pixel_and_back_is_the_same_pixel() {
        let lens = Lens::DWARF3_TELE;
        for pixel in [[0.0, 0.0], [3855.0, 12.5], [1000.25, 2179.0]] {
            let back = lens.project(lens.unproject(pixel)).unwrap();
            assert!((back[0] - pixel[0]).abs() < 1e-6 && (back[1] - pixel[1]).abs() < 1e-6);
        }
    }
}
