//! Flying through the hub: who may, by which hand, and what is written down of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use serde_json::{Value, json};
use skyhelm_device::Family;
use skyhelm_units::UtcMillis;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::browser::{Browser, MIDNIGHT, TestHub, answered, eventually, problem};
use crate::drone::{Drone, LAND, PaperFamily};
use crate::people::{PASSWORD, person};
use crate::toy::ToyFamily;

const DEVICE: &str = "/devices/paper-1";

async fn station() -> (TestHub, Drone) {
    let drone = Drone::default();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let hub = station_in(folder, &drone, MIDNIGHT).await;
    (hub, drone)
}

async fn station_in(folder: Arc<tempfile::TempDir>, drone: &Drone, utc: UtcMillis) -> TestHub {
    let more: Arc<dyn Family> = Arc::new(PaperFamily(drone.clone()));
    let toys = Arc::new(ToyFamily::default());
    let hub = TestHub::start_with(folder, toys, utc, [more]).await;
    let admin = hub.browser().await;
    eventually(async || admin.json("/devices").await[0]["id"] == "paper-1").await;
    hub
}

/// Somebody with an account of a role, with or without the right to fly.
async fn somebody(hub: &TestHub, name: &str, role: &str, flight: bool) -> Browser {
    let body = json!({"name": name, "role": role, "flight": flight, "password": PASSWORD});
    let (status, made) = hub.browser().await.tell("/accounts", body).await;
    assert_eq!(status, 201, "{made}");
    person(hub, name).await
}

fn there() -> Value {
    json!({"latitude_deg": 48.001, "longitude_deg": 11.5, "height_m": 40, "max_speed_m_s": 8})
}

#[tokio::test]
async fn every_command_of_an_aircraft_reaches_it_as_it_was_meant() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    let take_off = json!({"latitude_deg": 48.001, "longitude_deg": 11.5, "height_m": 40,
        "security_height_m": 20, "return_height_m": 60, "lost_action": "hover", "max_speed_m_s": 8});
    for (path, body, meant) in [
        ("flight/request-control", json!({}), "RequestControl"),
        ("flight/release-control", json!({}), "ReleaseControl"),
        ("flight/live/enter", json!({}), "EnterLive"),
        ("flight/live/exit", json!({}), "ExitLive"),
        ("flight/fly-to", there(), "FlyTo(FlyTo { target"),
        ("flight/fly-to/stop", json!({}), "StopFlyTo"),
        ("flight/land", json!({}), "Land"),
        ("flight/return-home", json!({}), "ReturnHome"),
        ("flight/return-home/cancel", json!({}), "CancelReturnHome"),
        ("flight/disarm", json!({}), "Disarm"),
        (
            "flight/axis-check",
            json!({"confirmed": true}),
            "CheckAxes { confirmed: true }",
        ),
        ("gimbal/reset", json!({"how": "centre"}), "Reset(Centre)"),
        (
            "gimbal/aim",
            json!({"lens": "zoom", "x": 0.25, "y": 0.5, "locked": true}),
            "Aim { lens: Zoom, x: 0.25, y: 0.5, locked: true }",
        ),
        (
            "gimbal/rate",
            json!({"pitch_deg_s": 10, "yaw_deg_s": -5}),
            "Drag { pitch_deg_s: 10.0, yaw_deg_s: -5.0, locked: false }",
        ),
        (
            "payload/photo",
            json!({"camera": "52-0-0"}),
            "camera: Some(\"52-0-0\"), action: Photo",
        ),
        ("payload/record/start", json!({}), "StartRecording"),
        ("payload/record/stop", json!({}), "StopRecording"),
        (
            "payload/zoom",
            json!({"lens": "zoom", "factor": 7}),
            "Zoom { lens: Zoom, factor: 7.0 }",
        ),
        (
            "payload/show",
            json!({"lens": "infrared"}),
            "Show { lens: Infrared }",
        ),
        ("payload/mode", json!({"mode": "video"}), "SetMode(Video)"),
        ("stop", json!({}), "Stop"),
    ] {
        let (status, answer) = ada.tell(&format!("{DEVICE}/{path}"), body).await;
        assert_eq!(status, 202, "{path}: {answer}");
        let asked = drone.asked();
        assert!(asked.last().unwrap().contains(meant), "{path}: {asked:?}");
    }
    drone.flies(|flight| flight.in_air = Some(false));
    let (status, answer) = ada
        .tell(&format!("{DEVICE}/flight/take-off"), take_off)
        .await;
    assert_eq!(status, 202, "{answer}");
    let asked = drone.asked().pop().unwrap();
    assert!(
        asked.contains("lost_action: Hover") && asked.contains("metres: 60.0"),
        "{asked}"
    );
    let fence = json!({"polygon": [], "ceiling_m": 100, "distance_m": 500});
    let put = |body: Value| {
        let put = ada.request(Method::PUT, &format!("{DEVICE}/flight/fence"));
        answered(put.header("x-skyhelm", "1").json(&body))
    };
    assert_eq!(put(fence).await.0, 202);
    assert!(drone.asked().pop().unwrap().contains("SetFence(Some("));
    assert_eq!(put(json!({})).await.0, 202);
    assert!(drone.asked().pop().unwrap().contains("SetFence(None)"));
    assert_eq!(put(json!({"ceiling_m": -1})).await.0, 400);
    let check = format!("{DEVICE}/flight/axis-check");
    let unconfirmed = ada.tell(&check, json!({"confirmed": false})).await;
    assert_eq!(unconfirmed.0, 400);
}

