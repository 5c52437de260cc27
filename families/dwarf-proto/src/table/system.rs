//! System, ring light and power, device.

super::rows! {
    System {
        SYSTEM_SET_TIME = 13000 "CMD_SYSTEM_SET_TIME" "4.11.3" Document V2V3 minor 0
            "ReqSetTime" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        SYSTEM_SET_TIME_ZONE = 13001 "CMD_SYSTEM_SET_TIME_ZONE" "4.11.4" Document V2V3 minor 0
            "ReqSetTimezone" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        SYSTEM_SET_MTP_MODE = 13002 "CMD_SYSTEM_SET_MTP_MODE" "4.11.5" Document V2V3 minor 0
            "ReqSetMtpMode" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        SYSTEM_SET_CPU_MODE = 13003 "CMD_SYSTEM_SET_CPU_MODE" "4.11.6" Document V2V3 minor 0
            "ReqSetCpuMode" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        SYSTEM_SET_HOST_LOCK = 13004 "CMD_SYSTEM_SET_MASTER" "" VendorApp V2V3 minor 2
            "ReqsetMasterLock" => "ComResponse", Reply, Reply, 5 s, Yes, Viewer, [15223];
        SYSTEM_GET_DEVICE_ACTIVATE_INFO = 13005 "CMD_SYSTEM_GET_DEVICE_ACTIVATE_INFO" "" VendorApp V3 minor 0
            "ReqGetDeviceActivateInfo" => "ResDeviceActivateInfo", Reply, Reply, 5 s, Yes, Viewer, [];
        SYSTEM_DEVICE_ACTIVATE_WRITE_FILE = 13006 "CMD_SYSTEM_DEVICE_ACTIVATE_WRITE_FILE" "" VendorApp V3 minor 0
            "ReqDeviceActivateWriteFile" => "ResDeviceActivateWriteFile", Reply, Reply, 5 s, No, Host, [];
        SYSTEM_DEVICE_ACTIVATE_NOTIFY_ACTIVATE_SUCCESSFUL = 13007 "CMD_SYSTEM_DEVICE_ACTIVATE_NOTIFY_ACTIVATE_SUCCESSFULL" "" VendorApp V3 minor 0
            "ReqDeviceActivateSuccessfull" => "ResDeviceActivateSuccessfull", Reply, Reply, 5 s, No, Host, [];
        SYSTEM_FACTORY_TEST_UN_ACTIVATE = 13008 "CMD_SYSTEM_FACTORY_TEST_UN_ACTIVATE" "" VendorApp V3 minor 0
            "ReqDisableDeviceActivate" => "ResDisableDeviceActivate", Reply, Reply, 5 s, No, Host, [];
        SYSTEM_SET_LOW_TEMP_PROTECTION_MODE = 13009 "CMD_SYSTEM_SET_LOW_TEMP_PROTECTION_MODE" "" VendorApp V3 minor 0
            "ReqSetLowTempProtectionMode" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        SYSTEM_SET_LOCATION = 13010 "CMD_SYSTEM_SET_LOCATION" "" VendorApp V3 minor 0
            "ReqSetLocation" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
    }
    RgbPower {
        RING_LIGHT_ON = 13500 "CMD_RGB_POWER_OPEN_RGB" "4.12.3" Document V2V3 minor 0
            "ReqOpenRgb" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15221];
        RING_LIGHT_OFF = 13501 "CMD_RGB_POWER_CLOSE_RGB" "4.12.4" Document V2V3 minor 0
            "ReqCloseRgb" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15221];
        POWER_DOWN = 13502 "CMD_RGB_POWER_POWER_DOWN" "4.12.7" Document V2V3 minor 0
            "ReqPowerDown" => "ComResponse", Notification(15229), Notification(15229), 10 s, No, Host, [15229];
        POWER_INDICATOR_ON = 13503 "CMD_RGB_POWER_POWERIND_ON" "4.12.5" Document V2V3 minor 0
            "ReqOpenPowerInd" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15222];
        POWER_INDICATOR_OFF = 13504 "CMD_RGB_POWER_POWERIND_OFF" "4.12.6" Document V2V3 minor 0
            "ReqClosePowerInd" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15222];
        REBOOT = 13505 "CMD_RGB_POWER_REBOOT" "4.12.8" Document V2V3 minor 0
            "ReqReboot" => "ComResponse", Notification(15229), Notification(15229), 10 s, No, Host, [15229];
    }
    Device {
        DEVICE_LENS_DEFOG = 17000 "CMD_DEVICE_LENS_DEFOG" "" VendorApp V3 minor 0
            "ReqLensDefog" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        DEVICE_AUTO_COOLING = 17001 "CMD_DEVICE_AUTO_COOLING" "" VendorApp V3 minor 0
            "ReqAutoCooling" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        DEVICE_AUTO_SHUTDOWN = 17002 "CMD_DEVICE_AUTO_SHUTDOWN" "" VendorApp V3 minor 0
            "ReqAutoShutdown" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
    }
}
