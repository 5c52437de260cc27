//! Which tests show each entry of the two documents. That they are there, and where, is read from the sources.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::uses::collect;

/// The rooms whose tests count, and where these lie.
const ROOMS: [(&str, &[&str]); 4] = [
    (
        "dji-sim",
        &["families/dji-sim/tests", "families/dji-sim/src"],
    ),
    ("dji", &["families/dji/tests", "families/dji/src"]),
    (
        "dji-proto",
        &["families/dji-proto/tests", "families/dji-proto/src"],
    ),
    ("device", &["crates/device/src"]),
];

macro_rules! shown {
    ($($entry:literal: $($test:ident)*;)*) => {
        static SHOWN: &[(&str, &[&str])] = &[$(($entry, &[$(stringify!($test)),*]),)*];
    };
}

shown! {
    "dji.drc.down.drc_initial_state_subscribe": row_drc_initial_state_subscribe entering_live_flight_control_asks_a_controller_for_what_is_so_now;
    "dji.drc.down.drone_control": row_drone_control sticks_move_the_aircraft_on_both_wires_and_letting_go_stops_it the_same_stick_picture_flies_the_same_way_by_each_axis_table;
    "dji.drc.down.drone_emergency_stop": row_drone_emergency_stop a_stop_needs_no_lease_and_works_with_and_without_the_live_link;
    "dji.drc.down.heart_beat": row_heart_beat the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.drc.up.delay_info_push": row_drc_mode_enter the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.drc.up.drc_camera_osd_info_push": row_drc_initial_state_subscribe mode_and_cameras_that_live_flight_control_tells_are_on_the_page;
    "dji.drc.up.drc_drone_state_push": row_drc_initial_state_subscribe mode_and_cameras_that_live_flight_control_tells_are_on_the_page;
    "dji.drc.up.drc_initial_state_subscribe": row_drc_initial_state_subscribe entering_live_flight_control_asks_a_controller_for_what_is_so_now;
    "dji.drc.up.drone_control": frames_without_authority_in_the_wrong_order_or_on_the_ground_are_refused a_frame_with_an_old_number_is_refused_with_a_number;
    "dji.drc.up.drone_emergency_stop": row_drone_emergency_stop an_emergency_stop_drops_the_sticks_and_goes_out_until_it_is_answered;
    "dji.drc.up.heart_beat": row_heart_beat the_round_trip_is_measured_by_the_echo_of_our_own_time the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.drc.up.hsi_info_push": row_drc_mode_enter the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.drc.up.osd_info_push": row_drc_mode_enter an_unproven_aircraft_creeps_until_a_check_shows_its_axes_and_a_restart_remembers;
    "dji.event.drc_status_notify": row_drc_mode_enter a_broker_that_refuses_ends_the_entering the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.event.fly_to_point_progress": row_fly_to_point a_flight_to_a_place_is_followed_to_its_end;
    "dji.event.joystick_invalid_notify": the_controller_in_the_field_takes_over a_controller_in_the_field_that_takes_a_docks_aircraft_takes_the_sticks;
    "dji.event.takeoff_to_point_progress": row_takeoff_to_point a_take_off_is_checked_then_flown_and_the_way_home_ends_where_it_began;
    "dji.property.drc_state": row_drc_mode_enter a_property_that_denies_the_link_ends_it_unless_it_may_be_old;
    "dji.rule.broker": a_broker_that_refuses_ends_the_entering gateways_are_told_the_encrypted_address_when_it_is_advertised;
    "dji.rule.control-source": the_authority_is_read_from_the_state_of_the_aircraft row_flight_authority_grab the_controller_in_the_field_takes_over;
    "dji.rule.drone-control-rate": frames_go_at_five_to_ten_hertz_while_a_stick_is_held without_authority_there_is_no_flight_and_no_live_flight_control;
    "dji.rule.emergency-stop": row_drone_emergency_stop a_stop_needs_no_control_and_a_landing_does a_stop_needs_no_lease_and_works_with_and_without_the_live_link;
    "dji.rule.envelope": there_are_48_examples_and_each_is_an_envelope what_was_written_reads_back_and_unknown_members_stay;
    "dji.rule.expire": the_account_is_told_to_end_a_minute_before_it_does_and_the_link_stays stick_credentials_have_two_topics_and_an_end entering_live_flight_control_minds_its_rates_and_papers;
    "dji.rule.heartbeat-delay": the_round_trip_is_measured_by_the_echo_of_our_own_time row_heart_beat;
    "dji.rule.need-reply": an_event_is_sent_again_with_the_same_ids_until_it_is_answered_and_taken_once an_unanswered_event_is_told_again_with_the_same_ids;
    "dji.rule.osd-rate": what_is_out_of_range_is_refused_before_anything_is_sent entering_live_flight_control_minds_its_rates_and_papers;
    "dji.rule.payload-index": services_say_what_they_said row_payload_authority_grab a_docks_camera_is_used_once_it_is_ours;
    "dji.rule.push-modes": properties_come_at_half_a_hertz_and_a_docks_in_four_parts properties_can_be_set_and_act;
    "dji.rule.result": all_published_numbers_rise_and_have_words_and_advice a_raw_service_passes_no_guard_by_and_brings_its_number_back;
    "dji.rule.seq": a_rising_count_rises_over_changes_and_refuses_what_is_old frames_without_authority_in_the_wrong_order_or_on_the_ground_are_refused;
    "dji.rule.seq-sibling": every_example_is_typed_and_written_back_loses_nothing row_drc_initial_state_subscribe;
    "dji.rule.topics": every_topic_reads_back_as_it_was_written a_gateway_cannot_publish_for_another_and_its_own_goes_through;
    "dji.rule.waypoint": events_say_what_they_said_though_they_forgot_their_method row_fly_to_point row_takeoff_to_point;
    "dji.service.camera_aim": row_camera_aim a_docks_camera_is_used_once_it_is_ours;
    "dji.service.camera_focal_length_set": row_camera_focal_length_set a_docks_camera_is_used_once_it_is_ours;
    "dji.service.camera_mode_switch": row_camera_mode_switch a_docks_camera_is_used_once_it_is_ours;
    "dji.service.camera_photo_take": row_camera_photo_take a_docks_camera_is_used_once_it_is_ours;
    "dji.service.camera_recording_start": row_camera_recording_start a_docks_camera_is_used_once_it_is_ours;
    "dji.service.camera_recording_stop": row_camera_recording_stop a_docks_camera_is_used_once_it_is_ours;
    "dji.service.camera_screen_drag": row_camera_screen_drag a_docks_camera_is_used_once_it_is_ours;
    "dji.service.drc_mode_enter": row_drc_mode_enter the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.service.drc_mode_exit": row_drc_mode_exit the_live_link_tells_rays_and_delays_and_ends_when_it_is_left;
    "dji.service.flight_authority_grab": row_flight_authority_grab sticks_move_the_aircraft_on_both_wires_and_letting_go_stops_it;
    "dji.service.fly_to_point": row_fly_to_point a_flight_to_a_place_is_followed_to_its_end;
    "dji.service.fly_to_point_stop": row_fly_to_point_stop a_stop_needs_no_lease_and_works_with_and_without_the_live_link;
    "dji.service.gimbal_reset": row_gimbal_reset a_docks_camera_is_used_once_it_is_ours;
    "dji.service.payload_authority_grab": row_payload_authority_grab a_docks_camera_is_used_once_it_is_ours;
    "dji.service.takeoff_to_point": row_takeoff_to_point a_take_off_is_checked_then_flown_and_the_way_home_ends_where_it_began;
    "dji.state.flight_authority": row_flight_authority_grab a_controller_in_the_field_that_takes_a_docks_aircraft_takes_the_sticks;
}