#[tokio::test]
async fn a_raw_message_needs_an_admin_who_flies_and_its_number_is_an_answer() {
    let (hub, drone) = station().await;
    let ada = somebody(&hub, "Ada", "admin", true).await;
    let ben = somebody(&hub, "Ben", "operator", true).await;
    let eve = somebody(&hub, "Eve", "admin", false).await;
    let path = format!("{DEVICE}/raw");
    let photo = json!({"method": "camera_photo_take", "data": {"payload_index": "52-0-0"}});
    for other in [&ben, &eve] {
        assert_eq!(other.tell(&path, photo.clone()).await.0, 403);
    }
    assert!(drone.asked().is_empty());
    let (status, answer) = ada.tell(&path, photo).await;
    assert_eq!((status.as_u16(), &answer["result"]), (200, &json!(0)));
    assert_eq!(answer["output"]["payload_index"], "52-0-0");
    assert_eq!(drone.asked(), ["raw camera_photo_take false"]);
    let (_, answer) = ada
        .tell(&path, json!({"method": "never", "may_move": true}))
        .await;
    assert_eq!(answer["result"], 314_000);
    assert_eq!(answer["advice"], "Ask otherwise.");
    for wrong in [
        json!({"method": "", "data": {}}),
        json!({"method": "a/b", "data": {}}),
        json!({"method": "stop", "more": 1}),
    ] {
        assert_eq!(ada.tell(&path, wrong).await.0, 400);
    }
    // Whoever holds the lease is not talked over.
    let (status, _) = ada.tell(&format!("{DEVICE}/lease"), json!({})).await;
    assert_eq!(status, 200);
    let carl = somebody(&hub, "Carl", "admin", true).await;
    let (status, answer) = carl.tell(&path, json!({"method": "cover_open"})).await;
    assert_eq!(
        (status.as_u16(), &answer["kind"]),
        (409, &json!("no_lease"))
    );
}

