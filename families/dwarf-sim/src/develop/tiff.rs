//! The other format of subs (feature "astro format"): the sensor's counts as grey TIFF.

use skyhelm_imaging::RawFrame;

/// Tags of TIFF 6.0, in the order a directory needs.
const TAGS: u16 = 10;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const HEADER_BYTES: u32 = 8;
const DIRECTORY_BYTES: u32 = 2 + TAGS as u32 * 12 + 4;

/// The bytes of a TIFF file: 16 bits, grey, one strip, nothing compressed.
pub(crate) fn to_bytes(frame: &RawFrame) -> Vec<u8> {
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let (width, height) = (size(frame.width()), size(frame.height()));
    let strip = HEADER_BYTES + DIRECTORY_BYTES;
    let strip_bytes = size(frame.data().len() * 2);
    let mut bytes = Vec::with_capacity(frame.data().len() * 2 + 256);
    bytes.extend_from_slice(b"II*\0");
    bytes.extend_from_slice(&HEADER_BYTES.to_le_bytes());
    bytes.extend_from_slice(&TAGS.to_le_bytes());
    for (tag, kind, value) in [
        (256, LONG, width),
        (257, LONG, height),
        (258, SHORT, 16),
        // No compression; black is zero.
        (259, SHORT, 1),
        (262, SHORT, 1),
        (273, LONG, strip),
        (277, SHORT, 1),
        (278, LONG, height),
        (279, LONG, strip_bytes),
        // Unsigned.
        (339, SHORT, 1),
    ] {
        let tag: u16 = tag;
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend_from_slice(&1_u32.to_le_bytes());
        // A short value stands first in its field, which is the same in this byte order.
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&0_u32.to_le_bytes());
    for count in frame.data() {
        bytes.extend_from_slice(&count.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_imaging::BayerPattern;

    #[test]
    fn the_counts_stand_where_the_directory_says() {
        let frame = RawFrame::new(4, 2, BayerPattern::Rggb, (1000..1008).collect()).unwrap();
        let bytes = to_bytes(&frame);
        assert_eq!(&bytes[..4], b"II*\0");
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let entry = |tag: u16| {
            let at = (10..130).step_by(12).find(|&at| short(at) == tag).unwrap();
            usize::from(short(at + 8))
        };
        assert_eq!((entry(256), entry(257), entry(258)), (4, 2, 16));
        assert_eq!((entry(279), bytes.len()), (16, entry(273) + 16));
        assert_eq!(short(entry(273) + 2 * 7), 1007);
    }
}
