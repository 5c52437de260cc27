//! The telescope's JSON interface (API 2.0 §3), bounded in time and size.

use core::time::Duration;

use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_dwarf_proto::http::Answer;
use tokio::time::timeout;

use crate::error::DwarfError;

/// The largest answer read: the parameter configuration is some 40 KB, a full album a few megabytes.
const LARGEST_ANSWER: usize = 16 << 20;

/// How long a whole answer may take; a full album is read from the card first.
const ANSWER_TIME: Duration = Duration::from_secs(15);

/// One client for everything: no proxy (telescopes are in the local network), no redirects (they
/// would lead to another peer), no overall time-out (streams and downloads have none).
///
/// # Errors
/// When the system gives no sockets.
pub(crate) fn client() -> Result<reqwest::Client, DeviceError> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .build()
        .map_err(|error| DeviceError::new(ErrorKind::Internal, error.to_string()))
}

/// Sends a request and reads the `data` of its answer.
///
/// # Errors
/// When the telescope cannot be reached, refuses, or answers nonsense.
pub(crate) async fn call<T: DeserializeOwned>(
    client: &reqwest::Client,
    url: &str,
    body: Option<&Value>,
) -> Result<T, DwarfError> {
    // API 2.0 prints POST for what only reads too, and devices take it.
    let request = match body {
        Some(body) => client.post(url).json(body),
        None => client.post(url),
    };
    let bytes = fetch(request, url).await?;
    let answer: Answer<T> =
        serde_json::from_slice(&bytes).map_err(|error| DwarfError::protocol(url, error))?;
    if answer.code != 0 {
        return Err(DwarfError::Refused {
            command: url.to_owned(),
            code: answer.code,
            name: String::from("HTTP result code"),
            meaning: format!("The telescope answers {url} with code {}.", answer.code),
            advice: None,
        });
    }
    answer
        .data
        .ok_or_else(|| DwarfError::protocol(url, "the answer has no data"))
}

/// Sends a request and reads its whole answer.
///
/// # Errors
/// When the telescope cannot be reached, refuses, or sends too much.
pub(crate) async fn fetch(
    request: reqwest::RequestBuilder,
    url: &str,
) -> Result<Vec<u8>, DwarfError> {
    let whole = async {
        let response = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(|error| DwarfError::http(url, &error))?;
        let mut bytes = Vec::new();
        let mut body = response.bytes_stream();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| DwarfError::http(url, &error))?;
            if bytes.len() + chunk.len() > LARGEST_ANSWER {
                return Err(DwarfError::protocol(url, "the answer is too large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    timeout(ANSWER_TIME, whole)
        .await
        .map_err(|_| DwarfError::timed_out(url))?
}
