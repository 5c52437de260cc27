//! Messages in a device's own words, as the gate lets them through.

use core::future::ready;

use skyhelm_units::{LeaseId, Mono};

use super::Gate;
use crate::device::Reply;
use crate::error::{DeviceError, ErrorKind};
use crate::raw::{RawAnswer, RawMessage};

/// Longer names are nobody's.
const LONGEST_METHOD: usize = 64;

impl Gate {
    /// Sends a message in the device's own words, for whoever holds the lease.
    ///
    /// # Errors
    /// Without the lease or such a device, for a name that is none, and what the device's driver says.
    pub fn send_raw(&self, now: Mono, lease: &LeaseId, message: RawMessage) -> Reply<RawAnswer> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let named = !message.method.is_empty()
            && message.method.len() <= LONGEST_METHOD
            && message.method.chars().all(plain);
        let door = self.device.capabilities().raw.ok_or_else(|| {
            let words = "This device takes no messages in its own words.";
            DeviceError::new(ErrorKind::NotFound, words)
        });
        let admitted = door.and_then(|door| {
            self.with(|authority| authority.leases.check(now, Some(lease)))?;
            named.then_some(door).ok_or_else(|| {
                DeviceError::new(ErrorKind::Invalid, "That is no name of a message.")
            })
        });
        match admitted {
            Ok(door) => door.send(message),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }
}
