//! Each fault by its cause: what clients see of it, and that the device works again once it is gone.

use std::time::Duration;

use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqCaptureRawLiveStacking, ReqGotoDso, ReqMotorServiceJoystick, ReqOpenCamera, ReqPhoto,
    ReqSetExp, ReqSetExpMode, ResNotifyOperationState, ResNotifyPowerOff,
    ResNotifyProgressCaptureRawLiveStacking, ResNotifySDcardInfo, ResNotifyStateAstroTracking,
};
use skyhelm_dwarf_sim::{Fault, FaultKind, RunningDwarf, VirtualDwarfConfig};

use crate::harness::{Client, album, config, start, until};

fn calibrated() -> VirtualDwarfConfig {
    let mut config = config();
    config.initial.calibrated = true;
    config
}

async fn goto(client: &mut Client) -> i32 {
    let m31 = ReqGotoDso {
        ra: 0.712_3,
        dec: 41.269,
        target_name: "M 31".into(),
    };
    client.command(cmd::ASTRO_START_GOTO_DSO, &m31).await
}

async fn photograph(client: &mut Client) -> i32 {
    client.command(cmd::TELE_PHOTOGRAPH, &ReqPhoto {}).await
}

async fn stack(client: &mut Client) -> i32 {
    let wanted = ReqCaptureRawLiveStacking::default();
    client
        .command(cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING, &wanted)
        .await
}

/// Both cameras open, a second's exposure, on M 31.
async fn ready() -> (RunningDwarf, Client) {
    let (dwarf, mut client) = start(calibrated()).await;
    client.open_cameras().await;
    let manual = ReqSetExpMode { mode: 1 };
    client.command(cmd::TELE_SET_EXPOSURE_MODE, &manual).await;
    let gear = |index| ReqSetExp { index };
    client.command(cmd::TELE_SET_GAIN, &gear(30)).await;
    client.command(cmd::TELE_SET_EXPOSURE, &gear(120)).await;
    assert_eq!(goto(&mut client).await, 0);
    (dwarf, client)
}

async fn stacked(client: &mut Client, least: i32) {
    let grown = |told: &ResNotifyProgressCaptureRawLiveStacking| told.stacked_count >= least;
    client
        .hear(cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING, grown)
        .await;
}

async fn stack_ended(client: &mut Client) {
    let idle = |told: &ResNotifyOperationState| told.state == 0;
    client
        .hear(cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING, idle)
        .await;
}

