//! What the camera sees, from the virtual aircraft by RTMP to a browser's MP4, judged by a decoder.

use std::time::{Duration, Instant};

use openh264::decoder::Decoder;
use openh264::formats::YUVSource;
use skyhelm_device::{PayloadAction, PayloadCommand, PayloadLens, VideoFeed, VideoPart};
use skyhelm_dji_sim::machine::Lens;
use skyhelm_dji_sim::{Fault, FaultKind, GatewayKind};
use tokio::sync::broadcast::error::RecvError;

use crate::bench::{Bench, PATIENCE};

/// The content of a box found by its way, walking by sizes (ISO/IEC 14496-12 §4.2); the sample entry's
/// own members are stepped over.
fn inside<'a>(mut bytes: &'a [u8], way: &[&str]) -> &'a [u8] {
    for name in way {
        let skip = match *name {
            "avc1" => 8,
            "avcC" => 78,
            _ => 0,
        };
        let mut rest = &bytes[skip..];
        bytes = loop {
            let size = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            if &rest[4..8] == name.as_bytes() {
                break &rest[8..size];
            }
            rest = &rest[size..];
        };
    }
    bytes
}

/// A player that shares nothing with the way the pictures came.
struct Player {
    feed: VideoFeed,
    decoder: Decoder,
    opened: bool,
}

impl Player {
    fn at(bench: &Bench) -> Self {
        Self {
            feed: bench.gate.video().unwrap().watch(),
            decoder: Decoder::new().unwrap(),
            opened: false,
        }
    }

    async fn part(&mut self) -> VideoPart {
        loop {
            match tokio::time::timeout(PATIENCE, self.feed.parts.recv()).await {
                Ok(Ok(part)) => return part,
                Ok(Err(RecvError::Lagged(_))) => {}
                other => panic!("{other:?}: {:?}", *self.feed.status.borrow()),
            }
        }
    }

    /// The next picture: its size, its pixels.
    async fn picture(&mut self) -> ((usize, usize), Vec<u8>) {
        loop {
            let part = self.part().await;
            if !self.opened && !part.key {
                continue;
            }
            let mut stream = Vec::new();
            if !self.opened {
                self.opened = true;
                stream = parameters(&part.track.opening);
            }
            let mut units = inside(&part.data, &["mdat"]);
            while !units.is_empty() {
                let length = u32::from_be_bytes(units[..4].try_into().unwrap()) as usize;
                stream.extend([0, 0, 0, 1]);
                stream.extend(&units[4..4 + length]);
                units = &units[4 + length..];
            }
            if let Some(shown) = self.decoder.decode(&stream).unwrap() {
                let size = shown.dimensions();
                let mut pixels = vec![0; size.0 * size.1 * 3];
                shown.write_rgb8(&mut pixels);
                return (size, pixels);
            }
        }
    }
}

/// Parameter sets of an opening, with start codes (ISO/IEC 14496-15 §5.3.3.1).
fn parameters(opening: &[u8]) -> Vec<u8> {
    let way = [
        "moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1", "avcC",
    ];
    let record = inside(opening, &way);
    assert_eq!((record[0], record[4] & 3, record[5] & 31), (1, 3, 1));
    let length = |at: usize| usize::from(u16::from_be_bytes([record[at], record[at + 1]]));
    let sps = &record[8..8 + length(6)];
    let at = 8 + sps.len();
    assert_eq!(record[at], 1);
    let pps = &record[at + 3..at + 3 + length(at + 1)];
    [&[0, 0, 0, 1], sps, &[0, 0, 0, 1], pps].concat()
}

/// Peak signal to noise ratio, decibels.
fn similarity(a: &[u8], b: &[u8]) -> f64 {
    let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
    let mean = a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64;
    10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_what_the_camera_sees_and_follows_its_lens() {
    let bench = Bench::flying(GatewayKind::DockM30t).await;
    assert!(!bench.world().live_on, "nobody looks, nothing is pushed");
    let mut player = Player::at(&bench);
    let (size, seen) = player.picture().await;
    let of = |lens| bench.gateway().picture(lens, size);
    let (like, unlike) = (
        similarity(&seen, &of(Lens::Wide)),
        similarity(&seen, &of(Lens::Infrared)),
    );
    assert!(
        like > 20.0 && like > unlike + 6.0,
        "{like:.1} dB, infrared {unlike:.1} dB"
    );
    assert!(bench.world().live_on);
    bench
        .until("told which lens", |state| {
            state.payloads[0].shown == Some(PayloadLens::Wide)
        })
        .await;
    bench.arm().await;
    let action = PayloadAction::RequestControl;
    bench
        .give(PayloadCommand {
            camera: None,
            action,
        })
        .await
        .unwrap();
    let action = PayloadAction::Show {
        lens: PayloadLens::Infrared,
    };
    bench
        .give(PayloadCommand {
            camera: None,
            action,
        })
        .await
        .unwrap();
    let asked = Instant::now();
    let warm = of(Lens::Infrared);
    while similarity(&player.picture().await.1, &warm) < 18.0 {
        assert!(asked.elapsed() < PATIENCE, "it never turns infrared");
    }
    bench
        .until("told the other lens", |state| {
            state.payloads[0].shown == Some(PayloadLens::Infrared)
        })
        .await;
    bench.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_radio_is_told_in_words_and_the_picture_comes_back_with_it() {
    let bench = Bench::flying(GatewayKind::DockM30t).await;
    let mut player = Player::at(&bench);
    player.picture().await;
    assert!(bench.gateway().put(Fault::LinkLoss { seconds: 600.0 }));
    let told = player
        .feed
        .status
        .wait_for(|status| status.trouble.is_some());
    assert!(tokio::time::timeout(PATIENCE, told).await.is_ok());
    bench.gateway().clear(FaultKind::LinkLoss);
    let back = player
        .feed
        .status
        .wait_for(|status| status.trouble.is_none());
    assert!(
        tokio::time::timeout(PATIENCE + Duration::from_secs(10), back)
            .await
            .is_ok()
    );
    player.opened = false;
    player.picture().await;
    bench.end().await;
}
