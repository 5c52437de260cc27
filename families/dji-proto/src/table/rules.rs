//! Rules of the documents that no single message carries, and where each is kept.

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it says.
    pub says: &'static str,
    /// The code that keeps it.
    pub kept_by: &'static str,
    /// The entries of the documents that it covers.
    pub covers: &'static [&'static str],
}

/// All of them.
pub const fn rules() -> &'static [Rule] {
    RULES
}

macro_rules! rules {
    ($($covers:literal $says:literal $kept_by:literal;)*) => {
        static RULES: &[Rule] = &[$(Rule { says: $says, kept_by: $kept_by, covers: &[$covers] },)*];
    };
}

rules! {
    "dji.rule.drone-control-rate" "frames go at 5 to 10 Hz once live flight control is entered" "stick: FRAME_RATE_HZ; cloud::DrcSession refuses them before";
    "dji.rule.seq" "frames and heart-beats are numbered, and a wrong number is an error" "stick::StickSequence, gateway::DeviceSession";
    "dji.rule.seq-sibling" "on RC Pro the number stands beside the data" "profile::SeqPlace, drc";
    "dji.rule.osd-rate" "osd_frequency and hsi_frequency are 1 to 30 Hz" "service::DrcModeEnter::rates_are_in_range, both sessions";
    "dji.rule.push-modes" "properties come at 0.5 Hz or when they change; some may be set" "gateway::DeviceSession, osd::Properties";
    "dji.rule.result" "0 is success, anything else an error" "error_code::ErrorCode";
    "dji.rule.need-reply" "a message that asks for it is answered with its own tid and bid" "cloud::GatewaySession, Envelope::reply";
    "dji.rule.envelope" "which members each kind of message has" "envelope::Envelope";
    "dji.rule.topics" "which topics there are, and whose serial number each has" "topic::Topic";
    "dji.rule.expire" "an account may be used until it expires; a connection that stands is not cut" "cloud::DrcSession tells it in time, gateway::DeviceSession keeps flying";
    "dji.rule.broker" "the device is told which broker to use, with TLS or without" "service::DrcBroker";
    "dji.rule.heartbeat-delay" "the echo of a heart-beat carries the sender's own time" "cloud::DrcSession, gateway::DeviceSession";
    "dji.rule.emergency-stop" "drone_emergency_stop brakes, has no data and is answered" "drc::DrcCommand::EmergencyStop";
    "dji.rule.payload-index" "payloads are named by three numbers" "model::PayloadIndex";
    "dji.rule.control-source" "A, B or nobody; only the aircraft can be locked" "numbers::ControlSource, state::AuthorityState";
    "dji.rule.waypoint" "the words of progress" "numbers::FlyToStatus";
}
