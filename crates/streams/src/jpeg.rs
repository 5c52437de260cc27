//! As much of JPEG as a stream needs: where a picture ends, and how large it is.

/// Start of image.
const SOI: [u8; 2] = [0xFF, 0xD8];
/// End of image.
const EOI: [u8; 2] = [0xFF, 0xD9];
const START_OF_SCAN: u8 = 0xDA;

/// Whether the bytes begin and end as one JPEG picture does.
pub fn is_complete(bytes: &[u8]) -> bool {
    bytes.len() >= 4 && bytes.starts_with(&SOI) && bytes.ends_with(&EOI)
}

/// Width and height, from the first frame header; `None` when there is none.
pub fn dimensions(bytes: &[u8]) -> Option<(u16, u16)> {
    let mut rest = bytes.strip_prefix(&SOI)?;
    loop {
        let (marker, after) = rest.strip_prefix(&[0xFF])?.split_first()?;
        rest = after;
        match *marker {
            // Any number of FF may stand before a marker.
            0xFF => rest = &bytes[bytes.len() - after.len() - 1..],
            0x01 | 0xD0..=0xD7 => {}
            START_OF_SCAN | 0xD8 | 0xD9 => return None,
            marker => {
                let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
                let segment = rest.get(2..length)?;
                // C4, C8 and CC lie among the frame headers and are none.
                if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
                    let [_, h1, h0, w1, w0, ..] = *segment else {
                        return None;
                    };
                    return Some((u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0])));
                }
                rest = rest.get(length..)?;
            }
        }
    }
}

/// Finds the end of a picture whose bytes arrive in pieces, by walking its segments: a thumbnail inside
/// a segment does not deceive it.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndFinder {
    at: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    Marker,
    Entropy,
    Broken,
}

/// What the walk has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The picture goes on beyond the bytes given.
    NotYet,
    /// The picture is this many bytes long.
    End(usize),
    /// This is no JPEG.
    NotJpeg,
}

impl EndFinder {
    /// Goes on from where it was. `body` is the whole picture so far, earlier bytes included.
    pub(crate) fn walk(&mut self, body: &[u8]) -> Found {
        loop {
            let rest = body.get(self.at..).unwrap_or_default();
            match self.state {
                State::Broken => return Found::NotJpeg,
                State::Start => {
                    let Some(first) = rest.first_chunk::<2>() else {
                        return Found::NotYet;
                    };
                    self.at += 2;
                    self.state = if *first == SOI {
                        State::Marker
                    } else {
                        State::Broken
                    };
                }
                State::Entropy => {
                    let Some(skip) = rest.iter().position(|&byte| byte == 0xFF) else {
                        self.at += rest.len();
                        return Found::NotYet;
                    };
                    self.at += skip;
                    match rest.get(skip + 1) {
                        None => return Found::NotYet,
                        // Stuffed bytes and restart marks belong to the scan.
                        Some(0x00 | 0xD0..=0xD7) => self.at += 2,
                        Some(0xFF) => self.at += 1,
                        Some(_) => self.state = State::Marker,
                    }
                }
                State::Marker => {
                    if let Some(found) = self.step_marker(rest) {
                        return found;
                    }
                }
            }
        }
    }

    /// One marker and its segment; `Some` when the walk stops.
    fn step_marker(&mut self, rest: &[u8]) -> Option<Found> {
        match *rest {
            [0xFF, 0xFF, ..] => self.at += 1,
            [0xFF, 0xD9, ..] => return Some(Found::End(self.at + 2)),
            [0xFF, 0x01 | 0xD0..=0xD7, ..] => self.at += 2,
            [0xFF, 0x00 | 0xD8, ..] => self.state = State::Broken,
            [0xFF, marker, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                if length < 2 {
                    self.state = State::Broken;
                } else {
                    self.at += 2 + length;
                    if marker == START_OF_SCAN {
                        self.state = State::Entropy;
                    }
                }
            }
            [] | [0xFF, ..] => return Some(Found::NotYet),
            _ => self.state = State::Broken,
        }
        None
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A picture made by hand: thumbnail with its own end mark, frame header, scan with stuffed bytes.
    pub(crate) fn picture(scan: &[u8]) -> Vec<u8> {
        let mut bytes = SOI.to_vec();
        bytes.extend([0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 1, 2, 0xFF, 0xD9]);
        bytes.extend([0xFF, 0xFF, 0xC0, 0, 9, 8, 0x04, 0x38, 0x07, 0x80, 1, 0]);
        bytes.extend([0xFF, START_OF_SCAN, 0, 3, 0]);
        for &byte in scan {
            bytes.push(byte);
            if byte == 0xFF {
                bytes.push(0);
            }
        }
        bytes.extend([0xFF, 0xD3, 5]);
        bytes.extend(EOI);
        bytes
    }

    #[test]
    fn size_is_read_past_a_thumbnail() {
        let picture = picture(b"scan");
        assert!(is_complete(&picture));
        assert_eq!(dimensions(&picture), Some((1920, 1080)));
        assert_eq!(dimensions(&picture[..20]), None);
        assert_eq!(dimensions(&[0xFF, 0xD8, 0xFF, 0xD9]), None);
    }

    proptest! {
        #[test]
        fn the_end_is_found_however_the_bytes_arrive(
            scan in proptest::collection::vec(any::<u8>(), 0..60), step in 1..20_usize,
        ) {
            let whole = picture(&scan);
            let mut with_more = whole.clone();
            with_more.extend([0x0D, 0x0A, 0xFF, 0xD9]);
            let mut finder = EndFinder::default();
            let mut found = Found::NotYet;
            for end in (0..=with_more.len() + step).step_by(step) {
                found = finder.walk(&with_more[..end.min(with_more.len())]);
                if found != Found::NotYet {
                    break;
                }
            }
            prop_assert_eq!(found, Found::End(whole.len()));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = dimensions(&bytes);
            let _ = EndFinder::default().walk(&bytes);
            let mut begun = SOI.to_vec();
            begun.extend(bytes);
            let _ = dimensions(&begun);
            let _ = EndFinder::default().walk(&begun);
        }
    }
}
