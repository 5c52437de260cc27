//! Coming online: configuration, binding, topology.

use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_dji_proto::{Envelope, Topology};
use skyhelm_units::Mono;

use super::{GatewayMachine, LinkId};

/// How long it waits for an answer before it asks again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Offline,
    Config,
    BindStatus,
    Organization,
    Bind,
    Topology,
    Online,
}

impl Step {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Config => "config",
            Self::BindStatus => "airport_bind_status",
            Self::Organization => "airport_organization_get",
            Self::Bind => "airport_organization_bind",
            Self::Topology => "update_topo",
            Self::Online => "online",
        }
    }
}

/// The steps of coming online, and what is waited for.
#[derive(Clone, Debug)]
pub(super) struct Onboarding {
    is_dock: bool,
    pub(super) step: Step,
    waiting: Option<(String, Mono)>,
    /// The number with which the last step was refused.
    pub(super) refused: Option<i64>,
}

impl Onboarding {
    pub(super) fn new(is_dock: bool) -> Self {
        Self {
            is_dock,
            step: Step::Offline,
            waiting: None,
            refused: None,
        }
    }

    pub(super) fn forget(&mut self) {
        self.step = Step::Offline;
        self.waiting = None;
    }

    pub(super) fn is_dock(&self) -> bool {
        self.is_dock
    }

    pub(super) fn is_online(&self) -> bool {
        self.step == Step::Online
    }
}

impl GatewayMachine {
    pub(super) fn begin_onboarding(&mut self) {
        let first = if self.onboarding.is_dock {
            Step::Config
        } else {
            Step::Topology
        };
        self.ask(first);
    }

    pub(super) fn run_onboarding(&mut self) {
        let late = self
            .onboarding
            .waiting
            .as_ref()
            .is_some_and(|(_, asked)| self.now.mono.since(*asked) >= PATIENCE);
        if late && self.connected {
            let step = if self.onboarding.step == Step::Online {
                Step::Topology
            } else {
                self.onboarding.step
            };
            self.ask(step);
        }
    }

    fn ask(&mut self, step: Step) {
        self.onboarding.step = step;
        let method = step.name();
        let sn = |sn: &skyhelm_dji_proto::SerialNumber| json!({ "sn": sn.as_str() });
        let (organization, code) = self.organization.clone();
        let data = match step {
            Step::Config => json!({ "config_type": "json", "config_scope": "product" }),
            Step::BindStatus => json!({ "devices": [sn(&self.gateway), sn(&self.aircraft_sn)] }),
            Step::Organization => {
                json!({ "device_binding_code": code, "organization_id": organization })
            }
            Step::Bind => {
                let bind = |sn: &str, model: String, callsign: &str| {
                    json!({
                        "device_binding_code": code,
                        "organization_id": organization,
                        "device_callsign": callsign,
                        "sn": sn,
                        "device_model_key": model,
                    })
                };
                let gateway = bind(
                    self.gateway.as_str(),
                    self.profile.gateway.to_string(),
                    "Dock",
                );
                let aircraft = bind(
                    self.aircraft_sn.as_str(),
                    self.profile.aircraft.to_string(),
                    "Aircraft",
                );
                json!({ "bind_devices": [gateway, aircraft] })
            }
            Step::Topology => self.topology(),
            Step::Offline | Step::Online => return,
        };
        let kind = if step == Step::Topology {
            TopicKind::Status
        } else {
            TopicKind::Requests
        };
        let ids = self.ids.exchange();
        self.onboarding.waiting = Some((ids.tid.clone(), self.now.mono));
        let mut envelope = Envelope::message(ids, self.utc(), method, data);
        if kind == TopicKind::Requests {
            envelope = envelope.through(&self.gateway);
        }
        let topic = self.topic(kind);
        self.publish(LinkId::Main, &topic, &envelope, 1);
    }

    fn topology(&self) -> Value {
        Topology {
            gateway: self.profile.gateway,
            aircraft: self
                .has_aircraft()
                .then(|| (self.aircraft_sn.clone(), self.profile.aircraft)),
        }
        .data()
    }

    /// Tells who is there, when that has changed.
    pub(super) fn tell_topology(&mut self) {
        if self.onboarding.is_online() {
            self.ask(Step::Topology);
            // It goes on reporting meanwhile.
            self.onboarding.step = Step::Online;
        }
    }

    pub(super) fn onboarding_answer(&mut self, reply: &Envelope) {
        if self.storage_answer(reply) {
            return;
        }
        let expected = self
            .onboarding
            .waiting
            .as_ref()
            .is_some_and(|(tid, _)| reply.tid.as_ref() == Some(tid));
        if !expected {
            return;
        }
        if let Some(result) = reply.result().filter(|result| *result != 0) {
            // It asks again after a while, as a person would have to act first.
            self.onboarding.refused = Some(result);
            return;
        }
        self.onboarding.waiting = None;
        self.onboarding.refused = None;
        match self.onboarding.step {
            Step::Config => self.ask(Step::BindStatus),
            Step::BindStatus if all_bound(reply) => self.ask(Step::Topology),
            Step::BindStatus => self.ask(Step::Organization),
            Step::Organization => self.ask(Step::Bind),
            Step::Bind => match first_refusal(reply) {
                None => self.ask(Step::Topology),
                Some(code) => {
                    self.onboarding.refused = Some(code);
                    self.onboarding.waiting = Some((String::new(), self.now.mono));
                }
            },
            Step::Topology => {
                tracing::info!(gateway = %self.gateway, "virtual gateway online");
                self.onboarding.step = Step::Online;
                self.report_all();
            }
            Step::Offline | Step::Online => {}
        }
    }
}

fn all_bound(reply: &Envelope) -> bool {
    let output = reply
        .field("output")
        .and_then(|output| output.get("bind_status"));
    let devices = output
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let bound = |device: &Value| {
        let flag = device.get("is_device_bind_organization");
        flag.is_some_and(|flag| flag == &json!(true) || flag == &json!(1))
    };
    !devices.is_empty() && devices.iter().all(bound)
}

fn first_refusal(reply: &Envelope) -> Option<i64> {
    let errors = reply.field("output")?.get("err_infos")?.as_array()?;
    let codes = errors
        .iter()
        .filter_map(|error| error.get("err_code")?.as_i64());
    codes.into_iter().find(|code| *code != 0)
}
