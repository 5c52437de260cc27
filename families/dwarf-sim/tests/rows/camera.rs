use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::params::param_id::{EXPOSURE, FILTER, GAIN};
use skyhelm_dwarf_proto::v2::{
    ComResWithDouble, ReqCloseCamera, ReqGetAllParams, ReqOpenCamera, ReqSetAllParams, ReqSetExp,
    ReqSetExpMode, ResGetAllParams, ResNotifyParam,
};

use crate::harness::start;
use crate::lens::{Lens, TELE, WIDE, opened, param, raw_level, raw_photo, reads, up};

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
    assert_eq!(
        client.command(set, &ReqSetExpMode { mode: 5 }).await,
        lens.refused
    );
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
    let refused = if id == FILTER { -3 } else { lens.refused };
    assert_eq!(
        client.command(set, &ReqSetExp { index: 1_000 }).await,
        refused
    );
    client.command(lens.close, &ReqCloseCamera {}).await;
    assert_eq!(
        client.command(set, &ReqSetExp { index: gears[0] }).await,
        lens.closed
    );
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
    assert_eq!(client.command(set, &bad).await, lens.refused);
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
    reads(
        &TELE,
        cmd::TELE_SET_EXPOSURE_MODE,
        cmd::TELE_GET_EXPOSURE_MODE,
        [1, 0],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12003_the_exposure_mode_can_be_read() {
    reads(
        &WIDE,
        cmd::WIDE_SET_EXPOSURE_MODE,
        cmd::WIDE_GET_EXPOSURE_MODE,
        [1, 0],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10012_the_gain_mode_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_GAIN_MODE,
        cmd::TELE_GET_GAIN_MODE,
        [1, 0],
    )
    .await;
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
