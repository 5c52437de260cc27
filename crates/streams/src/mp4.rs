//! Fragmented MP4 of one H.264 track: what a browser's Media Source plays as it comes.
//!
//! An [`opening`] once, then a [`fragment`] for each picture (ISO/IEC 14496-12 §8.8, "movie fragments").
//! A picture is shown as soon as it is there, so none waits for the next to learn how long it lasts.

use bytes::{BufMut, Bytes, BytesMut};

use crate::h264::{Parameters, Picture};

/// Ticks of the track a second.
const TIMESCALE: u32 = 1_000;
const TRACK: u32 = 1;

/// Flags of a sample that depends on none.
const KEY: u32 = 0x0200_0000;
/// Flags of one that depends on others and cannot be begun with.
const DELTA: u32 = 0x0101_0000;

const IDENTITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// The file's beginning: what kind it is, and its one track.
pub fn opening(parameters: &Parameters) -> Bytes {
    let mut out = BytesMut::with_capacity(800);
    boxed(&mut out, *b"ftyp", |b| {
        b.put_slice(b"iso5");
        b.put_u32(512);
        b.put_slice(b"iso5iso6mp41");
    });
    boxed(&mut out, *b"moov", |b| {
        boxed(b, *b"mvhd", movie_header);
        boxed(b, *b"trak", |b| track(b, parameters));
        boxed(b, *b"mvex", |b| {
            full(b, *b"trex", 0, 0, |b| {
                for value in [TRACK, 1, 0, 0, 0] {
                    b.put_u32(value);
                }
            });
        });
    });
    out.freeze()
}

/// One picture. `number` counts fragments from one; `lasts_ms` is the time until the next one is expected.
pub fn fragment(picture: &Picture, number: u32, lasts_ms: u32) -> Bytes {
    let mut out = BytesMut::with_capacity(picture.data.len() + 128);
    boxed(&mut out, *b"moof", |b| {
        full(b, *b"mfhd", 0, 0, |b| b.put_u32(number));
        boxed(b, *b"traf", |b| {
            // Offsets count from this fragment.
            full(b, *b"tfhd", 0, 0x02_0000, |b| b.put_u32(TRACK));
            full(b, *b"tfdt", 1, 0, |b| b.put_u64(picture.at_ms));
            // Offset of the data, and for the one sample: duration, size, flags.
            full(b, *b"trun", 0, 0x0701, |b| {
                b.put_u32(1);
                b.put_u32(0);
                b.put_u32(lasts_ms);
                b.put_u32(picture.data.len() as u32);
                b.put_u32(if picture.key { KEY } else { DELTA });
            });
        });
    });
    let data_at = out.len() as u32 + 8;
    let offset_at = out.len() - 16;
    out[offset_at..offset_at + 4].copy_from_slice(&data_at.to_be_bytes());
    boxed(&mut out, *b"mdat", |b| b.put_slice(&picture.data));
    out.freeze()
}

