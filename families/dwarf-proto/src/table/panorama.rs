//! Panoramas.

super::rows! {
    Panorama {
        PANORAMA_START_GRID = 15500 "CMD_PANORAMA_START_GRID" "4.15.3" Document V2V3 minor 0
            "ReqStartPanoramaByGrid" => "ComResponse", Notification(15219), Notification(15277), 1800 s, Motion, Host, [15219];
        PANORAMA_STOP = 15501 "CMD_PANORAMA_STOP" "4.15.1" Document V2V3 minor 0
            "ReqStopPanorama" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_START_EULER_RANGE = 15502 "CMD_PANORAMA_START_EULER_RANGE" "" Clients V2 minor 0
            "ReqStartPanoramaByEulerRange" => "ComResponse", ReplyAtEnd, ReplyAtEnd, 600 s, Motion, Host, [];
        PANORAMA_START_STITCH_UPLOAD = 15503 "CMD_PANORAMA_START_STITCH_UPLOAD" "" VendorApp V3 minor 0
            "ReqStartPanoramaStitchUpload" => "ResStartPanoramaStitchUpload", Reply, Reply, 5 s, No, Host, [];
        PANORAMA_STOP_STITCH_UPLOAD = 15504 "CMD_PANORAMA_STOP_STITCH_UPLOAD" "" VendorApp V3 minor 0
            "ReqStopPanoramaStitchUpload" => "ResStopPanoramaStitchUpload", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_GET_CURRENT_UPLOAD_STATE = 15505 "CMD_PANORAMA_GET_CURRENT_UPLOAD_STATE" "" VendorApp V3 minor 0
            "ReqGetPanoramaCurrentUploadState" => "ResGetPanoramaCurrentUploadState", Reply, Reply, 5 s, Yes, Viewer, [];
        PANORAMA_GET_UPLOAD_PREDICT = 15506 "CMD_PANORAMA_GET_UPLOAD_PREDICT" "" VendorApp V3 minor 0
            "ReqGetUploadPredict" => "ResGetUploadPredict", Reply, Reply, 5 s, Yes, Viewer, [];
        PANORAMA_START_COMPRESS = 15507 "CMD_PANORAMA_START_COMPRESS" "" VendorApp V3 minor 0
            "ReqCompressPanorama" => "ComResponse", Reply, Reply, 5 s, No, Host, [];
        PANORAMA_STOP_COMPRESS = 15508 "CMD_PANORAMA_STOP_COMPRESS" "" VendorApp V3 minor 0
            "ReqStopCompressPanorama" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_START_FRAMING = 15509 "CMD_PANORAMA_START_FRAMING" "" VendorApp V3 minor 0
            "ReqStartPanoramaFraming" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_STOP_FRAMING = 15510 "CMD_PANORAMA_STOP_FRAMING" "" VendorApp V3 minor 0
            "ReqStopPanoramaFraming" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_RESET_FRAMING = 15511 "CMD_PANORAMA_RESET_FRAMING" "" VendorApp V3 minor 0
            "ReqResetPanoramaFraming" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_UPDATE_FRAMING_RECT = 15512 "CMD_PANORAMA_UPDATE_FRAMING_RECT" "" VendorApp V3 minor 0
            "ReqUpdatePanoramaFramingRect" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PANORAMA_STOP_FRAMING_AND_START_GRID = 15513 "CMD_PANORAMA_STOP_FRAMEING_AND_START_GRID" "" VendorApp V3 minor 0
            "ReqStopPanoramaFramingAndStartGrid" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
    }
}
