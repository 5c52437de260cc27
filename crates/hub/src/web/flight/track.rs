//! A track in the forms that other programs read.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::json;

use crate::store::{Flight, TrackPoint};

/// One of the forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Gpx,
    Kml,
    GeoJson,
    Csv,
}

impl Format {
    pub(super) const ALL: [Self; 4] = [Self::Gpx, Self::Kml, Self::GeoJson, Self::Csv];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Gpx => "gpx",
            Self::Kml => "kml",
            Self::GeoJson => "geojson",
            Self::Csv => "csv",
        }
    }

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Gpx => "/devices/{id}/flights/{number}/track.gpx",
            Self::Kml => "/devices/{id}/flights/{number}/track.kml",
            Self::GeoJson => "/devices/{id}/flights/{number}/track.geojson",
            Self::Csv => "/devices/{id}/flights/{number}/track.csv",
        }
    }

    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Gpx => "The track as GPX 1.1.",
            Self::Kml => "The track as KML 2.2.",
            Self::GeoJson => "The track as GeoJSON; its third coordinate is above the ellipsoid.",
            Self::Csv => "The track as a table, with every height that is known.",
        }
    }

    pub(super) fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Gpx => &["application/gpx+xml"],
            Self::Kml => &["application/vnd.google-earth.kml+xml"],
            Self::GeoJson => &["application/geo+json"],
            Self::Csv => &["text/csv; charset=utf-8"],
        }
    }

    pub(super) fn write(self, flight: &Flight, points: &[TrackPoint]) -> String {
        match self {
            Self::Gpx => gpx(flight, points),
            Self::Kml => kml(flight, points),
            Self::GeoJson => geojson(flight, points),
            Self::Csv => csv(points),
        }
    }
}

/// GPX wants heights above mean sea level; where none is known the ellipsoid's stand in, and are said to.
fn gpx(flight: &Flight, points: &[TrackPoint]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <gpx version=\"1.1\" creator=\"Skyhelm\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n",
    );
    let sea = points.iter().all(|point| point.amsl_m.is_some());
    let heights = if sea {
        "Heights above mean sea level."
    } else {
        "Heights above the WGS 84 ellipsoid."
    };
    let name = escaped(&title(flight));
    let _ = writeln!(
        text,
        "<trk><name>{name}</name><desc>{heights}</desc><trkseg>"
    );
    for point in points {
        let (lat, lon) = (point.latitude_deg, point.longitude_deg);
        let _ = write!(text, "<trkpt lat=\"{lat:.8}\" lon=\"{lon:.8}\">");
        let height = if sea { point.amsl_m } else { point.ellipsoid_m };
        if let Some(height) = height {
            let _ = write!(text, "<ele>{height:.2}</ele>");
        }
        let _ = writeln!(text, "<time>{}</time></trkpt>", utc(point.utc_ms));
    }
    text.push_str("</trkseg></trk>\n</gpx>\n");
    text
}

/// Above the ground where it took off, unless every height above mean sea level is known.
fn kml(flight: &Flight, points: &[TrackPoint]) -> String {
    let sea = points.iter().all(|point| point.amsl_m.is_some());
    let mode = if sea { "absolute" } else { "relativeToGround" };
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document><Placemark>",
    );
    let name = escaped(&title(flight));
    let _ = writeln!(
        text,
        "<name>{name}</name><LineString><altitudeMode>{mode}</altitudeMode><coordinates>"
    );
    for point in points {
        let height = if sea {
            point.amsl_m
        } else {
            point.above_takeoff_m
        };
        let _ = writeln!(
            text,
            "{:.8},{:.8},{:.2}",
            point.longitude_deg,
            point.latitude_deg,
            height.unwrap_or(0.0)
        );
    }
    text.push_str("</coordinates></LineString></Placemark></Document>\n</kml>\n");
    text
}

