use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqCaptureRawLiveStacking, ReqCaptureWideRawLiveStacking, ReqGoLive, ReqStartCalibration,
    ReqStopCaptureRawLiveStacking, ReqStopCaptureWideRawLiveStacking, ResNotifyOperationState,
    ResNotifyProgressCaptureRawLiveStacking,
};
use skyhelm_imaging::fits::FitsImage;

use super::{ONE_SECOND, calibrated, expose_a_second, m31, on_target};
use crate::harness::{Client, album, download, post, start};

#[tokio::test(flavor = "multi_thread")]
async fn row_11005_a_stack_grows_and_keeps_its_subs() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    let start_stack = ReqCaptureRawLiveStacking::default();
    assert_eq!(
        client
            .command(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, &start_stack)
            .await,
        0
    );
    client
        .hear(
            cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING,
            |told: &ResNotifyOperationState| told.state == 1,
        )
        .await;
    let grown = |told: &ResNotifyProgressCaptureRawLiveStacking| {
        told.stacked_count >= 3 && told.target_name == "M 31" && told.exp_index == ONE_SECOND
    };
    client
        .hear(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING, grown)
        .await;
    let folders = album(&dwarf, 4).await;
    assert_eq!(folders.len(), 1);
    assert_eq!(folders[0]["astroTargetName"], "M 31");
    let stacked = folders[0]["filePath"].as_str().unwrap();
    let folder = stacked.strip_suffix("/stacked.jpg").unwrap();
    assert!(
        folder.contains("DWARF_RAW_TELE_M 31_EXP_1_GAIN_"),
        "{folder}"
    );
    let list = post(
        &dwarf,
        "/album/astro/fitsList",
        serde_json::json!({ "srcDir": folder }),
    )
    .await;
    let subs = list["data"]["fitsInfo"].as_array().unwrap();
    assert!(subs.len() >= 3);
    let sub = download(&dwarf, subs[0]["filePath"].as_str().unwrap()).await;
    let image = FitsImage::read(&sub).unwrap();
    assert_eq!(image.header.text("OBJECT"), Some("M 31"));
    assert!(
        image.header.float("CRVAL1").is_some(),
        "a solved sub has world coordinates"
    );
    assert!(image.header.float("SITELAT").is_some());
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11006_a_stopped_stack_leaves_its_results() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    client
        .command(
            cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING,
            &ReqCaptureRawLiveStacking::default(),
        )
        .await;
    let grown = |told: &ResNotifyProgressCaptureRawLiveStacking| told.stacked_count >= 2;
    client
        .hear(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING, grown)
        .await;
    client
        .send(
            cmd::ASTRO_STOP_CAPTURE_RAW_LIVE_STACKING,
            &ReqStopCaptureRawLiveStacking {},
        )
        .await;
    for state in [2, 3, 0] {
        let so = |told: &ResNotifyOperationState| told.state == state;
        client
            .hear(cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING, so)
            .await;
    }
    let entry = album(&dwarf, 4).await.remove(0);
    let folder = entry["filePath"]
        .as_str()
        .unwrap()
        .strip_suffix("/stacked.jpg")
        .unwrap()
        .to_owned();
    let listing =
        String::from_utf8(download(&dwarf, &format!("{folder}/")).await.to_vec()).unwrap();
    for name in [
        "stacked-16_M%2031",
        ".png",
        "stacked_thumbnail.jpg",
        "shotsInfo.json",
    ] {
        assert!(listing.contains(name), "{name} is not in {listing}");
    }
    let shots = download(&dwarf, &format!("{folder}/shotsInfo.json")).await;
    let shots: serde_json::Value = serde_json::from_slice(&shots).unwrap();
    assert!(shots["shotsStacked"].as_u64().unwrap() >= 2);
    assert_eq!(shots["exp"], "1");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11010_go_live_is_needed_before_the_next_stack() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    stack_briefly(&mut client, Stacking::TELE).await;
    let again = ReqCaptureRawLiveStacking::default();
    assert_eq!(
        client
            .command(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, &again)
            .await,
        -11501
    );
    assert_eq!(
        client
            .command(cmd::ASTRO_GO_LIVE, &ReqGoLive::default())
            .await,
        0
    );
    assert_eq!(
        client
            .command(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, &again)
            .await,
        0
    );
    dwarf.stop().await;
}

#[derive(Clone, Copy)]
struct Stacking {
    start: u32,
    stop: u32,
    state: u32,
    progress: u32,
}

