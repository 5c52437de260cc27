//! The receiving end.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::amf::{self, Value};
use super::chunk::{Reader, Writer};
use super::message::{self, Message};
use super::video::{self, Tag};
use super::{RtmpError, handshake};
use crate::h264::{Parameters, Picture};

/// What is acknowledged so often, and asked to be.
const WINDOW_BYTES: u32 = 2_500_000;
/// Chunks we send.
const CHUNK_BYTES: u32 = 4096;
/// The one stream a connection has.
const STREAM: u32 = 1;

/// What an [`Ingest`] wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum IngestOutput {
    /// Send this to the peer.
    Send(Bytes),
    /// Somebody wants to publish; answer by [`Ingest::accept`] or [`Ingest::refuse`].
    Asked {
        /// The application of the address.
        application: String,
        /// The stream of the address; whoever knows it may publish.
        stream: String,
    },
    /// What a decoder must know; comes before the first picture, and again when it changes.
    Parameters(Parameters),
    /// A picture.
    Picture(Picture),
    /// The publisher has ended the stream.
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Version,
    Answer,
    Talking,
    Asked,
    Publishing,
    Closed,
}

/// Takes one publisher's stream.
#[derive(Debug)]
pub struct Ingest {
    phase: Phase,
    input: BytesMut,
    reader: Reader,
    writer: Writer,
    output: VecDeque<IngestOutput>,
    application: String,
    taken: u32,
    acknowledged: u32,
    has_parameters: bool,
}

impl Default for Ingest {
    fn default() -> Self {
        Self {
            phase: Phase::Version,
            input: BytesMut::new(),
            reader: Reader::default(),
            writer: Writer::default(),
            output: VecDeque::new(),
            application: String::new(),
            taken: 0,
            acknowledged: 0,
            has_parameters: false,
        }
    }
}

impl Ingest {
    /// A connection that has just been made.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what came from the peer.
    ///
    /// # Errors
    /// When the peer does not speak RTMP, or sends what is no H.264: the connection is to be closed.
    pub fn handle_input(&mut self, bytes: &[u8]) -> Result<(), RtmpError> {
        if self.phase == Phase::Closed {
            return Ok(());
        }
        self.input.extend_from_slice(bytes);
        self.acknowledge(bytes.len());
        self.read()
    }

