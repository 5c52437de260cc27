//! `skyhelm dji` against a station with an aircraft that is only a state.

#[path = "../../../hub/tests/hub/drone.rs"]
#[allow(dead_code, reason = "shared with the hub's tests")]
mod drone;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use drone::{Drone, PaperFamily};
use serde_json::{Value, json};
use skyhelm_device::state::OnlineStep;
use skyhelm_hub::{HubConfig, HubOptions, RunningHub, serve};

use super::skyhelm;

async fn station(folder: &std::path::Path, drone: &Drone) -> RunningHub {
    let mut config = HubConfig::parse(
        "port = 0\n[site]\nlatitude = 48.1\nlongitude = 11.6",
        &["paper"],
    )
    .unwrap();
    folder.clone_into(&mut config.data_dir);
    serve(HubOptions {
        families: vec![Arc::new(PaperFamily(drone.clone()))],
        simulated: true,
        ..HubOptions::new(config)
    })
    .await
    .unwrap()
}

/// An API token with the right to fly, made by whoever has the program's link.
async fn token(hub: &RunningHub) -> String {
    token_of(hub, "operator").await
}

/// One that may send raw messages.
async fn admin_token(hub: &RunningHub) -> String {
    token_of(hub, "admin").await
}

async fn token_of(hub: &RunningHub, role: &str) -> String {
    let link = hub.sign_in_link().into_inner();
    let word = link.split_once("#signin=").unwrap().1;
    let client = reqwest::Client::new();
    let post = |path: &str| {
        let url = format!("http://{}/api/v1/{path}", hub.address);
        client.post(url).header("x-skyhelm", "1")
    };
    let answer = post("session").json(&json!({ "token": word })).send().await;
    let answer = answer.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let body = json!({"name": "terminal", "role": role, "flight": true});
    let made = post("tokens").header("cookie", cookie).json(&body).send();
    let made: Value = made.await.unwrap().json().await.unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aircraft_is_listed_grabbed_flown_and_stopped_from_the_terminal() {
    let drone = Drone::default();
    drone.is_at(0.0, 30.0);
    let folder = tempfile::tempdir().unwrap();
    let hub = station(folder.path(), &drone).await;
    let (token, address) = (token(&hub).await, format!("http://{}", hub.address));
    let dji = async |words: &[&str], token: &str| {
        let mut all = vec!["--json", "dji"];
        all.extend(words);
        all.extend(["--station", &address, "--token", token]);
        let output = skyhelm(&all).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = text.lines().last().unwrap_or_default();
        let said: Value = serde_json::from_str(last).unwrap_or(Value::Null);
        (output.status.code().unwrap(), said)
    };
    let (code, said) = dji(&["list"], &token).await;
    assert_eq!((code, &said["aircraft"][0]["id"]), (0, &json!("paper-1")));
    for (words, meant) in [
        (&["grab"][..], "RequestControl"),
        (
            &["fly-to", "48.001", "11.5", "--height", "40"],
            "height: AboveTakeoff { metres: 40.0 }",
        ),
        (&["photo", "--camera", "52-0-0"], "action: Photo"),
        (&["return-home", "--device", "paper-1"], "ReturnHome"),
        (&["stop"], "Stop"),
    ] {
        let (code, said) = dji(words, &token).await;
        assert_eq!(code, 0, "{words:?}: {said}");
        let asked = drone.asked();
        assert!(
            asked.last().unwrap().contains(meant),
            "{words:?}: {asked:?}"
        );
    }
    // A check moves it: only after a look around, and under a hand that rests on the sticks.
    assert_eq!(dji(&["axis-check"], &token).await.0, 2);
    assert!(!drone.asked().last().unwrap().contains("CheckAxes"));
    let (code, said) = dji(&["axis-check", "--looked-around"], &token).await;
    assert_eq!(code, 0, "{said}");
    let asked = drone.asked();
    assert!(
        asked
            .last()
            .unwrap()
            .contains("CheckAxes { confirmed: true"),
        "{asked:?}"
    );
    assert!(!drone.frames().is_empty() && !drone.moves());
    let (code, said) = dji(&["watch", "--looks", "1"], &token).await;
    let aircraft = &said["state"]["flight"]["aircraft"];
    assert_eq!((code, &aircraft["serial"]), (0, &json!("P1")));

    // The flight that it is on is in the log, and its track is a file for others.
    let (code, said) = dji(&["flights"], &token).await;
    let number = said["flights"][0]["number"].to_string();
    assert_eq!(code, 0, "{said}");
    let file = folder.path().join("flight.gpx");
    let (code, said) = dji(
        &["track", &number, "--into", file.to_str().unwrap()],
        &token,
    )
    .await;
    assert_eq!(code, 0, "{said}");
    let gpx = std::fs::read_to_string(&file).unwrap();
    assert!(gpx.contains("<gpx") && gpx.contains("<trkpt"), "{gpx}");
    let (code, said) = dji(&["track", &number, "--format", "geojson"], &token).await;
    assert_eq!((code, &said["type"]), (0, &json!("Feature")));
    assert_eq!(dji(&["track", "999"], &token).await.0, 3);

    // What cannot be done says why, each with a code of its own.
    drone.flies(|flight| flight.armed = false);
    let (code, said) = dji(&["land"], &token).await;
    assert_eq!((code, &said["error"]["kind"]), (5, &json!("blocked")));
    assert_eq!(dji(&["list"], "skyhelm_0000").await.0, 4);
    let nobody = [
        "dji",
        "list",
        "--station",
        "http://127.0.0.1:9",
        "--token",
        "x",
    ];
    assert_eq!(skyhelm(&nobody).await.status.code(), Some(7));
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_names_the_missing_step_and_a_raw_message_brings_its_number_back() {
    let drone = Drone::default();
    let folder = tempfile::tempdir().unwrap();
    let hub = station(folder.path(), &drone).await;
    let (flyer, address) = (admin_token(&hub).await, format!("http://{}", hub.address));
    let dji = async |words: &[&str]| {
        let mut all = vec!["--json", "dji"];
        all.extend(words);
        all.extend(["--station", &address, "--token", &flyer]);
        let output = skyhelm(&all).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        (output.status.code().unwrap(), lines)
    };
    let steps = |aircraft: bool| {
        drone.state.send_modify(|state| {
            let step = |name: &str, done: bool| OnlineStep {
                name: String::from(name),
                done: Some(done),
                advice: (!done).then(|| String::from("Switch it on.")),
            };
            Arc::make_mut(state).link.steps =
                vec![step("topology", true), step("aircraft", aircraft)];
        });
    };
    steps(false);
    let (code, said) = dji(&["doctor", "GATEWAY1"]).await;
    assert_eq!((code, &said[0]["missing"]["name"]), (7, &json!("aircraft")));
    assert_eq!(said[1]["error"]["remedy"], "Switch it on.");
    steps(true);
    let (code, said) = dji(&["doctor", "GATEWAY1"]).await;
    assert_eq!((code, &said[0]["missing"]), (0, &Value::Null));
    let (code, said) = dji(&["doctor", "NOBODY"]).await;
    assert_eq!(code, 3, "{said:?}");

    let (code, said) = dji(&["raw", "camera_mode_switch", r#"{"mode":1}"#]).await;
    assert_eq!((code, &said[0]["output"]["mode"]), (0, &json!(1)));
    assert_eq!(drone.asked(), ["raw camera_mode_switch false"]);
    let (code, said) = dji(&["raw", "never", "{}", "--it-may-move"]).await;
    let error = &said[0]["error"];
    assert_eq!((code, &error["code"]), (6, &json!(314_000)));
    assert_eq!(error["remedy"], "Ask otherwise.");
    assert_eq!(dji(&["raw", "cover_open", "{"]).await.0, 2);
    hub.stop().await;
}

/// Waits until something is so; fails after ten seconds.
async fn eventually(what: &str, so: impl Fn() -> bool) {
    let patience = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(10), patience).await;
    assert!(came.is_ok(), "{what}");
}

/// Holds the key until it flies ahead.
async fn fly_ahead(drone: &Drone, typed: &mut impl FnMut(&str)) {
    let ahead = || {
        let frames = drone.frames();
        let last = frames.last();
        last.is_some_and(|(_, frame)| frame.motion.forward > 3.9)
    };
    for _ in 0..200 {
        typed("w");
        tokio::time::sleep(Duration::from_millis(40)).await;
        if ahead() {
            return;
        }
    }
    panic!("the keys do not fly it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_pressed_again_and_a_keyboard_that_goes_let_the_aircraft_stand() {
    let drone = Drone::default();
    drone.is_at(0.0, 30.0);
    let folder = tempfile::tempdir().unwrap();
    let hub = station(folder.path(), &drone).await;
    let (token, address) = (token(&hub).await, format!("http://{}", hub.address));
    let mut deck = Command::new(env!("CARGO_BIN_EXE_skyhelm"))
        .args([
            "dji",
            "cockpit",
            "--speed",
            "4",
            "--station",
            &address,
            "--token",
            &token,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut keys = deck.stdin.take().unwrap();
    let mut typed = |text: &str| {
        keys.write_all(text.as_bytes()).unwrap();
        keys.flush().unwrap();
    };
    typed("\n");
    eventually("zero is said first", || drone.frames().len() > 5).await;
    assert!(!drone.moves());
    fly_ahead(&drone, &mut typed).await;
    eventually("it flies on without a key", || !drone.moves()).await;
    // Where nothing is typed, nothing moves any more.
    let still = drone.frames().len();
    eventually("frames end", || drone.frames().len() > still).await;
    assert!(!drone.moves());

    fly_ahead(&drone, &mut typed).await;
    typed("\x1b[O");
    eventually("it flies on without the focus", || !drone.moves()).await;
    typed(" ");
    eventually("STOP is not heard", || {
        drone.asked().contains(&String::from("Stop"))
    })
    .await;
    drop(keys);
    let ended = tokio::task::spawn_blocking(move || deck.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
    hub.stop().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_virtual_dock_has_a_world_and_ends_on_request() {
    use std::io::{BufRead as _, BufReader};

    let mut dock = Command::new(env!("CARGO_BIN_EXE_skyhelm"))
        .args([
            "--json",
            "sim",
            "dji-dock",
            "--broker",
            "mqtt://127.0.0.1:9",
            "--seed",
            "7",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(dock.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    assert!(
        said["gateway"].as_str().unwrap().starts_with("4SIM"),
        "{said}"
    );
    let world = format!("http://{}/world", said["world"].as_str().unwrap());
    let world: Value = reqwest::get(world).await.unwrap().json().await.unwrap();
    assert!(world.is_object(), "{world}");
    let id = dock.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let ended = tokio::task::spawn_blocking(move || dock.wait()).await;
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
}
