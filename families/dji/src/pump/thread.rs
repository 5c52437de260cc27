//! The thread's own side: frames out, and the connection they go by.

use core::time::Duration;
use std::sync::Arc;

use skyhelm_device::stick::{Shut, StickFrame, StickOutput};
use skyhelm_dji_proto::Profile;
use skyhelm_dji_proto::drc::{DrcCommand, DrcDown};
use skyhelm_dji_proto::stick::StickSequence;
use tokio::sync::mpsc;

use super::Shared;
use crate::broker::Door;
use crate::link::Link;

/// Between two tries to connect.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// A frame that is not written within this time is too old to be written.
const WRITE_TIME: Duration = Duration::from_millis(80);

/// Longest sleep: the guard is asked again at least so often.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// Longest sleep while nobody wants the connection: whoever does wakes the thread.
const IDLE_SLEEP: Duration = Duration::from_mins(1);

/// The thread's own side.
pub(super) struct Pumping {
    shared: Arc<Shared>,
    door: Door,
    client_id: String,
    topic: String,
    sequence: StickSequence,
    link: Option<Link>,
}

/// What one turn found to do.
struct Turn {
    frames: Vec<StickFrame>,
    stops: u32,
    profile: Profile,
    wanted: bool,
    quit: bool,
    sleep: Duration,
}

impl Pumping {
    pub(super) fn new(shared: Arc<Shared>, door: Door, client_id: String, topic: String) -> Self {
        Self {
            shared,
            door,
            client_id,
            topic,
            sequence: StickSequence::new(),
            link: None,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let turn = self.turn();
            self.send(&turn).await;
            if turn.quit {
                break;
            }
            self.connect_as_wanted(turn.wanted).await;
            tokio::select! {
                () = self.shared.wake.notified() => {}
                () = tokio::time::sleep(turn.sleep) => {}
                () = lost(self.link.as_ref()), if self.link.is_some() => self.drop_link(),
            }
        }
        if let Some(link) = self.link.take() {
            link.close().await;
        }
    }

    fn turn(&self) -> Turn {
        let now = self.shared.host.now().mono;
        let mut core = self.shared.lock();
        core.guard.handle_timeout(now);
        let mut frames = Vec::new();
        while let Some(output) = core.guard.poll_output() {
            match output {
                StickOutput::Nonce { hand, nonce } => {
                    if let Some(seen) = core.hands.get(&hand.0) {
                        seen.nonce.send_replace(nonce);
                    }
                }
                StickOutput::Frame(frame) => frames.push(frame),
                StickOutput::Ended { hand, why } => {
                    if let Some(seen) = core.hands.remove(&hand.0) {
                        seen.ended.send_replace(Some(why));
                    }
                    if core.hands.is_empty() {
                        core.holder = None;
                    }
                }
            }
        }
        if let Some(last) = frames.last() {
            core.held_back = last.held_back;
        }
        core.frames += frames.len() as u64;
        let idle = !core.wanted && core.hands.is_empty() && self.link.is_none();
        let longest = if idle { IDLE_SLEEP } else { LONGEST_SLEEP };
        let sleep = core
            .guard
            .poll_timeout()
            .map_or(longest, |(at, _)| at.since(now).min(longest));
        Turn {
            frames,
            stops: core::mem::take(&mut core.stops),
            profile: core.profile,
            wanted: core.wanted,
            quit: core.quit,
            sleep,
        }
    }

    async fn send(&mut self, turn: &Turn) {
        if turn.frames.is_empty() && turn.stops == 0 {
            return;
        }
        let Some(link) = self.link.clone() else {
            return;
        };
        let mut messages: Vec<Vec<u8>> = Vec::new();
        if turn.stops > 0 {
            let command = DrcCommand::EmergencyStop;
            let stop = DrcDown::Command { command, seq: None };
            messages.push(stop.envelope(&turn.profile).to_bytes());
        }
        for frame in &turn.frames {
            let Some(frame) = turn.profile.frame(frame.motion) else {
                continue;
            };
            let seq = Some(self.sequence.next(turn.profile.seq_rule, &frame));
            messages.push(
                DrcDown::Frame { frame, seq }
                    .envelope(&turn.profile)
                    .to_bytes(),
            );
        }
        for message in messages {
            let now = self.shared.host.now().mono;
            self.shared.ledger.say(now, &self.topic, &message);
            let sent = tokio::time::timeout(WRITE_TIME, link.send(&self.topic, message)).await;
            if !matches!(sent, Ok(true)) {
                // A frame that could not be written now is never written.
                self.drop_link();
                return;
            }
        }
    }

    async fn connect_as_wanted(&mut self, wanted: bool) {
        if !wanted {
            if let Some(link) = self.link.take() {
                link.close().await;
                self.shared.up.send_replace(false);
            }
            return;
        }
        if self.link.is_some() {
            return;
        }
        // Nothing is heard on this connection.
        let (inbox, _) = mpsc::channel(1);
        match Link::open(&self.door, &self.client_id, &[], inbox).await {
            Ok(link) => {
                self.link = Some(link);
                self.sequence = StickSequence::new();
                self.shared.up.send_replace(true);
            }
            Err(error) => {
                tracing::warn!(%error, "the stick pump has no connection");
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }

    fn drop_link(&mut self) {
        self.link = None;
        self.shared.up.send_replace(false);
        self.shared.lock().guard.shut(Shut::LinkBad);
    }
}

async fn lost(link: Option<&Link>) {
    match link {
        Some(link) => link.lost().await,
        None => core::future::pending().await,
    }
}
