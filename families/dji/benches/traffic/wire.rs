//! MQTT 3.1.1 by hand, as light as it gets: OASIS standard, chapter 3.

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

pub struct Reader(BufReader<OwnedReadHalf>);
pub struct Writer(OwnedWriteHalf);

/// First byte and body.
pub type Packet = (u8, Vec<u8>);

fn packet(first: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![first];
    let mut length: usize = parts.iter().map(|part| part.len()).sum();
    loop {
        let byte = (length % 128) as u8;
        length /= 128;
        out.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

fn size(text: &str) -> [u8; 2] {
    u16::try_from(text.len()).unwrap().to_be_bytes()
}

/// A PUBLISH at `QoS` 0, or at 1 with its number.
pub fn publish(topic: &str, payload: &[u8], number: Option<u16>) -> Vec<u8> {
    match number {
        None => packet(0x30, &[&size(topic), topic.as_bytes(), payload]),
        Some(number) => {
            let number = number.to_be_bytes();
            packet(0x32, &[&size(topic), topic.as_bytes(), &number, payload])
        }
    }
}

/// The topic of a PUBLISH.
pub fn topic((_, body): &Packet) -> &str {
    let length = usize::from(u16::from_be_bytes([body[0], body[1]]));
    core::str::from_utf8(&body[2..2 + length]).unwrap()
}

/// The number of a PUBLISH at `QoS` 1.
pub fn number((first, body): &Packet) -> Option<u16> {
    let length = usize::from(u16::from_be_bytes([body[0], body[1]]));
    (first & 0x06 != 0).then(|| u16::from_be_bytes([body[2 + length], body[3 + length]]))
}

/// The PUBACK of a number.
pub fn acknowledgement(number: u16) -> [u8; 4] {
    let [high, low] = number.to_be_bytes();
    [0x40, 2, high, low]
}

/// Connects, subscribes to one filter at a `QoS` and hands out both directions.
pub async fn connect(
    at: &str,
    id: &str,
    (user, password): (&str, &str),
    (filter, qos): (&str, u8),
) -> (Reader, Writer) {
    let stream = TcpStream::connect(at).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (read, write) = stream.into_split();
    let (mut reader, mut writer) = (Reader(BufReader::new(read)), Writer(write));
    let mut parts: Vec<Vec<u8>> = vec![b"\0\x04MQTT\x04\xc2\0\0".to_vec()];
    for text in [id, user, password] {
        parts.push([&size(text), text.as_bytes()].concat());
    }
    writer.send(&packet(0x10, &[&parts.concat()])).await;
    let (first, body) = reader.next().await.unwrap();
    assert_eq!(
        (first, body.as_slice()),
        (0x20, &[0, 0][..]),
        "{user} is refused"
    );
    let ask = packet(0x82, &[&[0, 1], &size(filter), filter.as_bytes(), &[qos]]);
    writer.send(&ask).await;
    let (first, body) = reader.next().await.unwrap();
    assert_eq!(
        (first, body.as_slice()),
        (0x90, &[0, 1, qos][..]),
        "{filter}"
    );
    (reader, writer)
}

impl Writer {
    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }
}

impl Reader {
    /// Nothing when the peer hung up.
    pub async fn next(&mut self) -> Option<Packet> {
        let first = self.0.read_u8().await.ok()?;
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = self.0.read_u8().await.ok()?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.ok()?;
        Some((first, body))
    }
}
