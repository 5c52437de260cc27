//! A joystick motion carried by one event socket: when the socket, or its hand, goes, the motion ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use skyhelm_device::MountCommand;
use skyhelm_units::{Angle, RequestId};
use tokio::sync::{mpsc, watch};

use super::problem::Problem;
use crate::hub::Hub;
use crate::order::Order;
use crate::secret;
use crate::sign_in::Session;
use crate::store::NewAudit;

/// A push holds so long; the page repeats it each 200 ms while the stick is held.
const HOLD: Duration = Duration::from_secs(1);
/// Devices one socket may move at a time.
const MOST_STICKS: usize = 8;

/// Where a stick stands.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) struct Push {
    direction_deg: f64,
    deflection: f64,
}

/// The sticks one socket holds. Dropping it releases them all.
#[derive(Debug)]
pub(super) struct Sticks {
    hub: Arc<Hub>,
    session: Session,
    held: HashMap<String, watch::Sender<Option<Push>>>,
    troubles: mpsc::Sender<serde_json::Value>,
}

impl Sticks {
    pub(super) fn new(
        hub: Arc<Hub>,
        session: Session,
        troubles: mpsc::Sender<serde_json::Value>,
    ) -> Self {
        Self {
            hub,
            session,
            held: HashMap::new(),
            troubles,
        }
    }

    /// The stick of a device is pushed. A push that comes before the last one is carried out takes
    /// its place: a stick has no queue.
    pub(super) fn push(&mut self, device: &str, push: Push) {
        self.held.retain(|_, stick| !stick.is_closed());
        if let Some(stick) = self.held.get(device) {
            stick.send_replace(Some(push));
            return;
        }
        if self.held.len() >= MOST_STICKS {
            return;
        }
        let (stick, pushes) = watch::channel(Some(push));
        self.held.insert(device.to_owned(), stick);
        let order = Order {
            hub: self.hub.clone(),
            session: self.session.clone(),
            request: RequestId::new(secret::random_name()),
        };
        let carried = carry(order, device.to_owned(), pushes, self.troubles.clone());
        self.hub.tasks.spawn(carried);
    }

    /// The stick of a device is released.
    pub(super) fn release(&mut self, device: &str) {
        self.held.remove(device);
    }
}

/// A stick that begins to be held is worth a line; each push is not.
async fn note(order: &Order, device: &str) {
    let session = &order.session;
    let line = NewAudit {
        utc_ms: order.hub.clocks.now().utc.millis(),
        who: session.name.clone(),
        role: Some(session.role.word()),
        means: Some(session.means.word()),
        device: Some(device.to_owned()),
        action: String::from("joystick"),
        details: None,
        status: 202,
        outcome: String::from("taken"),
        request_id: order.request.as_str().to_owned(),
        delay_ms: None,
    };
    order.hub.audit(line).await;
}

async fn carry(
    order: Order,
    device: String,
    mut pushes: watch::Receiver<Option<Push>>,
    troubles: mpsc::Sender<serde_json::Value>,
) {
    let Ok(member) = order.hub.registry.member(&device) else {
        return;
    };
    let mut moved = false;
    loop {
        let push = *pushes.borrow_and_update();
        if let Some(push) = push {
            let command = MountCommand::Joystick {
                direction: Angle::from_degrees(push.direction_deg),
                deflection: push.deflection,
            };
            match order.give(&member, command).await {
                Ok(_) => {
                    if !moved {
                        note(&order, &device).await;
                    }
                    moved = true;
                }
                Err(error) => {
                    // Nobody reads any more: then nobody needs to know.
                    let _ = troubles.try_send(Problem::from(error).json(&order.request));
                    break;
                }
            }
        }
        match tokio::time::timeout(HOLD, pushes.changed()).await {
            Ok(Ok(())) => {}
            // Released, or the socket is gone, or it has fallen silent.
            Ok(Err(_)) | Err(_) => break,
        }
    }
    drop(pushes);
    if moved && let Err(error) = order.give(&member, MountCommand::StopJoystick).await {
        tracing::warn!(%error, %device, "the stick was released, and the device did not stop");
    }
}
