//! What the image processor does: each setting is seen on a photograph.

use crate::harness::{Client, live_frame};
use crate::lens::{Lens, Pixels, TELE, WIDE, opened_small, param, pixels, reads};
use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::params::param_id::{
    BRIGHTNESS, CONTRAST, HUE, PREVIEW_QUALITY, SATURATION, SHARPNESS, WHITE_BALANCE,
};
use skyhelm_dwarf_proto::v2::{
    ComResWithInt, ReqCloseCamera, ReqGetAllParams, ReqSetBrightness, ReqSetExp, ReqSetExpMode,
    ResNotifyParam,
};

/// One setter, what it sets, and two values on the wire with what is shown for them.
struct Setting {
    set: u32,
    id: i32,
    low: (i32, f64),
    high: (i32, f64),
}

/// The setting is shown and echoed on the scale of the configuration, and more of it is more of what is
/// measured on a photograph.
async fn shows(lens: &Lens, setting: Setting, measure: fn(&Pixels) -> f64) {
    let (dwarf, mut client) = opened_small().await;
    let mut measured = Vec::new();
    for (wire, shown) in [setting.low, setting.high] {
        let wanted = ReqSetBrightness { value: wire };
        assert_eq!(client.command(setting.set, &wanted).await, 0);
        let is_echoed = |told: &ResNotifyParam| {
            let mut params = told.param.iter();
            params.any(|p| p.id == setting.id && (p.continue_value - shown).abs() < 1e-9)
        };
        client.hear(lens.echo, is_echoed).await;
        let read = param(&mut client, lens, setting.id).await;
        assert!((read.continue_value - shown).abs() < 1e-9, "{read:?}");
        measured.push(measure(&pixels(&dwarf, &mut client, lens).await));
    }
    assert!(measured[1] > measured[0] + 0.5, "{measured:?}");
    refuses(&mut client, lens, setting.set).await;
    dwarf.stop().await;
}

