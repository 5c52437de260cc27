use bytes::Bytes;

use super::*;
use crate::h264::{Parameters, Picture, from_annex_b};

fn parameters() -> Parameters {
    let stream = [
        &[
            0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe4,
        ][..],
        &[0, 0, 1, 0x68, 0xce, 0x3c, 0x80],
    ]
    .concat();
    from_annex_b(&stream, 0).0.unwrap()
}

fn picture(key: bool, at_ms: u64, size: usize) -> Picture {
    let mut data = vec![if key { 0x65 } else { 0x41 }; size];
    data[..4].copy_from_slice(&(size as u32 - 4).to_be_bytes());
    Picture {
        data: Bytes::from(data),
        key,
        at_ms,
    }
}

/// Carries bytes both ways, in pieces of a size, until both are quiet; returns what the ingest told.
fn carried(push: &mut Push, ingest: &mut Ingest, piece: usize) -> Vec<IngestOutput> {
    let mut told = Vec::new();
    loop {
        let mut quiet = true;
        while let Some(output) = push.poll_output() {
            quiet = false;
            if let PushOutput::Send(bytes) = output {
                for part in bytes.chunks(piece) {
                    ingest.handle_input(part).unwrap();
                }
            }
        }
        while let Some(output) = ingest.poll_output() {
            quiet = false;
            match output {
                IngestOutput::Send(bytes) => {
                    for part in bytes.chunks(piece) {
                        push.handle_input(part).unwrap();
                    }
                }
                other => told.push(other),
            }
        }
        if quiet {
            return told;
        }
    }
}

fn publishing(address: &str, piece: usize) -> (Push, Ingest) {
    let mut push = Push::new(Target::parse(address).unwrap());
    let mut ingest = Ingest::new();
    let told = carried(&mut push, &mut ingest, piece);
    let asked = IngestOutput::Asked {
        application: String::from("live/drones"),
        stream: String::from("secret?a=1"),
    };
    assert_eq!(told, [asked]);
    ingest.accept().unwrap();
    carried(&mut push, &mut ingest, piece);
    assert!(push.is_ready());
    (push, ingest)
}

const ADDRESS: &str = "rtmp://127.0.0.1:1936/live/drones/secret?a=1";

#[test]
fn pictures_arrive_as_they_were_sent_however_the_bytes_are_cut() {
    for piece in [1, 13, 4096, 1 << 20] {
        let (mut push, mut ingest) = publishing(ADDRESS, piece);
        push.parameters(&parameters());
        let sent = [
            picture(true, 0, 30_000),
            picture(false, 66, 900),
            // A time that needs the extended field.
            picture(false, 0x0100_0000, 9_000),
        ];
        for picture in &sent {
            push.picture(picture);
        }
        push.end();
        let mut told = carried(&mut push, &mut ingest, piece).into_iter();
        assert_eq!(told.next(), Some(IngestOutput::Parameters(parameters())));
        for picture in sent {
            assert_eq!(told.next(), Some(IngestOutput::Picture(picture)));
        }
        assert_eq!(told.next(), Some(IngestOutput::Ended));
    }
}

/// What ffmpeg 5.1 sent: ten pictures of 64 x 36, each fifth a key picture.
#[test]
fn another_programs_stream_is_understood() {
    let sent = include_bytes!("vectors/ffmpeg-5.1-64x36.bin");
    for piece in [1, 700, sent.len()] {
        let mut ingest = Ingest::new();
        let (mut sizes, mut keys, mut pictures, mut ended) = (Vec::new(), Vec::new(), 0, false);
        for part in sent.chunks(piece) {
            ingest.handle_input(part).unwrap();
            while let Some(output) = ingest.poll_output() {
                match output {
                    IngestOutput::Asked { stream, .. } => {
                        assert_eq!(stream, "key1");
                        ingest.accept().unwrap();
                    }
                    IngestOutput::Parameters(seen) => sizes.push((seen.width(), seen.height())),
                    IngestOutput::Picture(picture) => {
                        pictures += 1;
                        if picture.key {
                            keys.push(picture.at_ms);
                        }
                    }
                    IngestOutput::Ended => ended = true,
                    IngestOutput::Send(_) => {}
                }
            }
        }
        assert_eq!((sizes, keys), (vec![(64, 36)], vec![0, 200]));
        assert!(pictures == 10 && ended);
    }
}

#[test]
fn who_is_refused_learns_why_and_sends_nothing() {
    let mut push = Push::new(Target::parse(ADDRESS).unwrap());
    let mut ingest = Ingest::new();
    carried(&mut push, &mut ingest, 4096);
    ingest.refuse("Nobody asked for this stream.");
    while let Some(IngestOutput::Send(bytes)) = ingest.poll_output() {
        push.handle_input(&bytes).unwrap();
    }
    let refused = push.poll_output().unwrap();
    let words = String::from("NetStream.Publish.BadName: Nobody asked for this stream.");
    assert_eq!(refused, PushOutput::Refused(words));
    push.picture(&picture(true, 0, 100));
    assert_eq!(push.poll_output(), None);
}

