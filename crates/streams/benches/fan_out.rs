//! What viewers cost: one second of a stream of 180 KB pictures, ten of them, to one viewer and to fifty.
//!
//! Sockets are not in it: the part measured is what this crate does for each viewer.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use skyhelm_streams::{FanOut, MultipartReader, PartWriter};

const PICTURE: usize = 180_000;
const PER_SECOND: usize = 10;

/// A picture of the right size: start mark, one scan of noise without FF, end mark.
fn picture() -> Bytes {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xDA, 0, 2];
    bytes.extend(
        (0..PICTURE - 8).map(|i: usize| (i.wrapping_mul(2_654_435_761) >> 13) as u8 & 0x7F),
    );
    bytes.extend([0xFF, 0xD9]);
    bytes.into()
}

fn viewers(c: &mut Criterion) {
    let picture = picture();
    let mut group = c.benchmark_group("one second of live view");
    for count in [1, 50] {
        let live = FanOut::new();
        let mut viewers: Vec<_> = (0..count).map(|_| live.subscribe().0).collect();
        let writer = PartWriter::default();
        group.bench_function(format!("{count} viewers"), |b| {
            b.iter(|| {
                for _ in 0..PER_SECOND {
                    live.publish(picture.clone());
                    for viewer in &mut viewers {
                        let frame = viewer.next_frame();
                        black_box(frame.map(|f| (writer.part_header(f.data.len(), None), f)));
                    }
                }
            });
        });
    }
    group.finish();
}

fn reader(c: &mut Criterion) {
    let picture = picture();
    let writer = PartWriter::default();
    let mut announced = writer.opening().to_vec();
    let mut open = announced.clone();
    for _ in 0..PER_SECOND {
        announced.extend(writer.part_header(picture.len(), None));
        open.extend(b"Content-Type: image/jpeg\r\n\r\n");
        for stream in [&mut announced, &mut open] {
            stream.extend(&picture);
            stream.extend(writer.part_end());
        }
    }
    let mut group = c.benchmark_group("read one second");
    for (name, stream) in [("with lengths", &announced), ("without lengths", &open)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut reader = MultipartReader::from_content_type(&writer.content_type())?;
                let mut count = 0;
                for piece in stream.chunks(16 << 10) {
                    reader.handle_input(piece)?;
                    while reader.poll_output().is_some() {
                        count += 1;
                    }
                }
                assert_eq!(count, PER_SECOND);
                Ok::<_, skyhelm_streams::StreamError>(())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, viewers, reader);
criterion_main!(benches);
