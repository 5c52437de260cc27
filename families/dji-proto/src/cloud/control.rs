use std::collections::BTreeMap;
use std::time::Duration;

use skyhelm_units::{Mono, Now};

use crate::envelope::Envelope;
use crate::model::PayloadIndex;
use crate::numbers::{ControlSource, JoystickInvalidReason};
use crate::state::AuthorityState;

/// Who may command, as far as is known.
///
/// What the device tells and what is ours are two things: after a restart it may say that the
/// cloud has the authority, but a person has to take it before it is ours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Control {
    /// What the device last told.
    pub told: AuthorityState,
    /// What the pilot said.
    pub consent: Consent,
    flight: Option<Stamp>,
    payloads: BTreeMap<PayloadIndex, Stamp>,
    lost: Option<LostBecause>,
    losses: u64,
}

/// When something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// By the device's own clock, in milliseconds, if it told.
    device: Option<i64>,
    /// By ours.
    ours: Mono,
}

/// What the device sent before a grant overtakes nothing that came later than this after it.
const OVERTAKEN_WITHIN: Duration = Duration::from_secs(5);

impl Stamp {
    pub(super) fn of(now: Now, envelope: &Envelope) -> Self {
        Self {
            device: envelope.timestamp,
            ours: now.mono,
        }
    }

    /// Whether the device wrote a message before it granted this: MQTT keeps the order of a topic, not that of two,
    /// so that a `state` from before a grab can arrive after the answer to it.
    fn is_after(self, told: Stamp) -> bool {
        let (Some(granted), Some(written)) = (self.device, told.device) else {
            return false;
        };
        let lead = granted.saturating_sub(written);
        // Stamps of other units than milliseconds, or a clock that was set back, differ by more.
        lead > 0
            && Duration::from_millis(lead.unsigned_abs()) <= OVERTAKEN_WITHIN
            && told.ours.since(self.ours) <= OVERTAKEN_WITHIN
    }
}

/// What the pilot said to the question of the cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// The question stands on the remote controller.
    Asked,
    /// Yes.
    Granted,
    /// No.
    Refused,
    /// Another user's question took its place.
    Overtaken,
    /// Yes, and later no.
    Revoked,
}

/// Why the authority is no longer ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LostBecause {
    /// The aircraft said so.
    Joystick(JoystickInvalidReason),
    /// Somebody else has it.
    TakenBy(ControlSource),
    /// The pilot took his consent back.
    ConsentRevoked,
    /// The aircraft went offline.
    AircraftOffline,
    /// The gateway came online anew.
    GatewayRestarted,
    /// The connection to the broker was lost.
    Disconnected,
    /// It was given back.
    Released,
}

impl Control {
    /// Whether the aircraft is ours to fly.
    pub const fn has_flight(&self) -> bool {
        self.flight.is_some()
    }

    /// Whether a payload is ours to command. The pilot's consent is for all of them.
    pub fn has_payload(&self, payload: PayloadIndex) -> bool {
        self.payloads.contains_key(&payload) || self.consent == Consent::Granted
    }

    /// Whether anything at all is ours.
    pub fn has_any(&self) -> bool {
        self.has_flight() || !self.payloads.is_empty()
    }

    /// Why it was lost, until it is ours again.
    pub const fn lost(&self) -> Option<&LostBecause> {
        self.lost.as_ref()
    }

    /// How often it was lost so far: an answer to a grab counts only if this has not changed since.
    pub(super) const fn losses(&self) -> u64 {
        self.losses
    }

    pub(super) fn grant_flight(&mut self, granted: Stamp) {
        self.flight = Some(granted);
        self.lost = None;
    }

    pub(super) fn grant_payload(&mut self, payload: PayloadIndex, granted: Stamp) {
        self.payloads.insert(payload, granted);
    }

    /// Takes it away. Returns whether any was there.
    pub(super) fn lose(&mut self, because: LostBecause) -> bool {
        self.losses += 1;
        let had = self.has_any() || self.consent == Consent::Granted;
        self.flight = None;
        self.payloads.clear();
        self.consent = match (self.consent, &because) {
            (Consent::Granted, LostBecause::ConsentRevoked) => Consent::Revoked,
            (Consent::Granted, _) => Consent::NotAsked,
            (other, _) => other,
        };
        if had {
            self.lost = Some(because);
        }
        had
    }

    /// Takes in what the device tells, and when. Returns who took the aircraft from us, if somebody did.
    pub(super) fn told(&mut self, news: AuthorityState, when: Stamp) -> Option<LostBecause> {
        let overtaken = |granted: Option<&Stamp>| granted.is_some_and(|g| g.is_after(when));
        if let Some(locked) = news.locked {
            self.told.locked = Some(locked);
        }
        for (payload, source) in news.payloads {
            if overtaken(self.payloads.get(&payload)) {
                continue;
            }
            if source != ControlSource::A {
                self.payloads.remove(&payload);
            }
            self.told.payloads.insert(payload, source);
        }
        let flight = news.flight.filter(|_| !overtaken(self.flight.as_ref()))?;
        self.told.flight = Some(flight.clone());
        if flight == ControlSource::A {
            return None;
        }
        Some(LostBecause::TakenBy(flight))
    }
}
