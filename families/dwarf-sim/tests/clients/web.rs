use futures_util::StreamExt;
use serde_json::{Value, json};
use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    CommonParam, ReqGotoDso, ReqPhoto, ReqSetFeatureParams, ResNotifyAlbumUpdate,
};
use skyhelm_dwarf_sim::RunningDwarf;
use skyhelm_streams::MultipartReader;

use crate::harness::{album, config, post, start, until};

async fn fetch(dwarf: &RunningDwarf, path: &str, range: Option<&str>) -> reqwest::Response {
    let url = format!("http://{}{path}", dwarf.addresses().files);
    let mut request = reqwest::Client::new().get(url);
    if let Some(range) = range {
        request = request.header("Range", range);
    }
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sockets_port_says_where_the_other_doors_are() {
    let (dwarf, client) = start(config()).await;
    let url = format!("http://{}/", dwarf.addresses().ws);
    let about: Value =
        serde_json::from_str(&reqwest::get(url).await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(about["simulated"], true);
    for (name, address) in [
        ("ws", dwarf.addresses().ws),
        ("http", dwarf.addresses().http),
        ("jpeg", dwarf.addresses().jpeg),
        ("files", dwarf.addresses().files),
    ] {
        assert_eq!(about["ports"][name], address.port());
    }
    drop(client);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_pictures_come_while_somebody_watches_and_only_then() {
    let (dwarf, mut client) = start(config()).await;
    client.open_cameras().await;
    for (index, path) in ["/mainstream", "/secondstream"].into_iter().enumerate() {
        let url = format!("http://{}{path}", dwarf.addresses().jpeg);
        let response = reqwest::get(url).await.unwrap();
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let mut reader = MultipartReader::from_content_type(&kind).unwrap();
        let mut chunks = response.bytes_stream();
        let mut frames = Vec::new();
        while frames.len() < 2 {
            reader
                .handle_input(&chunks.next().await.unwrap().unwrap())
                .unwrap();
            frames.extend(std::iter::from_fn(|| reader.poll_output()));
        }
        assert_ne!(
            frames[0].data, frames[1].data,
            "the noise of two frames differs"
        );
        assert!(dwarf.truth().watched()[index]);
        drop(chunks);
        let truth = dwarf.truth();
        until("the end of watching", || !truth.watched()[index]).await;
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_can_be_resumed_and_leads_nowhere_else() {
    let (dwarf, mut client) = start(config()).await;
    client.open_cameras().await;
    client.command(cmd::TELE_PHOTOGRAPH, &ReqPhoto {}).await;
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |_: &ResNotifyAlbumUpdate| true)
        .await;
    let path = album(&dwarf, 0).await[0]["filePath"]
        .as_str()
        .unwrap()
        .to_owned();
    let whole = fetch(&dwarf, &path, None).await.bytes().await.unwrap();
    let head = fetch(&dwarf, &path, Some("bytes=0-999")).await;
    assert_eq!(head.status(), 206);
    let rest = fetch(&dwarf, &path, Some("bytes=1000-")).await;
    assert_eq!(
        rest.headers()["content-range"],
        format!("bytes 1000-{}/{}", whole.len() - 1, whole.len())
    );
    let mut joined = head.bytes().await.unwrap().to_vec();
    joined.extend(rest.bytes().await.unwrap());
    assert_eq!(joined, whole);
    let listing = fetch(&dwarf, "/DWARF3/Normal_Photos/", None)
        .await
        .text()
        .await
        .unwrap();
    assert!(listing.contains("DWARF3_TELE_"));
    for outside in [
        "/..%2f..%2fetc/hostname",
        "/%2e%2e/%2e%2e/etc/hostname",
        "/DWARF3/%00",
    ] {
        assert_eq!(
            fetch(&dwarf, outside, None).await.status(),
            404,
            "{outside}"
        );
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_interface_answers_as_documented_and_survives_nonsense() {
    let (dwarf, mut client) = start(config()).await;
    let info = post(&dwarf, "/deviceInfo", json!({})).await;
    assert_eq!(
        (&info["code"], &info["data"]["deviceId"]),
        (&json!(0), &json!(2))
    );
    let firmware = post(&dwarf, "/firmwareVersion", json!({})).await;
    assert_eq!(firmware["data"]["majorVersion"], 1);
    let url = format!("http://{}/getDefaultParamsConfig", dwarf.addresses().http);
    let menu: Value =
        serde_json::from_str(&reqwest::get(url).await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(menu["data"]["cameras"].as_array().unwrap().len(), 2);
    client.open_cameras().await;
    client.command(cmd::WIDE_PHOTOGRAPH, &ReqPhoto {}).await;
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |_: &ResNotifyAlbumUpdate| true)
        .await;
    let counts = post(&dwarf, "/album/list/mediaCounts", json!({})).await;
    let count = |kind: i64| {
        let rows = counts["data"].as_array().unwrap();
        rows.iter().find(|row| row["mediaType"] == kind).unwrap()["count"].clone()
    };
    assert_eq!(
        (count(0), count(1), count(4)),
        (json!(1), json!(1), json!(0))
    );
    let photo = album(&dwarf, 1).await.remove(0);
    let one = post(
        &dwarf,
        "/album/getMediaInfoByFilePath",
        json!({ "filePath": photo["filePath"] }),
    )
    .await;
    assert_eq!(one["data"], photo);
    let gone = post(
        &dwarf,
        "/album/delete",
        json!({ "datas": [photo, { "filePath": "/etc/hostname" }] }),
    )
    .await;
    assert_eq!(gone["data"][0]["isSuccess"], true);
    assert_eq!(gone["data"][1]["isSuccess"], false);
    assert!(album(&dwarf, 1).await.is_empty());
    for path in [
        "/album/list/mediaInfos",
        "/album/astro/fitsList",
        "/album/delete",
    ] {
        assert_eq!(
            post(&dwarf, path, json!("nonsense")).await["code"],
            -2,
            "{path}"
        );
    }
    let named = json!({ "mode": 1, "oldValue": "", "newValue": "Owl" });
    let named = post(&dwarf, "/setDeviceNameAndPsd", named).await;
    assert_eq!(named["data"]["deviceName"], "Owl");
    let short = json!({ "mode": 0, "oldValue": "DWARF_12345678", "newValue": "short" });
    assert_eq!(
        post(&dwarf, "/setDeviceNameAndPsd", short).await["code"],
        -5
    );
    let guessed = json!({ "mode": 0, "oldValue": "guess", "newValue": "longer than that" });
    assert_eq!(
        post(&dwarf, "/setDeviceNameAndPsd", guessed).await["code"],
        -6
    );
    assert_eq!(post(&dwarf, "/resetDeviceInfo", json!({})).await["code"], 0);
    let state = post(&dwarf, "/getResetState", json!({})).await;
    assert_eq!(
        (&state["data"]["isReseted"], &state["data"]["deviceName"]),
        (&json!(true), &json!("DWARF3_5KY4E1"))
    );
    let newer = post(
        &dwarf,
        "/shootingMode/getParamAndSetting",
        json!({ "modeId": 1 }),
    )
    .await;
    assert_eq!(newer["code"], -2);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone_with_all_that_belongs_to_it() {
    let (dwarf, mut client) = start(config()).await;
    client.open_cameras().await;
    for (take, kind) in [
        (cmd::WIDE_BURST, 3),
        (cmd::TELE_PHOTOGRAPH, 1),
        (cmd::WIDE_PHOTOGRAPH, 1),
    ] {
        assert_eq!(client.command(take, &ReqPhoto {}).await, 0);
        let there = |told: &ResNotifyAlbumUpdate| told.media_type == kind;
        client.hear(cmd::NOTIFY_ALBUM_UPDATE, there).await;
    }
    let before = album(&dwarf, 0).await;
    assert_eq!(before.len(), 3);
    let (burst, photos): (Vec<_>, Vec<_>) = before
        .into_iter()
        .partition(|entry| entry["mediaType"] == 3);
    let single = json!({ "datas": [photos[0]] });
    let gone = post(&dwarf, "/album/delete", single).await;
    assert_eq!(gone["data"][0]["isSuccess"], true);
    assert_eq!(album(&dwarf, 0).await.len(), 2);
    let many = json!({ "datas": [photos[1], burst[0], photos[0]] });
    let gone = post(&dwarf, "/album/delete", many).await;
    let succeeded = |n: usize| gone["data"][n]["isSuccess"].clone();
    assert_eq!((succeeded(0), succeeded(1)), (json!(true), json!(true)));
    assert_eq!(succeeded(2), false, "it was gone already");
    assert!(album(&dwarf, 0).await.is_empty());
    let of_the_burst = burst[0]["images"].as_array().unwrap();
    for entry in photos.iter().chain(of_the_burst) {
        for path in [&entry["filePath"], &entry["thumbnailPath"]] {
            let answer = fetch(&dwarf, path.as_str().unwrap(), None).await;
            assert_eq!(answer.status(), 404, "{path}");
        }
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_picture_stays_the_stack_until_go_live() {
    let mut config = config();
    config.initial.calibrated = true;
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    let m31 = ReqGotoDso {
        ra: 0.712,
        dec: 41.27,
        target_name: "M 31".into(),
    };
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31).await, 0);
    let two = CommonParam {
        id: 1,
        mode_index: 1,
        continue_value: 2.0,
        ..CommonParam::default()
    };
    let feature = ReqSetFeatureParams { param: Some(two) };
    assert_eq!(
        client.command(cmd::TELE_SET_FEATURE_PARAM, &feature).await,
        0
    );
    client
        .send(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, &ReqPhoto {})
        .await;
    let ended = |told: &ResNotifyAlbumUpdate| told.media_type == 4;
    client.hear(cmd::NOTIFY_ALBUM_UPDATE, ended).await;
    let url = format!("http://{}/mainstream", dwarf.addresses().jpeg);
    let mut chunks = reqwest::get(url).await.unwrap().bytes_stream();
    let mut reader = MultipartReader::new("skyhelmframe").unwrap();
    // Who comes after the last sub sees the stack, and nothing but the stack.
    let mut stack = None;
    while stack.is_none() {
        reader
            .handle_input(&chunks.next().await.unwrap().unwrap())
            .unwrap();
        stack = reader.poll_output();
    }
    let stack = stack.unwrap().data;
    let quiet = tokio::time::Instant::now() + std::time::Duration::from_millis(700);
    // The end of the stack's own part may still come.
    while let Ok(chunk) = tokio::time::timeout_at(quiet, chunks.next()).await {
        reader.handle_input(&chunk.unwrap().unwrap()).unwrap();
        let more = reader.poll_output();
        assert!(
            more.is_none_or(|frame| frame.data == stack),
            "it went on before GO LIVE"
        );
    }
    assert_eq!(client.command(cmd::ASTRO_GO_LIVE, &ReqPhoto {}).await, 0);
    let mut live = None;
    while live.is_none() {
        reader
            .handle_input(&chunks.next().await.unwrap().unwrap())
            .unwrap();
        live = reader.poll_output();
    }
    assert_ne!(live.unwrap().data, stack);
    dwarf.stop().await;
}
