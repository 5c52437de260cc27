//! Commands: who may give them, and what becomes of them.

use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_device::MountCommand;
use skyhelm_device::state::{Blocked, Motion};
use skyhelm_units::UtcMillis;
use std::sync::Arc;

use crate::browser::{TestHub, answered, eventually, problem};
use crate::toy::ToyFamily;

fn m31() -> Value {
    json!({"name": "M 31", "ra_hours": 0.7123, "dec_degrees": 41.269})
}

#[tokio::test]
async fn a_command_takes_a_free_lease_and_reaches_the_device() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let (status, taken) = browser.tell("/devices/toy-a/mount/goto", m31()).await;
    assert_eq!(status, 202);
    assert!(taken["request_id"].is_string());
    assert!(toy.asked()[0].contains("Goto") && toy.asked()[0].contains("M 31"));
    let device = browser.json("/devices/toy-a").await;
    assert_eq!(device["lease"]["mine"], true);
    assert_eq!(device["state"]["mount"]["motion"], "tracking");
    assert_eq!(
        device["capabilities"],
        json!([
            "mount", "camera", "focuser", "stacker", "darks", "lights", "power", "control",
            "album", "live", "library"
        ])
    );
}

#[tokio::test]
async fn a_lease_belongs_to_one_until_given_up_forced_or_expired() {
    let hub = TestHub::start().await;
    let (ada, ben) = (hub.browser().await, hub.browser().await);
    let toy = hub.toy("a").await;
    let (goto, lease) = ("/devices/toy-a/mount/goto", "/devices/toy-a/lease");
    ada.tell(goto, m31()).await;
    let refused = problem(ben.post(goto).json(&m31()), 409).await;
    assert_eq!(refused["kind"], "no_lease");
    assert_eq!(ben.json("/devices/toy-a").await["lease"]["mine"], false);
    // Everybody may stop a motion.
    let (status, _) = answered(ben.post("/devices/toy-a/stop")).await;
    assert_eq!(status, 202);
    assert!(toy.asked().iter().any(|asked| asked == "StopAll"));

    assert_eq!(ben.tell(lease, json!({"force": true})).await.0, 200);
    assert_eq!(ben.tell(goto, m31()).await.0, 202);
    problem(ada.post(goto).json(&m31()), 409).await;
    ben.delete(lease).send().await.unwrap();
    assert_eq!(ada.tell(goto, m31()).await.0, 202);
    hub.pass(Duration::from_secs(61));
    assert_eq!(ben.tell(goto, m31()).await.0, 202);
}

#[tokio::test]
async fn the_program_commands_through_the_same_door_and_gives_the_lease_back() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let id = hub.hub.devices()[0].clone();
    hub.hub.command(&id, MountCommand::Park).await.unwrap();
    assert_eq!(toy.asked(), ["Park"]);
    let lease = browser.json("/devices/toy-a").await["lease"].clone();
    assert_eq!(lease["holder"], "the program");
    problem(browser.post("/devices/toy-a/mount/goto").json(&m31()), 409).await;
    hub.hub.release(&id);
    assert_eq!(
        browser.tell("/devices/toy-a/mount/goto", m31()).await.0,
        202
    );
    let motion = hub
        .hub
        .state(&id)
        .unwrap()
        .borrow()
        .mount
        .clone()
        .unwrap()
        .motion;
    assert_eq!(motion, Motion::Tracking);
}

#[tokio::test]
async fn who_signs_out_gives_the_lease_back() {
    let hub = TestHub::start().await;
    let (ada, ben, _toy) = (hub.browser().await, hub.browser().await, hub.toy("a").await);
    ada.tell("/devices/toy-a/lease", json!({})).await;
    ada.delete("/session").send().await.unwrap();
    assert_eq!(ben.tell("/devices/toy-a/mount/goto", m31()).await.0, 202);
}

#[tokio::test]
async fn a_lease_is_taken_without_a_body_too() {
    let hub = TestHub::start().await;
    let (browser, _toy) = (hub.browser().await, hub.toy("a").await);
    let (status, lease) = answered(browser.post("/devices/toy-a/lease")).await;
    assert_eq!((status.as_u16(), &lease["mine"]), (200, &json!(true)));
}

