//! The sticks behind the gate: whoever holds them holds the lease.

use std::sync::Arc;

use skyhelm_units::{LeaseId, Mono};
use tokio::sync::watch;

use super::Gate;
use crate::device::StickHand;
use crate::error::{DeviceError, ErrorKind};
use crate::flight_guard;
use crate::stick::{Ended, Ignored, Release, StickInput};

/// A hand on the sticks of a gate's device. Dropping it lets go, as when a page's socket closes.
#[derive(Debug)]
pub struct GatedHand {
    hand: Arc<dyn StickHand>,
    lease: LeaseId,
}

impl GatedHand {
    /// The newest nonce: to be sent to the page whenever it changes.
    pub fn nonces(&self) -> watch::Receiver<u64> {
        self.hand.nonces()
    }

    /// Why it was lost, once it is.
    pub fn ended(&self) -> watch::Receiver<Option<Ended>> {
        self.hand.ended()
    }

    /// Lets go.
    pub fn release(&self, why: Release) {
        self.hand.release(why);
    }
}

impl Drop for GatedHand {
    fn drop(&mut self) {
        self.hand.release(Release::SocketClosed);
    }
}

impl Gate {
    /// Takes the sticks for the holder of the lease. Whoever held them before loses them.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`], or what is missing for flying by hand.
    pub fn take_sticks(
        &self,
        now: Mono,
        lease: &LeaseId,
        holder: &str,
    ) -> Result<GatedHand, DeviceError> {
        let sticks =
            self.device.capabilities().sticks.ok_or_else(|| {
                DeviceError::new(ErrorKind::NotFound, "This device has no sticks.")
            })?;
        self.with(|authority| authority.leases.check(now, Some(lease)))?;
        let state = Arc::clone(&self.device.state().borrow());
        flight_guard::check_control("flight.sticks", &state)?;
        let hand = sticks.take(holder).map_err(|why| {
            DeviceError::new(
                ErrorKind::Blocked,
                format!("Nobody can hold the sticks now: {why:?}."),
            )
            .remedy("See the state of the live link.")
        })?;
        let taken = GatedHand {
            hand: Arc::clone(&hand),
            lease: lease.clone(),
        };
        self.with(|authority| authority.hand = Some((lease.clone(), hand)));
        Ok(taken)
    }

    /// Passes on what the page says about its stick, while its lease is in force. Call it for every
    /// push, and a few times a second besides: it is what ends a hand whose lease has ended.
    ///
    /// # Errors
    /// Why it does not count.
    pub fn push_stick(
        &self,
        now: Mono,
        hand: &GatedHand,
        input: StickInput,
    ) -> Result<(), Ignored> {
        self.watch_sticks(now);
        let held = self.with(|authority| authority.leases.check(now, Some(&hand.lease)));
        if held.is_err() {
            hand.release(Release::LeaseLost);
            return Err(Ignored::NotHeld);
        }
        hand.hand.push(input)
    }

    /// Lets go of sticks whose holder has lost the lease. Every change of the lease calls it; whoever
    /// supervises the device calls it as well, because a lease also ends by time.
    pub fn watch_sticks(&self, now: Mono) {
        let lost = self.with(|authority| {
            let (lease, _) = authority.hand.as_ref()?;
            let holds = authority.leases.check(now, Some(lease)).is_ok();
            if holds { None } else { authority.hand.take() }
        });
        if let Some((_, hand)) = lost {
            hand.release(Release::LeaseLost);
        }
    }
}
