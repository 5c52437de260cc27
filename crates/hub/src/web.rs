//! What browsers and programs see: `docs/design/api.md`, in code.

mod body;
mod commands;
mod devices;
mod door;
mod events;
mod feed;
mod library;
mod live;
mod order;
mod page;
mod problem;
mod range;
mod session;
mod sky;
mod station;
mod stick;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::hub::Hub;

/// The largest body any request needs, with room.
const BODY_LIMIT: usize = 16 * 1024;

/// All routes.
pub(crate) fn router(hub: Arc<Hub>) -> Router {
    let api = Router::new()
        .merge(session::routes())
        .merge(station::routes())
        .merge(devices::routes())
        .merge(commands::routes())
        .merge(live::routes())
        .merge(events::routes())
        .merge(sky::routes())
        .merge(library::routes())
        .fallback(problem::no_such_route);
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .nest("/api/v1", api)
        .fallback(page::page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(hub.clone(), door::door))
        .with_state(hub)
}
