//! Properties: merged from the partial objects that devices send, and typed views of them.

use serde_json::{Map, Value};
use skyhelm_units::GroundPoint;

use crate::model::PayloadIndex;
use crate::tolerant;

mod aircraft;
mod controller;
mod dock;

pub use aircraft::{
    AircraftOsd, Battery, CameraProperties, DistanceLimit, ObstacleAvoidance, PositionState,
    Storage,
};
pub use controller::ControllerOsd;
pub use dock::{
    AlternateLandPoint, BackupBattery, DockOsd, DroneCharge, MediaFiles, NetworkState, SubDevice,
    WirelessLink,
};

/// How many properties of one device are kept.
const MAX_PROPERTIES: usize = 512;

/// What a device has told of itself so far.
///
/// A dock splits its OSD into some four objects, and a `state` holds one property: what comes is
/// merged, member by member, and nothing is dropped because it was not repeated. Lists replace lists.
///
/// ```
/// use serde_json::json;
/// use skyhelm_dji_proto::osd::Properties;
///
/// let mut properties = Properties::default();
/// properties.merge(&json!({ "mode_code": 4, "network_state": { "type": 2, "quality": 5 } }));
/// properties.merge(&json!({ "network_state": { "quality": 3 } }));
/// assert_eq!(properties.int("mode_code"), Some(4));
/// assert_eq!(properties.get("network_state.type"), Some(&json!(2)));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Properties {
    members: Map<String, Value>,
}

impl Properties {
    /// Takes a partial object in. Anything else is passed over, as are new members beyond 512.
    pub fn merge(&mut self, partial: &Value) {
        let Value::Object(partial) = partial else {
            return;
        };
        merge_members(&mut self.members, partial, 0);
    }

    /// Takes in what is told of one camera: under its own name, and where the cameras stand as a list.
    pub fn merge_camera(&mut self, index: PayloadIndex, news: &Map<String, Value>) {
        let name = index.to_string();
        let listed = self.members.get_mut("cameras");
        let cameras = listed.and_then(Value::as_array_mut).into_iter().flatten();
        for camera in cameras.filter_map(Value::as_object_mut) {
            let own = camera.get("payload_index").and_then(tolerant::as_text);
            if own.as_ref() == Some(&name) {
                merge_members(camera, news, 1);
            }
        }
        self.merge(&serde_json::json!({ name: news }));
    }

    /// All of them.
    pub const fn all(&self) -> &Map<String, Value> {
        &self.members
    }

    /// One of them; a dot leads into an object.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut steps = path.split('.');
        let first = self.members.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }

    /// One of them as a whole number.
    pub fn int(&self, path: &str) -> Option<i64> {
        self.get(path).and_then(tolerant::as_int)
    }

    /// One of them as a number.
    pub fn float(&self, path: &str) -> Option<f64> {
        self.get(path).and_then(tolerant::as_float)
    }

    /// One of them as a flag.
    pub fn flag(&self, path: &str) -> Option<bool> {
        self.get(path).and_then(tolerant::as_flag)
    }

    /// One of them as text.
    pub fn text(&self, path: &str) -> Option<String> {
        self.get(path).and_then(tolerant::as_text)
    }

    /// As an aircraft.
    pub fn aircraft(&self) -> AircraftOsd {
        self.typed()
    }

    /// As a dock.
    pub fn dock(&self) -> DockOsd {
        self.typed()
    }

    /// As a remote controller.
    pub fn controller(&self) -> ControllerOsd {
        self.typed()
    }

    fn typed<T: serde::de::DeserializeOwned + Default>(&self) -> T {
        serde_json::from_value(Value::Object(self.members.clone())).unwrap_or_default()
    }
}

