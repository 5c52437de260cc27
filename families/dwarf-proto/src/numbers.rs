//! Numbers inside messages, and the few formulas the documents give.

use skyhelm_units::{Angle, OutOfRange, RightAscension};

use crate::open_enum::open_enum;
use crate::profile::RaUnit;

open_enum! {
    /// A body of the solar system in 11003 and 11014 (API 2.0 §4.10.5). API 1.0 counts from 0.
    SolarBody {
        /// Mercury.
        Mercury = 1,
        /// Venus.
        Venus = 2,
        /// Mars.
        Mars = 3,
        /// Jupiter.
        Jupiter = 4,
        /// Saturn.
        Saturn = 5,
        /// Uranus.
        Uranus = 6,
        /// Neptune.
        Neptune = 7,
        /// The Moon.
        Moon = 8,
        /// The Sun.
        Sun = 9,
    }
}

open_enum! {
    /// What 11011 follows by its picture: another numbering than [`SolarBody`].
    SpecialTarget {
        /// The Sun.
        Sun = 0,
        /// The Moon.
        Moon = 1,
    }
}

open_enum! {
    /// A camera's function in 15215, 15216, 15241 and 15242 (API 2.0 §4.16.21).
    Function {
        /// Opening and closing the camera.
        OpenClose = 1,
        /// A photo.
        Photo = 2,
        /// A burst.
        Burst = 3,
        /// A video.
        Record = 4,
        /// A time-lapse.
        TimeLapse = 5,
        /// A panorama.
        Panorama = 6,
        /// Tracking an object.
        Tracking = 7,
        /// The slow autofocus on stars.
        AstroFocus = 8,
        /// The ordinary autofocus.
        Focus = 9,
        /// The fast autofocus on stars.
        AstroFocusFast = 10,
        /// Autofocus on an area.
        AreaFocus = 11,
        /// Moving the telephoto camera to a point of the wide picture.
        DualCameraLinkage = 12,
    }
}

open_enum! {
    /// The stream a camera sends, in 15234 (API 2.0 §4.16.32).
    StreamType {
        /// RTSP, for exposures below one second.
        Rtsp = 1,
        /// JPEG, for longer ones.
        Jpeg = 2,
    }
}

impl RaUnit {
    /// A right ascension as it goes on the wire.
    pub fn to_wire(self, ra: RightAscension) -> f64 {
        match self {
            Self::Hours => ra.angle().hours(),
            Self::Degrees => ra.angle().degrees(),
        }
    }

    /// A right ascension from the wire.
    ///
    /// # Errors
    /// When it is not a finite number, or beyond a full turn.
    pub fn from_wire(self, value: f64) -> Result<RightAscension, OutOfRange> {
        let angle = match self {
            Self::Hours => Angle::from_hours(value),
            Self::Degrees => Angle::from_degrees(value),
        };
        if (0.0..=360.0).contains(&angle.degrees()) {
            RightAscension::new(angle)
        } else {
            // A number that is no right ascension must not be wrapped into one.
            RightAscension::new(Angle::from_degrees(f64::NAN))
        }
    }
}

/// Degrees per second of a joystick gear, 0 to 40 (API 2.0 §4.13.5).
pub fn joystick_speed(gear: u32) -> f64 {
    const SLOWEST: f64 = 0.1;
    const FASTEST: f64 = 30.0;
    let part = f64::from(gear.min(40)) / 40.0;
    SLOWEST + (FASTEST - SLOWEST) * part.powi(3)
}

/// Microsteps of a motor's resolution level, 0 to 8 (API 2.0 §4.13.3). `None` beyond.
pub const fn microsteps(level: u32) -> Option<u32> {
    if level <= 8 { Some(256 >> level) } else { None }
}

/// Seconds of film of a time-lapse: 30 pictures a second (API 2.0 §4.16.10). Zero without an interval.
pub fn time_lapse_film_seconds(total_seconds: f64, interval_seconds: f64) -> u32 {
    if interval_seconds > 0.0 {
        (total_seconds / (30.0 * interval_seconds)) as u32
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_ascension_goes_to_the_wire_and_back_in_either_unit() {
        let ra = RightAscension::new(Angle::from_hours(5.588)).unwrap();
        assert!((RaUnit::Hours.to_wire(ra) - 5.588).abs() < 1e-12);
        assert!((RaUnit::Degrees.to_wire(ra) - 83.82).abs() < 1e-9);
        for unit in [RaUnit::Hours, RaUnit::Degrees] {
            let back = unit.from_wire(unit.to_wire(ra)).unwrap();
            assert!((back.angle().degrees() - ra.angle().degrees()).abs() < 1e-9);
        }
    }

    #[test]
    fn a_number_that_is_no_right_ascension_is_refused() {
        for value in [-1.0, 83.8, f64::NAN, f64::INFINITY] {
            assert!(RaUnit::Hours.from_wire(value).is_err(), "{value}");
        }
    }

    #[test]
    fn the_gears_end_where_the_document_says() {
        assert!((joystick_speed(0) - 0.1).abs() < 1e-12);
        assert!((joystick_speed(40) - 30.0).abs() < 1e-9);
        assert_eq!(
            (microsteps(0), microsteps(8), microsteps(9)),
            (Some(256), Some(1), None)
        );
        assert_eq!(time_lapse_film_seconds(600.0, 1.0), 20);
        assert_eq!(time_lapse_film_seconds(600.0, 0.0), 0);
    }

    #[test]
    fn the_sun_has_two_numbers() {
        assert_eq!(SolarBody::Sun.number(), 9);
        assert_eq!(SpecialTarget::from_number(0), SpecialTarget::Sun);
        assert_eq!(SolarBody::from_number(10), SolarBody::Unknown(10));
    }
}
