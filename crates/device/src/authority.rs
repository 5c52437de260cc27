//! Who at this hub may command a device, and until when.

use core::time::Duration;

use skyhelm_units::{LeaseId, Mono};

use crate::error::{DeviceError, ErrorKind};

/// How long a lease lives without renewal.
pub const LEASE_LIFE: Duration = Duration::from_mins(1);

/// One person's right to command a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Names it in an [`crate::Envelope`]. Whoever knows it commands, so it never leaves the hub.
    pub id: LeaseId,
    /// Who holds it, for people.
    pub holder: String,
    /// Ends then, unless renewed.
    pub until: Mono,
}

/// How a lease is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// Only when nobody else holds one.
    IfFree,
    /// From whoever holds it: for an administrator, or a person on the spot.
    Force,
}

/// The lease of one device: at most one at a time.
///
/// ```
/// use skyhelm_device::authority::{LEASE_LIFE, LeaseBook, Take};
/// use skyhelm_units::{LeaseId, Mono};
///
/// let mut book = LeaseBook::default();
/// let mine = LeaseId::new("a");
/// book.take(Mono::ZERO, mine.clone(), "Ada", Take::IfFree).unwrap();
/// assert!(book.take(Mono::ZERO, LeaseId::new("b"), "Ben", Take::IfFree).is_err());
/// assert!(book.check(Mono::ZERO, Some(&mine)).is_ok());
/// assert!(book.check(Mono::ZERO + LEASE_LIFE, Some(&mine)).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct LeaseBook {
    lease: Option<Lease>,
}

impl LeaseBook {
    /// The lease in force.
    pub fn current(&self, now: Mono) -> Option<&Lease> {
        self.lease.as_ref().filter(|lease| now < lease.until)
    }

    /// Takes the lease, or renews it for the one who holds it already.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when another holds it and it is not forced.
    pub fn take(
        &mut self,
        now: Mono,
        id: LeaseId,
        holder: impl Into<String>,
        how: Take,
    ) -> Result<Lease, DeviceError> {
        match self.current(now) {
            Some(held) if held.id != id && how == Take::IfFree => Err(held_by(held)),
            _ => Ok(self.grant(now, id, holder.into())),
        }
    }

    /// Lets the holder's lease live on.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when it has ended, or another holds one now.
    pub fn renew(&mut self, now: Mono, id: &LeaseId) -> Result<Lease, DeviceError> {
        self.check(now, Some(id))?;
        let holder = self
            .current(now)
            .map_or_else(String::new, |lease| lease.holder.clone());
        Ok(self.grant(now, id.clone(), holder))
    }

    /// Gives the lease to another person.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when the giver does not hold it.
    pub fn hand_over(
        &mut self,
        now: Mono,
        from: &LeaseId,
        to: LeaseId,
        holder: impl Into<String>,
    ) -> Result<Lease, DeviceError> {
        self.check(now, Some(from))?;
        Ok(self.grant(now, to, holder.into()))
    }

    /// Ends a lease; false when it was not in the book.
    pub fn release(&mut self, id: &LeaseId) -> bool {
        self.lease.take_if(|lease| lease.id == *id).is_some()
    }

    /// Whether a command under this lease may pass.
    ///
    /// # Errors
    /// [`ErrorKind::NoLease`] when it may not.
    pub fn check(&self, now: Mono, id: Option<&LeaseId>) -> Result<(), DeviceError> {
        match (self.current(now), id) {
            (Some(held), Some(id)) if held.id == *id => Ok(()),
            (Some(held), _) => Err(held_by(held)),
            (None, _) => Err(DeviceError::new(
                ErrorKind::NoLease,
                "Nobody has taken control of this device.",
            )
            .remedy("Take control first.")),
        }
    }

    fn grant(&mut self, now: Mono, id: LeaseId, holder: String) -> Lease {
        self.lease
            .insert(Lease {
                id,
                holder,
                until: now + LEASE_LIFE,
            })
            .clone()
    }
}

fn held_by(lease: &Lease) -> DeviceError {
    DeviceError::new(
        ErrorKind::NoLease,
        format!("{} controls this device now.", lease.holder),
    )
    .remedy("Ask for a hand-over, or take control yourself.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Mono {
        Mono::from_elapsed(Duration::from_secs(seconds))
    }

    #[test]
    fn a_lease_ends_a_minute_after_its_last_renewal() {
        let mut book = LeaseBook::default();
        let mine = LeaseId::new("a");
        book.take(at(0), mine.clone(), "Ada", Take::IfFree).unwrap();
        book.renew(at(59), &mine).unwrap();
        assert!(book.check(at(118), Some(&mine)).is_ok());
        assert!(book.check(at(119), Some(&mine)).is_err());
        assert!(book.renew(at(119), &mine).is_err());
        assert!(book.current(at(119)).is_none());
    }

    #[test]
    fn a_held_lease_yields_only_to_force() {
        let mut book = LeaseBook::default();
        let (ada, ben) = (LeaseId::new("a"), LeaseId::new("b"));
        book.take(at(0), ada.clone(), "Ada", Take::IfFree).unwrap();
        let refused = book.take(at(1), ben.clone(), "Ben", Take::IfFree);
        assert_eq!(refused.unwrap_err().kind, ErrorKind::NoLease);
        book.take(at(2), ben.clone(), "Ben", Take::Force).unwrap();
        assert!(book.check(at(2), Some(&ada)).is_err());
        assert!(book.check(at(2), Some(&ben)).is_ok());
    }

    #[test]
    fn only_the_holder_hands_over_or_releases() {
        let mut book = LeaseBook::default();
        let (ada, ben) = (LeaseId::new("a"), LeaseId::new("b"));
        book.take(at(0), ada.clone(), "Ada", Take::IfFree).unwrap();
        assert!(book.hand_over(at(1), &ben, ben.clone(), "Ben").is_err());
        assert!(!book.release(&ben));
        book.hand_over(at(1), &ada, ben.clone(), "Ben").unwrap();
        assert!(!book.release(&ada));
        assert!(book.release(&ben));
        assert!(book.check(at(1), None).is_err());
    }

    proptest! {
        #[test]
        fn never_do_two_leases_pass_at_once(
            steps in proptest::collection::vec((0..3u8, 0..5u8, 0..40u64), 1..60)
        ) {
            let mut book = LeaseBook::default();
            let mut now = at(0);
            for (who, what, wait) in steps {
                now = now + Duration::from_secs(wait);
                let id = LeaseId::new(who.to_string());
                match what {
                    0 => drop(book.take(now, id, "x", Take::IfFree)),
                    1 => drop(book.take(now, id, "x", Take::Force)),
                    2 => drop(book.renew(now, &id)),
                    3 => drop(book.hand_over(now, &id, LeaseId::new("2"), "y")),
                    _ => drop(book.release(&id)),
                }
                let pass = (0..3u8)
                    .filter(|who| book.check(now, Some(&LeaseId::new(who.to_string()))).is_ok())
                    .count();
                prop_assert!(pass <= 1);
            }
        }
    }
}
