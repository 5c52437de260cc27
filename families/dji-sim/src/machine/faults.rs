//! What goes wrong, by its causes.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};
use skyhelm_dji_proto::numbers::{JoystickInvalidReason, LostAction};
use skyhelm_sim::flight::{Command, Fence, Gnss};
use skyhelm_units::Mono;

use super::{GatewayMachine, Output};

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// The radio between gateway and aircraft is gone for a while.
    LinkLoss {
        /// How long.
        seconds: f64,
    },
    /// The gateway's network is gone for a while: both its connections break.
    NetworkDrop {
        /// How long.
        seconds: f64,
    },
    /// The controller in the field takes the aircraft; a pilot at an RC takes back the consent.
    RcTakesOver {
        /// Whether it keeps it.
        #[serde(default)]
        locked: bool,
    },
    /// The battery is all but empty.
    LowBattery {
        /// Charge from now on.
        percent: f64,
    },
    /// No satellites.
    GpsLoss,
    /// Wind.
    Wind {
        /// Metres a second.
        speed: f64,
        /// Where it comes from, degrees.
        #[serde(default)]
        from: f64,
        /// How it varies, metres a second.
        #[serde(default)]
        gust: f64,
    },
    /// Each message is delivered twice, with a chance.
    Duplicates {
        /// 0 to 1.
        chance: f64,
    },
    /// Each message is late.
    Delay {
        /// Always, milliseconds.
        ms: f64,
        /// And up to so much more.
        #[serde(default)]
        jitter_ms: f64,
    },
    /// A message is overtaken by those after it, with a chance.
    Reorder {
        /// 0 to 1.
        chance: f64,
    },
    /// The gateway's clock is wrong.
    ClockSkew {
        /// Ahead, seconds.
        seconds: f64,
    },
    /// A zone nobody may enter lies about a point (metres east and north of the pad).
    NoFlyZone {
        /// East.
        east: f64,
        /// North.
        north: f64,
        /// How wide, metres.
        radius: f64,
    },
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is described at the fault of its name")]
pub enum FaultKind {
    LinkLoss,
    NetworkDrop,
    RcTakesOver,
    LowBattery,
    GpsLoss,
    Wind,
    Duplicates,
    Delay,
    Reorder,
    ClockSkew,
    NoFlyZone,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::LinkLoss,
        Self::NetworkDrop,
        Self::RcTakesOver,
        Self::LowBattery,
        Self::GpsLoss,
        Self::Wind,
        Self::Duplicates,
        Self::Delay,
        Self::Reorder,
        Self::ClockSkew,
        Self::NoFlyZone,
    ];

    /// Its name at the world's door.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LinkLoss => "link-loss",
            Self::NetworkDrop => "network-drop",
            Self::RcTakesOver => "rc-takes-over",
            Self::LowBattery => "low-battery",
            Self::GpsLoss => "gps-loss",
            Self::Wind => "wind",
            Self::Duplicates => "duplicates",
            Self::Delay => "delay",
            Self::Reorder => "reorder",
            Self::ClockSkew => "clock-skew",
            Self::NoFlyZone => "no-fly-zone",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Fault {
    /// Its kind.
    pub const fn kind(&self) -> FaultKind {
        match self {
            Self::LinkLoss { .. } => FaultKind::LinkLoss,
            Self::NetworkDrop { .. } => FaultKind::NetworkDrop,
            Self::RcTakesOver { .. } => FaultKind::RcTakesOver,
            Self::LowBattery { .. } => FaultKind::LowBattery,
            Self::GpsLoss => FaultKind::GpsLoss,
            Self::Wind { .. } => FaultKind::Wind,
            Self::Duplicates { .. } => FaultKind::Duplicates,
            Self::Delay { .. } => FaultKind::Delay,
            Self::Reorder { .. } => FaultKind::Reorder,
            Self::ClockSkew { .. } => FaultKind::ClockSkew,
            Self::NoFlyZone { .. } => FaultKind::NoFlyZone,
        }
    }

    /// Whether its numbers make sense.
    pub fn is_possible(&self) -> bool {
        let within = |value: f64, low: f64, high: f64| (low..=high).contains(&value);
        match *self {
            Self::LinkLoss { seconds } | Self::NetworkDrop { seconds } => {
                within(seconds, 0.0, 3600.0)
            }
            Self::RcTakesOver { .. } | Self::GpsLoss => true,
            Self::LowBattery { percent } => within(percent, 0.0, 100.0),
            Self::Wind { speed, from, gust } => {
                within(speed, 0.0, 40.0) && within(from, -360.0, 360.0) && within(gust, 0.0, 15.0)
            }
            Self::Duplicates { chance } | Self::Reorder { chance } => within(chance, 0.0, 1.0),
            Self::Delay { ms, jitter_ms } => {
                within(ms, 0.0, 60_000.0) && within(jitter_ms, 0.0, 60_000.0)
            }
            Self::ClockSkew { seconds } => within(seconds, -1e9, 1e9),
            Self::NoFlyZone {
                east,
                north,
                radius,
            } => within(east, -5e3, 5e3) && within(north, -5e3, 5e3) && within(radius, 1.0, 5e3),
        }
    }
}

/// What is wrong now.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    noted: Vec<Fault>,
    link_back_at: Option<Mono>,
    pub(super) clock_skew_s: f64,
    duplicates: f64,
    delay: (f64, f64),
    reorder: f64,
}

