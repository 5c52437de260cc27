//! The library: what a device photographed is fetched, whole, whatever happens on the way.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use skyhelm_device::{JobKind, MediaKind};
use skyhelm_imaging::fits::{Observation, to_bytes};
use skyhelm_imaging::{BayerPattern, RawFrame, RgbImage8, encode};

use crate::browser::{Browser, MIDNIGHT, TestHub, eventually, problem};
use crate::toy::Toy;

fn noise(length: usize) -> Bytes {
    let mut state = 1_u32;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    bytes.take(length).collect()
}

/// A small frame with a gradient, as FITS.
fn fits() -> Bytes {
    let data = (0..64 * 48).map(|i| 900 + (i % 64) as u16 * 3).collect();
    let frame = RawFrame::new(64, 48, BayerPattern::Rggb, data).unwrap();
    let observation = Observation {
        object: Some(String::from("M 31")),
        exposure: Some(Duration::from_secs(15)),
        gain: Some(60),
        ..Observation::default()
    };
    to_bytes(&frame, &observation.to_header()).into()
}

fn jpeg() -> Bytes {
    let image = RgbImage8::new(40, 30, vec![[200, 10, 10]; 1_200]).unwrap();
    encode::jpeg(&image, 90).unwrap().into()
}

/// A hub and a toy whose (empty) album it has seen.
async fn watched() -> (TestHub, Arc<Toy>, Browser) {
    let hub = TestHub::start().await;
    let toy = hub.toy("a").await;
    let browser = hub.browser().await;
    (hub, toy, browser)
}

async fn entries(browser: &Browser) -> Vec<Value> {
    let list = browser.json("/library").await;
    list["entries"].as_array().unwrap().clone()
}

async fn complete(browser: &Browser) -> Value {
    let state = async || entries(browser).await.first().map(|e| e["state"].clone());
    eventually(async || state().await.is_some_and(|state| state == "complete")).await;
    entries(browser).await[0].clone()
}

/// All files below a folder.
fn files_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).map_or_else(|_| Vec::new(), Iterator::collect);
    entries
        .into_iter()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files_in(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The files that count as fetched: everything but the parts.
fn fetched_files(hub: &TestHub) -> Vec<std::path::PathBuf> {
    let mut files = files_in(&hub.folder.path().join("library"));
    files.retain(|path| !path.components().any(|part| part.as_os_str() == ".parts"));
    files
}

#[tokio::test]
async fn a_stack_is_fetched_indexed_and_shown() {
    let (_hub, toy, browser) = watched().await;
    let (fits, jpeg) = (fits(), jpeg());
    toy.photograph(
        "Astro/M31",
        MediaKind::Stack,
        &[
            ("Astro/M31/M31_15s60_0001.fits", noise(10)),
            ("Astro/M31/stacked-16_M31.fits", fits.clone()),
            ("Astro/M31/stacked.jpg", jpeg.clone()),
        ],
    );
    let entry = complete(&browser).await;
    assert_eq!(entry["target"], "M 31");
    assert_eq!(entry["night"], "2026-11-20");
    assert_eq!(entry["exposure_s"], 15.0);
    let names: Vec<&str> = entry["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["stacked-16_M31.fits", "stacked.jpg"]);

    let id = entry["id"].as_str().unwrap();
    let path = format!("/library/{id}/files/stacked-16_M31.fits");
    let file = browser.get(&path).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/fits");
    assert_eq!(file.bytes().await.unwrap(), fits);
    let part = browser
        .get(&path)
        .header("range", "bytes=10-19")
        .send()
        .await
        .unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), fits.slice(10..20));
    problem(browser.get(&path).header("range", "bytes=999999-"), 416).await;
    let saved = browser
        .get(&format!("{path}?download=1"))
        .send()
        .await
        .unwrap();
    let disposition = saved.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"stacked-16_M31.fits\"");

    let detail = browser.json(&format!("/library/{id}")).await;
    let header = detail["header"].as_array().unwrap();
    let object = header.iter().find(|card| card[0] == "OBJECT").unwrap();
    assert_eq!(object[1], "M 31");
    for query in [
        "",
        "?width=32",
        "?black=0.01&mid=0.2&white=0.1",
        "?file=stacked.jpg&width=20",
    ] {
        let preview = format!("/library/{id}/preview.jpg{query}");
        let preview = browser.get(&preview).send().await.unwrap();
        assert_eq!(preview.status(), 200, "{query}");
        let bytes = preview.bytes().await.unwrap();
        assert!(bytes.starts_with(&[0xff, 0xd8]), "{query}");
    }
    problem(
        browser.get(&format!("/library/{id}/preview.jpg?black=0.9&white=0.1")),
        400,
    )
    .await;
    problem(
        browser.get(&format!("/library/{id}/preview.jpg?width=1000000")),
        400,
    )
    .await;
    let histogram = browser.json(&format!("/library/{id}/histogram")).await;
    let bins = histogram["channels"][0]["bins"].as_array().unwrap();
    assert_eq!(bins.len(), 256);
    let pixels: u64 = bins.iter().map(|bin| bin.as_u64().unwrap()).sum();
    assert_eq!(pixels, 32 * 24);
}

