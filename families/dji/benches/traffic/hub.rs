//! The driver with a thousand gateways and fifty quick ones, and one aircraft flown by hand meanwhile.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use skyhelm_device::stick::{Ended, Ignored, StickInput};
use skyhelm_device::{
    Device, DeviceState, Envelope, FamilyContext, FamilyEvent, FlightCommand, Gate, GatedHand,
    HostClock, RunningFamily, SunGuard, Take,
};
use skyhelm_dji::broker::open_all_files;
use skyhelm_units::{BodyMotion, LeaseId, Mono, Now, RequestId, Site, StationClock, UtcMillis};
use tokio::sync::mpsc;

use crate::accounts::{FAST_HZ, fast, hash, part, serials, slow};
use crate::heard::{Heard, Times};
use crate::{fleet, nanos, quantile};

/// How long it is measured.
const WINDOW: Duration = Duration::from_secs(20);
/// After the last message was sent, the last must have been heard within this.
const SETTLE: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_mins(1);
const MOST_LATE_MS: f64 = 20.0;
const MOST_JITTER_MS: f64 = 10.0;
const FRAME_MS: f64 = 100.0;
const FORWARD: BodyMotion = BodyMotion {
    forward: 1.0,
    ..BodyMotion::STILL
};

/// What is open beside a socket for each gateway.
const FILES_BESIDE: usize = 500;
/// Of the messages that were to be sent, so many must have been: a fleet that is starved puts no load on anybody.
const LEAST_SENT: f64 = 0.97;

