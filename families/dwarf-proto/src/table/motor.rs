//! Motors.

super::rows! {
    Motor {
        MOTOR_RUN = 14000 "CMD_STEP_MOTOR_RUN" "4.13.3" Document V2V3 minor 0
            "ReqMotorRun" => "ResMotor", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_RUN_TO = 14001 "CMD_STEP_MOTOR_RUN_TO" "" Clients V2 minor 0
            "ReqMotorRunTo" => "ResMotor", ReplyAtEnd, ReplyAtEnd, 120 s, Motion, Host, [];
        MOTOR_STOP = 14002 "CMD_STEP_MOTOR_STOP" "4.13.4" Document V2V3 minor 0
            "ReqMotorStop" => "ResMotor", Reply, Reply, 5 s, Yes, Host, [];
        MOTOR_RESET = 14003 "CMD_STEP_MOTOR_RESET" "" Clients V2 minor 0
            "ReqMotorReset" => "ResMotor", ReplyAtEnd, ReplyAtEnd, 120 s, Motion, Host, [];
        MOTOR_CHANGE_SPEED = 14004 "CMD_STEP_MOTOR_CHANGE_SPEED" "" Clients V2 minor 0
            "ReqMotorChangeSpeed" => "ResMotor", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_CHANGE_DIRECTION = 14005 "CMD_STEP_MOTOR_CHANGE_DIRECTION" "" Clients V2 minor 0
            "ReqMotorChangeDirection" => "ResMotor", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_JOYSTICK = 14006 "CMD_STEP_MOTOR_SERVICE_JOYSTICK" "4.13.5" Document V2V3 minor 0
            "ReqMotorServiceJoystick" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_JOYSTICK_FIXED_ANGLE = 14007 "CMD_STEP_MOTOR_SERVICE_JOYSTICK_FIXED_ANGLE" "4.13.6" Document V2V3 minor 0
            "ReqMotorServiceJoystickFixedAngle" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_JOYSTICK_STOP = 14008 "CMD_STEP_MOTOR_SERVICE_JOYSTICK_STOP" "4.13.7" Document V2V3 minor 0
            "ReqMotorServiceJoystickStop" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        MOTOR_DUAL_CAMERA_LINKAGE = 14009 "CMD_STEP_MOTOR_SERVICE_DUAL_CAMERA_LINKAGE" "4.13.8" Document V2V3 minor 0
            "ReqDualCameraLinkage" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_RUN_IN_PULSE = 14010 "CMD_STEP_MOTOR_RUN_IN_PULSE" "" Clients V2V3 minor 0
            "ReqMotorRunInPulse" => "ResMotor", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_GET_POSITION = 14011 "CMD_STEP_MOTOR_GET_POSITION" "" Clients V2V3 minor 0
            "ReqMotorGetPosition" => "ResMotorPosition", Reply, Reply, 5 s, Yes, Viewer, [];
        MOTOR_START_ATTITUDE_NOTIFY = 14012 "CMD_STEP_MOTOR_START_ATTITUDE_NOTIFY" "" VendorApp V3 minor 0
            "ReqMotorStartDeviceAttitudeNotify" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        MOTOR_STOP_ATTITUDE_NOTIFY = 14013 "CMD_STEP_MOTOR_STOP_ATTITUDE_NOTIFY" "" VendorApp V3 minor 0
            "ReqMotorStopDeviceAttitudeNotify" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        MOTOR_LEVEL_CALIBRATION_MOVE = 14014 "CMD_STEP_MOTOR_LEVEL_CALIBRATION_MOVE" "" VendorApp V3 minor 0
            "ReqMotorLevelCalibrationMove" => "ComResponse", Reply, Reply, 5 s, Motion, Host, [];
        MOTOR_SAVE_LEVEL_CALIBRATION_OFFSET = 14015 "CMD_STEP_MOTOR_SAVE_LEVEL_CALIBRATION_OFFSET" "" VendorApp V3 minor 0
            "ReqMotorLevelCalibrationSave" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        MOTOR_RESET_LEVEL_CALIBRATION_DEFAULT = 14016 "CMD_STEP_MOTOR_RESET_LEVEL_CALIBRATION_DEFAULT" "" VendorApp V3 minor 0
            "ReqMotorLevelCalibrationResetDefault" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
    }
}
