use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::io::Impatient;
use crate::hub::Hub;
use crate::web::Peer;

/// Connections at a time; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 512;
/// How long a peer may take to send the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// How long a peer may refuse to take what we send.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// Wait after the system refuses a connection (no file handles left, say).
const PAUSE: Duration = Duration::from_millis(200);
/// Largest request head, and a quarter of what is buffered of an answer.
const HEAD_BYTES: usize = 32 * 1024;

/// Takes connections until the hub stops.
pub(super) async fn accept(hub: Arc<Hub>, listener: TcpListener, router: Router) {
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else {
            return;
        };
        let taken = tokio::select! {
            () = hub.stopping.cancelled() => return,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((stream, peer)) => {
                let peer = Peer(peer.ip().to_canonical());
                let connection = converse(hub.clone(), stream, peer, router.clone(), slot);
                hub.tasks.spawn(connection);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn converse(
    hub: Arc<Hub>,
    stream: TcpStream,
    peer: Peer,
    router: Router,
    _slot: OwnedSemaphorePermit,
) {
    // Small messages (a stick, an event) must not wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(Impatient::new(stream, WRITE_TIME));
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(64)
        .max_buf_size(4 * HEAD_BYTES)
        .serve_connection(io, service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended badly");
            }
            return;
        }
        () = hub.stopping.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended badly");
    }
}