/// Whether every promise was kept.
pub fn measure() -> bool {
    // Both processes need them: the other inherits the limit.
    let needed = (slow() + fast() + FILES_BESIDE) as u64;
    if let Some(files) = open_all_files().filter(|files| *files < needed) {
        println!("{files} open files are allowed, {needed} are needed: ulimit -n {needed}");
        return false;
    }
    let heard = Heard::default();
    tracing::subscriber::set_global_default(heard.clone()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let seen = runtime.block_on(fly(&heard));
    runtime.shutdown_timeout(Duration::from_secs(2));
    let late = judge_messages(&seen.sent, &heard.times());
    let jitter = judge_frames(&seen.frames);
    let [asked, answered] = seen.answers[..] else {
        return false;
    };
    println!("{asked} events that ask for an answer: {answered} answers");
    if let Some(why) = seen.lost {
        println!("the hand was lost: {why:?}");
    }
    late && jitter && asked == answered && seen.lost.is_none()
}

fn clock() -> HostClock {
    let start = Instant::now();
    HostClock::new(move || Now {
        mono: Mono::from_elapsed(Duration::from_secs(1) + start.elapsed()),
        utc: UtcMillis::new(1_800_000_000_000 + start.elapsed().as_millis() as i64),
    })
}

#[derive(Default)]
struct Seen {
    /// What was sent by whom and when.
    sent: Times,
    /// When frames came, while all the others spoke.
    frames: Vec<u64>,
    /// How many answers were asked for, and came.
    answers: Vec<u64>,
    /// Why the hand left the sticks.
    lost: Option<Ended>,
}

async fn fly(heard: &Heard) -> Seen {
    let host = clock();
    let (family, device, broker) = station(&host).await;
    let mut fleet = Fleet::start(&broker);
    fleet.until("ready");
    println!(
        "{} gateways at 1 Hz and {} at {FAST_HZ} Hz are connected",
        slow(),
        fast()
    );
    let mut desk = Desk::new(device, host);
    desk.fly_by_hand().await;
    let begin = nanos();
    fleet.say("go");
    desk.hold(WINDOW).await;
    let end = nanos();
    fleet.say("end");
    // The hand goes on while the fleet counts: its last frames must come too.
    desk.hold(SETTLE).await;
    let told = fleet.until("told");
    let mut seen = Seen {
        lost: desk.ended(),
        ..Seen::default()
    };
    for line in told {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default().to_owned();
        let numbers = words.filter_map(|word| word.parse().ok()).collect();
        match name.as_str() {
            "frames" => seen.frames = numbers,
            "answers" => seen.answers = numbers,
            _ => drop(seen.sent.insert(name, numbers)),
        }
    }
    seen.frames.retain(|at| (begin..end).contains(at));
    println!("{} messages were dealt with", heard.count());
    fleet.say("leave");
    drop(desk);
    family.stop().await.unwrap();
    seen
}

/// The family with all accounts, the device that is flown, and where the broker listens.
async fn station(host: &HostClock) -> (Box<dyn RunningFamily>, Arc<dyn Device>, String) {
    let dock = fleet::dock_config("").gateway_sn;
    let hash = hash();
    let gateways: Vec<_> = serials()
        .into_iter()
        .chain([dock.clone()])
        .map(|serial| json!({"serial": serial, "password_hash": hash, "simulated": true}))
        .collect();
    let (events, mut reports) = mpsc::channel(4096);
    let family = skyhelm_dji::family()
        .start(FamilyContext {
            config: json!({"listen": "127.0.0.1:0", "gateways": gateways}),
            events,
            host: host.clone(),
            clock: StationClock::new(host.now().mono, host.now().utc, 1.0),
            site: Site::from_degrees(47.0, 8.5, 450.0),
            memory: Arc::new(skyhelm_device::Unkept),
        })
        .unwrap();
    let (mut broker, mut device) = (None, None);
    while broker.is_none() || device.is_none() {
        match reports.recv().await.unwrap() {
            FamilyEvent::Health(words) => broker = words.rsplit(' ').next().map(str::to_owned),
            FamilyEvent::Appeared(appeared) if appeared.id().as_str().ends_with(&dock) => {
                device = Some(appeared);
            }
            _ => {}
        }
    }
    tokio::spawn(async move { while reports.recv().await.is_some() {} });
    (family, device.unwrap(), broker.unwrap())
}

/// The other process.
struct Fleet {
    child: Child,
    says: BufReader<ChildStdout>,
    hears: ChildStdin,
}

impl Fleet {
    fn start(broker: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--fleet", broker, "--part", &part().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        let hears = child.stdin.take().unwrap();
        Self { child, says, hears }
    }

    fn say(&mut self, word: &str) {
        writeln!(self.hears, "{word}").unwrap();
    }

    /// All lines before this one. Blocks one of the runtime's threads.
    fn until(&mut self, word: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let length = tokio::task::block_in_place(|| self.says.read_line(&mut line)).unwrap();
            assert!(length > 0, "the fleet ended before it said {word:?}");
            if line.trim() == word {
                return lines;
            }
            lines.push(line.trim().to_owned());
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A person at the sticks.
struct Desk {
    gate: Gate,
    host: HostClock,
    hand: Option<GatedHand>,
    sequence: u64,
}

impl Desk {
    fn new(device: Arc<dyn Device>, host: HostClock) -> Self {
        let site = Site::from_degrees(47.0, 8.5, 450.0);
        let station = StationClock::new(host.now().mono, host.now().utc, 1.0);
        let gate = Gate::new(device, station, SunGuard::new(site));
        Self {
            gate,
            host,
            hand: None,
            sequence: 0,
        }
    }

    async fn until(&self, what: &str, ready: impl Fn(&DeviceState) -> bool) {
        let mut state = self.gate.state();
        let waited = tokio::time::timeout(PATIENCE, state.wait_for(|state| ready(state))).await;
        assert!(
            waited.is_ok(),
            "not {what}: {:#?}",
            self.gate.state().borrow()
        );
    }

    async fn give(&self, command: FlightCommand) {
        let now = self.host.now().mono;
        let lease = LeaseId::new("ada");
        self.gate
            .take_lease(now, lease.clone(), "Ada", Take::IfFree)
            .unwrap();
        let envelope = Envelope {
            lease: Some(lease),
            request_id: RequestId::new("r"),
            deadline: now + Duration::from_secs(15),
            command,
        };
        self.gate.submit(now, envelope).await.unwrap();
    }

    async fn fly_by_hand(&mut self) {
        let flight = |state: &DeviceState| state.flight.clone().unwrap_or_default();
        self.until("in the air", |state| flight(state).in_air == Some(true))
            .await;
        let serial = fleet::dock_config("").gateway_sn;
        self.give(FlightCommand::Arm { serial }).await;
        self.give(FlightCommand::RequestControl).await;
        self.until("ours", |state| flight(state).authority.ours)
            .await;
        self.give(FlightCommand::EnterLive).await;
        self.until("live", |state| !state.blocked.contains_key("flight.sticks"))
            .await;
        let lease = LeaseId::new("ada");
        for _ in 0..200 {
            let now = self.host.now().mono;
            if let Ok(hand) = self.gate.take_sticks(now, &lease, "Ada") {
                self.hand = Some(hand);
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for _ in 0..PATIENCE.as_secs() {
            self.hold(Duration::from_secs(1)).await;
            let speed = flight(&self.gate.state().borrow()).speed;
            if speed.is_some_and(|speed| speed.level_m_s > 0.5 * FORWARD.forward) {
                return;
            }
        }
        panic!("not flown: {:#?}", self.gate.state().borrow().flight);
    }

    fn push(&mut self, motion: BodyMotion) -> Result<(), Ignored> {
        let hand = self.hand.as_ref().unwrap();
        self.sequence += 1;
        let input = StickInput {
            nonce: *hand.nonces().borrow(),
            sequence: self.sequence,
            motion,
        };
        self.gate.push_stick(self.host.now().mono, hand, input)
    }

    /// Why the hand left the sticks.
    fn ended(&self) -> Option<Ended> {
        let hand = self.hand.as_ref()?;
        *hand.ended().borrow()
    }

    /// Pushes as a page does, each 50 ms; centres first when it is told to.
    async fn hold(&mut self, lasts: Duration) {
        let until = Instant::now() + lasts;
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        while Instant::now() < until {
            tick.tick().await;
            // A lease lasts shorter than this may take.
            let lease = LeaseId::new("ada");
            let now = self.host.now().mono;
            let _ = self.gate.take_lease(now, lease, "Ada", Take::IfFree);
            if self.push(FORWARD) == Err(Ignored::CentreFirst) {
                let _ = self.push(BodyMotion::STILL);
            }
        }
    }
}

/// Nothing lost, and dealt with in time: each gateway's messages come over one connection, in order.
fn judge_messages(sent: &Times, heard: &Times) -> bool {
    let (mut count, mut lost) = (0, 0);
    let mut late: Vec<f64> = Vec::new();
    for (serial, sent) in sent {
        let none = Vec::new();
        let heard = heard.get(serial).unwrap_or(&none);
        count += sent.len();
        lost += sent.len().abs_diff(heard.len());
        // The first tells who is there; it came while everybody connected.
        let pairs = sent.iter().zip(heard).skip(1);
        late.extend(pairs.map(|(sent, heard)| heard.saturating_sub(*sent) as f64 / 1e6));
    }
    let median = quantile(&mut late, 0.5);
    let most = quantile(&mut late, 0.99);
    let worst = quantile(&mut late, 1.0);
    let wanted = (slow() as f64 + fast() as f64 * f64::from(FAST_HZ)) * WINDOW.as_secs_f64();
    println!(
        "{count} messages of {} gateways, {wanted:.0} wanted: {lost} lost",
        sent.len()
    );
    println!(
        "from the gateway's socket to the driver: median {median:.2} ms, 99th percentile {most:.2} ms (at most {MOST_LATE_MS}), worst {worst:.1} ms"
    );
    lost == 0 && count as f64 >= wanted * LEAST_SENT && most < MOST_LATE_MS
}

fn judge_frames(frames: &[u64]) -> bool {
    let gaps = frames
        .windows(2)
        .map(|pair| (pair[1] - pair[0]) as f64 / 1e6);
    let mut off: Vec<f64> = gaps.map(|gap| (gap - FRAME_MS).abs()).collect();
    let median = quantile(&mut off, 0.5);
    let most = quantile(&mut off, 0.99);
    println!(
        "{} stick frames at 10 Hz: off by {median:.2} ms, 99th percentile {most:.2} ms (at most {MOST_JITTER_MS})",
        frames.len()
    );
    frames.len() as f64 >= WINDOW.as_secs_f64() * 9.0 && most < MOST_JITTER_MS
}
