//! The Sun guard.

use skyhelm_device::gate::Gate;
use skyhelm_device::state::PointingState;
use skyhelm_device::{Body, ErrorKind, MountCommand, SolarFilter, SunGuard};
use skyhelm_units::{Angle, LeaseId, StationClock, UtcMillis};

use crate::breach::{Breach, Checked, ensure};
use crate::subject::Subject;

/// Hours looked through for one with the Sun high enough to burn.
const HOURS: u32 = 48;

pub(crate) async fn at_every_door(subject: &Subject) -> Checked {
    if subject.device.capabilities().mount.is_none() {
        return Ok(());
    }
    let Some(day) = daylight(subject) else {
        return Err(Breach::new("the Sun never rises at this site"));
    };
    let gate = subject.gate_at(day);
    let lease = LeaseId::new("contract");
    subject.take(&gate, &lease)?;
    let sun = MountCommand::GotoBody { body: Body::Sun };
    refused(subject, &gate, &lease, sun).await?;
    refused(subject, &gate, &lease, MountCommand::Calibrate).await?;
    let knows: Option<PointingState> = subject
        .state()
        .mount
        .as_ref()
        .and_then(|mount| mount.pointing.clone());
    if knows.is_some() {
        return Ok(());
    }
    // Nobody knows where it looks, and the Sun is up.
    for command in [
        MountCommand::Track,
        MountCommand::CentreOnWide { x: 0.9, y: 0.9 },
        MountCommand::Joystick {
            direction: Angle::ZERO,
            deflection: 1.0,
        },
    ] {
        refused(subject, &gate, &lease, command).await?;
    }
    Ok(())
}

/// A station clock by which the Sun is up. Calibration is refused exactly then.
fn daylight(subject: &Subject) -> Option<StationClock> {
    let now = subject.host.now();
    let guard = SunGuard::new(subject.site);
    let begin = subject.clock.utc(now.mono);
    (0..HOURS).find_map(|hour| {
        let utc: UtcMillis = begin.plus_seconds(f64::from(hour) * 3600.0);
        let refused = guard.check(
            &MountCommand::Calibrate,
            &skyhelm_device::DeviceState::default(),
            utc,
            SolarFilter::Unknown,
        );
        refused
            .is_err()
            .then(|| StationClock::new(now.mono, utc, 1.0))
    })
}

async fn refused(
    subject: &Subject,
    gate: &Gate,
    lease: &LeaseId,
    command: MountCommand,
) -> Checked {
    let asked = format!("{command:?}");
    let before = subject.state().jobs.len();
    let answer = subject.give(gate, Some(lease), command).await?;
    let kind = answer.map_err(|error| error.kind);
    ensure(kind == Err(ErrorKind::SunGuard), || {
        format!("by day {asked} was answered {kind:?}")
    })?;
    ensure(subject.state().jobs.len() == before, || {
        format!("{asked} was refused and began all the same")
    })
}
