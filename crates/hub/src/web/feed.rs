//! What one page has not been told yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::devices;
use super::session::Who;
use crate::events::HubEvent;
use crate::hub::Hub;
use crate::sign_in::{Role, Session};
use crate::store::LogEntry;

/// Log lines kept for a page that is slow; older ones it may ask for.
const MOST_LINES: usize = 200;

/// Collects what changed, so that a device that changes a hundred times is told ten times.
#[derive(Debug)]
pub(super) struct Feed {
    hub: Arc<Hub>,
    session: Session,
    events: Receiver<HubEvent>,
    everything: bool,
    station: bool,
    devices: BTreeSet<String>,
    gone: BTreeSet<String>,
    entries: BTreeSet<String>,
    lines: Vec<Arc<LogEntry>>,
}

impl Feed {
    /// The first news is everything.
    pub(super) fn new(hub: Arc<Hub>, session: Session) -> Self {
        Self {
            events: hub.events.subscribe(),
            hub,
            session,
            everything: true,
            station: false,
            devices: BTreeSet::new(),
            gone: BTreeSet::new(),
            entries: BTreeSet::new(),
            lines: Vec::new(),
        }
    }

    /// Waits for one event and notes it.
    ///
    /// # Cancel safety
    /// An event is noted or still waiting, never lost.
    pub(super) async fn listen(&mut self) {
        match self.events.recv().await {
            Ok(HubEvent::Device(id)) => {
                self.devices.insert(id);
            }
            Ok(HubEvent::Gone(id)) => {
                self.devices.remove(&id);
                self.gone.insert(id);
            }
            Ok(HubEvent::Station) => self.station = true,
            Ok(HubEvent::Log(line)) => {
                let may_read = self.session.role >= Role::Viewer;
                if may_read && self.lines.len() < MOST_LINES {
                    self.lines.push(line);
                }
            }
            Ok(HubEvent::Library(id)) => {
                self.entries.insert(id);
            }
            Err(RecvError::Lagged(_)) => self.everything = true,
            // The hub holds a sender as long as it lives.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }

    pub(super) fn has_news(&self) -> bool {
        self.everything
            || self.station
            || !(self.devices.is_empty()
                && self.gone.is_empty()
                && self.entries.is_empty()
                && self.lines.is_empty())
    }

    /// What the page has not been told, as messages.
    pub(super) async fn news(&mut self) -> Vec<String> {
        let mut messages = Vec::new();
        if std::mem::take(&mut self.everything) {
            self.devices.clear();
            let devices = devices::views(&self.hub, &self.session);
            let station = self.hub.station_view();
            let who = Who::of(&self.hub, Some(&self.session)).await.ok();
            let hello =
                json!({"type": "hello", "station": station, "devices": devices, "who": who});
            messages.push(hello);
            self.station = false;
        }
        if std::mem::take(&mut self.station) {
            let station = self.hub.station_view();
            messages.push(json!({"type": "station", "station": station}));
        }
        for id in std::mem::take(&mut self.gone) {
            messages.push(json!({"type": "gone", "id": id}));
        }
        for id in std::mem::take(&mut self.devices) {
            if let Some(device) = devices::view(&self.hub, &self.session, &id) {
                messages.push(json!({"type": "device", "device": device}));
            }
        }
        for line in self.lines.drain(..) {
            messages.push(json!({"type": "log", "entry": *line}));
        }
        for id in std::mem::take(&mut self.entries) {
            if let Ok(Some(entry)) = self.hub.store.entry(id).await {
                let entry = self.hub.shelf.view(entry);
                messages.push(json!({"type": "library", "entry": entry}));
            }
        }
        messages.iter().map(ToString::to_string).collect()
    }
}
