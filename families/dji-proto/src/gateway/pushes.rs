use core::time::Duration;

use super::{DeviceSession, Envelope, Map, Mono, Now, Of, Step, Topic, TopicKind, Value, VecDeque};
use crate::osd;

/// Properties of push mode 0 come at 0.5 Hz.
const EVERY: Duration = Duration::from_secs(2);
/// A dock sends them in so many objects, one after the other: together they come to 2 Hz.
const PARTS: usize = 4;
const PART_EVERY: Duration = Duration::from_millis(500);

/// Properties that are pushed at a fixed rate.
#[derive(Debug, Default)]
pub(super) struct Osd {
    gateway: Map<String, Value>,
    aircraft: Map<String, Value>,
    round_at: Option<Mono>,
    parts: VecDeque<(Mono, Map<String, Value>)>,
}

impl Osd {
    pub(super) fn start(&mut self, now: Mono) {
        self.round_at = Some(now);
        self.parts.clear();
    }

    pub(super) fn next(&self) -> Option<Mono> {
        let part = self.parts.front().map(|(at, _)| *at);
        [part, self.round_at].into_iter().flatten().min()
    }
}

impl DeviceSession {
    /// What a device tells of itself from now on, all of it. It goes out at 0.5 Hz.
    pub fn set_osd(&mut self, of: Of, properties: Map<String, Value>) {
        match of {
            Of::Gateway => self.osd.gateway = properties,
            Of::Aircraft => self.osd.aircraft = properties,
        }
    }

    pub(super) fn osd_due(&mut self, now: Now) {
        if !self.connected || self.step() != Step::Online {
            return;
        }
        if self.osd.round_at.is_some_and(|at| at <= now.mono) {
            self.osd.round_at = Some(now.mono + EVERY);
            self.begin_round(now);
        }
        while let Some((at, _)) = self.osd.parts.front()
            && *at <= now.mono
        {
            if let Some((_, part)) = self.osd.parts.pop_front() {
                self.push_osd(now, Of::Gateway, part);
            }
        }
    }

    fn begin_round(&mut self, now: Now) {
        let mut gateway = self.osd.gateway.clone();
        gateway.insert("drc_state".to_owned(), self.drc_state().number().into());
        let parts = if self.config.profile.splits_osd {
            osd::split(&gateway, PARTS)
        } else {
            vec![gateway]
        };
        let mut at = now.mono;
        for part in parts {
            self.osd.parts.push_back((at, part));
            at = at + PART_EVERY;
        }
        if self.aircraft_online && !self.osd.aircraft.is_empty() {
            self.push_osd(now, Of::Aircraft, self.osd.aircraft.clone());
        }
    }

    fn push_osd(&mut self, now: Now, of: Of, properties: Map<String, Value>) {
        let envelope =
            Envelope::properties(self.ids.exchange(), now.utc, Value::Object(properties))
                .through(&self.config.gateway);
        let topic = Topic::new(TopicKind::Osd, self.serial_of(of));
        self.publish(topic, &envelope);
    }
}
