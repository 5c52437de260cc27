use serde::{Deserialize, Serialize};
use skyhelm_units::{AboveTakeoff, EllipsoidHeight, GroundPoint};

use super::Properties;
use crate::model::PayloadIndex;
use crate::numbers::ModeCode;
use crate::wire::optional_fields;

optional_fields! {
    /// What an aircraft tells of itself twice a second or when it changes.
    AircraftOsd {
        /// What it is doing: see [`AircraftOsd::mode`].
        mode_code: i64 = "crate::tolerant::maybe_int",
        /// Why it was forced into that.
        mode_code_reason: i64 = "crate::tolerant::maybe_int",
        /// Degrees; see [`AircraftOsd::place`].
        latitude: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        longitude: f64 = "crate::tolerant::maybe_float",
        /// Metres above the ellipsoid.
        height: f64 = "crate::tolerant::maybe_float",
        /// Metres above take-off.
        elevation: f64 = "crate::tolerant::maybe_float",
        /// The heading, -180 to 180 degrees.
        attitude_head: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        attitude_pitch: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        attitude_roll: f64 = "crate::tolerant::maybe_float",
        /// Metres a second.
        horizontal_speed: f64 = "crate::tolerant::maybe_float",
        /// Metres a second.
        vertical_speed: f64 = "crate::tolerant::maybe_float",
        /// Metres from home.
        home_distance: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        home_latitude: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        home_longitude: f64 = "crate::tolerant::maybe_float",
        /// Metres a second.
        wind_speed: f64 = "crate::tolerant::maybe_float",
        /// 1 to 8, from north through east.
        wind_direction: i64 = "crate::tolerant::maybe_int",
        /// Where the controller's switch stands.
        gear: i64 = "crate::tolerant::maybe_int",
        /// How well it knows where it is.
        position_state: PositionState = "crate::tolerant::maybe",
        /// Its batteries.
        battery: Battery = "crate::tolerant::maybe",
        /// Its card.
        storage: Storage = "crate::tolerant::maybe",
        /// Which sides its obstacle sensing looks to.
        obstacle_avoidance: ObstacleAvoidance = "crate::tolerant::maybe",
        /// Whether its lights for the night are on.
        night_lights_state: i64 = "crate::tolerant::maybe_int",
        /// Metres above take-off it may not exceed.
        height_limit: i64 = "crate::tolerant::maybe_int",
        /// How far it may go.
        distance_limit_status: DistanceLimit = "crate::tolerant::maybe",
        /// Metres above take-off of a return home.
        rth_altitude: i64 = "crate::tolerant::maybe_int",
        /// What it does when it no longer hears its controller.
        rc_lost_action: i64 = "crate::tolerant::maybe_int",
        /// Metres above take-off that a flight to a point climbs to first; 2 unless it was set.
        commander_flight_height: f64 = "crate::tolerant::maybe_float",
        /// Who has the authority: A, B or nobody.
        control_source: String = "crate::tolerant::maybe_text",
        /// Whether that can be taken.
        locked: bool = "crate::tolerant::maybe_flag",
        /// Whether a no-fly area is near.
        is_near_area_limit: i64 = "crate::tolerant::maybe_int",
        /// Whether its height limit is near.
        is_near_height_limit: i64 = "crate::tolerant::maybe_int",
        /// Its firmware.
        firmware_version: String = "crate::tolerant::maybe_text",
        /// The track it flies.
        track_id: String = "crate::tolerant::maybe_text",
        /// Seconds it has flown in all.
        total_flight_time: f64 = "crate::tolerant::maybe_float",
        /// Metres it has flown in all.
        total_flight_distance: f64 = "crate::tolerant::maybe_float",
        /// How often it has flown.
        total_flight_sorties: i64 = "crate::tolerant::maybe_int",
        /// Its cameras as a list; gimbals stand under their own names, see [`CameraProperties::all`].
        cameras: Vec<CameraProperties> = "crate::tolerant::maybe",
    }
}

