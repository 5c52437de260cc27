//! Whether the axes of this very aircraft are known, and the check that finds it out.

use core::time::Duration;

use serde::{Deserialize, Serialize};
use skyhelm_device::axis_check::{Abort, Axis, AxisCheck, Picture, Ring, Sighting, Step};
use skyhelm_device::stick::HandId;
use skyhelm_device::{DeviceError, ErrorKind, JobKind, Outcome, Severity};
use skyhelm_dji_proto::Profile;
use skyhelm_dji_proto::drc::{HsiInfo, NOTHING_SEEN_MM};
use skyhelm_units::{Angle, JobId, Mono};
use tokio::sync::oneshot;

use super::orders::{Begun, Under};
use super::{Gateway, LONGEST_SLEEP};
use crate::pump::stick_limits;

/// A running check looks and steers so often.
const LOOKS_EVERY: Duration = Duration::from_millis(50);

/// How long the memory may take to tell what it knows.
const RECALLS_WITHIN: Duration = Duration::from_secs(2);

/// Aircraft of one gateway whose axes are remembered.
const MOST_PROVEN: usize = 8;

/// What a proof holds for: change one, and it is none any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Binding {
    gateway: String,
    gateway_model: String,
    gateway_firmware: String,
    aircraft: String,
    aircraft_model: String,
    aircraft_firmware: String,
    /// How motions were written.
    method: String,
}

#[derive(Debug)]
struct Checking {
    machine: AxisCheck,
    hand: HandId,
    job: JobId,
    of: Binding,
}

#[derive(Debug)]
struct Keeping {
    job: JobId,
    of: Binding,
    kept: oneshot::Receiver<Result<(), DeviceError>>,
}

/// What is known of the axes.
#[derive(Debug, Default)]
pub(super) struct Axes {
    proven: Vec<Binding>,
    /// Of which aircraft they were seen to be wrong, and how.
    wrong: Option<(Binding, String)>,
    check: Option<Checking>,
    keeping: Option<Keeping>,
}

impl Axes {
    /// Whether a check is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.check.is_some() || self.keeping.is_some()
    }

    /// How long the task may sleep.
    pub(super) fn pace(&self) -> Duration {
        if self.is_busy() {
            LOOKS_EVERY
        } else {
            LONGEST_SLEEP
        }
    }
}

impl Gateway {
    /// How the sticks are written, which may be told by the configuration.
    pub(super) fn flown_profile(&self) -> Profile {
        let profile = *self.session.profile();
        let serial = self.start.serial.as_str();
        let told = self.start.config.axes_of(serial);
        told.map_or(profile, |axes| profile.with_axes(axes))
    }

    /// What a proof would be bound to, once all of it is told.
    fn binding(&self) -> Option<Binding> {
        let topology = self.session.topology()?;
        let (aircraft, aircraft_model) = topology.aircraft.as_ref()?;
        let profile = self.flown_profile();
        Some(Binding {
            gateway: self.start.serial.as_str().to_owned(),
            gateway_model: topology.gateway.to_string(),
            gateway_firmware: self.session.gateway_properties().text("firmware_version")?,
            aircraft: aircraft.as_str().to_owned(),
            aircraft_model: aircraft_model.to_string(),
            aircraft_firmware: self
                .session
                .aircraft_properties()
                .text("firmware_version")?,
            method: format!("{:?} {:?}", profile.manual, profile.axes),
        })
    }

    /// Whether the axes are known to be right: seen to be, or those of a virtual aircraft that was not
    /// seen to be wrong.
    pub(super) fn axes_known(&self) -> bool {
        let now = self.binding();
        let wrong = self.axes.wrong.as_ref();
        if wrong.is_some_and(|(of, _)| Some(of) == now.as_ref()) {
            return false;
        }
        self.start.simulated || now.is_some_and(|now| self.axes.proven.contains(&now))
    }

    /// How they were seen to be wrong.
    pub(super) fn axes_wrong(&self) -> Option<&str> {
        let now = self.binding();
        let wrong = self.axes.wrong.as_ref();
        wrong
            .filter(|(of, _)| Some(of) == now.as_ref())
            .map(|(_, how)| how.as_str())
    }

