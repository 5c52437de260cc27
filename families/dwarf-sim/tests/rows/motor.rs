use std::time::Duration;

use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqDualCameraLinkage, ReqGotoDso, ReqMotorGetPosition, ReqMotorReset, ReqMotorRun,
    ReqMotorRunTo, ReqMotorServiceJoystick, ReqMotorServiceJoystickFixedAngle,
    ReqMotorServiceJoystickStop, ReqMotorStop, ResMotor, ResMotorPosition,
    ResNotifyCamFunctionState, ResNotifyPictureMatching, ResNotifyStateAstroTracking,
};
use skyhelm_dwarf_sim::VirtualDwarfConfig;
use skyhelm_units::Angle;

use crate::harness::{Client, NIGHT, config, config_at, start, until};

/// Somewhere up, so that all directions are free.
fn looking_up() -> VirtualDwarfConfig {
    let mut config = config_at(NIGHT, 1.0);
    config.initial.motors_deg = Some((90.0, 40.0));
    config
}

fn quick_up() -> VirtualDwarfConfig {
    let mut config = config();
    config.initial.motors_deg = Some((90.0, 40.0));
    config
}

async fn position(client: &mut Client, id: i32) -> f64 {
    let read = ReqMotorGetPosition { id };
    client
        .ask::<ResMotorPosition>(cmd::MOTOR_GET_POSITION, &read)
        .await
        .position
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14000_a_motor_runs_the_way_it_is_told() {
    let (dwarf, mut client) = start(looking_up()).await;
    let truth = dwarf.truth();
    let (rotation, pitch) = truth.motors_deg();
    let run = ReqMotorRun {
        id: 1,
        speed: 10.0,
        direction: true,
        ..ReqMotorRun::default()
    };
    let answer: ResMotor = client.ask(cmd::MOTOR_RUN, &run).await;
    assert_eq!((answer.id, answer.code), (1, 0));
    until("a turn to the right", || {
        truth.motors_deg().0 > rotation + 2.0
    })
    .await;
    assert!((truth.motors_deg().1 - pitch).abs() < 0.01);
    let odd = ReqMotorRun {
        id: 7,
        speed: 10.0,
        ..ReqMotorRun::default()
    };
    assert_eq!(
        client.ask::<ResMotor>(cmd::MOTOR_RUN, &odd).await.code,
        -14504
    );
    let fast = ReqMotorRun {
        id: 1,
        speed: f64::NAN,
        ..ReqMotorRun::default()
    };
    assert_eq!(client.ask::<ResMotor>(cmd::MOTOR_RUN, &fast).await.code, -3);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14002_a_motor_stops_when_told() {
    let (dwarf, mut client) = start(looking_up()).await;
    let truth = dwarf.truth();
    let from = truth.motors_deg().1;
    let run = ReqMotorRun {
        id: 2,
        speed: 10.0,
        direction: false,
        ..ReqMotorRun::default()
    };
    client.ask::<ResMotor>(cmd::MOTOR_RUN, &run).await;
    until("the arm going down", || truth.motors_deg().1 < from - 1.0).await;
    client
        .ask::<ResMotor>(cmd::MOTOR_STOP, &ReqMotorStop { id: 2 })
        .await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let rest = truth.motors_deg().1;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!((truth.motors_deg().1 - rest).abs() < 1e-9);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14001_a_motor_runs_to_a_position_and_answers_there() {
    let (dwarf, mut client) = start(quick_up()).await;
    let to = ReqMotorRunTo {
        id: 1,
        end_position: 97.0,
        speed: 30.0,
        ..ReqMotorRunTo::default()
    };
    let answer: ResMotor = client.ask(cmd::MOTOR_RUN_TO, &to).await;
    assert_eq!(answer.code, 0);
    assert!((dwarf.truth().motors_deg().0 - 97.0).abs() < 0.01);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14003_a_reset_brings_the_arm_home() {
    let (dwarf, mut client) = start(quick_up()).await;
    assert!((position(&mut client, 2).await - 40.0).abs() < 0.01);
    let reset = ReqMotorReset {
        id: 2,
        direction: true,
    };
    assert_eq!(
        client.ask::<ResMotor>(cmd::MOTOR_RESET, &reset).await.code,
        0
    );
    assert!((dwarf.truth().motors_deg().1 + 43.0).abs() < 0.01);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14011_the_position_is_what_the_encoders_read() {
    let (dwarf, mut client) = start(looking_up()).await;
    let (rotation, _) = dwarf.truth().motors_deg();
    assert!((position(&mut client, 1).await - rotation).abs() < 0.01);
    assert!((position(&mut client, 2).await - 40.0).abs() < 0.01);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14006_the_joystick_moves_the_view_where_it_points() {
    let (dwarf, mut client) = start(looking_up()).await;
    let truth = dwarf.truth();
    let (rotation, pitch) = truth.motors_deg();
    let up = ReqMotorServiceJoystick {
        vector_angle: 90.0,
        vector_length: 1.0,
        speed: 8.0,
    };
    assert_eq!(client.command(cmd::MOTOR_JOYSTICK, &up).await, 0);
    until("the view going up", || truth.motors_deg().1 > pitch + 1.0).await;
    assert!((truth.motors_deg().0 - rotation).abs() < 0.1);
    let odd = ReqMotorServiceJoystick {
        vector_angle: 400.0,
        ..up
    };
    assert_eq!(client.command(cmd::MOTOR_JOYSTICK, &odd).await, -3);
    // Nobody holds the stick any more.
    tokio::time::sleep(Duration::from_millis(1950)).await;
    let rest = truth.motors_deg();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!((truth.motors_deg().1 - rest.1).abs() < 1e-9);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14007_a_tap_moves_a_little_and_stops_by_itself() {
    let (dwarf, mut client) = start(looking_up()).await;
    let truth = dwarf.truth();
    let (rotation, _) = truth.motors_deg();
    let right = ReqMotorServiceJoystickFixedAngle {
        vector_angle: 0.0,
        vector_length: 1.0,
        speed: 4.0,
    };
    assert_eq!(
        client
            .command(cmd::MOTOR_JOYSTICK_FIXED_ANGLE, &right)
            .await,
        0
    );
    until("a tap's motion", || truth.motors_deg().0 > rotation + 0.3).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let rest = truth.motors_deg().0;
    assert!(rest < rotation + 3.0, "{rest}");
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!((truth.motors_deg().0 - rest).abs() < 1e-9);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14008_letting_go_of_the_joystick_brakes() {
    let (dwarf, mut client) = start(looking_up()).await;
    let truth = dwarf.truth();
    let from = truth.motors_deg().0;
    let left = ReqMotorServiceJoystick {
        vector_angle: 180.0,
        vector_length: 1.0,
        speed: 10.0,
    };
    client.command(cmd::MOTOR_JOYSTICK, &left).await;
    until("a turn to the left", || truth.motors_deg().0 < from - 0.5).await;
    client
        .command(cmd::MOTOR_JOYSTICK_STOP, &ReqMotorServiceJoystickStop {})
        .await;
    // Its silence alone would let it run for a second and a half.
    tokio::time::sleep(Duration::from_millis(550)).await;
    let rest = truth.motors_deg().0;
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert!((truth.motors_deg().0 - rest).abs() < 1e-9);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_14009_a_click_on_the_wide_picture_turns_the_tele_there() {
    let (dwarf, mut client) = start(quick_up()).await;
    client.open_cameras().await;
    let matching: ResNotifyPictureMatching = client
        .hear(cmd::NOTIFY_TELE_WIDE_PICTURE_MATCHING, |_| true)
        .await;
    let before = dwarf.truth().direction();
    // 300 pixels to the right of the box's middle, 100 above it.
    let click = ReqDualCameraLinkage {
        x: (matching.x + matching.width / 2 + 300) as i32,
        y: (matching.y + matching.height / 2 - 100) as i32,
    };
    assert_eq!(
        client.command(cmd::MOTOR_DUAL_CAMERA_LINKAGE, &click).await,
        0
    );
    client
        .hear(
            cmd::NOTIFY_WIDE_FUNCTION_STATE,
            |told: &ResNotifyCamFunctionState| told.function_id == 12 && told.state == 0,
        )
        .await;
    let after = dwarf.truth().direction();
    // 1.42 minutes of arc to a pixel in the middle of the picture.
    let turned = after.separation(&before).degrees();
    assert!((turned - 7.4).abs() < 0.4, "{turned}");
    assert!(after.altitude.angle() > before.altitude.angle() + Angle::from_degrees(1.5));
    let outside = ReqDualCameraLinkage { x: 1920, y: 0 };
    assert_eq!(
        client
            .command(cmd::MOTOR_DUAL_CAMERA_LINKAGE, &outside)
            .await,
        -3
    );
    dwarf.stop().await;
}

async fn following(client: &mut Client) {
    let m31 = ReqGotoDso {
        ra: 0.712,
        dec: 41.27,
        target_name: "M 31".into(),
    };
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &m31).await, 0);
    let running = |told: &ResNotifyStateAstroTracking| told.state == 1;
    client.hear(cmd::NOTIFY_STATE_ASTRO_TRACKING, running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_motor_command_ends_the_following_and_says_so() {
    let (dwarf, mut client) = start(quick_up()).await;
    following(&mut client).await;
    let run = ReqMotorRun {
        id: 1,
        speed: 4.0,
        direction: true,
        ..ReqMotorRun::default()
    };
    assert_eq!(client.ask::<ResMotor>(cmd::MOTOR_RUN, &run).await.code, 0);
    client
        .hear(
            cmd::NOTIFY_STATE_ASTRO_TRACKING,
            |told: &ResNotifyStateAstroTracking| told.state == 3,
        )
        .await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_tap_on_the_stick_the_new_framing_is_followed() {
    let (dwarf, mut client) = start(quick_up()).await;
    following(&mut client).await;
    let truth = dwarf.truth();
    let before = truth.pointing();
    let tap = ReqMotorServiceJoystickFixedAngle {
        vector_angle: 0.0,
        vector_length: 1.0,
        speed: 2.0,
    };
    assert_eq!(
        client.command(cmd::MOTOR_JOYSTICK_FIXED_ANGLE, &tap).await,
        0
    );
    client
        .hear(
            cmd::NOTIFY_STATE_ASTRO_TRACKING,
            |told: &ResNotifyStateAstroTracking| told.state == 1 && told.target_name == "M 31",
        )
        .await;
    let framed = truth.pointing();
    let moved = framed.separation(&before).degrees();
    assert!((0.03..1.6).contains(&moved), "{moved}");
    // A minute of the sky's turning later it still looks there.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let drift = truth.pointing().separation(&framed).arcminutes();
    assert!(drift < 1.0, "{drift}");
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_far_away_is_followed_without_the_old_name() {
    let (dwarf, mut client) = start(quick_up()).await;
    client.open_cameras().await;
    following(&mut client).await;
    let before = dwarf.truth().pointing();
    let click = ReqDualCameraLinkage { x: 1400, y: 500 };
    assert_eq!(
        client.command(cmd::MOTOR_DUAL_CAMERA_LINKAGE, &click).await,
        0
    );
    client
        .hear(
            cmd::NOTIFY_STATE_ASTRO_TRACKING,
            |told: &ResNotifyStateAstroTracking| told.state == 1 && told.target_name.is_empty(),
        )
        .await;
    assert!(dwarf.truth().pointing().separation(&before).degrees() > 4.0);
    dwarf.stop().await;
}
