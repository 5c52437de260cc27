use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ComResWithDouble, ComResWithInt, CommonParam, ReqCloseCamera, ReqGetAllFeatureParams,
    ReqGetAllParams, ReqOpenCamera, ReqPhoto, ReqSetAllParams, ReqSetBrightness, ReqSetExp,
    ReqSetExpMode, ReqSetFeatureParams, ResGetAllFeatureParams, ResGetAllParams,
    ResNotifyAlbumUpdate, ResNotifyCamFunctionState, ResNotifyParam,
};
use skyhelm_dwarf_sim::{RunningDwarf, VirtualDwarfConfig};
use skyhelm_imaging::fits::FitsImage;

use crate::harness::{Client, album, config, download, start};

const EXPOSURE: i32 = 0;
const GAIN: i32 = 1;
const BRIGHTNESS: i32 = 3;
const CONTRAST: i32 = 4;
const SATURATION: i32 = 6;
const FILTER: i32 = 8;
const QUALITY: i32 = 9;

struct Lens {
    open: u32,
    close: u32,
    all: u32,
    echo: u32,
    closed: i32,
}

const TELE: Lens = Lens {
    open: cmd::TELE_OPEN_CAMERA,
    close: cmd::TELE_CLOSE_CAMERA,
    all: cmd::TELE_GET_ALL_PARAMS,
    echo: cmd::NOTIFY_TELE_SET_PARAM,
    closed: -10501,
};
const WIDE: Lens = Lens {
    open: cmd::WIDE_OPEN_CAMERA,
    close: cmd::WIDE_CLOSE_CAMERA,
    all: cmd::WIDE_GET_ALL_PARAMS,
    echo: cmd::NOTIFY_WIDE_SET_PARAM,
    closed: -12501,
};

fn up() -> VirtualDwarfConfig {
    let mut config = config();
    config.initial.motors_deg = Some((120.0, 50.0));
    config
}

async fn opened() -> (RunningDwarf, Client) {
    let (dwarf, mut client) = start(up()).await;
    client.open_cameras().await;
    (dwarf, client)
}

async fn param(client: &mut Client, lens: &Lens, id: i32) -> CommonParam {
    let all: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    all.all_params
        .into_iter()
        .find(|param| param.id == id)
        .unwrap()
}

async fn opens(lens: &Lens) {
    let (dwarf, mut client) = start(up()).await;
    let all: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    assert_eq!(all.code, lens.closed);
    client.command(lens.open, &ReqOpenCamera::default()).await;
    let all: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    assert_eq!(all.code, 0);
    dwarf.stop().await;
}

async fn closes(lens: &Lens) {
    let (dwarf, mut client) = opened().await;
    client.command(lens.close, &ReqCloseCamera {}).await;
    let all: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    assert_eq!(all.code, lens.closed);
    dwarf.stop().await;
}

/// Sets a mode; a later reading and the echo show it.
async fn sets_mode(lens: &Lens, set: u32, id: i32) {
    let (dwarf, mut client) = opened().await;
    for mode in [1, 0, 1] {
        client.command(set, &ReqSetExpMode { mode }).await;
        client
            .hear(lens.echo, |told: &ResNotifyParam| {
                told.param.iter().any(|p| p.id == id && p.auto_mode == mode)
            })
            .await;
        assert_eq!(param(&mut client, lens, id).await.auto_mode, mode);
    }
    assert_eq!(client.command(set, &ReqSetExpMode { mode: 5 }).await, -3);
    dwarf.stop().await;
}

/// Sets a gear; a later reading and the echo show it, and a gear that is not there is refused.
async fn sets_gear(lens: &Lens, set: u32, id: i32, gears: [i32; 2]) {
    let (dwarf, mut client) = opened().await;
    for index in gears {
        client.command(set, &ReqSetExp { index }).await;
        client
            .hear(lens.echo, |told: &ResNotifyParam| {
                told.param.iter().any(|p| p.id == id && p.index == index)
            })
            .await;
        assert_eq!(param(&mut client, lens, id).await.index, index);
    }
    assert_eq!(client.command(set, &ReqSetExp { index: 1_000 }).await, -3);
    client.command(lens.close, &ReqCloseCamera {}).await;
    assert_eq!(
        client.command(set, &ReqSetExp { index: gears[0] }).await,
        lens.closed
    );
    dwarf.stop().await;
}