/// Objects are merged, everything else is replaced.
fn merge_members(known: &mut Map<String, Value>, news: &Map<String, Value>, depth: usize) {
    for (name, value) in news {
        let full = known.len() >= MAX_PROPERTIES;
        match (known.get_mut(name), value) {
            (Some(Value::Object(old)), Value::Object(new)) if depth < 8 => {
                merge_members(old, new, depth + 1);
            }
            (Some(old), value) => *old = value.clone(),
            (None, value) if !full => {
                known.insert(name.clone(), value.clone());
            }
            (None, _) => {}
        }
    }
}

/// A place, unless it is the 0 and 0 that stands for "not known yet".
pub(crate) fn fix(latitude: f64, longitude: f64) -> Option<GroundPoint> {
    if latitude == 0.0 && longitude == 0.0 {
        return None;
    }
    GroundPoint::from_degrees(latitude, longitude)
}

/// Cuts properties into `parts` objects, as a dock sends them.
pub fn split(properties: &Map<String, Value>, parts: usize) -> Vec<Map<String, Value>> {
    let size = properties.len().div_ceil(parts.max(1)).max(1);
    let mut cut: Vec<Map<String, Value>> = Vec::new();
    for (place, (name, value)) in properties.iter().enumerate() {
        if place % size == 0 {
            cut.push(Map::new());
        }
        if let Some(part) = cut.last_mut() {
            part.insert(name.clone(), value.clone());
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_split_osd_merges_into_what_it_was() {
        let whole = json!({ "a": 1, "b": { "c": 2 }, "d": [3], "e": "f", "g": null });
        let Value::Object(members) = &whole else {
            panic!("an object");
        };
        let parts = split(members, 4);
        assert!(parts.len() > 1 && parts.len() <= 4);
        let mut properties = Properties::default();
        for part in parts {
            properties.merge(&Value::Object(part));
        }
        assert_eq!(properties.all(), members);
    }

    #[test]
    fn a_peer_that_invents_names_without_end_is_bounded() {
        let mut properties = Properties::default();
        for n in 0..2000 {
            properties.merge(&json!({ format!("name{n}"): n }));
        }
        assert_eq!(properties.all().len(), MAX_PROPERTIES);
        properties.merge(&json!([1]));
        properties.merge(&json!({ "name0": { "x": 1 } }));
        assert_eq!(properties.int("name0.x"), Some(1));
    }

    #[test]
    fn what_a_camera_tells_joins_it_wherever_it_stands() {
        let mut properties = Properties::default();
        properties.merge(&json!({
            "cameras": [{ "payload_index": "53-0-0", "zoom_factor": 2.0, "camera_mode": 1 },
                { "payload_index": "39-0-7", "zoom_factor": 2.0 }],
        }));
        let index = PayloadIndex::new(53, 0, 0);
        let Value::Object(news) = json!({ "zoom_factor": 7.0 }) else {
            panic!("an object");
        };
        properties.merge_camera(index, &news);
        let all: Vec<_> = CameraProperties::all(&properties).collect();
        let zooms: Vec<_> = all.iter().map(|(_, camera)| camera.zoom_factor).collect();
        assert_eq!(zooms, [Some(7.0), Some(2.0), Some(7.0)]);
        assert_eq!((all[0].1.camera_mode, all[2].0), (Some(1), index));
    }

    #[test]
    fn one_senseless_member_does_not_hide_the_others() {
        let mut properties = Properties::default();
        properties.merge(&json!({
            "latitude": "48.1", "longitude": 11, "battery": "full", "mode_code": "17",
            "wind_speed": [], "53-0-0": { "gimbal_pitch": -90 }, "elevation": 42.5,
        }));
        let aircraft = properties.aircraft();
        assert!(aircraft.place().is_some());
        assert_eq!(aircraft.battery, None);
        assert_eq!(
            aircraft.mode(),
            Some(crate::numbers::ModeCode::LiveFlightControl)
        );
        assert_eq!(
            aircraft.above_takeoff().map(|height| height.metres),
            Some(42.5)
        );
        let gimbals: Vec<_> = CameraProperties::all(&properties).collect();
        assert_eq!(gimbals[0].1.gimbal_pitch, Some(-90.0));
    }
}
