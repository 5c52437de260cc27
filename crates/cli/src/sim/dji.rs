//! `skyhelm sim dji-dock` and `dji-rc`: virtual gateways with aircraft, for any broker.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::json;
use skyhelm_families::dji_sim::{GatewayKind, VirtualGateway, VirtualGatewayConfig};
use skyhelm_units::{Redacted, Site};

use crate::failure::Failure;
use crate::{place, station};

/// Which dock.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Dock {
    /// DJI Dock with a Matrice 30T.
    #[default]
    M30t,
    /// DJI Dock 3 with a Matrice 4TD.
    M4td,
}

impl From<Dock> for GatewayKind {
    fn from(dock: Dock) -> Self {
        match dock {
            Dock::M30t => Self::DockM30t,
            Dock::M4td => Self::Dock3M4td,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct DockArguments {
    /// Which dock.
    #[arg(long, value_enum, default_value_t)]
    aircraft: Dock,
    #[command(flatten)]
    gateway: GatewayArguments,
}

#[derive(Debug, Args)]
pub(crate) struct GatewayArguments {
    /// The broker it calls: `mqtt://`, `mqtts://`, `ws://` or `wss://`.
    #[arg(long, default_value = "mqtt://127.0.0.1:1883")]
    broker: String,
    /// Its account there.
    #[arg(long, default_value = "")]
    username: String,
    /// A file with its password there; else `SKYHELM_MQTT_PASSWORD`.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Certificates (PEM) it trusts on encrypted connections, instead of the well-known public ones.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The organisation that a person typed into its set-up page.
    #[arg(long, default_value = "skyhelm")]
    organization: String,
    /// The binding code typed there.
    #[arg(long, default_value = "skyhelm")]
    binding_code: String,
    /// Latitude in degrees, north positive; else the town of the time zone.
    #[arg(long, requires = "longitude", allow_hyphen_values = true)]
    latitude: Option<f64>,
    /// Longitude in degrees, east positive.
    #[arg(long, requires = "latitude", allow_hyphen_values = true)]
    longitude: Option<f64>,
    /// Seed of the land, the serial numbers and all that chance decides.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How fast its time passes.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// The folder that is the aircraft's card; else one that vanishes with it.
    #[arg(long, value_name = "FOLDER")]
    card: Option<PathBuf>,
    /// Port of its world on this machine, for `world` in the station's table [dji]; else a free one.
    #[arg(long, default_value_t = 0)]
    world_port: u16,
}

pub(super) async fn dock(arguments: &DockArguments, json: bool) -> Result<(), Failure> {
    run(arguments.aircraft.into(), &arguments.gateway, json).await
}

pub(super) async fn controller(arguments: &GatewayArguments, json: bool) -> Result<(), Failure> {
    run(GatewayKind::RcProM3t, arguments, json).await
}

async fn run(kind: GatewayKind, arguments: &GatewayArguments, json: bool) -> Result<(), Failure> {
    let running = VirtualGateway::start(configuration(kind, arguments)?)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))?;
    let (gateway, aircraft) = (running.gateway_sn(), running.aircraft_sn());
    let world = running.world_address();
    if json {
        println!(
            "{}",
            json!({ "gateway": gateway, "aircraft": aircraft, "broker": arguments.broker,
                    "world": world.to_string() })
        );
    } else {
        println!("A virtual {} calls {}:", kind.name(), arguments.broker);
        println!("  gateway   {gateway}");
        println!("  aircraft  {aircraft}");
        println!("  world     http://{world}/world");
        println!("Ctrl-C ends it.");
    }
    station::until_interrupted().await;
    running.stop().await;
    Ok(())
}

fn configuration(
    kind: GatewayKind,
    arguments: &GatewayArguments,
) -> Result<VirtualGatewayConfig, Failure> {
    let site = match (arguments.latitude, arguments.longitude) {
        (Some(latitude), Some(longitude)) => Site::from_degrees(latitude, longitude, 100.0),
        _ => place::of_this_machine().site,
    };
    if !(0.01..=100.0).contains(&arguments.speed) {
        return Err(Failure::invalid("--speed goes from 0.01 to 100"));
    }
    let mut config =
        VirtualGatewayConfig::new(kind, site, arguments.broker.clone()).seeded(arguments.seed);
    config.username.clone_from(&arguments.username);
    config.password = password(arguments)?;
    config.trusted = trusted(arguments)?;
    config.organization_id.clone_from(&arguments.organization);
    config.binding_code.clone_from(&arguments.binding_code);
    config.world_port = arguments.world_port;
    config.speed = arguments.speed;
    config.card_dir.clone_from(&arguments.card);
    Ok(config)
}

fn trusted(arguments: &GatewayArguments) -> Result<Option<Arc<str>>, Failure> {
    let Some(file) = &arguments.ca_file else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::invalid(format!("{} cannot be read: {error}", file.display())))?;
    Ok(Some(text.into()))
}

/// Never an argument: other people of the machine can read those.
fn password(arguments: &GatewayArguments) -> Result<Redacted<String>, Failure> {
    let Some(file) = &arguments.password_file else {
        let named = std::env::var("SKYHELM_MQTT_PASSWORD");
        return Ok(Redacted::new(named.unwrap_or_default()));
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::invalid(format!("{} cannot be read: {error}", file.display())))?;
    Ok(Redacted::new(text.trim_end().to_owned()))
}
