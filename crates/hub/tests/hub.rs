//! The hub over real sockets, with a family of devices that lives in this test only.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "hub/browser.rs"]
mod browser;
#[path = "hub/drone.rs"]
mod drone;
#[path = "hub/toy.rs"]
mod toy;

#[path = "hub/commands.rs"]
mod commands;
#[path = "hub/door.rs"]
mod door;
#[path = "hub/events.rs"]
mod events;
#[path = "hub/flight.rs"]
mod flight;
#[path = "hub/library.rs"]
mod library;
#[path = "hub/live.rs"]
mod live;
#[path = "hub/maps.rs"]
mod maps;
#[path = "hub/people.rs"]
mod people;
#[path = "hub/restart.rs"]
mod restart;
#[path = "hub/secrets.rs"]
mod secrets;
#[path = "hub/settings.rs"]
mod settings;
#[path = "hub/shelf.rs"]
mod shelf;
#[path = "hub/sky.rs"]
mod sky;