/// RFC 7946: longitude first, heights above the WGS 84 ellipsoid.
fn geojson(flight: &Flight, points: &[TrackPoint]) -> String {
    let places: Vec<Vec<f64>> = points
        .iter()
        .map(|point| {
            let mut place = vec![point.longitude_deg, point.latitude_deg];
            place.extend(point.ellipsoid_m);
            place
        })
        .collect();
    let all = |of: fn(&TrackPoint) -> Option<f64>| points.iter().map(of).collect::<Vec<_>>();
    let times: Vec<_> = points.iter().map(|point| utc(point.utc_ms)).collect();
    // A line has two ends; a flight of one point is a point.
    let geometry = match places.as_slice() {
        [] => json!(null),
        [only] => json!({"type": "Point", "coordinates": only}),
        places => json!({"type": "LineString", "coordinates": places}),
    };
    let feature = json!({
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "name": title(flight),
            "model": flight.model,
            "serial": flight.serial,
            "times": times,
            "above_takeoff_m": all(|point| point.above_takeoff_m),
            "amsl_m": all(|point| point.amsl_m),
            "heading_deg": all(|point| point.heading_deg),
            "level_m_s": all(|point| point.level_m_s),
            "up_m_s": all(|point| point.up_m_s),
            "battery_percent": all(|point| point.battery_percent),
        },
    });
    feature.to_string()
}

fn csv(points: &[TrackPoint]) -> String {
    let mut text = String::from(
        "utc,latitude_deg,longitude_deg,above_takeoff_m,ellipsoid_m,amsl_m,heading_deg,level_m_s,up_m_s,battery_percent\r\n",
    );
    for point in points {
        let (lat, lon) = (point.latitude_deg, point.longitude_deg);
        let _ = write!(text, "{},{lat:.8},{lon:.8}", utc(point.utc_ms));
        for number in [
            point.above_takeoff_m,
            point.ellipsoid_m,
            point.amsl_m,
            point.heading_deg,
            point.level_m_s,
            point.up_m_s,
            point.battery_percent,
        ] {
            text.push(',');
            if let Some(number) = number {
                let _ = write!(text, "{number:.2}");
            }
        }
        text.push_str("\r\n");
    }
    text
}

fn title(flight: &Flight) -> String {
    let model = if flight.model.is_empty() {
        "an aircraft"
    } else {
        &flight.model
    };
    format!(
        "Flight {} of {model}, {}",
        flight.number,
        utc(flight.begin_utc_ms)
    )
}

fn utc(utc_ms: i64) -> String {
    Timestamp::from_millisecond(utc_ms).map_or_else(|_| String::new(), |moment| moment.to_string())
}

/// What a device calls itself is text, not markup; what XML cannot hold at all is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight() -> Flight {
        Flight {
            number: 3,
            begin_utc_ms: 1_795_219_200_000,
            end_utc_ms: None,
            model: String::from("M30T <&>"),
            serial: String::from("S"),
            points: 2,
            highest_m: None,
        }
    }

    fn point(north: f64) -> TrackPoint {
        TrackPoint {
            utc_ms: 1_795_219_200_000,
            latitude_deg: 48.0 + north,
            longitude_deg: 11.0,
            above_takeoff_m: Some(20.0),
            ellipsoid_m: Some(560.5),
            amsl_m: None,
            heading_deg: None,
            level_m_s: Some(3.0),
            up_m_s: None,
            battery_percent: Some(80.0),
        }
    }

    #[test]
    fn no_name_of_an_aircraft_breaks_the_markup() {
        let text = Format::Gpx.write(&flight(), &[point(0.0)]);
        assert!(text.contains("of M30T &lt;&amp;&gt;,"), "{text}");
        assert!(
            text.contains("<ele>560.50</ele>") && text.contains("ellipsoid"),
            "{text}"
        );
    }

    #[test]
    fn a_flight_of_no_point_and_of_one_are_still_features() {
        for (points, kind) in [(vec![], None), (vec![point(0.0)], Some("Point"))] {
            let text = Format::GeoJson.write(&flight(), &points);
            let feature: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(feature["geometry"]["type"].as_str(), kind);
        }
    }
}
