//! The four doors of the device: WebSocket, JSON over HTTP, live pictures, files.

pub(crate) mod api;
pub(crate) mod files;
mod listener;
pub(crate) mod live;
pub(crate) mod socket;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use listener::Bounds;
use listener::GuardedListener;

/// Serves one door until the device stops.
pub(crate) fn serve(
    tasks: &TaskTracker,
    stopping: &CancellationToken,
    listener: TcpListener,
    bounds: Bounds,
    routes: Router,
) {
    let listener = GuardedListener::new(listener, bounds, stopping.clone());
    let stopped = stopping.clone().cancelled_owned();
    tasks.spawn(async move {
        // An accept error is waited out inside the listener; serving itself ends only by the token.
        if let Err(error) = axum::serve(listener, routes)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::warn!(%error, "a door of the virtual telescope closed");
        }
    });
}
