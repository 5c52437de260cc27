//! The door and who asks for pictures, with an aircraft of twenty lines.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use skyhelm_device::{Accepted, DeviceError, ErrorKind, VideoFeed, VideoView};
use skyhelm_streams::h264::{Parameters, Picture};
use skyhelm_streams::rtmp::{Push, PushOutput, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{LiveOrder, Screen, ScreenView, Upstream, VideoDoor};
use crate::config::DjiConfig;
use crate::gateway::{Ask, Order};

const PATIENCE: Duration = Duration::from_secs(20);

/// Pushes by the machine that drones' own servers were checked with.
struct Aircraft {
    push: Push,
    socket: TcpStream,
}

impl Aircraft {
    /// Whether it was let in.
    async fn dial(url: &str) -> Option<Self> {
        let target = Target::parse(url).unwrap();
        let socket = TcpStream::connect((target.host.as_str(), target.port)).await;
        let mut aircraft = Self {
            push: Push::new(target),
            socket: socket.unwrap(),
        };
        let mut buffer = [0; 4096];
        while !aircraft.push.is_ready() {
            aircraft.flush().await?;
            let count = aircraft.socket.read(&mut buffer).await.ok()?;
            if count == 0 {
                return None;
            }
            aircraft.push.handle_input(&buffer[..count]).unwrap();
        }
        let sps = Bytes::from_static(&[0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe4]);
        let pps = Bytes::from_static(&[0x68, 0xce, 0x3c, 0x80]);
        aircraft
            .push
            .parameters(&Parameters::new(sps, pps).unwrap());
        Some(aircraft)
    }

    async fn flush(&mut self) -> Option<()> {
        while let Some(output) = self.push.poll_output() {
            match output {
                PushOutput::Send(bytes) => self.socket.write_all(&bytes).await.ok()?,
                PushOutput::Refused(_) => return None,
                PushOutput::Ready => {}
            }
        }
        Some(())
    }

    async fn send(&mut self, at_ms: u64) {
        let data = Bytes::from_static(&[0, 0, 0, 3, 0x65, 0x88, 0x80]);
        self.push.picture(&Picture {
            data,
            key: true,
            at_ms,
        });
        self.flush().await.unwrap();
    }

    async fn is_cut_off(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let cut = async {
            while self
                .socket
                .read(&mut buffer)
                .await
                .is_ok_and(|count| count > 0)
            {}
        };
        timeout(PATIENCE, cut).await.is_ok()
    }
}

/// A door, a screen, and the orders that somebody who looks gives rise to.
struct House {
    screen: Arc<Screen>,
    door: Arc<VideoDoor>,
    asked: mpsc::Receiver<Ask>,
    cancel: CancellationToken,
}

impl House {
    fn new() -> Self {
        let cancel = CancellationToken::new();
        let (door, listener) = VideoDoor::open(&DjiConfig::default()).unwrap();
        tokio::spawn(Arc::clone(&door).serve(listener, cancel.clone()));
        let (asks, asked) = mpsc::channel(4);
        let screen = Screen::new();
        let upstream = Upstream {
            screen: Arc::clone(&screen),
            door: Arc::clone(&door),
            asks,
            linger: Duration::from_millis(50),
            seed: 1,
        };
        tokio::spawn(upstream.run(cancel.clone()));
        Self {
            screen,
            door,
            asked,
            cancel,
        }
    }

    fn look(&self) -> VideoFeed {
        ScreenView(Arc::clone(&self.screen)).watch()
    }

    /// The next order, answered.
    async fn order(&mut self, answer: Result<(), DeviceError>) -> LiveOrder {
        let ask = timeout(PATIENCE, self.asked.recv()).await.unwrap().unwrap();
        let _ = ask.reply.send(answer.map(|()| Accepted::default()));
        match ask.order {
            Order::Live(order) => order,
            other => panic!("{other:?}"),
        }
    }

    async fn started(&mut self) -> String {
        match self.order(Ok(())).await {
            LiveOrder::Start { url } => url,
            LiveOrder::Stop => panic!("it stops"),
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

async fn trouble(feed: &mut VideoFeed, wanted: impl Fn(Option<&str>) -> bool) -> Option<String> {
    let told = feed
        .status
        .wait_for(|status| wanted(status.trouble.as_deref()));
    let told = timeout(PATIENCE, told).await.unwrap().unwrap();
    told.trouble.clone()
}

#[tokio::test]
async fn looking_starts_the_picture_and_leaving_ends_it() {
    let mut house = House::new();
    assert!(
        house.asked.try_recv().is_err(),
        "nobody looks, nothing is asked"
    );
    let mut feed = house.look();
    let url = house.started().await;
    let mut aircraft = Aircraft::dial(&url).await.unwrap();
    aircraft.send(0).await;
    aircraft.send(50).await;
    let first = timeout(PATIENCE, feed.parts.recv()).await.unwrap().unwrap();
    assert!(first.key && first.track.codec == "avc1.42c01f");
    assert_eq!((first.track.width, first.track.height), (1280, 720));
    assert_eq!(trouble(&mut feed, |why| why.is_none()).await, None);
    let another = house.look();
    drop(feed);
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert!(house.asked.try_recv().is_err(), "another one looks still");
    drop(another);
    assert_eq!(house.order(Ok(())).await, LiveOrder::Stop);
    assert!(aircraft.is_cut_off().await);
}

#[tokio::test]
async fn a_key_is_good_for_one_push_and_no_other_key_is_good_at_all() {
    let mut house = House::new();
    let _feed = house.look();
    let url = house.started().await;
    let guessed = format!("{}{}", &url[..url.len() - 4], "0000");
    assert!(Aircraft::dial(&guessed).await.is_none());
    let elsewhere = url.replace("/live/", "/other/");
    let mut owner = Aircraft::dial(&url).await.unwrap();
    assert!(Aircraft::dial(&url).await.is_none());
    assert!(Aircraft::dial(&elsewhere).await.is_none());
    owner.send(0).await;
    let nonsense = TcpStream::connect(house.door.told_address()).await;
    let mut nonsense = nonsense.unwrap();
    nonsense.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let ended = timeout(PATIENCE, nonsense.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "who speaks no RTMP is sent away");
}

#[tokio::test]
async fn what_fails_is_told_in_words_and_tried_again() {
    let mut house = House::new();
    let mut feed = house.look();
    let refused = DeviceError::new(ErrorKind::Refused, "It rains.").remedy("Wait.");
    house.order(Err(refused)).await;
    let said = trouble(&mut feed, |why| {
        why.is_some_and(|why| why.contains("rains"))
    })
    .await;
    assert_eq!(said.as_deref(), Some("It rains. Wait."));
    let on_already = DeviceError::new(ErrorKind::Refused, "It is on.").code(513_003);
    house.order(Err(on_already)).await;
    assert_eq!(
        house.order(Ok(())).await,
        LiveOrder::Stop,
        "what an earlier run left is ended"
    );
    let url = house.started().await;
    let mut aircraft = Aircraft::dial(&url).await.unwrap();
    aircraft.send(0).await;
    assert_eq!(trouble(&mut feed, |why| why.is_none()).await, None);
    drop(aircraft);
    let said = trouble(&mut feed, |why| why.is_some()).await.unwrap();
    assert!(said.contains("picture"), "{said}");
    assert_ne!(house.started().await, url, "with a key of its own");
}

#[test]
fn what_a_decoder_knows_already_begins_nothing_anew() {
    let screen = Screen::new();
    let mut feed = ScreenView(screen.clone()).watch();
    let said = |last: u8| {
        let sps = [0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe4];
        let pps = Bytes::copy_from_slice(&[0x68, 0xce, 0x3c, last]);
        Parameters::new(Bytes::copy_from_slice(&sps), pps).unwrap()
    };
    let mut track = |parameters: &Parameters| {
        screen.begin(parameters);
        screen.show(&Picture {
            at_ms: 0,
            key: true,
            data: Bytes::from_static(&[0, 0, 0, 1, 0x65]),
        });
        feed.parts.try_recv().unwrap().track
    };
    let first = track(&said(0x80));
    assert!(Arc::ptr_eq(&first, &track(&said(0x80))));
    assert!(!Arc::ptr_eq(&first, &track(&said(0x81))));
}
