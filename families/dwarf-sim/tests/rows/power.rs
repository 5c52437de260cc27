use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqGetAllParams, ReqGetSystemWorkingState, ReqMotorRun, ReqPhoto, ResGetAllParams,
    ResNotifyPowerIndState, ResNotifyRgbState,
};
use skyhelm_dwarf_sim::RunningDwarf;

use crate::harness::{Client, album, config, download, start};

/// What the device says its lights do: ring, indicator.
async fn lights(client: &mut Client) -> (i32, i32) {
    client.heard.clear();
    client
        .command(
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &ReqGetSystemWorkingState {},
        )
        .await;
    let ring: ResNotifyRgbState = client.hear(cmd::NOTIFY_RING_LIGHT_STATE, |_| true).await;
    let indicator: ResNotifyPowerIndState = client
        .hear(cmd::NOTIFY_POWER_INDICATOR_STATE, |_| true)
        .await;
    (ring.state, indicator.state)
}

/// Gives two orders, one after the other; what a newcomer is told shows each.
async fn switches(first: (u32, (i32, i32)), second: (u32, (i32, i32))) {
    let (dwarf, mut client) = start(config()).await;
    for (order, wanted) in [first, second] {
        assert_eq!(client.command(order, &ReqPhoto {}).await, 0);
        assert_eq!(lights(&mut client).await, wanted);
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13500_the_ring_light_goes_on() {
    switches((cmd::RING_LIGHT_OFF, (0, 1)), (cmd::RING_LIGHT_ON, (1, 1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13501_the_ring_light_goes_off() {
    switches((cmd::RING_LIGHT_ON, (1, 1)), (cmd::RING_LIGHT_OFF, (0, 1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13503_the_indicator_goes_on() {
    switches(
        (cmd::POWER_INDICATOR_OFF, (0, 0)),
        (cmd::POWER_INDICATOR_ON, (0, 1)),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13504_the_indicator_goes_off() {
    switches(
        (cmd::POWER_INDICATOR_ON, (0, 1)),
        (cmd::POWER_INDICATOR_OFF, (0, 0)),
    )
    .await;
}

/// Everything said until the connection ends: whether a farewell was among it.
async fn farewell(client: &mut Client) -> bool {
    let mut said = false;
    while let Some(packet) = client.next().await {
        said |= packet.is_ok_and(|packet| packet.cmd == cmd::NOTIFY_POWER_OFF);
    }
    said
}

async fn is_reachable(dwarf: &RunningDwarf) -> bool {
    let url = format!("http://{}/", dwarf.addresses().ws);
    reqwest::get(url).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13502_power_down_says_farewell_and_closes() {
    let (dwarf, mut client) = start(config()).await;
    client.send(cmd::POWER_DOWN, &ReqPhoto {}).await;
    assert!(farewell(&mut client).await);
    dwarf.switched_off().await;
    assert!(!is_reachable(&dwarf).await);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13505_after_a_restart_the_device_is_back_and_has_forgotten_what_it_did() {
    let (dwarf, mut client) = start(config()).await;
    client.open_cameras().await;
    assert_eq!(client.command(cmd::TELE_PHOTOGRAPH, &ReqPhoto {}).await, 0);
    client
        .hear::<skyhelm_dwarf_proto::v2::ResNotifyAlbumUpdate>(cmd::NOTIFY_ALBUM_UPDATE, |_| true)
        .await;
    let run = ReqMotorRun {
        id: 1,
        speed: 20.0,
        direction: true,
        ..ReqMotorRun::default()
    };
    client.command(cmd::MOTOR_RUN, &run).await;
    client.send(cmd::REBOOT, &ReqPhoto {}).await;
    assert!(farewell(&mut client).await);
    let turned = dwarf.truth().motors_deg();
    // Its boot takes a while; then the same doors answer.
    loop {
        if is_reachable(&dwarf).await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let mut client = Client::connect(&dwarf, "back").await;
    let all: ResGetAllParams = client
        .ask(cmd::TELE_GET_ALL_PARAMS, &ReqGetAllParams {})
        .await;
    assert_eq!(all.code, -10501, "a camera nobody has opened is closed");
    let photos = album(&dwarf, 1).await;
    assert!(
        !download(&dwarf, photos[0]["filePath"].as_str().unwrap())
            .await
            .is_empty()
    );
    // It stands where it stood, and turns no more.
    let truth = dwarf.truth();
    assert!((truth.motors_deg().0 - turned.0).abs() < 60.0);
    let stands = truth.motors_deg();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(truth.motors_deg(), stands);
    assert!(stands.0.abs() > 0.1);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_network_nothing_answers_and_with_it_the_same_device_does() {
    let (dwarf, mut client) = start(config()).await;
    client.open_cameras().await;
    let truth = dwarf.truth();
    truth.set_network(false);
    while client.next().await.is_some() {}
    assert!(!is_reachable(&dwarf).await);
    truth.set_network(true);
    let mut reachable = false;
    while !reachable {
        reachable = is_reachable(&dwarf).await;
    }
    let mut client = Client::connect(&dwarf, "back").await;
    let all: ResGetAllParams = client
        .ask(cmd::TELE_GET_ALL_PARAMS, &ReqGetAllParams {})
        .await;
    assert_eq!(all.code, 0, "it did not restart: its camera is still open");
    dwarf.stop().await;
}
