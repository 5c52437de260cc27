//! One telescope, as the waist sees it: handles that talk to its tasks.

use std::sync::Arc;

use skyhelm_device::{
    Accepted, CameraCommand, Capabilities, ControlCommand, DarksCommand, Device, DeviceError,
    DeviceEvent, DeviceState, Envelope, ErrorKind, FocuserCommand, HostClock, LightCommand,
    MountCommand, PowerCommand, Reply, StackerCommand, Submit,
};
use skyhelm_units::{DeviceId, Mono, RequestId};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::library::DwarfLibrary;
use crate::live::DwarfLive;
use crate::orders::Order;

/// Orders waiting for the telescope's task. More than a person can give; a face that floods it is
/// told so.
pub(crate) const WAITING_ORDERS: usize = 32;

/// Events kept for a slow listener.
pub(crate) const EVENTS_KEPT: usize = 64;

/// What a telescope's task is asked.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) order: Order,
    pub(crate) request_id: RequestId,
    pub(crate) deadline: Mono,
    pub(crate) reply: oneshot::Sender<Result<Accepted, DeviceError>>,
}

/// Gives orders to the telescope's task.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    pub(crate) asks: mpsc::Sender<Ask>,
    pub(crate) host: HostClock,
}

impl<C> Submit<C> for Orders
where
    C: Into<Order> + Send + 'static,
{
    fn submit(&self, envelope: Envelope<C>) -> Reply<Accepted> {
        let wait = envelope.deadline.since(self.host.now().mono);
        let (reply, answer) = oneshot::channel();
        let ask = Ask {
            order: envelope.command.into(),
            request_id: envelope.request_id,
            deadline: envelope.deadline,
            reply,
        };
        // On its way before anybody waits for the answer.
        let sent = self.asks.try_send(ask).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => DeviceError::new(
                ErrorKind::Blocked,
                "The telescope has not caught up with earlier commands.",
            )
            .remedy("Wait a moment."),
            mpsc::error::TrySendError::Closed(_) => gone(),
        });
        Box::pin(async move {
            sent?;
            match timeout(wait, answer).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_dropped)) => Err(gone()),
                Err(_elapsed) => Err(DeviceError::new(
                    ErrorKind::TimedOut,
                    "The telescope did not take the command in time.",
                )
                .remedy("Look at its state before trying again.")),
            }
        })
    }
}

fn gone() -> DeviceError {
    DeviceError::new(ErrorKind::NotFound, "The telescope was removed.")
}

/// A telescope under its tasks.
#[derive(Clone, Debug)]
pub(crate) struct DwarfTelescope {
    pub(crate) id: DeviceId,
    pub(crate) orders: Orders,
    pub(crate) state: watch::Receiver<Arc<DeviceState>>,
    pub(crate) events: broadcast::Sender<DeviceEvent>,
    pub(crate) live: DwarfLive,
    pub(crate) library: DwarfLibrary,
}

impl Device for DwarfTelescope {
    fn id(&self) -> DeviceId {
        self.id.clone()
    }

    fn capabilities(&self) -> Capabilities {
        let orders = Arc::new(self.orders.clone());
        Capabilities {
            mount: Some(Arc::clone(&orders) as Arc<dyn Submit<MountCommand>>),
            camera: Some(Arc::clone(&orders) as Arc<dyn Submit<CameraCommand>>),
            focuser: Some(Arc::clone(&orders) as Arc<dyn Submit<FocuserCommand>>),
            stacker: Some(Arc::clone(&orders) as Arc<dyn Submit<StackerCommand>>),
            darks: Some(Arc::clone(&orders) as Arc<dyn Submit<DarksCommand>>),
            lights: Some(Arc::clone(&orders) as Arc<dyn Submit<LightCommand>>),
            power: Some(Arc::clone(&orders) as Arc<dyn Submit<PowerCommand>>),
            control: Some(orders as Arc<dyn Submit<ControlCommand>>),
            album: Some(Arc::new(self.library.clone())),
            live: Some(Arc::new(self.live.clone())),
            library: Some(Arc::new(self.library.clone())),
            ..Capabilities::default()
        }
    }

    fn state(&self) -> watch::Receiver<Arc<DeviceState>> {
        self.state.clone()
    }

    fn events(&self) -> broadcast::Receiver<DeviceEvent> {
        self.events.subscribe()
    }
}
