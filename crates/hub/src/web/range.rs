//! Sending a file, or the part of it that is asked for.

use std::io::SeekFrom;
use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use skyhelm_device::ErrorKind;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::problem::{Answer, Problem};

/// Bytes read from the disk at a time.
const PIECE: usize = 256 * 1024;

/// The part of a file that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// From the first to the last byte, both of them in it.
    Part(u64, u64),
    Impossible,
}

/// A file, or the part of it that is asked for.
pub(super) async fn send(path: &Path, media_type: &str, asked: &HeaderMap) -> Answer<Response> {
    let gone = |_| Problem::not_found("The file is not here any more.");
    let mut file = File::open(path).await.map_err(gone)?;
    let data = file.metadata().await.map_err(gone)?;
    let (size, tag) = (data.len(), tag_of(&data));
    // A part of another version than the one the peer has would spoil what it holds.
    let same = asked
        .get(header::IF_RANGE)
        .is_none_or(|version| version.as_bytes() == tag.as_bytes());
    let range = asked.get(header::RANGE).filter(|_| same);
    let wanted = range.map_or(Wanted::All, |range| wanted(range, size));
    let (first, last) = match wanted {
        Wanted::All => (0, size.saturating_sub(1)),
        Wanted::Part(first, last) => (first, last),
        Wanted::Impossible => {
            return Err(Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                ErrorKind::Invalid,
                format!("The file has {size} bytes; that part of it is not there."),
            ));
        }
    };
    file.seek(SeekFrom::Start(first)).await.map_err(gone)?;
    let length = (last + 1 - first).min(size);
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(length), PIECE));
    let mut answer = body.into_response();
    if wanted != Wanted::All {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    let mut set = |name, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(name, value);
        }
    };
    if wanted != Wanted::All {
        set(
            header::CONTENT_RANGE,
            format!("bytes {first}-{last}/{size}"),
        );
    }
    set(header::CONTENT_TYPE, media_type.to_owned());
    set(header::CONTENT_LENGTH, length.to_string());
    set(header::ACCEPT_RANGES, String::from("bytes"));
    set(header::ETAG, tag);
    set(header::CACHE_CONTROL, String::from("private, no-cache"));
    Ok(answer)
}

fn tag_of(data: &std::fs::Metadata) -> String {
    let changed = data
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos());
    format!("\"{:x}-{changed:x}\"", data.len())
}

/// One range is served; several, or a unit nobody knows, get the whole file, as RFC 9110 allows.
fn wanted(range: &HeaderValue, size: u64) -> Wanted {
    let bounds = range
        .to_str()
        .ok()
        .and_then(|range| range.strip_prefix("bytes="))
        .filter(|range| !range.contains(','))
        .and_then(|range| range.trim().split_once('-'));
    let Some((first, last)) = bounds else {
        return Wanted::All;
    };
    let number = |text: &str| text.parse::<u64>().ok();
    let part = match (first, last) {
        ("", last) => number(last)
            .filter(|length| *length > 0)
            .map(|length| (size.saturating_sub(length), size.saturating_sub(1))),
        (first, "") => number(first).map(|first| (first, size.saturating_sub(1))),
        (first, last) => number(first)
            .zip(number(last))
            .filter(|(first, last)| first <= last)
            .map(|(first, last)| (first, last.min(size.saturating_sub(1)))),
    };
    match part {
        Some((first, last)) if first < size => Wanted::Part(first, last),
        _ => Wanted::Impossible,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_range_leaves_the_file(text in "bytes=[0-9-]{0,25}|.{0,30}", size in 0_u64..1_000) {
            let Ok(value) = HeaderValue::from_str(&text) else {
                return Ok(());
            };
            if let Wanted::Part(first, last) = wanted(&value, size) {
                prop_assert!(first <= last && last < size);
            }
        }
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let of = |text: &'static str| wanted(&HeaderValue::from_static(text), 100);
        assert_eq!(of("bytes=0-9"), Wanted::Part(0, 9));
        assert_eq!(of("bytes=90-"), Wanted::Part(90, 99));
        assert_eq!(of("bytes=90-500"), Wanted::Part(90, 99));
        assert_eq!(of("bytes=-10"), Wanted::Part(90, 99));
        assert_eq!(of("bytes=-500"), Wanted::Part(0, 99));
        assert_eq!(of("bytes=100-"), Wanted::Impossible);
        assert_eq!(of("bytes=-0"), Wanted::Impossible);
        assert_eq!(of("bytes=9-3"), Wanted::Impossible);
        assert_eq!(of("bytes=0-1,5-6"), Wanted::All);
        assert_eq!(of("lines=0-1"), Wanted::All);
    }
}
