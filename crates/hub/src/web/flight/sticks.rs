//! The sticks of an aircraft: one WebSocket for each hand on them.
//!
//! The hub passes on what the page says and keeps nothing of it: what a stall held back is too old by
//! its nonce, and the stick's own thread stops the aircraft when nothing comes. When this socket goes,
//! for whatever reason, the hand is dropped, and dropping it lets go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, State};
use axum::response::Response;
use futures_util::SinkExt as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use skyhelm_device::stick::{Ended, Ignored, Release, StickInput};
use skyhelm_device::{DeviceError, ErrorKind, GatedHand, Take};
use skyhelm_units::{BodyMotion, RequestId};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::super::body::At;
use super::super::problem::{Answer, Problem};
use super::super::route::{Route, get};
use super::super::session::SignedIn;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::registry::Member;
use crate::sign_in::{Role, Session};
use crate::store::NewAudit;

/// Hands at a time, of all aircraft together.
const MOST_HANDS: usize = 32;
/// A page says nothing longer than this.
const MESSAGE_BYTES: usize = 1024;
/// A page that does not take a message for so long has lost its aircraft long ago.
const SEND_TIME: Duration = Duration::from_secs(1);
/// How often the lease behind the hand is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A hand that moves its stick renews its lease so often.
const RENEW_EVERY: Duration = Duration::from_secs(10);
/// Why pushes do not count is told no more often than this.
const REFUSE_EVERY: Duration = Duration::from_millis(200);

static HANDS: AtomicUsize = AtomicUsize::new(0);

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            "/devices/{id}/flight/sticks",
            Role::Operator,
            "The sticks, a WebSocket: nonces come, pushes that echo the newest go.",
            sticks,
        )
        .flies()
        .bare(101)
        .problems(&[404, 409, 502]),
    ]
}

