//! Who may command, and when.

use skyhelm_device::gate::{Gate, Gated};
use skyhelm_device::{
    AlbumCommand, AutoFocus, CameraAction, CameraCommand, Capabilities, ControlCommand,
    DarksCommand, ErrorKind, Exposure, FlightCommand, FocusDirection, FocuserCommand, Lens,
    LightCommand, MountCommand, PowerCommand, StackerCommand, Switch,
};
use skyhelm_units::{Angle, LeaseId};

use crate::breach::{Breach, Checked, ensure};
use crate::subject::Subject;

/// One command of each capability that the device has, that changes something.
macro_rules! each {
    ($subject:ident, $gate:ident, $lease:expr, $check:ident) => {{
        let all: Capabilities = $subject.device.capabilities();
        if all.mount.is_some() {
            for command in [
                MountCommand::Calibrate,
                MountCommand::Park,
                MountCommand::Track,
                MountCommand::CentreOnWide { x: 0.5, y: 0.5 },
                MountCommand::Joystick {
                    direction: Angle::ZERO,
                    deflection: 0.1,
                },
            ] {
                $check($subject, $gate, $lease, command).await?;
            }
        }
        if all.camera.is_some() {
            for action in [
                CameraAction::Open,
                CameraAction::Photo,
                CameraAction::SetExposure(Exposure::Auto),
            ] {
                let lens = Lens::Tele;
                $check($subject, $gate, $lease, CameraCommand { lens, action }).await?;
            }
        }
        if all.focuser.is_some() {
            for command in [
                FocuserCommand::Step(FocusDirection::Far),
                FocuserCommand::Auto(AutoFocus::Stars),
            ] {
                $check($subject, $gate, $lease, command).await?;
            }
        }
        if all.stacker.is_some() {
            let lens = Lens::Tele;
            $check($subject, $gate, $lease, StackerCommand::GoLive { lens }).await?;
        }
        if all.darks.is_some() {
            let lens = Lens::Tele;
            $check($subject, $gate, $lease, DarksCommand::Stop { lens }).await?;
        }
        if all.lights.is_some() {
            for light in &$subject.state().lights {
                let light = light.name.clone();
                let switch = Switch::Off;
                $check($subject, $gate, $lease, LightCommand { light, switch }).await?;
            }
        }
        if all.power.is_some() {
            $check($subject, $gate, $lease, PowerCommand::PowerDown).await?;
        }
        if all.control.is_some() {
            $check($subject, $gate, $lease, ControlCommand::Release).await?;
        }
        if all.album.is_some() {
            let paths = vec![String::from("/no/such/file")];
            $check($subject, $gate, $lease, AlbumCommand::Delete { paths }).await?;
        }
        if all.aircraft.is_some() {
            for command in [
                FlightCommand::RequestControl,
                FlightCommand::EnterLive,
                FlightCommand::Land,
                FlightCommand::ReturnHome,
            ] {
                $check($subject, $gate, $lease, command).await?;
            }
        }
    }};
}

pub(crate) async fn lease_first(subject: &Subject) -> Checked {
    let gate = &subject.gate();
    each!(subject, gate, None, refused_without_lease);
    let stranger = LeaseId::new("stranger");
    let (gate, _) = &subject.commanding()?;
    each!(subject, gate, Some(&stranger), refused_without_lease);
    Ok(())
}

async fn refused_without_lease<C: Gated>(
    subject: &Subject,
    gate: &Gate,
    lease: Option<&LeaseId>,
    command: C,
) -> Checked {
    let control = command.control();
    let answer = subject.give(gate, lease, command).await?;
    let kind = answer.map_err(|error| error.kind);
    ensure(kind == Err(ErrorKind::NoLease), || {
        format!("{control} without the lease was answered {kind:?}")
    })
}

pub(crate) async fn stop_without_lease(subject: &Subject) -> Checked {
    let all = subject.device.capabilities();
    let gate = subject.gate();
    if all.aircraft.is_some() {
        // On the ground it may say that nothing is to be stopped, but not that it wants a lease.
        let answer = subject.give(&gate, None, FlightCommand::Stop).await?;
        let kind = answer.map_err(|error| error.kind);
        let refused = matches!(kind, Err(ErrorKind::NoLease | ErrorKind::NoControl));
        ensure(!refused, || format!("a stop was answered {kind:?}"))?;
    }
    if all.mount.is_none() {
        return Ok(());
    }
    let answer = subject.give(&gate, None, MountCommand::StopAll).await?;
    ensure(answer.is_ok(), || format!("it was refused: {answer:?}"))
}

pub(crate) async fn deadline(subject: &Subject) -> Checked {
    if subject.device.capabilities().aircraft.is_some() {
        let (gate, lease) = subject.commanding()?;
        let now = subject.host.now().mono;
        let mut envelope = subject.envelope(Some(&lease), FlightCommand::ReturnHome);
        envelope.deadline = now;
        let answer = gate.submit(now, envelope).await.map_err(|error| error.kind);
        ensure(answer == Err(ErrorKind::TimedOut), || {
            format!("a flight whose time was over was answered {answer:?}")
        })?;
    }
    if subject.device.capabilities().mount.is_none() {
        return Ok(());
    }
    let (gate, lease) = subject.commanding()?;
    let now = subject.host.now().mono;
    let mut envelope = subject.envelope(Some(&lease), MountCommand::StopGoto);
    envelope.deadline = now;
    let answer = gate.submit(now, envelope).await.map_err(|error| error.kind);
    ensure(answer == Err(ErrorKind::TimedOut), || {
        format!("a command whose time was over was answered {answer:?}")
    })?;
    // In time, whatever it is: nothing runs, so a device may well refuse to end it.
    subject
        .give(&gate, Some(&lease), MountCommand::StopGoto)
        .await
        .map(drop)
}

pub(crate) async fn blocked_says_why(subject: &Subject) -> Checked {
    for (control, blocked) in &subject.state().blocked {
        let sentence = blocked.reason.ends_with('.') && blocked.reason.len() > 10;
        ensure(sentence, || {
            format!("{control} is blocked without a sentence: {blocked:?}")
        })?;
    }
    let (gate, lease) = &subject.commanding()?;
    each!(subject, gate, Some(lease), refused_if_blocked);
    Ok(())
}

/// Only what is blocked is asked for: nothing moves.
async fn refused_if_blocked<C: Gated>(
    subject: &Subject,
    gate: &Gate,
    lease: Option<&LeaseId>,
    command: C,
) -> Checked {
    let control = command.control();
    let state = subject.state();
    let Some(blocked) = state.blocked.get(&control) else {
        return Ok(());
    };
    match subject.give(gate, lease, command).await? {
        Err(error) if error.kind == ErrorKind::Blocked && error.message == blocked.reason => Ok(()),
        // The guard comes first.
        Err(error) if error.kind == ErrorKind::SunGuard => Ok(()),
        other => Err(Breach::new(format!(
            "{control} is blocked and was answered {other:?}"
        ))),
    }
}
