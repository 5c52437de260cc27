use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqAstroAutoFocus, ReqGotoDso, ReqManualContinuFocus, ReqManualSingleStepFocus,
    ReqNormalAutoFocus, ReqStopAstroAutoFocus, ReqStopManualContinuFocus,
    ResNotifyCamFunctionState, ResNotifyFocus,
};
use skyhelm_dwarf_sim::{RunningDwarf, VirtualDwarfConfig};

use crate::harness::{Client, NIGHT, config, config_at, start, until};

/// Micrometres between sensor and focal plane with one step.
const STEP_UM: f64 = 3.0;
const SLOW: ReqAstroAutoFocus = ReqAstroAutoFocus { mode: 0 };
const FAST: ReqAstroAutoFocus = ReqAstroAutoFocus { mode: 1 };

/// On a field of the Milky Way, so many steps out of focus.
async fn blurred(mut config: VirtualDwarfConfig, steps: i32) -> (RunningDwarf, Client) {
    config.initial.defocus_steps = steps;
    let (dwarf, mut client) = start(config).await;
    let deneb = ReqGotoDso {
        ra: 20.69,
        dec: 45.0,
        target_name: "Deneb".into(),
    };
    assert_eq!(client.command(cmd::ASTRO_START_GOTO_DSO, &deneb).await, 0);
    client.open_cameras().await;
    (dwarf, client)
}

fn steps_off(dwarf: &RunningDwarf) -> f64 {
    dwarf.truth().defocus_um() / STEP_UM
}

