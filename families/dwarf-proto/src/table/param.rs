//! Camera parameters of the newer firmware, guide camera.

super::rows! {
    Param {
        PARAM_SET_EXPOSURE = 16700 "CMD_PARAM_SET_EXPOSURE" "" VendorApp V3 minor 0
            "ReqSetExposure" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15264];
        PARAM_SET_GAIN = 16701 "CMD_PARAM_SET_GAIN" "" VendorApp V3 minor 0
            "ReqSetGain" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15264];
        PARAM_SET_WB = 16702 "CMD_PARAM_SET_WB" "" VendorApp V3 minor 0
            "ReqSetWb" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [15270];
        PARAM_SET_GENERAL_INT_PARAM = 16703 "CMD_PARAM_SET_GENERAL_INT_PARAM" "" VendorApp V3 minor 0
            "ReqSetGeneralIntParam" => "GeneralIntParam", Reply, Reply, 5 s, Yes, Host, [15264];
        PARAM_SET_GENERAL_FLOAT_PARAM = 16704 "CMD_PARAM_SET_GENERAL_FLOAT_PARAM" "" VendorApp V3 minor 0
            "ReqSetGeneralFloatParam" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        PARAM_SET_GENERAL_BOOL_PARAM = 16705 "CMD_PARAM_SET_GENERAL_BOOL_PARAM" "" VendorApp V3 minor 0
            "ReqSetGeneralBoolParams" => "GeneralBoolParams", Reply, Reply, 5 s, Yes, Host, [];
        PARAM_SET_AUTO_PARAMS = 16706 "CMD_PARAM_SET_AUTO_PARAMS" "" VendorApp V3 minor 0
            "ReqSetAutoParam" => "ResSetAutoParam", Reply, Reply, 5 s, Yes, Host, [];
    }
    None {
        GUIDE_SET_EXPOSURE = 16900 "CMD_CAMERA_GUIDE_SET_EXP" "" VendorApp Guide minor 0
            "ReqSetExp" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        GUIDE_GET_EXPOSURE = 16901 "CMD_CAMERA_GUIDE_GET_EXP" "" VendorApp Guide minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Yes, Viewer, [], why "no source tells its message";
        GUIDE_SET_GAIN = 16902 "CMD_CAMERA_GUIDE_SET_GAIN" "" VendorApp Guide minor 0
            "ReqSetGain" => "ComResponse", Reply, Reply, 5 s, Yes, Host, [];
        GUIDE_GET_GAIN = 16903 "CMD_CAMERA_GUIDE_GET_GAIN" "" VendorApp Guide minor 0
            "" => "ComResponse", Reply, Reply, 5 s, Yes, Viewer, [], why "no source tells its message";
    }
}
