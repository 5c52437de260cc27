//! `skyhelm demo`: a station with a virtual telescope, already photographing tonight's sky, and a virtual dock.

mod dock;
mod first_night;

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use skyhelm_families::dwarf_sim::{Ports, RunningDwarf, VirtualDwarf, VirtualDwarfConfig};
use skyhelm_hub::{HubConfig, HubOptions, RunningHub};
use skyhelm_units::{Site, StationClock, UtcMillis};

use crate::failure::Failure;
use crate::place::{self, Place};
use crate::{night, station};

/// Where Debian's `stellarium-data` puts its pictures.
const STELLARIUM: &str = "/usr/share/stellarium/nebulae/default";

/// So long at least the night should last for whoever looks on.
const LOOKED_AT: Duration = Duration::from_mins(5);
/// No more is asked of a night, however fast it passes.
const LONGEST_NIGHT: Duration = Duration::from_hours(8);

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// The configuration file; only its site and port are used.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Port of the page; 0 takes any free one.
    #[arg(long)]
    port: Option<u16>,
    /// Latitude in degrees, north positive.
    #[arg(long, requires = "longitude", allow_hyphen_values = true)]
    latitude: Option<f64>,
    /// Longitude in degrees, east positive.
    #[arg(long, requires = "latitude", allow_hyphen_values = true)]
    longitude: Option<f64>,
    /// How fast the virtual night passes.
    #[arg(long, default_value_t = 60.0)]
    speed: f64,
    /// When the virtual night begins (2026-11-21T20:00:00Z); else now, if it stays dark long enough, or when it is dark next.
    #[arg(long, value_name = "UTC")]
    start: Option<Timestamp>,
    /// Subs of the first stack.
    #[arg(long, default_value_t = 60)]
    subs: u32,
    /// Live pictures a second of each camera of the telescope, 1 to 10: fewer spare a small machine.
    #[arg(long, default_value_t = 10)]
    live_rate: u32,
    /// Seed of all that chance decides.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the station's database and library in this folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Keep the virtual telescope's card in this folder.
    #[arg(long, value_name = "FOLDER")]
    card: Option<PathBuf>,
    /// Draw every nebula, even where Stellarium's photographs are installed.
    #[arg(long)]
    no_pictures: bool,
}

pub(crate) async fn run(arguments: &DemoArguments) -> Result<(), Failure> {
    let config = station::read_config(arguments.config.as_deref())?;
    let place = place(arguments, &config)?;
    let begin = begin(arguments, &place.site);
    println!("{}", opening_words(&place, begin, arguments.speed));
    let telescope = telescope(arguments, &place, begin).await?;
    let folder = tempfile::tempdir().map_err(|error| Failure::internal(error.to_string()))?;
    let mut config = config;
    config.data_dir = arguments
        .data
        .clone()
        .unwrap_or_else(|| folder.path().join("station"));
    config.site = Some(place.site_config());
    config.time_zone = Some(place.zone.clone());
    if let Some(port) = arguments.port {
        config.port = port;
    }
    let asked = config.port;
    let dock = dock::Dock::new(place.site, arguments.seed)?;
    config.families.insert(String::from("dji"), dock.table());
    let hub = hub(config, begin, arguments.speed).await?;
    let address = telescope.addresses().ws.to_string();
    let found = hub.add_device("dwarf", &address).await?;
    println!(
        "The telescope ({}) answers at {address}; it opens its cameras, levels itself and slews.",
        found.model
    );
    let dock = dock.call().await?;
    println!(
        "A virtual DJI Dock 3 ({}) with its Matrice 4TD dials in; the drone waits on the page Fleet.",
        dock.gateway_sn()
    );
    println!(
        "What is really so with it, and what can go wrong: http://{}/world",
        dock.world_address()
    );
    if let Err(failure) = first_night::begin(&hub, &found.device, arguments.subs).await {
        println!("It could not begin by itself ({failure}); the page can.");
    }
    station::announce(&hub, asked, false);
    station::until_interrupted().await;
    println!("\nEnding the station and the telescope.");
    dock.stop().await;
    hub.stop().await;
    telescope.stop().await;
    Ok(())
}

fn place(arguments: &DemoArguments, config: &HubConfig) -> Result<Place, Failure> {
    let home = place::of_this_machine();
    let (site, name) = match (arguments.latitude, arguments.longitude, &config.site) {
        (Some(latitude), Some(longitude), _) => {
            let sane = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
            if !sane {
                return Err(Failure::invalid(
                    "the latitude lies within 90 degrees, the longitude within 180",
                ));
            }
            let name = format!("{latitude:.2}, {longitude:.2}");
            (Site::from_degrees(latitude, longitude, 100.0), name)
        }
        (_, _, Some(site)) => (site.site(), site.place.clone()),
        _ => return Ok(home),
    };
    let zone = config.time_zone.clone().unwrap_or(home.zone);
    Ok(Place { name, site, zone })
}

fn begin(arguments: &DemoArguments, site: &Site) -> UtcMillis {
    if let Some(start) = arguments.start {
        return UtcMillis::new(start.as_millisecond());
    }
    let now = UtcMillis::new(Timestamp::now().as_millisecond());
    let lasting = LOOKED_AT.as_secs_f64() * arguments.speed;
    let lasting = Duration::try_from_secs_f64(lasting).unwrap_or_default();
    night::dark_for(site, now, lasting.min(LONGEST_NIGHT))
}

fn opening_words(place: &Place, begin: UtcMillis, speed: f64) -> String {
    let zone = TimeZone::get(&place.zone).unwrap_or(TimeZone::UTC);
    let shown = Timestamp::from_millisecond(begin.millis()).map_or_else(
        |_| String::from("an unknown time"),
        |moment| {
            moment
                .to_zoned(zone)
                .strftime("%Y-%m-%d %H:%M %Z")
                .to_string()
        },
    );
    format!(
        "A virtual DWARF 3 in {} ({:.2}, {:.2}). Its night begins at {shown} and passes {speed} times as fast as yours.",
        place.name,
        place.site.latitude.degrees(),
        place.site.longitude.degrees(),
    )
}

async fn telescope(
    arguments: &DemoArguments,
    place: &Place,
    begin: UtcMillis,
) -> Result<RunningDwarf, Failure> {
    let mut config = VirtualDwarfConfig::dwarf3(place.site);
    let now = config.host_clock.now();
    config.station_clock = StationClock::new(now.mono, begin, arguments.speed);
    config.seed = arguments.seed;
    config.live_rate = arguments.live_rate;
    config.ports = Ports::Free;
    config.bind = IpAddr::from([127, 0, 0, 1]);
    config.card_dir.clone_from(&arguments.card);
    let pictures = PathBuf::from(STELLARIUM);
    config.pictures = (!arguments.no_pictures && pictures.is_dir()).then_some(pictures);
    VirtualDwarf::start(config)
        .await
        .map_err(|error| Failure::internal(error.to_string()))
}

async fn hub(config: HubConfig, begin: UtcMillis, speed: f64) -> Result<RunningHub, Failure> {
    let host = skyhelm_hub::system_clock(Instant::now());
    let clock = StationClock::new(host.now().mono, begin, speed);
    station::start(HubOptions {
        families: skyhelm_families::families(),
        host,
        clock,
        simulated: true,
        next_free_port: true,
        ..HubOptions::new(config)
    })
    .await
}
