//! H.264 as it is packed: NAL units, parameter sets, pictures with lengths in front.
//!
//! Encoders give Annex B (start codes between NAL units); RTMP and MP4 want lengths in front and the
//! parameter sets apart, in an `AVCDecoderConfigurationRecord` (ISO/IEC 14496-15).

use bytes::{BufMut, Bytes, BytesMut};

const IDR: u8 = 5;
const SPS: u8 = 7;
const PPS: u8 = 8;
const DELIMITER: u8 = 9;

/// Parameter sets a record may hold here; encoders use one of each.
const MOST_SETS: usize = 8;

/// One picture, its NAL units with four bytes of length in front of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The NAL units.
    pub data: Bytes,
    /// Whether a viewer can begin here.
    pub key: bool,
    /// Since the stream began, milliseconds.
    pub at_ms: u64,
}

/// What a decoder must know before the first picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    sps: Bytes,
    pps: Bytes,
    width: u16,
    height: u16,
}

impl Parameters {
    /// From one sequence and one picture parameter set; nothing when the first cannot be read.
    pub fn new(sps: Bytes, pps: Bytes) -> Option<Self> {
        if pps.is_empty() || sps.len() > usize::from(u16::MAX) || pps.len() > usize::from(u16::MAX)
        {
            return None;
        }
        let (width, height) = size(&sps)?;
        Some(Self {
            sps,
            pps,
            width,
            height,
        })
    }

    /// From an `AVCDecoderConfigurationRecord` with four bytes of length, the only form that is used.
    pub fn from_record(record: &Bytes) -> Option<Self> {
        if record.len() < 7 || record[0] != 1 || record[4] & 3 != 3 {
            return None;
        }
        let mut at = 5;
        let sps = first_set(record, &mut at, 0x1f)?;
        let pps = first_set(record, &mut at, 0xff)?;
        Self::new(sps, pps)
    }

    /// As an `AVCDecoderConfigurationRecord`.
    pub fn record(&self) -> Bytes {
        let mut record = BytesMut::with_capacity(11 + self.sps.len() + self.pps.len());
        record.put_slice(&[1, self.sps[1], self.sps[2], self.sps[3], 0xff, 0xe1]);
        record.put_u16(self.sps.len() as u16);
        record.put_slice(&self.sps);
        record.put_u8(1);
        record.put_u16(self.pps.len() as u16);
        record.put_slice(&self.pps);
        record.freeze()
    }

    /// The name browsers ask for: `avc1.` and profile, constraints and level.
    pub fn codec(&self) -> String {
        let [_, profile, constraints, level, ..] = self.sps[..] else {
            return String::from("avc1");
        };
        format!("avc1.{profile:02x}{constraints:02x}{level:02x}")
    }

    /// Picture width, pixels.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Picture height, pixels.
    pub fn height(&self) -> u16 {
        self.height
    }
}

fn first_set(record: &Bytes, at: &mut usize, mask: u8) -> Option<Bytes> {
    let count = usize::from(record.get(*at)? & mask);
    *at += 1;
    if count == 0 || count > MOST_SETS {
        return None;
    }
    let mut first = None;
    for _ in 0..count {
        let length = usize::from(u16::from_be_bytes([
            *record.get(*at)?,
            *record.get(*at + 1)?,
        ]));
        let from = *at + 2;
        if record.len() < from + length {
            return None;
        }
        first.get_or_insert_with(|| record.slice(from..from + length));
        *at = from + length;
    }
    first
}

/// Splits what an encoder gave into parameter sets, when there are some, and one picture.
pub fn from_annex_b(stream: &[u8], at_ms: u64) -> (Option<Parameters>, Option<Picture>) {
    let (mut sps, mut pps) = (None, None);
    let mut data = BytesMut::with_capacity(stream.len() + 16);
    let mut key = false;
    for unit in units(stream) {
        match unit[0] & 0x1f {
            SPS => sps = Some(Bytes::copy_from_slice(unit)),
            PPS => pps = Some(Bytes::copy_from_slice(unit)),
            DELIMITER => {}
            kind => {
                key |= kind == IDR;
                data.put_u32(unit.len() as u32);
                data.put_slice(unit);
            }
        }
    }
    let parameters = sps.zip(pps).and_then(|(s, p)| Parameters::new(s, p));
    let picture = (!data.is_empty()).then(|| Picture {
        data: data.freeze(),
        key,
        at_ms,
    });
    (parameters, picture)
}

/// Whether a picture's lengths add up to its size, and whether it can be begun with.
pub(crate) fn is_key(data: &[u8]) -> Option<bool> {
    let mut rest = data;
    let mut key = false;
    while !rest.is_empty() {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        if length == 0 || tail.len() < length {
            return None;
        }
        key |= tail[0] & 0x1f == IDR;
        rest = &tail[length..];
    }
    Some(key)
}

/// The NAL units between start codes, none of them empty.
fn units(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at + 3 <= stream.len() {
        if stream[at..at + 3] == [0, 0, 1] {
            starts.push(at + 3);
            at += 3;
        } else {
            at += 1;
        }
    }
    let ends: Vec<_> = starts
        .iter()
        .skip(1)
        .map(|next| next - 3)
        .chain([stream.len()])
        .collect();
    starts.into_iter().zip(ends).filter_map(move |(from, to)| {
        let unit = &stream[from..to];
        let length = unit.iter().rposition(|&byte| byte != 0)? + 1;
        Some(&unit[..length])
    })
}

