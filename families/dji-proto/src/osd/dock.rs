use serde::{Deserialize, Serialize};
use skyhelm_units::{EllipsoidHeight, GroundPoint};

use super::PositionState;
use crate::numbers::{CoverState, DockMode, DrcState};
use crate::wire::optional_fields;

optional_fields! {
    /// What a dock tells of itself.
    DockOsd {
        /// What it is doing: see [`DockOsd::mode`].
        mode_code: i64 = "crate::tolerant::maybe_int",
        /// Its cover: see [`DockOsd::cover`].
        cover_state: i64 = "crate::tolerant::maybe_int",
        /// The rods that push the aircraft into its place; first Dock only.
        putter_state: i64 = "crate::tolerant::maybe_int",
        /// Whether the aircraft is in it.
        drone_in_dock: i64 = "crate::tolerant::maybe_int",
        /// Its charger.
        drone_charge_state: DroneCharge = "crate::tolerant::maybe",
        /// The link for live flight control: see [`DockOsd::drc`].
        drc_state: i64 = "crate::tolerant::maybe_int",
        /// Whether its emergency stop is pressed.
        emergency_stop_state: i64 = "crate::tolerant::maybe_int",
        /// Its way to the net.
        network_state: NetworkState = "crate::tolerant::maybe",
        /// Its way to the aircraft.
        wireless_link: WirelessLink = "crate::tolerant::maybe",
        /// Its aircraft.
        sub_device: SubDevice = "crate::tolerant::maybe",
        /// 0 dry to 3 heavy.
        rainfall: i64 = "crate::tolerant::maybe_int",
        /// Metres a second.
        wind_speed: f64 = "crate::tolerant::maybe_float",
        /// Inside, degrees Celsius.
        temperature: f64 = "crate::tolerant::maybe_float",
        /// Outside, degrees Celsius.
        environment_temperature: f64 = "crate::tolerant::maybe_float",
        /// Inside, per cent.
        humidity: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        latitude: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        longitude: f64 = "crate::tolerant::maybe_float",
        /// Metres above the ellipsoid.
        height: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        heading: f64 = "crate::tolerant::maybe_float",
        /// Whether home is known.
        home_position_is_valid: i64 = "crate::tolerant::maybe_int",
        /// How well it knows where it is.
        position_state: PositionState = "crate::tolerant::maybe",
        /// Where the aircraft lands when it cannot land here.
        alternate_land_point: AlternateLandPoint = "crate::tolerant::maybe",
        /// Whether its light is on.
        supplement_light_state: i64 = "crate::tolerant::maybe_int",
        /// Whether its siren and flashes are on.
        alarm_state: i64 = "crate::tolerant::maybe_int",
        /// Its battery for the time without mains.
        backup_battery: BackupBattery = "crate::tolerant::maybe",
        /// Volts of the mains.
        electric_supply_voltage: i64 = "crate::tolerant::maybe_int",
        /// Millivolts.
        working_voltage: i64 = "crate::tolerant::maybe_int",
        /// Milliamperes.
        working_current: i64 = "crate::tolerant::maybe_int",
        /// How often it has worked.
        job_number: i64 = "crate::tolerant::maybe_int",
        /// Seconds it has worked in all.
        acc_time: i64 = "crate::tolerant::maybe_int",
        /// Its disk.
        storage: super::Storage = "crate::tolerant::maybe",
        /// What is still to be sent.
        media_file_detail: MediaFiles = "crate::tolerant::maybe",
        /// How far a task has come; 255 is none.
        flighttask_step_code: i64 = "crate::tolerant::maybe_int",
        /// Its firmware.
        firmware_version: String = "crate::tolerant::maybe_text",
    }
}

optional_fields! {
    /// The charger.
    DroneCharge {
        /// 1 while it charges.
        state: i64 = "crate::tolerant::maybe_int",
        /// What the aircraft has, per cent.
        capacity_percent: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// The way to the net.
    NetworkState {
        /// 1 by mobile phone, 2 by cable.
        r#type: i64 = "crate::tolerant::maybe_int",
        /// 0 to 5.
        quality: i64 = "crate::tolerant::maybe_int",
        /// Kilobytes a second.
        rate: f64 = "crate::tolerant::maybe_float",
    }
}

optional_fields! {
    /// The way to the aircraft.
    WirelessLink {
        /// 0 to 5.
        sdr_quality: i64 = "crate::tolerant::maybe_int",
        /// 1 while the radio link stands.
        sdr_link_state: i64 = "crate::tolerant::maybe_int",
        /// 0 radio, 1 radio with mobile phone.
        link_workmode: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// The aircraft of a dock.
    SubDevice {
        /// Its serial number.
        device_sn: String = "crate::tolerant::maybe_text",
        /// Its product: `0-67-1`.
        device_model_key: String = "crate::tolerant::maybe_text",
        /// 1 while it is switched on.
        device_online_status: i64 = "crate::tolerant::maybe_int",
        /// 1 when it belongs to this dock.
        device_paired: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// Where the aircraft lands when it cannot land in the dock.
    AlternateLandPoint {
        /// Degrees.
        latitude: f64 = "crate::tolerant::maybe_float",
        /// Degrees.
        longitude: f64 = "crate::tolerant::maybe_float",
        /// Metres above the ellipsoid.
        height: f64 = "crate::tolerant::maybe_float",
        /// Metres above the dock on the way there.
        safe_land_height: f64 = "crate::tolerant::maybe_float",
        /// 1 when it is set.
        is_configured: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// The battery for the time without mains.
    BackupBattery {
        /// Millivolts.
        voltage: i64 = "crate::tolerant::maybe_int",
        /// Degrees Celsius.
        temperature: f64 = "crate::tolerant::maybe_float",
        /// 1 while it is switched on.
        switch: i64 = "crate::tolerant::maybe_int",
    }
}

optional_fields! {
    /// What is still to be sent.
    MediaFiles {
        /// Files.
        remain_upload: i64 = "crate::tolerant::maybe_int",
    }
}

impl DockOsd {
    /// What it is doing.
    pub fn mode(&self) -> Option<DockMode> {
        self.mode_code.map(DockMode::from_number)
    }

    /// Its cover.
    pub fn cover(&self) -> Option<CoverState> {
        self.cover_state.map(CoverState::from_number)
    }

    /// The link for live flight control. This, and not the event of the same matter, is the word that counts.
    pub fn drc(&self) -> Option<DrcState> {
        self.drc_state.map(DrcState::from_number)
    }

    /// Where it stands. `None` before it knows.
    pub fn place(&self) -> Option<GroundPoint> {
        super::fix(self.latitude?, self.longitude?)
    }

    /// How high it stands.
    pub fn ellipsoid_height(&self) -> Option<EllipsoidHeight> {
        self.height.map(EllipsoidHeight::from_metres)
    }
}