/// Reads what was set before, and finds the echo beside the answer.
async fn reads(lens: &Lens, set: u32, get: u32, values: [i32; 2]) {
    let (dwarf, mut client) = opened().await;
    for value in values {
        assert_eq!(client.command(set, &ReqSetExp { index: value }).await, 0);
        let answer: ComResWithInt = client.ask(get, &ReqGetAllParams {}).await;
        assert_eq!((answer.value, answer.code), (value, 0));
    }
    client.hear::<ResNotifyParam>(lens.echo, |_| true).await;
    dwarf.stop().await;
}

async fn reads_exposure(set: u32, get: u32) {
    let (dwarf, mut client) = opened().await;
    for index in [120, 75] {
        assert_eq!(client.command(set, &ReqSetExp { index }).await, 0);
        let answer: ComResWithDouble = client.ask(get, &ReqGetAllParams {}).await;
        assert!((answer.value - f64::from(index)).abs() < 1e-9);
    }
    dwarf.stop().await;
}

/// Sets a value on the image processor's scale; it is shown on the scale of the configuration.
async fn sets_shown(lens: &Lens, set: u32, id: i32, wire: i32, shown: f64) {
    let (dwarf, mut client) = opened().await;
    assert_eq!(
        client.command(set, &ReqSetBrightness { value: wire }).await,
        0
    );
    let read = param(&mut client, lens, id).await;
    assert!((read.continue_value - shown).abs() < 1e-9, "{read:?}");
    assert_eq!(
        client
            .command(set, &ReqSetBrightness { value: 100_000 })
            .await,
        -3
    );
    dwarf.stop().await;
}

async fn sets_all(lens: &Lens, set: u32) {
    let (dwarf, mut client) = opened().await;
    let wanted = ReqSetAllParams {
        exp_mode: 1,
        exp_index: 120,
        gain_mode: 1,
        gain_index: 24,
        ircut_value: 1,
        wb_mode: 1,
        wb_index_type: 0,
        wb_index: 51,
        brightness: 10,
        contrast: 50,
        hue: 20,
        saturation: 60,
        sharpness: 4,
        jpg_quality: 70,
    };
    assert_eq!(client.command(set, &wanted).await, 0);
    assert_eq!(param(&mut client, lens, EXPOSURE).await.index, 120);
    assert_eq!(param(&mut client, lens, GAIN).await.index, 24);
    // One bad value, and nothing changes.
    let bad = ReqSetAllParams {
        gain_index: 27,
        exp_index: 4711,
        ..wanted
    };
    assert_eq!(client.command(set, &bad).await, -3);
    assert_eq!(param(&mut client, lens, GAIN).await.index, 24);
    dwarf.stop().await;
}

