//! Shooting modes, long tasks, voice.

super::rows! {
    TaskCenter {
        TASK_START_TASK = 16400 "CMD_GLOBAL_TASK_MANAGER_START_TASK" "" VendorApp V3 minor 0
            "ReqStartTask" => "ResTaskCenter", Reply, Reply, 5 s, No, Host, [];
        TASK_STOP_TASK = 16401 "CMD_GLOBAL_TASK_MANAGER_STOP_TASK" "" VendorApp V3 minor 0
            "ReqStopTask" => "ResTaskCenter", Reply, Reply, 5 s, Yes, Host, [];
        TASK_SWITCH_SHOOTING_MODE = 16402 "CMD_GLOBAL_TASK_MANAGER_SWITCH_SHOOTING_MODE" "" VendorApp V3 minor 0
            "ReqSwitchShootingMode" => "ResSwitchShootingMode", Reply, Reply, 5 s, Yes, Host, [15267];
        TASK_SWITCH_SHOOTING_TECH = 16403 "CMD_GLOBAL_TASK_MANAGER_SWITCH_SHOOTING_TECH" "" VendorApp V3 minor 0
            "ReqSwitchShootingTech" => "ResSwitchShootingTech", Reply, Reply, 5 s, Yes, Host, [];
        TASK_ENTER_CAMERA = 16404 "CMD_GLOBAL_TASK_MANAGER_ENTER_CAMERA" "" VendorApp V3 minor 0
            "ReqEnterCamera" => "ResEnterCamera", Reply, Reply, 5 s, Yes, Host, [];
        TASK_GET_DEVICE_STATE_INFO = 16405 "CMD_GLOBAL_TASK_GET_DEVICE_STATE_INFO" "" VendorApp V3 minor 0
            "ReqGetDeviceStateInfo" => "ResGetDeviceStateInfo", Reply, Reply, 5 s, Yes, Viewer, [];
        TASK_VOICE_COMMAND = 16406 "CMD_GLOBAL_VOICE_ASSISTANT_TASK" "" VendorApp V3 minor 0
            "ReqVoiceCommand" => "ResVoiceCommand", Reply, Reply, 5 s, No, Host, [];
    }
    VoiceAssistant {
        VOICE_ASSISTANT_TASK = 16800 "CMD_VOICE_ASSISTANT_TASK" "" VendorApp V3 minor 0
            "ReqVoiceCommand" => "ResVoiceCommand", Reply, Reply, 5 s, No, Host, [];
    }
}