/// A value that is not there is refused, and a closed camera takes none.
async fn refuses(client: &mut Client, lens: &Lens, set: u32) {
    let beyond = ReqSetBrightness { value: 100_000 };
    assert_eq!(client.command(set, &beyond).await, lens.refused);
    client.command(lens.close, &ReqCloseCamera {}).await;
    assert_eq!(client.command(set, &beyond).await, lens.closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10015_brightness_is_seen_on_the_tele() {
    let setting = Setting {
        set: cmd::TELE_SET_BRIGHTNESS,
        id: BRIGHTNESS,
        low: (0, -100.0),
        high: (255, 100.0),
    };
    shows(&TELE, setting, Pixels::brightness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12008_brightness_is_seen_on_the_wide_camera() {
    let setting = Setting {
        set: cmd::WIDE_SET_BRIGHTNESS,
        id: BRIGHTNESS,
        low: (-64, -100.0),
        high: (64, 100.0),
    };
    shows(&WIDE, setting, Pixels::brightness).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10017_contrast_is_seen_on_the_tele() {
    let setting = Setting {
        set: cmd::TELE_SET_CONTRAST,
        id: CONTRAST,
        low: (0, -100.0),
        high: (255, 100.0),
    };
    shows(&TELE, setting, Pixels::contrast).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12010_contrast_is_seen_on_the_wide_camera() {
    let setting = Setting {
        set: cmd::WIDE_SET_CONTRAST,
        id: CONTRAST,
        low: (0, -100.0),
        high: (95, 100.0),
    };
    shows(&WIDE, setting, Pixels::contrast).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10019_saturation_is_seen_on_the_tele() {
    let setting = Setting {
        set: cmd::TELE_SET_SATURATION,
        id: SATURATION,
        low: (0, -100.0),
        high: (255, 100.0),
    };
    shows(&TELE, setting, Pixels::colour).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12012_saturation_is_seen_on_the_wide_camera() {
    let setting = Setting {
        set: cmd::WIDE_SET_SATURATION,
        id: SATURATION,
        low: (0, -100.0),
        high: (100, 100.0),
    };
    shows(&WIDE, setting, Pixels::colour).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10023_sharpness_is_seen_on_the_tele() {
    let setting = Setting {
        set: cmd::TELE_SET_SHARPNESS,
        id: SHARPNESS,
        low: (0, 0.0),
        high: (100, 100.0),
    };
    shows(&TELE, setting, Pixels::detail).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12016_sharpness_is_seen_on_the_wide_camera() {
    let setting = Setting {
        set: cmd::WIDE_SET_SHARPNESS,
        id: SHARPNESS,
        low: (1, 0.0),
        high: (7, 100.0),
    };
    shows(&WIDE, setting, Pixels::detail).await;
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
async fn row_10022_hue_can_be_read() {
    reads(&TELE, cmd::TELE_SET_HUE, cmd::TELE_GET_HUE, [255, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12015_hue_can_be_read() {
    reads(&WIDE, cmd::WIDE_SET_HUE, cmd::WIDE_GET_HUE, [2000, -2000]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10024_sharpness_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_SHARPNESS,
        cmd::TELE_GET_SHARPNESS,
        [100, 7],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12017_sharpness_can_be_read() {
    reads(
        &WIDE,
        cmd::WIDE_SET_SHARPNESS,
        cmd::WIDE_GET_SHARPNESS,
        [7, 1],
    )
    .await;
}

/// Half a turn of the colours makes a warm picture cold.
async fn turns(lens: &Lens, set: u32, warmest: (u32, i32), ends: [(i32, f64); 2]) {
    let (dwarf, mut client) = opened_small().await;
    let (temperature, index) = warmest;
    assert_eq!(client.command(temperature, &ReqSetExp { index }).await, 0);
    let mut warmth = Vec::new();
    for (wire, shown) in ends {
        let wanted = ReqSetBrightness { value: wire };
        assert_eq!(client.command(set, &wanted).await, 0);
        let read = param(&mut client, lens, HUE).await;
        assert!((read.continue_value - shown).abs() < 1e-9, "{read:?}");
        warmth.push(pixels(&dwarf, &mut client, lens).await.warmth());
    }
    // The mean over all pixels: noise is a hundredth of this.
    assert!(warmth[0] > 0.3 && warmth[1] < -0.3, "{warmth:?}");
    refuses(&mut client, lens, set).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10021_the_hue_turns_the_colours_of_the_tele() {
    let ends = [(128, 1.0), (255, 180.0)];
    turns(
        &TELE,
        cmd::TELE_SET_HUE,
        (cmd::TELE_SET_WB_TEMPERATURE, 141),
        ends,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12014_the_hue_turns_the_colours_of_the_wide_camera() {
    let ends = [(0, 0.0), (2000, 180.0)];
    turns(
        &WIDE,
        cmd::WIDE_SET_HUE,
        (cmd::WIDE_SET_WB_TEMPERATURE, 96),
        ends,
    )
    .await;
}

/// A picture made for warm light is colder than one made for cold light.
async fn balances(lens: &Lens, set: u32, warm_and_cold: [i32; 2], way: i32) {
    let (dwarf, mut client) = opened_small().await;
    let mut warmth = Vec::new();
    for index in warm_and_cold {
        assert_eq!(client.command(set, &ReqSetExp { index }).await, 0);
        let read = param(&mut client, lens, WHITE_BALANCE).await;
        assert_eq!(
            (read.index, read.mode_index, read.auto_mode),
            (index, way, 1)
        );
        warmth.push(pixels(&dwarf, &mut client, lens).await.warmth());
    }
    assert!(warmth[1] > warmth[0] + 1.0, "{warmth:?}");
    refuses(&mut client, lens, set).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10029_the_white_balance_makes_the_tele_warmer() {
    balances(&TELE, cmd::TELE_SET_WB_TEMPERATURE, [0, 141], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12020_the_white_balance_makes_the_wide_camera_warmer() {
    balances(&WIDE, cmd::WIDE_SET_WB_TEMPERATURE, [0, 96], 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10027_a_scene_makes_the_tele_warmer() {
    balances(&TELE, cmd::TELE_SET_WB_SCENE, [0, 5], 2).await;
}

/// Left to the camera the picture is neutral, set by hand it has the light's colour.
async fn balances_by_itself(lens: &Lens, set: u32, temperature: u32) {
    let (dwarf, mut client) = opened_small().await;
    client.command(temperature, &ReqSetExp { index: 0 }).await;
    let mut warmth = Vec::new();
    for mode in [1, 0] {
        assert_eq!(client.command(set, &ReqSetExpMode { mode }).await, 0);
        assert_eq!(
            param(&mut client, lens, WHITE_BALANCE).await.auto_mode,
            mode
        );
        warmth.push(pixels(&dwarf, &mut client, lens).await.warmth());
    }
    assert!(warmth[1] > warmth[0] + 1.0, "{warmth:?}");
    refuses(&mut client, lens, set).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10025_the_tele_balances_by_itself_or_by_hand() {
    balances_by_itself(&TELE, cmd::TELE_SET_WB_MODE, cmd::TELE_SET_WB_TEMPERATURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12018_the_wide_camera_balances_by_itself_or_by_hand() {
    balances_by_itself(&WIDE, cmd::WIDE_SET_WB_MODE, cmd::WIDE_SET_WB_TEMPERATURE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10030_the_temperature_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_WB_TEMPERATURE,
        cmd::TELE_GET_WB_TEMPERATURE,
        [0, 141],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12021_the_temperature_can_be_read() {
    reads(
        &WIDE,
        cmd::WIDE_SET_WB_TEMPERATURE,
        cmd::WIDE_GET_WB_TEMPERATURE,
        [0, 96],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10028_the_scene_can_be_read() {
    reads(
        &TELE,
        cmd::TELE_SET_WB_SCENE,
        cmd::TELE_GET_WB_SCENE,
        [5, 1],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10026_the_balances_mode_can_be_read() {
    reads(&TELE, cmd::TELE_SET_WB_MODE, cmd::TELE_GET_WB_MODE, [1, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_12019_the_balances_mode_can_be_read() {
    reads(&WIDE, cmd::WIDE_SET_WB_MODE, cmd::WIDE_GET_WB_MODE, [1, 0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scene_does_not_make_the_temperature_forgotten() {
    let (dwarf, mut client) = opened_small().await;
    for (set, index) in [
        (cmd::TELE_SET_WB_TEMPERATURE, 141),
        (cmd::TELE_SET_WB_SCENE, 2),
    ] {
        client.command(set, &ReqSetExp { index }).await;
    }
    let read: ComResWithInt = client
        .ask(cmd::TELE_GET_WB_TEMPERATURE, &ReqGetAllParams {})
        .await;
    assert_eq!(read.value, 141);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10040_the_preview_quality_changes_the_size_of_live_pictures() {
    let (dwarf, mut client) = opened_small().await;
    let mut sizes = Vec::new();
    for quality in [15, 95] {
        let wanted = ReqSetBrightness { value: quality };
        assert_eq!(client.command(cmd::TELE_SET_JPG_QUALITY, &wanted).await, 0);
        let read = param(&mut client, &TELE, PREVIEW_QUALITY).await;
        assert!((read.continue_value - f64::from(quality)).abs() < 1e-9);
        sizes.push(live_frame(&dwarf, "/mainstream").await.len());
    }
    assert!(sizes[1] > 2 * sizes[0], "{sizes:?}");
    let beyond = ReqSetBrightness { value: 101 };
    assert_eq!(client.command(cmd::TELE_SET_JPG_QUALITY, &beyond).await, -3);
    dwarf.stop().await;
}
