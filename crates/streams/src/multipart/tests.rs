use proptest::prelude::*;
use skyhelm_units::UtcMillis;

use super::*;
use crate::jpeg::tests::picture;
use crate::{ErrorKind, StreamError};

fn reader(boundary: &str) -> MultipartReader {
    MultipartReader::new(boundary).unwrap()
}

/// All pictures in a stream that arrives in pieces of so many bytes.
fn read_in_steps(mut reader: MultipartReader, bytes: &[u8], step: usize) -> (Vec<Vec<u8>>, u64) {
    let mut pictures = Vec::new();
    for piece in bytes.chunks(step) {
        reader.handle_input(piece).unwrap();
        while let Some(frame) = reader.poll_output() {
            pictures.push(frame.data.to_vec());
        }
    }
    (pictures, reader.counts().rejected)
}

fn part(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = head.as_bytes().to_vec();
    bytes.extend(body);
    bytes
}

#[test]
fn what_the_writer_writes_the_reader_reads() {
    let writer = PartWriter::default();
    let mut reader = MultipartReader::from_content_type(&writer.content_type()).unwrap();
    reader.handle_input(&writer.opening()).unwrap();
    for n in 0..3_u8 {
        let jpeg = picture(&[n; 50]);
        let taken = UtcMillis::new(1_700_000_000_007 + i64::from(n));
        reader
            .handle_input(&writer.part_header(jpeg.len(), Some(taken)))
            .unwrap();
        assert_eq!(reader.poll_output(), None);
        reader.handle_input(&jpeg).unwrap();
        let frame = reader.poll_output().unwrap();
        assert_eq!(frame.data, jpeg);
        assert_eq!(frame.size, Some((1920, 1080)));
        let stamp = format!("1700000000.00{}", 7 + n);
        assert_eq!(frame.headers.value("x-timestamp"), Some(stamp.as_str()));
        reader.handle_input(&writer.part_end()).unwrap();
    }
    assert_eq!(
        reader.counts(),
        MultipartCounts {
            frames: 3,
            rejected: 0
        }
    );
}

#[test]
fn content_types_of_the_wild_are_understood() {
    for good in [
        "multipart/x-mixed-replace;boundary=frame",
        "Multipart/X-Mixed-Replace; charset=x; Boundary=\"a b\"",
        "multipart/mixed; boundary=--myboundary",
    ] {
        assert!(MultipartReader::from_content_type(good).is_ok(), "{good}");
    }
    for bad in [
        "image/jpeg",
        "multipart/x-mixed-replace",
        "multipart/x-mixed-replace; boundary=",
        "multipart/x-mixed-replace; boundary=----",
        "text/html; boundary=frame",
        "multipart/x-mixed-replace; boundary=grün",
    ] {
        let error = MultipartReader::from_content_type(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Peer, "{bad}");
    }
}

#[test]
fn a_picture_without_length_is_given_out_at_its_own_end() {
    let mut reader = reader("frame");
    let jpeg = picture(b"no length here, and a --boundary-like text");
    reader
        .handle_input(&part("--frame\nContent-Type: image/jpeg\n\n", &jpeg))
        .unwrap();
    assert_eq!(reader.poll_output().unwrap().data, jpeg);
}

#[test]
fn a_wrong_length_costs_no_picture() {
    let jpeg = picture(&[7; 40]);
    for wrong in [1, 20, jpeg.len() - 1, jpeg.len() + 1, jpeg.len() + 60] {
        let mut stream = Vec::new();
        for _ in 0..4 {
            let head = format!("--b\r\nContent-Length: {wrong}\r\n\r\n");
            stream.extend(part(&head, &jpeg));
            stream.extend(b"\r\n");
        }
        stream.extend(b"--b\r\n");
        stream.resize(stream.len() + 100, b' ');
        let (pictures, rejected) = read_in_steps(reader("b"), &stream, 17);
        assert_eq!((pictures.len(), rejected), (4, 0), "length {wrong}");
        assert!(pictures.iter().all(|found| *found == jpeg));
    }
}

#[test]
fn dashes_announced_with_the_boundary_or_doubled_are_understood() {
    let jpeg = picture(b"x");
    for delimiter in ["--name", "----name"] {
        let mut stream = part(&format!("{delimiter}\r\n\r\n"), &jpeg);
        stream.extend(part(&format!("\r\n{delimiter}\r\n\r\n"), &jpeg));
        let (pictures, _) = read_in_steps(reader("--name"), &stream, 9);
        assert_eq!(pictures, [jpeg.clone(), jpeg.clone()]);
    }
}

