//! Renders what the tele camera would show of an object: `portrait M31 m31.png [option...]`.
//!
//! Options: `wide` (the wide camera), `sub` (one frame instead of a stack), `duo` or `astro` (filter),
//! `day`, `dusk`, `cloud`, `defocus`, `low` (ten degrees above the horizon),
//! `pictures` (photographs, where the package stellarium-data is installed).

#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use skyhelm_sim::optics::{Lens, Orientation};
use skyhelm_sim::pictures::Pictures;
use skyhelm_sim::sensor::{Filter, Sensor};
use skyhelm_sim::sky_camera::{Scene, SkyCamera};
use skyhelm_sky::{Atmosphere, Body, Catalogue, SkyFrame};
use skyhelm_units::{Equatorial, J2000, Site, UtcMillis};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().ok_or("which object?")?;
    let path = arguments.next().ok_or("which file?")?;
    let options: Vec<String> = arguments.collect();
    let has = |option: &str| options.iter().any(|o| o == option);

    let (utc, orientation, site) = aim(&name, &has)?;
    let lens = if has("wide") {
        Lens::DWARF3_WIDE
    } else {
        Lens::DWARF3_TELE
    };
    let exposure = if has("day") || ["Sun", "Moon", "Jupiter", "Saturn"].contains(&name.as_str()) {
        Duration::from_micros(900)
    } else {
        Duration::from_secs(15)
    };
    let mut scene = Scene::still(site, utc, orientation, exposure);
    if has("duo") {
        scene.filter = Filter::Duo;
    }
    if has("astro") {
        scene.filter = Filter::Astro;
    }
    scene.solar_filter = name == "Sun";
    scene.conditions.cloud = if has("cloud") { 0.5 } else { 0.0 };
    scene.defocus_um = if has("defocus") { 150.0 } else { 0.0 };

    let mut camera = SkyCamera::new(lens, Sensor::BACK_LIT_2UM, 1);
    if has("pictures") {
        let folder = Path::new("/usr/share/stellarium/nebulae/default");
        camera = camera.with_pictures(Arc::new(Pictures::open(folder)?));
    }
    let started = Instant::now();
    let image = if has("sub") {
        camera.preview(&scene, 1920, 1).clone()
    } else {
        camera.portrait(&scene, 1920, 80)
    };
    println!("{name}: {:.0} ms", started.elapsed().as_secs_f64() * 1000.0);
    std::fs::write(path, skyhelm_imaging::encode::png(&image)?)?;
    Ok(())
}

fn aim(
    name: &str,
    has: &dyn Fn(&str) -> bool,
) -> Result<(UtcMillis, Orientation, Site), Box<dyn Error>> {
    let catalogue = Catalogue::embedded();
    let air = Atmosphere::default();
    let mut best = None;
    for latitude in [48.0, -25.0] {
        let site = Site::from_degrees(latitude, 11.0, 500.0);
        // Every half hour of every third day of a year.
        for step in 0..48 * 120 {
            let utc =
                UtcMillis::from_seconds(1_798_000_000 + step / 48 * 3 * 86_400 + step % 48 * 1800);
            let frame = SkyFrame::new(&site, utc, &air);
            let place = match name {
                "Moon" => frame.moon().position,
                "Sun" => frame.sun().position,
                "Jupiter" => frame.body(Body::Jupiter).position,
                "Saturn" => frame.body(Body::Saturn).position,
                _ => place_of(catalogue, name).ok_or("no such object")?,
            };
            let seen = frame.horizontal(place);
            let altitude = seen.altitude.angle().degrees();
            let sun = frame.sun().horizontal.altitude.angle().degrees();
            let moon = frame.moon().horizontal.altitude.angle().degrees();
            let lit = frame.moon().illuminated;
            let light_fits = if has("day") || name == "Sun" {
                sun > 15.0
            } else if has("dusk") {
                (-9.0..-6.0).contains(&sun)
            } else {
                sun < -18.0 && (name == "Moon" || moon < -5.0)
            };
            let height_fits = if has("low") {
                (6.0..11.0).contains(&altitude)
            } else {
                altitude > if name == "Moon" { 30.0 } else { 38.0 }
            };
            let phase_fits = name != "Moon" || (0.4..0.7).contains(&lit) != has("full");
            if light_fits && height_fits && phase_fits {
                best = Some((utc, Orientation::level(seen), site));
                break;
            }
        }
        if best.is_some() {
            break;
        }
    }
    best.ok_or_else(|| "it never stands high in the dark".into())
}

fn place_of(catalogue: &Catalogue, name: &str) -> Option<Equatorial<J2000>> {
    if let Some((ra, dec)) = name.split_once(',') {
        return Equatorial::from_degrees(ra.parse().ok()?, dec.parse().ok()?).ok();
    }
    catalogue.object(name).map(|object| object.position)
}
