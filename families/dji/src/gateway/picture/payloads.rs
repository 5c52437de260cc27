use std::collections::BTreeMap;

use skyhelm_device::state::{Authority, GimbalState, LaserState, PayloadState, PlaceState};
use skyhelm_device::{PayloadLens, PayloadMode};
use skyhelm_dji_proto::PayloadIndex;
use skyhelm_dji_proto::numbers::CameraMode;
use skyhelm_dji_proto::osd::CameraProperties;

use super::{Gateway, holder};

/// Cameras shown at most.
const MOST_CAMERAS: usize = 8;

impl Gateway {
    pub(super) fn payloads(&self) -> Vec<PayloadState> {
        let mut cameras: BTreeMap<PayloadIndex, PayloadState> = BTreeMap::new();
        let properties = self.session.aircraft_properties();
        for (index, camera) in CameraProperties::all(properties) {
            if cameras.len() >= MOST_CAMERAS && !cameras.contains_key(&index) {
                continue;
            }
            let known = cameras
                .entry(index)
                .or_insert_with(|| self.camera_about(index));
            fill(known, &camera);
        }
        let main = self.session.profile().camera.to_string();
        let mut cameras: Vec<_> = cameras.into_values().collect();
        cameras.sort_by_key(|camera| camera.index != main);
        cameras
    }

    fn camera_about(&self, index: PayloadIndex) -> PayloadState {
        let control = self.session.control();
        let lenses = if index == self.session.profile().camera {
            vec![PayloadLens::Wide, PayloadLens::Zoom, PayloadLens::Infrared]
        } else {
            Vec::new()
        };
        PayloadState {
            shown: self.shown_lens(&index.to_string()),
            index: index.to_string(),
            name: index.name().unwrap_or("camera").to_owned(),
            authority: Authority {
                holder: holder(control.told.payloads.get(&index)),
                ours: control.has_payload(index),
                ..Authority::default()
            },
            lenses,
            ..PayloadState::default()
        }
    }
}

fn fill(known: &mut PayloadState, camera: &CameraProperties) {
    let mode = camera.camera_mode.map(CameraMode::from_number);
    known.mode = known.mode.or(match mode {
        Some(CameraMode::Photo) => Some(PayloadMode::Photo),
        Some(CameraMode::Video) => Some(PayloadMode::Video),
        Some(CameraMode::LowLight) => Some(PayloadMode::LowLight),
        Some(CameraMode::Panorama) => Some(PayloadMode::Panorama),
        _ => None,
    });
    let on = |state: Option<i64>| state.map(|state| state != 0);
    known.photographing = known.photographing.or(on(camera.photo_state));
    known.recording = known.recording.or(on(camera.recording_state));
    known.recorded_s = known.recorded_s.or(camera.record_time.map(|n| n as f64));
    let left = camera.remain_photo_num.and_then(|n| u32::try_from(n).ok());
    known.photos_left = known.photos_left.or(left);
    let minutes = camera.remain_record_duration.map(|n| n as f64);
    known.recording_left_s = known.recording_left_s.or(minutes);
    known.zoom_factor = known.zoom_factor.or(camera.zoom_factor);
    known.infrared_zoom_factor = known.infrared_zoom_factor.or(camera.ir_zoom_factor);
    if let (Some(pitch_deg), Some(yaw_deg)) = (camera.gimbal_pitch, camera.gimbal_yaw) {
        known.gimbal = Some(GimbalState {
            pitch_deg,
            yaw_deg,
            roll_deg: camera.gimbal_roll.unwrap_or(0.0),
        });
    }
    if camera.measure_target_error_state == Some(0)
        && let Some(distance_m) = camera.measure_target_distance
    {
        let place = camera
            .measure_target_latitude
            .zip(camera.measure_target_longitude);
        known.laser = Some(LaserState {
            distance_m,
            place: place.map(|(latitude_deg, longitude_deg)| PlaceState {
                latitude_deg,
                longitude_deg,
            }),
            altitude_m: camera.measure_target_altitude,
        });
    }
}
