//! Connections, roles and live pictures.

use super::*;

#[tokio::test]
async fn two_drivers_share_a_telescope_as_host_and_viewer() {
    let fake = Fake::start().await;
    let mut one = Station::start(Value::Null);
    let first = one.telescope(&fake.address).await;
    let mut two = Station::start(Value::Null);
    let second = two.telescope(&fake.address).await;
    first.until(|state| state.control == Control::Host).await;
    second.until(|state| state.control == Control::Viewer).await;
    // The second takes the role when its person acts, and the first is told.
    second.mount(MountCommand::StopGoto).await.unwrap();
    second.until(|state| state.control == Control::Host).await;
    first.until(|state| state.control == Control::Viewer).await;
    // It keeps the role: the first is refused, and nothing of it reaches the telescope.
    let error = first.mount(m31()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoControl);
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 0);
    // Gone, it gives the role back.
    two.family.stop().await.unwrap();
    first.until(|state| state.control == Control::Host).await;
    one.family.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_lost_connection_the_state_is_read_anew_and_nothing_is_sent_again() {
    let (fake, station, telescope) = slewing().await;
    fake.cut().await;
    let down = telescope
        .until(|state| state.link.status == LinkStatus::Down)
        .await;
    assert!(down.link.trouble.is_some());
    let error = telescope.mount(MountCommand::StopGoto).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable);
    telescope
        .until(|state| state.link.status == LinkStatus::Up)
        .await;
    fake.notify(
        cmd::NOTIFY_STATE_ASTRO_TRACKING,
        &tracking(OperationState::Running),
    )
    .await;
    assert_eq!(telescope.ended().await.outcome, Some(Outcome::Done));
    assert_eq!(fake.count(cmd::ASTRO_START_GOTO_DSO), 1);
    station.family.stop().await.unwrap();
}

#[tokio::test]
async fn the_live_picture_is_fetched_only_while_somebody_looks() {
    let fake = Fake::start().await;
    let mut station = Station::start(Value::Null);
    let telescope = station.telescope(&fake.address).await;
    let viewers = || fake.shared.lock().unwrap().viewers;
    assert_eq!(viewers(), 0);
    let live = telescope.capabilities().live.unwrap();
    let mut looking = live.watch(Lens::Tele);
    let also = live.watch(Lens::Tele);
    let picture = looking.wait_for(Option::is_some).await.unwrap().clone();
    assert!(picture.unwrap().jpeg.starts_with(&fake::PICTURE));
    assert_eq!(viewers(), 1);
    drop((looking, also));
    soon(|| viewers() == 0).await;
    assert!(live.watch(Lens::Tele).borrow().is_none());
    station.family.stop().await.unwrap();
}