    fn read(&mut self) -> Result<(), RtmpError> {
        loop {
            match self.phase {
                Phase::Version => {
                    let Some(theirs) = handshake::opening(&mut self.input)? else {
                        return Ok(());
                    };
                    let mut answer = BytesMut::with_capacity(1 + 2 * handshake::BLOCK);
                    answer.extend_from_slice(&[handshake::VERSION]);
                    answer.extend_from_slice(&handshake::block());
                    answer.extend_from_slice(&theirs);
                    self.output.push_back(IngestOutput::Send(answer.freeze()));
                    self.phase = Phase::Answer;
                }
                Phase::Answer => {
                    if handshake::answer(&mut self.input).is_none() {
                        return Ok(());
                    }
                    self.phase = Phase::Talking;
                }
                // What comes before the answer waits for it.
                Phase::Asked | Phase::Closed => return Ok(()),
                Phase::Talking | Phase::Publishing => {
                    let Some(message) = self.reader.next(&mut self.input)? else {
                        return Ok(());
                    };
                    self.take(&message)?;
                }
            }
        }
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<IngestOutput> {
        self.output.pop_front()
    }

    /// Lets the one who asked publish, and reads what was sent meanwhile.
    ///
    /// # Errors
    /// As [`handle_input`](Self::handle_input).
    pub fn accept(&mut self) -> Result<(), RtmpError> {
        if self.phase == Phase::Asked {
            self.phase = Phase::Publishing;
            self.status("status", "NetStream.Publish.Start", "Publishing.");
        }
        self.read()
    }

    /// Sends the one who asked away, with the reason; the connection is to be closed then.
    pub fn refuse(&mut self, reason: &str) {
        if self.phase == Phase::Asked {
            self.phase = Phase::Closed;
            self.status("error", "NetStream.Publish.BadName", reason);
        }
    }

    fn take(&mut self, message: &Message) -> Result<(), RtmpError> {
        match message.kind {
            message::COMMAND => self.command(&message.body),
            // The newer form only puts a zero in front.
            message::COMMAND_AMF3 if message.body.first() == Some(&0) => {
                self.command(&message.body.slice(1..))
            }
            message::VIDEO if self.phase == Phase::Publishing => self.video(message),
            _ => Ok(()),
        }
    }

    fn video(&mut self, message: &Message) -> Result<(), RtmpError> {
        match video::read(&message.body, message.at_ms)? {
            Tag::Parameters(parameters) => {
                self.has_parameters = true;
                self.output.push_back(IngestOutput::Parameters(parameters));
            }
            // Before the parameters nobody could show it.
            Tag::Picture(picture) if self.has_parameters => {
                self.output.push_back(IngestOutput::Picture(picture));
            }
            Tag::Picture(_) | Tag::Nothing => {}
        }
        Ok(())
    }

    fn command(&mut self, body: &[u8]) -> Result<(), RtmpError> {
        let values = amf::read(body)?;
        let name = values.first().and_then(Value::as_text).unwrap_or_default();
        let number = values.get(1).and_then(Value::as_number).unwrap_or(0.0);
        match name {
            "connect" => self.connect(number, values.get(2)),
            "createStream" => self.result(number, Value::Number(f64::from(STREAM))),
            "publish" if self.phase == Phase::Talking => {
                let stream = values.get(3).and_then(Value::as_text).unwrap_or_default();
                self.phase = Phase::Asked;
                self.output.push_back(IngestOutput::Asked {
                    application: self.application.clone(),
                    stream: stream.to_owned(),
                });
            }
            "releaseStream" | "FCPublish" | "_checkbw" => self.result(number, Value::Null),
            "deleteStream" | "FCUnpublish" | "closeStream" => self.end(),
            _ => {}
        }
        Ok(())
    }

    fn connect(&mut self, number: f64, about: Option<&Value>) {
        about
            .and_then(|about| about.member("app"))
            .and_then(Value::as_text)
            .unwrap_or_default()
            .trim_matches('/')
            .clone_into(&mut self.application);
        self.control(&Message::number(message::WINDOW, WINDOW_BYTES));
        self.control(&Message::peer_bandwidth(WINDOW_BYTES));
        let grown = self.writer.grow(CHUNK_BYTES);
        self.output.push_back(IngestOutput::Send(grown));
        let properties = Value::Object(vec![
            (String::from("fmsVer"), Value::text("FMS/3,0,1,123")),
            (String::from("capabilities"), Value::Number(31.0)),
        ]);
        let information = information("status", "NetConnection.Connect.Success", "Connected.");
        self.say(&Message::command(
            0,
            &[
                Value::text("_result"),
                Value::Number(number),
                properties,
                information,
            ],
        ));
    }

    fn end(&mut self) {
        if self.phase == Phase::Publishing {
            self.output.push_back(IngestOutput::Ended);
        }
        self.phase = Phase::Talking;
        self.has_parameters = false;
    }

    fn result(&mut self, number: f64, value: Value) {
        self.say(&Message::command(
            0,
            &[
                Value::text("_result"),
                Value::Number(number),
                Value::Null,
                value,
            ],
        ));
    }

    fn status(&mut self, level: &str, code: &str, words: &str) {
        self.say(&Message::command(
            STREAM,
            &[
                Value::text("onStatus"),
                Value::Number(0.0),
                Value::Null,
                information(level, code, words),
            ],
        ));
    }

    fn say(&mut self, message: &Message) {
        let bytes = self.writer.written(message::COMMAND_STREAM, message);
        self.output.push_back(IngestOutput::Send(bytes));
    }

    fn control(&mut self, message: &Message) {
        let bytes = self.writer.written(message::CONTROL_STREAM, message);
        self.output.push_back(IngestOutput::Send(bytes));
    }

    fn acknowledge(&mut self, bytes: usize) {
        self.taken = self.taken.wrapping_add(bytes as u32);
        if self.taken.wrapping_sub(self.acknowledged) >= WINDOW_BYTES / 2 {
            self.acknowledged = self.taken;
            self.control(&Message::number(message::ACKNOWLEDGED, self.taken));
        }
    }
}

fn information(level: &str, code: &str, words: &str) -> Value {
    Value::Object(vec![
        (String::from("level"), Value::text(level)),
        (String::from("code"), Value::text(code)),
        (String::from("description"), Value::text(words)),
    ])
}
