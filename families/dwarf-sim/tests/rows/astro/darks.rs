use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqCaptureDarkFrame, ReqCaptureDarkFrameWithParam, ReqCaptureRawLiveStacking,
    ReqCheckDarkFrame, ReqDelDarkFrame, ReqDelDarkFrameList, ReqGetDarkFrameList,
    ReqStopCaptureDarkFrame, ResCheckDarkFrame, ResDelDarkFrameList, ResGetDarkFrameInfoList,
    ResNotifyOperationState, ResNotifyProgressCaptureRawDark,
    ResNotifyProgressCaptureRawLiveStacking,
};
use skyhelm_dwarf_sim::{RunningDwarf, VirtualDwarfConfig};
use skyhelm_imaging::RawFrame;
use skyhelm_imaging::fits::FitsImage;

use super::{GAIN_100, ONE_SECOND, calibrated, expose_a_second, m31, on_target};
use crate::harness::{Client, NIGHT, album, config, config_at, download, start};

#[derive(Clone, Copy)]
struct Darks {
    start: u32,
    stop: u32,
    list: u32,
    delete: u32,
    state: u32,
}

const TELE: Darks = Darks {
    start: cmd::ASTRO_START_CAPTURE_RAW_DARK_WITH_PARAM,
    stop: cmd::ASTRO_STOP_CAPTURE_RAW_DARK_WITH_PARAM,
    list: cmd::ASTRO_GET_DARK_FRAME_LIST,
    delete: cmd::ASTRO_DEL_DARK_FRAME_LIST,
    state: cmd::NOTIFY_STATE_CAPTURE_RAW_DARK,
};
const WIDE: Darks = Darks {
    start: cmd::ASTRO_START_CAPTURE_WIDE_RAW_DARK_WITH_PARAM,
    stop: cmd::ASTRO_STOP_CAPTURE_WIDE_RAW_DARK_WITH_PARAM,
    list: cmd::ASTRO_GET_WIDE_DARK_FRAME_LIST,
    delete: cmd::ASTRO_DEL_WIDE_DARK_FRAME_LIST,
    state: cmd::NOTIFY_STATE_CAPTURE_WIDE_RAW_DARK,
};

fn wanted(frames: i32) -> ReqCaptureDarkFrameWithParam {
    ReqCaptureDarkFrameWithParam {
        exp_index: ONE_SECOND,
        gain_index: GAIN_100,
        bin_index: 0,
        cap_size: frames,
    }
}

async fn hear_state(client: &mut Client, darks: Darks, state: i32) {
    let so = |told: &ResNotifyOperationState| told.state == state;
    client.hear(darks.state, so).await;
}

async fn listed(client: &mut Client, darks: Darks) -> ResGetDarkFrameInfoList {
    client.ask(darks.list, &ReqGetDarkFrameList {}).await
}

async fn take(client: &mut Client, darks: Darks, frames: i32) {
    assert_eq!(client.command(darks.start, &wanted(frames)).await, 0);
    hear_state(client, darks, 1).await;
    hear_state(client, darks, 0).await;
}

