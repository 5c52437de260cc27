//! What a station costs: memory without devices, and processor time with many viewers.
//!
//! `cargo bench -p skyhelm-hub` prints both and fails when a promised figure is missed. The viewers are
//! a process of their own, so that only the hub's time is counted.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/hub/toy.rs"]
mod toy;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use skyhelm_hub::{HubConfig, HubOptions, RunningHub, serve};
use toy::ToyFamily;

const FRAME_BYTES: usize = 180_000;
const FRAMES_A_SECOND: u32 = 10;
const WINDOW: Duration = Duration::from_secs(10);
/// How long the viewers look: before, during and after the window.
const WATCHED: Duration = Duration::from_secs(13);
/// How long the hub stands idle before its memory is read.
const IDLE: Duration = Duration::from_mins(1);
const MOST_RESIDENT_MB: f64 = 80.0;
const MOST_CORES: f64 = 0.30;
/// Linux counts processor time in hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--viewers");
    if arguments.next().is_some() {
        let [count, address, cookie] = std::array::from_fn(|_| arguments.next().unwrap());
        watch(count.parse().unwrap(), &address, &cookie);
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let resident_mb = runtime.block_on(idle());
    println!("idle {IDLE:?}: {resident_mb:.1} MB resident (at most {MOST_RESIDENT_MB})");
    let one = runtime.block_on(viewed_by(1));
    let fifty = runtime.block_on(viewed_by(50));
    let more = fifty - one;
    println!("1 viewer: {one:.3} cores; 50 viewers: {fifty:.3} cores");
    println!("49 more viewers: {more:.3} cores (at most {MOST_CORES})");
    if resident_mb < MOST_RESIDENT_MB && more < MOST_CORES {
        return ExitCode::SUCCESS;
    }
    println!("A promised figure is missed.");
    ExitCode::FAILURE
}

async fn station(family: Arc<ToyFamily>, folder: &std::path::Path) -> RunningHub {
    let text = "port = 0\n[site]\nlatitude = 48.14\nlongitude = 11.58\n";
    let mut config = HubConfig::parse(text, &[]).unwrap();
    folder.clone_into(&mut config.data_dir);
    serve(HubOptions {
        families: vec![family],
        ..HubOptions::new(config)
    })
    .await
    .unwrap()
}

/// Resident memory of a hub that nobody uses.
async fn idle() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let hub = station(Arc::default(), folder.path()).await;
    tokio::time::sleep(IDLE).await;
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    hub.stop().await;
    kilobytes / 1024.0
}

/// Cores the hub keeps busy while so many viewers look at one live picture.
async fn viewed_by(viewers: usize) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let family = Arc::new(ToyFamily::default());
    let toy = family.place("a");
    let hub = station(family, folder.path()).await;
    hub.add_device("toy", "a").await.unwrap();
    let cookie = sign_in(&hub).await;
    let child = start_viewers(viewers, &hub.address.to_string(), &cookie);
    let camera = tokio::spawn(async move {
        let mut shutter = tokio::time::interval(Duration::from_secs(1) / FRAMES_A_SECOND);
        let mut number = 0;
        loop {
            shutter.tick().await;
            number += 1;
            toy.show(Bytes::from(vec![(number % 251) as u8; FRAME_BYTES]));
        }
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, began) = (busy_seconds(), Instant::now());
    tokio::time::sleep(WINDOW).await;
    let cores = (busy_seconds() - before) / began.elapsed().as_secs_f64();
    let arrived = tokio::task::spawn_blocking(move || bytes_seen(child)).await;
    camera.abort();
    hub.stop().await;
    let sent =
        viewers as f64 * WATCHED.as_secs_f64() * f64::from(FRAMES_A_SECOND) * FRAME_BYTES as f64;
    let part = arrived.unwrap() as f64 / sent;
    assert!(
        part > 0.8,
        "the viewers saw {part:.2} of the pictures: the figure means nothing"
    );
    cores
}

async fn sign_in(hub: &RunningHub) -> String {
    let link = hub.sign_in_link().into_inner();
    let (base, token) = link.split_once("/#signin=").unwrap();
    let answer = reqwest::Client::new()
        .post(format!("{base}/api/v1/session"))
        .header("x-skyhelm", "1")
        .json(&serde_json::json!({ "token": token }))
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn start_viewers(viewers: usize, address: &str, cookie: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--viewers", &viewers.to_string(), address, cookie])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What the viewers say they were sent.
fn bytes_seen(child: Child) -> u64 {
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// User and system time of this process so far.
fn busy_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / TICKS_A_SECOND
}

/// The child: looks and throws away for a while, and says how much it was.
fn watch(viewers: usize, address: &str, cookie: &str) {
    let seen = Arc::new(AtomicU64::new(0));
    for _ in 0..viewers {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET /api/v1/devices/toy-a/live/tele.mjpeg HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let seen = seen.clone();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 256 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                seen.fetch_add(count as u64, Ordering::Relaxed);
            }
        });
    }
    std::thread::sleep(WATCHED);
    println!("{}", seen.load(Ordering::Relaxed));
}
