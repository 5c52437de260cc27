use super::{AxisLimits, BatteryConfig, Fence, GimbalConfig, Wind};

/// An airframe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AircraftConfig {
    /// On the level.
    pub level: AxisLimits,
    /// Upward; `speed` is the climb limit.
    pub vertical: AxisLimits,
    /// Fastest sink, m/s.
    pub sink: f64,
    /// Fastest turn, degrees a second.
    pub turn_deg_s: f64,
    /// Fastest change of turning, degrees a second squared.
    pub turn_deg_s2: f64,
    /// Fastest through the air, m/s: stronger wind carries it away.
    pub air_speed: f64,
    /// Half its width, metres.
    pub radius: f64,
    /// How far its obstacle sensors see, metres.
    pub sensor_range: f64,
    /// How close to an obstacle it comes, metres.
    pub stand_off: f64,
    /// The battery.
    pub battery: BatteryConfig,
    /// The gimbal.
    pub gimbal: GimbalConfig,
}

impl AircraftConfig {
    /// An enterprise quadcopter of 3.8 kg: 41 minutes in still air by its maker, 15 m/s wind.
    pub fn enterprise() -> Self {
        Self {
            level: AxisLimits {
                speed: 17.0,
                acceleration: 4.0,
                jerk: 24.0,
            },
            vertical: AxisLimits {
                speed: 5.0,
                acceleration: 3.0,
                jerk: 20.0,
            },
            sink: 4.0,
            turn_deg_s: 90.0,
            turn_deg_s2: 240.0,
            air_speed: 23.0,
            radius: 0.5,
            sensor_range: 38.0,
            stand_off: 2.0,
            battery: BatteryConfig {
                capacity_wh: 263.0,
                cells: 6,
                resistance_ohm: 0.02,
                idle_w: 25.0,
                hover_w: 345.0,
                drag_w: 0.06,
                mass_kg: 3.8,
                return_reserve_percent: 15.0,
                landing_percent: 8.0,
            },
            gimbal: GimbalConfig::enterprise(),
        }
    }

    /// A smaller one of 1 to 1.8 kg with the same manners.
    pub fn compact() -> Self {
        let full = Self::enterprise();
        Self {
            air_speed: 21.0,
            radius: 0.3,
            battery: BatteryConfig {
                capacity_wh: 77.0,
                cells: 4,
                resistance_ohm: 0.03,
                idle_w: 15.0,
                hover_w: 90.0,
                drag_w: 0.02,
                mass_kg: 1.05,
                ..full.battery
            },
            ..full
        }
    }
}

/// Which obstacle sensors act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "three independent switches of the aircraft's own menu"
)]
pub struct Avoidance {
    /// All round.
    pub horizontal: bool,
    /// Above.
    pub upward: bool,
    /// Below.
    pub downward: bool,
}

impl Default for Avoidance {
    fn default() -> Self {
        Self {
            horizontal: true,
            upward: true,
            downward: true,
        }
    }
}

/// What its owner has set.
#[derive(Clone, Debug)]
pub struct FlightSettings {
    /// Highest above the point of take-off, metres.
    pub height_limit: f64,
    /// Farthest from home, metres; nothing is no limit.
    pub distance_limit: Option<f64>,
    /// Height above take-off on the way home, metres.
    pub return_height: f64,
    /// Speed on the way home, m/s.
    pub return_speed: f64,
    /// Obstacle sensors.
    pub avoidance: Avoidance,
    /// It stays inside this.
    pub fence: Option<Fence>,
    /// It stays out of these.
    pub zones: Vec<Fence>,
}

impl Default for FlightSettings {
    fn default() -> Self {
        Self {
            height_limit: 120.0,
            distance_limit: None,
            return_height: 60.0,
            return_speed: 12.0,
            avoidance: Avoidance::default(),
            fence: None,
            zones: Vec::new(),
        }
    }
}

/// How well it knows where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gnss {
    /// Satellites it uses.
    pub satellites: u8,
    /// Whether it has a fix.
    pub fixed: bool,
    /// Whether the fix is to centimetres.
    pub rtk: bool,
}

impl Default for Gnss {
    fn default() -> Self {
        Self {
            satellites: 24,
            fixed: true,
            rtk: false,
        }
    }
}

impl Gnss {
    /// No fix.
    pub const LOST: Self = Self {
        satellites: 3,
        fixed: false,
        rtk: false,
    };
}

/// The air on a fair day: a light breeze from the west.
impl Default for Wind {
    fn default() -> Self {
        Self::from_heading(270.0, 3.0, 0.6, 1)
    }
}
