//! Properties by name, who is there, and the properties that may be set.

use super::Row;

mod told {
    super::super::rows! { Osd
        "drc_state" [D1 D2 D3 RP P2] "properties" ["dji.property.drc_state"];
    }
}

mod changed {
    super::super::rows! { State
        "control_source" [D1 D2 D3] "properties" ["dji.state.flight_authority"];
        "cloud_control_auth" [RP P2] "properties" [];
        "live_capacity" [D1 D2 D3 RP P2 RC] "properties" [];
        "live_status" [D1 D2 D3 RP P2 RC] "properties" [];
    }
}

mod there {
    super::super::rows! { Status
        "update_topo" [D1 D2 D3 RP P2 RC] "device" [];
    }
}

mod settable {
    super::super::rows! { PropertySet
        "night_lights_state" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "height_limit" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "distance_limit_status" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "obstacle_avoidance" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "rth_altitude" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "rth_mode" [D2 D3] Reply 5 s Yes Control "properties" [];
        "rc_lost_action" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "exit_wayline_when_rc_lost" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "commander_mode_lost_action" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "commander_flight_mode" [D2 D3] Reply 5 s Yes Control "properties" [];
        "commander_flight_height" [D1 D2 D3] Reply 5 s Yes Control "properties" [];
        "remaining_power_for_return_home" [D2 D3] Reply 5 s Yes Control "properties" [];
        "silent_mode" [D2 D3] Reply 5 s Yes Dock "properties" [];
    }
}

/// Topic by topic.
pub(super) static PARTS: [&[Row]; 4] = [told::ROWS, changed::ROWS, there::ROWS, settable::ROWS];