#[tokio::test]
async fn every_command_of_the_document_is_understood() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let none = Value::Null;
    for (path, body, heard) in [
        ("mount/stop-goto", none.clone(), "StopGoto"),
        ("mount/calibrate", none.clone(), "Calibrate"),
        ("mount/stop-calibration", none.clone(), "StopCalibration"),
        ("mount/park", none.clone(), "Park"),
        (
            "mount/joystick",
            json!({"direction_deg": 90, "deflection": 0.5}),
            "Joystick",
        ),
        ("mount/joystick-stop", none.clone(), "StopJoystick"),
        (
            "mount/centre",
            json!({"x": 0.25, "y": 0.75}),
            "CentreOnWide { x: 0.25, y: 0.75 }",
        ),
        (
            "cameras/tele/open",
            none.clone(),
            "CameraCommand { lens: Tele, action: Open }",
        ),
        (
            "cameras/wide/close",
            none.clone(),
            "CameraCommand { lens: Wide, action: Close }",
        ),
        (
            "cameras/tele/photo",
            none.clone(),
            "CameraCommand { lens: Tele, action: Photo }",
        ),
        (
            "cameras/tele/raw-photo",
            none.clone(),
            "CameraCommand { lens: Tele, action: RawPhoto }",
        ),
        (
            "cameras/tele/exposure",
            json!({"auto": true}),
            "SetExposure(Auto)",
        ),
        (
            "cameras/tele/exposure",
            json!({"index": 7}),
            "SetExposure(Choice(7))",
        ),
        ("cameras/tele/gain", json!({"index": 3}), "SetGain(3)"),
        ("cameras/tele/filter", json!({"index": 1}), "SetFilter(1)"),
        (
            "focuser/step",
            json!({"direction": "far", "steps": 3}),
            "Step(Far)",
        ),
        ("focuser/run", json!({"direction": "near"}), "Run(Near)"),
        ("focuser/stop", none.clone(), "Stop"),
        (
            "stack/start",
            json!({"lens": "tele", "subs": 10, "without_darks": true}),
            "Start { lens: Tele, subs: Some(10), without_darks: true }",
        ),
        ("stack/stop", json!({"lens": "tele"}), "Stop { lens: Tele }"),
        (
            "stack/go-live",
            json!({"lens": "tele"}),
            "GoLive { lens: Tele }",
        ),
        ("stop", none.clone(), "StopAll"),
    ] {
        let (status, answer) = browser.tell(&format!("/devices/toy-a/{path}"), body).await;
        assert_eq!(status, 202, "{path}: {answer}");
        let asked = toy.asked();
        let last_two = &asked[asked.len().saturating_sub(2)..];
        assert!(
            last_two.iter().any(|a| a.contains(heard)),
            "{path}: {asked:?}"
        );
    }
    let steps = toy.asked().iter().filter(|a| a.contains("Step")).count();
    assert_eq!(steps, 3);
}

#[tokio::test]
async fn a_blocked_control_says_why() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    toy.change(|state| {
        let why = Blocked {
            reason: String::from("The telescope is stacking."),
            remedy: Some(String::from("Stop the stack first.")),
        };
        state.blocked.insert(String::from("mount.goto"), why);
    });
    let request = browser.post("/devices/toy-a/mount/goto").json(&m31());
    let blocked = problem(request, 409).await;
    assert_eq!(blocked["kind"], "blocked");
    assert_eq!(blocked["remedy"], "Stop the stack first.");
    assert!(toy.asked().is_empty());
}

#[tokio::test]
async fn no_goto_leads_to_the_sun() {
    // 2026-06-21 10:00 UTC: the Sun stands at 6 h, 23.4 degrees.
    let noon = UtcMillis::from_seconds(1_782_036_000);
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let hub = TestHub::start_in(folder, Arc::new(ToyFamily::default()), noon).await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let near = json!({"name": "M 35", "ra_hours": 6.15, "dec_degrees": 24.3});
    let refused = problem(browser.post("/devices/toy-a/mount/goto").json(&near), 409).await;
    assert_eq!(refused["kind"], "sun_guard");
    assert!(toy.asked().is_empty());
}

