//! The other process: light gateways, one virtual dock, and an ear on its sticks.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use skyhelm_dji_sim::{GatewayKind, VirtualGateway, VirtualGatewayConfig};
use skyhelm_units::{Redacted, Site};
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::accounts::{FAST_HZ, PASSWORD, aircraft_of, event, fast, osd, serials, topology};
use crate::nanos;
use crate::wire::{Reader, connect, number, publish, topic};

/// Connections that are made at a time.
const AT_A_TIME: usize = 32;
/// One message of a slow gateway in so many is an event that wants an answer.
const EVENT_EVERY: u64 = 5;

#[derive(Default)]
struct Log {
    go: AtomicBool,
    over: AtomicBool,
    sent: Mutex<BTreeMap<String, Vec<u64>>>,
    frames: Mutex<Vec<u64>>,
    asked: AtomicUsize,
    answered: AtomicUsize,
}

/// Connects everybody, says `ready`, then does what the lines on its input say: `go`, `end`.
pub fn run(at: &str) {
    let at = at.to_owned();
    let log = Arc::new(Log::default());
    let ear = runtime();
    ear.spawn(listen(at.clone(), Arc::clone(&log)));
    let dock = runtime();
    let gateway = dock
        .block_on(VirtualGateway::start(dock_config(&at)))
        .unwrap();
    let runtime = runtime();
    let mut tasks = Vec::new();
    runtime.block_on(async {
        let turns = Arc::new(Semaphore::new(AT_A_TIME));
        let ready = Arc::new(tokio::sync::Barrier::new(serials().len() + 1));
        for (place, serial) in serials().into_iter().enumerate() {
            let light = light(at.clone(), serial, place, Arc::clone(&log));
            tasks.push(tokio::spawn(
                light.run(Arc::clone(&turns), Arc::clone(&ready)),
            ));
        }
        ready.wait().await;
    });
    println!("ready");
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match line.as_str() {
            "go" => log.go.store(true, Ordering::Relaxed),
            "end" => log.over.store(true, Ordering::Relaxed),
            _ => break,
        }
        if line == "end" {
            runtime.block_on(async {
                for task in tasks.drain(..) {
                    task.await.unwrap();
                }
                // The last answers are still under way.
                tokio::time::sleep(Duration::from_secs(1)).await;
            });
            tell(&log);
        }
    }
    drop(gateway);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// The dock whose aircraft is flown by hand.
pub fn dock_config(at: &str) -> VirtualGatewayConfig {
    let site = Site::from_degrees(47.0, 8.5, 450.0);
    let mut config = VirtualGatewayConfig::new(GatewayKind::DockM30t, site, format!("mqtt://{at}"));
    config.username.clone_from(&config.gateway_sn);
    config.password = Redacted::new(String::from(PASSWORD));
    config.airborne = true;
    config
}

fn tell(log: &Log) {
    for (serial, times) in &*log.sent.lock().unwrap() {
        line(serial, times);
    }
    line("frames", &log.frames.lock().unwrap());
    let asked = log.asked.load(Ordering::Relaxed) as u64;
    let answered = log.answered.load(Ordering::Relaxed) as u64;
    line("answers", &[asked, answered]);
    println!("told");
}

fn line(name: &str, numbers: &[u64]) {
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    println!("{name} {}", numbers.join(" "));
}

/// Hears each stick frame when it comes.
async fn listen(at: String, log: Arc<Log>) {
    let (serial, _) = GatewayKind::DockM30t.serials(1);
    let filter = format!("thing/product/{serial}/drc/down");
    let (mut reader, _writer) = connect(&at, "ear", (&serial, PASSWORD), (&filter, 0)).await;
    while let Some((_, body)) = reader.next().await {
        let at = nanos();
        if body.windows(13).any(|part| part == b"drone_control") {
            log.frames.lock().unwrap().push(at);
        }
    }
}

struct Light {
    at: String,
    serial: String,
    place: usize,
    log: Arc<Log>,
}

fn light(at: String, serial: String, place: usize, log: Arc<Log>) -> Light {
    Light {
        at,
        serial,
        place,
        log,
    }
}

impl Light {
    async fn run(self, turns: Arc<Semaphore>, ready: Arc<tokio::sync::Barrier>) {
        let turn = turns.acquire_owned().await.unwrap();
        let filter = format!("thing/product/{}/events_reply", self.serial);
        let account = (self.serial.as_str(), PASSWORD);
        let (reader, mut writer) = connect(&self.at, &self.serial, account, (&filter, 0)).await;
        let status = format!("sys/product/{}/status", self.serial);
        let hears = tokio::spawn(hear(reader, Arc::clone(&self.log)));
        let mut sent = vec![nanos()];
        writer
            .send(&publish(&status, &topology(&self.serial), None))
            .await;
        drop(turn);
        ready.wait().await;
        while !self.log.go.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let fast = self.place < fast();
        let period = Duration::from_secs(1) / if fast { FAST_HZ } else { 1 };
        // Spread over the period: gateways have no common clock.
        let phase = period.mul_f64((self.place * 7919 % 1009) as f64 / 1009.0);
        let mut tick = interval_at(Instant::now() + phase, period);
        tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let own = format!("thing/product/{}/osd", aircraft_of(&self.serial));
        let events = format!("thing/product/{}/events", self.serial);
        for number in 0.. {
            tick.tick().await;
            if self.log.over.load(Ordering::Relaxed) {
                break;
            }
            let message = if !fast && (number + self.place as u64).is_multiple_of(EVENT_EVERY) {
                self.log.asked.fetch_add(1, Ordering::Relaxed);
                publish(&events, &event(&self.serial, number), Some(1))
            } else {
                publish(&own, &osd(&self.serial, number), None)
            };
            sent.push(nanos());
            writer.send(&message).await;
        }
        self.log
            .sent
            .lock()
            .unwrap()
            .insert(self.serial.clone(), sent);
        // The connection stays until the answers have come.
        tokio::time::sleep(Duration::from_secs(1)).await;
        hears.abort();
    }
}

async fn hear(mut reader: Reader, log: Arc<Log>) {
    while let Some(packet) = reader.next().await {
        if packet.0 & 0xf0 == 0x30 && topic(&packet).ends_with("/events_reply") {
            debug_assert!(number(&packet).is_none());
            log.answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}
