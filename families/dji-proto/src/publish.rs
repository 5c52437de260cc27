use crate::topic::Topic;

/// How surely a message is delivered. Nothing is ever retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    /// At most once: frames, heart-beats, whatever moves the aircraft, and what is soon told again.
    AtMostOnce,
    /// At least once: answers, events, commands that move nothing, stops.
    AtLeastOnce,
}

/// One message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Where. Topics of live flight control may live on another broker.
    pub topic: Topic,
    /// What.
    pub payload: Vec<u8>,
    /// How surely.
    pub qos: Qos,
}