impl Faults {
    pub(super) fn link_lost(&self, now: Mono) -> bool {
        self.link_back_at.is_some_and(|back| now < back)
    }

    pub(super) fn noted(&self) -> &[Fault] {
        &self.noted
    }
}

/// A network that delivers twice, late, and out of order.
#[derive(Clone, Debug)]
pub(super) struct Mangler {
    random: Xoshiro256PlusPlus,
}

/// How much later an overtaken message comes, milliseconds.
const OVERTAKEN_MS: f64 = 150.0;

impl Mangler {
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x6e65_7477),
        }
    }

    /// When a message sent now arrives: once, or more often.
    pub(super) fn deliveries(&mut self, faults: &Faults, now: Mono) -> Vec<Mono> {
        let healthy =
            faults.duplicates == 0.0 && faults.reorder == 0.0 && faults.delay == (0.0, 0.0);
        if healthy {
            return vec![now];
        }
        let copies = if self.chance() < faults.duplicates {
            2
        } else {
            1
        };
        let late = |mangler: &mut Self| {
            let mut ms = faults.delay.0 + faults.delay.1 * mangler.chance();
            if mangler.chance() < faults.reorder {
                ms += OVERTAKEN_MS * mangler.chance();
            }
            now + Duration::from_secs_f64(ms / 1000.0)
        };
        (0..copies).map(|_| late(self)).collect()
    }

    fn chance(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl GatewayMachine {
    /// Makes something go wrong; says whether its numbers made sense.
    pub fn put(&mut self, fault: Fault) -> bool {
        if !fault.is_possible() {
            return false;
        }
        self.clear(fault.kind());
        self.faults.noted.push(fault);
        match fault {
            Fault::LinkLoss { seconds } => self.lose_radio(seconds),
            Fault::NetworkDrop { seconds } => {
                self.order(Output::Offline(Duration::from_secs_f64(seconds)));
            }
            Fault::RcTakesOver { locked } => self.field_takes_over(locked),
            Fault::LowBattery { percent } => self.aircraft.battery.set_percent(percent),
            Fault::GpsLoss => self.aircraft.set_gnss(Gnss::LOST),
            Fault::Wind { speed, from, gust } => self.aircraft.wind.turn(from, speed, gust),
            Fault::Duplicates { chance } => self.faults.duplicates = chance,
            Fault::Delay { ms, jitter_ms } => self.faults.delay = (ms, jitter_ms),
            Fault::Reorder { chance } => self.faults.reorder = chance,
            Fault::ClockSkew { seconds } => self.faults.clock_skew_s = seconds,
            Fault::NoFlyZone {
                east,
                north,
                radius,
            } => {
                self.aircraft.settings.zones = vec![Fence::circle(east, north, radius)];
            }
        }
        self.drain_flight();
        true
    }

    /// Takes a cause away.
    pub fn clear(&mut self, kind: FaultKind) {
        let before = self.faults.noted.len();
        self.faults.noted.retain(|fault| fault.kind() != kind);
        if before == self.faults.noted.len() {
            return;
        }
        match kind {
            FaultKind::LinkLoss => self.radio_is_back(),
            FaultKind::RcTakesOver => self.authority.field_lets_go(),
            FaultKind::LowBattery => self.aircraft.battery.set_percent(100.0),
            FaultKind::GpsLoss => self.aircraft.set_gnss(Gnss::default()),
            FaultKind::Wind => self.aircraft.wind.turn(270.0, 3.0, 0.6),
            FaultKind::Duplicates => self.faults.duplicates = 0.0,
            FaultKind::Delay => self.faults.delay = (0.0, 0.0),
            FaultKind::Reorder => self.faults.reorder = 0.0,
            FaultKind::ClockSkew => self.faults.clock_skew_s = 0.0,
            FaultKind::NoFlyZone => self.aircraft.settings.zones.clear(),
            FaultKind::NetworkDrop => {}
        }
    }

    /// Takes all causes away.
    pub fn clear_all(&mut self) {
        for kind in FaultKind::ALL {
            self.clear(kind);
        }
    }

    fn lose_radio(&mut self, seconds: f64) {
        self.faults.link_back_at = Some(self.now.mono + Duration::from_secs_f64(seconds));
        self.invalidate_sticks(JoystickInvalidReason::ControllerLost);
        if self.aircraft.is_flying() {
            match self.settings.rc_lost_action {
                LostAction::Land => {
                    let _ = self.aircraft.command(Command::Land, &self.land);
                }
                LostAction::Hover => {
                    let _ = self.aircraft.command(Command::Hover, &self.land);
                }
                // What is not known is done as its maker ships it.
                LostAction::ReturnHome | LostAction::Unknown(_) => self.aircraft.lose_link(),
            }
        }
        self.tell_topology();
    }

    fn radio_is_back(&mut self) {
        self.faults.link_back_at = None;
        self.tell_topology();
        self.authority.is_news = true;
    }

    fn field_takes_over(&mut self, locked: bool) {
        self.invalidate_sticks(JoystickInvalidReason::ControllerTookOver);
        if self.kind.is_dock() {
            self.authority.field_takes(locked);
        } else {
            self.pilot_revokes();
        }
        // The pilot's first act is to stop what the cloud had begun.
        let _ = self.aircraft.command(Command::Hover, &self.land);
    }

    pub(super) fn run_faults(&mut self) {
        if self
            .faults
            .link_back_at
            .is_some_and(|back| back <= self.now.mono)
        {
            self.clear(FaultKind::LinkLoss);
        }
        self.run_consent();
    }
}
