//! FLV video tags, H.264 only.

use bytes::{BufMut, Bytes, BytesMut};

use super::RtmpError;
use crate::h264::{self, Parameters, Picture};

const AVC: u8 = 7;
const KEY: u8 = 1;
const INTER: u8 = 2;
/// Frame types that are no picture (FLV annex E: "video info/command frame").
const INFO: u8 = 5;

/// What a tag holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Parameters(Parameters),
    Picture(Picture),
    /// The end of a sequence, and what else is no picture.
    Nothing,
}

pub(super) fn read(body: &Bytes, at_ms: u32) -> Result<Tag, RtmpError> {
    let Some(&first) = body.first() else {
        return Ok(Tag::Nothing);
    };
    // The enhanced form names its code by four letters; its high bit is never set in the plain one.
    if first & 0x80 != 0 || first & 0x0f != AVC {
        return Err(RtmpError::Codec(first & 0x0f));
    }
    if first >> 4 == INFO || body.len() < 5 {
        return Ok(Tag::Nothing);
    }
    let data = body.slice(5..);
    match body[1] {
        0 => Parameters::from_record(&data)
            .map(Tag::Parameters)
            .ok_or(RtmpError::Broken("decoder record")),
        1 => {
            let key = h264::is_key(&data).ok_or(RtmpError::Broken("picture"))?;
            Ok(Tag::Picture(Picture {
                data,
                key,
                at_ms: u64::from(at_ms),
            }))
        }
        _ => Ok(Tag::Nothing),
    }
}

pub(super) fn parameters(parameters: &Parameters) -> Bytes {
    tag(KEY, 0, &parameters.record())
}

pub(super) fn picture(picture: &Picture) -> Bytes {
    tag(if picture.key { KEY } else { INTER }, 1, &picture.data)
}

fn tag(frame: u8, packet: u8, data: &[u8]) -> Bytes {
    let mut body = BytesMut::with_capacity(5 + data.len());
    // The last three bytes: shown when decoded, not later.
    body.put_slice(&[frame << 4 | AVC, packet, 0, 0, 0]);
    body.put_slice(data);
    body.freeze()
}
