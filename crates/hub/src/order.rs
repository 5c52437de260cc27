//! One command, from a person (or the program itself) to a device.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_device::{
    Accepted, DeviceError, Envelope, ErrorKind, Gated, RawAnswer, RawMessage, Reply, Take,
};
use skyhelm_units::RequestId;
use tracing::Instrument as _;

use crate::events::HubEvent;
use crate::hub::Hub;
use crate::registry::Member;
use crate::sign_in::Session;

/// How long a device may take to say whether it takes a command.
const COMMAND_TIME: Duration = Duration::from_secs(20);

/// One person's wish to command one device.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) hub: Arc<Hub>,
    pub(crate) session: Session,
    pub(crate) request: RequestId,
}

impl Order {
    /// Gives a command, taking or renewing the lease it needs.
    pub(crate) async fn give<C: Gated>(
        &self,
        member: &Member,
        command: C,
    ) -> Result<Accepted, DeviceError> {
        let now = self.hub.clocks.now().mono;
        let id = member.gate.id();
        if command.needs_lease() {
            self.take_lease(member)?;
        }
        let span = tracing::info_span!("device", %id);
        span.in_scope(|| tracing::debug!(?command, rid = %self.request, "asked"));
        let reply = member.gate.submit(
            now,
            Envelope {
                lease: Some(self.session.lease.clone()),
                request_id: self.request.clone(),
                deadline: now + COMMAND_TIME,
                command,
            },
        );
        in_time(reply).instrument(span).await
    }

    /// Sends a message in the device's own words.
    pub(crate) async fn raw(
        &self,
        member: &Member,
        message: RawMessage,
    ) -> Result<RawAnswer, DeviceError> {
        self.take_lease(member)?;
        let now = self.hub.clocks.now().mono;
        let span = tracing::info_span!("device", id = %member.gate.id());
        span.in_scope(|| tracing::info!(method = message.method, rid = %self.request, "raw"));
        let reply = member.gate.send_raw(now, &self.session.lease, message);
        in_time(reply).instrument(span).await
    }

    /// Takes the lease when it is free, or renews it.
    fn take_lease(&self, member: &Member) -> Result<(), DeviceError> {
        let now = self.hub.clocks.now().mono;
        let before = member.gate.lease(now).map(|lease| lease.id);
        let lease = self.session.lease.clone();
        member
            .gate
            .take_lease(now, lease, &self.session.name, Take::IfFree)?;
        if before.as_ref() != Some(&self.session.lease) {
            let id = member.gate.id();
            self.hub.announce(HubEvent::Device(id.as_str().to_owned()));
        }
        Ok(())
    }
}

/// A driver that forgets its deadline must not hold the peer.
async fn in_time<T>(reply: Reply<T>) -> Result<T, DeviceError> {
    tokio::time::timeout(COMMAND_TIME + Duration::from_secs(1), reply)
        .await
        .unwrap_or_else(|_| {
            Err(DeviceError::new(
                ErrorKind::TimedOut,
                "The device did not say whether it takes the command.",
            ))
        })
}
