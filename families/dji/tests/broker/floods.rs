//! A broker of somebody else that bounds nothing: an older MQTT, and bad input that the driver has to bear.

use std::time::{Duration, Instant};

use skyhelm_device::{Envelope, ErrorKind, FlightCommand, Gate, SunGuard, Take};
use skyhelm_units::{LeaseId, RequestId};

use crate::elsewhere::{PASSWORD, Station};
use crate::raw::Raw;

const FLOODER: &str = "FLOODGATEWAY01";

/// Nonsense of every kind, much faster than anybody reads.
fn flood(at: std::net::SocketAddr) -> bool {
    let (mut raw, code) = Raw::connect(at, "flood", FLOODER, PASSWORD);
    assert_eq!(code, Some(0));
    let big = vec![b'['; 200_000];
    let deep = [b'['; 5000];
    for number in 0..3000 {
        let (tail, payload): (&str, &[u8]) = match number % 6 {
            0 => ("osd", b"no json"),
            1 => ("events", b"{\"method\":7,\"data\":[]}"),
            2 => (
                "drc/up",
                b"{\"method\":\"osd_info_push\",\"data\":{\"latitude\":\"far\"}}",
            ),
            3 => ("services_reply", &deep),
            4 => ("state", b"\xff\xfe"),
            _ => ("requests", b"{}"),
        };
        raw.publish(&format!("thing/product/{FLOODER}/{tail}"), payload, false);
    }
    raw.publish(&format!("thing/product/{FLOODER}/osd"), &big, false);
    raw.ping()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_that_speaks_mqtt_3_1_1_hears_its_dock_and_is_obeyed() {
    let station = Station::speaking("3.1.1", &[]).await;
    let gate = Gate::new(station.device, station.clock, SunGuard::new(station.site));
    let lease = LeaseId::new("ada");
    let now = station.host.now().mono;
    gate.take_lease(now, lease.clone(), "Ada", Take::IfFree)
        .unwrap();
    let serial = station.serial.clone();
    for command in [FlightCommand::Arm { serial }, FlightCommand::RequestControl] {
        let order = Envelope {
            lease: Some(lease.clone()),
            request_id: RequestId::new("r"),
            deadline: now + Duration::from_secs(15),
            command,
        };
        gate.submit(now, order).await.unwrap();
    }
    assert_eq!(station.dock.world().flight_authority, "A");
    station.family.stop().await.unwrap();
    station.dock.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_floods_is_not_obeyed_and_another_feels_nothing() {
    let station = Station::start(&[FLOODER]).await;
    let gate = Gate::new(station.device, station.clock, SunGuard::new(station.site));
    let at = station.world.listen.tcp;
    let floods = tokio::task::spawn_blocking(move || flood(at));
    let lease = LeaseId::new("ada");
    for _ in 0..10 {
        let now = station.host.now().mono;
        gate.take_lease(now, lease.clone(), "Ada", Take::IfFree)
            .unwrap();
        let give = |command| Envelope {
            lease: Some(lease.clone()),
            request_id: RequestId::new("r"),
            deadline: now + Duration::from_secs(5),
            command,
        };
        let serial = station.serial.clone();
        let begin = Instant::now();
        gate.submit(now, give(FlightCommand::Arm { serial }))
            .await
            .unwrap();
        // Over the wire and back, through the same dispatcher as the flood.
        gate.submit(now, give(FlightCommand::RequestControl))
            .await
            .unwrap();
        assert!(begin.elapsed() < Duration::from_secs(2));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(floods.await.unwrap());
    let now = station.host.now().mono;
    let wrong = Envelope {
        lease: Some(lease),
        request_id: RequestId::new("r"),
        deadline: now + Duration::from_secs(5),
        command: FlightCommand::Arm {
            serial: String::from(FLOODER),
        },
    };
    let refused = gate.submit(now, wrong).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    station.family.stop().await.unwrap();
    station.dock.stop().await;
}