#[tokio::test]
async fn what_a_controller_needs_is_told_to_operators_and_its_secrets_stay_out_of_the_audit() {
    let (hub, _) = station().await;
    let ada = somebody(&hub, "Ada", "operator", false).await;
    let eve = somebody(&hub, "Eve", "viewer", false).await;
    problem(eve.get("/pairing"), 403).await;
    let told = ada.json("/pairing").await;
    assert_eq!(told["pairings"][0]["binding_code"], "7788");
    assert_eq!(
        told["pairings"].as_array().unwrap().len(),
        1,
        "toys are dialled"
    );
    let sign_on = "/families/paper/sign-on";
    assert_eq!(eve.tell(sign_on, json!({"serial": "5RC"})).await.0, 403);
    assert_eq!(ada.tell(sign_on, json!({"serial": "other"})).await.0, 404);
    assert_eq!(
        ada.tell("/families/none/sign-on", json!({"serial": "5RC"}))
            .await
            .0,
        404
    );
    assert_eq!(
        ada.tell("/families/toy/sign-on", json!({"serial": "5RC"}))
            .await
            .0,
        404
    );
    let (status, given) = ada.tell(sign_on, json!({"serial": "5RC"})).await;
    assert_eq!(
        (status.as_u16(), &given["password"]),
        (200, &json!("hunter2"))
    );
    let admin = hub.browser().await;
    let (audit, log) = (admin.json("/audit").await, admin.json("/log").await);
    assert!(audit.to_string().contains("sign-on"), "{audit}");
    for book in [audit, log] {
        assert!(!book.to_string().contains("hunter2") && !book.to_string().contains("licence"));
    }
}

#[tokio::test]
async fn a_virtual_world_is_drawn_and_a_device_without_one_has_no_map() {
    let (hub, _) = station().await;
    hub.toy("a").await;
    let guest = hub.browser().await;
    let land = guest.get(&format!("{DEVICE}/flight/map.geojson"));
    let land = land.send().await.unwrap();
    assert_eq!(land.headers()["content-type"], "application/geo+json");
    assert_eq!(land.text().await.unwrap(), LAND);
    let devices = guest.json("/devices").await;
    let devices = devices.as_array().unwrap();
    let drawn = |device: &Value| {
        device["capabilities"]
            .as_array()
            .unwrap()
            .contains(&json!("land"))
    };
    let [with, without] = [true, false].map(|wanted| {
        let found = devices.iter().find(|device| drawn(device) == wanted);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    });
    assert_eq!(with, "paper-1");
    problem(
        guest.get(&format!("/devices/{without}/flight/map.geojson")),
        404,
    )
    .await;
    problem(
        hub.stranger().get(&format!("{DEVICE}/flight/map.geojson")),
        401,
    )
    .await;
}

#[tokio::test]
async fn flying_needs_the_right_to_fly_and_stopping_needs_nothing_but_an_operator() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    let ben = somebody(&hub, "Ben", "operator", false).await;
    let eve = somebody(&hub, "Eve", "viewer", true).await;
    let fly = format!("{DEVICE}/flight/fly-to");
    for other in [&ben, &eve] {
        let (status, answer) = other.tell(&fly, there()).await;
        assert_eq!(
            (status.as_u16(), &answer["kind"]),
            (403, &json!("forbidden"))
        );
    }
    assert_eq!(ada.tell(&fly, there()).await.0, 202);
    let cid = somebody(&hub, "Cid", "operator", true).await;
    let (status, answer) = cid.tell(&fly, there()).await;
    assert_eq!(
        (status.as_u16(), &answer["kind"]),
        (409, &json!("no_lease"))
    );
    // Ada holds the lease, and Ben cannot even fly: both may stop.
    for stopper in [&ben, &cid] {
        let stop = format!("{DEVICE}/flight/stop");
        assert_eq!(stopper.tell(&stop, json!({})).await.0, 202);
        assert_eq!(drone.asked().pop().unwrap(), "Stop");
        assert_eq!(
            stopper.tell(&format!("{DEVICE}/stop"), json!({})).await.0,
            202
        );
    }
    problem(eve.post(&format!("{DEVICE}/flight/stop")), 403).await;
    let arm = format!("{DEVICE}/flight/arm");
    assert_eq!(ada.tell(&arm, json!({"serial": "GATEWAY1"})).await.0, 403);
    let admin = hub.browser().await;
    assert_eq!(
        admin.tell(&arm, json!({"serial": " GATEWAY1 "})).await.0,
        202
    );
    assert_eq!(drone.asked().pop().unwrap(), "Arm { serial: \"GATEWAY1\" }");
}

