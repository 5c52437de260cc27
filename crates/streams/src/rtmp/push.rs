//! The sending end.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::amf::{self, Value};
use super::chunk::{Reader, Writer};
use super::message::{self, Message};
use super::{RtmpError, handshake, video};
use crate::h264::{Parameters, Picture};

const CHUNK_BYTES: u32 = 4096;
const USUAL_PORT: u16 = 1935;
/// The numbers our commands go by.
const CONNECT: f64 = 1.0;
const CREATE: f64 = 4.0;

/// Where to push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The application: all of the path but its last part.
    pub application: String,
    /// The stream: the last part, with what follows a question mark.
    pub stream: String,
}

impl Target {
    /// From `rtmp://host[:port]/application/stream`.
    ///
    /// # Errors
    /// When the address has another form.
    pub fn parse(address: &str) -> Result<Self, RtmpError> {
        let wrong = || RtmpError::Address(address.to_owned());
        let rest = address.strip_prefix("rtmp://").ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').ok_or_else(wrong)?;
        let (path, asked) = path.split_once('?').unwrap_or((path, ""));
        let (application, stream) = path.rsplit_once('/').ok_or_else(wrong)?;
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| wrong())?)
            }
            _ => (host, USUAL_PORT),
        };
        if host.is_empty() || application.is_empty() || stream.is_empty() {
            return Err(wrong());
        }
        let asked = if asked.is_empty() {
            String::new()
        } else {
            format!("?{asked}")
        };
        Ok(Self {
            host: host.to_owned(),
            port,
            application: application.to_owned(),
            stream: format!("{stream}{asked}"),
        })
    }
}

/// What a [`Push`] wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushOutput {
    /// Send this to the peer.
    Send(Bytes),
    /// Pictures may come: [`Push::parameters`] first.
    Ready,
    /// The peer does not take the stream; the connection is to be closed.
    Refused(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Version,
    Answer,
    Connecting,
    Creating,
    Asking,
    Ready,
}

/// Publishes one stream.
#[derive(Debug)]
pub struct Push {
    target: Target,
    phase: Phase,
    input: BytesMut,
    reader: Reader,
    writer: Writer,
    output: VecDeque<PushOutput>,
    stream: u32,
}

impl Push {
    /// A connection that has just been made to the target.
    pub fn new(target: Target) -> Self {
        let mut opening = BytesMut::with_capacity(1 + handshake::BLOCK);
        opening.extend_from_slice(&[handshake::VERSION]);
        opening.extend_from_slice(&handshake::block());
        Self {
            target,
            phase: Phase::Version,
            input: BytesMut::new(),
            reader: Reader::default(),
            writer: Writer::default(),
            output: VecDeque::from([PushOutput::Send(opening.freeze())]),
            stream: 0,
        }
    }

    /// Takes what came from the peer.
    ///
    /// # Errors
    /// When the peer does not speak RTMP: the connection is to be closed.
    pub fn handle_input(&mut self, bytes: &[u8]) -> Result<(), RtmpError> {
        self.input.extend_from_slice(bytes);
        loop {
            match self.phase {
                Phase::Version => {
                    let Some(theirs) = handshake::opening(&mut self.input)? else {
                        return Ok(());
                    };
                    self.send(Bytes::copy_from_slice(&theirs));
                    self.phase = Phase::Answer;
                }
                Phase::Answer => {
                    if handshake::answer(&mut self.input).is_none() {
                        return Ok(());
                    }
                    self.connect();
                }
                _ => {
                    let Some(message) = self.reader.next(&mut self.input)? else {
                        return Ok(());
                    };
                    if message.kind == message::COMMAND {
                        self.answered(&message)?;
                    } else if let Some(answer) = message.still_there() {
                        let bytes = self.writer.written(message::CONTROL_STREAM, &answer);
                        self.send(bytes);
                    }
                }
            }
        }
    }

    /// What to do next.
    pub fn poll_output(&mut self) -> Option<PushOutput> {
        self.output.pop_front()
    }

