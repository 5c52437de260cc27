//! A hand on the sticks.

use std::sync::Arc;

use skyhelm_device::stick::{Ended, HandId, Ignored, Release, Shut, StickInput};
use skyhelm_device::{StickHand, Sticks};
use tokio::sync::watch;

use super::{Pump, Seen, Shared};

/// The sticks as the waist sees them.
#[derive(Clone, Debug)]
pub(crate) struct PumpSticks(pub(crate) Arc<Pump>);

impl Sticks for PumpSticks {
    fn take(&self, holder: &str) -> Result<Arc<dyn StickHand>, Shut> {
        let shared = &self.0.shared;
        let now = shared.host.now().mono;
        shared.with(|core| {
            let id = core.guard.take(now)?;
            let (nonce, nonces) = watch::channel(0);
            let (ended, ends) = watch::channel(None);
            core.hands.insert(id.0, Seen { nonce, ended });
            core.holder = Some(holder.to_owned());
            Ok(Arc::new(PumpHand {
                shared: Arc::clone(shared),
                id,
                nonces,
                ends,
            }) as Arc<dyn StickHand>)
        })
    }
}

#[derive(Debug)]
struct PumpHand {
    shared: Arc<Shared>,
    id: HandId,
    nonces: watch::Receiver<u64>,
    ends: watch::Receiver<Option<Ended>>,
}

impl StickHand for PumpHand {
    fn nonces(&self) -> watch::Receiver<u64> {
        self.nonces.clone()
    }

    fn push(&self, input: StickInput) -> Result<(), Ignored> {
        let now = self.shared.host.now().mono;
        self.shared
            .with(|core| core.guard.push(now, self.id, input))
    }

    fn release(&self, why: Release) {
        let now = self.shared.host.now().mono;
        self.shared
            .with(|core| core.guard.release(now, self.id, why));
    }

    fn ended(&self) -> watch::Receiver<Option<Ended>> {
        self.ends.clone()
    }
}

impl Drop for PumpHand {
    fn drop(&mut self) {
        self.release(Release::SocketClosed);
    }
}
