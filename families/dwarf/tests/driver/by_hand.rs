//! Rows sent by hand.

use super::*;

#[tokio::test]
async fn any_row_can_be_sent_by_hand_but_nothing_moves_unwatched() {
    let fake = Fake::start().await;
    let options = raw::RawOptions {
        listen: Duration::from_millis(100),
        moving: raw::Moving::Refused,
    };
    let row = raw::row("CMD_CAMERA_TELE_SET_EXP").unwrap();
    let outcome = raw::send(&fake.address, row, &json!({"index": 75}), options)
        .await
        .unwrap();
    assert_eq!((outcome.complete, outcome.code), (true, Some(0)));
    let set = fake.received(cmd::TELE_SET_EXPOSURE).await;
    assert_eq!(v2::ReqSetExp::decode(set).unwrap().index, 75);

    let goto = raw::row("11002").unwrap();
    let m31 = json!({"ra": 0.712, "dec": 41.27, "target_name": "M 31"});
    let refused = raw::send(&fake.address, goto, &m31, options).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    let wrong = raw::send(&fake.address, row, &json!({"nonsense": 1}), options).await;
    assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 0);
    assert!(raw::list().count() > 200);
}

#[tokio::test]
async fn a_goto_by_hand_near_the_sun_is_never_sent() {
    let fake = Fake::start().await;
    let station = Station::start(Value::Null);
    let now = station.host.now().utc;
    let sun = SkyFrame::new(&station::site(), now, &Atmosphere::default()).sun();
    let watched = raw::RawOptions {
        listen: Duration::from_millis(10),
        moving: raw::Moving::Watched {
            site: station::site(),
        },
    };
    let (ra, dec) = (sun.position.ra.angle(), sun.position.dec.angle());
    let goto = raw::row("ASTRO_START_GOTO_DSO").unwrap();
    let towards = |ra: f64| json!({"ra": ra, "dec": dec.degrees(), "target_name": "x"});
    let refused = raw::send(&fake.address, goto, &towards(ra.hours()), watched).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::SunGuard);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 0);
    let away = (ra.hours() + 12.0) % 24.0;
    let sent = raw::send(&fake.address, goto, &towards(away), watched).await;
    assert!(sent.unwrap().complete);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 1);
}
