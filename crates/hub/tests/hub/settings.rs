//! Settings: what the page changes, what holds after a restart, and what follows.

use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{Browser, MIDNIGHT, TestHub, answered, eventually};
use crate::events::Page;

async fn put(browser: &Browser, what: &str, body: Value) -> (u16, Value) {
    let path = format!("/settings/{what}");
    let request = browser.request(Method::PUT, &path).header("x-skyhelm", "1");
    let (status, answer) = answered(request.json(&body)).await;
    (status.as_u16(), answer)
}

fn tromso() -> Value {
    json!({
        "latitude_deg": 69.65, "longitude_deg": 18.96, "height_m": 20.0,
        "place": "Tromsø", "time_zone": "Europe/Oslo",
    })
}

#[tokio::test]
async fn a_moved_station_has_another_sky_and_stays_there_after_a_restart() {
    let first = TestHub::start().await;
    first.toy("a").await;
    let browser = first.browser().await;
    let mut page = Page::open(&browser).await;
    page.hear("hello").await;
    let before = browser.json("/sky/search?q=vega").await;
    let (status, now) = put(&browser, "site", tromso()).await;
    assert_eq!((status, &now["site"]["source"]), (200, &json!("page")));
    assert_eq!(
        page.hear("station").await["station"]["site"]["place"],
        "Tromsø"
    );
    let after = browser.json("/sky/search?q=vega").await;
    assert_ne!(before[0]["altitude_deg"], after[0]["altitude_deg"]);
    // The device is connected anew and comes back.
    eventually(async || browser.json("/devices").await[0]["state"]["link"]["status"] == "up").await;

    let (folder, family) = (first.folder.clone(), first.family.clone());
    first.hub.stop().await;
    let second = TestHub::start_in(folder, family, MIDNIGHT).await;
    let browser = second.browser().await;
    assert_eq!(browser.json("/station").await["time_zone"], "Europe/Oslo");
    let path = browser.delete("/settings/site").send().await.unwrap();
    assert_eq!(path.status(), 200);
    assert_eq!(browser.json("/station").await["site"]["place"], "Munich");
}

#[tokio::test]
async fn a_station_does_not_move_while_a_job_runs() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    toy.photograph("a.jpg", skyhelm_device::MediaKind::Photo, &[]);
    toy.change(|state| {
        state.jobs[0].outcome = None;
        state.jobs[0].kind = skyhelm_device::JobKind::Stack;
    });
    let (status, refused) = put(&browser, "site", tromso()).await;
    assert_eq!((status, &refused["kind"]), (409, &json!("blocked")));
    assert_eq!(browser.json("/station").await["site"]["place"], "Munich");
}

#[tokio::test]
async fn nonsense_is_no_setting() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let with = |key: &str, value: Value| {
        let mut place = tromso();
        place[key] = value;
        place
    };
    for wrong in [
        with("latitude_deg", json!(91)),
        with("height_m", json!(1e9)),
        with("time_zone", json!("Mars/Olympus")),
        with("place", json!("x".repeat(81))),
        with("more", json!(1)),
    ] {
        assert_eq!(put(&browser, "site", wrong).await.0, 400);
    }
    assert_eq!(put(&browser, "name", json!({"name": " "})).await.0, 400);
    let point =
        |azimuth: f64, altitude: f64| json!({"azimuth_deg": azimuth, "altitude_deg": altitude});
    for wrong in [
        json!([point(0.0, 95.0), point(90.0, 0.0)]),
        json!([point(10.0, 5.0), point(10.0, 6.0)]),
        json!(vec![point(1.0, 1.0); 361]),
    ] {
        assert_eq!(
            put(&browser, "horizon", json!({"points": wrong})).await.0,
            400
        );
    }
    assert_eq!(browser.json("/sky/horizon").await["points"], json!([]));
}

#[tokio::test]
async fn the_name_and_the_list_of_tonight_follow_the_page() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let (status, _) = put(&browser, "name", json!({"name": "Balcony"})).await;
    assert_eq!(status, 200);
    assert_eq!(browser.json("/station").await["name"], "Balcony");
    let free = browser.json("/sky/tonight?limit=20").await;
    let all = free["suggestions"].as_array().unwrap();
    assert!(all.len() > 5 && free["dark"]["sun_below_deg"] == -18.0);
    assert!(
        all.windows(2)
            .all(|pair| pair[0]["score"].as_f64() >= pair[1]["score"].as_f64())
    );
    // A wall up to seventy degrees all around leaves little.
    let wall: Vec<Value> = [0.0, 120.0, 240.0]
        .iter()
        .map(|azimuth| json!({"azimuth_deg": azimuth, "altitude_deg": 70.0}))
        .collect();
    let (status, _) = put(&browser, "horizon", json!({"points": wall})).await;
    assert_eq!(status, 200);
    let behind = browser.json("/sky/tonight?limit=20").await;
    let lowest = behind["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["best_altitude_deg"].as_f64().unwrap())
        .fold(90.0, f64::min);
    assert!(lowest >= 70.0, "{lowest}");
}

#[tokio::test]
async fn a_target_behind_the_horizon_line_is_refused_until_the_line_is_gone() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    // Orion stands in the south-east, some thirty degrees high.
    let goto = json!({"name": "M 42", "ra_hours": 5.588, "dec_degrees": -5.39});
    let path = "/devices/toy-a/mount/goto";
    assert_eq!(browser.tell(path, goto.clone()).await.0, 202);
    let points: Vec<Value> = [(90.0, 50.0), (180.0, 50.0), (200.0, 0.0), (70.0, 0.0)]
        .iter()
        .map(|(azimuth, altitude)| json!({"azimuth_deg": azimuth, "altitude_deg": altitude}))
        .collect();
    put(&browser, "horizon", json!({ "points": points })).await;
    let (status, refused) = browser.tell(path, goto.clone()).await;
    assert_eq!(
        (status.as_u16(), &refused["kind"]),
        (409, &json!("out_of_reach"))
    );
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("behind the horizon line")
    );
    assert_eq!(toy.asked().len(), 1, "the device was not asked");
    // The other side of the sky is free, and a new device knows the line too.
    let vega = json!({"name": "Vega", "ra_hours": 18.615, "dec_degrees": 38.78});
    assert_eq!(browser.tell(path, vega).await.0, 202);
    hub.toy("b").await;
    let (status, _) = browser
        .tell("/devices/toy-b/mount/goto", goto.clone())
        .await;
    assert_eq!(status, 409);
    let gone = browser.delete("/settings/horizon").send().await.unwrap();
    assert_eq!(gone.status(), 200);
    assert_eq!(browser.tell(path, goto).await.0, 202);
}
