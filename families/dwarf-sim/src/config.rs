use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use skyhelm_dwarf_proto::Profile;
use skyhelm_sim::clock::{HostClock, SystemHostClock};
use skyhelm_sim::sky_camera::Conditions;
use skyhelm_units::{Angle, Site, StationClock};

/// Which ports the four doors open on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ports {
    /// Free high ports, so that several devices live side by side and nothing needs privileges. A
    /// client finds them by a plain `GET /` on the WebSocket's port.
    #[default]
    Free,
    /// Those of a real device: 9900, 8082, 8092, 80.
    Standard,
    /// Chosen by hand; 0 is a free one.
    Explicit {
        /// WebSocket.
        ws: u16,
        /// JSON over HTTP.
        http: u16,
        /// Live pictures.
        jpeg: u16,
        /// Files.
        files: u16,
    },
}

/// How the device is when it is switched on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Initial {
    /// Already levelled: a goto arrives without a calibration first.
    pub calibrated: bool,
    /// Motor angles (rotation, pitch) in degrees; `None` is parked.
    pub motors_deg: Option<(f64, f64)>,
    /// Focuser steps away from sharp.
    pub defocus_steps: i32,
    /// The card holds dark frames that fit every setting; without them a stack starts only when the
    /// client insists.
    pub darks: bool,
    /// A client has told it where it stands: its files carry the place.
    pub site_known: bool,
    /// Battery in percent.
    pub battery_percent: f64,
    /// How many seconds the device's clock is ahead of the true time until a client sets it.
    pub clock_error_s: f64,
}

impl Default for Initial {
    fn default() -> Self {
        Self {
            calibrated: false,
            motors_deg: None,
            defocus_steps: 0,
            darks: true,
            site_known: true,
            battery_percent: 92.0,
            clock_error_s: 0.0,
        }
    }
}

/// A virtual telescope to be.
#[derive(Clone, Debug)]
pub struct VirtualDwarfConfig {
    /// The model and its firmware's ways.
    pub profile: Profile,
    /// The name it shows.
    pub name: String,
    /// Its serial number; empty for one that follows from the seed, so that a device is the same one at
    /// each start, whatever ports it gets.
    pub serial: String,
    /// Where it really stands.
    pub site: Site,
    /// The host's clocks.
    pub host_clock: Arc<dyn HostClock>,
    /// What time it is at the station, and how fast time runs there.
    pub station_clock: StationClock,
    /// Seed of everything that differs from one device to the next.
    pub seed: u64,
    /// How far a goto misses before calibration.
    pub setup_error: Angle,
    /// Weather and darkness.
    pub conditions: Conditions,
    /// A solar filter sits before the tele lens.
    pub solar_filter: bool,
    /// The directory that is the card; `None` is one that vanishes with the device.
    pub card_dir: Option<PathBuf>,
    /// How much the card holds.
    pub card_bytes: u64,
    /// The address to listen on.
    pub bind: IpAddr,
    /// The ports to listen on.
    pub ports: Ports,
    /// The port of the world's door on the loopback interface; 0 is a free one.
    pub world_port: u16,
    /// Where Stellarium's pictures are installed, to be shown instead of our own drawings.
    pub pictures: Option<PathBuf>,
    /// Live pictures a second of each camera, at most: 1 to 10.
    pub live_rate: u32,
    /// How it is when it is switched on.
    pub initial: Initial,
    /// The sensors read out only the middle 1/`window` of their width and height: quick tests.
    pub window: usize,
    /// Negative control of the row tests: this command succeeds and does nothing else.
    pub mutate: Option<u32>,
}

impl VirtualDwarfConfig {
    /// A DWARF 3 at a place, its clock the host's.
    pub fn dwarf3(site: Site) -> Self {
        let host_clock = Arc::new(SystemHostClock::start());
        let now = host_clock.now();
        Self {
            profile: Profile::dwarf3_v2(),
            name: "DWARF3_5KY4E1".to_owned(),
            serial: String::new(),
            site,
            station_clock: StationClock::new(now.mono, now.utc, 1.0),
            host_clock,
            seed: 1,
            setup_error: Angle::from_degrees(1.5),
            conditions: Conditions::default(),
            solar_filter: false,
            card_dir: None,
            card_bytes: 64_000_000_000,
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            ports: Ports::default(),
            world_port: 0,
            pictures: None,
            live_rate: 10,
            initial: Initial::default(),
            window: 1,
            mutate: None,
        }
    }

    /// The serial number a device of a seed has when it is not given one.
    pub(crate) fn seeded_serial(seed: u64) -> String {
        // Spread, because neighbouring seeds are neighbouring devices only in a configuration.
        let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 28;
        format!("SIM3{mixed:09X}")
    }

    /// The folder of the model on the card.
    pub(crate) fn model_folder(&self) -> &'static str {
        self.profile.web_root.trim_start_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_seeds_are_two_devices_and_one_seed_is_one() {
        let serial = VirtualDwarfConfig::seeded_serial;
        assert_eq!(serial(1), serial(1));
        let many: std::collections::BTreeSet<String> = (0..1000).map(serial).collect();
        assert_eq!(many.len(), 1000);
        assert!(many.iter().all(|serial| serial.len() == 13), "{many:?}");
    }
}
