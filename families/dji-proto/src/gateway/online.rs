use core::time::Duration;

use serde_json::{Value, json};
use skyhelm_units::{Mono, Now};

use super::{DeviceSession, Envelope, Event, TopicKind, Topology};
use crate::error_code::ErrorCode;
use crate::tolerant::as_flag;

/// How long an answer may take before a step is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// The steps by which a gateway comes online. Remote controllers begin with the topology.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Not connected.
    #[default]
    Offline,
    /// Asks who the cloud is.
    Config,
    /// Asks whether dock and aircraft belong to an organisation.
    BindStatus,
    /// Asks which organisation the code belongs to.
    OrganizationGet,
    /// Asks to belong to it.
    OrganizationBind,
    /// Tells which gateway it is, and which aircraft it has.
    Topology,
    /// Online.
    Online,
}

#[derive(Debug, Default)]
pub(super) struct Onboarding {
    step: Step,
    tid: Option<String>,
    at: Option<Mono>,
}

impl Onboarding {
    pub(super) const fn step(&self) -> Step {
        self.step
    }

    pub(super) const fn next(&self) -> Option<Mono> {
        self.at
    }
}

impl DeviceSession {
    pub(super) fn come_online(&mut self, now: Now) {
        let first = if self.config.profile.gateway.is_dock() {
            Step::Config
        } else {
            Step::Topology
        };
        self.go(now, first);
    }

    pub(super) fn go(&mut self, now: Now, step: Step) {
        self.onboarding.step = step;
        self.event(Event::Step(step));
        self.ask(now);
    }

    /// Sends the question of the step it is at; once more, when it was not answered.
    fn ask(&mut self, now: Now) {
        let step = self.onboarding.step;
        let Some((kind, method, data)) = self.question(step) else {
            self.onboarding.tid = None;
            self.onboarding.at = None;
            if step == Step::Online {
                self.osd.start(now.mono);
            }
            return;
        };
        let ids = self.ids.exchange();
        self.onboarding.tid = Some(ids.tid.clone());
        self.onboarding.at = Some(now.mono + AGAIN);
        let envelope = Envelope::message(ids, now.utc, method, data);
        self.publish(self.to(kind), &envelope);
    }

    fn question(&self, step: Step) -> Option<(TopicKind, &'static str, Value)> {
        let requests = TopicKind::Requests;
        let config = &self.config;
        let mut devices = vec![(config.gateway.clone(), config.profile.gateway)];
        devices.extend(config.aircraft.clone());
        Some(match step {
            Step::Offline | Step::Online => return None,
            Step::Config => (
                requests,
                "config",
                json!({ "config_type": "json", "config_scope": "product" }),
            ),
            Step::BindStatus => {
                let devices: Vec<Value> =
                    devices.iter().map(|(sn, _)| json!({ "sn": sn })).collect();
                (
                    requests,
                    "airport_bind_status",
                    json!({ "devices": devices }),
                )
            }
            Step::OrganizationGet => (
                requests,
                "airport_organization_get",
                json!({ "device_binding_code": config.binding_code, "organization_id": config.organization_id }),
            ),
            Step::OrganizationBind => {
                let devices: Vec<Value> = devices
                    .iter()
                    .map(|(sn, model)| {
                        json!({
                            "sn": sn,
                            "device_binding_code": config.binding_code,
                            "organization_id": config.organization_id,
                            "device_callsign": config.callsign,
                            "device_model_key": model.to_string(),
                        })
                    })
                    .collect();
                (
                    requests,
                    "airport_organization_bind",
                    json!({ "bind_devices": devices }),
                )
            }
            Step::Topology => (TopicKind::Status, "update_topo", self.topology().data()),
        })
    }

    fn topology(&self) -> Topology {
        Topology {
            gateway: self.config.profile.gateway,
            aircraft: self
                .config
                .aircraft
                .clone()
                .filter(|_| self.aircraft_online),
        }
    }

    pub(super) fn step_answered(&mut self, now: Now, envelope: &Envelope) {
        if envelope.tid.is_none() || envelope.tid != self.onboarding.tid {
            return;
        }
        let step = self.onboarding.step;
        // The answer to `config` has no result; the others without one are taken as success too.
        let result = ErrorCode::new(envelope.result().unwrap_or(0));
        if !result.is_ok() {
            // Asked again when its time has passed: a person may have set the cloud right by then.
            self.onboarding.tid = None;
            return self.event(Event::StepRefused { step, result });
        }
        let next = match step {
            Step::Config => Step::BindStatus,
            Step::BindStatus if self.is_bound(envelope) => Step::Topology,
            Step::BindStatus => Step::OrganizationGet,
            Step::OrganizationGet => Step::OrganizationBind,
            Step::OrganizationBind => match bind_error(envelope) {
                None => Step::Topology,
                Some(result) => {
                    self.onboarding.tid = None;
                    return self.event(Event::StepRefused { step, result });
                }
            },
            Step::Topology => Step::Online,
            Step::Offline | Step::Online => return,
        };
        self.go(now, next);
    }

    fn is_bound(&self, envelope: &Envelope) -> bool {
        let status = envelope
            .field("output")
            .and_then(|output| output.get("bind_status"))
            .and_then(Value::as_array);
        status.into_iter().flatten().any(|device| {
            let ours =
                device.get("sn").and_then(Value::as_str) == Some(self.config.gateway.as_str());
            let bound = device.get("is_device_bind_organization").and_then(as_flag);
            ours && bound == Some(true)
        })
    }

    pub(super) fn step_due(&mut self, now: Now) {
        if self.connected && self.onboarding.at.is_some_and(|at| at <= now.mono) {
            self.ask(now);
        }
    }
}

fn bind_error(envelope: &Envelope) -> Option<ErrorCode> {
    let errors = envelope
        .field("output")
        .and_then(|output| output.get("err_infos"))
        .and_then(Value::as_array);
    errors
        .into_iter()
        .flatten()
        .filter_map(|device| device.get("err_code").and_then(crate::tolerant::as_int))
        .map(ErrorCode::new)
        .find(|code| !code.is_ok())
}
