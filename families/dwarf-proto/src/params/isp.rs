use super::Camera;

/// An image setting whose device value differs from the one a person sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isp {
    /// Brightness.
    Brightness,
    /// Contrast.
    Contrast,
    /// Saturation.
    Saturation,
    /// Hue.
    Hue,
    /// Sharpness.
    Sharpness,
}

/// How a setting goes to the wire and back (API 2.0 §4.7.33 to §4.7.42, §4.9.21 to §4.9.25).
///
/// The document does not say which of its two values travels; the device value is read, as API 1.0
/// sends exactly its range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IspMapping {
    /// Smallest and largest value a person sees.
    pub shown: (i32, i32),
    /// Smallest and largest value on the wire.
    pub device: (i32, i32),
    /// What a person sees at first.
    pub shown_default: i32,
    /// What the device starts with. The wide contrast's is not the image of its shown default:
    /// the document prints both.
    pub device_default: i32,
}

impl IspMapping {
    /// The mapping of a setting.
    pub const fn of(camera: Camera, setting: Isp) -> Self {
        const FULL: (i32, i32) = (-100, 100);
        let (shown, device, shown_default, device_default) = match (camera, setting) {
            (Camera::Tele, Isp::Brightness | Isp::Contrast | Isp::Saturation) => {
                (FULL, (0, 255), 0, 128)
            }
            (Camera::Tele, Isp::Hue) => ((-180, 180), (0, 255), 0, 128),
            (Camera::Tele, Isp::Sharpness) => ((0, 100), (0, 100), 50, 50),
            (Camera::Wide, Isp::Brightness) => (FULL, (-64, 64), 0, 0),
            (Camera::Wide, Isp::Contrast) => (FULL, (0, 95), 0, 0),
            (Camera::Wide, Isp::Saturation) => (FULL, (0, 100), 60, 80),
            (Camera::Wide, Isp::Hue) => ((-180, 180), (-2000, 2000), 0, 0),
            (Camera::Wide, Isp::Sharpness) => ((0, 100), (1, 7), 17, 2),
        };
        Self {
            shown,
            device,
            shown_default,
            device_default,
        }
    }

    /// From what a person sees to the wire, clamped, half rounded up.
    pub fn to_device(self, shown: i32) -> i32 {
        scale(shown, self.shown, self.device)
    }

    /// From the wire to what a person sees, clamped, half rounded up.
    pub fn to_shown(self, device: i32) -> i32 {
        scale(device, self.device, self.shown)
    }
}

fn scale(value: i32, from: (i32, i32), to: (i32, i32)) -> i32 {
    let value = f64::from(value.clamp(from.0, from.1));
    let part = (value - f64::from(from.0)) / f64::from(from.1 - from.0);
    let scaled = f64::from(to.0) + part * f64::from(to.1 - to.0);
    (scaled + 0.5).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document's own defaults, each pair on one line of its tables.
    #[test]
    fn the_documents_defaults_map_onto_each_other() {
        for (camera, setting, shown, device) in [
            (Camera::Tele, Isp::Brightness, 0, 128),
            (Camera::Tele, Isp::Hue, 0, 128),
            (Camera::Tele, Isp::Sharpness, 50, 50),
            (Camera::Wide, Isp::Brightness, 0, 0),
            (Camera::Wide, Isp::Saturation, 60, 80),
            (Camera::Wide, Isp::Hue, 0, 0),
            (Camera::Wide, Isp::Sharpness, 17, 2),
        ] {
            let mapping = IspMapping::of(camera, setting);
            assert_eq!(mapping.to_device(shown), device, "{camera:?} {setting:?}");
            assert_eq!(mapping.device_default, device);
        }
    }

    #[test]
    fn the_ends_map_onto_the_ends_and_nothing_goes_beyond() {
        for camera in [Camera::Tele, Camera::Wide] {
            for setting in [
                Isp::Brightness,
                Isp::Contrast,
                Isp::Saturation,
                Isp::Hue,
                Isp::Sharpness,
            ] {
                let mapping = IspMapping::of(camera, setting);
                assert_eq!(mapping.to_device(i32::MIN), mapping.device.0);
                assert_eq!(mapping.to_device(mapping.shown.1), mapping.device.1);
                assert_eq!(mapping.to_shown(i32::MAX), mapping.shown.1);
            }
        }
    }
}