impl Stacking {
    const TELE: Self = Self {
        start: cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING,
        stop: cmd::ASTRO_STOP_CAPTURE_RAW_LIVE_STACKING,
        state: cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING,
        progress: cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING,
    };
    const WIDE: Self = Self {
        start: cmd::ASTRO_START_WIDE_CAPTURE_LIVE_STACKING,
        stop: cmd::ASTRO_STOP_WIDE_CAPTURE_LIVE_STACKING,
        state: cmd::NOTIFY_STATE_WIDE_CAPTURE_RAW_LIVE_STACKING,
        progress: cmd::NOTIFY_PROGRESS_WIDE_CAPTURE_RAW_LIVE_STACKING,
    };
}

async fn stack_briefly(client: &mut Client, stacking: Stacking) {
    assert_eq!(
        client
            .command(stacking.start, &ReqCaptureWideRawLiveStacking {})
            .await,
        0
    );
    let grown = |told: &ResNotifyProgressCaptureRawLiveStacking| told.current_count >= 1;
    client.hear(stacking.progress, grown).await;
    client
        .send(stacking.stop, &ReqStopCaptureWideRawLiveStacking {})
        .await;
    client
        .hear(stacking.state, |told: &ResNotifyOperationState| {
            told.state == 0
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11016_the_wide_camera_stacks_too() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    assert_eq!(
        client
            .command(Stacking::WIDE.start, &ReqCaptureWideRawLiveStacking {})
            .await,
        0
    );
    let grown = |told: &ResNotifyProgressCaptureRawLiveStacking| told.current_count >= 2;
    client.hear(Stacking::WIDE.progress, grown).await;
    let entry = album(&dwarf, 4).await.remove(0);
    assert!(
        entry["filePath"]
            .as_str()
            .unwrap()
            .contains("DWARF_RAW_WIDE_M 31")
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11017_the_wide_stack_ends_when_stopped() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    stack_briefly(&mut client, Stacking::WIDE).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11020_go_live_frees_the_wide_camera() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    stack_briefly(&mut client, Stacking::WIDE).await;
    let again = ReqCaptureWideRawLiveStacking {};
    assert_eq!(client.command(Stacking::WIDE.start, &again).await, -11501);
    assert_eq!(
        client
            .command(cmd::ASTRO_WIDE_GO_LIVE, &ReqGoLive::default())
            .await,
        0
    );
    assert_eq!(client.command(Stacking::WIDE.start, &again).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_needs_a_target_and_asks_about_missing_darks() {
    let mut config = calibrated();
    config.initial.darks = false;
    let (dwarf, mut client) = start(config).await;
    expose_a_second(&mut client).await;
    let cmd = cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING;
    let plain = ReqCaptureRawLiveStacking::default();
    assert_eq!(client.command(cmd, &plain).await, -11513);
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    assert_eq!(client.command(cmd, &plain).await, -11503);
    let forced = ReqCaptureRawLiveStacking {
        force_start: true,
        ..plain
    };
    assert_eq!(client.command(cmd, &forced).await, 0);
    assert_eq!(
        client
            .command(
                cmd::ASTRO_START_CALIBRATION,
                &ReqStartCalibration::default()
            )
            .await,
        -11501
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_under_cloud_is_kept_as_failed() {
    let (dwarf, mut client) = on_target(calibrated()).await;
    let truth = dwarf.truth();
    let mut cloudy = truth.conditions();
    cloudy.cloud = 1.0;
    client
        .command(Stacking::TELE.start, &ReqCaptureRawLiveStacking::default())
        .await;
    let first = |told: &ResNotifyProgressCaptureRawLiveStacking| told.stacked_count >= 1;
    client.hear(Stacking::TELE.progress, first).await;
    truth.set_conditions(cloudy);
    let lost = |told: &ResNotifyProgressCaptureRawLiveStacking| {
        told.update_count_type == 2 && told.current_count > told.stacked_count
    };
    client.hear(Stacking::TELE.progress, lost).await;
    let folder = album(&dwarf, 4).await.remove(0)["filePath"]
        .as_str()
        .unwrap()
        .replace("/stacked.jpg", "");
    let list = post(
        &dwarf,
        "/album/astro/fitsList",
        serde_json::json!({ "srcDir": folder }),
    )
    .await;
    let subs = list["data"]["fitsInfo"].as_array().unwrap();
    assert!(subs.iter().any(|sub| sub["isFailed"] == true), "{subs:?}");
    dwarf.stop().await;
}