    fn memory_name(&self) -> String {
        format!("axes.{}", self.start.serial)
    }

    /// What was proven before the program was started. What cannot be read was not.
    pub(super) async fn recall_axes(&mut self) {
        let recalled = self.start.memory.recall(&self.memory_name());
        match tokio::time::timeout(RECALLS_WITHIN, recalled).await {
            Ok(Ok(Some(value))) => {
                self.axes.proven = serde_json::from_value(value).unwrap_or_default();
            }
            Ok(Ok(None)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "what is known of axes cannot be read"),
            Err(_late) => tracing::warn!("what is known of axes is not told in time"),
        }
    }

    pub(super) fn check_axes(&mut self) -> Begun {
        let blocked =
            |why: &str, remedy: &str| Err(DeviceError::new(ErrorKind::Blocked, why).remedy(remedy));
        if self.axes.check.is_some() || self.axes.keeping.is_some() {
            return blocked("An axis check runs already.", "Wait until it ends.");
        }
        if self.target.is_some() || !self.journeys.is_empty() {
            return blocked("It flies by itself.", "Stop it, or wait until it stands.");
        }
        let Some(of) = self.binding() else {
            return blocked(
                "Its firmware is not told yet, and a proof holds for one firmware only.",
                "Wait for its telemetry.",
            );
        };
        let now = self.now();
        let machine = AxisCheck::begin(now.mono, &self.axis_picture()).map_err(|why| {
            DeviceError::new(ErrorKind::Blocked, format!("Nothing was flown: {why}."))
                .remedy("Bring it to a free place, at least 15 m above take-off, and try again.")
        })?;
        let hand = self.start.pump.begin_steering().map_err(|why| {
            DeviceError::new(ErrorKind::Blocked, format!("Nothing was flown: {why}."))
                .remedy("Take the sticks and leave them in the middle: letting go ends the check.")
        })?;
        let title = "Check the axes";
        let job = self.jobs.open(JobKind::CheckAxes, title, now.utc);
        self.log(
            Severity::Info,
            "axes.check",
            "The axes are being checked: four small pushes.",
        );
        self.axes.check = Some(Checking {
            machine,
            hand,
            job: job.clone(),
            of,
        });
        Ok(Under {
            ticket: None,
            job: Some(job),
        })
    }

    /// One look of a running check.
    pub(super) fn run_check(&mut self) {
        self.note_kept();
        let Some(mut check) = self.axes.check.take() else {
            return;
        };
        let now = self.now().mono;
        let picture = self.axis_picture();
        let step = match check.machine.step(now, &picture) {
            Step::Fly(motion) => match self.start.pump.steer(check.hand, motion) {
                Ok(()) => {
                    let part = check.machine.passed() as f64 / Axis::ALL.len() as f64;
                    self.jobs
                        .advance(&check.job, check.machine.words(), Some(part));
                    self.axes.check = Some(check);
                    return;
                }
                Err(why) => Step::Aborted(Abort::Hand(why.to_string())),
            },
            step => step,
        };
        self.start.pump.end_steering();
        match step {
            Step::Aborted(why) => self.check_failed(&check, &why),
            _ if self.binding().as_ref() == Some(&check.of) => self.check_passed(check),
            _ => self.check_failed(&check, &Abort::Unseen),
        }
    }

    fn check_failed(&mut self, check: &Checking, why: &Abort) {
        let message = format!("The axis check ended: {why}.");
        let remedy = if why.is_proof() {
            "Do not fly it by hand. Set `axes` of this gateway in the table [dji] to what its documents say, then check again."
        } else {
            "Look at it and its surroundings, then check again."
        };
        if why.is_proof() {
            self.axes.wrong = Some((check.of.clone(), format!("{why}")));
            self.axes.proven.retain(|known| *known != check.of);
            // Whether it was kept or not, it is forgotten.
            drop(self.keep_proven());
        }
        self.log(Severity::Error, "axes.check", &message);
        let error = DeviceError::new(ErrorKind::Refused, message).remedy(remedy);
        let now = self.now().utc;
        self.jobs.close(&check.job, Outcome::Failed { error }, now);
    }

