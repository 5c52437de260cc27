use rusqlite::{Connection, OptionalExtension as _, Row, params};
use schemars::JsonSchema;
use serde::Serialize;

use super::Store;
use crate::HubError;

/// Points of one flight that are read; a day in the air, at one a second.
const MOST_POINTS: u32 = 100_000;

/// Names a flight within the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlightId(i64);

/// A flight that begins, or goes on.
#[derive(Clone, Debug)]
pub(crate) struct NewFlight {
    pub(crate) device: String,
    pub(crate) model: String,
    pub(crate) serial: String,
    pub(crate) begin_utc_ms: i64,
    /// One that is open, and was heard of after this, goes on.
    pub(crate) goes_on_since_utc_ms: i64,
}

/// A flight of a device.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Flight {
    /// Counts the device's flights from 1.
    pub(crate) number: i64,
    pub(crate) begin_utc_ms: i64,
    /// Null while it lasts.
    pub(crate) end_utc_ms: Option<i64>,
    /// The aircraft's model.
    pub(crate) model: String,
    /// The aircraft's serial number.
    pub(crate) serial: String,
    /// Points of its track.
    pub(crate) points: i64,
    /// Above the place of take-off, where that was told.
    pub(crate) highest_m: Option<f64>,
}

/// One point of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TrackPoint {
    pub(crate) utc_ms: i64,
    pub(crate) latitude_deg: f64,
    pub(crate) longitude_deg: f64,
    pub(crate) above_takeoff_m: Option<f64>,
    pub(crate) ellipsoid_m: Option<f64>,
    pub(crate) amsl_m: Option<f64>,
    pub(crate) heading_deg: Option<f64>,
    pub(crate) level_m_s: Option<f64>,
    pub(crate) up_m_s: Option<f64>,
    pub(crate) battery_percent: Option<f64>,
}

impl Flight {
    const COLUMNS: &str = "number, begin_utc_ms, end_utc_ms, model, serial,
         (SELECT count(*) FROM track WHERE track.flight = flight.id),
         (SELECT max(above_takeoff_m) FROM track WHERE track.flight = flight.id)";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            begin_utc_ms: row.get(1)?,
            end_utc_ms: row.get(2)?,
            model: row.get(3)?,
            serial: row.get(4)?,
            points: row.get(5)?,
            highest_m: row.get(6)?,
        })
    }
}

impl TrackPoint {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            utc_ms: row.get(0)?,
            latitude_deg: row.get(1)?,
            longitude_deg: row.get(2)?,
            above_takeoff_m: row.get(3)?,
            ellipsoid_m: row.get(4)?,
            amsl_m: row.get(5)?,
            heading_deg: row.get(6)?,
            level_m_s: row.get(7)?,
            up_m_s: row.get(8)?,
            battery_percent: row.get(9)?,
        })
    }

    /// Two points within one millisecond are one.
    fn write(&self, db: &Connection, flight: FlightId) -> rusqlite::Result<()> {
        db.prepare(
            "INSERT OR REPLACE INTO track VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            flight.0,
            self.utc_ms,
            self.latitude_deg,
            self.longitude_deg,
            self.above_takeoff_m,
            self.ellipsoid_m,
            self.amsl_m,
            self.heading_deg,
            self.level_m_s,
            self.up_m_s,
            self.battery_percent
        ])
        .map(drop)
    }
}

/// Ends the flights of a device that nobody has ended: at their last point.
fn end_open(db: &Connection, device: &str) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE flight SET end_utc_ms = coalesce(
             (SELECT max(utc_ms) FROM track WHERE track.flight = flight.id), begin_utc_ms)
         WHERE device = ?1 AND end_utc_ms IS NULL",
        [device],
    )
    .map(drop)
}

impl Store {
    /// Begins a flight, or goes on with the one that was cut.
    pub(crate) async fn begin_flight(&self, new: NewFlight) -> Result<FlightId, HubError> {
        self.call(move |db| {
            let open = db
                .query_row(
                    "SELECT id FROM flight WHERE device = ?1 AND end_utc_ms IS NULL
                     AND EXISTS (SELECT 1 FROM track WHERE track.flight = flight.id AND utc_ms >= ?2)
                     ORDER BY id DESC LIMIT 1",
                    params![new.device, new.goes_on_since_utc_ms],
                    |row| row.get(0),
                )
                .optional()?;
            if let Some(id) = open {
                return Ok(FlightId(id));
            }
            end_open(db, &new.device)?;
            db.execute(
                "INSERT INTO flight (device, number, model, serial, begin_utc_ms)
                 SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM flight WHERE device = ?1",
                params![new.device, new.model, new.serial, new.begin_utc_ms],
            )?;
            Ok(FlightId(db.last_insert_rowid()))
        })
        .await
    }

    /// Writes where an aircraft was.
    pub(crate) async fn add_point(
        &self,
        flight: FlightId,
        point: TrackPoint,
    ) -> Result<(), HubError> {
        self.call(move |db| point.write(db, flight)).await
    }

    /// Ends a flight where the aircraft stands now.
    pub(crate) async fn end_flight(
        &self,
        flight: FlightId,
        utc_ms: i64,
        last: Option<TrackPoint>,
    ) -> Result<(), HubError> {
        self.call(move |db| {
            let step = db.transaction()?;
            if let Some(last) = last {
                last.write(&step, flight)?;
            }
            let end = "UPDATE flight SET end_utc_ms = ?2 WHERE id = ?1";
            step.execute(end, params![flight.0, utc_ms])?;
            step.commit()
        })
        .await
    }

    /// Ends what an earlier run of the hub left open, of a device that is on the ground.
    pub(crate) async fn end_flights_of(&self, device: String) -> Result<(), HubError> {
        self.call(move |db| end_open(db, &device)).await
    }

    /// The flights of a device, newest first.
    pub(crate) async fn flights(
        &self,
        device: String,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Flight>, HubError> {
        self.call(move |db| {
            let columns = Flight::COLUMNS;
            db.prepare(&format!(
                "SELECT {columns} FROM flight WHERE device = ?1 AND number < ?2
                 ORDER BY number DESC LIMIT ?3"
            ))?
            .query_map(
                params![device, before.unwrap_or(i64::MAX), limit],
                Flight::read,
            )?
            .collect()
        })
        .await
    }

    /// One flight with its track; `None` when there is no such flight.
    pub(crate) async fn track(
        &self,
        device: String,
        number: i64,
    ) -> Result<Option<(Flight, Vec<TrackPoint>)>, HubError> {
        self.call(move |db| {
            let columns = Flight::COLUMNS;
            let found = db
                .query_row(
                    &format!(
                        "SELECT {columns}, id FROM flight WHERE device = ?1 AND number = ?2"
                    ),
                    params![device, number],
                    |row| Ok((Flight::read(row)?, row.get::<_, i64>(7)?)),
                )
                .optional()?;
            let Some((flight, id)) = found else {
                return Ok(None);
            };
            let points = db
                .prepare(
                    "SELECT utc_ms, latitude_deg, longitude_deg, above_takeoff_m, ellipsoid_m, amsl_m,
                            heading_deg, level_m_s, up_m_s, battery_percent
                     FROM track WHERE flight = ?1 ORDER BY utc_ms LIMIT ?2",
                )?
                .query_map(params![id, MOST_POINTS], TrackPoint::read)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Some((flight, points)))
        })
        .await
    }
}