optional_fields! {
    /// How well an aircraft or a dock knows where it is.
    PositionState {
        /// 0 no, 1 converging, 2 yes, 3 failed.
        is_fixed: i64 = "crate::tolerant::maybe_int",
        /// 1 to 5; 10 is RTK.
        quality: i64 = "crate::tolerant::maybe_int",
        /// Satellites.
        gps_number: i64 = "crate::tolerant::maybe_int",
        /// Satellites with RTK.
        rtk_number: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// Batteries.
    Battery {
        /// What is left, per cent.
        capacity_percent: i64 = "crate::tolerant::maybe_int",
        /// Seconds of flight left.
        remain_flight_time: i64 = "crate::tolerant::maybe_int",
        /// Per cent at which it returns home.
        return_home_power: i64 = "crate::tolerant::maybe_int",
        /// Per cent at which it lands.
        landing_power: i64 = "crate::tolerant::maybe_int",
        /// Each of them, as it came.
        batteries: serde_json::Value = "crate::tolerant::maybe",
    }
}

optional_fields! {
    /// A card.
    Storage {
        /// Kilobytes.
        total: i64 = "crate::tolerant::maybe_int",
        /// Kilobytes.
        used: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// Which sides obstacle sensing looks to: 1 is on.
    ObstacleAvoidance {
        /// Around.
        horizon: i64 = "crate::tolerant::maybe_int",
        /// Above.
        upside: i64 = "crate::tolerant::maybe_int",
        /// Below.
        downside: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// How far from home an aircraft may go.
    DistanceLimit {
        /// 1 when there is a limit.
        state: i64 = "crate::tolerant::maybe_int",
        /// Metres, 15 to 8000.
        distance_limit: i64 = "crate::tolerant::maybe_int",
        /// Whether it is near.
        is_near_distance_limit: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// One camera, from the list of cameras or from under its own name.
    CameraProperties {
        /// Which.
        payload_index: PayloadIndex = "crate::tolerant::maybe",
        /// Photographs, video and so on.
        camera_mode: i64 = "crate::tolerant::maybe_int",
        /// 1 while it takes one.
        photo_state: i64 = "crate::tolerant::maybe_int",
        /// 1 while it records.
        recording_state: i64 = "crate::tolerant::maybe_int",
        /// Seconds it has been recording.
        record_time: i64 = "crate::tolerant::maybe_int",
        /// How many photographs still fit.
        remain_photo_num: i64 = "crate::tolerant::maybe_int",
        /// How many seconds of video still fit.
        remain_record_duration: i64 = "crate::tolerant::maybe_int",
        /// 2 to 200.
        zoom_factor: f64 = "crate::tolerant::maybe_float",
        /// 2 to 20.
        ir_zoom_factor: f64 = "crate::tolerant::maybe_float",
        /// Whether two lenses are shown side by side.
        screen_split_enable: bool = "crate::tolerant::maybe_flag",
        /// Degrees, down negative.
        gimbal_pitch: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        gimbal_roll: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        gimbal_yaw: f64 = "crate::tolerant::maybe_float",
        /// What its laser measures: degrees.
        measure_target_latitude: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        measure_target_longitude: f64 = "crate::tolerant::maybe_float",
        /// Metres.
        measure_target_altitude: f64 = "crate::tolerant::maybe_float",
        /// Metres.
        measure_target_distance: f64 = "crate::tolerant::maybe_float",
        /// 0 when it measured.
        measure_target_error_state: i64 = "crate::tolerant::maybe_int",
    }
}

impl AircraftOsd {
    /// What it is doing.
    pub fn mode(&self) -> Option<ModeCode> {
        self.mode_code.map(ModeCode::from_number)
    }

    /// Where it is. `None` before it knows.
    pub fn place(&self) -> Option<GroundPoint> {
        super::fix(self.latitude?, self.longitude?)
    }

    /// Where home is. `None` before that is set.
    pub fn home(&self) -> Option<GroundPoint> {
        super::fix(self.home_latitude?, self.home_longitude?)
    }

    /// How high it is above the ellipsoid: the frame of flights to a point.
    pub fn ellipsoid_height(&self) -> Option<EllipsoidHeight> {
        self.height.map(EllipsoidHeight::from_metres)
    }

    /// How high it is above take-off: the frame people fly in.
    pub fn above_takeoff(&self) -> Option<AboveTakeoff> {
        self.elevation.map(AboveTakeoff::from_metres)
    }

    /// A height above take-off as a height above the ellipsoid.
    ///
    /// Both heights of the aircraft are told together, so their difference is the point of take-off.
    /// `None` before both are known.
    pub fn to_ellipsoid(&self, height: AboveTakeoff) -> Option<EllipsoidHeight> {
        let takeoff = self.height? - self.elevation?;
        Some(EllipsoidHeight::from_metres(takeoff + height.metres))
    }
}

impl CameraProperties {
    /// All cameras: those of the list, and those under their own names. A camera may come twice, each time with other members.
    pub fn all(properties: &Properties) -> impl Iterator<Item = (PayloadIndex, Self)> {
        let listed = properties
            .get("cameras")
            .and_then(serde_json::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|camera| {
                let camera: Self = serde_json::from_value(camera.clone()).ok()?;
                Some((camera.payload_index?, camera))
            });
        let named = properties.all().iter().filter_map(|(name, value)| {
            let index = name.parse().ok()?;
            Some((index, serde_json::from_value(value.clone()).ok()?))
        });
        listed.chain(named)
    }
}
