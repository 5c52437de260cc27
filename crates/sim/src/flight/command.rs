use skyhelm_units::{AboveTakeoff, BodyMotion};

use super::{Enu, Restraint};

/// A way to a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// Where to, in the local frame.
    pub target: Enu,
    /// Fastest on the way, m/s.
    pub speed: f64,
    /// Height to climb to before leaving, when it is lower.
    pub climb_first: AboveTakeoff,
}

/// What an aircraft can be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Start and climb to a height above the ground it stands on.
    TakeOff {
        /// How high.
        height: AboveTakeoff,
    },
    /// Fly to a point and hang there; from the ground it takes off first.
    FlyTo(Journey),
    /// Move so until told otherwise, but no longer than `hold_s`.
    Sticks {
        /// How to move.
        motion: BodyMotion,
        /// How long the set-point counts without another, seconds.
        hold_s: f64,
    },
    /// Brake, and hang where it then is.
    Hover,
    /// Climb to the return height, fly home, land.
    ReturnHome,
    /// Land here; obstacle sensing may stop it.
    Land,
    /// Land here whatever is below.
    ForceLanding,
    /// Turn in place to a heading, degrees.
    Face {
        /// Degrees from north through east.
        heading_deg: f64,
    },
}

/// Why a command is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It stands on the ground.
    OnGround,
    /// It flies already.
    InAir,
    /// It has no fix and cannot know where to go.
    NoFix,
    /// The target lies beyond the fence or inside a forbidden zone.
    Zone,
    /// The target is too far from home.
    Distance,
    /// The target is too high.
    TooHigh,
    /// The target is below the lowest height it flies to.
    TooLow,
    /// The battery would not bring it home.
    Battery,
    /// It is landing because the battery is empty, and nothing stops that.
    Forced,
    /// A number cannot be flown.
    Number,
}

/// What an aircraft is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Stands, motors off.
    Grounded,
    /// Motors spin up.
    Starting,
    /// Climbs from the ground.
    TakingOff,
    /// Hangs.
    Hovering,
    /// Moves by sticks.
    Sticks,
    /// On its way to a point.
    FlyingTo,
    /// On its way home.
    Returning,
    /// Lands.
    Landing,
    /// Lands and cannot be stopped.
    ForcedLanding,
}

/// Why it goes home or down by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnCause {
    /// It was told to.
    Commanded,
    /// The battery is only just enough.
    LowBattery,
    /// Nobody could reach it.
    LinkLost,
}

/// How a way to a point ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// It is there.
    Arrived,
    /// Something stands in the way, or a fence does.
    Blocked,
    /// Another command took its place.
    Replaced,
    /// The sticks moved.
    Sticks,
    /// It was stopped.
    Stopped,
    /// It went home on a low battery.
    LowBatteryReturn,
    /// It landed on an empty battery.
    LowBatteryLanding,
    /// It lost its fix.
    NoFix,
}

/// Something that happened in flight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FlightEvent {
    /// Its feet left the ground.
    TookOff,
    /// It has the height that was asked for at take-off or before a journey.
    Climbed,
    /// A way to a point ended.
    JourneyEnded(EndReason),
    /// It turns for home.
    ReturnBegan(ReturnCause),
    /// It lands on an empty battery.
    ForcedDown,
    /// It stands on the ground again.
    Landed,
    /// It was kept from going where it was told to go.
    Restrained(Restraint),
    /// The fix was lost (false) or found (true).
    Fix(bool),
}
