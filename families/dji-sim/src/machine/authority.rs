//! Who may command: the aircraft's A and B, and the pilot's consent.

use skyhelm_dji_proto::numbers::{ConsentStatus, ControlSource};
use skyhelm_dji_proto::profile::AuthorityKind;
use skyhelm_dji_proto::service::CloudControlRequest;
use skyhelm_dji_proto::state::AuthorityState;
use skyhelm_dji_proto::{PayloadIndex, Profile};
use skyhelm_units::Mono;

use super::{GatewayMachine, nothing};
use crate::config::Pilot;

/// The first-person camera in the aircraft's nose: every product has it.
pub(super) const NOSE_CAMERA: PayloadIndex = PayloadIndex::new(39, 0, 7);

/// A question on the pilot's screen.
#[derive(Clone, Debug)]
struct Question {
    keys: Vec<String>,
    bid: Option<String>,
    answered: Option<(Mono, ConsentStatus)>,
}

/// Who may command.
#[derive(Clone, Debug)]
pub(super) struct Authority {
    state: AuthorityState,
    question: Option<Question>,
    consent: Vec<String>,
    /// Changed since it was last told.
    pub(super) is_news: bool,
}

impl Authority {
    pub(super) fn new(profile: &Profile) -> Self {
        let source = match profile.authority {
            AuthorityKind::Grab => ControlSource::Nobody,
            // At a remote controller the pilot has it all.
            AuthorityKind::CloudControl => ControlSource::B,
        };
        let payloads = [profile.camera, NOSE_CAMERA].map(|index| (index, source.clone()));
        Self {
            state: AuthorityState {
                flight: Some(source),
                locked: Some(false),
                payloads: payloads.into(),
            },
            question: None,
            consent: Vec::new(),
            is_news: true,
        }
    }

    pub(super) fn flight(&self) -> ControlSource {
        self.state.flight.clone().unwrap_or(ControlSource::Nobody)
    }

    pub(super) fn is_locked(&self) -> bool {
        self.state.locked == Some(true)
    }

    pub(super) fn payload(&self, index: PayloadIndex) -> Option<ControlSource> {
        self.state.payloads.get(&index).cloned()
    }

    pub(super) fn state(&self) -> &AuthorityState {
        &self.state
    }

    pub(super) fn consent(&self) -> &[String] {
        &self.consent
    }

    pub(super) fn has_consent(&self) -> bool {
        !self.consent.is_empty()
    }

    pub(super) fn grab_flight(&mut self) {
        self.state.flight = Some(ControlSource::A);
        self.is_news = true;
    }

    /// Whether there is such a payload.
    pub(super) fn grab_payload(&mut self, index: PayloadIndex) -> bool {
        let Some(source) = self.state.payloads.get_mut(&index) else {
            return false;
        };
        *source = ControlSource::A;
        self.is_news = true;
        true
    }

    /// The controller in the field takes all, and keeps it when it locks.
    pub(super) fn field_takes(&mut self, locked: bool) {
        self.state.flight = Some(ControlSource::B);
        self.state.locked = Some(locked);
        for source in self.state.payloads.values_mut() {
            *source = ControlSource::B;
        }
        self.is_news = true;
    }

    /// The controller in the field lets go.
    pub(super) fn field_lets_go(&mut self) {
        self.state.locked = Some(false);
        self.is_news = true;
    }

    pub(super) fn withdraw_consent(&mut self) {
        self.consent.clear();
        self.is_news = true;
    }
}

impl GatewayMachine {
    /// Shows the question; a question that was there is overtaken.
    pub(super) fn ask_for_consent(&mut self, asked: CloudControlRequest, bid: Option<String>) {
        if let Some(old) = self.authority.question.take() {
            self.tell_consent(old.bid, &ConsentStatus::Canceled);
        }
        let answered = match self.pilot {
            Pilot::Agrees(after) => Some((self.now.mono + after, ConsentStatus::Ok)),
            Pilot::Declines(after) => Some((self.now.mono + after, ConsentStatus::Failed)),
            Pilot::Ignores => None,
        };
        let keys = if asked.control_keys.is_empty() {
            vec![String::from("flight")]
        } else {
            asked.control_keys
        };
        self.authority.question = Some(Question {
            keys,
            bid,
            answered,
        });
    }

    pub(super) fn run_consent(&mut self) {
        let due = self.authority.question.take_if(|question| {
            question
                .answered
                .as_ref()
                .is_some_and(|(at, _)| *at <= self.now.mono)
        });
        let Some(question) = due else {
            return;
        };
        let status = question
            .answered
            .map_or(ConsentStatus::Failed, |(_, status)| status);
        if status == ConsentStatus::Ok {
            self.authority.consent = question.keys;
            self.authority.is_news = true;
        }
        self.tell_consent(question.bid, &status);
    }

    /// The pilot takes it back.
    pub(super) fn pilot_revokes(&mut self) {
        if self.authority.has_consent() {
            self.authority.withdraw_consent();
        }
    }

    fn tell_consent(&mut self, bid: Option<String>, status: &ConsentStatus) {
        let mut data = nothing();
        data["result"] = 0.into();
        data["output"] = serde_json::json!({ "status": status.word() });
        self.tell_event("cloud_control_auth_notify", data, bid, true);
    }
}
