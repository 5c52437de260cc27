use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::params::feature_id::{ASTRO_COUNT, ASTRO_FORMAT};
use skyhelm_dwarf_proto::v2::{
    CommonParam, ReqGetAllFeatureParams, ReqSetFeatureParams, ResGetAllFeatureParams,
    ResNotifyParam,
};

use crate::lens::opened;

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
    // The device writes FITS only, and says so.
    let tiff = CommonParam {
        id: ASTRO_FORMAT,
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
        .find(|param| param.id == ASTRO_COUNT)
        .unwrap();
    assert!((count.continue_value - 999.0).abs() < 1e-9);
    dwarf.stop().await;
}