/// Width and height as a sequence parameter set tells them (ISO/IEC 14496-10 §7.3.2.1.1).
fn size(sps: &[u8]) -> Option<(u16, u16)> {
    if sps.len() < 4 || sps[0] & 0x1f != SPS {
        return None;
    }
    let profile = sps[1];
    let mut bits = Bits::new(&sps[4..]);
    bits.golomb()?;
    if [100, 110, 122, 244, 44, 83, 86, 118, 128].contains(&profile) {
        let chroma = bits.golomb()?;
        if chroma == 3 {
            bits.take(1)?;
        }
        bits.golomb()?;
        bits.golomb()?;
        bits.take(1)?;
        // Scaling lists are rare and change nothing of the size, but they would have to be walked.
        if bits.take(1)? == 1 {
            return None;
        }
        if chroma != 1 {
            return None;
        }
    }
    bits.golomb()?;
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.take(1)?;
            bits.golomb()?;
            bits.golomb()?;
            for _ in 0..bits.golomb()?.min(255) {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    bits.golomb()?;
    bits.take(1)?;
    let columns = bits.golomb()?.checked_add(1)?;
    let rows = bits.golomb()?.checked_add(1)?;
    let frames_only = bits.take(1)?;
    if frames_only == 0 {
        bits.take(1)?;
    }
    bits.take(1)?;
    let [left, right, top, bottom] = if bits.take(1)? == 1 {
        [
            bits.golomb()?,
            bits.golomb()?,
            bits.golomb()?,
            bits.golomb()?,
        ]
    } else {
        [0; 4]
    };
    let fields = 2 - frames_only;
    let width = columns
        .checked_mul(16)?
        .checked_sub(left.checked_add(right)?.checked_mul(2)?)?;
    let height = rows
        .checked_mul(16)?
        .checked_sub(top.checked_add(bottom)?.checked_mul(2)?)?
        .checked_mul(fields)?;
    Some((u16::try_from(width).ok()?, u16::try_from(height).ok()?))
}

/// Bits of a parameter set, its emulation prevention bytes left out.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    fn new(raw: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(raw.len());
        let mut zeros = 0;
        for &byte in raw {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            bytes.push(byte);
        }
        Self { bytes, at: 0 }
    }

    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    /// An unsigned Exp-Golomb number.
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        let rest = self.take(zeros)?;
        (1_u32 << zeros).checked_sub(1)?.checked_add(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by hand: baseline profile, level 3.1, 1280 x 720, no cropping.
    /// `ue(0)` id, `ue(0)` frame number, `ue(2)` order type, `ue(1)` references, gaps 0, `ue(79)`, `ue(44)`,
    /// frames only, direct 8x8, no cropping, no further words, stop bit.
    pub(crate) fn hand_made_sps() -> Vec<u8> {
        let bits = [
            "1",
            "1",
            "011",
            "010",
            "0",
            "0000001010000",
            "00000101101",
            "1",
            "1",
            "0",
            "0",
            "1",
        ]
        .concat();
        let mut bytes = vec![0x67, 0x42, 0xc0, 0x1f];
        for chunk in bits.as_bytes().chunks(8) {
            let text = core::str::from_utf8(chunk).unwrap();
            bytes.push(u8::from_str_radix(&format!("{text:0<8}"), 2).unwrap());
        }
        bytes
    }

    #[test]
    fn a_parameter_set_written_by_hand_tells_its_size_and_codec() {
        let sps = Bytes::from(hand_made_sps());
        let parameters =
            Parameters::new(sps, Bytes::from_static(&[0x68, 0xce, 0x3c, 0x80])).unwrap();
        assert_eq!((parameters.width(), parameters.height()), (1280, 720));
        assert_eq!(parameters.codec(), "avc1.42c01f");
        assert_eq!(
            Parameters::from_record(&parameters.record()),
            Some(parameters)
        );
    }

    #[test]
    fn an_encoders_stream_is_parted_into_parameters_and_a_picture() {
        let mut stream = vec![0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1];
        stream.extend(hand_made_sps());
        stream.extend([0, 0, 0, 1, 0x68, 0xce, 0x3c, 0x80, 0, 0, 1, 0x65, 1, 2, 3]);
        let (parameters, picture) = from_annex_b(&stream, 40);
        assert_eq!(parameters.unwrap().width(), 1280);
        let picture = picture.unwrap();
        assert_eq!(&picture.data[..], [0, 0, 0, 4, 0x65, 1, 2, 3]);
        assert!(picture.key && picture.at_ms == 40);
        assert_eq!(is_key(&picture.data), Some(true));
    }

    #[test]
    fn lengths_that_do_not_add_up_are_no_picture() {
        assert_eq!(is_key(&[0, 0, 0, 9, 0x65]), None);
        assert_eq!(is_key(&[0, 0, 0, 0]), None);
        assert_eq!(is_key(&[0, 0]), None);
        for cut in 0..hand_made_sps().len() {
            let short = Bytes::from(hand_made_sps()[..cut].to_vec());
            assert_eq!(Parameters::new(short, Bytes::from_static(&[0x68])), None);
        }
    }
}
