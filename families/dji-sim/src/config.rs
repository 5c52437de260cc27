use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use skyhelm_dji_proto::Profile;
use skyhelm_sim::clock::{HostClock, SystemHostClock};
use skyhelm_sim::land::Land;
use skyhelm_units::{Redacted, Site};

/// The gateways that can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayKind {
    /// DJI Dock with a Matrice 30T: flown by `drone_control`.
    DockM30t,
    /// DJI RC Pro Enterprise with a Mavic 3T: the cloud has the payload, the pilot the sticks.
    RcProM3t,
    /// DJI Dock 3 with a Matrice 4TD: flown by `stick_control`.
    Dock3M4td,
}

impl GatewayKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DockM30t, Self::RcProM3t, Self::Dock3M4td];

    /// Its name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DockM30t => "dock-m30t",
            Self::RcProM3t => "rc-pro-m3t",
            Self::Dock3M4td => "dock3-m4td",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What it says on the wire.
    pub const fn profile(self) -> &'static Profile {
        match self {
            Self::DockM30t => &Profile::DOCK_M30T,
            Self::RcProM3t => &Profile::RC_PRO_M3T,
            Self::Dock3M4td => &Profile::DOCK3_M4TD,
        }
    }

    /// Whether it is a dock.
    pub const fn is_dock(self) -> bool {
        !matches!(self, Self::RcProM3t)
    }

    /// Serial numbers of gateway and aircraft as a seed gives them, shaped as the products' own.
    pub fn serials(self, seed: u64) -> (String, String) {
        let word = |salt: u64, length: usize| {
            const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRSTUVWX";
            let mut state = seed
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
            let sign = |_| {
                state ^= state >> 29;
                state = state.wrapping_mul(0x94d0_49bb_1331_11eb);
                char::from(SIGNS[(state >> 59) as usize])
            };
            (0..length).map(sign).collect::<String>()
        };
        match self {
            Self::DockM30t => (
                format!("4SIM{}", word(1, 10)),
                format!("1581F5SIM{}", word(2, 11)),
            ),
            Self::RcProM3t => (
                format!("5SIM{}", word(3, 10)),
                format!("1581F5SIM{}", word(4, 11)),
            ),
            Self::Dock3M4td => (
                format!("8SIM{}", word(5, 10)),
                format!("1581F8SIM{}", word(6, 11)),
            ),
        }
    }
}

/// What the pilot at a remote controller does when the cloud asks for control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pilot {
    /// Agrees after a while.
    Agrees(Duration),
    /// Declines after a while.
    Declines(Duration),
    /// Does not look.
    Ignores,
}

/// A virtual gateway to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VirtualGatewayConfig {
    /// Which.
    pub kind: GatewayKind,
    /// What it says on the wire; the kind's own unless a test wants another document.
    pub profile: Profile,
    /// Serial number of the dock or controller.
    pub gateway_sn: String,
    /// Serial number of the aircraft.
    pub aircraft_sn: String,
    /// The broker: `mqtt://host:port`, `mqtts://`, `ws://` or `wss://`.
    pub broker: String,
    /// Its account there.
    pub username: String,
    /// Its password there.
    pub password: Redacted<String>,
    /// Certificates (PEM) it trusts on encrypted connections; else the well-known public ones.
    pub trusted: Option<Arc<str>>,
    /// The organisation a person typed into its set-up page.
    pub organization_id: String,
    /// The binding code typed there.
    pub binding_code: String,
    /// Where the land lies; the pad is in its middle.
    pub site: Site,
    /// The land, when several gateways share one; else it is made from the seed.
    pub land: Option<Arc<Land>>,
    /// Everything random comes from it.
    pub seed: u64,
    /// Seconds of flight in a second of the host's time.
    pub speed: f64,
    /// The host's clocks.
    pub host_clock: Arc<dyn HostClock>,
    /// Folder of the aircraft's card; without one a temporary one.
    pub card_dir: Option<PathBuf>,
    /// Room on the card, kilobytes.
    pub card_kb: u64,
    /// Whether the aircraft already hangs in the air, as a pilot has it.
    pub airborne: bool,
    /// What the pilot does.
    pub pilot: Pilot,
    /// Port of the world's own door on the loopback interface; 0 is a free one.
    pub world_port: u16,
    /// Negative control of the row tests: this method succeeds and does nothing else.
    pub mutate: Option<String>,
}

impl VirtualGatewayConfig {
    /// A gateway of a kind at a place, for a broker.
    pub fn new(kind: GatewayKind, site: Site, broker: impl Into<String>) -> Self {
        let seed = 1;
        let (gateway_sn, aircraft_sn) = kind.serials(seed);
        Self {
            kind,
            profile: *kind.profile(),
            gateway_sn,
            aircraft_sn,
            broker: broker.into(),
            username: String::new(),
            password: Redacted::new(String::new()),
            trusted: None,
            organization_id: String::from("skyhelm"),
            binding_code: String::from("skyhelm"),
            site,
            land: None,
            seed,
            speed: 1.0,
            host_clock: Arc::new(SystemHostClock::start()),
            card_dir: None,
            card_kb: 60_000_000,
            airborne: !kind.is_dock(),
            pilot: Pilot::Agrees(Duration::from_secs(2)),
            world_port: 0,
            mutate: None,
        }
    }

    /// The same with another seed, and the serial numbers that go with it.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        (self.gateway_sn, self.aircraft_sn) = self.kind.serials(seed);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_dji_proto::SerialNumber;

    #[test]
    fn seeds_give_sound_serial_numbers_of_their_own() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..50 {
            for kind in GatewayKind::ALL {
                let (gateway, aircraft) = kind.serials(seed);
                assert!(
                    SerialNumber::new(&gateway).is_ok() && SerialNumber::new(&aircraft).is_ok()
                );
                assert!(seen.insert(gateway) && seen.insert(aircraft));
                assert_eq!(GatewayKind::from_name(kind.name()), Some(kind));
            }
        }
    }
}
