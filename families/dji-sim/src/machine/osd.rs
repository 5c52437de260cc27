//! Properties and pushes as the documents lay them out.

use serde_json::{Value, json};
use skyhelm_dji_proto::drc::{
    DelayInfo, DroneState, HsiInfo, LiveviewDelay, NOTHING_SEEN_MM, OsdInfo,
};
use skyhelm_dji_proto::numbers::{DrcState, ModeCode};
use skyhelm_sim::flight::Phase;

use super::GatewayMachine;
use super::authority::NOSE_CAMERA;

/// To a number of decimals: devices do not print seventeen.
fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// -180 to 180 degrees.
fn signed(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

fn millimetres(metres: f64, range: f64) -> i64 {
    if metres <= range {
        (metres.max(0.0) * 1000.0) as i64
    } else {
        NOTHING_SEEN_MM
    }
}

impl GatewayMachine {
    pub(super) fn mode_code(&self) -> ModeCode {
        let by_cloud = self.drc.state == DrcState::Connected
            && self.drc.sticks_valid
            && self.profile.can_fly();
        match self.aircraft.phase() {
            _ if !self.dock.aircraft_on => ModeCode::NotConnected,
            Phase::Grounded => ModeCode::Standby,
            Phase::Starting => ModeCode::TakeoffPreparation,
            Phase::TakingOff => ModeCode::AutoTakeoff,
            Phase::FlyingTo => ModeCode::LiveFlightControl,
            Phase::Hovering | Phase::Sticks if by_cloud => ModeCode::LiveFlightControl,
            Phase::Hovering | Phase::Sticks => ModeCode::Manual,
            Phase::Returning => ModeCode::ReturnHome,
            Phase::Landing => ModeCode::AutoLanding,
            Phase::ForcedLanding => ModeCode::ForcedLanding,
        }
    }

    /// Latitude and longitude as it tells them: zeros without a fix.
    fn told_place(&self) -> (f64, f64) {
        if !self.aircraft.gnss().fixed {
            return (0.0, 0.0);
        }
        let (place, _) = self.land.frame().place(self.aircraft.position());
        (
            round(place.latitude.degrees(), 8),
            round(place.longitude.degrees(), 8),
        )
    }

    fn ellipsoid_height(&self) -> f64 {
        self.land.frame().place(self.aircraft.position()).1.metres
    }

    pub(super) fn aircraft_osd(&self) -> Value {
        let aircraft = &self.aircraft;
        let velocity = aircraft.velocity();
        let wind = aircraft.wind.now();
        let (latitude, longitude) = self.told_place();
        let (flown_s, flown_m) = aircraft.flown();
        let gnss = aircraft.gnss();
        let from = (wind.heading_deg() + 180.0).rem_euclid(360.0);
        let mut osd = json!({
            "mode_code": self.mode_code().number(),
            "gear": 1,
            "latitude": latitude,
            "longitude": longitude,
            "height": round(self.ellipsoid_height(), 2),
            "elevation": round(aircraft.above_takeoff().metres, 2),
            "attitude_head": signed(aircraft.heading_deg()).round() as i64,
            "attitude_pitch": round(aircraft.pitch_deg(), 1),
            "attitude_roll": round(aircraft.roll_deg(), 1),
            "horizontal_speed": round(velocity.level_length(), 2),
            "vertical_speed": round(velocity.up, 2),
            "home_distance": round(aircraft.home_distance(), 2),
            "wind_speed": round(wind.level_length(), 1),
            // North is 1, then clockwise by eighths.
            "wind_direction": ((from / 45.0).round() as i64 % 8) + 1,
            "position_state": {
                "is_fixed": if gnss.rtk { 2 } else { i64::from(gnss.fixed) },
                "quality": if gnss.rtk { 10 } else if gnss.fixed { 5 } else { 1 },
                "gps_number": gnss.satellites,
                "rtk_number": if gnss.rtk { gnss.satellites } else { 0 },
            },
            "night_lights_state": i64::from(self.settings.night_lights),
            "obstacle_avoidance": {
                "horizon": i64::from(aircraft.settings.avoidance.horizontal),
                "upside": i64::from(aircraft.settings.avoidance.upward),
                "downside": i64::from(aircraft.settings.avoidance.downward),
            },
            "is_near_height_limit": i64::from(
                aircraft.above_takeoff().metres > aircraft.settings.height_limit - 5.0
            ),
            "is_near_area_limit": 0,
            "total_flight_time": round(flown_s, 0),
            "total_flight_distance": round(flown_m, 1),
            "total_flight_sorties": self.dock.flights,
            "track_id": "",
            "firmware_version": "07.01.10.03",
            "storage": {
                "total": self.camera.card_kb as i64,
                "used": self.camera.used_kb as i64,
            },
        });
        osd["battery"] = self.battery_osd();
        osd["cameras"] = json!([self.camera_osd()]);
        osd[self.camera.index.to_string()] = self.payload_osd();
        osd
    }

    fn battery_osd(&self) -> Value {
        let reading = self.aircraft.battery_reading();
        let percent = reading.percent.round() as i64;
        json!({
            "capacity_percent": percent,
            "remain_flight_time": reading.remaining_s as i64,
            "return_home_power": reading.return_percent.ceil() as i64,
            "landing_power": reading.landing_percent as i64,
            "batteries": [{
                "index": 0,
                "sn": format!("B{}", self.aircraft_sn.as_str()),
                "type": 0,
                "sub_type": 0,
                "capacity_percent": percent,
                "voltage": (reading.voltage_v * 1000.0) as i64,
                "temperature": round(reading.celsius, 1),
                "loop_times": 17,
                "firmware_version": "02.00.20.50",
                "high_voltage_storage_days": 0,
            }],
        })
    }

    fn camera_osd(&self) -> Value {
        let camera = &self.camera;
        // Where the zoom lens's picture lies in the wide one's.
        let half = 0.5 / camera.zoom;
        json!({
            "payload_index": camera.index.to_string(),
            "camera_mode": camera.mode.number(),
            "photo_state": i64::from(camera.is_shooting()),
            "recording_state": i64::from(camera.recording_s().is_some()),
            "record_time": camera.recording_s().unwrap_or(0.0) as i64,
            "remain_photo_num": camera.photos_left(),
            "remain_record_duration": camera.video_left_s(),
            "zoom_factor": camera.zoom,
            "ir_zoom_factor": camera.ir_zoom,
            "screen_split_enable": camera.split,
            "liveview_world_region": {
                "left": round(0.5 - half, 4),
                "top": round(0.5 - half, 4),
                "right": round(0.5 + half, 4),
                "bottom": round(0.5 + half, 4),
            },
        })
    }

    fn gimbal_yaw(&self) -> f64 {
        signed(self.aircraft.heading_deg() + self.aircraft.gimbal.side_deg())
    }

    fn payload_osd(&self) -> Value {
        let mut osd = json!({
            "payload_index": self.camera.index.to_string(),
            "gimbal_pitch": round(self.aircraft.gimbal.pitch_deg(), 1),
            "gimbal_roll": 0.0,
            "gimbal_yaw": round(self.gimbal_yaw(), 1),
            "thermal_current_palette_style": 5,
            "zoom_factor": self.camera.zoom,
            "version": 1,
        });
        let target = self.measured();
        for (name, value) in target.as_object().into_iter().flatten() {
            osd[name] = value.clone();
        }
        osd
    }

    fn measured(&self) -> Value {
        match self.laser() {
            Ok(hit) => {
                let (place, height) = self.land.frame().place(hit.at);
                json!({
                    "measure_target_latitude": round(place.latitude.degrees(), 8),
                    "measure_target_longitude": round(place.longitude.degrees(), 8),
                    "measure_target_altitude": round(height.metres, 1),
                    "measure_target_distance": round(hit.distance, 1),
                    "measure_target_error_state": 0,
                })
            }
            Err(state) => json!({
                "measure_target_latitude": 0.0,
                "measure_target_longitude": 0.0,
                "measure_target_altitude": 0.0,
                "measure_target_distance": 0.0,
                "measure_target_error_state": state,
            }),
        }
    }

    /// One of the four parts a dock's properties come in.
    pub(super) fn dock_osd(&self, part: usize) -> Value {
        let origin = self.land.frame().origin();
        let dock = &self.dock;
        let flying = self.aircraft.is_flying();
        let mode = match (flying, dock.debug) {
            (true, _) => 4,
            (false, true) => 2,
            (false, false) => 0,
        };
        match part {
            0 => json!({
                "mode_code": mode,
                "cover_state": dock.cover_state(),
                "drone_in_dock": i64::from(!flying && self.aircraft.home_distance() < 1.0),
                "drone_charge_state": {
                    "state": i64::from(dock.charging && !flying),
                    "capacity_percent": self.aircraft.battery.percent().round() as i64,
                },
                "drc_state": self.drc.state.number(),
                "emergency_stop_state": 0,
                "supplement_light_state": i64::from(dock.light),
                "alarm_state": 0,
                "job_number": dock.flights,
            }),
            1 => json!({
                "latitude": round(origin.latitude.degrees(), 8),
                "longitude": round(origin.longitude.degrees(), 8),
                "height": round(origin.height.metres, 2),
                "heading": 0.0,
                "home_position_is_valid": 1,
                "position_state": { "is_fixed": 2, "quality": 5, "gps_number": 24, "rtk_number": 24, "is_calibration": 1 },
            }),
            2 => json!({
                "network_state": { "type": 2, "quality": 5, "rate": 1200.0 },
                "wireless_link": {
                    "sdr_quality": if self.has_aircraft() { 5 } else { 0 },
                    "4g_quality": 0,
                    "link_workmode": 0,
                    "sdr_link_state": i64::from(self.has_aircraft()),
                },
                "sub_device": {
                    "device_sn": self.aircraft_sn.as_str(),
                    "device_model_key": self.profile.aircraft.to_string(),
                    "device_online_status": i64::from(self.has_aircraft()),
                    "device_paired": 1,
                },
                "storage": { "total": 60_000_000, "used": 4_000_000 },
                "media_file_detail": { "remain_upload": 0 },
            }),
            _ => json!({
                "rainfall": 0,
                "wind_speed": round(self.aircraft.wind.now().level_length(), 1),
                "environment_temperature": 18.0,
                "temperature": 22.5,
                "humidity": 48.0,
                "working_voltage": 48_000,
                "working_current": if dock.charging { 8_000.0 } else { 1_200.0 },
                "electric_supply_voltage": 230,
                "backup_battery": { "voltage": 26_000, "temperature": 24.0, "switch": 1 },
                "first_power_on": 1_700_000_000_000_i64,
                "acc_time": 360_000,
            }),
        }
    }

    pub(super) fn controller_osd(&self) -> Value {
        let origin = self.land.frame().origin();
        json!({
            "capacity_percent": 87,
            "latitude": round(origin.latitude.degrees(), 8),
            "longitude": round(origin.longitude.degrees(), 8),
            "height": round(origin.height.metres + 1.5, 2),
            "country": "",
            "drc_state": self.drc.state.number(),
            "wireless_link": {
                "sdr_quality": if self.has_aircraft() { 5 } else { 0 },
                "4g_quality": 0,
                "link_workmode": 0,
            },
            "transmission_signal_quality": { "up_quality": 5, "down_quality": 5 },
        })
    }

    pub(super) fn home_state(&self) -> Value {
        let (place, _) = self.land.frame().place(self.aircraft.home());
        json!({
            "home_latitude": round(place.latitude.degrees(), 7),
            "home_longitude": round(place.longitude.degrees(), 7),
        })
    }

    pub(super) fn osd_info(&self) -> OsdInfo {
        let velocity = self.aircraft.velocity();
        let (latitude, longitude) = self.told_place();
        OsdInfo {
            attitude_head: Some(round(signed(self.aircraft.heading_deg()), 2)),
            latitude: Some(latitude),
            longitude: Some(longitude),
            height: Some(round(self.ellipsoid_height(), 3)),
            speed_x: Some(round(velocity.north, 3)),
            speed_y: Some(round(velocity.east, 3)),
            speed_z: Some(round(-velocity.up, 3)),
            gimbal_pitch: Some(round(self.aircraft.gimbal.pitch_deg(), 2)),
            gimbal_roll: Some(0.0),
            gimbal_yaw: Some(round(self.gimbal_yaw(), 2)),
        }
    }

    pub(super) fn hsi_info(&self) -> HsiInfo {
        let at = self.aircraft.position();
        let range = self.aircraft.config().sensor_range;
        let around = self.land.ranges(at, self.aircraft.heading_deg(), range);
        let around = around
            .into_iter()
            .map(|metres| millimetres(metres, range))
            .collect();
        let mut hsi = HsiInfo::all_working(
            around,
            NOTHING_SEEN_MM,
            millimetres(self.land.below(at), 30.0),
        );
        let avoidance = self.aircraft.settings.avoidance;
        for (name, flag) in &mut hsi.flags {
            let on = if name.starts_with("up") {
                avoidance.upward
            } else if name.starts_with("down") {
                avoidance.downward
            } else if name.starts_with("vertical") {
                avoidance.upward || avoidance.downward
            } else {
                avoidance.horizontal
            };
            *flag = on;
        }
        hsi
    }

    pub(super) fn delay_info(&self) -> DelayInfo {
        // The radio's own delay, growing a little with distance.
        let delay = 8 + (self.aircraft.home_distance() / 300.0) as i64;
        let video = |index: skyhelm_dji_proto::PayloadIndex, delay| LiveviewDelay {
            video_id: format!("{}/{index}/normal-0", self.aircraft_sn.as_str()),
            liveview_delay_time: delay,
        };
        DelayInfo {
            sdr_cmd_delay: Some(delay),
            liveview_delay_list: vec![
                video(NOSE_CAMERA, 60 + delay),
                video(self.camera.index, 80 + delay),
            ],
        }
    }

    pub(super) fn drone_state(&self) -> DroneState {
        DroneState {
            stealth_state: Some(0),
            night_lights_state: Some(i64::from(self.settings.night_lights)),
            mode_code: Some(self.mode_code()),
        }
    }

    /// The camera's values as RC Pro pushes them; names and spelling are the document's.
    pub(super) fn camera_osd_push(&self) -> Value {
        let half = 0.5 / self.camera.zoom;
        json!({
            "payload_index": self.camera.index.to_string(),
            "wide_lense": {
                "wide_exposure_mode": 1,
                "wide_iso": 3,
                "wide_shutter_speed": 20,
                "wide_exposure_value": 16,
                "wide_aperture_value": 280,
            },
            "zoom_lense": {
                "zoom_exposure_mode": 1,
                "zoom_iso": 3,
                "zoom_shutter_speed": 20,
                "zoom_exposure_value": 16,
                "zoom_aperture_value": 440,
                "zoom_focus_mode": 2,
                "zoom_focus_value": 34,
                "zoom_max_focus_value": 64,
                "zoom_min_focus_value": 33,
                "zoom_calibrate_farthest_focus_value": 34,
                "zoom_calibrate_nearest_focus_value": 64,
                "zoom_focus_state": 0,
                "zoom_factor": self.camera.zoom,
            },
            "ir_lense": {
                "screen_split_enable": self.camera.split,
                "ir_zoom_factor": self.camera.ir_zoom,
                "thermal_current_palette_style": 5,
                "thermal_supported_palette_styles": [0, 1, 5],
                "thermal_gain_mode": 0,
                "thermal_isotherm_state": 0,
                "thermal_isotherm_upper_limit": 150,
                "thermal_isotherm_lower_limit": -20,
            },
            "measure_target": self.measured(),
            "liveview": {
                "liveview_world_region": {
                    "left": round(0.5 - half, 4),
                    "top": round(0.5 - half, 4),
                    "right": round(0.5 + half, 4),
                    "bottom": round(0.5 + half, 4),
                }
            },
        })
    }
}