#[tokio::test]
async fn the_audit_tells_who_flew_what_came_of_it_and_how_long_it_took() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    ada.tell(&format!("{DEVICE}/flight/fly-to"), there()).await;
    drone.flies(|flight| flight.armed = false);
    ada.tell(&format!("{DEVICE}/flight/land"), json!({})).await;
    let admin = hub.browser().await;
    let lines = admin.json("/audit?who=Ada&device=paper-1").await;
    let [refused, taken] = &lines["entries"].as_array().unwrap()[..] else {
        panic!("{lines}");
    };
    assert_eq!(taken["action"], "POST /devices/{id}/flight/fly-to");
    assert_eq!(
        (&taken["status"], &taken["outcome"]),
        (&json!(202), &json!("taken"))
    );
    assert_eq!(taken["details"]["height_m"], 40);
    assert!(taken["delay_ms"].is_number(), "{taken}");
    assert_eq!(refused["status"], 409);
    assert_ne!(refused["outcome"], "taken");
}

/// A page with its stick.
struct Stick {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    sequence: u64,
}

impl Stick {
    async fn open(browser: &Browser) -> Self {
        let address = browser.base.replace("http", "ws");
        let address = format!("{address}/api/v1{DEVICE}/flight/sticks");
        let mut request = address.into_client_request().unwrap();
        let headers = request.headers_mut();
        let cookie = browser.cookie.as_deref().unwrap();
        headers.insert("cookie", cookie.parse().unwrap());
        headers.insert("origin", browser.base.parse().unwrap());
        Self {
            socket: connect_async(request).await.unwrap().0,
            sequence: 0,
        }
    }