fn boxed(out: &mut BytesMut, name: [u8; 4], content: impl FnOnce(&mut BytesMut)) {
    let start = out.len();
    out.put_u32(0);
    out.put_slice(&name);
    content(out);
    let size = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

fn full(
    out: &mut BytesMut,
    name: [u8; 4],
    version: u8,
    flags: u32,
    content: impl FnOnce(&mut BytesMut),
) {
    boxed(out, name, |b| {
        b.put_u32(u32::from(version) << 24 | flags);
        content(b);
    });
}

fn movie_header(b: &mut BytesMut) {
    for value in [0, 0, 0, TIMESCALE, 0, 0x1_0000] {
        b.put_u32(value);
    }
    b.put_u16(0x0100);
    b.put_bytes(0, 10);
    for value in IDENTITY {
        b.put_u32(value);
    }
    b.put_bytes(0, 24);
    b.put_u32(TRACK + 1);
}

fn track(b: &mut BytesMut, parameters: &Parameters) {
    // Enabled, and in the presentation.
    full(b, *b"tkhd", 0, 3, |b| {
        for value in [0, 0, TRACK, 0, 0, 0, 0, 0, 0] {
            b.put_u32(value);
        }
        for value in IDENTITY {
            b.put_u32(value);
        }
        b.put_u32(u32::from(parameters.width()) << 16);
        b.put_u32(u32::from(parameters.height()) << 16);
    });
    boxed(b, *b"mdia", |b| {
        full(b, *b"mdhd", 0, 0, |b| {
            for value in [0, 0, TIMESCALE, 0] {
                b.put_u32(value);
            }
            // Language: undetermined.
            b.put_u16(0x55c4);
            b.put_u16(0);
        });
        full(b, *b"hdlr", 0, 0, |b| {
            b.put_u32(0);
            b.put_slice(b"vide");
            b.put_bytes(0, 12);
            b.put_slice(b"video\0");
        });
        boxed(b, *b"minf", |b| {
            full(b, *b"vmhd", 0, 1, |b| b.put_bytes(0, 8));
            boxed(b, *b"dinf", |b| {
                full(b, *b"dref", 0, 0, |b| {
                    b.put_u32(1);
                    full(b, *b"url ", 0, 1, |_| {});
                });
            });
            boxed(b, *b"stbl", |b| samples(b, parameters));
        });
    });
}

fn samples(b: &mut BytesMut, parameters: &Parameters) {
    full(b, *b"stsd", 0, 0, |b| {
        b.put_u32(1);
        boxed(b, *b"avc1", |b| {
            b.put_bytes(0, 6);
            b.put_u16(1);
            b.put_bytes(0, 16);
            b.put_u16(parameters.width());
            b.put_u16(parameters.height());
            b.put_u32(0x48_0000);
            b.put_u32(0x48_0000);
            b.put_u32(0);
            b.put_u16(1);
            b.put_bytes(0, 32);
            b.put_u16(24);
            b.put_i16(-1);
            boxed(b, *b"avcC", |b| b.put_slice(&parameters.record()));
        });
    });
    full(b, *b"stts", 0, 0, |b| b.put_u32(0));
    full(b, *b"stsc", 0, 0, |b| b.put_u32(0));
    full(b, *b"stsz", 0, 0, |b| b.put_u64(0));
    full(b, *b"stco", 0, 0, |b| b.put_u32(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(key: bool) -> Picture {
        Picture {
            data: Bytes::from_static(&[0, 0, 0, 2, 0x65, 0x88]),
            key,
            at_ms: 120,
        }
    }

    /// Walks boxes by their sizes; returns names and contents.
    fn boxes(mut bytes: &[u8]) -> Vec<(String, &[u8])> {
        let mut found = Vec::new();
        while !bytes.is_empty() {
            let size = u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
            let name = String::from_utf8_lossy(&bytes[4..8]).into_owned();
            found.push((name, &bytes[8..size]));
            bytes = &bytes[size..];
        }
        found
    }

    #[test]
    fn a_fragments_offset_points_at_its_picture() {
        let made = fragment(&picture(true), 7, 66);
        let parts = boxes(&made);
        assert_eq!(parts[0].0, "moof");
        assert_eq!(parts[1], (String::from("mdat"), &picture(true).data[..]));
        let traf = boxes(parts[0].1).pop().unwrap().1;
        let (name, run) = boxes(traf).pop().unwrap();
        assert_eq!(name, "trun");
        let word = |at: usize| u32::from_be_bytes(run[at..at + 4].try_into().unwrap());
        let offset = word(8) as usize;
        assert_eq!(&made[offset..], &picture(true).data[..]);
        assert_eq!((word(12), word(16), word(20)), (66, 6, KEY));
    }

    #[test]
    fn only_a_key_picture_says_that_one_can_begin_with_it() {
        let flags = |key| {
            let made = fragment(&picture(key), 1, 66);
            u32::from_be_bytes(made[made.len() - 18..made.len() - 14].try_into().unwrap())
        };
        assert_eq!((flags(true), flags(false)), (KEY, DELTA));
    }
}
