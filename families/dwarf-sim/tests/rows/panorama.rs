use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::params::feature_id::{PANORAMA_COLUMNS, PANORAMA_ROWS};
use skyhelm_dwarf_proto::v2::{
    CommonParam, ReqMotorServiceJoystick, ReqPhoto, ReqSetFeatureParams, ReqStartPanoramaByGrid,
    ResNotifyAlbumUpdate, ResNotifyCamFunctionState, ResNotifyPanoramaProgress,
};

use crate::harness::{Client, album, download};
use crate::lens::{Pixels, TELE, opened_small};

async fn hears_state(client: &mut Client, state: i32) {
    let panorama = Function::Panorama.number();
    let so = |told: &ResNotifyCamFunctionState| told.function_id == panorama && told.state == state;
    client.hear(TELE.function, so).await;
}

async fn hears_progress(client: &mut Client, total: i32, completed: i32) {
    let so = |told: &ResNotifyPanoramaProgress| {
        (told.total_count, told.completed_count) == (total, completed)
    };
    client.hear(cmd::NOTIFY_PANORAMA_PROGRESS, so).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15500_a_grid_of_tiles_becomes_one_picture() {
    let (dwarf, mut client) = opened_small().await;
    let start = cmd::PANORAMA_START_GRID;
    let too_wide = ReqStartPanoramaByGrid { rows: 3, cols: 61 };
    assert_eq!(client.command(start, &too_wide).await, -3);
    for (id, count) in [(PANORAMA_ROWS, 3.0), (PANORAMA_COLUMNS, 6.0)] {
        let param = CommonParam {
            id,
            mode_index: 1,
            continue_value: count,
            ..CommonParam::default()
        };
        let wanted = ReqSetFeatureParams { param: Some(param) };
        let set = cmd::TELE_SET_FEATURE_PARAM;
        assert_eq!(client.command(set, &wanted).await, 0);
    }
    // Without numbers of its own the request means those that are set.
    let as_set = ReqStartPanoramaByGrid::default();
    let before = dwarf.truth().motors_deg();
    assert_eq!(client.command(start, &as_set).await, 0);
    hears_state(&mut client, 1).await;
    for completed in [0, 9, 18] {
        hears_progress(&mut client, 18, completed).await;
    }
    // The last tile is the lower right one.
    let after = dwarf.truth().motors_deg();
    assert!(after.0 > before.0 + 0.1 && after.1 < before.1 - 0.05);
    hears_state(&mut client, 0).await;
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |told: &ResNotifyAlbumUpdate| {
            told.media_type == 5
        })
        .await;
    let panorama = &album(&dwarf, 5).await[0];
    let path = panorama["filePath"].as_str().unwrap();
    let picture = Pixels::of_jpeg(&download(&dwarf, path).await);
    let (width, height) = picture.size();
    let shape = width as f64 / height as f64;
    // Six tiles by three, a quarter of each shared.
    let wanted = 16.0 / 9.0 * (5.0 * 0.75 + 1.0) / (2.0 * 0.75 + 1.0);
    assert!((shape / wanted - 1.0).abs() < 0.05, "{width} by {height}");
    assert!(picture.brightness() > 5.0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15501_a_panorama_ends_early_and_leaves_nothing() {
    let (dwarf, mut client) = opened_small().await;
    let many = ReqStartPanoramaByGrid { rows: 20, cols: 40 };
    let start = cmd::PANORAMA_START_GRID;
    assert_eq!(client.command(start, &many).await, 0);
    hears_progress(&mut client, 800, 2).await;
    // The telescope is its own meanwhile.
    let stick = ReqMotorServiceJoystick {
        vector_angle: 0.0,
        vector_length: 1.0,
        speed: 10.0,
    };
    let refused = client.command(cmd::MOTOR_JOYSTICK, &stick).await;
    assert_eq!(refused, -11501);
    assert_eq!(client.command(cmd::PANORAMA_STOP, &ReqPhoto {}).await, 0);
    hears_state(&mut client, 0).await;
    assert!(album(&dwarf, 5).await.is_empty());
    assert_eq!(client.command(cmd::MOTOR_JOYSTICK, &stick).await, 0);
    dwarf.stop().await;
}
