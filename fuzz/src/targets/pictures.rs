//! Files and streams of pictures.

use std::path::PathBuf;
use std::sync::OnceLock;

use skyhelm_imaging::fits::FitsImage;
use skyhelm_sim::pictures::Pictures;
use skyhelm_streams::rtmp::{Ingest, IngestOutput};
use skyhelm_streams::{MultipartReader, jpeg, mp4};

/// A FITS file, and each way to look at what was read.
pub(super) fn fits(data: &[u8]) {
    let Ok(image) = FitsImage::read(data) else {
        return;
    };
    for plane in 0..image.planes.min(4) {
        image.plane(plane);
    }
    image.to_rgb();
    image.to_raw();
}

/// A multipart stream in pieces of any length, with any boundary.
pub(super) fn jpeg_stream(data: &[u8]) {
    let [piece, length, rest @ ..] = data else {
        return;
    };
    let (content_type, body) = rest.split_at(rest.len().min(usize::from(*length)));
    let content_type = String::from_utf8_lossy(content_type);
    let Ok(mut reader) = MultipartReader::from_content_type(&content_type) else {
        return;
    };
    for part in body.chunks(usize::from(*piece).max(1)) {
        if reader.handle_input(part).is_err() {
            return;
        }
        while let Some(frame) = reader.poll_output() {
            jpeg::dimensions(&frame.data);
        }
    }
}

/// What a drone pushes after the handshake, in pieces of any length; whoever asks may publish.
pub(super) fn rtmp(data: &[u8]) {
    const HANDSHAKE: [u8; 1 + 2 * 1536] = [3; 1 + 2 * 1536];
    let [piece, rest @ ..] = data else {
        return;
    };
    let mut ingest = Ingest::new();
    ingest
        .handle_input(&HANDSHAKE)
        .expect("the handshake is a good one");
    for part in rest.chunks(usize::from(*piece).max(1)) {
        if ingest.handle_input(part).is_err() {
            return;
        }
        while let Some(output) = ingest.poll_output() {
            match output {
                IngestOutput::Asked { .. } => {
                    if ingest.accept().is_err() {
                        return;
                    }
                }
                IngestOutput::Parameters(parameters) => {
                    mp4::opening(&parameters);
                }
                IngestOutput::Picture(picture) => {
                    mp4::fragment(&picture, 1, 33);
                }
                IngestOutput::Send(_) | IngestOutput::Ended => {}
            }
        }
    }
}

/// A planetarium's list of sky pictures, in lenient JSON.
pub(super) fn sky_pictures(data: &[u8]) {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let name = format!("skyhelm-fuzz-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        folder
    });
    std::fs::write(folder.join("textures.json"), data).expect("the list can be written");
    if let Ok(pictures) = Pictures::open(folder) {
        pictures.count();
    }
}
