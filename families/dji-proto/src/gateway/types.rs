use skyhelm_units::BodyMotion;

use crate::drc::DrcCommand;
use crate::error_code::ErrorCode;
use crate::message::PayloadError;
use crate::model::ModelKey;
use crate::numbers::DrcState;
use crate::profile::Profile;
use crate::property::PropertySet;
use crate::publish::Publish;
use crate::serial::SerialNumber;
use crate::service::{DrcModeEnter, Service};
use crate::stick::StickFrame;
use crate::topic::Topic;

use super::Step;

/// How a virtual gateway is set up.
#[derive(Clone, Debug)]
pub struct DeviceConfig {
    /// Its serial number.
    pub gateway: SerialNumber,
    /// Its aircraft's serial number and product.
    pub aircraft: Option<(SerialNumber, ModelKey)>,
    /// What it is and how it speaks.
    pub profile: Profile,
    /// Where ids begin.
    pub id_seed: u64,
    /// What the person typed as organisation when the dock was set up.
    pub organization_id: String,
    /// What the person typed as binding code.
    pub binding_code: String,
    /// The name the person gave it.
    pub callsign: String,
}

/// What the broker did.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The connection stands, and its topics are subscribed to.
    Connected,
    /// It is gone.
    Disconnected,
    /// A message came.
    Message {
        /// Where.
        topic: &'a Topic,
        /// What.
        payload: &'a [u8],
    },
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Publish this.
    Publish(Publish),
    /// Something happened.
    Event(Event),
}

/// Names one command; its answer carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What is pushed many times a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushKind {
    /// `osd_info_push`.
    Osd,
    /// `hsi_info_push`.
    Hsi,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// It has come this far online.
    Step(Step),
    /// The cloud refused a step of coming online, by this number, and is asked again later.
    StepRefused {
        /// Which step.
        step: Step,
        /// Why.
        result: ErrorCode,
    },
    /// A command: call `reply`.
    Service {
        /// Which.
        ticket: Ticket,
        /// Its business id: events of a long job carry it.
        bid: String,
        /// What.
        service: Service,
    },
    /// A property is to be set: call `reply_property`.
    Set {
        /// Which.
        ticket: Ticket,
        /// What.
        property: PropertySet,
    },
    /// Connect to this broker for live flight control, then call `drc_linked`.
    DrcConnect(DrcModeEnter),
    /// Live flight control has come this far, or ended by this number.
    Drc(DrcState, ErrorCode),
    /// A set-point that counts: fly it.
    Frame {
        /// As the person at the sticks means it.
        motion: BodyMotion,
        /// As it came.
        frame: StickFrame,
        /// Its number.
        seq: Option<i64>,
    },
    /// A frame that does not count, and why.
    FrameRefused(ErrorCode),
    /// A command of live flight control: call `drc_reply`.
    DrcCommand {
        /// What.
        command: DrcCommand,
        /// Its number.
        seq: Option<i64>,
    },
    /// It is time to push: call `drc_push`.
    PushDue(PushKind),
    /// The cloud answered a question asked with `ask_cloud`.
    Answered {
        /// What was asked.
        method: String,
        /// What it says.
        data: serde_json::Value,
    },
    /// A message that is none.
    Malformed,
    /// Data that do not fit their method; they were answered with a number.
    BadPayload(PayloadError),
}

/// Why `handle_timeout` is to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// A step of coming online was not answered.
    Step,
    /// An event was not answered.
    Resend,
    /// Properties are due.
    Osd,
    /// A push is due, or live flight control ends for want of heart-beats.
    Drc,
}
