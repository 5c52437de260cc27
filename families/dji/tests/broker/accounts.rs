use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use skyhelm_device::HostClock;
use skyhelm_dji::broker::{Account, Bounds, Broker, EmbeddedBroker, Listen, Rights, hashed};
use skyhelm_units::{Mono, Now, UtcMillis};

use crate::raw::Raw;

fn gateway(serial: &str) -> Account {
    // One hash for all: each costs tens of milliseconds.
    static HASH: LazyLock<String> = LazyLock::new(|| hashed("the right one").unwrap());
    Account {
        username: serial.to_owned(),
        password_hash: HASH.clone(),
        rights: Rights::Gateway {
            serial: serial.to_owned(),
            aircraft: BTreeSet::new(),
        },
    }
}

fn broker_with(bounds: Bounds) -> (EmbeddedBroker, Arc<AtomicI64>) {
    let utc = Arc::new(AtomicI64::new(1_700_000_000_000));
    let shown = utc.clone();
    // For the broker no time passes: how slow a test is does not matter.
    let host = HostClock::new(move || Now {
        mono: Mono::from_elapsed(Duration::ZERO),
        utc: UtcMillis::new(shown.load(Ordering::Relaxed)),
    });
    let any = "127.0.0.1:0".parse().unwrap();
    let listen = Listen {
        tcp: any,
        websocket: Some(any),
        tls: None,
        advertised: None,
    };
    let accounts = vec![gateway("GW1"), gateway("GW2")];
    (
        EmbeddedBroker::start(&listen, accounts, bounds, host).unwrap(),
        utc,
    )
}

fn broker() -> EmbeddedBroker {
    broker_with(Bounds::default()).0
}

/// A listener with the station's rights.
fn station(broker: &EmbeddedBroker) -> Raw {
    let door = broker.own_door();
    let (mut raw, code) = Raw::connect(
        broker.tcp_address(),
        "station",
        &door.username,
        door.password.expose(),
    );
    assert_eq!(code, Some(0));
    assert_eq!(raw.subscribe("thing/product/#"), 1);
    raw
}

fn connected(broker: &EmbeddedBroker, user: &str) -> Raw {
    let (raw, code) = Raw::connect(
        broker.tcp_address(),
        &format!("{user}-id"),
        user,
        "the right one",
    );
    assert_eq!(code, Some(0));
    raw
}

#[test]
fn a_wrong_password_or_name_gets_a_connack_that_says_so() {
    let broker = broker();
    let at = broker.tcp_address();
    for (user, password) in [
        ("GW1", "wrong"),
        ("GW1", ""),
        ("nobody", "the right one"),
        ("", ""),
    ] {
        let (_, code) = Raw::connect(at, "x", user, password);
        assert_eq!(code, Some(4), "{user} {password}");
    }
    assert_eq!(broker.refused().unwrap(), ["GW1", "nobody", ""]);
    assert_eq!(Raw::connect(at, "x", "GW1", "the right one").1, Some(0));
}

#[test]
fn a_gateway_cannot_publish_for_another_and_its_own_goes_through() {
    let broker = broker();
    let mut hears = station(&broker);
    let mut says = connected(&broker, "GW1");
    says.publish("thing/product/GW2/osd", b"forged", false);
    says.publish_acknowledged("thing/product/GW2/events", b"forged");
    says.publish("thing/product/GW1/services", b"forged", false);
    says.publish("thing/product/GW1/drc/down", b"forged", false);
    says.publish("thing/product/AC1/osd", b"forged", false);
    says.publish("thing/product/GW1/osd", b"true", false);
    let heard = hears.message().unwrap();
    assert_eq!(
        heard,
        (String::from("thing/product/GW1/osd"), b"true".to_vec())
    );
    broker.set_aircraft("GW1", &[String::from("AC1")]);
    says.publish("thing/product/AC1/osd", b"aircraft", false);
    assert_eq!(hears.message().unwrap().1, b"aircraft");
    assert!(says.ping());
}