    fn check_passed(&mut self, check: Checking) {
        let Checking { job, of, .. } = check;
        self.axes.wrong = None;
        // What holds for another firmware of the same pair holds no more.
        let same_pair = |known: &Binding| known.aircraft == of.aircraft;
        self.axes.proven.retain(|known| !same_pair(known));
        self.axes.proven.push(of.clone());
        if self.axes.proven.len() > MOST_PROVEN {
            self.axes.proven.remove(0);
        }
        self.jobs.advance(&job, "keeps the result", Some(1.0));
        let kept = self.keep_proven();
        self.axes.keeping = Some(Keeping { job, of, kept });
    }

    fn keep_proven(&self) -> oneshot::Receiver<Result<(), DeviceError>> {
        let (tell, told) = oneshot::channel();
        let value = serde_json::to_value(&self.axes.proven).ok();
        let kept = self.start.memory.keep(&self.memory_name(), value);
        tokio::spawn(async move {
            // Nobody may wait for the answer any more.
            let _ = tell.send(kept.await);
        });
        told
    }

    fn note_kept(&mut self) {
        let Some(mut keeping) = self.axes.keeping.take() else {
            return;
        };
        let error = match keeping.kept.try_recv() {
            Err(oneshot::error::TryRecvError::Empty) => {
                self.axes.keeping = Some(keeping);
                return;
            }
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(oneshot::error::TryRecvError::Closed) => Some(DeviceError::new(
                ErrorKind::Storage,
                "The result of the axis check could not be kept.",
            )),
        };
        let now = self.now().utc;
        let outcome = if let Some(error) = error {
            self.axes.proven.retain(|known| *known != keeping.of);
            Outcome::Failed { error }
        } else {
            self.log(
                Severity::Info,
                "axes.confirmed",
                "Each axis moves it the right way: it may be flown at speed.",
            );
            Outcome::Done
        };
        self.jobs.close(&keeping.job, outcome, now);
    }

    /// Within these limits hands fly it.
    pub(super) fn follow_limits(&mut self) {
        let limits = stick_limits(&self.flown_profile(), self.axes_known());
        self.start.pump.limit(limits);
    }

    /// What the check looks at.
    fn axis_picture(&self) -> Picture {
        let properties = self.session.aircraft_properties();
        let (osd, at) = self.osd_seen();
        let seen = osd.and_then(|osd| {
            let part = |speed: Option<f64>| speed.map(|speed| speed * speed);
            let speed = part(osd.speed_x)
                .zip(part(osd.speed_y))
                .zip(part(osd.speed_z));
            Some(Sighting {
                at,
                place: osd.place()?,
                height_m: osd.height?,
                heading: Angle::from_degrees(osd.attitude_head?),
                speed_m_s: speed.map(|((x, y), z)| (x + y + z).sqrt()),
            })
        });
        let (hsi, at) = self.hsi_seen();
        Picture {
            seen,
            above_takeoff_m: self.above_takeoff(&properties.aircraft()),
            ring: hsi.map(|hsi| ring(hsi, at)),
        }
    }
}

fn ring(hsi: &HsiInfo, at: Mono) -> Ring {
    // Nothing documents what stands for a direction in which nothing was seen; zero and less is no
    // measurement.
    let metres = |mm: i64| match mm {
        NOTHING_SEEN_MM.. => Some(f64::INFINITY),
        1.. => Some(mm as f64 / 1000.0),
        _ => None,
    };
    let flags = [hsi.flag("horizontal_enable"), hsi.flag("horizontal_work")];
    let works = if flags.contains(&Some(false)) {
        Some(false)
    } else {
        flags[1]
    };
    Ring {
        at,
        around_m: hsi.around_distances.iter().map(|mm| metres(*mm)).collect(),
        above_m: hsi.up_distance.and_then(metres),
        works,
    }
}
