//! A station whose only family is the toy: what a new family gets from hub and page without a line in either.
//!
//! `cargo run -p skyhelm-hub --example toys FOLDER` keeps its things in the folder and prints a link.
#![allow(clippy::print_stdout, reason = "an example for a terminal")]

use std::error::Error;
use std::time::Instant;

use skyhelm_hub::{HubConfig, HubOptions, serve, system_clock};
use skyhelm_units::{StationClock, UtcMillis};

#[path = "../../device-contract/examples/toy.rs"]
#[allow(dead_code, reason = "an example with a main of its own")]
mod toy;

/// 2026-11-21 20:00 UTC: night in Munich.
const NIGHT: UtcMillis = UtcMillis::from_seconds(1_795_291_200);

const STATION: &str = "port = 0\n[site]\nlatitude = 48.14\nlongitude = 11.58\nplace = \"Munich\"";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("a folder is needed")?;
    let mut config = HubConfig::parse(STATION, &["toy"])?;
    config.data_dir = folder.into();
    let host = system_clock(Instant::now());
    let hub = serve(HubOptions {
        families: vec![toy::family()],
        clock: StationClock::new(host.now().mono, NIGHT, 1.0),
        host,
        simulated: true,
        ..HubOptions::new(config)
    })
    .await?;
    println!("{}", hub.sign_in_link().expose());
    tokio::signal::ctrl_c().await?;
    hub.stop().await;
    Ok(())
}