#[tokio::test]
async fn a_device_is_looked_at_added_and_removed() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    hub.family.place("a");
    let place = json!({"family": "toy", "address": "a"});
    let (status, found) = browser.tell("/devices/probe", place.clone()).await;
    assert_eq!((status.as_u16(), &found["model"]), (200, &json!("Toy 1")));
    assert_eq!(browser.json("/devices").await, json!([]));
    assert_eq!(browser.tell("/devices", place).await.0, 200);
    eventually(async || browser.json("/devices").await[0]["id"] == "toy-a").await;
    let gone = browser.delete("/devices/toy-a").send().await.unwrap();
    assert_eq!(gone.status(), 204);
    eventually(async || browser.json("/devices").await == json!([])).await;

    let nobody = json!({"family": "toy", "address": "b"});
    problem(browser.post("/devices").json(&nobody), 502).await;
    let unknown = json!({"family": "dji", "address": "b"});
    problem(browser.post("/devices").json(&unknown), 400).await;
    let odd = json!({"family": "toy", "address": "a b\r\nX: y"});
    problem(browser.post("/devices").json(&odd), 400).await;
    problem(browser.delete("/devices/toy-a"), 404).await;
}

#[tokio::test]
async fn every_everyday_control_reaches_the_device_as_it_was_meant() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let lens = json!({"lens": "wide"});
    let darks = json!({"lens": "tele", "exposure": 3, "gain": 2, "binning": "2x2", "count": 10});
    for (path, body, meant) in [
        (
            "mount/goto-solar",
            json!({"target": "saturn"}),
            "GotoBody { body: Saturn }",
        ),
        ("mount/track", json!({}), "Track"),
        (
            "cameras/tele/parameters/contrast",
            json!({"value": 2.5}),
            "Number(2.5)",
        ),
        (
            "cameras/wide/parameters/light_source",
            json!({"index": 1}),
            "Choice(1)",
        ),
        (
            "cameras/tele/parameters/white_balance",
            json!({"auto": true}),
            "Auto",
        ),
        (
            "stack/parameters/binning",
            json!({"index": 0}),
            "SetParameter { name: \"binning\"",
        ),
        (
            "focuser/auto",
            json!({"mode": "area", "x": 0.5, "y": 0.25}),
            "Area { x: 0.5, y: 0.25 }",
        ),
        (
            "focuser/auto",
            json!({"mode": "astro_fast"}),
            "Auto(StarsFast)",
        ),
        (
            "lights/ring",
            json!({"on": true}),
            "light: \"ring\", switch: On",
        ),
        ("power/reboot", json!({}), "Reboot"),
        ("power/off", json!({}), "PowerDown"),
        ("control/take", json!({}), "Take"),
        ("control/release", json!({}), "Release"),
        (
            "darks/take",
            darks,
            "exposure: 3, gain: 2, binning: Two, count: 10",
        ),
        ("darks/stop", lens.clone(), "Stop { lens: Wide }"),
        ("darks/refresh", lens, "Refresh { lens: Wide }"),
        (
            "darks/delete",
            json!({"lens": "tele", "frames": ["7"]}),
            "frames: [\"7\"]",
        ),
        (
            "album/delete",
            json!({"paths": ["/a.fits"]}),
            "paths: [\"/a.fits\"]",
        ),
    ] {
        let (status, answer) = browser.tell(&format!("/devices/toy-a/{path}"), body).await;
        assert_eq!(status, 202, "{path}: {answer}");
        let asked = toy.asked();
        assert!(asked.last().unwrap().contains(meant), "{path}: {asked:?}");
    }
}

#[tokio::test]
async fn everyday_nonsense_does_not_reach_the_device() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    for (path, body) in [
        ("mount/goto-solar", json!({"target": "pluto"})),
        ("focuser/auto", json!({"mode": "area"})),
        (
            "focuser/auto",
            json!({"mode": "normal", "x": 1.0, "y": 1.0}),
        ),
        ("cameras/tele/parameters/contrast", json!({})),
        (
            "cameras/tele/parameters/contrast",
            json!({"index": 1, "value": 1.0}),
        ),
        ("cameras/tele/parameters/No%20name", json!({"index": 1})),
        (
            "darks/take",
            json!({"lens": "tele", "exposure": 0, "gain": 0, "count": 0}),
        ),
        ("album/delete", json!({"paths": []})),
    ] {
        let (status, answer) = browser.tell(&format!("/devices/toy-a/{path}"), body).await;
        assert_eq!(status, 400, "{path}: {answer}");
    }
    assert_eq!(toy.asked(), Vec::<String>::new());
}
