//! What an aircraft does, in words.

use skyhelm_device::state::FlightMode;
use skyhelm_dji_proto::numbers::ModeCode;

/// What a mode is called on the page, and its number.
pub(super) fn told(mode: ModeCode, code: i64) -> FlightMode {
    let words = match mode {
        ModeCode::Standby => "stands by",
        ModeCode::TakeoffPreparation => "prepares to take off",
        ModeCode::TakeoffReady => "ready to take off",
        ModeCode::Manual => "flown by its pilot",
        ModeCode::AutoTakeoff => "takes off",
        ModeCode::Wayline => "flies to a place",
        ModeCode::Panorama => "takes a panorama",
        ModeCode::Tracking => "follows something",
        ModeCode::AdsbAvoidance => "evades a crewed aircraft",
        ModeCode::ReturnHome => "returns home",
        ModeCode::AutoLanding => "lands",
        ModeCode::ForcedLanding => "is forced to land",
        ModeCode::ThreePropellerLanding => "lands on three propellers",
        ModeCode::Upgrading => "is being upgraded",
        ModeCode::NotConnected => "not connected",
        ModeCode::Apas => "flown with obstacle assistance",
        ModeCode::VirtualStick => "flown by virtual sticks",
        ModeCode::LiveFlightControl => "under live flight control",
        ModeCode::RtkConverging => "waits for its position",
        ModeCode::DockSiteSelection => "looks for a place for a dock",
        ModeCode::PointOfInterest => "circles a point",
        ModeCode::DockRoute => "on its way into or out of the dock",
        ModeCode::Unknown(_) => {
            return FlightMode {
                code,
                words: format!("mode {code}"),
            };
        }
    };
    FlightMode {
        code,
        words: words.to_owned(),
    }
}
