//! `skyhelm dji`: the aircraft of a running station, from a terminal.

mod act;
mod api;
mod axes;
mod cockpit;
mod deck;
mod doctor;
mod flights;
mod hand;
mod keys;
mod raw;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::failure::Failure;
use api::{Station, StationArguments};

/// An aircraft of a station.
#[derive(Debug, Args)]
pub(crate) struct Aircraft {
    #[command(flatten)]
    station: StationArguments,
    /// The device's id, as `list` has it; may be left out when there is only one.
    #[arg(long)]
    device: Option<String>,
}

/// A place, and how to get there.
#[derive(Debug, Args)]
pub(crate) struct Way {
    /// Latitude in degrees, north positive.
    #[arg(allow_hyphen_values = true)]
    latitude: f64,
    /// Longitude in degrees, east positive.
    #[arg(allow_hyphen_values = true)]
    longitude: f64,
    /// Height there in metres, above the place of take-off.
    #[arg(long)]
    height: f64,
    /// Speed at most, metres a second.
    #[arg(long, default_value_t = 8.0)]
    speed: f64,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DjiTask {
    /// List the aircraft of the station.
    List {
        #[command(flatten)]
        station: StationArguments,
    },
    /// A cockpit without sticks, until `q` or Ctrl-C.
    Watch {
        #[command(flatten)]
        aircraft: Aircraft,
        /// End after so many looks.
        #[arg(long)]
        looks: Option<u32>,
    },
    /// Fly from the terminal: what a pilot reads, and W A S D, R F, Q E as sticks.
    Cockpit {
        #[command(flatten)]
        aircraft: Aircraft,
        #[command(flatten)]
        pace: deck::PaceArguments,
    },
    /// Which step of coming online is missing, and why.
    Doctor {
        #[command(flatten)]
        station: StationArguments,
        /// The serial number of a dock or remote controller.
        serial: String,
    },
    /// Send a service by its name in the documents; its number comes back with what it means.
    Raw {
        #[command(flatten)]
        aircraft: Aircraft,
        /// Its name: `camera_mode_switch`.
        method: String,
        /// Its data as JSON.
        #[arg(default_value = "{}")]
        data: String,
        /// It may move something: you watch the aircraft. Needs an armed gateway, the lease and control.
        #[arg(long)]
        it_may_move: bool,
    },
    /// Take the lease, and ask that the aircraft obeys the station.
    Grab {
        #[command(flatten)]
        aircraft: Aircraft,
    },
    /// Give both back.
    Release {
        #[command(flatten)]
        aircraft: Aircraft,
    },
    /// Rise, and fly to a place; Ctrl-C stops the aircraft.
    TakeOff {
        #[command(flatten)]
        aircraft: Aircraft,
        #[command(flatten)]
        way: Way,
        /// How high it rises first, in metres.
        #[arg(long, default_value_t = 20.0)]
        security_height: f64,
        /// How high it flies home, in metres.
        #[arg(long, default_value_t = 60.0)]
        return_height: f64,
    },
    /// Fly to a place in a straight line; Ctrl-C stops the aircraft.
    FlyTo {
        #[command(flatten)]
        aircraft: Aircraft,
        #[command(flatten)]
        way: Way,
    },
    /// Brake and hover, whoever flies it.
    Stop {
        #[command(flatten)]
        aircraft: Aircraft,
    },
    /// Land where it is.
    Land {
        #[command(flatten)]
        aircraft: Aircraft,
    },
    /// Fly home and land.
    ReturnHome {
        #[command(flatten)]
        aircraft: Aircraft,
    },
    /// See whether each axis moves it the right way, by four small pushes; Ctrl-C stops the aircraft.
    AxisCheck {
        #[command(flatten)]
        aircraft: Aircraft,
        /// You have looked around: at least 15 m above take-off, nothing within 8 m.
        #[arg(long)]
        looked_around: bool,
    },
    /// List the flights of an aircraft, newest first.
    Flights {
        #[command(flatten)]
        aircraft: Aircraft,
    },
    /// Fetch the track of a flight as a file for other programs.
    Track {
        #[command(flatten)]
        aircraft: Aircraft,
        /// Its number, as `flights` has it.
        number: i64,
        /// What it is written as.
        #[arg(long, value_enum, default_value_t)]
        format: flights::Format,
        /// The file; else it is printed.
        #[arg(long, value_name = "FILE")]
        into: Option<std::path::PathBuf>,
    },
    /// Take a photograph.
    Photo {
        #[command(flatten)]
        aircraft: Aircraft,
        /// With which of its cameras: an index of `watch`; else the main one.
        #[arg(long)]
        camera: Option<String>,
    },
}

pub(crate) async fn run(task: &DjiTask, json: bool) -> Result<(), Failure> {
    let aircraft = match task {
        DjiTask::List { station } => return act::list(&Station::new(station)?, json).await,
        DjiTask::Doctor { station, serial } => {
            return doctor::look(&Station::new(station)?, serial, json).await;
        }
        DjiTask::Watch { aircraft, .. }
        | DjiTask::Cockpit { aircraft, .. }
        | DjiTask::Raw { aircraft, .. }
        | DjiTask::Flights { aircraft }
        | DjiTask::Track { aircraft, .. }
        | DjiTask::Grab { aircraft }
        | DjiTask::Release { aircraft }
        | DjiTask::TakeOff { aircraft, .. }
        | DjiTask::FlyTo { aircraft, .. }
        | DjiTask::Stop { aircraft }
        | DjiTask::Land { aircraft }
        | DjiTask::ReturnHome { aircraft }
        | DjiTask::AxisCheck { aircraft, .. }
        | DjiTask::Photo { aircraft, .. } => aircraft,
    };
    let station = Station::new(&aircraft.station)?;
    let id = act::chosen(&station, aircraft.device.as_deref()).await?;
    let of = act::Pilot { station, id, json };
    match task {
        DjiTask::List { .. } | DjiTask::Doctor { .. } => Ok(()),
        DjiTask::Cockpit { pace, .. } => deck::fly(&of, *pace).await,
        DjiTask::Flights { .. } => flights::list(&of).await,
        DjiTask::Track {
            number,
            format,
            into,
            ..
        } => flights::track(&of, *number, *format, into.as_deref()).await,
        DjiTask::Raw {
            method,
            data,
            it_may_move,
            ..
        } => raw::send(&of, method, data, *it_may_move).await,
        DjiTask::Watch { looks, .. } => cockpit::watch(&of, *looks).await,
        DjiTask::Grab { .. } => of.grab().await,
        DjiTask::Release { .. } => of.release().await,
        DjiTask::TakeOff {
            way,
            security_height,
            return_height,
            ..
        } => {
            let mut body = there(way);
            body["security_height_m"] = json!(security_height);
            body["return_height_m"] = json!(return_height);
            of.fly("flight/take-off", &body).await
        }
        DjiTask::FlyTo { way, .. } => of.fly("flight/fly-to", &there(way)).await,
        DjiTask::Stop { .. } => of.tell("flight/stop", None, "It brakes, and hovers.").await,
        DjiTask::Land { .. } => of.fly("flight/land", &json!(null)).await,
        DjiTask::ReturnHome { .. } => of.fly("flight/return-home", &json!(null)).await,
        DjiTask::AxisCheck { looked_around, .. } => axes::check(&of, *looked_around).await,
        DjiTask::Photo { camera, .. } => {
            let body = json!({ "camera": camera });
            of.tell("payload/photo", Some(&body), "Photographed.").await
        }
    }
}

fn there(way: &Way) -> serde_json::Value {
    json!({
        "latitude_deg": way.latitude,
        "longitude_deg": way.longitude,
        "height_m": way.height,
        "max_speed_m_s": way.speed,
    })
}
