use serde::{Deserialize, Serialize};
use serde_json::Value;
use skyhelm_units::GroundPoint;

use crate::wire::optional_fields;

optional_fields! {
    /// What a remote controller tells of itself.
    ControllerOsd {
        /// Its battery, per cent.
        capacity_percent: i64 = "crate::tolerant::maybe_int",
        /// Degrees.
        latitude: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        longitude: f64 = "crate::tolerant::maybe_float",
        /// Metres above the ellipsoid.
        height: f64 = "crate::tolerant::maybe_float",
        /// Its link to the aircraft.
        wireless_link: super::WirelessLink = "crate::tolerant::maybe",
        /// The link for live flight control.
        drc_state: i64 = "crate::tolerant::maybe_int",
        /// Its country.
        country: String = "crate::tolerant::maybe_text",
        /// Its firmware.
        firmware_version: String = "crate::tolerant::maybe_text",
        /// What the pilot lets the cloud do, by the property table.
        cloud_control_auth: Value = "crate::tolerant::maybe",
        /// The same by the page of the feature: a flag.
        is_cloud_control_auth: bool = "crate::tolerant::maybe_flag",
    }
}

impl ControllerOsd {
    /// Whether the pilot lets the cloud command. Two pages name the property differently; `None` when neither came.
    pub fn consent(&self) -> Option<bool> {
        let listed = self
            .cloud_control_auth
            .as_ref()
            .and_then(|keys| match keys {
                Value::Array(keys) => Some(!keys.is_empty()),
                other => crate::tolerant::as_flag(other),
            });
        self.is_cloud_control_auth.or(listed)
    }

    /// Where it is. `None` before it knows.
    pub fn place(&self) -> Option<GroundPoint> {
        super::fix(self.latitude?, self.longitude?)
    }
}
