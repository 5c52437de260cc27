use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that goes wrong in the device or around it, by its cause: what clients see follows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// The network goes: connections die and the doors are shut. It comes back by itself.
    WifiDrop {
        /// For how long, in seconds of the host's time.
        #[serde(default = "wifi_seconds")]
        seconds: f64,
    },
    /// Somebody pulls the memory card.
    NoCard,
    /// The card is full but for a little.
    CardFull {
        /// What room is left.
        #[serde(default)]
        free_bytes: u64,
    },
    /// The battery is nearly empty and nobody plugs the charger in.
    LowBattery {
        /// What is left of it.
        #[serde(default = "battery_percent")]
        percent: f64,
    },
    /// Something stands in the way of the motors.
    MotorLimit {
        /// How far they still turn from where they are.
        #[serde(default = "free_degrees")]
        free_degrees: f64,
    },
    /// A bank of cloud drifts in.
    CloudBank {
        /// The part of the sky it covers, 0 to 1.
        #[serde(default = "cover")]
        cover: f64,
    },
    /// Dew settles on the front lens: no plate can be solved.
    SolveFailure,
    /// The power fails for a moment: the device boots anew.
    Reboot,
}

/// Which [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// [`Fault::WifiDrop`].
    WifiDrop,
    /// [`Fault::NoCard`].
    NoCard,
    /// [`Fault::CardFull`].
    CardFull,
    /// [`Fault::LowBattery`].
    LowBattery,
    /// [`Fault::MotorLimit`].
    MotorLimit,
    /// [`Fault::CloudBank`].
    CloudBank,
    /// [`Fault::SolveFailure`].
    SolveFailure,
    /// [`Fault::Reboot`].
    Reboot,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::WifiDrop,
        Self::NoCard,
        Self::CardFull,
        Self::LowBattery,
        Self::MotorLimit,
        Self::CloudBank,
        Self::SolveFailure,
        Self::Reboot,
    ];

    /// As it is spelt: `cloud-bank`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WifiDrop => "wifi-drop",
            Self::NoCard => "no-card",
            Self::CardFull => "card-full",
            Self::LowBattery => "low-battery",
            Self::MotorLimit => "motor-limit",
            Self::CloudBank => "cloud-bank",
            Self::SolveFailure => "solve-failure",
            Self::Reboot => "reboot",
        }
    }

    /// The kind of a spelling.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Fault {
    /// Which one it is.
    pub const fn kind(self) -> FaultKind {
        match self {
            Self::WifiDrop { .. } => FaultKind::WifiDrop,
            Self::NoCard => FaultKind::NoCard,
            Self::CardFull { .. } => FaultKind::CardFull,
            Self::LowBattery { .. } => FaultKind::LowBattery,
            Self::MotorLimit { .. } => FaultKind::MotorLimit,
            Self::CloudBank { .. } => FaultKind::CloudBank,
            Self::SolveFailure => FaultKind::SolveFailure,
            Self::Reboot => FaultKind::Reboot,
        }
    }

    /// Whether its numbers make sense.
    pub fn is_possible(self) -> bool {
        match self {
            Self::WifiDrop { seconds } => (0.0..=86_400.0).contains(&seconds),
            Self::LowBattery { percent } => (0.0..=100.0).contains(&percent),
            Self::MotorLimit { free_degrees } => (0.0..=360.0).contains(&free_degrees),
            Self::CloudBank { cover } => (0.0..=1.0).contains(&cover),
            Self::NoCard | Self::CardFull { .. } | Self::SolveFailure | Self::Reboot => true,
        }
    }
}

const fn wifi_seconds() -> f64 {
    20.0
}

const fn battery_percent() -> f64 {
    4.0
}

const fn free_degrees() -> f64 {
    3.0
}

const fn cover() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_put_by_its_name_alone() {
        for kind in FaultKind::ALL {
            let text = format!("{{\"fault\":\"{kind}\"}}");
            let fault: Fault = serde_json::from_str(&text).unwrap();
            assert_eq!(fault.kind(), kind);
            assert!(fault.is_possible());
            assert_eq!(FaultKind::from_name(kind.name()), Some(kind));
        }
    }

    #[test]
    fn nonsense_is_no_fault() {
        for text in [
            r#"{"fault":"meteorite"}"#,
            r#"{"fault":"cloud-bank","depth":3}"#,
            r#"{"fault":"cloud-bank","cover":"much"}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Fault>(text).is_err(), "{text}");
        }
        assert!(!Fault::CloudBank { cover: 7.0 }.is_possible());
        assert!(!Fault::WifiDrop { seconds: f64::NAN }.is_possible());
    }
}
