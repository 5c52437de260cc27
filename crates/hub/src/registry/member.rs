use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;
use skyhelm_device::{DeviceState, Gate, JobBook, Lease};
use skyhelm_units::Now;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Absent, absent_state};
use crate::sign_in::Session;

/// One device of the station.
#[derive(Debug)]
pub(crate) struct Member {
    /// The door to it.
    pub(crate) gate: Gate,
    /// The family that drives it.
    pub(crate) family: &'static str,
    /// Falls when it leaves the station.
    pub(crate) ended: CancellationToken,
    /// Rings when its album may have changed.
    pub(crate) album: Notify,
    /// Falls when a person ends the fetching of its files.
    pub(crate) fetching: Mutex<CancellationToken>,
    /// What the hub itself does with it: fetching files.
    jobs: Mutex<JobBook>,
    /// What people here call it.
    given_name: Mutex<Option<String>>,
}

/// A device as the page reads it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Device")]
pub(crate) struct DeviceView {
    id: String,
    state: DeviceState,
    lease: Option<LeaseView>,
    /// What it can do at all: `mount`, `camera`, ...
    capabilities: Vec<&'static str>,
}

/// A lease as the page reads it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lease")]
pub(crate) struct LeaseView {
    holder: String,
    /// Whether it is the asker's own.
    mine: bool,
    until_utc_ms: i64,
}

impl LeaseView {
    pub(crate) fn new(lease: &Lease, session: &Session, now: Now) -> Self {
        Self {
            holder: lease.holder.clone(),
            mine: lease.id == session.lease,
            until_utc_ms: (now.utc + lease.until.since(now.mono)).millis(),
        }
    }
}

impl Member {
    pub(crate) fn new(gate: Gate, family: &'static str) -> Self {
        Self {
            gate,
            family,
            ended: CancellationToken::new(),
            album: Notify::new(),
            fetching: Mutex::default(),
            jobs: Mutex::default(),
            given_name: Mutex::default(),
        }
    }

    /// Says what people here call it; `None` for its own name.
    pub(crate) fn call(&self, name: Option<String>) {
        *self
            .given_name
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = name;
    }

    /// Reads or changes the hub's own jobs.
    pub(crate) fn jobs<T>(&self, act: impl FnOnce(&mut JobBook) -> T) -> T {
        act(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The device's state with the hub's own jobs among its jobs.
    pub(crate) fn state(&self) -> DeviceState {
        let mut state = DeviceState::clone(&self.gate.state().borrow());
        self.jobs(|book| state.jobs.extend_from_slice(book.all()));
        state.jobs.sort_by_key(|job| job.started_utc_ms);
        let given = self.given_name.lock();
        if let Some(name) = given.unwrap_or_else(PoisonError::into_inner).clone() {
            state.about.name = name;
        }
        state
    }

    pub(crate) fn view(&self, session: &Session, now: Now) -> DeviceView {
        DeviceView {
            id: self.gate.id().as_str().to_owned(),
            state: self.state(),
            lease: self
                .gate
                .lease(now.mono)
                .map(|lease| LeaseView::new(&lease, session, now)),
            capabilities: self.gate.capability_names(),
        }
    }
}

impl DeviceView {
    pub(crate) fn absent(absent: &Absent) -> Self {
        Self {
            id: absent.device.id.clone(),
            state: absent_state(absent),
            lease: None,
            capabilities: Vec::new(),
        }
    }
}
