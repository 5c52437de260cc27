//! The web page, packed into the program.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::problem::{Problem, wrong_method};

/// One file of the page.
struct PageFile {
    path: &'static str,
    bytes: &'static [u8],
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// A file of the page; any other address is one of the page's own, so it gets the page.
pub(super) async fn page(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return wrong_method(request).await.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::not_found("There is nothing at this address.").into_response();
    }
    if let Some(file) = find(path) {
        return answer(file, request.headers());
    }
    // A file name that is not there must not come back as a page: a browser would take it for a script.
    let names_a_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    // A controller's browser is told this address; what it gets is a page of its own, small and plain.
    let wanted = match path {
        "pilot" => "pilot.html",
        _ => "index.html",
    };
    match find(wanted).or_else(|| find("index.html")) {
        Some(page) if !names_a_file => answer(page, request.headers()),
        _ => Problem::not_found("The page has no such file.").into_response(),
    }
}

fn find(path: &str) -> Option<&'static PageFile> {
    let path = if path.is_empty() { "index.html" } else { path };
    FILES.iter().find(|file| file.path == path)
}

fn answer(file: &'static PageFile, asked: &HeaderMap) -> Response {
    let packed = file.gzip.filter(|_| accepts_gzip(asked));
    // The bundler puts a hash of the content into the names of everything in `assets`.
    let caching = if file.path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = (StatusCode::OK, Body::from(packed.unwrap_or(file.bytes))).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(kind(file.path)),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn accepts_gzip(asked: &HeaderMap) -> bool {
    asked
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let mut parts = coding.split(';');
            let named = parts.next().is_some_and(|name| name.trim() == "gzip");
            named && parts.all(|weight| weight.trim() != "q=0")
        })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
