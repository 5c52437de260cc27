use serde::Serialize;
use skyhelm_sky::SkyFrame;

use super::Fault;
use crate::device::Core;

/// What is really so in and around a device.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WorldState {
    /// Always: a real device has no such door.
    pub simulated: bool,
    /// The true time at the station, RFC 3339.
    pub utc: String,
    /// Station seconds to a second of the host.
    pub speed: f64,
    /// `on`, `booting` or `off`.
    pub power: &'static str,
    /// Whether its doors are open.
    pub reachable: bool,
    /// Where the tele really looks.
    pub pointing: Pointing,
    /// What the motors read.
    pub motors: Motors,
    /// What it follows.
    pub following: Option<String>,
    /// Whether a calibration stands behind its pointing.
    pub calibrated: bool,
    /// The weather.
    pub sky: Sky,
    /// The battery.
    pub battery: BatteryState,
    /// The memory card.
    pub card: CardState,
    /// The focuser.
    pub focus: FocusState,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// A direction, among the stars and above the ground.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it all")]
pub struct Pointing {
    pub ra_hours: f64,
    pub dec_degrees: f64,
    pub altitude_degrees: f64,
    pub azimuth_degrees: f64,
}

/// Motor angles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it all")]
pub struct Motors {
    pub rotation_degrees: f64,
    pub pitch_degrees: f64,
}

/// The weather.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sky {
    /// Part of the sky under cloud.
    pub cloud: f64,
    /// Full width at half maximum of a star by air and dew.
    pub seeing_arcsec: f64,
    /// Magnitudes per square arcsecond at the zenith.
    pub darkness_mag: f64,
    /// Altitude of the Sun.
    pub sun_altitude_degrees: f64,
}

/// The battery.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BatteryState {
    /// What is left.
    pub percent: f64,
    /// The charger is plugged in.
    pub charging: bool,
}

/// The memory card.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CardState {
    /// It is in its slot.
    pub inserted: bool,
    /// Room left.
    pub free_bytes: u64,
    /// What it holds in all.
    pub size_bytes: u64,
}

/// The focuser.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FocusState {
    /// Its position in steps.
    pub position: i32,
    /// How far the sensor is from the focal plane.
    pub defocus_um: f64,
}

impl WorldState {
    pub(super) fn of(core: &Core) -> Self {
        let now = core.pace.now();
        let utc = core.pace.utc(now);
        let state = core.state();
        let weather = state.weather.at(now);
        let direction = state.mount.true_direction(now);
        let frame = SkyFrame::new(&core.config.site, utc, &weather.atmosphere);
        let place = frame.j2000(direction);
        let motors = state.mount.motors(now);
        let power = match core.stopping.is_cancelled() {
            false => "on",
            true if core.off.is_cancelled() || state.battery.is_empty() => "off",
            true => "booting",
        };
        Self {
            simulated: true,
            utc: jiff::Timestamp::from_millisecond(utc.millis())
                .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
                .to_string(),
            speed: core.pace.speed(),
            power,
            reachable: power == "on" && *core.network.borrow(),
            pointing: Pointing {
                ra_hours: place.ra.angle().hours(),
                dec_degrees: place.dec.angle().degrees(),
                altitude_degrees: direction.altitude.angle().degrees(),
                azimuth_degrees: direction.azimuth.angle().degrees(),
            },
            motors: Motors {
                rotation_degrees: motors.rotation.degrees(),
                pitch_degrees: motors.pitch.degrees(),
            },
            following: state.tracking.as_ref().map(|target| target.name.clone()),
            calibrated: state.model.is_levelled(),
            sky: Sky {
                cloud: weather.cloud,
                seeing_arcsec: weather.seeing.arcseconds(),
                darkness_mag: weather.darkness_mag,
                sun_altitude_degrees: frame.sun().horizontal.altitude.angle().degrees(),
            },
            battery: BatteryState {
                percent: state.battery.exact_percent(),
                charging: state.battery.charge_state() != 0,
            },
            card: CardState {
                inserted: core.card.is_in(),
                free_bytes: core.card.free_bytes(),
                size_bytes: core.card.size_bytes(),
            },
            focus: FocusState {
                position: state.focuser.position(now),
                defocus_um: state.focuser.defocus_um(now),
            },
            faults: state.faults.list(),
        }
    }
}
