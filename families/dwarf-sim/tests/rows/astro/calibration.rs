use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqStartCalibration, ReqStopCalibration, ResNotifyStateAstroCalibration,
};

use super::{m31, m31_place};
use crate::harness::{NIGHT, NOON, config, config_at, start};

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