#[test]
fn damage_ends_at_the_next_boundary() {
    let jpeg = picture(b"good");
    let cut = &jpeg[..jpeg.len() - 6];
    let mut stream = b"junk --b-not \r\n--bother\r\n".to_vec();
    stream.extend(part("--b\r\n\r\n", cut));
    stream.extend(part(
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\n",
        b"hello",
    ));
    stream.extend(b"\r\n--b\r\nno blank line\r\n--b\r\n\r\n");
    stream.extend(&jpeg);
    stream.extend(part("--b--\r\nepilogue--b\r\n\r\n", &jpeg));
    let (pictures, rejected) = read_in_steps(reader("b"), &stream, 1000);
    assert_eq!(pictures, [jpeg.clone(), jpeg]);
    assert_eq!(rejected, 3);
}

#[test]
fn what_is_too_long_is_given_up_and_not_held() {
    let limits = MultipartLimits {
        part_bytes: 200,
        header_bytes: 100,
    };
    let jpeg = picture(b"small");
    let long = picture(&[1; 500]);
    let mut stream = part(
        &format!("--b\r\nContent-Length: {}\r\n\r\n", long.len()),
        &long,
    );
    stream.extend(part("\r\n--b\r\n\r\n", &long));
    stream.extend(part(
        &format!("\r\n--b\r\nA: {}\r\n\r\n", "x".repeat(200)),
        &jpeg,
    ));
    stream.extend(part("\r\n--b\r\n\r\n", &jpeg));
    for step in [1, 13, 5000] {
        let (pictures, rejected) = read_in_steps(reader("b").with_limits(limits), &stream, step);
        assert_eq!((pictures.len(), rejected), (1, 3), "step {step}");
    }
}

#[test]
fn a_caller_that_never_takes_pictures_is_stopped() {
    let limits = MultipartLimits {
        part_bytes: 100,
        header_bytes: 100,
    };
    let mut reader = reader("b").with_limits(limits);
    let stream = part("--b\r\n\r\n", &picture(b"x"));
    let refused = (0..100).find_map(|_| reader.handle_input(&stream).err());
    assert_eq!(refused, Some(StreamError::NotDrained));
    while reader.poll_output().is_some() {}
    assert_eq!(reader.handle_input(&stream), Ok(()));
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let scan = || proptest::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        4 => scan().prop_map(|scan| {
            let jpeg = picture(&scan);
            part(&format!("--b\r\nContent-Length: {}\r\n\r\n", jpeg.len()), &jpeg)
        }),
        3 => scan().prop_map(|scan| part("\r\n--b\r\n\r\n", &picture(&scan))),
        1 => (scan(), 0..90_usize).prop_map(|(scan, length)| {
            part(&format!("--b\nContent-Length: {length}\n\n"), &picture(&scan))
        }),
        1 => scan(),
        1 => Just(b"--b".to_vec()),
        1 => Just(b"\r\n\r\n".to_vec()),
        1 => Just(b"--b--\r\n".to_vec()),
        1 => Just(vec![0xFF, 0xD8, 0xFF]),
    ]
}

proptest! {
    #[test]
    fn any_split_of_a_stream_gives_the_same_pictures(
        pieces in proptest::collection::vec(piece(), 0..12), step in 1..50_usize, part_bytes in 20..200_usize,
    ) {
        let stream = pieces.concat();
        let limits = MultipartLimits { part_bytes, header_bytes: 60 };
        let read = |step| read_in_steps(reader("b").with_limits(limits), &stream, step);
        let whole = read(stream.len().max(1));
        prop_assert_eq!(&whole, &read(step));
        prop_assert_eq!(&whole, &read(1));
    }

    #[test]
    fn undamaged_pictures_all_arrive(
        scans in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 1..6),
        step in 1..80_usize,
    ) {
        let writer = PartWriter::with_boundary("edge");
        let pictures: Vec<_> = scans.iter().map(|scan| picture(scan)).collect();
        let mut stream = writer.opening().to_vec();
        for jpeg in &pictures {
            stream.extend(writer.part_header(jpeg.len(), None));
            stream.extend(jpeg);
            stream.extend(writer.part_end());
        }
        let (found, rejected) = read_in_steps(reader("edge"), &stream, step);
        prop_assert_eq!(found, pictures);
        prop_assert_eq!(rejected, 0);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_in_steps(reader("b"), &bytes, 7);
    }
}
