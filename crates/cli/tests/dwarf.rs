//! The binary against a virtual telescope, as a person at a terminal would use it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "dwarf/dji.rs"]
mod dji;

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use skyhelm_families::dwarf_sim::{Initial, RunningDwarf, VirtualDwarf, VirtualDwarfConfig};
use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Site, StationClock, UtcMillis};

/// 2026-11-21 19:00 UTC over Munich.
const EVENING: UtcMillis = UtcMillis::from_seconds(1_795_287_600);

async fn telescope() -> RunningDwarf {
    let site = Site::from_degrees(48.14, 11.58, 520.0);
    let mut config = VirtualDwarfConfig::dwarf3(site);
    let now = config.host_clock.now();
    config.station_clock = StationClock::new(now.mono, EVENING, 40.0);
    config.initial = Initial {
        calibrated: true,
        motors_deg: Some((120.0, 40.0)),
        ..Initial::default()
    };
    config.window = 4;
    VirtualDwarf::start(config).await.unwrap()
}

/// A place where it is night at this very minute: the terminal's Sun guard lives in the present.
fn night() -> [String; 4] {
    let utc = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let utc = UtcMillis::new(utc.as_millis() as i64);
    let depth = |longitude: f64| {
        let site = Site::from_degrees(0.0, longitude, 0.0);
        let sun = SkyFrame::new(&site, utc, &Atmosphere::default()).sun();
        sun.horizontal.altitude.angle().degrees()
    };
    let longitudes = (-12..12).map(|hour| f64::from(hour) * 15.0);
    let darkest = longitudes
        .min_by(|a, b| depth(*a).total_cmp(&depth(*b)))
        .unwrap();
    let option = |name: &str| format!("--{name}");
    [
        option("latitude"),
        String::from("0"),
        option("longitude"),
        darkest.to_string(),
    ]
}

async fn skyhelm(words: &[&str]) -> Output {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let program = move || {
        let mut program = Command::new(env!("CARGO_BIN_EXE_skyhelm"));
        program.args(words).output().unwrap()
    };
    tokio::task::spawn_blocking(program).await.unwrap()
}

