//! MQTT 3.1.1 by hand, from the OASIS standard's chapter 3.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection that speaks MQTT 3.1.1.
pub(crate) struct Raw(TcpStream);

fn text(text: &[u8]) -> Vec<u8> {
    let mut out = u16::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    out.extend_from_slice(text);
    out
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut length = body.len();
    loop {
        let byte = (length % 128) as u8;
        length /= 128;
        out.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    out.extend_from_slice(body);
    out
}

impl Raw {
    /// Connects; says the CONNACK's return code as well.
    pub(crate) fn connect(
        at: SocketAddr,
        id: &str,
        user: &str,
        password: &str,
    ) -> (Self, Option<u8>) {
        let stream = TcpStream::connect(at).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let mut raw = Self(stream);
        let mut body = text(b"MQTT");
        body.extend_from_slice(&[4, 0xc2, 0, 60]);
        for part in [id, user, password] {
            body.extend(text(part.as_bytes()));
        }
        raw.send(&packet(0x10, &body));
        let code = raw.read().map(|(first, body)| {
            assert_eq!(
                (first, body.len()),
                (0x20, 2),
                "a CONNACK of 3.1.1 has two bytes"
            );
            body[1]
        });
        (raw, code)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        // The broker may have hung up; the next read tells.
        let _ = self.0.write_all(bytes);
    }

    /// The next packet; nothing when the broker hung up or stayed silent.
    pub(crate) fn read(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut byte = [0];
        let mut next = |stream: &mut TcpStream| match stream.read_exact(&mut byte) {
            Ok(()) => Some(byte[0]),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::UnexpectedEof
                        | ErrorKind::ConnectionReset
                        | ErrorKind::WouldBlock
                        | ErrorKind::TimedOut
                ) =>
            {
                None
            }
            Err(error) => panic!("{error}"),
        };
        let first = next(&mut self.0)?;
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = next(&mut self.0)?;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        Some((first, body))
    }

    /// Subscribes at `QoS` 1; the granted `QoS`, or 0x80.
    pub(crate) fn subscribe(&mut self, filter: &str) -> u8 {
        let mut body = vec![0, 7];
        body.extend(text(filter.as_bytes()));
        body.push(1);
        self.send(&packet(0x82, &body));
        let (first, body) = self.read().unwrap();
        assert_eq!((first, &body[..2]), (0x90, &[0, 7][..]));
        body[2]
    }

    /// Publishes at `QoS` 0.
    pub(crate) fn publish(&mut self, topic: &str, payload: &[u8], retain: bool) {
        let mut body = text(topic.as_bytes());
        body.extend_from_slice(payload);
        self.send(&packet(0x30 | u8::from(retain), &body));
    }

    /// Publishes at `QoS` 1 and waits for the PUBACK.
    pub(crate) fn publish_acknowledged(&mut self, topic: &str, payload: &[u8]) -> Option<Vec<u8>> {
        let mut body = text(topic.as_bytes());
        body.extend_from_slice(&[0, 9]);
        body.extend_from_slice(payload);
        self.send(&packet(0x32, &body));
        self.read().map(|(first, body)| {
            assert_eq!(first, 0x40);
            assert_eq!(body.len(), 2, "a PUBACK of 3.1.1 has no reason");
            body
        })
    }

    /// The next message: its topic and payload.
    pub(crate) fn message(&mut self) -> Option<(String, Vec<u8>)> {
        let (first, body) = self.read()?;
        assert_eq!(first & 0xf0, 0x30, "packet {first:#x}");
        let end = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
        let skip = if first & 0x06 == 0 { end } else { end + 2 };
        Some((
            String::from_utf8(body[2..end].to_vec()).unwrap(),
            body[skip..].to_vec(),
        ))
    }

    /// Asks for a sign of life.
    pub(crate) fn ping(&mut self) -> bool {
        self.send(&[0xc0, 0]);
        self.read().is_some_and(|(first, _)| first == 0xd0)
    }
}
