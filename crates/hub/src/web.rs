//! What browsers and programs see: `docs/design/api.md`, in code.

mod accounts;
mod body;
mod commands;
mod describe;
mod devices;
mod document;
mod door;
mod events;
mod feed;
mod flight;
mod guard;
mod library;
mod live;
mod maps;
mod order;
mod page;
mod pairing;
mod problem;
mod range;
mod route;
mod session;
mod settings;
mod sky;
mod station;
mod stick;
mod video;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;

use crate::hub::Hub;
use route::Route;

pub use document::openapi;
pub(crate) use door::Peer;

/// The largest body any request needs, with room.
const BODY_LIMIT: usize = 16 * 1024;

/// The rows below `/api/v1`.
fn table() -> Vec<Route> {
    [
        session::routes(),
        accounts::routes(),
        settings::routes(),
        station::routes(),
        devices::routes(),
        commands::routes(),
        flight::routes(),
        live::routes(),
        video::routes(),
        events::routes(),
        sky::routes(),
        library::routes(),
        maps::routes(),
        pairing::routes(),
        document::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The rows beside `/api/v1`.
fn table_outside() -> Vec<Route> {
    station::routes_outside()
}

/// All routes.
pub(crate) fn router(hub: Arc<Hub>) -> Router {
    let api = route::router(&hub, table()).fallback(problem::no_such_route);
    route::router(&hub, table_outside())
        .nest("/api/v1", api)
        .fallback(page::page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(hub.clone(), door::door))
        .with_state(hub)
}
