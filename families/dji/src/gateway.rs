//! One gateway: the task that owns its session.

mod axes;
mod camera;
mod journeys;
mod live;
mod mode;
mod news;
mod orders;
mod picture;
mod presence;
mod questions;
mod raw;
mod stop;

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::Arc;

use skyhelm_device::state::TargetPlace;
use skyhelm_device::stick::Shut;
use skyhelm_device::{
    Accepted, DeviceError, DeviceEvent, DeviceState, Fence, HostClock, JobBook, Memory, Severity,
};
use skyhelm_dji_proto::Qos;
use skyhelm_dji_proto::cloud::{DrcPhase, GatewaySession, Input, Output, SessionConfig, Ticket};
use skyhelm_dji_proto::drc::{HsiInfo, OsdInfo};
use skyhelm_dji_proto::event::Health;
use skyhelm_dji_proto::{SerialNumber, Topic, Topology};
use skyhelm_units::{JobId, Mono, Now, RequestId, UtcMillis};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::broker::Broker;
use crate::config::DjiConfig;
use crate::ledger;
use crate::link::{Incoming, Link};
use crate::pump::Pump;

pub(crate) use orders::Order;
pub(crate) use raw::RawAsk;

/// Orders waiting for the task. More than a person can give.
pub(crate) const WAITING_ORDERS: usize = 32;

/// State goes out at most so often.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);

/// State goes out so often without news: some of it changes by the clock alone. A station may have a thousand
/// gateways, and to put a state together costs far more than to take a message.
const PUBLISH_IDLE: Duration = Duration::from_secs(1);

/// Seen by its silence within this time.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// A gateway that was not heard for longer is shown as lost: it reports each two seconds.
const SILENT_AFTER: Duration = Duration::from_secs(10);

/// What the task is asked.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) order: Order,
    pub(crate) request_id: RequestId,
    pub(crate) reply: oneshot::Sender<Result<Accepted, DeviceError>>,
}

/// What the task is told by the family.
#[derive(Debug)]
pub(crate) enum Told {
    /// A message for it came.
    Message(Incoming),
    /// The connection to the broker is up.
    Up(Link),
    /// It is lost.
    Down,
    /// A person says something in the device's own words.
    Raw(RawAsk),
}

/// What the task is started with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) serial: SerialNumber,
    pub(crate) name: Option<String>,
    pub(crate) simulated: bool,
    pub(crate) seed: u64,
    pub(crate) config: Arc<DjiConfig>,
    pub(crate) broker: Arc<dyn Broker>,
    pub(crate) pump: Arc<Pump>,
    pub(crate) host: HostClock,
    pub(crate) told: mpsc::Receiver<Told>,
    pub(crate) asked: mpsc::Receiver<Ask>,
    pub(crate) stops: mpsc::Receiver<Ask>,
    pub(crate) state: watch::Sender<Arc<DeviceState>>,
    pub(crate) events: broadcast::Sender<DeviceEvent>,
    /// Which serial number is another name of this gateway's task from now on.
    pub(crate) aircraft: watch::Sender<Option<String>>,
    pub(crate) memory: Arc<dyn Memory>,
}

/// A request under way.
#[derive(Debug)]
struct Waiting {
    reply: Option<oneshot::Sender<Result<Accepted, DeviceError>>>,
    job: Option<JobId>,
}

/// The task.
#[derive(Debug)]
pub(crate) struct Gateway {
    start: Start,
    session: GatewaySession,
    link: Option<Link>,
    waiting: BTreeMap<Ticket, Waiting>,
    raw: raw::RawWaiting,
    stopping: Option<stop::Stopping>,
    jobs: JobBook,
    /// The vendor's ids of what flies by itself.
    flights: BTreeMap<String, JobId>,
    journeys: Vec<journeys::Journey>,
    axes: axes::Axes,
    presumed: Option<Topology>,
    target: Option<TargetPlace>,
    armed: bool,
    fence: Option<Fence>,
    foreign: bool,
    link_reason: Option<String>,
    osd: Option<OsdInfo>,
    osd_at: Mono,
    hsi: Option<HsiInfo>,
    hsi_at: Mono,
    radio_delay_ms: Option<f64>,
    picture_delay_ms: Option<f64>,
    health: Health,
    since_utc_ms: i64,
    last_heard_utc: Option<UtcMillis>,
    open: bool,
}

impl Gateway {
    pub(crate) fn new(start: Start) -> Self {
        let session = GatewaySession::new(SessionConfig {
            gateway: start.serial.clone(),
            profile: None,
            id_seed: start.seed,
        });
        let since_utc_ms = start.host.now().utc.millis();
        Self {
            session,
            link: None,
            waiting: BTreeMap::new(),
            raw: BTreeMap::new(),
            stopping: None,
            jobs: JobBook::default(),
            flights: BTreeMap::new(),
            journeys: Vec::new(),
            axes: axes::Axes::default(),
            presumed: None,
            target: None,
            armed: false,
            fence: None,
            foreign: false,
            link_reason: None,
            osd: None,
            osd_at: Mono::ZERO,
            hsi: None,
            hsi_at: Mono::ZERO,
            radio_delay_ms: None,
            picture_delay_ms: None,
            health: Health::default(),
            since_utc_ms,
            last_heard_utc: None,
            open: false,
            start,
        }
    }

