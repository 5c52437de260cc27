//! Focus.

super::rows! {
    Focus {
        FOCUS_AUTO_FOCUS = 15000 "CMD_FOCUS_AUTO_FOCUS" "4.8.3" Document V2V3 minor 0
            "ReqNormalAutoFocus" => "ComResponse", Notification(15215), Notification(15279), 60 s, Motion, Host, [15257];
        FOCUS_MANUAL_SINGLE_STEP_FOCUS = 15001 "CMD_FOCUS_MANUAL_SINGLE_STEP_FOCUS" "4.8.6" Document V2V3 minor 0
            "ReqManualSingleStepFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        FOCUS_START_MANUAL_CONTINUOUS_FOCUS = 15002 "CMD_FOCUS_START_MANUAL_CONTINU_FOCUS" "4.8.7" Document V2V3 minor 0
            "ReqManualContinuFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS = 15003 "CMD_FOCUS_STOP_MANUAL_CONTINU_FOCUS" "4.8.8" Document V2V3 minor 0
            "ReqStopManualContinuFocus" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        FOCUS_START_ASTRO_AUTO_FOCUS = 15004 "CMD_FOCUS_START_ASTRO_AUTO_FOCUS" "4.8.4" Document V2V3 minor 0
            "ReqAstroAutoFocus" => "ComResponse", Notification(15215), Notification(15278), 180 s, Motion, Host, [15278, 15280, 15257];
        FOCUS_STOP_ASTRO_AUTO_FOCUS = 15005 "CMD_FOCUS_STOP_ASTRO_AUTO_FOCUS" "4.8.5" Document V2V3 minor 0
            "ReqStopAstroAutoFocus" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        FOCUS_AUTO_INFINITY_FOCUS = 15006 "CMD_FOCUS_AUTO_INFINITY_FOCUS" "" VendorApp V3 minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [], why "no source tells its message";
        FOCUS_GET_USER_INFINITY_POS = 15011 "CMD_FOCUS_GET_USER_INFINITY_POS" "" VendorApp V3 minor 0
            "ReqGetUserInfinityPos" => "ResUserInfinityPos", Reply, Reply, 5 s, Yes, Viewer, [];
        FOCUS_SET_USER_INFINITY_POS = 15012 "CMD_FOCUS_SET_USER_INFINITY_POS" "" VendorApp V3 minor 0
            "ReqSetUserInfinityPos" => "ResUserInfinityPos", Reply, Reply, 5 s, Yes, Host, [];
        WIDE_FOCUS_AUTO_FOCUS = 15014 "CMD_WIDE_FOCUS_AUTO_FOCUS" "" VendorApp V3 minor 0
            "ReqNormalAutoFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        WIDE_FOCUS_MANUAL_SINGLE_STEP_FOCUS = 15015 "CMD_WIDE_FOCUS_MANUAL_SINGLE_STEP_FOCUS" "" VendorApp V3 minor 0
            "ReqManualSingleStepFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        WIDE_FOCUS_START_MANUAL_CONTINUOUS_FOCUS = 15016 "CMD_WIDE_FOCUS_START_MANUAL_CONTINU_FOCUS" "" VendorApp V3 minor 0
            "ReqManualContinuFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        WIDE_FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS = 15017 "CMD_WIDE_FOCUS_STOP_MANUAL_CONTINU_FOCUS" "" VendorApp V3 minor 0
            "ReqStopManualContinuFocus" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        WIDE_FOCUS_START_ASTRO_AUTO_FOCUS = 15018 "CMD_WIDE_FOCUS_START_ASTRO_AUTO_FOCUS" "" VendorApp V3 minor 0
            "ReqAstroAutoFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        WIDE_FOCUS_STOP_ASTRO_AUTO_FOCUS = 15019 "CMD_WIDE_FOCUS_STOP_ASTRO_AUTO_FOCUS" "" VendorApp V3 minor 0
            "ReqStopAstroAutoFocus" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        WIDE_FOCUS_AUTO_INFINITY_FOCUS = 15020 "CMD_WIDE_FOCUS_AUTO_INFINITY_FOCUS" "" VendorApp V3 minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [], why "no source tells its message";
        GUIDE_FOCUS_SET_USER_INFINITY_POS = 15027 "CMD_GUIDE_FOCUS_SET_USER_INFINITY_POS" "" VendorApp V3 minor 0
            "ReqSetUserInfinityPos" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        GUIDE_FOCUS_GET_USER_INFINITY_POS = 15028 "CMD_GUIDE_FOCUS_GET_USER_INFINITY_POS" "" VendorApp V3 minor 0
            "ReqGetUserInfinityPos" => "ComResponse", Reply, Reply, 5 s, Yes, Viewer, [];
        GUIDE_FOCUS_MANUAL_SINGLE_STEP_FOCUS = 15029 "CMD_GUIDE_FOCUS_MANUAL_SINGLE_STEP_FOCUS" "" VendorApp V3 minor 0
            "ReqManualSingleStepFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        GUIDE_FOCUS_START_MANUAL_CONTINUOUS_FOCUS = 15030 "CMD_GUIDE_FOCUS_START_MANUAL_CONTINU_FOCUS" "" VendorApp V3 minor 0
            "ReqManualContinuFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        GUIDE_FOCUS_STOP_MANUAL_CONTINUOUS_FOCUS = 15031 "CMD_GUIDE_FOCUS_STOP_MANUAL_CONTINU_FOCUS" "" VendorApp V3 minor 0
            "ReqStopManualContinuFocus" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        GUIDE_FOCUS_START_ASTRO_AUTO_FOCUS = 15032 "CMD_GUIDE_FOCUS_START_ASTRO_AUTO_FOCUS" "" VendorApp V3 minor 0
            "ReqAstroAutoFocus" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        GUIDE_FOCUS_AUTO_INFINITY_FOCUS = 15033 "CMD_GUIDE_FOCUS_AUTO_INFINITY_FOCUS" "" VendorApp V3 minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [], why "no source tells its message";
        GUIDE_FOCUS_STOP_ASTRO_AUTO_FOCUS = 15034 "CMD_GUIDE_FOCUS_STOP_ASTRO_AUTO_FOCUS" "" VendorApp V3 minor 0
            "ReqStopAstroAutoFocus" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
    }
}