#[tokio::test]
async fn a_cut_download_goes_on_where_it_broke() {
    let (_hub, toy, browser) = watched().await;
    let photo = noise(50_000);
    toy.album.lock().unwrap().cuts = vec![20_000, 10_000];
    toy.photograph("p.jpg", MediaKind::Photo, &[("p.jpg", photo.clone())]);
    let entry = complete(&browser).await;
    let offsets: Vec<u64> = toy
        .album
        .lock()
        .unwrap()
        .reads
        .iter()
        .map(|r| r.1)
        .collect();
    assert_eq!(offsets, [0, 20_000, 30_000]);
    let path = format!("/library/{}/files/p.jpg", entry["id"].as_str().unwrap());
    let kept = browser
        .get(&path)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(kept, photo);
}

#[tokio::test]
async fn a_hub_that_stops_in_the_middle_shows_no_half_file_and_goes_on_later() {
    let (hub, toy, browser) = watched().await;
    let photo = noise(50_000);
    toy.album.lock().unwrap().stall_at = Some(30_000);
    toy.photograph("p.jpg", MediaKind::Photo, &[("p.jpg", photo.clone())]);
    let parts = hub.folder.path().join("library/.parts");
    let so_far = || {
        files_in(&parts)
            .iter()
            .map(|p| fs::metadata(p).unwrap().len())
            .sum::<u64>()
    };
    eventually(async || so_far() >= 20_000).await;
    let entry = entries(&browser).await[0].clone();
    assert_eq!(
        (&entry["state"], &entry["files"]),
        (&"fetching".into(), &Value::Array(vec![]))
    );
    assert!(fetched_files(&hub).is_empty());
    let path = format!("/library/{}/files/p.jpg", entry["id"].as_str().unwrap());
    problem(browser.get(&path), 404).await;
    let jobs = browser.json("/devices/toy-a").await["state"]["jobs"].clone();
    let download = jobs
        .as_array()
        .unwrap()
        .iter()
        .find(|job| job["kind"] == "download");
    assert!(download.unwrap()["outcome"].is_null());

    let (folder, family) = (hub.folder.clone(), hub.family.clone());
    hub.hub.stop().await;
    toy.album.lock().unwrap().stall_at = None;
    let again = TestHub::start_in(folder, family, MIDNIGHT).await;
    let browser = again.browser().await;
    complete(&browser).await;
    let kept = browser
        .get(&path)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(kept, photo);
    let last = toy.album.lock().unwrap().reads.last().cloned().unwrap();
    assert!(last.1 >= 20_000, "it began anew at {}", last.1);
    assert_eq!(so_far_of(&again), 0);
}

fn so_far_of(hub: &TestHub) -> usize {
    files_in(&hub.folder.path().join("library/.parts")).len()
}

#[tokio::test]
async fn a_file_longer_than_listed_is_never_kept() {
    let (hub, toy, browser) = watched().await;
    toy.album
        .lock()
        .unwrap()
        .files
        .insert(String::from("p.jpg"), noise(5_000));
    toy.photograph("p.jpg", MediaKind::Photo, &[("p.jpg", noise(5_000))]);
    complete(&browser).await;
    // The device's own list says less than the file holds.
    toy.photograph("q.jpg", MediaKind::Photo, &[("q.jpg", noise(100))]);
    toy.album
        .lock()
        .unwrap()
        .files
        .insert(String::from("q.jpg"), noise(9_000));
    eventually(async || entries(&browser).await.len() == 2).await;
    let names: Vec<_> = fetched_files(&hub);
    assert!(
        names
            .iter()
            .all(|path| fs::metadata(path).unwrap().len() == 5_000),
        "{names:?}"
    );
}