/// The connection dies and the doors are shut; then somebody can come again.
async fn gone_and_back(dwarf: &RunningDwarf, mut client: Client) -> Client {
    while client.next().await.is_some() {}
    let at = dwarf.addresses().ws;
    assert!(tokio::net::TcpStream::connect(at).await.is_err());
    until("open doors", || dwarf.world().state().reachable).await;
    for _ in 0..100 {
        if tokio::net::TcpStream::connect(at).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Client::connect(dwarf, "0000DAF3-0000-1000-8000-00805F9B34FB").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_of_cloud_takes_the_stars_and_gives_them_back() {
    let (dwarf, mut client) = start(calibrated()).await;
    assert!(dwarf.world().put(Fault::CloudBank { cover: 1.0 }));
    until("cloud", || dwarf.world().state().sky.cloud > 0.99).await;
    assert_eq!(goto(&mut client).await, -11500);
    dwarf.world().clear(FaultKind::CloudBank);
    until("a clear sky", || dwarf.world().state().sky.cloud < 0.01).await;
    assert_eq!(goto(&mut client).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dew_on_the_lens_makes_solving_fail() {
    let (dwarf, mut client) = start(calibrated()).await;
    dwarf.world().put(Fault::SolveFailure);
    assert_eq!(goto(&mut client).await, -11500);
    dwarf.world().clear_all();
    assert_eq!(goto(&mut client).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_card_nothing_is_taken_and_clients_are_told() {
    let (dwarf, mut client) = ready().await;
    dwarf.world().put(Fault::NoCard);
    let gone = |told: &ResNotifySDcardInfo| told.code == -2 && told.total_size == 0;
    client.hear(cmd::NOTIFY_STORAGE, gone).await;
    assert_eq!(photograph(&mut client).await, -2);
    assert_eq!(stack(&mut client).await, -2);
    dwarf.world().clear(FaultKind::NoCard);
    let back = |told: &ResNotifySDcardInfo| told.code == 0 && told.total_size > 0;
    client.hear(cmd::NOTIFY_STORAGE, back).await;
    assert_eq!(photograph(&mut client).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_pulled_while_stacking_ends_the_stack() {
    let (dwarf, mut client) = ready().await;
    assert_eq!(stack(&mut client).await, 0);
    stacked(&mut client, 1).await;
    dwarf.world().put(Fault::NoCard);
    stack_ended(&mut client).await;
    assert!(album(&dwarf, 4).await.is_empty());
    dwarf.world().clear_all();
    assert_eq!(album(&dwarf, 4).await.len(), 1);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_fills_up_ends_the_stack_and_refuses_the_next() {
    let (dwarf, mut client) = ready().await;
    // Room to begin with, but not for two subs and their results.
    dwarf.world().put(Fault::CardFull {
        free_bytes: 121_000_000,
    });
    assert_eq!(stack(&mut client).await, 0);
    stack_ended(&mut client).await;
    dwarf.world().put(Fault::CardFull { free_bytes: 1000 });
    assert_eq!(photograph(&mut client).await, -4);
    dwarf.world().clear_all();
    assert_eq!(photograph(&mut client).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn something_in_the_way_stops_the_motors() {
    let (dwarf, mut client) = ready().await;
    dwarf.world().put(Fault::MotorLimit { free_degrees: 0.5 });
    // What is followed wanders into it, and is lost.
    let lost = |told: &ResNotifyStateAstroTracking| told.state == 3;
    client.hear(cmd::NOTIFY_STATE_ASTRO_TRACKING, lost).await;
    let far = ReqGotoDso {
        ra: 3.7913,
        dec: 24.105,
        target_name: "M 45".into(),
    };
    assert_eq!(
        client.command(cmd::ASTRO_START_GOTO_DSO, &far).await,
        -14519
    );
    dwarf.world().clear(FaultKind::MotorLimit);
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &far).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_low_battery_refuses_then_goes_dark_and_wakes_up_on_the_charger() {
    let (dwarf, mut client) = start(calibrated()).await;
    dwarf.world().put(Fault::LowBattery { percent: 4.0 });
    assert_eq!(goto(&mut client).await, -1);
    // Opening a camera is no great thing.
    let open = ReqOpenCamera::default();
    assert_eq!(client.command(cmd::TELE_OPEN_CAMERA, &open).await, 0);
    let farewell = |_: &ResNotifyPowerOff| true;
    dwarf.world().put(Fault::LowBattery { percent: 1.9 });
    client.hear(cmd::NOTIFY_POWER_OFF, farewell).await;
    while client.next().await.is_some() {}
    until("the dark", || dwarf.world().state().power == "off").await;
    dwarf.world().clear(FaultKind::LowBattery);
    until("open doors", || dwarf.world().state().reachable).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_drops_comes_back_with_the_stack_still_growing() {
    let (dwarf, mut client) = ready().await;
    assert_eq!(stack(&mut client).await, 0);
    stacked(&mut client, 1).await;
    dwarf.world().put(Fault::WifiDrop { seconds: 1.0 });
    assert_eq!(dwarf.world().state().faults.len(), 1);
    let mut client = gone_and_back(&dwarf, client).await;
    assert!(dwarf.world().state().faults.is_empty());
    client
        .send(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ReqPhoto {})
        .await;
    stacked(&mut client, 2).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reboot_in_mid_job_leaves_no_job_and_no_half_file() {
    let (dwarf, mut client) = ready().await;
    assert_eq!(stack(&mut client).await, 0);
    stacked(&mut client, 1).await;
    dwarf.world().put(Fault::Reboot);
    let mut client = gone_and_back(&dwarf, client).await;
    client
        .send(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ReqPhoto {})
        .await;
    stack_ended(&mut client).await;
    let world = dwarf.world().state();
    assert_eq!((world.following, world.calibrated), (None, false));
    assert_eq!(goto(&mut client).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stick_runs_into_an_obstacle_and_no_further() {
    let (dwarf, mut client) = start(calibrated()).await;
    dwarf.world().put(Fault::MotorLimit { free_degrees: 1.0 });
    let from = dwarf.truth().motors_deg().0;
    let right = ReqMotorServiceJoystick {
        vector_angle: 0.0,
        vector_length: 1.0,
        speed: 20.0,
    };
    assert_eq!(client.command(cmd::MOTOR_JOYSTICK, &right).await, 0);
    tokio::time::sleep(Duration::from_millis(800)).await;
    let turned = dwarf.truth().motors_deg().0 - from;
    assert!((turned - 1.0).abs() < 0.01, "{turned}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worlds_door_tells_the_truth_and_takes_faults() {
    let (dwarf, _client) = start(calibrated()).await;
    let about = reqwest::get(format!("http://{}/", dwarf.addresses().ws));
    let about: serde_json::Value =
        serde_json::from_slice(&about.await.unwrap().bytes().await.unwrap()).unwrap();
    let base = format!("http://127.0.0.1:{}/world", about["ports"]["world"]);
    let client = reqwest::Client::new();
    let post = async |body: &str, kind: &str| {
        let request = client
            .post(format!("{base}/faults"))
            .header("content-type", kind)
            .body(body.to_owned());
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body: serde_json::Value =
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        (status, body)
    };
    let json = "application/json";
    let (status, world) = post(r#"{"fault":"cloud-bank","cover":0.5}"#, json).await;
    assert_eq!(status, 200);
    assert_eq!(world["faults"][0]["fault"], "cloud-bank");
    assert!(world["pointing"]["altitude_degrees"].is_number());
    assert_eq!(post(r#"{"fault":"meteorite"}"#, json).await.0, 400);
    assert_eq!(
        post(r#"{"fault":"cloud-bank","cover":9}"#, json).await.0,
        400
    );
    assert_eq!(post(r#"{"clear":"meteorite"}"#, json).await.0, 404);
    assert_eq!(post(r#"{"fault":"no-card"}"#, "text/plain").await.0, 415);
    let (status, world) = post(r#"{"clear":"all"}"#, json).await;
    assert_eq!(
        (status, world["faults"].as_array().unwrap().len()),
        (200, 0)
    );
    let foreign = client.get(&base).header("host", "evil.example");
    assert_eq!(foreign.send().await.unwrap().status().as_u16(), 403);
    dwarf.stop().await;
}
