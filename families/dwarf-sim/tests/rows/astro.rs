use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqCaptureRawLiveStacking, ReqCaptureWideRawLiveStacking, ReqGoLive, ReqGotoDso, ReqSetExp,
    ReqSetExpMode, ReqStartCalibration, ReqStopCalibration, ReqStopCaptureRawLiveStacking,
    ReqStopCaptureWideRawLiveStacking, ReqStopGoto, ResNotifyOperationState,
    ResNotifyProgressCaptureRawLiveStacking, ResNotifyStateAstroCalibration,
    ResNotifyStateAstroGoto, ResNotifyStateAstroTracking,
};
use skyhelm_dwarf_sim::VirtualDwarfConfig;
use skyhelm_imaging::fits::FitsImage;
use skyhelm_units::{Equatorial, J2000};

use crate::harness::{Client, NIGHT, NOON, album, config, config_at, download, post, start};

/// Exposure gear of one second (parameter configuration).
const ONE_SECOND: i32 = 120;
/// Gain gear of 100: enough stars to solve in a sixteenth of the sensor.
const GAIN_100: i32 = 30;

fn m31() -> ReqGotoDso {
    ReqGotoDso {
        ra: 0.712_3,
        dec: 41.269,
        target_name: "M 31".into(),
    }
}

fn m31_place() -> Equatorial<J2000> {
    Equatorial::from_hours_degrees(0.712_3, 41.269).unwrap()
}

fn calibrated() -> VirtualDwarfConfig {
    let mut config = config();
    config.initial.calibrated = true;
    config
}

