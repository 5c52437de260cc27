//! What the session tells, and what it changes.

use skyhelm_device::stick::{Shut, StickPhase};
use skyhelm_device::{JobKind, Outcome, Severity};
use skyhelm_dji_proto::ErrorCode;
use skyhelm_dji_proto::cloud::{DrcEvent, DrcPhase, Event, LostBecause, Oddity};
use skyhelm_dji_proto::drc::DrcUp;
use skyhelm_dji_proto::event::DeviceEvent as Notice;
use skyhelm_dji_proto::numbers::{FlyToStatus, ModeCode};
use skyhelm_units::JobId;

use super::{Gateway, orders, questions};

impl Gateway {
    pub(super) fn happened(&mut self, event: Event) {
        match event {
            Event::Topology(topology) => {
                self.keep_topology(&topology);
                let aircraft = topology
                    .aircraft
                    .map(|(serial, _)| serial.as_str().to_owned());
                let gateway = self.start.serial.as_str().to_owned();
                let own: Vec<String> = aircraft.iter().cloned().collect();
                self.start.broker.set_aircraft(&gateway, &own);
                self.start.aircraft.send_replace(aircraft);
                self.log(Severity::Info, "link.online", "The gateway is online.");
            }
            Event::Asked { ask, request } => {
                let answer = questions::answer(&self.start.config, &request);
                let now = self.now();
                self.session.answer(now, ask, &answer);
            }
            Event::Notice(notice) => self.noticed(notice),
            Event::Replied {
                ticket,
                method,
                result,
                output,
            } => {
                if self.raw_replied(ticket, result, &output) {
                    return;
                }
                let answer = if result.is_ok() {
                    Ok(())
                } else {
                    Err(orders::refused(&method, result))
                };
                self.answered(ticket, &method, answer);
            }
            Event::TimedOut { ticket, method } | Event::Lost { ticket, method } => {
                self.raw_lost(ticket, &method);
                let error = orders::unanswered(&method);
                self.answered(ticket, &method, Err(error));
            }
            Event::ControlLost(because) => self.control_lost(&because),
            Event::Drc(event) => self.live(event),
            Event::Odd(Oddity::ForeignController) => self.foreign_controller(),
            Event::Odd(oddity) => tracing::debug!(gateway = %self.start.serial, ?oddity, "odd"),
            _ => {}
        }
    }

    fn live(&mut self, event: DrcEvent) {
        match event {
            DrcEvent::Ended(code) => {
                let reason = (!code.is_ok()).then(|| code.to_string());
                self.start.pump.shut(Shut::LinkBad);
                self.start.pump.unwant();
                if let Some(reason) = &reason {
                    self.log(
                        Severity::Warning,
                        "live.ended",
                        &format!("The live link ended: {reason}."),
                    );
                }
                self.link_reason = reason;
            }
            DrcEvent::Phase(DrcPhase::Bad) => {
                self.start.pump.shut(Shut::LinkBad);
                self.log(
                    Severity::Error,
                    "live.bad",
                    "The live link does not answer; no stick is sent.",
                );
            }
            DrcEvent::Push(push) => self.pushed(push),
            DrcEvent::ForeignController => self.foreign_controller(),
            DrcEvent::Replied { method, result } => {
                let outcome = (!result.is_ok()).then(|| result.to_string());
                let error = outcome.is_some().then(|| orders::refused(&method, result));
                self.landing_answered(&method, error);
                self.stop_tried(&method, outcome);
            }
            DrcEvent::NoAnswer { method } => {
                self.landing_answered(&method, Some(orders::unanswered(&method)));
                self.stop_tried(&method, Some(String::from("no answer")));
            }
            DrcEvent::FrameRefused(code) => self.log(
                Severity::Warning,
                "sticks.refused",
                &format!("The aircraft refused a stick frame: {code}."),
            ),
            DrcEvent::CredentialsExpire => self.log(
                Severity::Warning,
                "live.expires",
                "The credentials of the live link end soon: leave and open it again before the next flight.",
            ),
            _ => {}
        }
    }

