use serde_json::json;

use super::{Event, GatewaySession, Of};
use crate::drc::DrcUp;

impl GatewaySession {
    /// What live flight control tells of the aircraft's mode and its cameras joins the properties, which come
    /// every two seconds only: the newest word counts, by whichever way it came.
    pub(super) fn take_in(&mut self, push: &DrcUp) {
        if self.aircraft().is_none() {
            return;
        }
        match push {
            DrcUp::DroneState(state) => self.aircraft_properties.merge(&json!(state)),
            DrcUp::CameraOsd(camera) => self
                .aircraft_properties
                .merge_camera(camera.payload_index, &camera.properties()),
            _ => return,
        }
        self.event(Event::Properties(Of::Aircraft));
    }
}