/// Written by hand from the specification: a connect command as an encoder sends it, in chunks of 128.
#[test]
fn a_connection_written_by_hand_is_answered() {
    let mut ingest = Ingest::new();
    let mut opening = vec![3];
    opening.extend([0; 1536]);
    ingest.handle_input(&opening).unwrap();
    let Some(IngestOutput::Send(answer)) = ingest.poll_output() else {
        panic!("no handshake");
    };
    assert_eq!((answer.len(), answer[0]), (1 + 2 * 1536, 3));
    assert_eq!(answer[1 + 1536..], opening[1..], "the block comes back");
    ingest.handle_input(&answer[1..=1536]).unwrap();
    let command =
        b"\x02\x00\x07connect\x00\x3f\xf0\0\0\0\0\0\0\x03\x00\x03app\x02\x00\x04live\x00\x00\x09";
    let mut chunk = vec![3, 0, 0, 0, 0, 0, command.len() as u8, 20, 0, 0, 0, 0];
    chunk.extend_from_slice(command);
    ingest.handle_input(&chunk).unwrap();
    let mut said = Vec::new();
    while let Some(IngestOutput::Send(bytes)) = ingest.poll_output() {
        said.extend_from_slice(&bytes);
    }
    // Window 2 500 000 on chunk stream 2, type 5, and the result with its number one.
    assert_eq!(
        said[..16],
        [2, 0, 0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0x26, 0x25, 0xa0]
    );
    let result = b"\x02\x00\x07_result\x00\x3f\xf0\0\0\0\0\0\0";
    assert!(said.windows(result.len()).any(|part| part == result));
}

#[test]
fn hostile_bytes_are_errors_or_patience_never_more() {
    let hello = b"GET / HTTP/1.1\r\n";
    assert_eq!(
        Ingest::new().handle_input(hello),
        Err(RtmpError::Version(b'G'))
    );
    let begun = || {
        let mut ingest = Ingest::new();
        ingest.handle_input(&[3; 1 + 2 * 1536]).unwrap();
        ingest
    };
    let too_long = [2, 0, 0, 0, 0xff, 0xff, 0xff, 9, 1, 0, 0, 0];
    assert_eq!(
        begun().handle_input(&too_long),
        Err(RtmpError::TooLong(0xff_ffff))
    );
    let mut many = begun();
    let result = (2..64_u8).try_for_each(|chunk_stream| {
        many.handle_input(&[chunk_stream, 0, 0, 0, 0, 1, 0, 9, 1, 0, 0, 0])?;
        many.handle_input(&[0; 128])
    });
    assert_eq!(result, Err(RtmpError::TooManyStreams));
    let mut seed = 7_u32;
    for _ in 0..2_000 {
        let mut ingest = begun();
        let noise: Vec<u8> = (0..200)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        let _ = ingest.handle_input(&noise);
    }
}

#[test]
fn another_code_than_h264_is_named() {
    let (mut push, mut ingest) = publishing(ADDRESS, 4096);
    let mut body = vec![0x12, 1, 0, 0, 0];
    body.extend([0; 20]);
    let message = message::Message {
        kind: message::VIDEO,
        stream: 1,
        at_ms: 0,
        body: body.into(),
    };
    let bytes = chunk::Writer::default().written(message::VIDEO_STREAM, &message);
    assert_eq!(ingest.handle_input(&bytes), Err(RtmpError::Codec(2)));
    push.end();
}

#[test]
fn addresses_are_read_and_others_refused() {
    let target = Target::parse("rtmp://hub.local/live/abc").unwrap();
    assert_eq!((target.port, target.stream.as_str()), (1935, "abc"));
    for wrong in [
        "http://a/b/c",
        "rtmp://a",
        "rtmp://a/b",
        "rtmp://:1/b/c",
        "rtmp://a:x/b/c",
    ] {
        assert!(Target::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_sender_that_is_asked_whether_it_is_there_says_yes() {
    let (mut push, _) = publishing(ADDRESS, 4096);
    let ping = [2, 0, 0, 0, 0, 0, 6, 4, 0, 0, 0, 0, 0, 6, 1, 2, 3, 4];
    push.handle_input(&ping).unwrap();
    let Some(PushOutput::Send(bytes)) = push.poll_output() else {
        panic!("no answer");
    };
    assert_eq!(bytes[12..], [0, 7, 1, 2, 3, 4]);
}