/// By entry: each test, behind the room it is in.
pub(super) struct Shown(BTreeMap<&'static str, Vec<String>>);

impl Shown {
    /// Looks for each test.
    ///
    /// # Errors
    /// When one is not there, or the sources cannot be read.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut rooms = Vec::new();
        for (room, folders) in ROOMS {
            let mut text = String::new();
            for folder in folders {
                collect(&root.join(folder), &mut text, true)?;
            }
            rooms.push((room, text));
        }
        let place = |test: &str| {
            let found = rooms.iter().find(|(_, text)| is_test(text, test));
            let missing = || io::Error::other(format!("coverage: there is no test {test}"));
            found
                .map(|(room, _)| format!("{room} `{test}`"))
                .ok_or_else(missing)
        };
        let mut all = BTreeMap::new();
        for (entry, tests) in SHOWN {
            let tests: io::Result<Vec<String>> = tests.iter().map(|test| place(test)).collect();
            all.insert(*entry, tests?);
        }
        Ok(Self(all))
    }

    /// The tests of an entry.
    pub(super) fn of(&self, entry: &str) -> &[String] {
        self.0.get(entry).map_or(&[], Vec::as_slice)
    }
}

/// Whether a function of that name stands right behind the mark of a test.
fn is_test(text: &str, name: &str) -> bool {
    let Some(at) = text.find(&format!("fn {name}()")) else {
        return false;
    };
    let before = text[..at].trim_end_matches("async ").trim_end();
    before.ends_with("#[test]") || before.ends_with("#[tokio::test]")
}

#[cfg(test)]
mod tests {
    use super::is_test;

    #[test]
    fn only_what_is_marked_is_a_test() {
        let text = "#[test]\nfn one() {}\nfn two() {}\n    #[tokio::test]\n    async fn three() {}";
        assert!(is_test(text, "one") && is_test(text, "three"));
        assert!(!is_test(text, "two") && !is_test(text, "on"));
    }
}
