use std::sync::Arc;
use std::time::Duration;

use prost::Message;
use serde_json::Value;
use skyhelm_dwarf_proto::v2::{
    ComResponse, ReqSetTime, ResNotifyCamFunctionState, ResNotifyHostSlaveMode, ResNotifyParam,
    ResNotifyStateAstroTracking,
};
use skyhelm_dwarf_proto::{MessageType, Packet};
use skyhelm_sim::clock::{HostClock, SystemHostClock};
use skyhelm_units::{Now, StationClock, UtcMillis};

use crate::harness::{Client, NIGHT, config};

/// A host that lives at the time of the recording: the clients send that time.
#[derive(Debug)]
struct RecordedHost {
    running: SystemHostClock,
    began: UtcMillis,
}

impl HostClock for RecordedHost {
    fn now(&self) -> Now {
        let mono = self.running.now().mono;
        Now {
            mono,
            utc: self.began + mono.elapsed(),
        }
    }
}

/// The time a recorded client sets.
fn recorded_time(session: &[Value]) -> Option<UtcMillis> {
    let request = session.iter().find(|request| request["cmd"] == 13000)?;
    let time = ReqSetTime::decode(bytes(request["data"].as_str()?).as_slice()).ok()?;
    Some(UtcMillis::from_seconds(i64::try_from(time.timestamp).ok()?))
}

/// The lines of a recording, cut where the client connected anew.
fn sessions(recording: &str) -> Vec<Vec<Value>> {
    let mut sessions: Vec<Vec<Value>> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for line in recording.lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        let name = request["cid"].as_str().map(str::to_owned);
        let is_new = name.as_ref().is_some_and(|name| !names.contains(name));
        if sessions.is_empty() || (is_new && !names.is_empty()) {
            sessions.push(Vec::new());
        }
        names.extend(name);
        sessions.last_mut().unwrap().push(request);
    }
    sessions
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect()
}

fn heard<M: Message + Default>(
    packets: &[Packet],
    id: u32,
    wanted: impl Fn(&M) -> bool,
) -> Option<usize> {
    packets.iter().position(|packet| {
        packet.kind == MessageType::Notification
            && packet.cmd == id
            && wanted(&M::decode(packet.payload.clone()).unwrap())
    })
}

fn reply(packets: &[Packet], cmd: u32) -> Option<usize> {
    packets
        .iter()
        .position(|packet| packet.kind.is_reply() && packet.cmd == cmd)
}

async fn replays(recording: &str) {
    for session in sessions(recording) {
        let host = RecordedHost {
            running: SystemHostClock::start(),
            began: recorded_time(&session).unwrap(),
        };
        let mut config = config();
        config.station_clock = StationClock::new(host.now().mono, NIGHT, 120.0);
        config.host_clock = Arc::new(host);
        let dwarf = skyhelm_dwarf_sim::VirtualDwarf::start(config)
            .await
            .unwrap();
        let mut client = Client::connect(&dwarf, "recorded").await;
        let mut pings = 0;
        for request in &session {
            if let Some(text) = request["ws_text"].as_str() {
                client.send_text(text).await;
                pings += 1;
            } else {
                client
                    .send_bytes(bytes(request["frame"].as_str().unwrap()))
                    .await;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let packets = everything(&mut client, &session, pings).await;
        judge(&packets, &session);
        dwarf.stop().await;
    }
}

/// Listens until each command is answered and the last photograph is in the album.
async fn everything(client: &mut Client, session: &[Value], mut pongs: i32) -> Vec<Packet> {
    let mut packets = Vec::new();
    let mut open: Vec<u32> = session
        .iter()
        .filter_map(|request| request["cmd"].as_u64())
        .map(|cmd| u32::try_from(cmd).unwrap())
        .collect();
    let mut album = false;
    while pongs > 0 || !open.is_empty() || !album {
        match client.next().await.expect("the connection ended") {
            Err(text) => {
                assert_eq!(text, "pong");
                pongs -= 1;
            }
            Ok(packet) => {
                if packet.kind.is_reply()
                    && let Some(place) = open.iter().position(|&cmd| cmd == packet.cmd)
                {
                    open.remove(place);
                }
                album |= packet.cmd == 15230;
                packets.push(packet);
            }
        }
    }
    packets
}

fn judge(packets: &[Packet], session: &[Value]) {
    for packet in packets.iter().filter(|packet| packet.kind.is_reply()) {
        let answer = ComResponse::decode(packet.payload.clone()).unwrap();
        assert_eq!(answer.code, 0, "{} was refused", packet.cmd);
    }
    // These clients ask for the state and act on it only when they are told to be host.
    let host = heard(packets, 15223, |role: &ResNotifyHostSlaveMode| {
        role.mode == 0
    })
    .unwrap();
    assert!(host < reply(packets, 10039).unwrap());
    for (cmd, id) in [(10007, 0), (10009, 0), (10013, 1)] {
        if session.iter().any(|request| request["cmd"] == cmd) {
            let echoed = |told: &ResNotifyParam| told.param.iter().any(|param| param.id == id);
            assert!(
                heard(packets, 15213, echoed).is_some(),
                "{cmd} was not echoed"
            );
        }
    }
    let following =
        |told: &ResNotifyStateAstroTracking| told.state == 1 && told.target_name == "M42";
    let arrived = heard(packets, 15212, following).unwrap();
    assert!(
        arrived <= reply(packets, 11002).unwrap(),
        "the goto is answered at its end"
    );
    for state in [1, 0] {
        let so = |told: &ResNotifyCamFunctionState| told.function_id == 2 && told.state == state;
        assert!(heard(packets, 15215, so).is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_python_client_gets_all_it_waits_for() {
    replays(include_str!("../../testdata/client-python.jsonl")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_javascript_client_gets_all_it_waits_for() {
    replays(include_str!("../../testdata/client-javascript.jsonl")).await;
}
