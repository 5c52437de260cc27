//! Hints and night plans.

super::rows! {
    Itips {
        ITIPS_GET = 15700 "CMD_ITIPS_GET" "" VendorApp V3 minor 0
            "ReqITipsGet" => "ResITipsGet", Reply, Reply, 5 s, Yes, Viewer, [];
    }
    ShootingSchedule {
        SYNC_SHOOTING_SCHEDULE = 16100 "CMD_SYNC_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqSyncShootingSchedule" => "ResSyncShootingSchedule", Reply, Reply, 5 s, No, Host, [];
        CANCEL_SHOOTING_SCHEDULE = 16101 "CMD_CANCEL_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqCancelShootingSchedule" => "ResCancelShootingSchedule", Reply, Reply, 5 s, No, Host, [];
        GET_ALL_SHOOTING_SCHEDULE = 16102 "CMD_GET_ALL_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqGetAllShootingSchedule" => "ResGetAllShootingSchedule", Reply, Reply, 5 s, Yes, Viewer, [];
        GET_SHOOTING_SCHEDULE_BY_ID = 16103 "CMD_GET_SHOOTING_SCHEDULE_BY_ID" "" VendorApp V3 minor 0
            "ReqGetShootingScheduleById" => "ResGetShootingScheduleById", Reply, Reply, 5 s, Yes, Viewer, [];
        REPLACE_SHOOTING_SCHEDULE = 16105 "CMD_REPLACE_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqReplaceShootingSchedule" => "ResReplaceShootingSchedule", Reply, Reply, 5 s, No, Host, [];
        UNLOCK_SHOOTING_SCHEDULE = 16106 "CMD_UNLOCK_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqUnlockShootingSchedule" => "ResUnlockShootingSchedule", Reply, Reply, 5 s, Yes, Host, [];
        LOCK_SHOOTING_SCHEDULE = 16107 "CMD_LOCK_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqLockShootingSchedule" => "ResLockShootingSchedule", Reply, Reply, 5 s, Yes, Host, [];
        DELETE_SHOOTING_SCHEDULE = 16108 "CMD_DELETE_SHOOTING_SCHEDULE" "" VendorApp V3 minor 0
            "ReqDeleteShootingSchedule" => "ResDeleteShootingSchedule", Reply, Reply, 5 s, No, Host, [];
    }
}
