use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqGotoDso, ReqGotoSolarSystem, ReqStopGoto, ReqStopTrackSpecialTarget, ReqTrackSpecialTarget,
    ResNotifyStateAstroGoto, ResNotifyStateAstroTracking, ResNotifyStateAstroTrackingSpecial,
};
use skyhelm_dwarf_sim::RunningDwarf;
use skyhelm_sky::{Atmosphere, Body, SkyFrame};
use skyhelm_units::{Equatorial, J2000, Site, UtcMillis};

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

fn wanderer(index: i32) -> ReqGotoSolarSystem {
    ReqGotoSolarSystem {
        index,
        lon: 8.5,
        lat: 47.0,
        target_name: String::new(),
    }
}

fn place_of(dwarf: &RunningDwarf, body: Body) -> Equatorial<J2000> {
    let site = Site::from_degrees(47.0, 8.5, 600.0);
    SkyFrame::new(&site, dwarf.truth().utc(), &Atmosphere::default())
        .body(body)
        .position
}

/// Seconds of true time at which each body stands well above the horizon of the test's place.
const UP: [(i32, Body, i64); 9] = [
    (1, Body::Mercury, NOON_S),
    (2, Body::Venus, NOON_S),
    (3, Body::Mars, MORNING_S),
    (4, Body::Jupiter, MORNING_S),
    (5, Body::Saturn, EVENING_S),
    (6, Body::Uranus, NIGHT_S),
    (7, Body::Neptune, EVENING_S),
    (8, Body::Moon, NIGHT_S),
    (9, Body::Sun, NOON_S),
];
const NIGHT_S: i64 = 1_795_294_800;
const NOON_S: i64 = NIGHT_S - 10 * 3600;
const EVENING_S: i64 = NIGHT_S - 3 * 3600;
const MORNING_S: i64 = NIGHT_S + 7 * 3600;

#[tokio::test(flavor = "multi_thread")]
async fn row_11003_every_wanderer_is_gone_to_and_followed() {
    for (index, body, seconds) in UP {
        let mut config = config_at(UtcMillis::from_seconds(seconds), 60.0);
        config.initial.calibrated = true;
        config.solar_filter = body == Body::Sun;
        // Outside the Milky Way a sixteenth of the field has too few stars.
        config.window = 2;
        let (dwarf, mut client) = start(config).await;
        let code = client
            .command(cmd::ASTRO_START_GOTO_SOLAR_SYSTEM, &wanderer(index))
            .await;
        // By day no star shows beside Mercury and Venus.
        let expected = if index < 3 { -11500 } else { 0 };
        assert_eq!(code, expected, "{body}");
        if code == 0 {
            let miss = dwarf.truth().pointing().separation(&place_of(&dwarf, body));
            // Of the Moon it is the middle of what is lit.
            let near = if body == Body::Moon { 8.0 } else { 4.0 };
            assert!(miss.arcminutes() < near, "{body}: {miss}");
        }
        dwarf.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_11011_and_row_11012_the_moon_is_followed_by_its_picture_until_told_otherwise() {
    // Never calibrated: the picture alone brings it into the middle.
    let (dwarf, mut client) = start(config()).await;
    let moon = ReqTrackSpecialTarget {
        index: 1,
        lon: 8.5,
        lat: 47.0,
    };
    let code = client
        .command(cmd::ASTRO_START_TRACK_SPECIAL_TARGET, &moon)
        .await;
    assert_eq!(code, 0);
    let special = |state: i32| {
        move |told: &ResNotifyStateAstroTrackingSpecial| told.state == state && told.index == 1
    };
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_TRACKING_SPECIAL, special(1))
        .await;
    let miss = || {
        let moon = place_of(&dwarf, Body::Moon);
        dwarf.truth().pointing().separation(&moon).arcminutes()
    };
    // The centre of what is lit of it.
    assert!(miss() < 8.0, "{}", miss());
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(miss() < 8.0, "lost by {}", miss());
    let stop = ReqStopTrackSpecialTarget {};
    let code = client
        .command(cmd::ASTRO_STOP_TRACK_SPECIAL_TARGET, &stop)
        .await;
    assert_eq!(code, 0);
    client
        .hear(cmd::NOTIFY_STATE_ASTRO_TRACKING_SPECIAL, special(3))
        .await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moon_behind_cloud_is_not_found_and_nonsense_is_no_wanderer() {
    let mut config = config();
    config.conditions.cloud = 1.0;
    let (dwarf, mut client) = start(config).await;
    let goto = cmd::ASTRO_START_GOTO_SOLAR_SYSTEM;
    assert_eq!(client.command(goto, &wanderer(8)).await, -11531);
    assert_eq!(client.command(goto, &wanderer(10)).await, -3);
    assert_eq!(client.command(goto, &wanderer(-1)).await, -3);
    let nowhere = ReqGotoSolarSystem {
        lat: f64::NAN,
        ..wanderer(8)
    };
    assert_eq!(client.command(goto, &nowhere).await, -3);
    // The Sun is below the horizon.
    assert_eq!(client.command(goto, &wanderer(9)).await, -11505);
    dwarf.stop().await;
}