async fn hear_function(client: &mut Client, function: u32, state: i32) {
    let so = |told: &ResNotifyCamFunctionState| told.function_id == function && told.state == state;
    client.hear(cmd::NOTIFY_TELE_FUNCTION_STATE, so).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15004_the_stars_find_the_focus_slowly_then_quickly() {
    let (dwarf, mut client) = blurred(config(), 300).await;
    let start = cmd::FOCUS_START_ASTRO_AUTO_FOCUS;
    // Nothing is known to be quick about yet.
    assert_eq!(client.command(start, &FAST).await, -15101);
    client.send(start, &SLOW).await;
    hear_function(&mut client, 8, 1).await;
    let one: ResNotifyFocus = client.hear(cmd::NOTIFY_FOCUS_POSITION, |_| true).await;
    client
        .hear(cmd::NOTIFY_FOCUS_POSITION, |told: &ResNotifyFocus| {
            told.focus != one.focus
        })
        .await;
    hear_function(&mut client, 8, 0).await;
    assert!(steps_off(&dwarf).abs() <= 2.0, "{}", steps_off(&dwarf));
    let far = ReqManualSingleStepFocus { direction: 0 };
    for _ in 0..12 {
        client
            .command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &far)
            .await;
    }
    assert_eq!(client.command(start, &FAST).await, 0);
    assert!(steps_off(&dwarf).abs() <= 2.0, "{}", steps_off(&dwarf));
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15000_the_picture_finds_the_focus_as_a_whole_and_in_an_area() {
    let (dwarf, mut client) = blurred(config(), -60).await;
    let whole = ReqNormalAutoFocus::default();
    assert_eq!(client.command(cmd::FOCUS_AUTO_FOCUS, &whole).await, 0);
    assert!(steps_off(&dwarf).abs() <= 2.0, "{}", steps_off(&dwarf));
    let area = |center_x, center_y| ReqNormalAutoFocus {
        mode: 1,
        center_x,
        center_y,
    };
    let start = cmd::FOCUS_AUTO_FOCUS;
    assert_eq!(client.command(start, &area(960, 540)).await, 0);
    assert!(steps_off(&dwarf).abs() <= 2.0, "{}", steps_off(&dwarf));
    // Only the middle of this sensor is read out: in the corner there is nothing to focus on.
    let before = steps_off(&dwarf);
    assert_eq!(client.command(start, &area(40, 40)).await, -15100);
    assert!((steps_off(&dwarf) - before).abs() < 0.1, "it came back");
    assert_eq!(client.command(start, &area(5000, 40)).await, -3);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15005_an_autofocus_can_be_stopped() {
    let (dwarf, mut client) = blurred(config_at(NIGHT, 20.0), 200).await;
    client.send(cmd::FOCUS_START_ASTRO_AUTO_FOCUS, &SLOW).await;
    hear_function(&mut client, 8, 1).await;
    // A hand keeps off meanwhile, and so does a goto.
    let far = ReqManualSingleStepFocus { direction: 0 };
    let step = cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS;
    assert_eq!(client.command(step, &far).await, -11501);
    let stop = ReqStopAstroAutoFocus {};
    client.send(cmd::FOCUS_STOP_ASTRO_AUTO_FOCUS, &stop).await;
    let begun = std::time::Instant::now();
    hear_function(&mut client, 8, 0).await;
    assert!(begun.elapsed().as_millis() < 1500, "it went on");
    assert_eq!(client.command(step, &far).await, 0);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn autofocus_needs_an_open_camera_and_stars() {
    let mut cloudy = config();
    cloudy.conditions.cloud = 1.0;
    let (dwarf, mut client) = start(cloudy).await;
    let start = cmd::FOCUS_START_ASTRO_AUTO_FOCUS;
    assert_eq!(client.command(start, &SLOW).await, -10501);
    client.open_cameras().await;
    assert_eq!(client.command(start, &SLOW).await, -15100);
    let odd = ReqAstroAutoFocus { mode: 7 };
    assert_eq!(client.command(start, &odd).await, -3);
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn from_thirty_places_the_focus_is_found_within_two_steps() {
    let mut running = tokio::task::JoinSet::new();
    let mut waiting = 0..30_u64;
    loop {
        while running.len() < 6 {
            let Some(seed) = waiting.next() else { break };
            running.spawn(async move {
                // Slow enough that the sky waits for a busy machine to look.
                let mut config = config_at(NIGHT, 60.0);
                config.seed = seed;
                // Anywhere of its travel.
                let away = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 1400;
                let (dwarf, mut client) = blurred(config, away as i32 - 700).await;
                let start = cmd::FOCUS_START_ASTRO_AUTO_FOCUS;
                assert_eq!(client.command(start, &SLOW).await, 0, "seed {seed}");
                let off = steps_off(&dwarf);
                assert!(off.abs() <= 2.0, "seed {seed}: {off}");
                dwarf.stop().await;
            });
        }
        match running.join_next().await {
            Some(joined) => joined.unwrap(),
            None => break,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15001_a_single_step_moves_the_lens_and_is_told() {
    let (dwarf, mut client) = start(config()).await;
    let before = dwarf.truth().defocus_um();
    let far = ReqManualSingleStepFocus { direction: 0 };
    client
        .command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &far)
        .await;
    let first: ResNotifyFocus = client.hear(cmd::NOTIFY_FOCUS_POSITION, |_| true).await;
    assert!(dwarf.truth().defocus_um() > before);
    let near = ReqManualSingleStepFocus { direction: 1 };
    client
        .command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &near)
        .await;
    client
        .hear(cmd::NOTIFY_FOCUS_POSITION, |told: &ResNotifyFocus| {
            told.focus == first.focus - 1
        })
        .await;
    let odd = ReqManualSingleStepFocus { direction: 9 };
    assert_eq!(
        client
            .command(cmd::FOCUS_MANUAL_SINGLE_STEP_FOCUS, &odd)
            .await,
        -3
    );
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15002_a_run_goes_on_by_itself() {
    let (dwarf, mut client) = start(config()).await;
    let truth = dwarf.truth();
    let before = truth.defocus_um();
    let near = ReqManualContinuFocus { direction: 1 };
    client
        .command(cmd::FOCUS_START_MANUAL_CONTINUOUS_FOCUS, &near)
        .await;
    until("a run of the focuser", || {
        truth.defocus_um() < before - 10.0
    })
    .await;
    let one: ResNotifyFocus = client.hear(cmd::NOTIFY_FOCUS_POSITION, |_| true).await;
    client
        .hear(cmd::NOTIFY_FOCUS_POSITION, |told: &ResNotifyFocus| {
            told.focus < one.focus
        })
        .await;
    dwarf.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_15003_a_run_ends_when_it_is_stopped() {
    let (dwarf, mut client) = start(config()).await;
    let truth = dwarf.truth();
    let before = truth.defocus_um();
    let far = ReqManualContinuFocus { direction: 0 };
    client
        .command(cmd::FOCUS_START_MANUAL_CONTINUOUS_FOCUS, &far)
        .await;
    until("a run of the focuser", || truth.defocus_um() > before + 5.0).await;
    let stop = ReqStopManualContinuFocus {};
    client
        .command(cmd::FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS, &stop)
        .await;
    let stopped = truth.defocus_um();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(
        (truth.defocus_um() - stopped).abs() < 0.1,
        "the focuser runs on"
    );
    dwarf.stop().await;
}