#[test]
fn a_gateway_gets_no_aircraft_that_another_has_and_no_other_gateway() {
    let broker = broker();
    let mut hears = station(&broker);
    let mut other = connected(&broker, "GW2");
    assert!(other.ping());
    broker.set_aircraft("GW2", &[String::from("AC2")]);
    broker.set_aircraft("GW1", &["AC1", "AC2", "GW2"].map(String::from));
    let mut says = connected(&broker, "GW1");
    for serial in ["AC2", "GW2", "AC1"] {
        says.publish(&format!("thing/product/{serial}/osd"), b"claimed", false);
    }
    assert_eq!(hears.message().unwrap().0, "thing/product/AC1/osd");
    broker.set_aircraft("GW2", &[]);
    broker.set_aircraft("GW1", &[String::from("AC2")]);
    says.publish("thing/product/AC2/osd", b"free by now", false);
    assert_eq!(hears.message().unwrap().0, "thing/product/AC2/osd");
    drop(other);
}

#[test]
fn an_account_has_few_connections_and_one_pace_over_all_of_them() {
    let (broker, _) = broker_with(Bounds {
        messages_per_second: 50,
        ..Bounds::default()
    });
    let come = |number: u32| {
        let id = format!("id-{number}");
        Raw::connect(broker.tcp_address(), &id, "GW1", "the right one")
    };
    let (mut raws, codes): (Vec<_>, Vec<_>) = (0..9).map(come).unzip();
    assert_eq!(codes[..8], [Some(0); 8]);
    assert!(!matches!(codes[8], Some(0)), "{codes:?}");
    let mut hears = station(&broker);
    for raw in &mut raws[..8] {
        for _ in 0..20 {
            raw.publish("thing/product/GW1/osd", b"flood", false);
        }
    }
    assert!(raws[..8].iter_mut().all(Raw::ping));
    let mut quiet = connected(&broker, "GW2");
    quiet.publish("thing/product/GW2/osd", b"quiet", false);
    let heard = core::iter::from_fn(|| hears.message())
        .take_while(|(_, payload)| payload != b"quiet")
        .count();
    assert_eq!(heard, 50, "of 160");
}

#[test]
fn the_station_answers_as_many_as_there_are() {
    let (broker, _) = broker_with(Bounds {
        messages_per_second: 50,
        ..Bounds::default()
    });
    let mut gateway = connected(&broker, "GW1");
    assert_eq!(gateway.subscribe("thing/product/GW1/events_reply"), 1);
    let mut cloud = station(&broker);
    for _ in 0..200 {
        cloud.publish("thing/product/GW1/events_reply", b"{}", false);
    }
    for number in 0..200 {
        assert!(gateway.message().is_some(), "{number}");
    }
}

#[test]
fn a_listener_that_was_asked_for_and_cannot_be_had_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = Listen {
        tcp: "127.0.0.1:0".parse().unwrap(),
        websocket: Some(taken.local_addr().unwrap()),
        tls: None,
        advertised: None,
    };
    let host = HostClock::new(|| Now {
        mono: Mono::from_elapsed(Duration::ZERO),
        utc: UtcMillis::new(0),
    });
    let started = EmbeddedBroker::start(&listen, Vec::new(), Bounds::default(), host);
    let error = started.unwrap_err().to_string();
    assert!(error.contains("WebSocket"), "{error}");
}

#[test]
fn gateways_are_told_the_encrypted_address_when_it_is_advertised() {
    let listen = Listen {
        tcp: "127.0.0.1:0".parse().unwrap(),
        websocket: None,
        tls: None,
        advertised: Some(String::from("mqtts://dock.lan:8883")),
    };
    let host = HostClock::new(|| Now {
        mono: Mono::from_elapsed(Duration::ZERO),
        utc: UtcMillis::new(0),
    });
    let broker = EmbeddedBroker::start(&listen, Vec::new(), Bounds::default(), host).unwrap();
    let given = broker.drc_credentials("GW1", UtcMillis::new(0)).unwrap();
    assert_eq!((given.address.as_str(), given.tls), ("dock.lan:8883", true));
}

#[test]
fn a_gateway_hears_nothing_of_another() {
    let broker = broker();
    let mut raw = connected(&broker, "GW1");
    assert_eq!(raw.subscribe("thing/product/GW1/services"), 1);
    for filter in [
        "#",
        "thing/product/+/services",
        "thing/product/GW2/services",
        "$SYS/#",
    ] {
        assert_eq!(raw.subscribe(filter), 0x80, "{filter}");
    }
}

