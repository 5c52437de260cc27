//! One gateway with its aircraft, as the waist sees it.

use core::time::Duration;
use std::sync::Arc;

use skyhelm_device::{
    Accepted, Capabilities, Device, DeviceError, DeviceEvent, DeviceState, Envelope, ErrorKind,
    FlightCommand, GimbalCommand, HostClock, Land, PayloadCommand, RawAnswer, RawDoor, RawMessage,
    Reply, Submit,
};
use skyhelm_units::DeviceId;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::gateway::{Ask, Order, RawAsk, Told};
use crate::land::World;
use crate::pump::{Pump, PumpSticks};
use crate::video::{Screen, ScreenView};

/// Longer than any service's own time.
const RAW_PATIENCE: Duration = Duration::from_secs(18);

/// Gives orders to the gateway's task.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    pub(crate) asks: mpsc::Sender<Ask>,
    pub(crate) stops: mpsc::Sender<Ask>,
    pub(crate) pump: Arc<Pump>,
    pub(crate) host: HostClock,
}

impl<C> Submit<C> for Orders
where
    C: Into<Order> + Send + 'static,
{
    fn submit(&self, envelope: Envelope<C>) -> Reply<Accepted> {
        let wait = envelope.deadline.since(self.host.now().mono);
        let order = envelope.command.into();
        let way = if order == Order::Flight(FlightCommand::Stop) {
            // The pump's own thread stops at once, whatever waits in the task's queue.
            self.pump.stop();
            &self.stops
        } else {
            &self.asks
        };
        let (reply, answer) = oneshot::channel();
        let ask = Ask {
            order,
            request_id: envelope.request_id,
            reply,
        };
        let sent = way.try_send(ask).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => DeviceError::new(
                ErrorKind::Blocked,
                "The gateway has not caught up with earlier commands.",
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
                    "The gateway did not take the command in time.",
                )
                .remedy("Look at its state before trying again.")),
            }
        })
    }
}

fn gone() -> DeviceError {
    DeviceError::new(ErrorKind::NotFound, "The gateway was removed.")
}

/// A gateway under its task.
#[derive(Clone, Debug)]
pub(crate) struct DjiGateway {
    pub(crate) id: DeviceId,
    pub(crate) orders: Orders,
    pub(crate) state: watch::Receiver<Arc<DeviceState>>,
    pub(crate) events: broadcast::Sender<DeviceEvent>,
    pub(crate) screen: Arc<Screen>,
    pub(crate) land: Option<World>,
    pub(crate) told: mpsc::Sender<Told>,
}

impl RawDoor for DjiGateway {
    fn send(&self, message: RawMessage) -> Reply<RawAnswer> {
        let (reply, answer) = oneshot::channel();
        let sent = self.told.try_send(Told::Raw(RawAsk { message, reply }));
        Box::pin(async move {
            sent.map_err(|_| {
                let words = "The gateway has not caught up with what came before.";
                DeviceError::new(ErrorKind::Blocked, words).remedy("Wait a moment.")
            })?;
            match timeout(RAW_PATIENCE, answer).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_dropped)) => Err(gone()),
                Err(_elapsed) => {
                    let words = "No answer came in time.";
                    Err(DeviceError::new(ErrorKind::TimedOut, words))
                }
            }
        })
    }
}

impl Device for DjiGateway {
    fn id(&self) -> DeviceId {
        self.id.clone()
    }

    fn capabilities(&self) -> Capabilities {
        let orders = Arc::new(self.orders.clone());
        Capabilities {
            aircraft: Some(Arc::clone(&orders) as Arc<dyn Submit<FlightCommand>>),
            gimbal: Some(Arc::clone(&orders) as Arc<dyn Submit<GimbalCommand>>),
            payload: Some(orders as Arc<dyn Submit<PayloadCommand>>),
            sticks: Some(Arc::new(PumpSticks(Arc::clone(&self.orders.pump)))),
            raw: Some(Arc::new(self.clone())),
            land: self
                .land
                .clone()
                .map(|world| Arc::new(world) as Arc<dyn Land>),
            video: Some(Arc::new(ScreenView(Arc::clone(&self.screen)))),
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