async fn reads_all(lens: &Lens, set: u32) {
    let (dwarf, mut client) = opened().await;
    let before: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    assert!(before.all_params.len() >= 8, "{before:?}");
    client.command(set, &ReqSetExp { index: 120 }).await;
    let after: ResGetAllParams = client.ask(lens.all, &ReqGetAllParams {}).await;
    assert_ne!(before, after);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10000_the_tele_opens() {
    opens(&TELE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12000_the_wide_camera_opens() {
    opens(&WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10001_the_tele_closes() {
    closes(&TELE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12001_the_wide_camera_closes() {
    closes(&WIDE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10007_exposure_by_hand_or_automatic() {
    sets_mode(&TELE, cmd::TELE_SET_EXPOSURE_MODE, EXPOSURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12002_exposure_by_hand_or_automatic() {
    sets_mode(&WIDE, cmd::WIDE_SET_EXPOSURE_MODE, EXPOSURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10011_gain_by_hand_or_automatic() {
    sets_mode(&TELE, cmd::TELE_SET_GAIN_MODE, GAIN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10008_the_exposure_mode_can_be_read() {
    let (dwarf, mut client) = opened().await;
    for mode in [1, 0, 1] {
        client
            .command(cmd::TELE_SET_EXPOSURE_MODE, &ReqSetExpMode { mode })
            .await;
        let read: ComResWithInt = client
            .ask(cmd::TELE_GET_EXPOSURE_MODE, &ReqGetAllParams {})
            .await;
        assert_eq!(read.value, mode);
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12003_the_exposure_mode_can_be_read() {
    let (dwarf, mut client) = opened().await;
    for mode in [1, 0, 1] {
        client
            .command(cmd::WIDE_SET_EXPOSURE_MODE, &ReqSetExpMode { mode })
            .await;
        let read: ComResWithInt = client
            .ask(cmd::WIDE_GET_EXPOSURE_MODE, &ReqGetAllParams {})
            .await;
        assert_eq!(read.value, mode);
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10012_the_gain_mode_can_be_read() {
    let (dwarf, mut client) = opened().await;
    for mode in [0, 1] {
        client
            .command(cmd::TELE_SET_GAIN_MODE, &ReqSetExpMode { mode })
            .await;
        let read: ComResWithInt = client
            .ask(cmd::TELE_GET_GAIN_MODE, &ReqGetAllParams {})
            .await;
        assert_eq!(read.value, mode);
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10009_the_exposure_is_set_and_brightens_the_frame() {
    sets_gear(&TELE, cmd::TELE_SET_EXPOSURE, EXPOSURE, [120, 30]).await;
    let (dwarf, mut client) = opened().await;
    let short = raw_level(&dwarf, &mut client, 75, 0).await;
    let long = raw_level(&dwarf, &mut client, 150, 0).await;
    assert!(long > short + 20.0, "{short} {long}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12004_the_exposure_is_set() {
    sets_gear(&WIDE, cmd::WIDE_SET_EXPOSURE, EXPOSURE, [120, 30]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10010_the_exposure_can_be_read() {
    reads_exposure(cmd::TELE_SET_EXPOSURE, cmd::TELE_GET_EXPOSURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12005_the_exposure_can_be_read() {
    reads_exposure(cmd::WIDE_SET_EXPOSURE, cmd::WIDE_GET_EXPOSURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10013_the_gain_is_set_and_brightens_the_frame() {
    sets_gear(&TELE, cmd::TELE_SET_GAIN, GAIN, [24, 48]).await;
    let (dwarf, mut client) = opened().await;
    let low = raw_level(&dwarf, &mut client, 120, 0).await;
    let high = raw_level(&dwarf, &mut client, 120, 72).await;
    assert!(high > low + 20.0, "{low} {high}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12006_the_gain_is_set() {
    sets_gear(&WIDE, cmd::WIDE_SET_GAIN, GAIN, [24, 48]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10014_the_gain_can_be_read() {
    reads(&TELE, cmd::TELE_SET_GAIN, cmd::TELE_GET_GAIN, [24, 48]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12007_the_gain_can_be_read() {
    reads(&WIDE, cmd::WIDE_SET_GAIN, cmd::WIDE_GET_GAIN, [24, 48]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10031_the_filter_is_set_and_said_in_the_file() {
    sets_gear(&TELE, cmd::TELE_SET_FILTER, FILTER, [2, 1]).await;
    let (dwarf, mut client) = opened().await;
    client
        .command(cmd::TELE_SET_FILTER, &ReqSetExp { index: 2 })
        .await;
    let frame = raw_photo(&dwarf, &mut client).await;
    assert_eq!(frame.header.text("FILTER"), Some("Duo-Band"));
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10032_the_filter_can_be_read() {
    reads(&TELE, cmd::TELE_SET_FILTER, cmd::TELE_GET_FILTER, [1, 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10015_brightness_is_set() {
    sets_shown(&TELE, cmd::TELE_SET_BRIGHTNESS, BRIGHTNESS, 255, 100.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12008_brightness_is_set() {
    sets_shown(&WIDE, cmd::WIDE_SET_BRIGHTNESS, BRIGHTNESS, -64, -100.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10017_contrast_is_set() {
    sets_shown(&TELE, cmd::TELE_SET_CONTRAST, CONTRAST, 0, -100.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12010_contrast_is_set() {
    sets_shown(&WIDE, cmd::WIDE_SET_CONTRAST, CONTRAST, 95, 100.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10019_saturation_is_set() {
    sets_shown(&TELE, cmd::TELE_SET_SATURATION, SATURATION, 255, 100.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12012_saturation_is_set() {
    sets_shown(&WIDE, cmd::WIDE_SET_SATURATION, SATURATION, 50, 0.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10040_the_preview_quality_is_set() {
    sets_shown(&TELE, cmd::TELE_SET_JPG_QUALITY, QUALITY, 40, 40.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10016_brightness_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_BRIGHTNESS,
        cmd::TELE_GET_BRIGHTNESS,
        [255, 0],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12009_brightness_can_be_read() {
    reads(
        &WIDE,
        cmd::WIDE_SET_BRIGHTNESS,
        cmd::WIDE_GET_BRIGHTNESS,
        [64, -64],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10018_contrast_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_CONTRAST,
        cmd::TELE_GET_CONTRAST,
        [255, 0],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12011_contrast_can_be_read() {
    reads(
        &WIDE,
        cmd::WIDE_SET_CONTRAST,
        cmd::WIDE_GET_CONTRAST,
        [95, 0],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10020_saturation_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_SATURATION,
        cmd::TELE_GET_SATURATION,
        [255, 0],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12013_saturation_can_be_read() {
    reads(
        &WIDE,
        cmd::WIDE_SET_SATURATION,
        cmd::WIDE_GET_SATURATION,
        [100, 50],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10035_all_parameters_of_the_tele_at_once_or_none() {
    sets_all(&TELE, cmd::TELE_SET_ALL_PARAMS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12028_all_parameters_of_the_wide_camera_at_once_or_none() {
    sets_all(&WIDE, cmd::WIDE_SET_ALL_PARAMS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10036_all_parameters_can_be_read() {
    reads_all(&TELE, cmd::TELE_SET_EXPOSURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12027_all_parameters_can_be_read() {
    reads_all(&WIDE, cmd::WIDE_SET_EXPOSURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10037_a_feature_parameter_is_set_and_echoed() {
    let (dwarf, mut client) = opened().await;
    let count = CommonParam {
        id: 1,
        mode_index: 1,
        continue_value: 12.0,
        ..CommonParam::default()
    };
    assert_eq!(
        client
            .command(
                cmd::TELE_SET_FEATURE_PARAM,
                &ReqSetFeatureParams { param: Some(count) }
            )
            .await,
        0
    );
    client
        .hear(cmd::NOTIFY_SET_FEATURE_PARAM, |told: &ResNotifyParam| {
            told.param
                .iter()
                .any(|p| p.id == 1 && (p.continue_value - 12.0).abs() < 1e-9)
        })
        .await;
    // The device writes FITS only, and says so.
    let tiff = CommonParam {
        id: 2,
        index: 1,
        ..CommonParam::default()
    };
    assert_eq!(
        client
            .command(
                cmd::TELE_SET_FEATURE_PARAM,
                &ReqSetFeatureParams { param: Some(tiff) }
            )
            .await,
        -3
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10038_the_feature_parameters_can_be_read() {
    let (dwarf, mut client) = opened().await;
    let all: ResGetAllFeatureParams = client
        .ask(cmd::TELE_GET_ALL_FEATURE_PARAMS, &ReqGetAllFeatureParams {})
        .await;
    let count = all
        .all_feature_params
        .iter()
        .find(|param| param.id == 1)
        .unwrap();
    assert!((count.continue_value - 999.0).abs() < 1e-9);
    dwarf.stop().await;
}

/// Takes a photograph and gives the album's newest entry.
async fn photograph(dwarf: &RunningDwarf, client: &mut Client, take: u32, state: u32) -> String {
    let before = album(dwarf, 1).await.len();
    assert_eq!(client.command(take, &ReqPhoto {}).await, 0);
    for wanted in [1, 0] {
        let so = |told: &ResNotifyCamFunctionState| told.function_id == 2 && told.state == wanted;
        client.hear(state, so).await;
    }
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |told: &ResNotifyAlbumUpdate| {
            told.media_type == 1
        })
        .await;
    let photos = album(dwarf, 1).await;
    assert_eq!(photos.len(), before + 1);
    photos[0]["filePath"].as_str().unwrap().to_owned()
}

async fn raw_photo(dwarf: &RunningDwarf, client: &mut Client) -> FitsImage {
    let path = photograph(
        dwarf,
        client,
        cmd::TELE_PHOTO_RAW,
        cmd::NOTIFY_TELE_FUNCTION_STATE,
    )
    .await;
    FitsImage::read(&download(dwarf, &path).await).unwrap()
}

/// The mean count of a RAW photograph with an exposure and a gain.
async fn raw_level(dwarf: &RunningDwarf, client: &mut Client, exposure: i32, gain: i32) -> f64 {
    client
        .command(cmd::TELE_SET_EXPOSURE, &ReqSetExp { index: exposure })
        .await;
    client
        .command(cmd::TELE_SET_GAIN, &ReqSetExp { index: gain })
        .await;
    let frame = raw_photo(dwarf, client).await.to_raw().unwrap();
    frame
        .data()
        .iter()
        .map(|&count| f64::from(count))
        .sum::<f64>()
        / frame.data().len() as f64
}

fn is_a(path: &str, extension: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

async fn takes_a_jpeg(take: u32, state: u32, prefix: &str, closed: i32) {
    let (dwarf, mut client) = start(up()).await;
    assert_eq!(client.command(take, &ReqPhoto {}).await, closed);
    client.open_cameras().await;
    let path = photograph(&dwarf, &mut client, take, state).await;
    assert!(path.contains(prefix) && is_a(&path, "jpeg"), "{path}");
    let jpeg = download(&dwarf, &path).await;
    assert_eq!(&jpeg[..2], [0xff, 0xd8]);
    assert!(jpeg.len() > 5_000);
    dwarf.stop().await;
}

async fn takes_a_fits(take: u32, state: u32, prefix: &str) {
    let (dwarf, mut client) = opened().await;
    let path = photograph(&dwarf, &mut client, take, state).await;
    assert!(path.contains(prefix) && is_a(&path, "fits"), "{path}");
    let frame = FitsImage::read(&download(&dwarf, &path).await).unwrap();
    assert_eq!(frame.header.text("BAYERPAT"), Some("RGGB"));
    assert_eq!(frame.header.text("TELESCOP"), Some("DWARFIII"));
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10002_the_tele_takes_a_photograph() {
    takes_a_jpeg(
        cmd::TELE_PHOTOGRAPH,
        cmd::NOTIFY_TELE_FUNCTION_STATE,
        "DWARF3_TELE_",
        -10501,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12022_the_wide_camera_takes_a_photograph() {
    takes_a_jpeg(
        cmd::WIDE_PHOTOGRAPH,
        cmd::NOTIFY_WIDE_FUNCTION_STATE,
        "DWARF3_WIDE_",
        -12501,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10041_the_tele_keeps_the_sensors_counts() {
    takes_a_fits(
        cmd::TELE_PHOTO_RAW,
        cmd::NOTIFY_TELE_FUNCTION_STATE,
        "DWARF3_TELE_",
    )
    .await;
}
