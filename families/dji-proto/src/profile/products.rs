//! The products, by the newest published pages (1.16.1) unless a constant says otherwise.

use core::time::Duration;

use super::{
    AuthorityKind, CameraCommands, DragUnit, FlyToSchema, FrameReplies, ManualMethod, Profile,
    SeqPlace, SeqRule, TakeoffSchema,
};
use crate::model::{ModelKey, PayloadIndex};
use crate::stick::{AxisConvention, MotionLimits};

const MINUTE: Duration = Duration::from_mins(1);

/// The bounds of `drone_control`; its page prints those of `h` the wrong way round.
const DRONE_CONTROL: MotionLimits = MotionLimits {
    horizontal: 17.0,
    up: 5.0,
    down: 4.0,
    clockwise: 90.0,
};

/// The normal mode of the Matrice 3D and 4D series: what a full stick is taken to mean.
const NORMAL_MODE: MotionLimits = MotionLimits {
    horizontal: 15.0,
    up: 6.0,
    down: 6.0,
    clockwise: 90.0,
};

const FLY_TO: FlyToSchema = FlyToSchema {
    height_min_m: 2.0,
    height_max_m: 10_000.0,
    has_update: true,
};

const TAKEOFF: TakeoffSchema = TakeoffSchema {
    security_height_min_m: 20.0,
    needs_commander: true,
    has_exit_wayline: false,
};

impl Profile {
    /// DJI Dock with a Matrice 30T, as it is today.
    ///
    /// Its axes are those of document 1.7 and later and of the vendor's own demo. Document 1.4
    /// prints others ([`Profile::DOCK_M30T_V1_4`]), and in May 2023 one was measured to fly by
    /// those of 1.6 ([`Profile::DOCK_M30T_V1_6`]): the axis check of the driver decides.
    pub const DOCK_M30T: Self = Self {
        name: "DJI Dock + Matrice 30T",
        gateway: ModelKey::new(3, 1, 0),
        aircraft: ModelKey::new(0, 67, 1),
        camera: PayloadIndex::new(53, 0, 0),
        axes: AxisConvention::ForwardRight,
        manual: ManualMethod::DroneControl,
        seq_rule: SeqRule::RestartOnChange,
        seq_place: SeqPlace::Data,
        numbered_commands: false,
        frame_replies: FrameReplies::OnError,
        idle_exit: Duration::from_mins(5),
        authority: AuthorityKind::Grab,
        camera_commands: CameraCommands::Services,
        drag_unit: DragUnit::DegreesPerSecond,
        has_initial_state: false,
        has_drc_landing: false,
        has_poi: true,
        fly_to: Some(FLY_TO),
        takeoff: Some(TakeoffSchema {
            needs_commander: false,
            has_exit_wayline: true,
            ..TAKEOFF
        }),
        limits: DRONE_CONTROL,
        hold_last_frame: Duration::from_secs(1),
        live_url_types: &[0, 1, 3, 4],
        live_infrared: "ir",
        splits_osd: true,
    };

    /// DJI Dock with a Matrice 30T, as document 1.4 has it: x to the left, y forward, each frame answered.
    pub const DOCK_M30T_V1_4: Self = Self {
        name: "DJI Dock + Matrice 30T (document 1.4)",
        axes: AxisConvention::LeftForward,
        seq_rule: SeqRule::Rising,
        frame_replies: FrameReplies::Each,
        has_poi: false,
        fly_to: Some(FlyToSchema {
            height_min_m: 2.0,
            height_max_m: 1500.0,
            has_update: false,
        }),
        takeoff: Some(TakeoffSchema {
            security_height_min_m: 2.0,
            needs_commander: false,
            has_exit_wayline: true,
        }),
        ..Self::DOCK_M30T
    };

    /// DJI Dock with a Matrice 30T, as document 1.6 has it and as it was measured in May 2023: x forward, y to the left.
    pub const DOCK_M30T_V1_6: Self = Self {
        name: "DJI Dock + Matrice 30T (document 1.6)",
        axes: AxisConvention::ForwardLeft,
        frame_replies: FrameReplies::Each,
        ..Self::DOCK_M30T
    };

    /// DJI Dock 2 with a Matrice 3TD.
    pub const DOCK2_M3TD: Self = Self {
        name: "DJI Dock 2 + Matrice 3TD",
        gateway: ModelKey::new(3, 2, 0),
        aircraft: ModelKey::new(0, 91, 1),
        camera: PayloadIndex::new(81, 0, 0),
        manual: ManualMethod::Sticks,
        seq_rule: SeqRule::Rising,
        seq_place: SeqPlace::Envelope,
        numbered_commands: true,
        frame_replies: FrameReplies::Never,
        idle_exit: MINUTE,
        camera_commands: CameraCommands::ServicesAndDrc,
        has_initial_state: true,
        has_drc_landing: true,
        has_poi: false,
        limits: NORMAL_MODE,
        takeoff: Some(TAKEOFF),
        ..Self::DOCK_M30T
    };

    /// DJI Dock 3 with a Matrice 4TD.
    pub const DOCK3_M4TD: Self = Self {
        name: "DJI Dock 3 + Matrice 4TD",
        gateway: ModelKey::new(3, 3, 0),
        aircraft: ModelKey::new(0, 100, 1),
        camera: PayloadIndex::new(99, 0, 0),
        live_url_types: &[1, 3, 4],
        ..Self::DOCK2_M3TD
    };

    /// DJI RC Pro Enterprise with a Mavic 3T: the cloud has the payload, the pilot the sticks.
    pub const RC_PRO_M3T: Self = Self {
        name: "DJI RC Pro Enterprise + Mavic 3T",
        gateway: ModelKey::new(2, 144, 0),
        aircraft: ModelKey::new(0, 77, 1),
        camera: PayloadIndex::new(67, 0, 0),
        manual: ManualMethod::None,
        authority: AuthorityKind::CloudControl,
        camera_commands: CameraCommands::Services,
        has_drc_landing: false,
        fly_to: None,
        takeoff: None,
        live_url_types: &[0, 1, 3],
        live_infrared: "thermal",
        splits_osd: false,
        ..Self::DOCK2_M3TD
    };

    /// DJI RC Plus 2 with a Matrice 4T.
    pub const RC_PLUS2_M4T: Self = Self {
        name: "DJI RC Plus 2 + Matrice 4T",
        gateway: ModelKey::new(2, 174, 0),
        aircraft: ModelKey::new(0, 99, 1),
        camera: PayloadIndex::new(89, 0, 0),
        authority: AuthorityKind::CloudControl,
        camera_commands: CameraCommands::Drc,
        drag_unit: DragUnit::RadiansPerSecond,
        live_infrared: "thermal",
        has_poi: true,
        splits_osd: false,
        ..Self::DOCK2_M3TD
    };

    /// All products, and the older documents of the first Dock after it.
    pub const ALL: &[&Self] = &[
        &Self::DOCK_M30T,
        &Self::DOCK_M30T_V1_4,
        &Self::DOCK_M30T_V1_6,
        &Self::DOCK2_M3TD,
        &Self::DOCK3_M4TD,
        &Self::RC_PRO_M3T,
        &Self::RC_PLUS2_M4T,
    ];
}