#[tokio::test]
async fn a_fetching_can_be_cancelled() {
    let (_hub, toy, browser) = watched().await;
    toy.album.lock().unwrap().stall_at = Some(10);
    toy.photograph("p.jpg", MediaKind::Photo, &[("p.jpg", noise(5_000))]);
    let job = async || {
        let state = browser.json("/devices/toy-a").await;
        let jobs = state["state"]["jobs"].as_array().unwrap().clone();
        jobs.into_iter().find(|job| job["kind"] == "download")
    };
    eventually(async || job().await.is_some()).await;
    let id = job().await.unwrap()["id"].as_str().unwrap().to_owned();
    let (status, _) = browser
        .tell(&format!("/devices/toy-a/jobs/{id}/cancel"), Value::Null)
        .await;
    assert_eq!(status, 202);
    eventually(async || job().await.unwrap()["outcome"]["result"] == "cancelled").await;
    eventually(async || entries(&browser).await[0]["state"] == "failed").await;
    let (status, _) = browser
        .tell(&format!("/devices/toy-a/jobs/{id}/cancel"), Value::Null)
        .await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn what_grows_is_fetched_when_it_has_ended() {
    let (_hub, toy, browser) = watched().await;
    toy.photograph("s", MediaKind::Stack, &[("s/stacked.jpg", jpeg())]);
    complete(&browser).await;
    toy.change(|state| {
        let stack = state.jobs.last_mut().unwrap();
        stack.kind = JobKind::Stack;
        stack.outcome = None;
    });
    let reads = toy.album.lock().unwrap().reads.len();
    toy.photograph("t", MediaKind::Stack, &[("t/stacked.jpg", jpeg())]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(toy.album.lock().unwrap().reads.len(), reads);
    toy.change(|state| {
        for job in &mut state.jobs {
            job.outcome = Some(skyhelm_device::Outcome::Done);
        }
    });
    eventually(async || entries(&browser).await.len() == 2).await;
}

#[tokio::test]
async fn a_stack_written_anew_under_the_same_sizes_is_fetched_anew() {
    let (_hub, toy, browser) = watched().await;
    toy.photograph(
        "s",
        MediaKind::Stack,
        &[("s/stacked.jpg", Bytes::from_static(b"early"))],
    );
    let entry = complete(&browser).await;
    toy.album.lock().unwrap().items.clear();
    toy.photograph(
        "s",
        MediaKind::Stack,
        &[("s/stacked.jpg", Bytes::from_static(b"final"))],
    );
    toy.album.lock().unwrap().items[0].utc_ms += 60_000;
    toy.change(|state| state.jobs.clear());
    let path = format!(
        "/library/{}/files/stacked.jpg",
        entry["id"].as_str().unwrap()
    );
    eventually(async || {
        let file = browser.get(&path).send().await.unwrap();
        file.bytes().await.unwrap() == "final"
    })
    .await;
}

#[tokio::test]
async fn names_from_a_device_stay_inside_the_library() {
    let (hub, toy, browser) = watched().await;
    let evil = "../../../../tmp/../evil/..\\..\\stolen.jpg";
    toy.photograph("../x", MediaKind::Photo, &[(evil, jpeg())]);
    let entry = complete(&browser).await;
    assert_eq!(entry["files"][0]["name"], "stolen.jpg");
    let library = hub.folder.path().join("library").canonicalize().unwrap();
    let kept = fetched_files(&hub);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].canonicalize().unwrap().starts_with(library));
    let id = entry["id"].as_str().unwrap();
    for path in [
        format!("/library/{id}/files/..%2F..%2F..%2Fskyhelm.db"),
        format!("/library/{id}/files/%2Fetc%2Fpasswd"),
        String::from("/library/..%2F..%2Fskyhelm.db"),
        format!("/library/{id}/preview.jpg?file=../../skyhelm.db"),
    ] {
        problem(browser.get(&path), 404).await;
    }
}

#[tokio::test]
async fn a_deleted_entry_does_not_come_back() {
    let (hub, toy, browser) = watched().await;
    toy.photograph("p.jpg", MediaKind::Photo, &[("p.jpg", jpeg())]);
    let entry = complete(&browser).await;
    let path = format!("/library/{}", entry["id"].as_str().unwrap());
    assert_eq!(browser.delete(&path).send().await.unwrap().status(), 204);
    toy.photograph("q.jpg", MediaKind::Photo, &[("q.jpg", jpeg())]);
    eventually(async || {
        let entries = entries(&browser).await;
        entries.len() == 1 && entries[0]["state"] == "complete"
    })
    .await;
    assert_eq!(entries(&browser).await[0]["files"][0]["name"], "q.jpg");
    assert_eq!(fetched_files(&hub).len(), 1);
    problem(browser.get(&path), 404).await;
}

#[tokio::test]
async fn a_damaged_picture_is_an_error_and_no_more() {
    let (_hub, toy, browser) = watched().await;
    let files = [
        ("x.fits", noise(9_000)),
        ("y.jpg", noise(500)),
        ("z.png", noise(500)),
    ];
    toy.photograph("x", MediaKind::Photo, &files);
    let entry = complete(&browser).await;
    let id = entry["id"].as_str().unwrap();
    for file in ["x.fits", "y.jpg", "z.png"] {
        problem(
            browser.get(&format!("/library/{id}/preview.jpg?file={file}")),
            400,
        )
        .await;
    }
    assert_eq!(
        browser.json(&format!("/library/{id}")).await["header"],
        Value::Array(vec![])
    );
}
