//! The files server of port 80: the card as a static tree, with directory listings and ranges, so
//! that a client can resume a download.

use std::fmt::Write as _;
use std::io::SeekFrom;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::card::{Card, percent_encoded, resolve};

/// The most entries one listing shows.
const LONGEST_LISTING: usize = 10_000;

/// The routes of the files server.
pub(crate) fn routes(card: Arc<Card>) -> Router {
    Router::new().fallback(answer).with_state(card)
}

async fn answer(
    State(card): State<Arc<Card>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut response = match method {
        Method::GET | Method::HEAD => tree(&card, &uri, &headers).await,
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let open = HeaderValue::from_static("*");
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, open);
    response
}

async fn tree(card: &Card, uri: &Uri, headers: &HeaderMap) -> Response {
    // A DWARF II shows its card below /sdcard; clients that know only that find ours there too.
    let path = uri.path();
    let path = path.strip_prefix("/sdcard").unwrap_or(path).to_owned();
    let root = card.root().to_owned();
    let asked = path.clone();
    let found = tokio::task::spawn_blocking(move || resolve(&root, &asked)).await;
    let Ok(Some(found)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if found.is_dir() {
        if !path.ends_with('/') && !path.is_empty() {
            let location = format!("{}/", uri.path());
            return (
                StatusCode::MOVED_PERMANENTLY,
                [(header::LOCATION, location)],
            )
                .into_response();
        }
        return tokio::task::spawn_blocking(move || listing(&found, &path))
            .await
            .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    }
    match file(&found, headers).await {
        Ok(response) => response,
        Err(error) => {
            tracing::debug!(%error, "a file of the card could not be read");
            StatusCode::NOT_FOUND.into_response()
        }
    }
}

async fn file(path: &Path, headers: &HeaderMap) -> std::io::Result<Response> {
    let mut file = File::open(path).await?;
    let metadata = file.metadata().await?;
    let length = metadata.len();
    let modified = metadata.modified().ok();
    let stamp = modified
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_millis());
    let tag = format!("\"{stamp:x}-{length:x}\"");
    let asked = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok())
        // A resumed download of a file that has changed must begin anew.
        .filter(|_| {
            headers
                .get(header::IF_RANGE)
                .is_none_or(|validator| validator.as_bytes() == tag.as_bytes())
        });
    let (status, start, end) = match asked.map(|range| parse_range(range, length)) {
        None | Some(Range::Whole) => (StatusCode::OK, 0, length),
        Some(Range::Part(start, end)) => (StatusCode::PARTIAL_CONTENT, start, end),
        Some(Range::Beyond) => {
            let whole = format!("bytes */{length}");
            let headers = [(header::CONTENT_RANGE, whole)];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    if start > 0 {
        file.seek(SeekFrom::Start(start)).await?;
    }
    let body = Body::from_stream(ReaderStream::with_capacity(
        file.take(end - start),
        64 * 1024,
    ));
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type(path))
        .header(header::CONTENT_LENGTH, end - start)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, tag);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{length}", end - 1);
        response = response.header(header::CONTENT_RANGE, range);
    }
    response.body(body).map_err(std::io::Error::other)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// From, up to but without.
    Part(u64, u64),
    Beyond,
}

/// One range of RFC 9110; several at once are answered with the whole file, as the standard allows.
fn parse_range(text: &str, length: u64) -> Range {
    let Some((first, last)) = text
        .trim()
        .strip_prefix("bytes=")
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.split_once('-'))
    else {
        return Range::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), _) if first >= length => Range::Beyond,
        (Ok(first), Ok(last)) if last >= first => {
            Range::Part(first, last.saturating_add(1).min(length))
        }
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, length),
        (Err(_), Ok(0)) if first.is_empty() => Range::Beyond,
        (Err(_), Ok(suffix)) if first.is_empty() && length > 0 => {
            Range::Part(length.saturating_sub(suffix), length)
        }
        _ => Range::Whole,
    }
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("fits") => "application/fits",
        Some("txt") => "text/plain",
        _ => "application/octet-stream",
    }
}

fn listing(directory: &Path, shown: &str) -> Response {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut names: Vec<(String, u64)> = entries
        .flatten()
        .take(LONGEST_LISTING)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let metadata = entry.metadata().ok()?;
            let suffix = if metadata.is_dir() { "/" } else { "" };
            (!name.starts_with('.')).then(|| (format!("{name}{suffix}"), metadata.len()))
        })
        .collect();
    names.sort();
    let title = escaped(shown);
    let mut page = format!(
        "<html>\n<head><title>Index of {title}</title></head>\n<body>\n<h1>Index of {title}</h1><hr><pre><a href=\"../\">../</a>\n"
    );
    for (name, size) in names {
        let link = percent_encoded(&name);
        let name = escaped(&name);
        let _ = writeln!(page, "<a href=\"{link}\">{name}</a> {size:>20}");
    }
    page.push_str("</pre><hr></body>\n</html>\n");
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (html, page).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_standard_says() {
        assert_eq!(parse_range("bytes=0-99", 1000), Range::Part(0, 100));
        assert_eq!(parse_range("bytes=500-", 1000), Range::Part(500, 1000));
        assert_eq!(parse_range("bytes=-100", 1000), Range::Part(900, 1000));
        assert_eq!(parse_range("bytes=-5000", 1000), Range::Part(0, 1000));
        assert_eq!(parse_range("bytes=900-5000", 1000), Range::Part(900, 1000));
        assert_eq!(parse_range("bytes=1000-", 1000), Range::Beyond);
        assert_eq!(parse_range("bytes=-0", 1000), Range::Beyond);
        for nonsense in [
            "bytes=5-2",
            "bytes=a-b",
            "bytes=1-2,4-5",
            "lines=1-2",
            "bytes=-",
            "",
        ] {
            assert_eq!(parse_range(nonsense, 1000), Range::Whole, "{nonsense}");
        }
    }
}
