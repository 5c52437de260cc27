//! Notices of the device.

super::rows! { Events
    "airsense_warning" [D1 D2 D3] "airsense" [];
    "camera_photo_take_progress" [D1 D2 D3 RP P2] "drc" [];
    "charge_close" [D1 D2 D3] "cmd" [];
    "charge_open" [D1 D2 D3] "cmd" [];
    "cloud_control_auth_notify" [RP P2] "drc" [];
    "cover_close" [D1 D2 D3] "cmd" [];
    "cover_force_close" [D1 D2 D3] "cmd" [];
    "cover_open" [D1 D2 D3] "cmd" [];
    "custom_data_transmission_from_esdk" [D1 D2 D3] "esdk-transmit-custom-data" [];
    "custom_data_transmission_from_psdk" [D1 D2 D3] "psdk-transmit-custom-data" [];
    "device_exit_homing_notify" [D1 D2 D3] "wayline" [];
    "device_format" [D1 D2 D3] "cmd" [];
    "device_reboot" [D1 D2 D3] "cmd" [];
    "drc_status_notify" [D1 D2 D3 RP P2] "drc" ["dji.event.drc_status_notify"];
    "drone_close" [D1 D2 D3] "cmd" [];
    "drone_format" [D1 D2 D3] "cmd" [];
    "drone_open" [D1 D2 D3] "cmd" [];
    "esim_activate" [D2 D3] "cmd" [];
    "esim_operator_switch" [D2 D3] "cmd" [];
    "file_upload_callback" [D1 D2 D3] "file" [];
    "fileupload_progress" [D1 D2 D3] "log" [];
    "flight_areas_drone_location" [D1 D2 D3] "custom-flight-area" [];
    "flight_areas_sync_progress" [D1 D2 D3] "custom-flight-area" [];
    "flight_setup_exception_notify" [D1] "wayline" [];
    "flighttask_progress" [D1 D2 D3] "wayline" [];
    "flighttask_ready" [D1 D2 D3] "wayline" [];
    "fly_to_point_progress" [D1 D2 D3 P2] "drc" ["dji.event.fly_to_point_progress"];
    "highest_priority_upload_flighttask_media" [D1 D2 D3] "file" [];
    "hms" [D1 D2 D3] "hms" [];
    "joystick_invalid_notify" [D1 D2 D3 P2] "drc" ["dji.event.joystick_invalid_notify"];
    "obstacle_avoidance_notify" [D3] "drc" [];
    "ota_progress" [D1 D2 D3] "firmware" [];
    "poi_status_notify" [D1 P2] "drc" [];
    "psdk_floating_window_text" [D1 D2 D3] "psdk" [];
    "psdk_ui_resource_upload_result" [D1 D2 D3] "psdk" [];
    "putter_close" [D1] "cmd" [];
    "putter_open" [D1] "cmd" [];
    "return_home_info" [D1 D2 D3 P2] "wayline" [];
    "rtk_calibration" [D3] "cmd" [];
    "speaker_audio_play_start_progress" [D1 D2 D3] "psdk" [];
    "speaker_tts_play_start_progress" [D1 D2 D3] "psdk" [];
    "takeoff_to_point_progress" [D1 D2 D3 P2] "drc" ["dji.event.takeoff_to_point_progress"];
}
