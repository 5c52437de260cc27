//! `skyhelm serve`: the station, for as long as it is wanted.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;
use skyhelm_hub::{HubConfig, HubOptions};

use crate::failure::Failure;
use crate::{place, station};

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// The configuration file; without one, defaults hold.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Port to listen on, instead of the configured one.
    #[arg(long)]
    port: Option<u16>,
    /// Listen for other machines of this network too; needs an admin's account.
    #[arg(long)]
    lan: bool,
    /// Folder of the database and the library, instead of the configured one.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(crate) async fn run(arguments: &ServeArguments, json: bool) -> Result<(), Failure> {
    let mut config = station::read_config(arguments.config.as_deref())?;
    apply(&mut config, arguments);
    let options = HubOptions {
        families: skyhelm_families::families(),
        next_free_port: arguments.port.is_none(),
        ..HubOptions::new(config)
    };
    let asked = options.config.port;
    let hub = station::start(options).await?;
    station::announce(&hub, asked, json);
    station::until_interrupted().await;
    hub.stop().await;
    Ok(())
}

fn apply(config: &mut HubConfig, arguments: &ServeArguments) {
    if let Some(port) = arguments.port {
        config.port = port;
    }
    if arguments.lan {
        config.bind = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    }
    if let Some(data) = &arguments.data {
        config.data_dir.clone_from(data);
    }
    if config.site.is_none() {
        config.site = Some(place::of_this_machine().site_config());
    }
}
