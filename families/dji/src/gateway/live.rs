//! The live picture's orders, and what is known of it.

use serde_json::Value;
use skyhelm_device::{DeviceError, ErrorKind, PayloadLens};
use skyhelm_dji_proto::numbers::{LiveQuality, LiveUrlType};
use skyhelm_dji_proto::service::{LiveStart, LiveStop};
use skyhelm_dji_proto::tolerant::as_text;
use skyhelm_dji_proto::{PayloadIndex, Service};

use super::Gateway;
use super::orders::Begun;
use crate::video::LiveOrder;

/// The stream of a camera that has not been listed yet: seen on every product with several lenses.
const USUAL_STREAM: &str = "normal-0";

impl Gateway {
    pub(super) fn order_live(&mut self, order: LiveOrder) -> Begun {
        let camera = self.session.profile().camera;
        let video_id = self.video_id(camera).ok_or_else(|| {
            DeviceError::new(ErrorKind::Blocked, "The gateway has told of no aircraft.")
                .remedy("The picture comes when the aircraft is switched on and in reach.")
        })?;
        self.call(match order {
            LiveOrder::Start { url } => Service::LiveStartPush(LiveStart {
                url_type: LiveUrlType::Rtmp,
                url,
                video_id,
                video_quality: LiveQuality::Adaptive,
            }),
            LiveOrder::Stop => Service::LiveStopPush(LiveStop { video_id }),
        })
    }

    /// `serial/camera/stream`, the stream as the gateway lists it.
    pub(super) fn video_id(&self, camera: PayloadIndex) -> Option<String> {
        let aircraft = self.session.aircraft()?.as_str();
        let camera = camera.to_string();
        let listed = self.session.gateway_properties().get("live_capacity");
        let of = |list: &Value, key: &str, name: &str| {
            let found = list
                .as_array()?
                .iter()
                .find(|one| one.get(key).and_then(as_text).as_deref() == Some(name));
            found.cloned()
        };
        let stream = listed
            .and_then(|capacity| of(capacity.get("device_list")?, "sn", aircraft))
            .and_then(|device| of(device.get("camera_list")?, "camera_index", &camera))
            .and_then(|camera| as_text(camera.get("video_list")?.get(0)?.get("video_index")?));
        let stream = stream.as_deref().unwrap_or(USUAL_STREAM);
        Some(format!("{aircraft}/{camera}/{stream}"))
    }

    /// The lens in a camera's live picture.
    pub(super) fn shown_lens(&self, camera: &str) -> Option<PayloadLens> {
        let status = self.session.gateway_properties().get("live_status")?;
        let ours = status.as_array()?.iter().find(|one| {
            let id = one.get("video_id").and_then(as_text);
            id.is_some_and(|id| id.split('/').nth(1) == Some(camera))
        })?;
        match as_text(ours.get("video_type")?)?.as_str() {
            "wide" | "normal" => Some(PayloadLens::Wide),
            "zoom" => Some(PayloadLens::Zoom),
            "ir" | "thermal" => Some(PayloadLens::Infrared),
            _ => None,
        }
    }
}