async fn expose_a_second(client: &mut Client) {
    client.open_cameras().await;
    for cmd in [cmd::TELE_SET_EXPOSURE_MODE, cmd::WIDE_SET_EXPOSURE_MODE] {
        assert_eq!(client.command(cmd, &ReqSetExpMode { mode: 1 }).await, 0);
    }
    for cmd in [cmd::TELE_SET_GAIN, cmd::WIDE_SET_GAIN] {
        assert_eq!(client.command(cmd, &ReqSetExp { index: GAIN_100 }).await, 0);
    }
    for cmd in [cmd::TELE_SET_EXPOSURE, cmd::WIDE_SET_EXPOSURE] {
        assert_eq!(
            client.command(cmd, &ReqSetExp { index: ONE_SECOND }).await,
            0
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11000_calibration_takes_the_set_up_error_out() {
    let (dwarf, mut client) = start(config()).await;
    client
        .send(
            cmd::ASTRO_START_CALIBRATION,
            &ReqStartCalibration::default(),
        )
        .await;
    let solving =
        |told: &ResNotifyStateAstroCalibration| told.state == 4 && told.plate_solving_times == 3;
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_CALIBRATION, solving)
        .await;
    let stopped = |told: &ResNotifyStateAstroCalibration| told.state == 3;
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_CALIBRATION, stopped)
        .await;
    client.heard.clear();
    let mut code = -1;
    while code != 0 {
        let reply = client.reply(cmd::ASTRO_START_CALIBRATION).await;
        let answer: skyhelm_dwarf_proto::v2::ComResponse =
            prost::Message::decode(reply.payload).unwrap();
        // A field without stars is said and passed over.
        assert!(answer.code == 0 || answer.code == -11500, "{answer:?}");
        code = answer.code;
    }
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    let miss = dwarf
        .truth()
        .pointing()
        .separation(&m31_place())
        .arcminutes();
    assert!((0.3..3.2).contains(&miss), "missed by {miss} arcminutes");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calibration_fails_under_cloud_and_says_why() {
    let mut config = config();
    config.conditions.cloud = 1.0;
    let (dwarf, mut client) = start(config).await;
    client
        .send(
            cmd::ASTRO_START_CALIBRATION,
            &ReqStartCalibration::default(),
        )
        .await;
    let mut codes = Vec::new();
    while codes.last() != Some(&-11504) {
        let reply = client.reply(cmd::ASTRO_START_CALIBRATION).await;
        let answer: skyhelm_dwarf_proto::v2::ComResponse =
            prost::Message::decode(reply.payload).unwrap();
        codes.push(answer.code);
    }
    assert!(codes.contains(&-11500), "{codes:?}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calibration_fails_by_day() {
    let (dwarf, mut client) = start(config_at(NOON, 240.0)).await;
    client
        .send(
            cmd::ASTRO_START_CALIBRATION,
            &ReqStartCalibration::default(),
        )
        .await;
    let mut code = 0;
    while code != -11504 {
        let reply = client.reply(cmd::ASTRO_START_CALIBRATION).await;
        let answer: skyhelm_dwarf_proto::v2::ComResponse =
            prost::Message::decode(reply.payload).unwrap();
        code = answer.code;
        assert_ne!(code, 0, "solved by day");
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11001_a_calibration_can_be_stopped() {
    // At this pace it would take half a minute.
    let (dwarf, mut client) = start(config_at(NIGHT, 1.0)).await;
    client
        .send(
            cmd::ASTRO_START_CALIBRATION,
            &ReqStartCalibration::default(),
        )
        .await;
    let running = |told: &ResNotifyStateAstroCalibration| told.state == 1;
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_CALIBRATION, running)
        .await;
    let begun = std::time::Instant::now();
    client
        .send(cmd::ASTRO_STOP_CALIBRATION, &ReqStopCalibration {})
        .await;
    let stopped = |told: &ResNotifyStateAstroCalibration| told.state == 3;
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_CALIBRATION, stopped)
        .await;
    assert!(begun.elapsed().as_secs() < 4, "it went on");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11002_a_goto_ends_on_its_target_and_follows_it() {
    let (dwarf, mut client) = start(calibrated()).await;
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    let solved = |told: &ResNotifyStateAstroGoto| told.state == 4;
    client.hear(cmd::NOTIFY_STATE_ASTRO_GOTO, solved).await;
    let following =
        |told: &ResNotifyStateAstroTracking| told.state == 1 && told.target_name == "M 31";
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_TRACKING, following)
        .await;
    let miss = || {
        dwarf
            .truth()
            .pointing()
            .separation(&m31_place())
            .arcminutes()
    };
    assert!(
        (0.3..3.2).contains(&miss()),
        "missed by {} arcminutes",
        miss()
    );
    let then = dwarf.truth().direction();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    // A minute later the sky has turned and the telescope with it.
    assert!(dwarf.truth().direction().separation(&then).degrees() > 0.1);
    assert!(
        (0.3..3.2).contains(&miss()),
        "lost it by {} arcminutes",
        miss()
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_calibration_a_goto_misses_by_the_set_up_error() {
    let (dwarf, mut client) = start(config()).await;
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    let miss = dwarf.truth().pointing().separation(&m31_place()).degrees();
    assert!((0.3..4.0).contains(&miss), "{miss}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goto_below_the_horizon_is_refused() {
    let (dwarf, mut client) = start(calibrated()).await;
    let south = ReqGotoDso {
        ra: 12.0,
        dec: -80.0,
        target_name: "far south".into(),
    };
    assert_eq!(
        client.command(cmd::ASTRO_START_GOTO_DSO, &south).await,
        -11505
    );
    let nonsense = ReqGotoDso {
        ra: f64::NAN,
        dec: 500.0,
        target_name: String::new(),
    };
    assert_eq!(
        client.command(cmd::ASTRO_START_GOTO_DSO, &nonsense).await,
        -3
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11004_a_goto_can_be_stopped_on_its_way() {
    let mut config = config_at(NIGHT, 1.0);
    config.initial.calibrated = true;
    let (dwarf, mut client) = start(config).await;
    client.send(cmd::ASTRO_START_GOTO_DSO, &m31()).await;
    let running = |told: &ResNotifyStateAstroGoto| told.state == 1;
    client.hear(cmd::NOTIFY_STATE_ASTRO_GOTO, running).await;
    client.send(cmd::ASTRO_STOP_GOTO, &ReqStopGoto {}).await;
    let begun = std::time::Instant::now();
    let stopped = |told: &ResNotifyStateAstroGoto| told.state == 3;
    client.hear(cmd::NOTIFY_STATE_ASTRO_GOTO, stopped).await;
    assert!(begun.elapsed().as_secs() < 4, "it went on");
    dwarf.stop().await;
}

async fn on_target(config: VirtualDwarfConfig) -> (skyhelm_dwarf_sim::RunningDwarf, Client) {
    let (dwarf, mut client) = start(config).await;
    expose_a_second(&mut client).await;
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    (dwarf, client)
}

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