    /// Whether pictures may come.
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Ready
    }

    /// Tells the decoder what it must know. Without effect before [`PushOutput::Ready`].
    pub fn parameters(&mut self, parameters: &Parameters) {
        self.video(video::parameters(parameters), 0);
    }

    /// Sends a picture. Without effect before [`PushOutput::Ready`].
    pub fn picture(&mut self, picture: &Picture) {
        self.video(video::picture(picture), picture.at_ms as u32);
    }

    /// Ends the stream; the connection may be closed when this is sent.
    pub fn end(&mut self) {
        if self.phase == Phase::Ready {
            let values = [
                Value::text("deleteStream"),
                Value::Number(0.0),
                Value::Null,
                Value::Number(f64::from(self.stream)),
            ];
            self.say(&Message::command(0, &values));
            self.phase = Phase::Asking;
        }
    }

    fn video(&mut self, body: Bytes, at_ms: u32) {
        if self.phase == Phase::Ready {
            let message = Message {
                kind: message::VIDEO,
                stream: self.stream,
                at_ms,
                body,
            };
            let bytes = self.writer.written(message::VIDEO_STREAM, &message);
            self.send(bytes);
        }
    }

    fn connect(&mut self) {
        let grown = self.writer.grow(CHUNK_BYTES);
        self.send(grown);
        let Target {
            host,
            port,
            application,
            ..
        } = &self.target;
        let about = Value::Object(vec![
            (String::from("app"), Value::text(application)),
            (String::from("type"), Value::text("nonprivate")),
            (String::from("flashVer"), Value::text("FMLE/3.0")),
            (
                String::from("tcUrl"),
                Value::Text(format!("rtmp://{host}:{port}/{application}")),
            ),
        ]);
        let values = [Value::text("connect"), Value::Number(CONNECT), about];
        self.phase = Phase::Connecting;
        self.say(&Message::command(0, &values));
    }

    fn answered(&mut self, message: &Message) -> Result<(), RtmpError> {
        let values = amf::read(&message.body)?;
        let name = values.first().and_then(Value::as_text).unwrap_or_default();
        let number = values.get(1).and_then(Value::as_number);
        let said = values.get(3);
        let code = said
            .and_then(|said| said.member("code"))
            .and_then(Value::as_text)
            .unwrap_or_default();
        match (self.phase, name) {
            (Phase::Connecting, "_result") if number == Some(CONNECT) => {
                self.phase = Phase::Creating;
                let values = [
                    Value::text("createStream"),
                    Value::Number(CREATE),
                    Value::Null,
                ];
                self.say(&Message::command(0, &values));
            }
            (Phase::Creating, "_result") if number == Some(CREATE) => {
                self.stream = said.and_then(Value::as_number).unwrap_or(1.0) as u32;
                self.phase = Phase::Asking;
                let values = [
                    Value::text("publish"),
                    Value::Number(5.0),
                    Value::Null,
                    Value::text(&self.target.stream),
                    Value::text("live"),
                ];
                self.say(&Message::command(self.stream, &values));
            }
            (Phase::Asking, "onStatus") if code == "NetStream.Publish.Start" => {
                self.phase = Phase::Ready;
                self.output.push_back(PushOutput::Ready);
            }
            (_, "_error") => self.refused(code, said),
            (_, "onStatus")
                if said.and_then(|said| said.member("level")) == Some(&Value::text("error")) =>
            {
                self.refused(code, said);
            }
            _ => {}
        }
        Ok(())
    }

    fn refused(&mut self, code: &str, said: Option<&Value>) {
        let words = said
            .and_then(|said| said.member("description"))
            .and_then(Value::as_text)
            .unwrap_or("no reason given");
        self.phase = Phase::Asking;
        self.output
            .push_back(PushOutput::Refused(format!("{code}: {words}")));
    }

    fn say(&mut self, message: &Message) {
        let bytes = self.writer.written(message::COMMAND_STREAM, message);
        self.send(bytes);
    }

    fn send(&mut self, bytes: Bytes) {
        self.output.push_back(PushOutput::Send(bytes));
    }
}
