//! Names, passwords and messages that both processes know.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use serde_json::json;

pub const PASSWORD: &str = "pass word";
/// Gateways that say something once a second.
const SLOW: usize = 1000;
/// Gateways that say where their aircraft is thirty times a second.
const FAST: usize = 50;
pub const FAST_HZ: u32 = 30;

/// `--part 20`: a twentieth of the gateways, to see that it works; the promises are those of the whole.
pub fn part() -> usize {
    let mut words = std::env::args().skip_while(|word| word != "--part");
    let part = words.nth(1).and_then(|word| word.parse().ok());
    part.unwrap_or(1).clamp(1, FAST)
}

/// How many are slow.
pub fn slow() -> usize {
    SLOW / part()
}

/// How many are fast.
pub fn fast() -> usize {
    FAST / part()
}

/// The light gateways; the first ones are the fast ones.
pub fn serials() -> Vec<String> {
    (0..slow() + fast())
        .map(|number| format!("BENCHGATEWAY{number:04}"))
        .collect()
}

pub fn aircraft_of(gateway: &str) -> String {
    gateway.replace("GATEWAY", "AIRCRAFT")
}

/// A hash that costs next to nothing: not signing in is measured, but what comes after it.
pub fn hash() -> String {
    let cheap = Params::new(8, 1, 1, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap)
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string()
}

/// Where an aircraft is, with about as much beside it as a real one says.
pub fn osd(gateway: &str, number: u64) -> Vec<u8> {
    let text = json!({
        "tid": format!("{number:032x}"), "bid": format!("{number:032x}"),
        "timestamp": 1_800_000_000_000_u64 + number, "gateway": gateway,
        "data": {
            "mode_code": 3, "gear": 1, "latitude": 47.0 + number as f64 * 1e-7, "longitude": 8.5,
            "height": 540.25, "elevation": 80.5, "horizontal_speed": 4.5, "vertical_speed": 0.1,
            "attitude_head": 12.3, "attitude_pitch": -1.5, "attitude_roll": 0.4, "home_distance": 120.5,
            "wind_speed": 3.1, "wind_direction": 2, "height_limit": 120, "rc_lost_action": 2,
            "obstacle_avoidance": {"horizon": 1, "upside": 1, "downside": 1}, "total_flight_time": 5400,
            "battery": {"capacity_percent": 71, "remain_flight_time": 1320, "return_home_power": 20,
                "landing_power": 10, "batteries": [
                    {"index": 0, "capacity_percent": 71, "voltage": 23640, "temperature": 28.4, "sn": "BAT0"},
                    {"index": 1, "capacity_percent": 70, "voltage": 23610, "temperature": 28.1, "sn": "BAT1"}]},
            "position_state": {"is_fixed": 2, "quality": 5, "gps_number": 21, "rtk_number": 27},
            "storage": {"total": 60_000_000, "used": 1_200_000},
        },
    });
    text.to_string().into_bytes()
}

/// Something that happened, and wants an answer.
pub fn event(gateway: &str, number: u64) -> Vec<u8> {
    let text = json!({
        "tid": format!("{gateway}-{number}"), "bid": format!("{gateway}-{number}"),
        "timestamp": 1_800_000_000_000_u64 + number, "gateway": gateway, "need_reply": 1,
        "method": "hms", "data": {"list": []},
    });
    text.to_string().into_bytes()
}

/// Who is there.
pub fn topology(gateway: &str) -> Vec<u8> {
    let text = json!({
        "tid": format!("{gateway}-topo"), "bid": format!("{gateway}-topo"), "timestamp": 1_800_000_000_000_u64,
        "method": "update_topo",
        "data": {"domain": "3", "type": 1, "sub_type": 0, "device_secret": "s", "nonce": "n", "thing_version": "1.1.2",
            "sub_devices": [{"sn": aircraft_of(gateway), "domain": "0", "type": 67, "sub_type": 0, "index": "A",
                "device_secret": "s", "nonce": "n", "thing_version": "1.1.2"}]},
    });
    text.to_string().into_bytes()
}
