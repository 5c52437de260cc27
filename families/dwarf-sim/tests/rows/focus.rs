use skyhelm_dwarf_proto::cmd;
use skyhelm_dwarf_proto::v2::{
    ReqManualContinuFocus, ReqManualSingleStepFocus, ReqStopManualContinuFocus, ResNotifyFocus,
};

use crate::harness::{config, start, until};

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
