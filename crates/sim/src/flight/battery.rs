use super::{DT, Enu, GRAVITY};

/// What the battery holds and what flying costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatteryConfig {
    /// Energy when full, watt-hours.
    pub capacity_wh: f64,
    /// Cells in series.
    pub cells: u32,
    /// Inner resistance of the pack, ohms.
    pub resistance_ohm: f64,
    /// Power on the ground with everything on but the motors.
    pub idle_w: f64,
    /// Power to hang in still air.
    pub hover_w: f64,
    /// Power against the air, watts per (m/s)³ of air speed.
    pub drag_w: f64,
    /// Mass with everything on it, kilograms.
    pub mass_kg: f64,
    /// Percent at which it comes home by itself at the latest.
    pub return_reserve_percent: f64,
    /// Percent at which it lands where it is.
    pub landing_percent: f64,
}

/// What the aircraft tells of its battery.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatteryReading {
    /// Charge, percent.
    pub percent: f64,
    /// Pack voltage under the present load.
    pub voltage_v: f64,
    /// How long it can go on as it flies now, down to the landing reserve, seconds.
    pub remaining_s: f64,
    /// Percent that coming home from here takes, reserve included.
    pub return_percent: f64,
    /// Percent at which it lands where it is.
    pub landing_percent: f64,
    /// Warmth of the cells.
    pub celsius: f64,
}

/// A battery drained by effort.
#[derive(Clone, Copy, Debug)]
pub struct Battery {
    config: BatteryConfig,
    left_wh: f64,
    power_w: f64,
    celsius: f64,
}

/// Share of the motors' power that lifts.
const LIFT_EFFICIENCY: f64 = 0.6;
/// Air temperature; the cells are warmed by what they give.
const AIR_CELSIUS: f64 = 18.0;

impl Battery {
    /// A battery charged to a percentage.
    pub fn charged(config: BatteryConfig, percent: f64) -> Self {
        Self {
            config,
            left_wh: config.capacity_wh * percent.clamp(0.0, 100.0) / 100.0,
            power_w: config.idle_w,
            celsius: AIR_CELSIUS,
        }
    }

    /// Charge, percent.
    pub fn percent(&self) -> f64 {
        100.0 * self.left_wh / self.config.capacity_wh
    }

    /// Sets the charge, as a fault or a charger does.
    pub fn set_percent(&mut self, percent: f64) {
        self.left_wh = self.config.capacity_wh * percent.clamp(0.0, 100.0) / 100.0;
    }

    /// Puts energy in at a power for a time.
    pub fn charge(&mut self, watts: f64, seconds: f64) {
        self.left_wh = (self.left_wh + watts * seconds / 3600.0).min(self.config.capacity_wh);
    }

    /// Power that moving so through the air takes.
    pub fn flying_w(&self, air: Enu, climb: f64) -> f64 {
        let config = &self.config;
        let lift = config.mass_kg * GRAVITY * climb / LIFT_EFFICIENCY;
        // Sinking through its own wash saves little.
        let lift = lift.max(-0.15 * config.hover_w);
        config.idle_w + config.hover_w + lift + config.drag_w * air.level_length().powi(3)
    }

    pub(crate) fn step(&mut self, watts: f64) {
        self.left_wh = (self.left_wh - watts * DT / 3600.0).max(0.0);
        // Smoothed over a few seconds: what is left should not jump with each gust.
        self.power_w += (watts - self.power_w) * DT / 4.0;
        let warm = AIR_CELSIUS + 0.04 * self.power_w;
        self.celsius += (warm - self.celsius) * DT / 400.0;
    }

    /// Percent that an energy is.
    pub(crate) fn percent_of(&self, watt_hours: f64) -> f64 {
        100.0 * watt_hours / self.config.capacity_wh
    }

    /// Its configuration.
    pub fn config(&self) -> &BatteryConfig {
        &self.config
    }

    pub(crate) fn reading(&self, return_percent: f64) -> BatteryReading {
        let config = &self.config;
        let share = self.percent() / 100.0;
        // A lithium cell: flat in the middle, falling off at the end.
        let cell = 3.45 + 0.65 * share + 0.25 * share.powi(6) - 0.25 * (1.0 - share).powi(12);
        let open = cell * f64::from(config.cells);
        let voltage_v = open - config.resistance_ohm * self.power_w / open;
        let above = self.percent() - config.landing_percent;
        let energy = above.max(0.0) / 100.0 * config.capacity_wh;
        // On the ground it tells how long it could fly, not how long it could stand.
        let flying_w = self.power_w.max(self.flying_w(Enu::ZERO, 0.0));
        BatteryReading {
            percent: self.percent(),
            voltage_v,
            remaining_s: energy * 3600.0 / flying_w,
            return_percent,
            landing_percent: config.landing_percent,
            celsius: self.celsius,
        }
    }
}
