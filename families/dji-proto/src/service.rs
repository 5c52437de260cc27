//! Commands of the cloud on `services`, answered on `services_reply`.

use crate::message::messages;

mod camera;
mod control;
mod flight;
mod live;

pub use camera::{
    CameraAim, CameraLookAt, CameraModeSwitch, CameraScreenSplit, FocalLength, GimbalResetTo,
    OfPayload, ScreenDrag,
};
pub use control::{CloudControlRelease, CloudControlRequest, DrcBroker, DrcModeEnter};
pub use flight::{
    FlyToPoint, FlyToUpdate, PoiCircleSpeed, ReturnSpecificHome, SimulateMission, TakeoffOptions,
    TakeoffToPoint,
};
pub use live::{LiveLensChange, LiveQualitySet, LiveStart, LiveStop};

messages! {
    /// One command.
    Service {
        plain {
            /// Takes the authority over the aircraft for the dock, and so for the cloud.
            FlightAuthorityGrab = "flight_authority_grab",
            /// Leaves live flight control.
            DrcModeExit = "drc_mode_exit",
            /// Ends a flight to a point.
            FlyToPointStop = "fly_to_point_stop",
            /// Sends the aircraft home.
            ReturnHome = "return_home",
            /// Calls it off.
            ReturnHomeCancel = "return_home_cancel",
            /// Pauses a route.
            FlightTaskPause = "flighttask_pause",
            /// Resumes it.
            FlightTaskRecovery = "flighttask_recovery",
            /// Leaves the circle around a point.
            PoiModeExit = "poi_mode_exit",
            /// Lets the dock be worked from afar.
            DebugModeOpen = "debug_mode_open",
            /// Ends that.
            DebugModeClose = "debug_mode_close",
            /// Switches the aircraft on.
            DroneOpen = "drone_open",
            /// Switches it off.
            DroneClose = "drone_close",
            /// Opens the cover.
            CoverOpen = "cover_open",
            /// Closes it.
            CoverClose = "cover_close",
            /// Starts to charge.
            ChargeOpen = "charge_open",
            /// Stops it.
            ChargeClose = "charge_close",
            /// Switches the dock's light on.
            SupplementLightOpen = "supplement_light_open",
            /// Switches it off.
            SupplementLightClose = "supplement_light_close",
            /// Restarts the dock.
            DeviceReboot = "device_reboot",
        }
        carrying {
            /// Takes the authority over one payload.
            PayloadAuthorityGrab(OfPayload) = "payload_authority_grab",
            /// Asks the pilot for the right to command.
            CloudControlAuthRequest(CloudControlRequest) = "cloud_control_auth_request",
            /// Gives it back.
            CloudControlRelease(CloudControlRelease) = "cloud_control_release",
            /// Enters live flight control: which broker the device is to use.
            DrcModeEnter(DrcModeEnter) = "drc_mode_enter",
            /// Takes off and flies to a point.
            TakeoffToPoint(TakeoffToPoint) = "takeoff_to_point",
            /// Flies to a point.
            FlyToPoint(FlyToPoint) = "fly_to_point",
            /// Gives a flight to a point another target.
            FlyToPointUpdate(FlyToUpdate) = "fly_to_point_update",
            /// Sends the aircraft to the dock named.
            ReturnSpecificHome(ReturnSpecificHome) = "return_specific_home",
            /// Circles a point.
            PoiModeEnter(crate::wire::Waypoint) = "poi_mode_enter",
            /// How fast.
            PoiCircleSpeedSet(PoiCircleSpeed) = "poi_circle_speed_set",
            /// Sets photographs, video and the like.
            CameraModeSwitch(CameraModeSwitch) = "camera_mode_switch",
            /// Takes a photograph.
            CameraPhotoTake(OfPayload) = "camera_photo_take",
            /// Stops taking them.
            CameraPhotoStop(OfPayload) = "camera_photo_stop",
            /// Starts to record.
            CameraRecordingStart(OfPayload) = "camera_recording_start",
            /// Stops it.
            CameraRecordingStop(OfPayload) = "camera_recording_stop",
            /// Turns the gimbal as if the picture were dragged.
            CameraScreenDrag(ScreenDrag) = "camera_screen_drag",
            /// Brings a point of the picture into its middle.
            CameraAim(CameraAim) = "camera_aim",
            /// Zooms.
            CameraFocalLengthSet(FocalLength) = "camera_focal_length_set",
            /// Looks at a place on the ground.
            CameraLookAt(CameraLookAt) = "camera_look_at",
            /// Shows two lenses side by side.
            CameraScreenSplit(CameraScreenSplit) = "camera_screen_split",
            /// Sends the gimbal back.
            GimbalReset(GimbalResetTo) = "gimbal_reset",
            /// Starts live pictures.
            LiveStartPush(LiveStart) = "live_start_push",
            /// Stops them.
            LiveStopPush(LiveStop) = "live_stop_push",
            /// Sets their quality.
            LiveSetQuality(LiveQualitySet) = "live_set_quality",
            /// Chooses the lens.
            LiveLensChange(LiveLensChange) = "live_lens_change",
        }
    }
}
