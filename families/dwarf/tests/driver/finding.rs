//! Finding a telescope: what it says of itself, and what it keeps.

use super::*;

#[tokio::test]
async fn a_probe_names_model_and_firmware_and_changes_nothing() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let found = station.family.probe(&fake.address).await.unwrap();
    assert_eq!(found.model, "DWARF 3");
    assert_eq!(found.firmware.as_deref(), Some("1.1.3"));
    assert_eq!(found.name.as_deref(), Some("DWARF3_TEST01"));
    assert!(fake.shared.lock().unwrap().commands.is_empty());
    assert!(station.events.try_recv().is_err());
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_no_telescope_is_said_to_be_none() {
    let station = Station::start(Value::Null);
    let probe = |address: &str| station.family.probe(address);
    assert_eq!(
        probe("not an address").await.unwrap_err().kind,
        ErrorKind::Invalid
    );
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let error = probe(&address).await.unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Unreachable | ErrorKind::Protocol),
        "{error:?}"
    );
}

#[tokio::test]
async fn it_connects_looks_and_keeps_the_passwords_to_itself() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    fake.notify(
        cmd::NOTIFY_BATTERY,
        &v2::ComResWithInt { value: 87, code: 0 },
    )
    .await;
    let state = telescope
        .until(|state| state.power.battery_percent == Some(87.0))
        .await;
    assert!(state.about.simulated);
    assert_eq!(state.about.serial.as_deref(), Some("SN-0001"));
    let exposure = state.cameras[&Lens::Tele].exposure.as_ref().unwrap();
    assert_eq!(exposure.choices.len(), 2);
    let everything = format!("{state:?} {}", serde_json::to_string(&*state).unwrap());
    for secret in ["DWARF_12345678", "correct horse"] {
        assert!(!everything.contains(secret));
    }
    assert!(fake.shared.lock().unwrap().commands.is_empty());
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_telescope_of_the_configuration_is_known_before_it_answers() {
    let config = json!({"telescopes": [{"address": "127.0.0.1:9", "name": "Balcony"}]});
    let mut station = Station::start(config);
    let Some(skyhelm_device::FamilyEvent::Appeared(device)) = station.events.recv().await else {
        panic!("it was not reported");
    };
    let state = device.state().borrow().clone();
    assert_eq!(state.about.name, "Balcony");
    assert!(state.blocked.contains_key("mount.goto"));
    station.family.remove(&device.id()).await.unwrap();
    assert!(matches!(
        station.events.recv().await,
        Some(skyhelm_device::FamilyEvent::Gone(..))
    ));
    assert!(station.family.remove(&device.id()).await.is_err());
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn a_telescope_is_the_same_at_another_address() {
    let (here, there) = (Fake::start().await, Fake::start().await);
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&here.address).await;
    assert_eq!(telescope.device.id().as_str(), "dwarf-SN-0001");
    let found = station.family.add(&there.address).await.unwrap();
    assert_eq!(found.device, "dwarf-SN-0001");
    // It is looked for at its new address when the old connection breaks.
    here.cut().await;
    telescope
        .until(|state| state.about.address == there.address)
        .await;
    telescope
        .until(|state| state.link.status == LinkStatus::Up)
        .await;
    assert!(station.events.try_recv().is_err(), "no second telescope");
    station.family.stop().await.unwrap();
}
