//! Tracking and sentinel.

super::rows! {
    Track {
        TRACK_START_TRACK = 14800 "CMD_TRACK_START_TRACK" "4.14.3" Document V2V3 minor 0
            "ReqStartTrack" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [15225];
        TRACK_STOP_TRACK = 14801 "CMD_TRACK_STOP_TRACK" "4.14.4" Document V2V3 minor 0
            "ReqStopTrack" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15225];
        SENTRY_MODE_START = 14802 "CMD_SENTRY_MODE_START" "4.14.5" Document V2V3 minor 3
            "ReqStartSentryMode" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [15231];
        SENTRY_MODE_STOP = 14803 "CMD_SENTRY_MODE_STOP" "4.14.6" Document V2V3 minor 3
            "ReqStopSentryMode" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        MOT_START = 14804 "CMD_MOT_START" "4.14.7" Document V2V3 minor 0
            "ReqMOTTrack" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        MOT_TRACK_ONE = 14805 "CMD_MOT_TRACK_ONE" "4.14.8" Document V2V3 minor 0
            "ReqMOTTrackOne" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        UFO_TRACK_MODE_START = 14806 "CMD_UFOTRACK_MODE_START" "4.14.9.1" Document V2V3 minor 5
            "ReqStartSentryMode" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        UFO_TRACK_MODE_STOP = 14807 "CMD_UFOTRACK_MODE_STOP" "4.14.9.2" Document V2V3 minor 5
            "ReqStopSentryMode" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        MOT_WIDE_TRACK_ONE = 14808 "CMD_MOT_WIDE_TRACK_ONE" "4.14.1" Document V2V3 minor 0
            "ReqMOTTrackOne" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        SWITCH_MAIN_PREVIEW = 14809 "CMD_SWITCH_MAIN_PREVIEW" "4.14.1" VendorApp V2V3 minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [], why "no source tells its message";
        UFO_HAND_AUTO_MODE = 14810 "CMD_UFO_HAND_AOTO_MODE" "4.14.1" Document V2V3 minor 5
            "ReqUFOAutoHandMode" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        SENTRY_SCENE_SELECT = 14811 "CMD_SENTRY_SCENE_SELECT" "" VendorApp V3 minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [], why "no source tells its message";
        TRACK_START_CLICK = 14812 "CMD_TRACK_START_CLICK" "" VendorApp V3 minor 0
            "ReqStartTrackClick" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
    }
}
