//! A live stream cut for browsers: an opening, then a fragment for each picture, on a time line without holes.

use bytes::Bytes;

use crate::h264::{Parameters, Picture};
use crate::mp4;

/// How long the first picture lasts: nobody knows yet how soon the next one comes.
const FIRST_MS: u64 = 50;
/// A pause longer than this is shown as this: players that look for a hole stop at one.
const LONGEST_MS: u64 = 500;

/// One picture, ready to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// A movie fragment.
    pub bytes: Bytes,
    /// Whether a viewer can begin here.
    pub key: bool,
}

/// Cuts a stream.
///
/// Each picture lasts as long as the one before it did, and the next begins when it ends: so none waits
/// for the next, and there is neither hole nor overlap, whatever the sender's clock does.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    number: u32,
    /// When the next picture is shown, and when the last one was taken by the sender's clock.
    next_ms: u64,
    last_ms: Option<u64>,
    is_open: bool,
    has_begun: bool,
}

impl Segments {
    /// What a decoder must know has come, or changed: the opening. The next fragment is a key picture.
    pub fn parameters(&mut self, parameters: &Parameters) -> Bytes {
        self.is_open = true;
        self.has_begun = false;
        mp4::opening(parameters)
    }

    /// A picture's fragment; nothing before the parameters and the first key picture.
    pub fn picture(&mut self, picture: &Picture) -> Option<Segment> {
        self.has_begun |= picture.key;
        if !self.is_open || !self.has_begun {
            return None;
        }
        let lasts = self.last_ms.map_or(FIRST_MS, |last| {
            picture.at_ms.saturating_sub(last).clamp(1, LONGEST_MS)
        });
        self.last_ms = Some(picture.at_ms);
        self.number = self.number.wrapping_add(1);
        let shown = Picture {
            at_ms: self.next_ms,
            ..picture.clone()
        };
        self.next_ms += lasts;
        Some(Segment {
            bytes: mp4::fragment(&shown, self.number, lasts as u32),
            key: picture.key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters() -> Parameters {
        let sps = [0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe4];
        let pps = Bytes::from_static(&[0x68, 0xce, 0x3c, 0x80]);
        Parameters::new(Bytes::copy_from_slice(&sps), pps).unwrap()
    }

    fn picture(at_ms: u64, key: bool) -> Picture {
        let data = Bytes::from_static(&[0, 0, 0, 2, 0x65, 0x88]);
        Picture { data, key, at_ms }
    }

    /// When a fragment is shown, and how long: read where ISO/IEC 14496-12 puts them.
    fn time(segment: &Segment) -> (u64, u32) {
        let find = |name: &[u8; 4]| {
            let bytes = &segment.bytes;
            bytes.windows(4).position(|part| part == name).unwrap() + 4
        };
        let (at, run) = (find(b"tfdt") + 4, find(b"trun") + 12);
        let time = u64::from_be_bytes(segment.bytes[at..at + 8].try_into().unwrap());
        let lasts = u32::from_be_bytes(segment.bytes[run..run + 4].try_into().unwrap());
        (time, lasts)
    }

    #[test]
    fn nothing_is_cut_before_it_can_be_decoded() {
        let mut segments = Segments::default();
        assert_eq!(segments.picture(&picture(0, true)), None);
        assert!(!segments.parameters(&parameters()).is_empty());
        assert_eq!(segments.picture(&picture(10, false)), None);
        assert!(segments.picture(&picture(20, true)).is_some());
        assert!(segments.picture(&picture(30, false)).is_some());
        segments.parameters(&parameters());
        assert_eq!(segments.picture(&picture(40, false)), None);
    }

    #[test]
    fn each_picture_begins_when_the_one_before_it_ends_whatever_the_clock_says() {
        let mut segments = Segments::default();
        segments.parameters(&parameters());
        let mut ends = 0;
        for at_ms in [7, 57, 107, 9_000, 9_050, 3, 4, 4, u64::MAX, 60] {
            let cut = segments.picture(&picture(at_ms, true)).unwrap();
            let (from, lasts) = time(&cut);
            assert_eq!(from, ends);
            assert!((1..=500).contains(&lasts), "{lasts}");
            ends += u64::from(lasts);
        }
    }
}
