//! What both live pictures cost: cores used and pictures shown, while two viewers watch.
//!
//! Promised: both at 10 pictures a second within 1.2 cores. Run `cargo bench -p skyhelm-dwarf-sim`. What
//! a picture costs is judged, so that a machine too busy for 10 a second changes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints and may panic"
)]

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use prost::Message;
use skyhelm_dwarf_proto::v2::ReqOpenCamera;
use skyhelm_dwarf_proto::{MessageType, Packet, cmd, table};
use skyhelm_dwarf_sim::{VirtualDwarf, VirtualDwarfConfig};
use skyhelm_streams::MultipartReader;
use skyhelm_units::{Site, StationClock, UtcMillis};
use tokio_tungstenite::tungstenite;

/// Seconds of processor time this process has used.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    // User and system time, in hundredths on every Linux of today.
    let ticks: f64 = fields[11..13]
        .iter()
        .map(|ticks| ticks.parse::<f64>().unwrap())
        .sum();
    ticks / 100.0
}

async fn count(url: String, until: Instant) -> usize {
    let response = reqwest::get(url).await.unwrap();
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let mut reader = MultipartReader::from_content_type(&kind).unwrap();
    let mut chunks = response.bytes_stream();
    let mut pictures = 0;
    while Instant::now() < until {
        let chunk = tokio::time::timeout(Duration::from_secs(5), chunks.next()).await;
        reader
            .handle_input(&chunk.unwrap().unwrap().unwrap())
            .unwrap();
        pictures += std::iter::from_fn(|| reader.poll_output()).count();
    }
    pictures
}

#[tokio::main]
async fn main() {
    let mut config = VirtualDwarfConfig::dwarf3(Site::from_degrees(47.0, 8.5, 600.0));
    let night = UtcMillis::from_seconds(1_795_294_800);
    config.station_clock = StationClock::new(config.host_clock.now().mono, night, 60.0);
    config.initial.motors_deg = Some((120.0, 50.0));
    let dwarf = VirtualDwarf::start(config).await.unwrap();
    let at = dwarf.addresses();
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{}/", at.ws))
        .await
        .unwrap();
    for cmd in [cmd::TELE_OPEN_CAMERA, cmd::WIDE_OPEN_CAMERA] {
        let packet = Packet {
            major_version: 1,
            minor_version: 1,
            device_id: 1,
            module: table::row(cmd).unwrap().module,
            cmd,
            kind: MessageType::Request,
            payload: ReqOpenCamera::default().encode_to_vec().into(),
            client_id: "bench".to_owned(),
        };
        socket
            .send(tungstenite::Message::Binary(packet.encode()))
            .await
            .unwrap();
    }
    let warm = Instant::now() + Duration::from_secs(2);
    let urls = ["mainstream", "secondstream"].map(|name| format!("http://{}/{name}", at.jpeg));
    let [tele, wide] = urls.clone();
    tokio::join!(count(tele, warm), count(wide, warm));
    let (started, before) = (Instant::now(), processor_seconds());
    let end = started + Duration::from_secs(10);
    let [tele, wide] = urls;
    let (tele, wide) = tokio::join!(count(tele, end), count(wide, end));
    let (took, used) = (
        started.elapsed().as_secs_f64(),
        processor_seconds() - before,
    );
    println!(
        "tele {:.1}/s, wide {:.1}/s, {:.2} cores",
        tele as f64 / took,
        wide as f64 / took,
        used / took
    );
    dwarf.stop().await;
    let at_ten = used / (tele + wide).max(1) as f64 * 20.0;
    println!("both at 10/s: {at_ten:.2} cores, at most 1.2");
    assert!(at_ten <= 1.2, "the live pictures cost too much");
}