    /// Runs until it is cancelled; the aircraft then gets its zero frames.
    pub(crate) async fn run(mut self, cancel: CancellationToken) {
        self.recall_axes().await;
        self.recall_topology().await;
        let mut published: Option<tokio::time::Instant> = None;
        let mut news = true;
        loop {
            news |= self.drain().await;
            let was_open = self.open;
            self.follow();
            self.run_check();
            news |= was_open != self.open;
            // Hands, and what holds them back, are known to the pump alone.
            let every = if news || self.open || self.axes.is_busy() {
                PUBLISH_EVERY
            } else {
                PUBLISH_IDLE
            };
            let mut left =
                published.map_or(Duration::ZERO, |at| every.saturating_sub(at.elapsed()));
            if left.is_zero() {
                self.publish();
                published = Some(tokio::time::Instant::now());
                (news, left) = (false, every);
            }
            let now = self.now().mono;
            let due = self.session.poll_timeout();
            let wake = due.map_or(LONGEST_SLEEP, |(at, _)| at.since(now).min(LONGEST_SLEEP));
            let wake = wake.min(self.axes.pace()).min(left);
            let mut told = true;
            tokio::select! {
                biased;
                () = cancel.cancelled() => break,
                Some(ask) = self.start.stops.recv() => self.stop(ask),
                Some(told) = self.start.told.recv() => self.told(told),
                Some(ask) = self.start.asked.recv() => self.ask(ask),
                () = tokio::time::sleep(wake) => told = false,
            }
            news |= told;
            let now = self.now();
            self.session.handle_timeout(now);
        }
        if let Some(thread) = self.start.pump.quit() {
            // It sends its zero frames and ends; a broker that hangs must not hold the program.
            let joined = tokio::task::spawn_blocking(move || thread.join());
            let _ = tokio::time::timeout(Duration::from_secs(2), joined).await;
        }
    }

    fn now(&self) -> Now {
        self.start.host.now()
    }

    fn told(&mut self, told: Told) {
        let now = self.now();
        match told {
            Told::Message(incoming) => {
                let Ok(topic) = incoming.topic.parse::<Topic>() else {
                    tracing::debug!(topic = %incoming.topic, "not a topic of the Cloud API");
                    return;
                };
                if ledger::COMMANDING.contains(&topic.kind) {
                    let ledger = self.start.pump.ledger();
                    if ledger.is_echo(&incoming.topic, &incoming.payload) {
                        return;
                    }
                } else {
                    self.last_heard_utc = Some(now.utc);
                    self.presume(&topic.serial);
                }
                self.session.handle_input(
                    now,
                    Input::Message {
                        topic: &topic,
                        payload: &incoming.payload,
                    },
                );
                if topic.kind.is_from_device() {
                    // Where it is matters to a hand's fence alone, and costs more than all the rest of a message.
                    let flown = self.start.pump.is_wanted();
                    let place = if flown { self.whereabouts() } else { None };
                    self.start.pump.heard(place);
                }
                tracing::trace!(target: "skyhelm_dji::heard", gateway = self.start.serial.as_str());
            }
            Told::Raw(ask) => self.ask_raw(ask),
            Told::Up(link) => {
                self.link = Some(link);
                self.session.handle_input(now, Input::Connected);
            }
            Told::Down => {
                self.link = None;
                self.session.handle_input(now, Input::Disconnected);
                self.log(
                    Severity::Error,
                    "link.broker",
                    "The connection to the MQTT broker was lost; control must be requested anew.",
                );
            }
        }
    }

    /// Does what the session wants done. Gives whether there was anything.
    async fn drain(&mut self) -> bool {
        let mut any = false;
        while let Some(output) = self.session.poll_output() {
            any = true;
            match output {
                Output::Publish(message) => {
                    let Some(link) = &self.link else {
                        continue;
                    };
                    let topic = message.topic.to_string();
                    if ledger::COMMANDING.contains(&message.topic.kind) {
                        let now = self.start.host.now().mono;
                        self.start.pump.ledger().say(now, &topic, &message.payload);
                    }
                    match message.qos {
                        Qos::AtMostOnce => {
                            link.send(&topic, message.payload).await;
                        }
                        Qos::AtLeastOnce => link.send_acknowledged(topic, message.payload),
                    }
                }
                Output::Event(event) => self.happened(event),
            }
        }
        any
    }

    /// Opens or shuts the sticks as the link and the control stand.
    fn follow(&mut self) {
        self.follow_limits();
        self.follow_journeys();
        let flies = self.session.profile().can_fly()
            && self.session.drc().phase() == DrcPhase::Connected
            && self.session.control().has_flight()
            && self.armed
            && !self.foreign;
        if flies && !self.open {
            self.open = self.start.pump.open();
        } else if flies {
            // Reopens after the pump's own connection was lost and made again.
            self.start.pump.open();
        } else if self.open {
            self.open = false;
            let why = if self.armed {
                Shut::NotLive
            } else {
                Shut::NotArmed
            };
            self.start.pump.shut(why);
        }
    }

    fn publish(&self) {
        let snapshot = Arc::new(self.snapshot());
        self.start.state.send_if_modified(|state| {
            let changed = **state != *snapshot;
            if changed {
                *state = snapshot;
            }
            changed
        });
    }

    fn log(&self, severity: Severity, topic: &str, message: &str) {
        tracing::info!(gateway = %self.start.serial, %topic, "{message}");
        // Without a listener the event is only logged.
        let _ = self.start.events.send(DeviceEvent {
            utc_ms: self.now().utc.millis(),
            severity,
            topic: topic.to_owned(),
            message: message.to_owned(),
            details: serde_json::Value::Null,
        });
    }
}
