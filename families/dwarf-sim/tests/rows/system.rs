use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::numbers::Function;
use skyhelm_dwarf_proto::params::feature_id::ASTRO_COUNT;
use skyhelm_dwarf_proto::v2::{
    ComResWithInt, CommonParam, ReqGetSystemWorkingState, ReqGotoDso, ReqPhoto,
    ReqSetFeatureParams, ReqSetTime, ReqSetTimezone, ReqsetMasterLock, ResNotifyAlbumUpdate,
    ResNotifyCamFunctionState, ResNotifyHostSlaveMode, ResNotifyOperationState, ResNotifyParam,
    ResNotifyProgressCaptureRawLiveStacking, ResNotifySDcardInfo, ResNotifyStreamType,
    ResNotifyTemperature,
};

use crate::harness::{Client, NIGHT, config, config_at, start};

fn true_time() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13000_only_the_error_of_a_clients_clock_reaches_the_device() {
    let mut config = config();
    config.initial.clock_error_s = -1.0e6;
    let (dwarf, mut client) = start(config).await;
    let truth = dwarf.truth();
    assert!(truth.clock_error_s() < -9.0e5);
    let right = ReqSetTime {
        timestamp: true_time(),
        timezone_offset: 0.0,
    };
    assert_eq!(client.command(cmd::SYSTEM_SET_TIME, &right).await, 0);
    assert!(
        truth.clock_error_s().abs() < 1.5,
        "{}",
        truth.clock_error_s()
    );
    let ahead = ReqSetTime {
        timestamp: true_time() + 3600,
        timezone_offset: 0.0,
    };
    assert_eq!(client.command(cmd::SYSTEM_SET_TIME, &ahead).await, 0);
    assert!((truth.clock_error_s() - 3600.0).abs() < 2.5);
    let never = ReqSetTime {
        timestamp: u64::MAX,
        timezone_offset: 0.0,
    };
    assert_eq!(client.command(cmd::SYSTEM_SET_TIME, &never).await, -13300);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13001_a_zone_moves_the_devices_local_time() {
    let (dwarf, mut client) = start(config()).await;
    let tokyo = ReqSetTimezone {
        timezone: "Asia/Tokyo".into(),
    };
    assert_eq!(client.command(cmd::SYSTEM_SET_TIME_ZONE, &tokyo).await, 0);
    assert!((dwarf.truth().zone_s() - 9.0 * 3600.0).abs() < 1.0);
    let nowhere = ReqSetTimezone {
        timezone: "Nowhere".into(),
    };
    assert_eq!(
        client.command(cmd::SYSTEM_SET_TIME_ZONE, &nowhere).await,
        -13301
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_13004_the_lock_hands_the_host_role_over() {
    let (dwarf, mut first) = start(config()).await;
    let mut second = Client::connect(&dwarf, "second").await;
    let ask = ReqGetSystemWorkingState {};
    first
        .command(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ask)
        .await;
    second
        .command(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ask)
        .await;
    let lock = ReqsetMasterLock { lock: true };
    assert_eq!(second.command(cmd::SYSTEM_SET_HOST_LOCK, &lock).await, 0);
    first
        .hear(
            cmd::NOTIFY_HOST_SLAVE_MODE,
            |role: &ResNotifyHostSlaveMode| role.mode == 1 && role.lock,
        )
        .await;
    second
        .hear(
            cmd::NOTIFY_HOST_SLAVE_MODE,
            |role: &ResNotifyHostSlaveMode| role.mode == 0 && role.lock,
        )
        .await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_10039_everything_a_newcomer_must_know_is_told() {
    let (dwarf, mut client) = start(config()).await;
    client
        .send(
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &ReqGetSystemWorkingState {},
        )
        .await;
    let role: ResNotifyHostSlaveMode = client.hear(cmd::NOTIFY_HOST_SLAVE_MODE, |_| true).await;
    assert_eq!(role.mode, 0);
    let packets = client.all_until_pong().await;
    let told = |id: u32| packets.iter().any(|packet| packet.cmd == id);
    for id in [
        15201, 15202, 15203, 15213, 15214, 15217, 15221, 15222, 15234, 15243, 15257, 10039,
    ] {
        assert!(told(id), "{id} was not told");
    }
    dwarf.stop().await;
}

/// What a newcomer is told of the tele: open or not, how its stack stands, what it is a stack of.
async fn told_of_the_tele(client: &mut Client) -> (i32, i32, Option<String>) {
    use prost::Message as _;
    client.heard.clear();
    client
        .send(
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &ReqGetSystemWorkingState {},
        )
        .await;
    client.reply(cmd::TELE_GET_SYSTEM_WORKING_STATE).await;
    let (mut open, mut stack, mut target) = (-1, -1, None);
    for packet in client.all_until_pong().await {
        let payload = packet.payload;
        if packet.cmd == cmd::NOTIFY_TELE_FUNCTION_STATE {
            let told = ResNotifyCamFunctionState::decode(payload).unwrap();
            if told.function_id == Function::OpenClose.number() {
                open = told.state;
            }
        } else if packet.cmd == cmd::NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING {
            stack = ResNotifyOperationState::decode(payload).unwrap().state;
        } else if packet.cmd == cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING {
            let told = ResNotifyProgressCaptureRawLiveStacking::decode(payload).unwrap();
            target = Some(told.target_name);
        }
    }
    (open, stack, target)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_back_is_told_what_is_open_and_that_a_stack_is_still_shown() {
    let mut config = config();
    config.initial.calibrated = true;
    let (dwarf, mut client) = start(config).await;
    assert_eq!(told_of_the_tele(&mut client).await, (0, 0, None));
    client.open_cameras().await;
    assert_eq!(told_of_the_tele(&mut client).await, (1, 0, None));
    let m31 = ReqGotoDso {
        ra: 0.712,
        dec: 41.27,
        target_name: "M 31".into(),
    };
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31).await, 0);
    let one = CommonParam {
        id: ASTRO_COUNT,
        mode_index: 1,
        continue_value: 1.0,
        ..CommonParam::default()
    };
    let feature = ReqSetFeatureParams { param: Some(one) };
    client.command(cmd::TELE_SET_FEATURE_PARAM, &feature).await;
    let begin = cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING;
    client.command(begin, &ReqPhoto {}).await;
    client
        .hear(cmd::NOTIFY_ALBUM_UPDATE, |told: &ResNotifyAlbumUpdate| {
            told.media_type == 4
        })
        .await;
    drop(client);
    let mut client = Client::connect(&dwarf, "back").await;
    let target = Some("M 31".to_owned());
    assert_eq!(told_of_the_tele(&mut client).await, (1, 3, target));
    assert_eq!(client.command(cmd::ASTRO_GO_LIVE, &ReqPhoto {}).await, 0);
    assert_eq!(told_of_the_tele(&mut client).await, (1, 0, None));
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_later_is_told_of_an_autofocus() {
    // At the pace of the host it lasts for a while.
    let mut config = config_at(NIGHT, 1.0);
    config.initial.motors_deg = Some((120.0, 50.0));
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    let function = Function::AstroFocus.number();
    let runs = |told: &ResNotifyCamFunctionState| told.function_id == function && told.state == 1;
    let begin = cmd::FOCUS_START_ASTRO_AUTO_FOCUS;
    client.send(begin, &ReqPhoto {}).await;
    client.hear(cmd::NOTIFY_TELE_FUNCTION_STATE, runs).await;
    let mut later = Client::connect(&dwarf, "later").await;
    let ask = ReqGetSystemWorkingState {};
    later.send(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ask).await;
    later.hear(cmd::NOTIFY_TELE_FUNCTION_STATE, runs).await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn vitals_carry_sensible_numbers() {
    let (dwarf, mut client) = start(config()).await;
    client
        .command(
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &ReqGetSystemWorkingState {},
        )
        .await;
    let battery: ComResWithInt = client.hear(cmd::NOTIFY_BATTERY, |_| true).await;
    assert!((80..=92).contains(&battery.value), "{battery:?}");
    let card: ResNotifySDcardInfo = client.hear(cmd::NOTIFY_STORAGE, |_| true).await;
    assert_eq!((card.total_size, card.code), (64, 0));
    let heat: ResNotifyTemperature = client.hear(cmd::NOTIFY_TEMPERATURE, |_| true).await;
    assert!((5..35).contains(&heat.temperature));
    let params: ResNotifyParam = client.hear(cmd::NOTIFY_TELE_SET_PARAM, |_| true).await;
    assert!(params.param.len() >= 9);
    let stream: ResNotifyStreamType = client
        .hear(cmd::NOTIFY_STREAM_TYPE, |told: &ResNotifyStreamType| {
            told.cam_id == 1
        })
        .await;
    assert_eq!(stream.stream_type, 2);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_fills_up_and_says_so() {
    let mut config = config();
    config.card_bytes = 2_000_000_500;
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    assert_eq!(client.command(cmd::TELE_PHOTO_RAW, &ReqPhoto {}).await, 0);
    client
        .hear(cmd::NOTIFY_STORAGE, |card: &ResNotifySDcardInfo| {
            card.available_size == 1 && card.total_size == 2
        })
        .await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_card_takes_no_photograph() {
    let mut config = config();
    config.card_bytes = 1_000_000;
    let (dwarf, mut client) = start(config).await;
    client.open_cameras().await;
    assert_eq!(client.command(cmd::TELE_PHOTOGRAPH, &ReqPhoto {}).await, -4);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_battery_drains_with_the_stations_clock() {
    // An hour in a second.
    let (dwarf, mut client) = start(config_at(NIGHT, 3600.0)).await;
    let ask = ReqGetSystemWorkingState {};
    client
        .command(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ask)
        .await;
    let before: ComResWithInt = client.hear(cmd::NOTIFY_BATTERY, |_| true).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    client
        .command(cmd::TELE_GET_SYSTEM_WORKING_STATE, &ask)
        .await;
    client
        .hear(cmd::NOTIFY_BATTERY, |now: &ComResWithInt| {
            now.value < before.value
        })
        .await;
    dwarf.stop().await;
}
