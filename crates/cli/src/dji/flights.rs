//! The log of flights.

use std::path::Path;

use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::act::Pilot;
use crate::failure::Failure;

/// What a track is written as.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For most programs of maps.
    #[default]
    Gpx,
    /// For Google Earth.
    Kml,
    /// For maps on the web.
    Geojson,
    /// For tables.
    Csv,
}

impl Format {
    const fn word(self) -> &'static str {
        match self {
            Self::Gpx => "gpx",
            Self::Kml => "kml",
            Self::Geojson => "geojson",
            Self::Csv => "csv",
        }
    }
}

pub(super) async fn list(pilot: &Pilot) -> Result<(), Failure> {
    let said = pilot
        .station
        .get(&format!("/devices/{}/flights", pilot.id))
        .await?;
    if pilot.json {
        println!("{said}");
        return Ok(());
    }
    let flights = said["flights"].as_array().cloned().unwrap_or_default();
    for flight in &flights {
        println!("{}", line(flight));
    }
    println!("{} flights.", flights.len());
    Ok(())
}

fn line(flight: &Value) -> String {
    let moment = |name: &str| {
        let ms = flight[name].as_i64()?;
        Timestamp::from_millisecond(ms).ok()
    };
    let begin = moment("begin_utc_ms").map_or_else(String::new, |at| format!("{at:.0}"));
    let lasted = moment("end_utc_ms").zip(moment("begin_utc_ms"));
    let lasted = lasted.map_or_else(
        || String::from("in the air"),
        |(end, begin)| format!("{} s", end.as_second() - begin.as_second()),
    );
    let highest = flight["highest_m"].as_f64();
    let highest = highest.map_or_else(String::new, |metres| format!(", {metres:.0} m high"));
    let model: String = flight["model"]
        .as_str()
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    format!(
        "{:>5}  {begin}  {lasted}{highest}  {model}",
        flight["number"]
    )
}

pub(super) async fn track(
    pilot: &Pilot,
    number: i64,
    format: Format,
    into: Option<&Path>,
) -> Result<(), Failure> {
    let path = format!(
        "/devices/{}/flights/{number}/track.{}",
        pilot.id,
        format.word()
    );
    let text = pilot.station.text(&path).await?;
    let Some(file) = into else {
        print!("{text}");
        return Ok(());
    };
    std::fs::write(file, &text)
        .map_err(|error| Failure::storage(format!("{}: {error}", file.display())))?;
    pilot.done(
        &json!({ "file": file, "bytes": text.len() }),
        &format!("{} written.", file.display()),
    );
    Ok(())
}
