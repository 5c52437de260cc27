//! Frames of random fields for a judge who shares no code with us: `fields FOLDER LATE_SECONDS`.
//!
//! For each field `NN.fits` is the frame and `NN.json` what was asked for. The frames show the sky
//! `LATE_SECONDS` later than the JSON says: zero for the judge's test, one for the judge's own test.

#![allow(clippy::print_stdout, reason = "an example talks to its user")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Value, json};
use skyhelm_imaging::fits::{self, Header, Observation};
use skyhelm_sim::optics::{Lens, Orientation};
use skyhelm_sim::sensor::Sensor;
use skyhelm_sim::sky_camera::{Scene, SkyCamera, View};
use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Equatorial, Horizontal, J2000, Site, UtcMillis};

const FIELDS: u32 = 20;
const EXPOSURE_SECONDS: f64 = 10.0;
/// 2026-01-01 and one year on, in seconds since 1970.
const YEAR: (i64, i64) = (1_767_225_600, 1_798_761_600);

/// One field of the sky, from one place, at one moment.
struct Field {
    site: Site,
    air: Atmosphere,
    middle: UtcMillis,
    target: Equatorial<J2000>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("which folder?")?;
    let late: f64 = arguments.next().ok_or("how many seconds late?")?.parse()?;
    let mut dice = Xoshiro256PlusPlus::seed_from_u64(20);
    let mut camera = SkyCamera::new(Lens::DWARF3_TELE, Sensor::BACK_LIT_2UM, 1);
    for number in 0..FIELDS {
        let field = field(&mut dice);
        let scene = field.scene(late);
        let exposure = camera.expose(&scene, u64::from(number));
        let observation = Observation {
            wcs: Some(camera.wcs(&field.scene(0.0))),
            ..Observation::default()
        };
        let header: Header = observation.to_header();
        let name = Path::new(&folder).join(format!("{number:02}"));
        std::fs::write(
            name.with_extension("fits"),
            fits::to_bytes(&exposure.raw, &header),
        )?;
        std::fs::write(name.with_extension("json"), field.asked().to_string())?;
    }
    println!("{FIELDS} fields in {folder}");
    Ok(())
}

/// A random field, 35 to 75 degrees high, under a dark sky.
fn field(dice: &mut Xoshiro256PlusPlus) -> Field {
    loop {
        let site = Site::from_degrees(
            dice.random_range(-60.0..65.0),
            dice.random_range(-180.0..180.0),
            dice.random_range(0.0..3000.0),
        );
        let air = Atmosphere {
            dut1_s: dice.random_range(-0.3..0.3),
            ..Atmosphere::standard(site.height.metres)
        };
        let middle = UtcMillis::from_seconds(dice.random_range(YEAR.0..YEAR.1));
        let sky = SkyFrame::new(&site, middle, &air);
        if sky.sun().horizontal.altitude.angle().degrees() > -18.0 {
            continue;
        }
        let azimuth = dice.random_range(0.0..360.0);
        let Ok(seen) = Horizontal::from_degrees(azimuth, dice.random_range(35.0..75.0)) else {
            continue;
        };
        if sky.moon().horizontal.separation(&seen).degrees() > 20.0 {
            let target = sky.j2000(seen);
            return Field {
                site,
                air,
                middle,
                target,
            };
        }
    }
}

impl Field {
    fn view(&self, seconds: f64, late: f64) -> View {
        let at = |moment| SkyFrame::new(&self.site, moment, &self.air);
        let looked = at(self.middle.plus_seconds(seconds)).horizontal(self.target);
        View {
            utc: self.middle.plus_seconds(seconds + late),
            orientation: Orientation::level(looked),
        }
    }

    fn scene(&self, late: f64) -> Scene {
        let half = EXPOSURE_SECONDS / 2.0;
        let opened = self.view(-half, late);
        let exposure = Duration::from_secs_f64(EXPOSURE_SECONDS);
        let mut scene = Scene::still(self.site, opened.utc, opened.orientation, exposure);
        scene.opened = opened;
        scene.closed = self.view(half, late);
        scene.conditions.atmosphere = self.air;
        scene
    }

    fn asked(&self) -> Value {
        let lens = Lens::DWARF3_TELE;
        let looked = self.view(0.0, 0.0).orientation.direction();
        json!({
            "utc_ms": self.middle.millis(),
            "dut1_s": self.air.dut1_s,
            "site": {
                "latitude_deg": self.site.latitude.degrees(),
                "longitude_deg": self.site.longitude.degrees(),
                "height_m": self.site.height.metres,
            },
            "air": {
                "pressure_hpa": self.air.pressure_hpa,
                "temperature_c": self.air.temperature_c,
                "humidity": self.air.humidity,
                "wavelength_um": self.air.wavelength_um,
            },
            "lens": {
                "azimuth_deg": looked.azimuth.angle().degrees(),
                "altitude_deg": looked.altitude.angle().degrees(),
                "focal_px": lens.focal_px(),
                "width": lens.width,
                "height": lens.height,
            },
        })
    }
}