async fn are_taken_listed_and_deleted(darks: Darks) {
    let (dwarf, mut client) = start(config()).await;
    assert_eq!(listed(&mut client, darks).await.code, -11503);
    assert_eq!(client.command(darks.start, &wanted(0)).await, -3);
    let odd = ReqCaptureDarkFrameWithParam {
        exp_index: 9999,
        ..wanted(2)
    };
    assert_eq!(client.command(darks.start, &odd).await, -3);
    take(&mut client, darks, 2).await;
    let list = listed(&mut client, darks).await;
    assert_eq!((list.code, list.results.len()), (0, 1));
    let set = &list.results[0];
    assert_eq!(
        (set.exp_index, set.gain_index, set.bin_index),
        (ONE_SECOND, GAIN_100, 0)
    );
    assert_eq!((set.exp_name.as_str(), set.bin_name.as_str()), ("1", "1*1"));
    let other = ReqDelDarkFrameList {
        dark_list: vec![ReqDelDarkFrame {
            exp_index: 3,
            gain_index: 0,
            bin_index: 0,
        }],
    };
    let answer: ResDelDarkFrameList = client.ask(darks.delete, &other).await;
    assert_eq!(answer.code, -11503);
    let this = ReqDelDarkFrameList {
        dark_list: vec![ReqDelDarkFrame {
            exp_index: ONE_SECOND,
            gain_index: GAIN_100,
            bin_index: 0,
        }],
    };
    let answer: ResDelDarkFrameList = client.ask(darks.delete, &this).await;
    assert_eq!(answer.code, 0);
    assert_eq!(listed(&mut client, darks).await.code, -11503);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11021_and_row_11023_and_row_11024_darks_are_taken_listed_and_deleted() {
    are_taken_listed_and_deleted(TELE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11025_and_row_11027_and_row_11028_so_are_the_wide_cameras() {
    are_taken_listed_and_deleted(WIDE).await;
}

async fn can_be_stopped(start_with: u32, darks: Darks, stop: u32) {
    let (dwarf, mut client) = start(config_at(NIGHT, 4.0)).await;
    assert_eq!(client.command(start_with, &wanted(100)).await, 0);
    hear_state(&mut client, darks, 1).await;
    client.send(stop, &ReqStopCaptureDarkFrame {}).await;
    let begun = std::time::Instant::now();
    hear_state(&mut client, darks, 0).await;
    assert!(begun.elapsed().as_secs() < 4, "it went on");
    // Half a set is none.
    assert_eq!(listed(&mut client, darks).await.code, -11503);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11022_darks_can_be_stopped() {
    can_be_stopped(TELE.start, TELE, TELE.stop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11026_so_can_the_wide_cameras() {
    can_be_stopped(WIDE.start, WIDE, WIDE.stop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11008_ends_darks_too() {
    can_be_stopped(TELE.start, TELE, cmd::ASTRO_STOP_CAPTURE_RAW_DARK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11007_darks_for_the_present_settings_are_taken_once() {
    let (dwarf, mut client) = start(config()).await;
    expose_a_second(&mut client).await;
    let again = |reshoot| ReqCaptureDarkFrame { reshoot };
    let begin = cmd::ASTRO_START_CAPTURE_RAW_DARK;
    assert_eq!(client.command(begin, &again(0)).await, 0);
    let half = |told: &ResNotifyProgressCaptureRawDark| told.progress == 50;
    client
        .hear(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_DARK, half)
        .await;
    hear_state(&mut client, TELE, 0).await;
    let list = listed(&mut client, TELE).await;
    assert_eq!(list.results[0].exp_index, ONE_SECOND);
    assert_eq!(client.command(begin, &again(0)).await, 0);
    hear_state(&mut client, TELE, 0).await;
    assert_eq!(listed(&mut client, TELE).await.results.len(), 1);
    assert_eq!(client.command(begin, &again(1)).await, 0);
    hear_state(&mut client, TELE, 1).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11009_the_darks_progress_is_told() {
    let (dwarf, mut client) = start(config_at(NIGHT, 4.0)).await;
    let ask = ReqCheckDarkFrame {};
    let none: ResCheckDarkFrame = client.ask(cmd::ASTRO_CHECK_GOT_DARK, &ask).await;
    assert_eq!((none.progress, none.code), (0, -11503));
    assert_eq!(client.command(TELE.start, &wanted(4)).await, 0);
    let half = |told: &ResNotifyProgressCaptureRawDark| told.progress == 50;
    client
        .hear(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_DARK, half)
        .await;
    let some: ResCheckDarkFrame = client.ask(cmd::ASTRO_CHECK_GOT_DARK, &ask).await;
    assert!((5000..10_000).contains(&some.progress), "{some:?}");
    hear_state(&mut client, TELE, 0).await;
    let all: ResCheckDarkFrame = client.ask(cmd::ASTRO_CHECK_GOT_DARK, &ask).await;
    assert_eq!((all.progress, all.code), (10_000, 0));
    dwarf.stop().await;
}

fn without_darks() -> VirtualDwarfConfig {
    let mut config = calibrated();
    config.initial.darks = false;
    config
}

/// Exposure gear of a minute.
const ONE_MINUTE: i32 = 162;

/// The stacked FITS after two subs or more.
async fn stacked(dwarf: &RunningDwarf, client: &mut Client, force_start: bool) -> FitsImage {
    let wanted = ReqCaptureRawLiveStacking {
        force_start,
        ..ReqCaptureRawLiveStacking::default()
    };
    let begin = cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING;
    assert_eq!(client.command(begin, &wanted).await, 0);
    let grown = |told: &ResNotifyProgressCaptureRawLiveStacking| told.stacked_count >= 2;
    client
        .hear(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING, grown)
        .await;
    let stop = cmd::ASTRO_STOP_CAPTURE_RAW_LIVE_STACKING;
    client.send(stop, &ReqStopCaptureDarkFrame {}).await;
    let idle = |told: &ResNotifyOperationState| told.state == 0;
    client
        .hear(cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING, idle)
        .await;
    let path = album(dwarf, 4).await.remove(0)["filePath"].to_string();
    let folder = path.trim_matches('"').replace("/stacked.jpg", "/");
    let listing = String::from_utf8(download(dwarf, &folder).await.to_vec()).unwrap();
    let name = listing
        .split('"')
        .find(|part| part.contains("stacked-16") && part.contains(".fits"))
        .unwrap();
    let name = name.rsplit('/').next().unwrap().replace("%20", " ");
    let file = download(dwarf, &format!("{folder}{name}")).await;
    FitsImage::read(&file).unwrap()
}

/// By how much the dark's hottest pixels stand out of their neighbours in a stack, in the mean.
fn standing_out(stack: &FitsImage, dark: &RawFrame) -> f64 {
    let stack = stack.to_rgb().unwrap();
    let light = |x: usize, y: usize| stack.row(y)[x].iter().sum::<f32>();
    let width = dark.width();
    let mut order: Vec<usize> = (0..dark.data().len()).collect();
    order.sort_unstable_by_key(|&index| std::cmp::Reverse(dark.data()[index]));
    let inside = |&index: &usize| {
        let (x, y) = (index % width, index / width);
        (20..width - 20).contains(&x) && (20..dark.height() - 20).contains(&y)
    };
    let hottest: Vec<usize> = order.into_iter().filter(inside).take(6).collect();
    let above = |index: usize| {
        let (x, y) = (index % width, index / width);
        let around = [-6_i32, 6].map(|dx| {
            let x = (x as i32 + dx) as usize;
            f64::from(light(x, y))
        });
        f64::from(light(x, y)) - f64::midpoint(around[0], around[1])
    };
    hottest.iter().map(|&index| above(index)).sum::<f64>() / hottest.len() as f64
}

#[tokio::test(flavor = "multi_thread")]
async fn darks_take_the_hot_pixels_out_of_a_stack() {
    let (dwarf, mut client) = on_target(without_darks()).await;
    let minute = skyhelm_dwarf_proto::v2::ReqSetExp { index: ONE_MINUTE };
    assert_eq!(client.command(cmd::TELE_SET_EXPOSURE, &minute).await, 0);
    let rough = stacked(&dwarf, &mut client, true).await;
    let darks = ReqCaptureDarkFrameWithParam {
        exp_index: ONE_MINUTE,
        ..wanted(5)
    };
    assert_eq!(client.command(TELE.start, &darks).await, 0);
    hear_state(&mut client, TELE, 1).await;
    hear_state(&mut client, TELE, 0).await;
    let folder = "/DWARF3/DWARF_DARK/";
    let listing = String::from_utf8(download(&dwarf, folder).await.to_vec()).unwrap();
    let name = listing
        .split('"')
        .find(|part| part.contains("tele_exp_60_gain_"))
        .unwrap();
    let name = name.trim_end_matches('/').rsplit('/').next().unwrap();
    let dark = download(&dwarf, &format!("{folder}{name}/0000.fits")).await;
    let dark = FitsImage::read(&dark).unwrap();
    assert_eq!(dark.header.text("IMAGETYP"), Some("Dark Frame"));
    let dark = dark.to_raw().unwrap();
    client
        .command(
            cmd::ASTRO_GO_LIVE,
            &skyhelm_dwarf_proto::v2::ReqGoLive::default(),
        )
        .await;
    let clean = stacked(&dwarf, &mut client, false).await;
    let (before, after) = (standing_out(&rough, &dark), standing_out(&clean, &dark));
    assert!(before > 150.0, "{before} {after}");
    assert!(after.abs() < 0.25 * before, "{before} {after}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gain_no_darks_are_taken_for_is_said() {
    let (dwarf, mut client) = start(without_darks()).await;
    expose_a_second(&mut client).await;
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31()).await, 0);
    let low = skyhelm_dwarf_proto::v2::ReqSetExp { index: 0 };
    assert_eq!(client.command(cmd::TELE_SET_GAIN, &low).await, 0);
    let plain = ReqCaptureRawLiveStacking::default();
    let begin = cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING;
    assert_eq!(client.command(begin, &plain).await, -11502);
    dwarf.stop().await;
}