#[test]
fn nothing_is_retained_and_nothing_waits_for_who_is_away() {
    let broker = broker();
    let door = broker.own_door();
    let (mut cloud, _) = Raw::connect(
        broker.tcp_address(),
        "cloud",
        &door.username,
        door.password.expose(),
    );
    cloud.publish("thing/product/GW1/services", b"retained", true);
    assert!(cloud.ping());
    let mut gateway = connected(&broker, "GW1");
    assert_eq!(gateway.subscribe("thing/product/GW1/services"), 1);
    cloud.publish("thing/product/GW1/services", b"fresh", false);
    assert_eq!(gateway.message().unwrap().1, b"fresh");
}

#[test]
fn a_client_id_in_use_belongs_to_its_account() {
    let broker = broker();
    let mut first = connected(&broker, "GW1");
    let (_, code) = Raw::connect(broker.tcp_address(), "GW1-id", "GW2", "the right one");
    assert_eq!(code, Some(2));
    assert!(first.ping());
    // Its account may come again with it; it still belongs to it then.
    let mut again = connected(&broker, "GW1");
    while first.ping() {}
    let (_, code) = Raw::connect(broker.tcp_address(), "GW1-id", "GW2", "the right one");
    assert_eq!(code, Some(2));
    assert!(again.ping());
}

#[test]
fn stick_credentials_have_two_topics_and_an_end() {
    let (broker, utc) = broker_with(Bounds::default());
    let now = UtcMillis::new(utc.load(Ordering::Relaxed));
    let old = broker.drc_credentials("GW1", now).unwrap();
    let new = broker.drc_credentials("GW1", now).unwrap();
    let come = |given: &skyhelm_dji::broker::DrcCredentials| {
        Raw::connect(
            broker.tcp_address(),
            &given.client_id,
            &given.username,
            given.password.expose(),
        )
    };
    assert_eq!(come(&old).1, Some(4), "the older credentials are void");
    let (mut stick, code) = come(&new);
    assert_eq!(code, Some(0));
    assert_eq!(stick.subscribe("thing/product/GW1/drc/down"), 1);
    assert_eq!(stick.subscribe("thing/product/GW1/services"), 0x80);
    let mut hears = station(&broker);
    stick.publish("thing/product/GW1/osd", b"forged", false);
    stick.publish("thing/product/GW1/drc/up", b"true", false);
    assert_eq!(hears.message().unwrap().0, "thing/product/GW1/drc/up");
    utc.store(new.expires.millis(), Ordering::Relaxed);
    assert_eq!(come(&new).1, Some(4), "no new connection after the end");
    assert!(stick.ping(), "the one that stands lives on");
}

#[test]
fn an_oversize_message_and_a_flood_are_stopped_and_others_feel_nothing() {
    let (broker, _) = broker_with(Bounds {
        message_bytes: 4096,
        messages_per_second: 50,
        ..Bounds::default()
    });
    let mut hears = station(&broker);
    let mut flood = connected(&broker, "GW1");
    for _ in 0..400 {
        flood.publish("thing/product/GW1/osd", b"flood", false);
    }
    assert!(flood.ping());
    let mut quiet = connected(&broker, "GW2");
    quiet.publish("thing/product/GW2/osd", b"quiet", false);
    let mut floods = 0;
    while hears.message().unwrap().1 != b"quiet" {
        floods += 1;
    }
    assert_eq!(floods, 50);
    flood.publish("thing/product/GW1/osd", &[b'x'; 5000], false);
    assert!(!flood.ping(), "whoever sends too much is cut");
    assert!(quiet.ping());
}

#[test]
fn a_websocket_is_answered_and_strange_bytes_end_only_their_own_connection() {
    let broker = broker();
    let mut quiet = connected(&broker, "GW2");
    for bytes in [
        &b"GET / HTTP/1.0\r\n\r\n"[..],
        &[0x10, 0xff, 0xff, 0xff, 0xff],
        &[0; 64],
    ] {
        let mut garbage = TcpStream::connect(broker.tcp_address()).unwrap();
        garbage.write_all(bytes).unwrap();
    }
    let mut socket = TcpStream::connect(broker.websocket_address().unwrap()).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let ask = "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
               Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
               Sec-WebSocket-Protocol: mqtt\r\n\r\n";
    socket.write_all(ask.as_bytes()).unwrap();
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    assert!(quiet.ping());
}

#[tokio::test]
async fn stopping_cuts_everybody_and_frees_the_port() {
    let broker = broker();
    let at = broker.tcp_address();
    let mut gateway = connected(&broker, "GW1");
    broker.stop().await.unwrap();
    assert!(!gateway.ping());
    assert!(std::net::TcpListener::bind(at).is_ok());
}
