//! Chunks: messages of several streams, cut into pieces and interleaved (specification §5.3).

use std::collections::HashMap;

use bytes::{Buf as _, BufMut, Bytes, BytesMut};

use super::RtmpError;
use super::message::{self, Message};

/// The longest message that is taken: a key picture of a high quality stream is far below.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Chunk streams at once.
pub(super) const MOST_STREAMS: usize = 16;
/// The size of chunks until somebody says otherwise.
const USUAL_SIZE: usize = 128;
/// A timestamp that does not fit the header's three bytes follows it.
const EXTENDED: u32 = 0x00ff_ffff;
/// Room given at once to a message that is only announced.
const FIRST_ROOM: usize = 64 * 1024;

/// Puts chunks together.
#[derive(Debug)]
pub(super) struct Reader {
    size: usize,
    streams: HashMap<u32, Incoming>,
}

/// The last message of a chunk stream, and what there is of it.
#[derive(Debug, Default)]
struct Incoming {
    at_ms: u32,
    step_ms: u32,
    extended: bool,
    length: usize,
    kind: u8,
    stream: u32,
    body: BytesMut,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            size: USUAL_SIZE,
            streams: HashMap::new(),
        }
    }
}

/// What one header says, and how many bytes it takes.
struct Header {
    format: u8,
    chunk_stream: u32,
    fields: [u8; 11],
    extended: Option<u32>,
    bytes: usize,
}

impl Reader {
    /// Takes chunks until a message is whole; nothing when more bytes are needed.
    pub(super) fn next(&mut self, input: &mut BytesMut) -> Result<Option<Message>, RtmpError> {
        while let Some(header) = self.header(input) {
            let header = header?;
            let (length, have) = self.announced(&header)?;
            let piece = (length - have).min(self.size);
            if input.len() < header.bytes + piece {
                return Ok(None);
            }
            input.advance(header.bytes);
            let piece = input.split_to(piece);
            if let Some(message) = self.take(&header, &piece) {
                self.obey(&message)?;
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    fn header(&self, input: &[u8]) -> Option<Result<Header, RtmpError>> {
        let first = *input.first()?;
        let format = first >> 6;
        let (chunk_stream, mut at) = match first & 0x3f {
            0 => (u32::from(*input.get(1)?) + 64, 2),
            1 => (
                u32::from(*input.get(1)?) + u32::from(*input.get(2)?) * 256 + 64,
                3,
            ),
            short => (u32::from(short), 1),
        };
        let known = self.streams.get(&chunk_stream);
        if format != 0 && known.is_none() {
            return Some(Err(RtmpError::Broken("chunk without a first one")));
        }
        let count = [11, 7, 3, 0][usize::from(format)];
        let mut fields = [0; 11];
        fields[..count].copy_from_slice(input.get(at..at + count)?);
        at += count;
        let is_extended = match format {
            3 => known.is_some_and(|incoming| incoming.extended),
            _ => number(&fields[..3]) == EXTENDED,
        };
        let extended = if is_extended {
            let bytes = input.get(at..at + 4)?;
            at += 4;
            Some(number(bytes))
        } else {
            None
        };
        Some(Ok(Header {
            format,
            chunk_stream,
            fields,
            extended,
            bytes: at,
        }))
    }

    /// The length of the message a chunk belongs to, and how much of it is there.
    fn announced(&self, header: &Header) -> Result<(usize, usize), RtmpError> {
        let known = self.streams.get(&header.chunk_stream);
        if known.is_none() && self.streams.len() >= MOST_STREAMS {
            return Err(RtmpError::TooManyStreams);
        }
        let have = known.map_or(0, |incoming| incoming.body.len());
        if have > 0 && header.format != 3 {
            return Err(RtmpError::Broken("chunk inside another message"));
        }
        let length = match header.format {
            0 | 1 => number(&header.fields[3..6]) as usize,
            _ => known.map_or(0, |incoming| incoming.length),
        };
        if length > MOST_BYTES {
            return Err(RtmpError::TooLong(length));
        }
        Ok((length, have))
    }

    fn take(&mut self, header: &Header, piece: &[u8]) -> Option<Message> {
        let incoming = self.streams.entry(header.chunk_stream).or_default();
        if incoming.body.is_empty() {
            incoming.begin(header);
            incoming.body.reserve(incoming.length.min(FIRST_ROOM));
        }
        incoming.body.put_slice(piece);
        if incoming.body.len() < incoming.length {
            return None;
        }
        Some(Message {
            kind: incoming.kind,
            stream: incoming.stream,
            at_ms: incoming.at_ms,
            body: incoming.body.split().freeze(),
        })
    }

    fn obey(&mut self, message: &Message) -> Result<(), RtmpError> {
        match message.kind {
            message::SET_CHUNK_SIZE => {
                let size = message.as_number().unwrap_or(0) as usize;
                if size == 0 || size > MOST_BYTES {
                    return Err(RtmpError::Broken("chunk size"));
                }
                self.size = size;
            }
            message::ABORT => {
                let stream = message.as_number().unwrap_or(0);
                if let Some(incoming) = self.streams.get_mut(&stream) {
                    incoming.body.clear();
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Incoming {
    fn begin(&mut self, header: &Header) {
        let fields = &header.fields;
        if header.format < 3 {
            let time = header.extended.unwrap_or_else(|| number(&fields[..3]));
            self.extended = header.extended.is_some();
            if header.format == 0 {
                self.at_ms = time;
                self.step_ms = 0;
            } else {
                self.step_ms = time;
            }
        }
        if header.format < 2 {
            self.length = number(&fields[3..6]) as usize;
            self.kind = fields[6];
        }
        if header.format == 0 {
            self.stream = u32::from_le_bytes([fields[7], fields[8], fields[9], fields[10]]);
        }
        self.at_ms = self.at_ms.wrapping_add(self.step_ms);
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u32::from(byte))
}

/// Cuts messages into chunks. Each begins with a full header: a few bytes more, and nothing to remember.
#[derive(Debug)]
pub(super) struct Writer {
    size: usize,
}

impl Default for Writer {
    fn default() -> Self {
        Self { size: USUAL_SIZE }
    }
}

impl Writer {
    /// Larger chunks from here on; the message that says so.
    pub(super) fn grow(&mut self, size: u32) -> Bytes {
        let said = self.written(
            message::CONTROL_STREAM,
            &Message::number(message::SET_CHUNK_SIZE, size),
        );
        self.size = size as usize;
        said
    }

    pub(super) fn written(&self, chunk_stream: u32, message: &Message) -> Bytes {
        let length = message.body.len();
        let mut out = BytesMut::with_capacity(length + 16 + length / self.size * 5);
        let extended = (message.at_ms >= EXTENDED).then_some(message.at_ms);
        out.put_u8(chunk_stream as u8);
        out.put_uint(u64::from(message.at_ms.min(EXTENDED)), 3);
        out.put_uint(length as u64, 3);
        out.put_u8(message.kind);
        out.put_u32_le(message.stream);
        for (index, piece) in message.body.chunks(self.size).enumerate() {
            if index > 0 {
                out.put_u8(0xc0 | chunk_stream as u8);
            }
            if let Some(time) = extended {
                out.put_u32(time);
            }
            out.put_slice(piece);
        }
        out.freeze()
    }
}
