use std::time::Duration;

use prost::Message;
use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqGetAllParams, ReqGetSystemWorkingState, ReqMotorRun, ReqMotorRunTo, ReqMotorStop,
    ReqOpenCamera, ReqSetExp, ReqsetMasterLock, ResGetAllParams, ResMotor, ResNotifyAlbumUpdate,
    ResNotifyHostSlaveMode,
};

use crate::harness::{Client, config, start};

#[tokio::test(flavor = "multi_thread")]
async fn the_second_client_is_a_slave_whose_commands_are_passed_over() {
    let (dwarf, mut host) = start(config()).await;
    host.command(
        cmd::TELE_GET_SYSTEM_WORKING_STATE,
        &ReqGetSystemWorkingState {},
    )
    .await;
    host.open_cameras().await;
    let mut slave = Client::connect(&dwarf, "second").await;
    slave
        .send(
            cmd::TELE_GET_SYSTEM_WORKING_STATE,
            &ReqGetSystemWorkingState {},
        )
        .await;
    slave
        .hear(
            cmd::NOTIFY_HOST_SLAVE_MODE,
            |role: &ResNotifyHostSlaveMode| role.mode == 1,
        )
        .await;
    slave.reply(cmd::TELE_GET_SYSTEM_WORKING_STATE).await;
    // It may read, and moves nothing.
    let read: ResGetAllParams = slave
        .ask(cmd::TELE_GET_ALL_PARAMS, &ReqGetAllParams {})
        .await;
    assert_eq!(read.code, 0);
    let before = dwarf.truth().motors_deg();
    let run = ReqMotorRun {
        id: 1,
        speed: 10.0,
        direction: true,
        ..ReqMotorRun::default()
    };
    slave.send(cmd::MOTOR_RUN, &run).await;
    let answers = slave.all_until_pong().await;
    assert!(answers.iter().all(|packet| packet.cmd != cmd::MOTOR_RUN));
    assert_eq!(dwarf.truth().motors_deg(), before);
    // What the host does, it hears.
    host.command(cmd::TELE_SET_EXPOSURE, &ReqSetExp { index: 120 })
        .await;
    slave
        .hear::<skyhelm_dwarf_proto::v2::ResNotifyParam>(cmd::NOTIFY_TELE_SET_PARAM, |_| true)
        .await;
    // The host locks its role: the slave cannot take it.
    assert_eq!(
        host.command(cmd::SYSTEM_SET_HOST_LOCK, &ReqsetMasterLock { lock: true })
            .await,
        0
    );
    slave
        .command(cmd::SYSTEM_SET_HOST_LOCK, &ReqsetMasterLock { lock: true })
        .await;
    slave
        .hear(
            cmd::NOTIFY_HOST_SLAVE_MODE,
            |role: &ResNotifyHostSlaveMode| role.mode == 1 && role.lock,
        )
        .await;
    drop(host);
    slave
        .hear(
            cmd::NOTIFY_HOST_SLAVE_MODE,
            |role: &ResNotifyHostSlaveMode| role.mode == 0,
        )
        .await;
    dwarf.stop().await;
}

/// Nonsense of a kind per client.
async fn misbehave(client: &mut Client, kind: u32) {
    match kind % 6 {
        0 => client.send_bytes(vec![0xff; 40]).await,
        // A packet cut in its middle.
        1 => {
            let cut = vec![0x08, 0x01, 0x10, 0x01, 0x3a, 0x7f, 0x01];
            client.send_bytes(cut).await;
        }
        2 => client.send(19_999, &ReqOpenCamera::default()).await,
        3 => client.send_text(&"x".repeat(5_000)).await,
        // A known command that is a notification.
        4 => {
            let empty = ReqOpenCamera::default();
            client.send(cmd::NOTIFY_BATTERY, &empty).await;
        }
        // Larger than the door takes: the connection ends.
        _ => {
            client.send_bytes(vec![0x08; 300_000]).await;
            while client.next().await.is_some() {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clients_sending_nonsense_change_nothing_for_the_others() {
    let (dwarf, mut host) = start(config()).await;
    host.command(
        cmd::TELE_GET_SYSTEM_WORKING_STATE,
        &ReqGetSystemWorkingState {},
    )
    .await;
    let mut crowd = tokio::task::JoinSet::new();
    for kind in 0..100 {
        let mut client = Client::connect(&dwarf, "nonsense").await;
        crowd.spawn(async move {
            for _ in 0..20 {
                misbehave(&mut client, kind).await;
                if kind % 6 == 5 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    host.open_cameras().await;
    assert_eq!(
        host.command(cmd::TELE_SET_EXPOSURE, &ReqSetExp { index: 75 })
            .await,
        0
    );
    assert_eq!(
        host.command(cmd::TELE_PHOTOGRAPH, &ReqOpenCamera::default())
            .await,
        0
    );
    host.hear(cmd::NOTIFY_ALBUM_UPDATE, |told: &ResNotifyAlbumUpdate| {
        told.media_type == 1
    })
    .await;
    while let Some(ended) = crowd.join_next().await {
        ended.unwrap();
    }
    // Still the host, still obeyed.
    let step = skyhelm_dwarf_proto::v2::ReqManualSingleStepFocus { direction: 0 };
    let before = dwarf.truth().defocus_um();
    assert_eq!(
        host.command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &step)
            .await,
        0
    );
    assert!(dwarf.truth().defocus_um() > before);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn motor_orders_that_overtake_each_other_are_all_answered_and_none_is_waited_for_in_vain() {
    let (dwarf, mut host) = start(config()).await;
    for order in 0..300 {
        let run = ReqMotorRunTo {
            id: 1,
            end_position: f64::from(100 + order % 2),
            speed: 1.0,
            ..ReqMotorRunTo::default()
        };
        host.send(cmd::MOTOR_RUN_TO, &run).await;
    }
    // The tele's turn of 100 degrees takes minutes at this speed; only the last is worth waiting for.
    for _ in 0..299 {
        let answer = host.reply(cmd::MOTOR_RUN_TO).await;
        assert_eq!(ResMotor::decode(answer.payload).unwrap().code, -14501);
    }
    let stop = ReqMotorStop { id: 1 };
    let stopped: ResMotor = host.ask(cmd::MOTOR_STOP, &stop).await;
    assert_eq!(stopped.code, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_not_modelled_is_refused_and_not_feigned() {
    let (dwarf, mut client) = start(config()).await;
    client.open_cameras().await;
    for cmd in [cmd::TELE_START_RECORD, cmd::ASTRO_START_EQ_SOLVING] {
        assert_eq!(
            client.command(cmd, &ReqOpenCamera::default()).await,
            -1,
            "{cmd}"
        );
    }
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_devices_live_side_by_side() {
    let (one, mut first) = start(config()).await;
    let (two, mut second) = start(config()).await;
    let step = skyhelm_dwarf_proto::v2::ReqManualSingleStepFocus { direction: 0 };
    first
        .command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &step)
        .await;
    assert!(one.truth().defocus_um() > two.truth().defocus_um());
    one.stop().await;
    assert_eq!(
        second
            .command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &step)
            .await,
        0
    );
    two.stop().await;
}
