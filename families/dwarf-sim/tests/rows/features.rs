use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::params::feature_id::{ASTRO_COUNT, ASTRO_FORMAT};
use skyhelm_dwarf_proto::v2::{
    CommonParam, ReqGetAllFeatureParams, ReqGotoDso, ReqPhoto, ReqSetFeatureParams,
    ResGetAllFeatureParams, ResNotifyAlbumUpdate, ResNotifyParam,
};

use crate::harness::{album, download, start};
use crate::lens::{opened, up};

#[tokio::test(flavor = "multi_thread")]
async fn row_10037_a_feature_parameter_is_set_and_echoed() {
    let (dwarf, mut client) = opened().await;
    let count = CommonParam {
        id: ASTRO_COUNT,
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
                .any(|p| p.id == ASTRO_COUNT && (p.continue_value - 12.0).abs() < 1e-9)
        })
        .await;
    let beyond = CommonParam {
        id: ASTRO_FORMAT,
        index: 2,
        ..CommonParam::default()
    };
    let beyond = ReqSetFeatureParams {
        param: Some(beyond),
    };
    let set = cmd::TELE_SET_FEATURE_PARAM;
    assert_eq!(client.command(set, &beyond).await, -3);
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
        .find(|param| param.id == ASTRO_COUNT)
        .unwrap();
    assert!((count.continue_value - 999.0).abs() < 1e-9);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subs_are_kept_as_tiff_when_the_feature_says_so() {
    let mut config = up();
    config.initial.calibrated = true;
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    for param in [
        CommonParam {
            id: ASTRO_COUNT,
            mode_index: 1,
            continue_value: 1.0,
            ..CommonParam::default()
        },
        CommonParam {
            id: ASTRO_FORMAT,
            index: 1,
            ..CommonParam::default()
        },
    ] {
        let wanted = ReqSetFeatureParams { param: Some(param) };
        let set = cmd::TELE_SET_FEATURE_PARAM;
        assert_eq!(client.command(set, &wanted).await, 0);
    }
    let m31 = ReqGotoDso {
        ra: 0.712,
        dec: 41.27,
        target_name: "M 31".into(),
    };
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31).await, 0);
    let begin = cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING;
    client.command(begin, &ReqPhoto {}).await;
    let stacked = |told: &ResNotifyAlbumUpdate| told.media_type == 4;
    client.hear(cmd::NOTIFY_ALBUM_UPDATE, stacked).await;
    let shown = album(&dwarf, 4).await[0]["filePath"].to_string();
    let folder = shown.trim_matches('"').rsplit_once('/').unwrap().0;
    let listing = download(&dwarf, &format!("{folder}/")).await;
    let listing = String::from_utf8_lossy(&listing).into_owned();
    let name = listing
        .split('"')
        .find(|part| part.contains("C.tiff"))
        .unwrap();
    let sub = download(&dwarf, &format!("{folder}/{name}")).await;
    assert_eq!(&sub[..4], b"II*\0");
    assert!(sub.len() > 2 * 900 * 500, "{}", sub.len());
    dwarf.stop().await;
}