async fn dwarf(at: &RunningDwarf, task: &str, words: &[&str]) -> (i32, Value) {
    let address = at.addresses().ws.to_string();
    let night = night();
    let mut all = vec!["--json", "dwarf", task, "--address", &address];
    all.extend(night.iter().map(String::as_str));
    all.extend(words);
    let output = skyhelm(&all).await;
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    let told = serde_json::from_str(last)
        .unwrap_or_else(|_| panic!("{text} {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_from_the_terminal() {
    let at = telescope().await;
    let (code, info) = dwarf(&at, "info", &[]).await;
    assert_eq!(code, 0);
    assert_eq!(info["state"]["about"]["model"], "DWARF 3");
    assert_eq!(info["state"]["link"]["status"], "up");

    let (code, told) = dwarf(&at, "goto", &["m 81"]).await;
    assert_eq!(
        (code, &told["job"]["outcome"]["result"]),
        (0, &Value::from("done"))
    );
    let (code, _) = dwarf(&at, "put", &["tele.exposure", "5"]).await;
    assert_eq!(code, 0);
    let (_, told) = dwarf(&at, "get", &["tele.exposure"]).await;
    assert_eq!(told["tele.exposure"]["auto"], false);
    let (code, told) = dwarf(&at, "put", &["tele.brightness", "500"]).await;
    assert_eq!((code, &told["error"]["kind"]), (2, &Value::from("invalid")));
    let (code, told) = dwarf(&at, "stack", &["--subs", "2"]).await;
    assert_eq!(
        (code, &told["job"]["kind"]),
        (0, &Value::from("stack")),
        "{told}"
    );

    let (code, told) = dwarf(&at, "photo", &["--lens", "wide"]).await;
    assert_eq!(
        (code, &told["job"]["kind"]),
        (0, &Value::from("photo")),
        "{told}"
    );
    let (_, told) = dwarf(&at, "album", &[]).await;
    let album = told["album"].as_array().unwrap().clone();
    assert_eq!(album.len(), 2, "{told}");
    let photo = album.iter().find(|item| item["kind"] == "photo").unwrap();
    let path = photo["path"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().to_str().unwrap();
    let (code, told) = dwarf(&at, "album", &["--fetch", path, "--into", into]).await;
    assert_eq!(code, 0, "{told}");
    let file = std::fs::read(told["files"][0].as_str().unwrap()).unwrap();
    assert!(file.starts_with(&[0xFF, 0xD8]));
    let (code, _) = dwarf(&at, "album", &["--delete", path]).await;
    assert_eq!(code, 0);
    let (_, told) = dwarf(&at, "album", &[]).await;
    assert_eq!(told["album"].as_array().unwrap().len(), 1);

    let before = at.truth().motors_deg();
    let (code, told) = dwarf(&at, "joystick", &["0", "--seconds", "0.4"]).await;
    assert_eq!(code, 0, "{told}");
    let after = at.truth().motors_deg();
    assert!((after.0 - before.0).abs() > 0.1, "{before:?} {after:?}");
    let (code, told) = dwarf(&at, "focus", &["near", "--steps", "2"]).await;
    assert_eq!(code, 0, "{told}");
    let (code, told) = dwarf(&at, "watch", &["--looks", "1"]).await;
    assert_eq!(
        (code, &told["state"]["about"]["model"]),
        (0, &Value::from("DWARF 3"))
    );
    at.stop().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_the_stack_that_the_terminal_began() {
    let at = telescope().await;
    let address = at.addresses().ws.to_string();
    assert_eq!(dwarf(&at, "goto", &["m 81"]).await.0, 0);
    assert_eq!(dwarf(&at, "put", &["tele.exposure", "15"]).await.0, 0);
    let mut terminal = Command::new(env!("CARGO_BIN_EXE_skyhelm"))
        .args(["dwarf", "stack", "--subs", "500", "--address", &address])
        .args(night())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let phase = async || {
        let (_, told) = dwarf(&at, "info", &[]).await;
        told["state"]["stacker"]["phase"].clone()
    };
    let mut looks = 0;
    while phase().await != "running" {
        looks += 1;
        assert!(looks < 20, "the stack never ran");
    }
    let id = terminal.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(sent.success());
    let ended = tokio::task::spawn_blocking(move || terminal.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(130));
    assert_ne!(phase().await, "running");
    at.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_put_seen_and_cleared() {
    let at = telescope().await;
    let address = at.addresses().ws.to_string();
    let fault = |wanted: &'static str| {
        let address = address.clone();
        async move { skyhelm(&["sim", "fault", &address, "no-card", wanted]).await }
    };
    assert!(fault("on").await.status.success());
    let (_, info) = dwarf(&at, "info", &[]).await;
    assert_eq!(info["state"]["troubles"][0]["topic"], "card.none", "{info}");
    let (code, told) = dwarf(&at, "photo", &[]).await;
    assert_eq!((code, &told["error"]["kind"]), (9, &Value::from("storage")));
    assert!(told["error"]["remedy"].is_string());
    assert!(fault("off").await.status.success());
    let (code, told) = dwarf(&at, "photo", &[]).await;
    assert_eq!(code, 0, "{told}");
    let nonsense = skyhelm(&["sim", "fault", &address, "no-such-thing", "on"]).await;
    assert_eq!(nonsense.status.code(), Some(2));
    at.stop().await;
}

#[tokio::test]
async fn what_cannot_be_reached_and_what_is_misspelt_have_codes_of_their_own() {
    let nobody = ["dwarf", "info", "--address", "127.0.0.1:9"];
    assert_eq!(skyhelm(&nobody).await.status.code(), Some(7));
    let nothing = ["dwarf", "goto", "--address", "not an address", "m 31"];
    assert_eq!(skyhelm(&nothing).await.status.code(), Some(2));
    let words = skyhelm(&["completions", "bash"]).await;
    assert!(String::from_utf8_lossy(&words.stdout).contains("joystick"));
}
