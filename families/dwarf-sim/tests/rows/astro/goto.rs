use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqGotoDso, ReqStopGoto, ResNotifyStateAstroGoto, ResNotifyStateAstroTracking,
};

use super::{calibrated, m31, m31_place};
use crate::harness::{NIGHT, config, config_at, start};

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
