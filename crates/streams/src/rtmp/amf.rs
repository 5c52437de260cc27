//! AMF 0, the form of RTMP's commands.

use bytes::{BufMut, BytesMut};

use super::RtmpError;

/// How deep objects may lie in each other.
const DEEPEST: usize = 8;
/// Values a command may hold.
const MOST: usize = 256;

/// A value of a command.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Boolean(bool),
    Text(String),
    Object(Vec<(String, Value)>),
    Null,
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A member of an object.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members
                .iter()
                .find_map(|(key, value)| (key == name).then_some(value)),
            _ => None,
        }
    }

    fn write(&self, out: &mut BytesMut) {
        match self {
            Self::Number(number) => {
                out.put_u8(0);
                out.put_f64(*number);
            }
            Self::Boolean(truth) => out.put_slice(&[1, u8::from(*truth)]),
            Self::Text(text) => {
                out.put_u8(2);
                name(out, text);
            }
            Self::Object(members) => {
                out.put_u8(3);
                for (key, value) in members {
                    name(out, key);
                    value.write(out);
                }
                out.put_slice(&[0, 0, 9]);
            }
            Self::Null => out.put_u8(5),
        }
    }
}

fn name(out: &mut BytesMut, text: &str) {
    // Longer texts than the format can say never occur in what we send.
    let bytes = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
    out.put_u16(bytes.len() as u16);
    out.put_slice(bytes);
}

/// Values one after the other.
pub(super) fn written(values: &[Value]) -> BytesMut {
    let mut out = BytesMut::new();
    for value in values {
        value.write(&mut out);
    }
    out
}

/// All values of a command.
pub(super) fn read(mut bytes: &[u8]) -> Result<Vec<Value>, RtmpError> {
    let mut values = Vec::new();
    let mut budget = MOST;
    while !bytes.is_empty() {
        values.push(value(&mut bytes, DEEPEST, &mut budget)?);
    }
    Ok(values)
}

const BROKEN: RtmpError = RtmpError::Broken("command");

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8], RtmpError> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or(BROKEN)?;
    *bytes = rest;
    Ok(taken)
}

fn text(bytes: &mut &[u8], length_bytes: usize) -> Result<String, RtmpError> {
    let length = take(bytes, length_bytes)?
        .iter()
        .fold(0, |length, &byte| length << 8 | usize::from(byte));
    Ok(String::from_utf8_lossy(take(bytes, length)?).into_owned())
}

fn value(bytes: &mut &[u8], depth: usize, budget: &mut usize) -> Result<Value, RtmpError> {
    *budget = budget.checked_sub(1).ok_or(BROKEN)?;
    let depth = depth.checked_sub(1).ok_or(BROKEN)?;
    Ok(match take(bytes, 1)?[0] {
        0 => {
            let number = take(bytes, 8)?.first_chunk().ok_or(BROKEN)?;
            Value::Number(f64::from_be_bytes(*number))
        }
        1 => Value::Boolean(take(bytes, 1)?[0] != 0),
        2 => Value::Text(text(bytes, 2)?),
        3 => Value::Object(members(bytes, depth, budget)?),
        5 | 6 => Value::Null,
        8 => {
            take(bytes, 4)?;
            Value::Object(members(bytes, depth, budget)?)
        }
        10 => {
            let count = take(bytes, 4)?;
            let count = u32::from_be_bytes(*count.first_chunk().ok_or(BROKEN)?);
            // A list is of no use in any command; it is read over.
            for _ in 0..count {
                value(bytes, depth, budget)?;
            }
            Value::Null
        }
        11 => {
            take(bytes, 10)?;
            Value::Null
        }
        12 => Value::Text(text(bytes, 4)?),
        _ => return Err(BROKEN),
    })
}

fn members(
    bytes: &mut &[u8],
    depth: usize,
    budget: &mut usize,
) -> Result<Vec<(String, Value)>, RtmpError> {
    let mut members = Vec::new();
    loop {
        let key = text(bytes, 2)?;
        if key.is_empty() && bytes.first() == Some(&9) {
            take(bytes, 1)?;
            return Ok(members);
        }
        members.push((key, value(bytes, depth, budget)?));
    }
}
