//! Notifications.

super::rows! {
    Notify {
        NOTIFY_TELE_WIDE_PICTURE_MATCHING = 15200 "CMD_NOTIFY_TELE_WIDE_PICTURE_MATCHING" "4.16.3" VendorApp V2V3 minor 0
            notification "ResNotifyPictureMatching" | "PictureMatching";
        NOTIFY_BATTERY = 15201 "CMD_NOTIFY_ELE" "4.16.4" Document V2V3 minor 0
            notification "ComResWithInt" | "BatteryInfo";
        NOTIFY_CHARGE = 15202 "CMD_NOTIFY_CHARGE" "4.16.5" Document V2V3 minor 0
            notification "ComResWithInt" | "ChargingState";
        NOTIFY_STORAGE = 15203 "CMD_NOTIFY_SDCARD_INFO" "4.16.8" Document V2V3 minor 0
            notification "ResNotifySDcardInfo" | "StorageInfo";
        NOTIFY_TELE_RECORD_TIME = 15204 "CMD_NOTIFY_TELE_RECORD_TIME" "4.16.9" Document V2V3 minor 0
            notification "ResNotifyRecordTime";
        NOTIFY_TELE_TIMELAPSE_OUT_TIME = 15205 "CMD_NOTIFY_TELE_TIMELAPSE_OUT_TIME" "4.16.10" Document V2V3 minor 0
            notification "ResNotifyTimeLapseOutTime";
        NOTIFY_STATE_CAPTURE_RAW_DARK = 15206 "CMD_NOTIFY_STATE_CAPTURE_RAW_DARK" "4.16.12" Document V2V3 minor 0
            notification "ResNotifyOperationState" | "CaptureRawDarkState";
        NOTIFY_PROGRESS_CAPTURE_RAW_DARK = 15207 "CMD_NOTIFY_PROGRASS_CAPTURE_RAW_DARK" "4.16.13" Document V2V3 minor 0
            notification "ResNotifyProgressCaptureRawDark" | "ProgressCaptureRawDark";
        NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING = 15208 "CMD_NOTIFY_STATE_CAPTURE_RAW_LIVE_STACKING" "4.16.14" Document V2V3 minor 0
            notification "ResNotifyOperationState" | "CaptureRawState";
        NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING = 15209 "CMD_NOTIFY_PROGRASS_CAPTURE_RAW_LIVE_STACKING" "4.16.15" Document V2V3 minor 0
            notification "ResNotifyProgressCaptureRawLiveStacking" | "ProgressCaptureRawLiveStacking";
        NOTIFY_STATE_ASTRO_CALIBRATION = 15210 "CMD_NOTIFY_STATE_ASTRO_CALIBRATION" "4.16.16" Document V2V3 minor 0
            notification "ResNotifyStateAstroCalibration" | "AstroCalibrationState";
        NOTIFY_STATE_ASTRO_GOTO = 15211 "CMD_NOTIFY_STATE_ASTRO_GOTO" "4.16.17" Document V2V3 minor 0
            notification "ResNotifyStateAstroGoto" | "AstroGotoState";
        NOTIFY_STATE_ASTRO_TRACKING = 15212 "CMD_NOTIFY_STATE_ASTRO_TRACKING" "4.16.18" Document V2V3 minor 0
            notification "ResNotifyStateAstroTracking" | "AstroTrackingState";
        NOTIFY_TELE_SET_PARAM = 15213 "CMD_NOTIFY_TELE_SET_PARAM" "4.16.20" Document V2V3 minor 0
            notification "ResNotifyParam" | "Param";
        NOTIFY_WIDE_SET_PARAM = 15214 "CMD_NOTIFY_WIDE_SET_PARAM" "4.16.20" Document V2V3 minor 0
            notification "ResNotifyParam" | "Param";
        NOTIFY_TELE_FUNCTION_STATE = 15215 "CMD_NOTIFY_TELE_FUNCTION_STATE" "4.16.21" Document V2V3 minor 0
            notification "ResNotifyCamFunctionState";
        NOTIFY_WIDE_FUNCTION_STATE = 15216 "CMD_NOTIFY_WIDE_FUNCTION_STATE" "4.16.21" Document V2V3 minor 0
            notification "ResNotifyCamFunctionState";
        NOTIFY_SET_FEATURE_PARAM = 15217 "CMD_NOTIFY_SET_FEATURE_PARAM" "4.16.20" Document V2V3 minor 0
            notification "ResNotifyParam" | "Param";
        NOTIFY_TELE_BURST_PROGRESS = 15218 "CMD_NOTIFY_TELE_BURST_PROGRESS" "4.16.11" Document V2V3 minor 0
            notification "ResNotifyBurstProgress";
        NOTIFY_PANORAMA_PROGRESS = 15219 "CMD_NOTIFY_PANORAMA_PROGRESS" "4.16.22" Document V2V3 minor 0
            notification "ResNotifyPanoramaProgress" | "PanoramaProgress";
        NOTIFY_WIDE_BURST_PROGRESS = 15220 "CMD_NOTIFY_WIDE_BURST_PROGRESS" "4.16.11" Document V2V3 minor 0
            notification "ResNotifyBurstProgress";
        NOTIFY_RING_LIGHT_STATE = 15221 "CMD_NOTIFY_RGB_STATE" "4.16.6" Document V2V3 minor 0
            notification "ResNotifyRgbState" | "RgbState";
        NOTIFY_POWER_INDICATOR_STATE = 15222 "CMD_NOTIFY_POWER_IND_STATE" "4.16.7" Document V2V3 minor 0
            notification "ResNotifyPowerIndState" | "PowerIndState";
        NOTIFY_HOST_SLAVE_MODE = 15223 "CMD_NOTIFY_WS_HOST_SLAVE_MODE" "4.16.23" Document V2V3 minor 2
            notification "ResNotifyHostSlaveMode" | "HostSlaveMode";
        NOTIFY_MTP_STATE = 15224 "CMD_NOTIFY_MTP_STATE" "4.16.24" Document V2V3 minor 0
            notification "ResNotifyMTPState" | "MTPState";
        NOTIFY_TRACK_RESULT = 15225 "CMD_NOTIFY_TRACK_RESULT" "4.16.25" Document V2V3 minor 0
            notification "ResNotifyTrackResult" | "TrackResult";
        NOTIFY_WIDE_TIMELAPSE_OUT_TIME = 15226 "CMD_NOTIFY_WIDE_TIMELAPSE_OUT_TIME" "4.16.10" Document V2V3 minor 0
            notification "ResNotifyTimeLapseOutTime";
        NOTIFY_CPU_MODE = 15227 "CMD_NOTIFY_CPU_MODE" "4.16.26" Document V2V3 minor 0
            notification "ResNotifyCPUMode" | "CPUMode";
        NOTIFY_STATE_ASTRO_TRACKING_SPECIAL = 15228 "CMD_NOTIFY_STATE_ASTRO_TRACKING_SPECIAL" "4.16.19" Document V2V3 minor 0
            notification "ResNotifyStateAstroTrackingSpecial" | "AstroTrackingSpecialState";
        NOTIFY_POWER_OFF = 15229 "CMD_NOTIFY_POWER_OFF" "4.16.27" Document V2V3 minor 0
            notification "ResNotifyPowerOff" | "PowerOff";
        NOTIFY_ALBUM_UPDATE = 15230 "CMD_NOTIFY_ALBUM_UPDATE" "4.16.28" Document V2V3 minor 0
            notification "ResNotifyAlbumUpdate" | "AlbumUpdate";
        NOTIFY_SENTRY_MODE_STATE = 15231 "CMD_NOTIFY_SENTRY_MODE_STATE" "4.16.29" Document V2V3 minor 3
            notification "ResNotifyStateSentryMode" | "SentryState";
        NOTIFY_SENTRY_MODE_TRACK_RESULT = 15232 "CMD_NOTIFY_SENTRY_MODE_TRACK_RESULT" "4.16.30" Document V2V3 minor 3
            notification "ResNotifyTrackResult" | "TrackResult";
        NOTIFY_STATE_ASTRO_ONE_CLICK_GOTO = 15233 "CMD_NOTIFY_STATE_ASTRO_ONE_CLICK_GOTO" "4.16.31" Document V2V3 minor 4
            notification "ResNotifyOneClickGotoState" | "OneClickGotoState";
        NOTIFY_STREAM_TYPE = 15234 "CMD_NOTIFY_STREAM_TYPE" "4.16.32" Document V2V3 minor 0
            notification "ResNotifyStreamType" | "StreamType";
        NOTIFY_WIDE_RECORD_TIME = 15235 "CMD_NOTIFY_WIDE_RECORD_TIME" "4.16.9" Document V2V3 minor 0
            notification "ResNotifyRecordTime";
        NOTIFY_STATE_WIDE_CAPTURE_RAW_LIVE_STACKING = 15236 "CMD_NOTIFY_STATE_WIDE_CAPTURE_RAW_LIVE_STACKING" "4.16.33" Document V2V3 minor 0
            notification "ResNotifyOperationState";
        NOTIFY_PROGRESS_WIDE_CAPTURE_RAW_LIVE_STACKING = 15237 "CMD_NOTIFY_PROGRASS_WIDE_CAPTURE_RAW_LIVE_STACKING" "4.16.34" Document V2V3 minor 0
            notification "ResNotifyProgressCaptureRawLiveStacking";
        NOTIFY_MULTI_TRACK_RESULT = 15238 "CMD_NOTIFY_MULTI_TRACK_RESULT" "4.16.35" Document V2V3 minor 0
            notification "ResNotifyMultiTrackResult";
        NOTIFY_EQ_SOLVING_STATE = 15239 "CMD_NOTIFY_EQ_SOLVING_STATE" "4.16.36" Document V2V3 minor 5
            notification "ResNotifyEqSolvingState" | "EqSolvingState";
        NOTIFY_UFO_MODE_STATE = 15240 "CMD_NOTIFY_UFO_MODE_STATE" "4.16.29" Document V2V3 minor 5
            notification "ResNotifyStateSentryMode";
        NOTIFY_TELE_LONG_EXPOSURE_PROGRESS = 15241 "CMD_NOTIFY_TELE_LONG_EXP_PROGRESS" "4.16.37" Document V2V3 minor 0
            notification "ResNotifyLongExpPhotoProgress";
        NOTIFY_WIDE_LONG_EXPOSURE_PROGRESS = 15242 "CMD_NOTIFY_WIDE_LONG_EXP_PROGRESS" "4.16.37" Document V2V3 minor 0
            notification "ResNotifyLongExpPhotoProgress";
        NOTIFY_TEMPERATURE = 15243 "CMD_NOTIFY_TEMPERATURE" "4.16.38" Document V2V3 minor 0
            notification "ResNotifyTemperature" | "Temperature";
        NOTIFY_PANORAMA_UPLOAD_COMPRESS_PROGRESS = 15244 "CMD_NOTIFY_PANORAMA_UPLOAD_COMPRESS_PROGRESS" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyPanoramaCompressionProgress" | "PanoramaUploadCompressionProgress";
        NOTIFY_PANORAMA_UPLOAD_PROGRESS = 15245 "CMD_NOTIFY_PANORAMA_UPLOAD_UPLOAD_PROGRESS" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyPanoramaUploadProgress" | "PanoramaUploadProgress";
        NOTIFY_PANORAMA_UPLOAD_COMPLETE = 15246 "CMD_NOTIFY_PANORAMA_UPLOAD_COMPLETE" "" Clients V2 minor 0
            notification "ResNotifyPanoramaStitchUploadComplete" | "PanoramaStitchUploadComplete";
        NOTIFY_STATE_CAPTURE_WIDE_RAW_DARK = 15247 "CMD_NOTIFY_STATE_CAPTURE_WIDE_RAW_DARK" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyOperationState";
        NOTIFY_SHOOTING_SCHEDULE_RESULT_AND_STATE = 15248 "CMD_NOTIFY_SHOOTING_SCHEDULE_RESULT_AND_STATE" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyShootingScheduleResultAndState" | "ShootingScheduleResultAndState";
        NOTIFY_SHOOTING_TASK_STATE = 15249 "CMD_NOTIFY_SHOOTING_TASK_STATE" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyShootingTaskState" | "ShootingTaskState";
        NOTIFY_SKY_SEARCH_STATE = 15250 "CMD_NOTIFY_SKY_SEACHER_STATE" "4.16.39" Document V2V3 minor 0
            notification "ResNotifySkySeacherState" | "SkySeacherState";
        NOTIFY_WIDE_MULTI_TRACK_RESULT = 15251 "CMD_NOTIFY_WIDE_MULTI_TRACK_RESULT" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyMultiTrackResult";
        NOTIFY_WIDE_TRACK_RESULT = 15252 "CMD_NOTIFY_WIDE_TRACK_RESULT" "4.16.1" Document V2V3 minor 0
            notification "ResNotifyTrackResult" | "TrackResult";
        NOTIFY_STATE_AI_ENHANCE = 15253 "CMD_NOTIFY_STATE_AI_ENHANCE" "" VendorApp V3 minor 0
            notification "OperationStateNotify";
        NOTIFY_PROGRESS_AI_ENHANCE = 15254 "CMD_NOTIFY_PROGRESS_AI_ENHANCE" "" VendorApp V3 minor 0
            notification "ProgressAiEnhance";
        NOTIFY_WAIT_SHOOTING_PROGRESS = 15255 "CMD_NOTIFY_WAIT_SHOOTING_PROGRESS" "" VendorApp V3 minor 0
            notification "CommonProgress";
        NOTIFY_CALIBRATION_RESULT = 15256 "CMD_NOTIFY_CALIBRATION_RESULT" "" VendorApp V3 minor 0
            notification "CalibrationResult";
        NOTIFY_FOCUS_POSITION = 15257 "CMD_NOTIFY_FOCUS_POSITION" "" VendorApp V2V3 minor 0
            notification "ResNotifyFocus" | "FocusPosition";
        NOTIFY_UFO_AUTO_HAND_MODE = 15258 "CMD_NOTIFY_UFO_AUTO_HAND_MODE" "" VendorApp V3 minor 0
            notification "SentryAutoHand";
        NOTIFY_CURRENT_PANORAMA_UPLOAD_STATE = 15259 "CMD_NOTIFY_CURRENT_PANORAMA_UPLOAD_STATE" "" VendorApp V3 minor 0
            notification "PanoramaCurrentUploadState";
        NOTIFY_LOW_TEMP_PROTECTION_MODE = 15260 "CMD_NOTIFY_LOW_TEMP_PROTECTION_MODE" "" VendorApp V3 minor 0
            notification "LowTempProtectionMode";
        NOTIFY_EXCLUSIVE_SYSTEM_IO_TASK_STATE = 15261 "CMD_NOTIFY_EXCLUSIVE_SYSTEM_IO_TASK_STATE" "" VendorApp V3 minor 0
            notification "ResNotifyTaskState";
        NOTIFY_BODY_STATUS = 15262 "CMD_NOTIFY_BODY_STATUS" "" VendorApp V3 minor 0
            notification "BodyStatus";
        NOTIFY_PROGRESS_CAPTURE_MOSAIC = 15263 "CMD_NOTIFY_PROGRESS_CAPTURE_MOSAIC" "" VendorApp V3 minor 0
            notification "ProgressCaptureMosaic";
        NOTIFY_GENERAL_INT_PARAM = 15264 "CMD_NOTIFY_GENERAL_INT_PARAM" "" VendorApp V3 minor 0
            notification "GeneralIntParam";
        NOTIFY_GENERAL_FLOAT_PARAM = 15265 "CMD_NOTIFY_GENERAL_FLOAT_PARAM" "" VendorApp V3 minor 0
            notification "GeneralFloatParam";
        NOTIFY_GENERAL_BOOL_PARAM = 15266 "CMD_NOTIFY_GENERAL_BOOL_PARAM" "" VendorApp V3 minor 0
            notification "GeneralBoolParams";
        NOTIFY_SWITCH_SHOOTING_MODE = 15267 "CMD_NOTIFY_SWITCH_SHOOTING_MODE" "" VendorApp V3 minor 0
            notification "SwitchShootingMode";
        NOTIFY_TELE_SWITCH_CROP_RATIO = 15268 "CMD_NOTIFY_TELE_SWITCH_CROP_RATIO" "" VendorApp V3 minor 0
            notification "SwitchCropRatioState";
        NOTIFY_TELE_SHOOTING_TECH_STATE = 15269 "CMD_NOTIFY_TELE_SHOOTING_TECH_STATE" "" VendorApp V3 minor 0
            notification "", why "no source tells its message";
        NOTIFY_WB = 15270 "CMD_NOTIFY_WB" "" VendorApp V3 minor 0
            notification "Wb";
        NOTIFY_WIDE_SHOOTING_TECH_STATE = 15271 "CMD_NOTIFY_WIDE_SHOOTING_TECH_STATE" "" VendorApp V3 minor 0
            notification "", why "no source tells its message";
        NOTIFY_RESOLUTION_PARAM = 15272 "CMD_NOTIFY_RESOLUTION_PARAM" "" VendorApp V3 minor 0
            notification "ResolutionParam";
        NOTIFY_PHOTO_STATE = 15273 "CMD_NOTIFY_PHOTO_STATE" "" VendorApp V3 minor 0
            notification "PhotoState";
        NOTIFY_BURST_STATE = 15274 "CMD_NOTIFY_BURST_STATE" "" VendorApp V3 minor 0
            notification "BurstState";
        NOTIFY_RECORD_STATE = 15275 "CMD_NOTIFY_RECORD_STATE" "" VendorApp V3 minor 0
            notification "RecordState";
        NOTIFY_TIMELAPSE_STATE = 15276 "CMD_NOTIFY_TIMELAPSE_STATE" "" VendorApp V3 minor 0
            notification "TimeLapseState";
        NOTIFY_PANORAMA_STATE = 15277 "CMD_NOTIFY_PANORAMA_STATE" "" VendorApp V3 minor 0
            notification "PanoramaState";
        NOTIFY_ASTRO_AUTO_FOCUS_STATE = 15278 "CMD_NOTIFY_ASTRO_AUTO_FOCUS_STATE" "" VendorApp V3 minor 0
            notification "AstroAutoFocusState";
        NOTIFY_NORMAL_AUTO_FOCUS_STATE = 15279 "CMD_NOTIFY_NORMAL_AUTO_FOCUS_STATE" "" VendorApp V3 minor 0
            notification "NormalAutoFocusState";
        NOTIFY_ASTRO_AUTO_FOCUS_FAST_STATE = 15280 "CMD_NOTIFY_ASTRO_AUTO_FOCUS_FAST_STATE" "" VendorApp V3 minor 0
            notification "AstroAutoFocusFastState";
        NOTIFY_AREA_AUTO_FOCUS_STATE = 15281 "CMD_NOTIFY_AREA_AUTO_FOCUS_STATE" "" VendorApp V3 minor 0
            notification "AreaAutoFocusState";
        NOTIFY_DUAL_CAMERA_LINKAGE_STATE = 15282 "CMD_NOTIFY_DUAL_CAMERA_LINKAGE_STATE" "" VendorApp V3 minor 0
            notification "DualCameraLinkageState";
        NOTIFY_RESOLUTION_FPS_STATE = 15283 "CMD_NOTIFY_RESOLUTION_FPS_STATE" "" VendorApp V3 minor 0
            notification "SwitchResolutionFpsState";
        NOTIFY_NORMAL_TRACK_STATE = 15284 "CMD_NOTIFY_NORMAL_TRACK_STATE" "" VendorApp V3 minor 0
            notification "NormalTrackState";
        NOTIFY_BURST_PROGRESS = 15285 "CMD_NOTIFY_BURST_PROGRESS" "" VendorApp V3 minor 0
            notification "BurstProgress";
        NOTIFY_RECORD_TIME = 15286 "CMD_NOTIFY_RECORD_TIME" "" VendorApp V3 minor 0
            notification "RecordTime";
        NOTIFY_TIMELAPSE_OUT_TIME = 15287 "CMD_NOTIFY_TIMELAPSE_OUT_TIME" "" VendorApp V3 minor 0
            notification "TimeLapseOutTime";
        NOTIFY_LONG_EXPOSURE_PROGRESS = 15288 "CMD_NOTIFY_LONG_EXP_PROGRESS" "" VendorApp V3 minor 0
            notification "LongExpPhotoProgress";
        NOTIFY_SENTRY_MOTOR_STATE = 15289 "CMD_NOTIFY_SENTRY_MOTOR_STATE" "" VendorApp V3 minor 0
            notification "SentryState";
        NOTIFY_STATE_CAPTURE_CALIBRATION_FRAME = 15290 "CMD_NOTIFY_STATE_CAPTURE_CALI_FRAME" "" VendorApp V3 minor 0
            notification "CaptureCaliFrameState";
        NOTIFY_PROGRESS_CAPTURE_CALIBRATION_FRAME = 15291 "CMD_NOTIFY_PROGRESS_CAPTURE_CALI_FRAME" "" VendorApp V3 minor 0
            notification "CaptureCaliFrameProgress";
        NOTIFY_CMOS_TEMPERATURE = 15292 "CMD_NOTIFY_CMOS_TEMPERATURE" "" VendorApp V3 minor 0
            notification "CmosTemperature";
        NOTIFY_PANORAMA_COMPRESS_PROGRESS = 15293 "CMD_NOTIFY_PANORAMA_COMPRESS_PROGRESS" "" VendorApp V3 minor 0
            notification "PanoramaCompressionProgress";
        NOTIFY_PANORAMA_COMPRESS_COMPLETE = 15294 "CMD_NOTIFY_PANORAMA_COMPRESS_COMPLETE" "" VendorApp V3 minor 0
            notification "PanoramaCompressionComplete";
        NOTIFY_DEVICE_ATTITUDE = 15295 "CMD_NOTIFY_DEVICE_ATTITUDE" "" VendorApp V3 minor 0
            notification "DeviceAttitude";
        NOTIFY_SKY_TARGET_FINDER_STATE = 15296 "CMD_NOTIFY_SKY_TARGET_FINDER_STATE" "" VendorApp V3 minor 0
            notification "SkyTargetFinderState";
        NOTIFY_PANO_FRAMING_RECT_UPDATE = 15297 "CMD_NOTIFY_PANO_FRAMING_RECT_UPDATE" "" VendorApp V3 minor 0
            notification "PanoFramingRectUpdateNotify";
        NOTIFY_PANO_FRAMING_THUMBNAIL_UPDATE = 15298 "CMD_NOTIFY_PANO_FRAMING_THUMBNAIL_UPDATE" "" VendorApp V3 minor 0
            notification "PanoFramingThumbnailUpdateNotify";
        NOTIFY_PANO_FRAMING_STATE = 15299 "CMD_NOTIFY_PANO_FRAMING_STATE" "" VendorApp V3 minor 0
            notification "PanoFramingStateNotify";
        NOTIFY_WIDE_FOCUS_POSITION = 15300 "CMD_NOTIFY_WIDE_FOCUS_POSITION" "" VendorApp V3 minor 0
            notification "FocusPosition";
        NOTIFY_LENS_DEFOG_STATE = 15301 "CMD_NOTIFY_LENS_DEFOG_STATE" "" VendorApp V3 minor 0
            notification "LensDefog";
        NOTIFY_AUTO_COOLING_STATE = 15302 "CMD_NOTIFY_AUTO_COOLING_STATE" "" VendorApp V3 minor 0
            notification "AutoCooling";
        NOTIFY_AUTO_SHUTDOWN_STATE = 15303 "CMD_NOTIFY_AUTO_SHUTDOWN_STATE" "" VendorApp V3 minor 0
            notification "AutoShutdown";
        NOTIFY_ROLL_LEVEL_CALIBRATION_ANGLE = 15304 "CMD_NOTIFY_ROLL_LEVEL_CALIBRATION_ANGLE" "" VendorApp V3 minor 0
            notification "RollLevelCalibrationAngle";
        NOTIFY_GUIDE_FOCUS_POSITION = 15305 "CMD_NOTIFY_GUIDE_FOCUS_POSITION" "" VendorApp V3 minor 0
            notification "FocusPosition";
    }
}
