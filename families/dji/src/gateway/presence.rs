//! Which aircraft a gateway had when this program last ran.
//!
//! A gateway tells its topology when it connects and when it changes, and no more: a station that is
//! started anew beside a broker that lived on would not know whose telemetry it hears, and could not say
//! that something is in the air. What is remembered counts only once that aircraft is heard, and grants
//! nothing.

use core::time::Duration;

use skyhelm_dji_proto::{SerialNumber, Topology};

use super::Gateway;

/// How long the memory may take to tell what it knows.
const RECALLS_WITHIN: Duration = Duration::from_secs(2);

impl Gateway {
    fn topology_name(&self) -> String {
        format!("topology.{}", self.start.serial)
    }

    pub(super) async fn recall_topology(&mut self) {
        let recalled = self.start.memory.recall(&self.topology_name());
        let Ok(Ok(Some(data))) = tokio::time::timeout(RECALLS_WITHIN, recalled).await else {
            return;
        };
        let topology = Topology::parse(&data);
        if let Some((aircraft, _)) = &topology.aircraft {
            // From now on its messages come here.
            let aircraft = aircraft.as_str().to_owned();
            self.start.aircraft.send_replace(Some(aircraft));
            self.presumed = Some(topology);
        }
    }

    pub(super) fn keep_topology(&self, topology: &Topology) {
        let name = self.topology_name();
        let kept = self.start.memory.keep(&name, Some(topology.data()));
        let gateway = self.start.serial.clone();
        tokio::spawn(async move {
            if let Err(error) = kept.await {
                tracing::warn!(%gateway, %error, "its topology is not remembered");
            }
        });
    }

    /// The aircraft it had was heard.
    pub(super) fn presume(&mut self, heard: &SerialNumber) {
        let fits = |topology: &mut Topology| {
            let aircraft = topology.aircraft.as_ref();
            aircraft.is_some_and(|(serial, _)| serial == heard)
        };
        if let Some(topology) = self.presumed.take_if(fits)
            && self.session.topology().is_none()
        {
            self.session.presume(topology);
        }
    }
}
