//! The log of flights: each device's way through the air, written down while it flies.
//!
//! A flight begins when the device says that its aircraft is in the air, and ends when it says that it
//! is not. One that was cut by a restart of the hub goes on when the aircraft is still up.

use std::sync::Arc;
use std::time::Duration;

use skyhelm_device::DeviceState;
use skyhelm_device::state::FlightState;

use crate::HubError;
use crate::hub::Hub;
use crate::registry::Member;
use crate::store::{FlightId, NewFlight, TrackPoint};

/// A point is written so often at most; an aircraft flies fifteen metres meanwhile.
const POINT_EVERY: Duration = Duration::from_secs(1);
/// A flight nobody heard of for so long was another one.
const LONGEST_GAP: Duration = Duration::from_mins(10);

/// Writes down the flights of a device, for as long as it belongs to the station.
pub(crate) async fn watch(hub: Arc<Hub>, member: Arc<Member>) {
    let mut states = member.gate.state();
    let mut log = Log::default();
    loop {
        let state = Arc::clone(&states.borrow_and_update());
        if let Err(error) = log.see(&hub, &member, &state).await {
            tracing::error!(%error, "a point of a flight was not written");
        }
        tokio::select! {
            () = member.ended.cancelled() => return,
            () = hub.stopping.cancelled() => return,
            changed = states.changed() => if changed.is_err() {
                return;
            },
        }
    }
}

/// The flight that is being written, and its last point.
#[derive(Debug, Default)]
struct Log {
    flight: Option<FlightId>,
    last_utc_ms: i64,
    /// What an earlier run of the hub left open was gone on with, or ended.
    settled: bool,
}

impl Log {
    async fn see(
        &mut self,
        hub: &Hub,
        member: &Member,
        state: &DeviceState,
    ) -> Result<(), HubError> {
        let Some(flight) = &state.flight else {
            return Ok(());
        };
        let now = hub.clocks.now().utc.millis();
        match (flight.in_air, point(flight, now)) {
            (Some(true), Some(point)) if self.is_due(now) => {
                let id = match self.flight {
                    Some(id) => id,
                    None => begin(hub, member, flight, now).await?,
                };
                self.flight = Some(id);
                self.settled = true;
                self.last_utc_ms = now;
                hub.store.add_point(id, point).await
            }
            (Some(false), last) => match self.flight.take() {
                Some(id) => hub.store.end_flight(id, now, last).await,
                None if self.settled => Ok(()),
                None => {
                    self.settled = true;
                    hub.store.end_flights_of(device(member)).await
                }
            },
            _ => Ok(()),
        }
    }

    fn is_due(&self, now: i64) -> bool {
        let every = i64::try_from(POINT_EVERY.as_millis()).unwrap_or(i64::MAX);
        self.flight.is_none() || (now - self.last_utc_ms).abs() >= every
    }
}

async fn begin(
    hub: &Hub,
    member: &Member,
    flight: &FlightState,
    now: i64,
) -> Result<FlightId, HubError> {
    let aircraft = flight.aircraft.clone().unwrap_or_default();
    let gap = i64::try_from(LONGEST_GAP.as_millis()).unwrap_or(i64::MAX);
    let new = NewFlight {
        device: device(member),
        model: aircraft.model,
        serial: aircraft.serial,
        begin_utc_ms: now,
        goes_on_since_utc_ms: now - gap,
    };
    hub.store.begin_flight(new).await
}

fn device(member: &Member) -> String {
    member.gate.id().as_str().to_owned()
}

/// Where it is now, when it says so.
fn point(flight: &FlightState, now: i64) -> Option<TrackPoint> {
    let place = flight.position?;
    // What is no number is no height either.
    let finite = |number: Option<f64>| number.filter(|number| number.is_finite());
    place.point()?;
    Some(TrackPoint {
        utc_ms: now,
        latitude_deg: place.latitude_deg,
        longitude_deg: place.longitude_deg,
        above_takeoff_m: finite(flight.heights.above_takeoff_m),
        ellipsoid_m: finite(flight.heights.ellipsoid_m),
        amsl_m: finite(flight.heights.amsl_m),
        heading_deg: finite(flight.attitude.map(|attitude| attitude.heading_deg)),
        level_m_s: finite(flight.speed.map(|speed| speed.level_m_s)),
        up_m_s: finite(flight.speed.map(|speed| speed.up_m_s)),
        battery_percent: finite(flight.battery.and_then(|battery| battery.percent)),
    })
}
