use crate::harness::{Client, album, download};
use crate::lens::{Lens, Pixels, TELE, WIDE, opened_small};
use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::params::feature_id::{BURST_COUNT, BURST_INTERVAL};
use skyhelm_dwarf_proto::v2::{
    CommonParam, ReqPhoto, ReqSetFeatureParams, ResNotifyAlbumUpdate, ResNotifyBurstProgress,
    ResNotifyCamFunctionState,
};

async fn feature(client: &mut Client, param: CommonParam) {
    let wanted = ReqSetFeatureParams { param: Some(param) };
    let set = cmd::TELE_SET_FEATURE_PARAM;
    assert_eq!(client.command(set, &wanted).await, 0);
}

async fn photographs(client: &mut Client, count: f64) {
    let param = CommonParam {
        id: BURST_COUNT,
        mode_index: 1,
        continue_value: count,
        ..CommonParam::default()
    };
    feature(client, param).await;
}

async fn hears_state(client: &mut Client, lens: &Lens, state: i32) {
    let so = |told: &ResNotifyCamFunctionState| told.function_id == 3 && told.state == state;
    client.hear(lens.function, so).await;
}

async fn bursts(lens: &Lens, take: u32, progress: u32) {
    let (dwarf, mut client) = opened_small().await;
    photographs(&mut client, 4.0).await;
    assert_eq!(client.command(take, &ReqPhoto {}).await, 0);
    hears_state(&mut client, lens, 1).await;
    for done in 1..=4 {
        let so =
            |told: &ResNotifyBurstProgress| (told.total_count, told.completed_count) == (4, done);
        client.hear(progress, so).await;
    }
    hears_state(&mut client, lens, 0).await;
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |told: &ResNotifyAlbumUpdate| {
            told.media_type == 3
        })
        .await;
    let burst = &album(&dwarf, 3).await[0];
    assert_eq!(burst["burstImgCount"], 4);
    let mut pictures = Vec::new();
    for image in burst["images"].as_array().unwrap() {
        let path = image["filePath"].as_str().unwrap();
        pictures.push(download(&dwarf, path).await);
    }
    assert!(Pixels::of_jpeg(&pictures[3]).brightness() > 0.0);
    assert_ne!(pictures[0], pictures[3]);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10003_the_tele_takes_a_burst() {
    bursts(&TELE, cmd::TELE_BURST, cmd::NOTIFY_TELE_BURST_PROGRESS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12023_the_wide_camera_takes_a_burst() {
    bursts(&WIDE, cmd::WIDE_BURST, cmd::NOTIFY_WIDE_BURST_PROGRESS).await;
}

/// A long burst ends early and keeps what it has; meanwhile the camera does nothing else.
async fn stops(lens: &Lens, take: u32, stop: u32, progress: u32) {
    let (dwarf, mut client) = opened_small().await;
    photographs(&mut client, 500.0).await;
    let minute = CommonParam {
        id: BURST_INTERVAL,
        index: 30,
        ..CommonParam::default()
    };
    feature(&mut client, minute).await;
    client.command(take, &ReqPhoto {}).await;
    let one = |told: &ResNotifyBurstProgress| told.completed_count >= 1;
    client.hear(progress, one).await;
    for busy in [lens.photograph, lens.close] {
        assert_ne!(client.command(busy, &ReqPhoto {}).await, 0);
    }
    assert_eq!(client.command(stop, &ReqPhoto {}).await, 0);
    hears_state(&mut client, lens, 0).await;
    let burst = &album(&dwarf, 3).await[0];
    assert!(burst["burstImgCount"].as_i64().unwrap() < 100);
    assert_eq!(client.command(lens.photograph, &ReqPhoto {}).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10004_a_burst_of_the_tele_ends_early() {
    let progress = cmd::NOTIFY_TELE_BURST_PROGRESS;
    stops(&TELE, cmd::TELE_BURST, cmd::TELE_STOP_BURST, progress).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12024_a_burst_of_the_wide_camera_ends_early() {
    let progress = cmd::NOTIFY_WIDE_BURST_PROGRESS;
    stops(&WIDE, cmd::WIDE_BURST, cmd::WIDE_STOP_BURST, progress).await;
}
