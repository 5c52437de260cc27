//! `skyhelm sim`: virtual devices alone, for other people's clients.

mod dji;
mod fault;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;
use skyhelm_families::dwarf_sim::{Ports, VirtualDwarf, VirtualDwarfConfig};
use skyhelm_units::{Angle, Site, StationClock, UtcMillis};

use crate::failure::Failure;
use crate::{place, station};

#[derive(Debug, Subcommand)]
pub(crate) enum SimTask {
    /// A DWARF 3: WebSocket, HTTP, JPEG streams and files.
    Dwarf3(Dwarf3Arguments),
    /// A DJI Dock with an aircraft, that calls a broker.
    DjiDock(dji::DockArguments),
    /// A DJI RC Pro Enterprise with an aircraft in the air, that calls a broker.
    DjiRc(dji::GatewayArguments),
    /// Make something go wrong in a running virtual device, or well again.
    Fault(fault::FaultArguments),
}

#[derive(Debug, Args)]
pub(crate) struct Dwarf3Arguments {
    /// Listen on a real device's ports: 9900, 8082, 8092 and 80. Free ones otherwise.
    #[arg(long)]
    standard_ports: bool,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Latitude in degrees, north positive; else the town of the time zone.
    #[arg(long, requires = "longitude", allow_hyphen_values = true)]
    latitude: Option<f64>,
    /// Longitude in degrees, east positive.
    #[arg(long, requires = "latitude", allow_hyphen_values = true)]
    longitude: Option<f64>,
    /// How fast its time passes.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// What time it is there at the start (2026-11-21T20:00:00Z); else now.
    #[arg(long, value_name = "UTC")]
    start: Option<Timestamp>,
    /// Live pictures a second of each camera, 1 to 10: fewer spare a small machine.
    #[arg(long, default_value_t = 10)]
    live_rate: u32,
    /// Seed of all that chance decides.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How crooked the tripod stands, in degrees.
    #[arg(long, default_value_t = 1.5)]
    setup_error: f64,
    /// The part of the sky that clouds cover, 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    cloud: f64,
    /// The folder that is its card; else one that vanishes with it.
    #[arg(long, value_name = "FOLDER")]
    card: Option<PathBuf>,
    /// Folder of Stellarium's pictures, shown instead of drawn nebulae.
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
}

pub(crate) async fn run(task: &SimTask, json: bool) -> Result<(), Failure> {
    let arguments = match task {
        SimTask::Dwarf3(arguments) => arguments,
        SimTask::DjiDock(own) => return dji::dock(own, json).await,
        SimTask::DjiRc(own) => return dji::controller(own, json).await,
        SimTask::Fault(own) => return fault::run(own, json).await,
    };
    let running = VirtualDwarf::start(configuration(arguments)?)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))?;
    let at = running.addresses();
    if json {
        println!(
            "{}",
            json!({ "ws": at.ws.to_string(), "http": at.http.to_string(),
                    "jpeg": at.jpeg.to_string(), "files": at.files.to_string() })
        );
    } else {
        println!("A virtual DWARF 3 listens:");
        println!("  WebSocket  ws://{}/", at.ws);
        println!("  HTTP       http://{}/", at.http);
        println!("  JPEG       http://{}/mainstream, /secondstream", at.jpeg);
        println!("  files      http://{}/", at.files);
        println!("Ctrl-C ends it.");
    }
    tokio::select! {
        () = station::until_interrupted() => {}
        () = running.switched_off() => println!("A client switched it off."),
    }
    running.stop().await;
    Ok(())
}

fn configuration(arguments: &Dwarf3Arguments) -> Result<VirtualDwarfConfig, Failure> {
    let site = match (arguments.latitude, arguments.longitude) {
        (Some(latitude), Some(longitude)) => Site::from_degrees(latitude, longitude, 100.0),
        _ => place::of_this_machine().site,
    };
    if !(0.0..=1.0).contains(&arguments.cloud) {
        return Err(Failure::invalid(
            "--cloud is a part of the sky, from 0 to 1",
        ));
    }
    let mut config = VirtualDwarfConfig::dwarf3(site);
    let now = config.host_clock.now();
    let begin = arguments
        .start
        .map_or(now.utc, |start| UtcMillis::new(start.as_millisecond()));
    config.station_clock = StationClock::new(now.mono, begin, arguments.speed);
    config.seed = arguments.seed;
    config.live_rate = arguments.live_rate;
    config.setup_error = Angle::from_degrees(arguments.setup_error);
    config.conditions.cloud = arguments.cloud;
    config.bind = arguments.bind;
    config.card_dir.clone_from(&arguments.card);
    config.pictures.clone_from(&arguments.pictures);
    config.ports = if arguments.standard_ports {
        Ports::Standard
    } else {
        Ports::Free
    };
    Ok(config)
}
