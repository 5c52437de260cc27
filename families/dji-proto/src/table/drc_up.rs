//! Live flight control from the device: pushes nobody asked for.

super::rows! { DrcUp
    "delay_info_push" [D1 D2 D3 RP P2] "drc" ["dji.drc.up.delay_info_push"];
    "drc_ai_info_push" [D3] "remote-control" [];
    "drc_camera_osd_info_push" [D2 D3 RP P2] "remote-control" ["dji.drc.up.drc_camera_osd_info_push"];
    "drc_camera_photo_info_push" [D2 P2] "remote-control" [];
    "drc_camera_state_push" [D2 D3 P2] "remote-control" [];
    "drc_drone_state_push" [D2 D3 RP P2] "remote-control" ["dji.drc.up.drc_drone_state_push"];
    "drc_psdk_floating_window_text" [D3] "remote-control" [];
    "drc_psdk_state_info" [D3] "remote-control" [];
    "drc_psdk_ui_resource" [D3] "remote-control" [];
    "drc_speaker_play_progress" [D3] "remote-control" [];
    "hsi_info_push" [D1 D2 D3 RP P2] "drc" ["dji.drc.up.hsi_info_push"];
    "osd_info_push" [D1 D2 D3 RP P2] "drc" ["dji.drc.up.osd_info_push"];
}