    async fn hear(&mut self) -> Value {
        let next = tokio::time::timeout(Duration::from_secs(30), self.socket.next());
        match next.await.expect("the hub speaks").expect("it is open") {
            Ok(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The next message with such a word in it.
    async fn hear_of(&mut self, what: &str) -> Value {
        loop {
            let said = self.hear().await;
            if !said[what].is_null() {
                return said[what].clone();
            }
        }
    }

    async fn say(&mut self, word: Value) {
        let said = Message::text(word.to_string());
        self.socket.send(said).await.unwrap();
    }

    async fn push(&mut self, nonce: &Value, forward: f64) {
        self.sequence += 1;
        let sequence = self.sequence;
        self.say(
            json!({"nonce": nonce, "sequence": sequence, "forward": forward,
            "right": 0.0, "up": 0.0, "clockwise": 0.0}),
        )
        .await;
    }

    /// Holds the stick forward until the aircraft moves.
    async fn fly(&mut self, drone: &Drone) {
        let begin = Instant::now();
        while !drone.moves() {
            let nonce = self.hear_of("nonce").await;
            let centred = begin.elapsed() > Duration::from_millis(500);
            self.push(&nonce, if centred { 5.0 } else { 0.0 }).await;
            assert!(begin.elapsed() < Duration::from_secs(30), "it never moved");
        }
    }
}

/// It stands so soon, and from then on.
async fn stands_within(drone: &Drone, from: Instant, soon: Duration) {
    eventually(async || !drone.moves()).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let frames = drone.frames();
    let moving = frames.iter().filter(|(_, frame)| !frame.motion.is_still());
    let last = moving.map(|(at, _)| *at).max().unwrap();
    let late = last.saturating_duration_since(from);
    assert!(late < soon, "it moved {late:?} on");
}

/// A busy machine wakes threads late; the limits themselves are tested in virtual time, by the stick.
const SLACK: Duration = Duration::from_millis(250);

#[tokio::test(flavor = "multi_thread")]
async fn a_stick_flies_while_it_is_held_and_a_closed_page_stops_it() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    let mut stick = Stick::open(&ada).await;
    stick.fly(&drone).await;
    let closed = Instant::now();
    drop(stick);
    stands_within(&drone, closed, Duration::from_millis(100) + SLACK).await;

    let mut stick = Stick::open(&ada).await;
    stick.fly(&drone).await;
    let released = Instant::now();
    stick.say(json!({"release": true, "why": "blur"})).await;
    let ended = stick.hear_of("ended").await;
    assert_eq!(ended, json!({"by": "release", "why": "blur"}));
    stands_within(&drone, released, Duration::from_millis(100) + SLACK).await;

    // A page that falls silent with its stick forward.
    let mut stick = Stick::open(&ada).await;
    stick.fly(&drone).await;
    stands_within(&drone, Instant::now(), Duration::from_millis(400) + SLACK).await;
    let lines = hub.browser().await.json("/audit?who=Ada").await;
    let blurred = lines["entries"].as_array().unwrap().iter();
    let blurred = blurred.filter(|line| line["details"]["ended"]["why"] == "blur");
    assert_eq!(blurred.count(), 1, "{lines}");
    let actions = lines["entries"].as_array().unwrap().iter();
    let actions: Vec<_> = actions.map(|line| line["action"].clone()).collect();
    assert_eq!(
        actions.iter().filter(|a| **a == "sticks taken").count(),
        3,
        "{actions:?}"
    );
    assert_eq!(
        actions.iter().filter(|a| **a == "sticks released").count(),
        2,
        "{actions:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_page_takes_the_sticks_and_a_lost_lease_ends_them() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    let mut first = Stick::open(&ada).await;
    first.fly(&drone).await;
    let mut second = Stick::open(&ada).await;
    let ended = first.hear_of("ended").await;
    assert_eq!(ended, json!({"by": "release", "why": "taken_over"}));
    eventually(async || !drone.moves()).await;
    second.fly(&drone).await;

    let admin = hub.browser().await;
    let lost = Instant::now();
    assert_eq!(
        admin
            .tell(&format!("{DEVICE}/lease"), json!({"force": true}))
            .await
            .0,
        200
    );
    let ended = second.hear_of("ended").await;
    assert_eq!(ended, json!({"by": "release", "why": "lease_lost"}));
    stands_within(&drone, lost, Duration::from_millis(200) + SLACK).await;

    // Whose lease it is not gets no stick, and is told why.
    let mut third = Stick::open(&ada).await;
    let refused = third.hear().await;
    assert_eq!(refused["refused"], "not_taken");
    assert_eq!(refused["problem"]["kind"], "no_lease");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_ends_by_itself_ends_the_hand_too() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    let mut stick = Stick::open(&ada).await;
    stick.hear_of("nonce").await;
    hub.pass(Duration::from_mins(2));
    let ended = stick.hear_of("ended").await;
    assert_eq!(ended, json!({"by": "release", "why": "lease_lost"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_that_are_old_or_nonsense_move_nothing_and_say_so() {
    let (hub, drone) = station().await;
    drone.is_at(0.0, 30.0);
    let ada = somebody(&hub, "Ada", "operator", true).await;
    let mut stick = Stick::open(&ada).await;
    let old = stick.hear_of("nonce").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    // As after a stall: twenty at once.
    for _ in 0..20 {
        stick.push(&old, 5.0).await;
    }
    assert_eq!(stick.hear_of("refused").await, "stale");
    tokio::time::sleep(Duration::from_millis(250)).await;
    stick.say(json!({"forward": 5.0})).await;
    assert_eq!(stick.hear_of("refused").await, "nonsense");
    tokio::time::sleep(Duration::from_millis(250)).await;
    let nonce = loop {
        // The newest one: what lies in the socket is old.
        let nonce = stick.hear_of("nonce").await;
        let more = tokio::time::timeout(Duration::from_millis(5), stick.socket.next()).await;
        if more.is_err() {
            break nonce;
        }
    };
    stick.push(&nonce, 5.0).await;
    assert_eq!(stick.hear_of("refused").await, "centre_first");
    let moving = drone.frames();
    assert!(moving.iter().all(|(_, frame)| frame.motion.is_still()));
    let ben = somebody(&hub, "Ben", "operator", false).await;
    problem(ben.get(&format!("{DEVICE}/flight/sticks")), 403).await;
}

/// A flight of a few points, with a restart of the hub in the middle of it.
async fn flown() -> (TestHub, Drone) {
    let (hub, drone) = station().await;
    let written = async |hub: &TestHub, points: i64| {
        let ada = hub.browser().await;
        eventually(async || {
            let log = ada.json(&format!("{DEVICE}/flights")).await;
            log["flights"][0]["points"] == points
        })
        .await;
    };
    for step in 0..3 {
        hub.pass(Duration::from_secs(1));
        drone.is_at(f64::from(step) * 0.001, 10.0 * f64::from(step));
        written(&hub, i64::from(step) + 1).await;
    }
    let folder = hub.folder.clone();
    let later = hub.time.lock().unwrap().utc + Duration::from_secs(5);
    hub.hub.stop().await;
    let hub = station_in(folder, &drone, later).await;
    written(&hub, 4).await;
    hub.pass(Duration::from_secs(1));
    drone.is_at(0.003, 30.0);
    written(&hub, 5).await;
    hub.pass(Duration::from_secs(1));
    drone.flies(|flight| flight.in_air = Some(false));
    (hub, drone)
}

#[tokio::test]
async fn a_flight_is_written_down_across_a_restart_and_read_back_in_every_form() {
    let (hub, drone) = flown().await;
    let ada = hub.browser().await;
    let flights = format!("{DEVICE}/flights");
    eventually(async || {
        let log = ada.json(&flights).await;
        log["flights"][0]["end_utc_ms"].is_number()
    })
    .await;
    let log = ada.json(&flights).await;
    assert_eq!(log["flights"].as_array().unwrap().len(), 1, "{log}");
    let flight = &log["flights"][0];
    assert_eq!(
        (&flight["number"], &flight["points"]),
        (&json!(1), &json!(6))
    );
    assert_eq!(flight["highest_m"], 30.0);

    let read = async |form: &str| {
        let answer = ada.get(&format!("{flights}/1/track.{form}")).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200, "{form}");
        answer.text().await.unwrap()
    };
    let feature: Value = serde_json::from_str(&read("geojson").await).unwrap();
    let line = feature["geometry"]["coordinates"].as_array().unwrap();
    assert_eq!((line.len(), &line[4]), (6, &json!([11.5, 48.003, 590.0])));
    let csv = read("csv").await;
    let rows: Vec<Vec<&str>> = csv.lines().map(|row| row.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{csv}");
    assert_eq!(
        (rows.len(), rows[2][1], rows[2][3]),
        (7, "48.00100000", "10.00")
    );
    let gpx = read("gpx").await;
    assert_eq!(gpx.matches("<trkpt ").count(), 6);
    assert_eq!(gpx.matches("<ele>").count(), 6);
    assert!(gpx.contains("Paper &lt;1&gt;"), "{gpx}");
    let kml = read("kml").await;
    assert!(kml.contains("11.50000000,48.00300000,30.00"), "{kml}");
    assert!(kml.contains("relativeToGround"), "{kml}");
    problem(ada.get(&format!("{flights}/2/track.gpx")), 404).await;

    // The next flight is another one.
    hub.pass(Duration::from_mins(1));
    drone.is_at(0.0, 5.0);
    eventually(async || ada.json(&flights).await["flights"][0]["number"] == 2).await;
}
