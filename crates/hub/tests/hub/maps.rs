//! Tiles for the map: a file of the station's folder in parts, or another host that was named.

use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{Browser, MIDNIGHT, TestHub, answered, problem};
use crate::events::Page;

async fn tiles(browser: &Browser, body: Value) -> (u16, Value) {
    let request = browser.request(Method::PUT, "/settings/tiles");
    let (status, answer) = answered(request.header("x-skyhelm", "1").json(&body)).await;
    (status.as_u16(), answer)
}

async fn policy(hub: &TestHub) -> String {
    let root = format!("http://{}/", hub.hub.address);
    let answer = reqwest::get(root).await.unwrap();
    answer.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_file_of_tiles_is_read_in_parts_and_nothing_beside_it() {
    let hub = TestHub::start().await;
    let folder = hub.folder.path().join("maps");
    std::fs::create_dir(&folder).unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    std::fs::write(folder.join("alps.pmtiles"), &bytes).unwrap();
    std::fs::write(folder.join("notes.txt"), "not tiles").unwrap();
    std::fs::write(hub.folder.path().join("outside.pmtiles"), "secret").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../outside.pmtiles", folder.join("link.pmtiles")).unwrap();
    let browser = hub.browser().await;
    let listed = browser.json("/maps").await;
    assert_eq!(
        listed["files"],
        json!([{"name": "alps.pmtiles", "size_bytes": 256}])
    );

    let part = browser
        .get("/maps/alps.pmtiles")
        .header("range", "bytes=10-19");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 10-19/256");
    assert_eq!(part.headers()["content-type"], "application/vnd.pmtiles");
    assert_eq!(part.bytes().await.unwrap()[..], bytes[10..20]);
    let beyond = browser
        .get("/maps/alps.pmtiles")
        .header("range", "bytes=256-");
    problem(beyond, 416).await;
    let whole = browser
        .get("/maps/alps.pmtiles")
        .header("range", "nonsense");
    assert_eq!(
        whole.send().await.unwrap().bytes().await.unwrap().len(),
        256
    );
    for outside in [
        "notes.txt",
        "none.pmtiles",
        "link.pmtiles",
        "..%2foutside.pmtiles",
        "..%5coutside.pmtiles",
        "%2e%2e%2foutside.pmtiles",
        "alps.pmtiles%00",
    ] {
        let asked = browser.get(&format!("/maps/{outside}"));
        problem(asked, 404).await;
    }
    problem(hub.stranger().get("/maps/alps.pmtiles"), 401).await;
}

#[tokio::test]
async fn the_page_may_load_from_another_host_only_while_it_is_named() {
    let first = TestHub::start().await;
    let browser = first.browser().await;
    let own = policy(&first).await;
    assert!(
        !own.contains("http") && !own.contains("connect-src"),
        "{own}"
    );
    let mut page = Page::open(&browser).await;
    assert_eq!(
        page.hear("hello").await["station"]["tiles"],
        json!({"kind": "bundled"})
    );

    for wrong in [
        json!({"kind": "url", "template": "https://a.example; script-src */{z}/{x}/{y}", "credit": "", "max_zoom": 19}),
        json!({"kind": "url", "template": "https://a.example/{z}/{x}", "credit": "", "max_zoom": 19}),
        json!({"kind": "url", "template": "https://a.example/{z}/{x}/{y}", "credit": "", "max_zoom": 40}),
        json!({"kind": "file", "name": "../alps.pmtiles"}),
        json!({"kind": "file", "name": "none.pmtiles"}),
        json!({"kind": "planet"}),
    ] {
        let (status, answer) = tiles(&browser, wrong.clone()).await;
        assert!(matches!(status, 400 | 404), "{wrong}: {status} {answer}");
        assert_eq!(policy(&first).await, own, "{wrong}");
    }
    let url = json!({"kind": "url", "template": "https://tiles.example/{z}/{x}/{y}.png", "credit": "Example", "max_zoom": 19});
    let (status, now) = tiles(&browser, url).await;
    assert_eq!((status, &now["tiles"]["source"]), (200, &json!("page")));
    assert_eq!(
        page.hear("station").await["station"]["tiles"]["max_zoom"],
        19
    );
    let wider = policy(&first).await;
    for rule in wider.split("; ") {
        let foreign = rule.contains("https://tiles.example");
        let may = rule.starts_with("img-src") || rule.starts_with("connect-src");
        assert_eq!(foreign, may, "{rule}");
    }

    // It holds after a restart, and ends when it is taken back.
    let (folder, family) = (first.folder.clone(), first.family.clone());
    first.hub.stop().await;
    let second = TestHub::start_in(folder, family, MIDNIGHT).await;
    assert_eq!(policy(&second).await, wider);
    let browser = second.browser().await;
    let back = browser.delete("/settings/tiles").send().await.unwrap();
    assert_eq!(back.status(), 200);
    assert_eq!(policy(&second).await, own);
}
