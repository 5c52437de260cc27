//! Open enumerations that several messages share.

use crate::open_enum::{open_number, open_word};

open_number! {
    /// State of the link for live flight control.
    DrcState {
        /// Not connected.
        NotConnected = 0,
        /// The device is connecting to the broker it was given.
        Connecting = 1,
        /// Connected.
        Connected = 2,
    }
}

open_word! {
    /// Who has the authority over the aircraft or over one payload.
    ControlSource {
        /// The dock, and with it the cloud.
        A = "A",
        /// The remote controller in the field.
        B = "B",
        /// Nobody.
        Nobody = "",
    }
}

open_number! {
    /// Why the sticks of the cloud no longer count.
    JoystickInvalidReason {
        /// The remote controller, or its link, is lost.
        ControllerLost = 0,
        /// The battery is low: the aircraft returns home.
        LowBatteryReturn = 1,
        /// The battery is very low: the aircraft lands.
        LowBatteryLanding = 2,
        /// A no-fly zone is near.
        NearNoFlyZone = 3,
        /// The remote controller took over: return home was pressed, or B grabbed the authority.
        ControllerTookOver = 4,
    }
}

open_word! {
    /// How far a flight to a point or a take-off to one has come.
    FlyToStatus {
        /// Take-off is being prepared.
        TaskReady = "task_ready",
        /// Under way.
        Progress = "wayline_progress",
        /// Failed; the result says why.
        Failed = "wayline_failed",
        /// Arrived.
        Ok = "wayline_ok",
        /// Cancelled.
        Cancelled = "wayline_cancel",
        /// The take-off task has ended.
        TaskFinish = "task_finish",
    }
}

impl FlyToStatus {
    /// Whether nothing more will come of it.
    ///
    /// A take-off goes on after [`FlyToStatus::Ok`] until [`FlyToStatus::TaskFinish`]; a flight to a point does not.
    pub const fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Ok | Self::Cancelled | Self::TaskFinish
        )
    }
}

open_number! {
    /// What the aircraft is doing.
    ModeCode {
        /// Standing, motors off.
        Standby = 0,
        /// Preparing to take off.
        TakeoffPreparation = 1,
        /// Ready to take off.
        TakeoffReady = 2,
        /// Flown by hand.
        Manual = 3,
        /// Taking off by itself.
        AutoTakeoff = 4,
        /// Flying a route.
        Wayline = 5,
        /// Taking a panorama.
        Panorama = 6,
        /// Following something.
        Tracking = 7,
        /// Evading a crewed aircraft.
        AdsbAvoidance = 8,
        /// Returning home.
        ReturnHome = 9,
        /// Landing by itself.
        AutoLanding = 10,
        /// Forced to land.
        ForcedLanding = 11,
        /// Landing on three propellers.
        ThreePropellerLanding = 12,
        /// Being upgraded.
        Upgrading = 13,
        /// Not connected.
        NotConnected = 14,
        /// Assisted by its obstacle sensors.
        Apas = 15,
        /// Flown by virtual sticks.
        VirtualStick = 16,
        /// Live flight control.
        LiveFlightControl = 17,
        /// Its RTK converges in the air.
        RtkConverging = 18,
        /// Choosing a place for a dock.
        DockSiteSelection = 19,
        /// Circling a point.
        PointOfInterest = 20,
        /// On its way into or out of the dock.
        DockRoute = 21,
    }
}

impl ModeCode {
    /// Whether it is off the ground, as far as the mode tells.
    pub const fn is_airborne(self) -> bool {
        !matches!(
            self,
            Self::Standby
                | Self::TakeoffPreparation
                | Self::TakeoffReady
                | Self::Upgrading
                | Self::NotConnected
                | Self::Unknown(_)
        )
    }
}

open_number! {
    /// What a dock is doing.
    DockMode {
        /// Idle.
        Idle = 0,
        /// Being debugged on site.
        OnSiteDebugging = 1,
        /// Being debugged from afar.
        RemoteDebugging = 2,
        /// Being upgraded.
        Upgrading = 3,
        /// At work.
        Working = 4,
        /// Its place must be calibrated.
        NeedsCalibration = 5,
    }
}

open_number! {
    /// The dock's cover.
    CoverState {
        /// Closed.
        Closed = 0,
        /// Open.
        Open = 1,
        /// Half open.
        HalfOpen = 2,
        /// Does not answer as it should.
        Fault = 3,
    }
}

open_number! {
    /// What the aircraft does when it no longer hears its controller.
    LostAction {
        /// Hover.
        Hover = 0,
        /// Land.
        Land = 1,
        /// Return home.
        ReturnHome = 2,
    }
}

open_number! {
    /// What a camera is set to.
    CameraMode {
        /// Photographs.
        Photo = 0,
        /// Video.
        Video = 1,
        /// Smart low light.
        LowLight = 2,
        /// Panorama.
        Panorama = 3,
        /// Photographs at intervals.
        Interval = 4,
    }
}

open_word! {
    /// One lens of a camera.
    CameraType {
        /// Zoom lens, 2 to 200 times.
        Zoom = "zoom",
        /// Wide lens; it has no zoom.
        Wide = "wide",
        /// Infrared, 2 to 20 times.
        Infrared = "ir",
    }
}

open_number! {
    /// Where a gimbal is sent back to.
    GimbalReset {
        /// Level and straight ahead.
        Centre = 0,
        /// Straight down.
        Down = 1,
        /// Straight ahead, keeping the pitch.
        CentreYaw = 2,
        /// Pitch down, keeping the yaw.
        PitchDown = 3,
    }
}

open_number! {
    /// What a device answers to a property that was set.
    PropertyResult {
        /// Done.
        Ok = 0,
        /// Failed.
        Failed = 1,
        /// Timed out.
        TimedOut = 2,
    }
}

open_word! {
    /// What became of the question to the pilot.
    ConsentStatus {
        /// The pilot agreed.
        Ok = "ok",
        /// The pilot refused, or it went wrong.
        Failed = "failed",
        /// Another user's question took its place.
        Canceled = "canceled",
    }
}

open_number! {
    /// How live pictures leave the device.
    LiveUrlType {
        /// Agora.
        Agora = 0,
        /// RTMP.
        Rtmp = 1,
        /// RTSP, served by the remote controller.
        Rtsp = 2,
        /// GB/T 28181.
        Gb28181 = 3,
        /// WHIP.
        Whip = 4,
    }
}

open_number! {
    /// The quality of live pictures.
    LiveQuality {
        /// As the link allows.
        Adaptive = 0,
        /// Smooth.
        Smooth = 1,
        /// Standard.
        Standard = 2,
        /// High.
        High = 3,
        /// Ultra high.
        Ultra = 4,
    }
}
