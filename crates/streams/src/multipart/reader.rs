use bytes::{Buf, Bytes, BytesMut};

use super::headers::PartHeaders;
use crate::StreamError;
use crate::jpeg::{self, EndFinder, Found};

/// One picture of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegFrame {
    /// The JPEG file, from its start mark to its end mark. Not copied from the input buffer.
    pub data: Bytes,
    /// The part's headers.
    pub headers: PartHeaders,
    /// Width and height, when the picture says them.
    pub size: Option<(u16, u16)>,
}

/// How much a peer may make us hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MultipartLimits {
    /// Bytes of one picture. A 3840 x 2160 picture of best quality has about 6 MB.
    pub part_bytes: usize,
    /// Bytes of one part's headers.
    pub header_bytes: usize,
}

impl Default for MultipartLimits {
    fn default() -> Self {
        Self {
            part_bytes: 16 << 20,
            header_bytes: 8 << 10,
        }
    }
}

/// What a stream has brought so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MultipartCounts {
    /// Pictures given out.
    pub frames: u64,
    /// Parts that were too long, cut off, or no JPEG.
    pub rejected: u64,
}

/// Finds the pictures in a multipart stream: a state machine without a socket.
///
/// Tolerant of what cameras do: no `Content-Length` or a wrong one, bare line feeds, a boundary announced
/// with its leading dashes, padding after the picture, junk between parts. After any damage it goes on at
/// the next boundary. However the input is cut, the same pictures come out.
///
/// Give input, then take pictures until there are none: memory is bounded by one picture, one set of
/// headers and the latest input.
#[derive(Debug)]
pub struct MultipartReader {
    /// Two dashes and the boundary without its own leading dashes: what every delimiter ends with.
    mark: Vec<u8>,
    limits: MultipartLimits,
    buffer: BytesMut,
    state: State,
    counts: MultipartCounts,
}

#[derive(Debug)]
enum State {
    /// Looking for a delimiter; the buffer holds none before this place.
    Between(usize),
    /// The buffer begins with a part's headers.
    Headers,
    /// The buffer begins with a part's body.
    Body(Box<Body>),
}

#[derive(Debug)]
struct Body {
    headers: PartHeaders,
    length: Option<usize>,
    end: EndFinder,
    /// No delimiter begins before this place.
    searched: usize,
}

enum Step {
    NeedInput,
    Moved,
    Picture(JpegFrame),
}

/// A delimiter's line is no longer than this behind its boundary.
const LINE_REST: usize = 128;

