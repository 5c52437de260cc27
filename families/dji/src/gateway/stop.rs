//! Stops: every way there is, and what became of each.

use skyhelm_device::{Accepted, DeviceError, ErrorKind, Severity};
use skyhelm_dji_proto::Service;
use skyhelm_dji_proto::cloud::DrcPhase;
use skyhelm_dji_proto::drc::DrcCommand;

use tokio::sync::oneshot;

use super::orders::Under;
use super::{Ask, Gateway, Waiting};

/// A stop under way: what it tried, and what became of each.
#[derive(Debug)]
pub(super) struct Stopping {
    pub(super) reply: Option<oneshot::Sender<Result<Accepted, DeviceError>>>,
    pub(super) tried: Vec<(String, Option<String>)>,
}

impl Gateway {
    /// A stop: by the live link when it is open, else by what else ends a motion.
    pub(in crate::gateway) fn stop(&mut self, ask: Ask) {
        let tried = self.brake();
        let answer = if tried.is_empty() {
            Err(DeviceError::new(
                ErrorKind::Unreachable,
                "No stop could be sent: the gateway is not reached.",
            )
            .remedy("Stop it at the remote controller."))
        } else {
            let words = tried.join(", ");
            self.log(
                Severity::Warning,
                "flight.stop",
                &format!("Stop: sent {words}."),
            );
            let tried = tried.into_iter().map(|method| (method, None)).collect();
            self.stopping = Some(Stopping {
                reply: Some(ask.reply),
                tried,
            });
            return;
        };
        drop(ask.reply.send(answer));
    }

    /// Sends every stop there is a way for; says which.
    pub(in crate::gateway) fn brake(&mut self) -> Vec<String> {
        let now = self.now();
        let mut tried = Vec::new();
        let live = self.session.drc_command(now, DrcCommand::EmergencyStop);
        if live.is_ok() {
            tried.push(String::from(DrcCommand::EmergencyStop.method()));
        }
        let connected = self.session.drc().phase() == DrcPhase::Connected;
        if !connected {
            for service in [Service::FlyToPointStop, Service::FlightTaskPause] {
                let method = service.method().to_owned();
                if let Ok(Under {
                    ticket: Some(ticket),
                    ..
                }) = self.call(service)
                {
                    let (reply, job) = (None, None);
                    self.waiting.insert(ticket, Waiting { reply, job });
                    tried.push(method);
                }
            }
        }
        tried
    }

    /// What became of one way to stop. The first that worked answers; when none did, the last.
    pub(in crate::gateway) fn stop_tried(&mut self, method: &str, failed: Option<String>) {
        let Some(stopping) = &mut self.stopping else {
            return;
        };
        let Some(entry) = stopping.tried.iter_mut().find(|(name, _)| name == method) else {
            return;
        };
        let worked = failed.is_none();
        entry.1 = Some(failed.unwrap_or_else(|| String::from("taken")));
        let all = stopping.tried.iter().all(|(_, outcome)| outcome.is_some());
        if !worked && !all {
            return;
        }
        let answer = if worked {
            Ok(Accepted::default())
        } else {
            let words: Vec<String> = stopping
                .tried
                .iter()
                .map(|(name, outcome)| format!("{name}: {}", outcome.as_deref().unwrap_or("?")))
                .collect();
            Err(DeviceError::new(
                ErrorKind::Refused,
                format!("No stop was taken ({}).", words.join("; ")),
            )
            .remedy("Stop it at the remote controller."))
        };
        if let Some(reply) = stopping.reply.take() {
            drop(reply.send(answer));
        }
        if all {
            self.stopping = None;
        }
    }
}
