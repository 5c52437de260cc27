use serde_json::{Map, Value};

use crate::tolerant::{as_flag, as_int};

/// Rays around the aircraft, one a degree, clockwise from its nose: 90 is right of it.
pub const RAYS: usize = 360;

/// What stands for "nothing within reach" in pushes that this crate writes. Nothing documented does.
pub const NOTHING_SEEN_MM: i64 = 60_000;

/// What is around the aircraft.
///
/// The table calls the rays `around_distances` and has 360 of them, its example `around_distance`
/// with 5; both names and any count are read, and the documented name is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HsiInfo {
    /// Millimetres to what is above.
    pub up_distance: Option<i64>,
    /// Millimetres to what is below.
    pub down_distance: Option<i64>,
    /// Millimetres to what is around, clockwise from the nose.
    pub around_distances: Vec<i64>,
    /// Whether each side's sensing is switched on and works: `up_enable`, `front_work` and so on.
    pub flags: Vec<(String, bool)>,
}

impl HsiInfo {
    /// The sides that have two flags each.
    pub const SIDES: [&'static str; 8] = [
        "up",
        "down",
        "left",
        "right",
        "front",
        "back",
        "vertical",
        "horizontal",
    ];

    /// Full sensing that works on every side.
    pub fn all_working(around_mm: Vec<i64>, up_mm: i64, down_mm: i64) -> Self {
        Self {
            up_distance: Some(up_mm),
            down_distance: Some(down_mm),
            around_distances: around_mm,
            flags: Self::SIDES
                .iter()
                .flat_map(|side| {
                    [
                        (format!("{side}_enable"), true),
                        (format!("{side}_work"), true),
                    ]
                })
                .collect(),
        }
    }

    pub(super) fn read(data: &Value) -> Self {
        let rays = data
            .get("around_distances")
            .or_else(|| data.get("around_distance"));
        let rays = rays.and_then(Value::as_array).map(Vec::as_slice);
        let flags = data
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| {
                let flag = name.ends_with("_enable") || name.ends_with("_work");
                Some((name.clone(), as_flag(value).filter(|_| flag)?))
            });
        Self {
            up_distance: data.get("up_distance").and_then(as_int),
            down_distance: data.get("down_distance").and_then(as_int),
            around_distances: rays.unwrap_or_default().iter().filter_map(as_int).collect(),
            flags: flags.collect(),
        }
    }

    pub(super) fn written(&self) -> Value {
        let mut fields = Map::new();
        let mut distance = |name: &str, value: Option<i64>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value.into());
            }
        };
        distance("up_distance", self.up_distance);
        distance("down_distance", self.down_distance);
        fields.insert(
            "around_distances".to_owned(),
            self.around_distances.clone().into(),
        );
        for (name, flag) in &self.flags {
            fields.insert(name.clone(), (*flag).into());
        }
        Value::Object(fields)
    }

    /// A flag by its name. `None` when it was not told.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.flags
            .iter()
            .find_map(|(known, flag)| (known == name).then_some(*flag))
    }

    /// The nearest thing around, and the ray it is on in degrees clockwise from the nose.
    ///
    /// A distance of zero or less is no measurement.
    pub fn nearest(&self) -> Option<(f64, i64)> {
        let count = self.around_distances.len();
        self.around_distances
            .iter()
            .enumerate()
            .filter(|(_, distance)| **distance > 0)
            .min_by_key(|(_, distance)| **distance)
            .map(|(ray, distance)| (ray as f64 * 360.0 / count as f64, *distance))
    }
}
