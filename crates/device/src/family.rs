//! How a family of devices lives in the station.
//!
//! A DWARF is dialled, a DJI gateway dials us; so a family is not asked to connect. It is started,
//! and reports what appears.

use core::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use skyhelm_units::{DeviceId, Now, Site, StationClock};
use tokio::sync::mpsc;

use crate::device::{Device, Reply};
use crate::error::{DeviceError, ErrorKind};
use crate::memory::Memory;
use crate::pairing::{Pairing, SignOn};

/// The host's clock, as whoever composes the station reads it: one origin for the deadlines of
/// envelopes, the leases and the station clock.
#[derive(Clone)]
pub struct HostClock(Arc<dyn Fn() -> Now + Send + Sync>);

impl HostClock {
    /// From what reads it.
    pub fn new(read: impl Fn() -> Now + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// What it shows.
    pub fn now(&self) -> Now {
        (self.0)()
    }
}

impl fmt::Debug for HostClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostClock").field(&self.now()).finish()
    }
}

/// What a family is given to live on.
#[derive(Clone, Debug)]
pub struct FamilyContext {
    /// The family's own table of the configuration; null when absent. The family parses it.
    pub config: serde_json::Value,
    /// Where it reports; bounded, and the hub reads it always.
    pub events: mpsc::Sender<FamilyEvent>,
    /// The host's clock.
    pub host: HostClock,
    /// The clock the station lives by, on the host's count.
    pub clock: StationClock,
    /// Where the station stands.
    pub site: Site,
    /// What the family kept over restarts.
    pub memory: Arc<dyn Memory>,
}

/// What a family reports.
#[derive(Clone, Debug)]
pub enum FamilyEvent {
    /// A device is known from now on, connected or not.
    Appeared(Arc<dyn Device>),
    /// A device was removed.
    Gone(DeviceId, String),
    /// Something about the family as a whole.
    Health(String),
}

/// What a look at an address found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// The id the device has, or would have.
    pub device: String,
    /// Its model, in the vendor's words.
    pub model: String,
    /// Its firmware version, when it tells.
    pub firmware: Option<String>,
    /// Its name, when it tells.
    pub name: Option<String>,
}

/// A family of devices.
pub trait Family: fmt::Debug + Send + Sync {
    /// One lower-case word: table of the configuration, route and subcommand.
    fn name(&self) -> &'static str;

    /// Starts the family. Must be called within the runtime its tasks shall live in.
    ///
    /// # Errors
    /// When its configuration is wrong.
    fn start(&self, context: FamilyContext) -> Result<Box<dyn RunningFamily>, DeviceError>;
}

/// A started family.
pub trait RunningFamily: fmt::Debug + Send + Sync {
    /// Looks what answers at an address, changing nothing.
    ///
    /// # Errors
    /// When nothing, or something else, answers there.
    fn probe(&self, address: &str) -> Reply<Found>;

    /// Adds the device at an address; it is reported as [`FamilyEvent::Appeared`].
    ///
    /// # Errors
    /// When nothing, or something else, answers there.
    fn add(&self, address: &str) -> Reply<Found>;

    /// Forgets a device; it is reported as [`FamilyEvent::Gone`].
    ///
    /// # Errors
    /// When there is no such device.
    fn remove(&self, device: &DeviceId) -> Reply<()>;

    /// What a person types into a device of the family that dials the station; `None` for a family
    /// whose devices are dialled, or that nobody configured.
    fn pairing(&self) -> Option<Pairing> {
        None
    }

    /// What a controller's own page needs to bring it online, by its serial number.
    ///
    /// # Errors
    /// When the family has no such page, or the controller no account.
    fn sign_on(&self, _serial: &str) -> Result<SignOn, DeviceError> {
        let words = "Devices of this family come online without a page of their own.";
        Err(DeviceError::new(ErrorKind::NotFound, words))
    }

    /// Ends every task of the family and waits for them.
    fn stop(&self) -> Reply<()>;
}