/// One of the places for hands; given back when dropped.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let taken = HANDS.fetch_add(1, Ordering::Relaxed);
        let place = Self;
        (taken < MOST_HANDS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        HANDS.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn sticks(
    State(hub): State<Arc<Hub>>,
    Extension(session): SignedIn,
    Extension(request): Extension<RequestId>,
    At(id): At<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Answer<Response> {
    let member = hub.registry.member(&id)?;
    let upgrade = upgrade.map_err(|error| Problem::invalid(error.body_text()))?;
    let Some(place) = Place::take() else {
        let error = DeviceError::new(ErrorKind::Blocked, "Too many hands are on sticks.");
        return Err(error.into());
    };
    let desk = Desk {
        hub,
        session,
        request,
        member,
    };
    Ok(upgrade
        .max_message_size(MESSAGE_BYTES)
        .max_frame_size(MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            let _place = place;
            desk.serve(socket).await;
        }))
}

/// What the page says.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    LetGo(LetGo),
    Push(Push),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LetGo {
    release: bool,
    /// Why; a person let go when absent.
    why: Option<Release>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Push {
    #[serde(deserialize_with = "nonce")]
    nonce: u64,
    sequence: u64,
    forward: f64,
    right: f64,
    up: f64,
    clockwise: f64,
}

/// A nonce is sent as text, since not every number survives a browser.
fn nonce<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// One person at one aircraft.
struct Desk {
    hub: Arc<Hub>,
    session: Session,
    request: RequestId,
    member: Arc<Member>,
}

impl Desk {
    async fn serve(self, mut socket: WebSocket) {
        let taken = self.take();
        let refused = taken.as_ref().err().cloned();
        self.note("sticks taken", refused.as_ref(), None).await;
        let farewell = match taken {
            Ok(hand) => {
                let why = self.hold(&hand, &mut socket).await;
                // Before anything else waits: the aircraft stops now, and is told why.
                if let Ended::Release(why) = why {
                    hand.release(why);
                }
                drop(hand);
                self.note("sticks released", None, Some(why)).await;
                json!({ "ended": why })
            }
            Err(error) => {
                json!({"refused": "not_taken", "problem": Problem::from(error).json(&self.request)})
            }
        };
        // Whether the peer hears the good-bye makes no difference.
        let _ = say(&mut socket, &farewell).await;
        let _ = timeout(SEND_TIME, socket.close()).await;
    }

    /// Takes the lease when it is free, and the sticks with it.
    fn take(&self) -> Result<GatedHand, DeviceError> {
        let now = self.hub.clocks.now().mono;
        let gate = &self.member.gate;
        let name = &self.session.name;
        let before = gate.lease(now).map(|lease| lease.id);
        gate.take_lease(now, self.session.lease.clone(), name, Take::IfFree)?;
        if before.as_ref() != Some(&self.session.lease) {
            let id = gate.id().as_str().to_owned();
            self.hub.announce(HubEvent::Device(id));
        }
        gate.take_sticks(now, &self.session.lease, name)
    }

    /// Passes on what the page says until the hand is lost; why it was.
    async fn hold(&self, hand: &GatedHand, socket: &mut WebSocket) -> Ended {
        let (mut nonces, mut ended) = (hand.nonces(), hand.ended());
        let mut look = interval(LOOK_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ear = Ear::default();
        nonces.mark_changed();
        loop {
            let lost = *ended.borrow_and_update();
            if let Some(why) = lost {
                return why;
            }
            let word = tokio::select! {
                // What ends the hand comes first, then what the page says.
                biased;
                () = self.hub.stopping.cancelled() => return Ended::Release(Release::Exit),
                () = self.session.ended.cancelled() => {
                    return Ended::Release(Release::LeaseLost);
                }
                changed = ended.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return Ended::Release(Release::Exit),
                },
                said = socket.recv() => match self.hear(hand, said, &mut ear) {
                    Ok(Some(word)) => word,
                    Ok(None) => continue,
                    Err(why) => return Ended::Release(why),
                },
                changed = nonces.changed() => match changed {
                    Ok(()) => json!({ "nonce": nonces.borrow_and_update().to_string() }),
                    Err(_) => return Ended::Release(Release::Exit),
                },
                _ = look.tick() => {
                    self.member.gate.watch_sticks(self.hub.clocks.now().mono);
                    continue;
                }
            };
            if say(socket, &word).await.is_err() {
                return Ended::Release(Release::SocketClosed);
            }
        }
    }

    /// What is to be answered, or why the hand lets go.
    fn hear(
        &self,
        hand: &GatedHand,
        said: Option<Result<Message, axum::Error>>,
        ear: &mut Ear,
    ) -> Result<Option<Value>, Release> {
        let text = match said {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => return Ok(None),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Release::SocketClosed),
        };
        let push = match serde_json::from_str(&text) {
            Ok(Said::Push(push)) => push,
            Ok(Said::LetGo(LetGo { release: true, why })) => {
                return Err(why.unwrap_or(Release::Released));
            }
            Ok(Said::LetGo(_)) | Err(_) => return Ok(ear.refused("nonsense")),
        };
        let input = StickInput {
            nonce: push.nonce,
            sequence: push.sequence,
            motion: BodyMotion {
                forward: push.forward,
                right: push.right,
                up: push.up,
                clockwise: push.clockwise,
            },
        };
        let now = self.hub.clocks.now().mono;
        match self.member.gate.push_stick(now, hand, input) {
            Ok(()) => {
                if ear.renews() {
                    // A lease that was lost meanwhile is told by the hand itself.
                    let _ = self.member.gate.renew_lease(now, &self.session.lease);
                }
                Ok(None)
            }
            Err(why) => Ok(ear.refused(word(why))),
        }
    }

    /// The beginning and the end of a hand are worth a line; each push is not.
    async fn note(&self, action: &str, refused: Option<&DeviceError>, ended: Option<Ended>) {
        let session = &self.session;
        let outcome = refused.map_or("taken", |error| &error.message);
        let status = refused.map_or(101, |error| Problem::from(error.clone()).status().as_u16());
        let line = NewAudit {
            utc_ms: self.hub.clocks.now().utc.millis(),
            who: session.name.clone(),
            role: Some(session.role.word()),
            means: Some(session.means.word()),
            device: Some(self.member.gate.id().as_str().to_owned()),
            action: action.to_owned(),
            details: ended.map(|why| json!({ "ended": why }).to_string()),
            status,
            outcome: outcome.to_owned(),
            request_id: self.request.as_str().to_owned(),
            delay_ms: None,
        };
        self.hub.audit(line).await;
    }
}

/// When the lease was renewed, and when a refusal was told.
#[derive(Default)]
struct Ear {
    renewed: Option<Instant>,
    refused: Option<Instant>,
}

impl Ear {
    fn renews(&mut self) -> bool {
        due(&mut self.renewed, RENEW_EVERY)
    }

    fn refused(&mut self, why: &str) -> Option<Value> {
        due(&mut self.refused, REFUSE_EVERY).then(|| json!({ "refused": why }))
    }
}

fn due(last: &mut Option<Instant>, every: Duration) -> bool {
    let due = last.is_none_or(|last| last.elapsed() >= every);
    if due {
        *last = Some(Instant::now());
    }
    due
}

/// As programs read it.
fn word(why: Ignored) -> &'static str {
    match why {
        Ignored::NotHeld => "not_held",
        Ignored::Stale => "stale",
        Ignored::OutOfOrder => "out_of_order",
        Ignored::NotANumber => "not_a_number",
        Ignored::CentreFirst => "centre_first",
    }
}

async fn say(socket: &mut WebSocket, word: &Value) -> Result<(), ()> {
    let message = Message::text(word.to_string());
    match timeout(SEND_TIME, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(()),
    }
}
