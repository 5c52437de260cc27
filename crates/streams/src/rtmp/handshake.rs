//! The handshake: a version, a block of numbers each way, and each block sent back.

use bytes::{Buf as _, BytesMut};

use super::RtmpError;

/// The version of plain RTMP.
pub(super) const VERSION: u8 = 3;
/// The size of a block.
pub(super) const BLOCK: usize = 1536;

/// A block of our own: time zero, and bytes that need not be secret, only recognisable.
pub(super) fn block() -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    for (at, byte) in block.iter_mut().enumerate().skip(8) {
        *byte = (at * 7 + at / 251) as u8;
    }
    block
}

/// Takes the version and a block, when both are there.
pub(super) fn opening(input: &mut BytesMut) -> Result<Option<[u8; BLOCK]>, RtmpError> {
    if let Some(&first) = input.first()
        && first != VERSION
    {
        return Err(RtmpError::Version(first));
    }
    if input.len() <= BLOCK {
        return Ok(None);
    }
    input.advance(1);
    Ok(self::answer(input))
}

/// Takes a block, when it is there. What it says is not checked: many peers send what they like.
pub(super) fn answer(input: &mut BytesMut) -> Option<[u8; BLOCK]> {
    let block = *input.first_chunk::<BLOCK>()?;
    input.advance(BLOCK);
    Some(block)
}
