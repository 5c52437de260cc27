//! The contract that every family keeps, kept by this one: with a broker that goes away and comes back.

use std::time::Duration;

use skyhelm_device_contract::Subject;

use crate::elsewhere::Station;

#[tokio::test(flavor = "multi_thread")]
async fn the_driver_keeps_the_contract() {
    let station = Station::start(&[]).await;
    let subject = Subject {
        device: station.device,
        world: Box::new(station.world),
        host: station.host,
        clock: station.clock,
        site: station.site,
        target: None,
        patience: Duration::from_secs(15),
    };
    let breaches = subject.breaches().await;
    assert!(breaches.is_empty(), "{breaches:#?}");
    station.family.stop().await.unwrap();
    station.dock.stop().await;
}