impl MultipartReader {
    /// From the `Content-Type` of the response.
    ///
    /// # Errors
    /// [`StreamError::ContentType`] when it is not multipart or names no usable boundary.
    pub fn from_content_type(content_type: &str) -> Result<Self, StreamError> {
        let refused = || StreamError::ContentType(content_type.chars().take(200).collect());
        let (kind, parameters) = content_type.split_once(';').ok_or_else(refused)?;
        if !kind.trim().to_ascii_lowercase().starts_with("multipart/") {
            return Err(refused());
        }
        parameters
            .split(';')
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))
            .and_then(|(_, value)| Self::new(value.trim().trim_matches('"')))
            .ok_or_else(refused)
    }

    /// From the boundary; `None` when it is empty, over 200 bytes, or not printable ASCII.
    pub fn new(boundary: &str) -> Option<Self> {
        // Some cameras announce "--name" and send "--name": the same dashes counted once.
        let name = boundary.trim_start_matches('-');
        let printable = name.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if name.is_empty() || name.len() > 200 || !printable {
            return None;
        }
        Some(Self {
            mark: format!("--{name}").into_bytes(),
            limits: MultipartLimits::default(),
            buffer: BytesMut::new(),
            state: State::Between(0),
            counts: MultipartCounts::default(),
        })
    }

    /// With limits other than the usual ones.
    #[must_use]
    pub fn with_limits(mut self, limits: MultipartLimits) -> Self {
        self.limits = limits;
        self
    }

    /// What the stream has brought so far.
    pub fn counts(&self) -> MultipartCounts {
        self.counts
    }

    /// Takes in bytes of the response's body.
    ///
    /// # Errors
    /// [`StreamError::NotDrained`] when pictures of earlier input were left waiting and the buffer is
    /// full; the bytes are not taken.
    pub fn handle_input(&mut self, input: &[u8]) -> Result<(), StreamError> {
        let most = self.limits.part_bytes + self.limits.header_bytes + self.mark.len() + LINE_REST;
        if self.buffer.len() > most {
            return Err(StreamError::NotDrained);
        }
        self.buffer.extend_from_slice(input);
        Ok(())
    }

    /// The next picture, or `None` when more input is needed.
    pub fn poll_output(&mut self) -> Option<JpegFrame> {
        loop {
            match self.step() {
                Step::NeedInput => return None,
                Step::Moved => {}
                Step::Picture(frame) => {
                    self.counts.frames += 1;
                    return Some(frame);
                }
            }
        }
    }

    fn step(&mut self) -> Step {
        match core::mem::replace(&mut self.state, State::Between(0)) {
            State::Between(searched) => self.step_between(searched),
            State::Headers => self.step_headers(),
            State::Body(body) => match body.length {
                Some(length) => self.step_announced(body, length),
                None => self.step_open(body),
            },
        }
    }

    /// Drops everything up to the end of the next delimiter's line.
    fn step_between(&mut self, searched: usize) -> Step {
        let Some(at) = find(&self.buffer, &self.mark, searched) else {
            let keep = self.buffer.len().min(self.mark.len() - 1);
            self.buffer.advance(self.buffer.len() - keep);
            return Step::NeedInput;
        };
        let line = at + self.mark.len();
        let rest = &self.buffer[line..];
        let Some(end) = rest.iter().take(LINE_REST).position(|&byte| byte == b'\n') else {
            if rest.len() >= LINE_REST {
                self.buffer.advance(line);
                return Step::Moved;
            }
            self.buffer.advance(at);
            return Step::NeedInput;
        };
        // "--" closes the stream; other text makes it another word that begins like the boundary.
        let begins_part = rest[..end].trim_ascii().is_empty();
        if begins_part {
            self.buffer.advance(line + end + 1);
            self.state = State::Headers;
        } else {
            self.buffer.advance(line);
        }
        Step::Moved
    }

    fn step_headers(&mut self) -> Step {
        let mut headers = PartHeaders::default();
        let mut start = 0;
        let window = self.buffer.len().min(self.limits.header_bytes);
        while let Some(length) = self.buffer[start..window].iter().position(|&b| b == b'\n') {
            let line = self.buffer[start..start + length].trim_ascii();
            if line.starts_with(&self.mark) {
                return self.reject(start);
            }
            if line.is_empty() {
                self.buffer.advance(start + length + 1);
                self.state = State::Body(Box::new(Body {
                    length: headers.content_length(),
                    headers,
                    end: EndFinder::default(),
                    searched: 0,
                }));
                return Step::Moved;
            }
            headers.push_line(line);
            start += length + 1;
        }
        if window == self.limits.header_bytes {
            return self.reject(window);
        }
        self.state = State::Headers;
        Step::NeedInput
    }

    /// A body whose length was announced. The length is believed only if a picture ends there.
    fn step_announced(&mut self, mut body: Box<Body>, length: usize) -> Step {
        if length > self.limits.part_bytes {
            return self.reject(0);
        }
        if self.buffer.len() < length {
            self.state = State::Body(body);
            return Step::NeedInput;
        }
        if jpeg::is_complete(&self.buffer[..length]) {
            return self.picture(*body, length);
        }
        body.length = None;
        self.state = State::Body(body);
        Step::Moved
    }

    /// A body that goes to the picture's own end, or to the next delimiter if that comes first.
    fn step_open(&mut self, mut body: Box<Body>) -> Step {
        let most = self.limits.part_bytes;
        let window = self.buffer.len().min(most);
        let found = body.end.walk(&self.buffer[..window]);
        let searchable = self.buffer.len().min(most + self.mark.len());
        let delimiter = find(&self.buffer[..searchable], &self.mark, body.searched);
        match (found, delimiter) {
            (Found::End(end), at) if end <= window && at.is_none_or(|at| at >= end) => {
                self.picture(*body, end)
            }
            (_, Some(at)) => {
                let content = trim_line_end(&self.buffer[..at]);
                if jpeg::is_complete(content) {
                    let length = content.len();
                    self.picture(*body, length)
                } else {
                    self.reject(at)
                }
            }
            _ if searchable == most + self.mark.len() => self.reject(most),
            _ => {
                body.searched = searchable.saturating_sub(self.mark.len() - 1);
                self.state = State::Body(body);
                Step::NeedInput
            }
        }
    }

    fn picture(&mut self, body: Body, length: usize) -> Step {
        let data = self.buffer.split_to(length).freeze();
        Step::Picture(JpegFrame {
            size: jpeg::dimensions(&data),
            headers: body.headers,
            data,
        })
    }

    /// Gives a part up and goes on behind so many bytes of it.
    fn reject(&mut self, bytes: usize) -> Step {
        self.counts.rejected += 1;
        self.buffer.advance(bytes);
        self.state = State::Between(0);
        Step::Moved
    }
}

/// Without the line break before a delimiter, and the further dashes some delimiters begin with.
fn trim_line_end(bytes: &[u8]) -> &[u8] {
    let mut bytes = bytes;
    while let Some(shorter) = bytes.strip_suffix(b"-") {
        bytes = shorter;
    }
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Where `needle` first begins at or behind `from`.
fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let (&first, others) = needle.split_first()?;
    let mut at = from;
    loop {
        let rest = haystack.get(at..)?;
        at += rest.iter().position(|&byte| byte == first)?;
        if haystack[at + 1..].starts_with(others) {
            return Some(at);
        }
        at += 1;
    }
}
