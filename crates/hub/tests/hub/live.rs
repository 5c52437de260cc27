//! Live pictures.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::browser::{Browser, TestHub, problem};

fn picture(number: usize) -> Bytes {
    let mut jpeg = vec![0xff, 0xd8];
    jpeg.resize(100_000, (number % 250) as u8);
    jpeg.extend([0xff, 0xd9]);
    Bytes::from(jpeg)
}

/// Reads parts until `wanted` pictures were seen whole; gives their sequence numbers.
async fn pictures(browser: &Browser, wanted: usize) -> Vec<u64> {
    let answer = browser
        .get("/devices/toy-a/live/tele.mjpeg")
        .send()
        .await
        .unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap();
    assert_eq!(kind, "multipart/x-mixed-replace; boundary=frame");
    let mut body = answer.bytes_stream();
    let mut text = Vec::new();
    let mut seen = Vec::new();
    while seen.len() < wanted {
        text.extend_from_slice(&body.next().await.unwrap().unwrap());
        while let Some((sequence, end)) = part(&text) {
            seen.push(sequence);
            text.drain(..end);
        }
    }
    seen
}

/// The first whole part of a stream: its sequence number, and where it ends.
fn part(text: &[u8]) -> Option<(u64, usize)> {
    let head_end = text.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&text[..head_end]).unwrap();
    assert!(head.starts_with("--frame\r\n"), "{head:?}");
    let field = |name: &str| -> u64 {
        let line = head.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len() + 2..].parse().unwrap()
    };
    let length = usize::try_from(field("Content-Length")).unwrap();
    // The boundary after the picture must be there already: browsers wait for it.
    let end = head_end + length;
    if text.len() < end + 11 {
        return None;
    }
    assert_eq!(&text[head_end..head_end + 2], [0xff, 0xd8]);
    assert_eq!(&text[end..end + 11], b"\r\n--frame\r\n");
    Some((field("X-Sequence"), end + 2))
}

#[tokio::test]
async fn a_viewer_sees_every_picture_it_has_time_for() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    toy.show(picture(0));
    let shown = toy.clone();
    tokio::spawn(async move {
        for number in 1.. {
            tokio::time::sleep(Duration::from_millis(20)).await;
            shown.show(picture(number));
        }
    });
    let seen = pictures(&browser, 10).await;
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
}

#[tokio::test]
async fn a_viewer_that_reads_nothing_slows_nobody() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    let mut sleeper = tokio::net::TcpStream::connect(hub.hub.address)
        .await
        .unwrap();
    let request = format!(
        "GET /api/v1/devices/toy-a/live/tele.mjpeg HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {}\r\n\r\n",
        browser.cookie.as_deref().unwrap()
    );
    sleeper.write_all(request.as_bytes()).await.unwrap();
    let shown = toy.clone();
    tokio::spawn(async move {
        for number in 0.. {
            shown.show(picture(number));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    });
    // A hundred megabytes are far more than the sleeper's socket holds.
    let seen = tokio::time::timeout(Duration::from_secs(20), pictures(&browser, 200));
    assert_eq!(seen.await.unwrap().len(), 200);
    let viewers = toy.live.receiver_count();
    assert!(viewers <= 2, "{viewers} viewers");
}

#[tokio::test]
async fn viewers_that_leave_are_forgotten() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    toy.show(picture(1));
    pictures(&browser, 1).await;
    crate::browser::eventually(async || {
        toy.show(picture(2));
        toy.live.receiver_count() == 0
    })
    .await;
}

#[tokio::test]
async fn a_still_is_the_newest_picture_or_a_reason() {
    let hub = TestHub::start().await;
    let (browser, toy) = (hub.browser().await, hub.toy("a").await);
    toy.show(picture(7));
    let still = browser
        .get("/devices/toy-a/live/tele.jpg")
        .send()
        .await
        .unwrap();
    assert_eq!(still.headers()["content-type"], "image/jpeg");
    assert_eq!(still.bytes().await.unwrap(), picture(7));
    problem(browser.get("/devices/toy-a/live/nose.jpg"), 404).await;
    toy.live.send_replace(None);
    problem(browser.get("/devices/toy-a/live/tele.jpg"), 409).await;
}