    fn pushed(&mut self, push: DrcUp) {
        match push {
            DrcUp::Osd(osd) => {
                self.osd = Some(osd);
                self.osd_at = self.now().mono;
            }
            DrcUp::Hsi(hsi) => {
                self.hsi = Some(*hsi);
                self.hsi_at = self.now().mono;
            }
            DrcUp::Delay(delay) => {
                self.radio_delay_ms = delay.sdr_cmd_delay.map(|ms| ms as f64);
                let worst = delay
                    .liveview_delay_list
                    .iter()
                    .map(|one| one.liveview_delay_time);
                self.picture_delay_ms = worst.max().map(|ms| ms as f64);
            }
            _ => {}
        }
    }

    fn noticed(&mut self, notice: Notice) {
        match notice {
            Notice::FlyToProgress(progress) => self.flew(
                &progress.fly_to_id,
                &progress.status,
                progress.result,
                (progress.remaining_distance, progress.remaining_time),
            ),
            Notice::TakeoffProgress(progress) => self.flew(
                &progress.flight_id,
                &progress.status,
                progress.result,
                (progress.remaining_distance, progress.remaining_time),
            ),
            Notice::Health(health) => self.health = health,
            Notice::CloudControlAuth(answer) => self.log(
                Severity::Info,
                "control.pilot",
                &format!("The pilot answered: {:?}.", answer.output.status),
            ),
            _ => {}
        }
    }

    fn flew(
        &mut self,
        id: &str,
        status: &FlyToStatus,
        result: ErrorCode,
        (metres, seconds): (Option<f64>, Option<f64>),
    ) {
        let Some(job) = self.flights.get(id).cloned() else {
            return;
        };
        if let Some(target) = &mut self.target {
            target.remaining_m = metres;
            target.remaining_s = seconds;
        }
        let now = self.now().utc;
        let outcome = match status {
            FlyToStatus::Ok | FlyToStatus::TaskFinish => Outcome::Done,
            FlyToStatus::Cancelled => self.cut_short(&job),
            FlyToStatus::Failed => Outcome::Failed {
                error: orders::refused("fly_to_point_progress", result),
            },
            _ => {
                let step = metres.map_or_else(
                    || String::from("flying"),
                    |metres| format!("{metres:.0} m to go"),
                );
                return self.jobs.advance(&job, step, None);
            }
        };
        self.flights.remove(id);
        self.target = None;
        self.jobs.close(&job, outcome, now);
    }

    /// A journey that ended early: by a hand on the sticks it is told so, and a take-off that is up is done.
    fn cut_short(&mut self, job: &JobId) -> Outcome {
        let by_hand = self.start.pump.view().phase == Some(StickPhase::Live);
        let osd = self.session.aircraft_properties().aircraft();
        let flies = osd.mode().is_some_and(ModeCode::is_airborne);
        let (true, true, Some(metres)) = (by_hand, flies, self.above_takeoff(&osd)) else {
            return Outcome::Cancelled;
        };
        let step = format!("at {metres:.0} m a hand took the sticks");
        self.jobs.advance(job, step, None);
        let rising = self.jobs.running(JobKind::TakeOff);
        if rising.is_some_and(|one| one.id == job.as_str()) {
            Outcome::Done
        } else {
            Outcome::Cancelled
        }
    }

    fn control_lost(&mut self, because: &LostBecause) {
        let on_request = *because == LostBecause::Released;
        self.start.pump.shut(Shut::ControlLost);
        let severity = if on_request {
            Severity::Info
        } else {
            Severity::Error
        };
        let message = format!(
            "Control of the aircraft was lost: {}. Only a person takes it again.",
            orders::lost_words(because)
        );
        self.log(severity, "control.lost", &message);
    }

    pub(super) fn foreign_controller(&mut self) {
        if self.foreign {
            return;
        }
        self.foreign = true;
        self.start.pump.shut(Shut::Foreign);
        self.log(
            Severity::Error,
            "control.foreign",
            "Somebody else sends commands to this aircraft: this station has stopped commanding it.",
        );
    }
}
