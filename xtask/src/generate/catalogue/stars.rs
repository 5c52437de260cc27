//! Stars: Gaia and Hipparcos for the many, lists of names and proper motions for the few.

use std::io;
use std::path::Path;

use skyhelm_sky::Colour;
use skyhelm_sky::catalogue::format::{self, StarRow};
use skyhelm_units::{Angle, Equatorial, J2000};

use super::spoilt;

/// Gaia's positions are for 2016.0, the lists' for 2000.0.
const YEARS: f64 = 16.0;
/// A list's star and its Gaia row agree to 0.3 arc-seconds; binaries wobble by up to 1.3.
const SAME_STAR: f64 = 2.5;
/// Beyond this much difference in brightness it is the companion that was found.
const SAME_BRIGHTNESS: f64 = 1.6;

/// A row of a list of names and proper motions.
struct Listed {
    names: String,
    class: String,
    position: Equatorial<J2000>,
    east_mas: f64,
    north_mas: f64,
    visual: Option<f64>,
}

/// The star file and the table of named stars.
pub(super) fn make(data: &Path) -> io::Result<(Vec<u8>, String)> {
    let mut stars = read_stars(&std::fs::read(data.join("stars-gaia-hipparcos-g10.bin"))?)?;
    let mut listed = read_list(&std::fs::read_to_string(data.join("bright-stars.csv"))?)?;
    listed.extend(read_list(&std::fs::read_to_string(
        data.join("more-stars.csv"),
    )?)?);
    let mut rows = Vec::new();
    for star in &listed {
        rows.push(place(&mut stars, star));
    }
    let density = format::smoothed_density(stars.iter().map(|star| star.position));
    let order = format::order(&stars);
    let mut number = vec![0; stars.len()];
    for (id, index) in order.into_iter().enumerate() {
        number[index] = id;
    }
    let table: Vec<String> = listed
        .iter()
        .zip(rows)
        .map(|(star, index)| {
            let visual = star
                .visual
                .unwrap_or(stars[index].magnitude + stars[index].colour.v_minus_g());
            let (id, east, north) = (number[index], star.east_mas, star.north_mas);
            let (class, names) = (&star.class, &star.names);
            format!("{id}\t{east}\t{north}\t{visual:.2}\t{class}\t{names}\n")
        })
        .collect();
    Ok((format::write(&stars, &density), table.concat()))
}

/// The rows of the source file. Its last two numbers of a star are the BP and RP magnitudes.
fn read_stars(bytes: &[u8]) -> io::Result<Vec<StarRow>> {
    const ROW: usize = 36;
    let rows = bytes
        .strip_prefix(b"GDR3\x01\0\0\0")
        .and_then(|rest| rest.get(8..))
        .filter(|rest| rest.len() % ROW == 0)
        .ok_or_else(|| spoilt("the star source is not version 1"))?;
    rows.chunks_exact(ROW).map(star).collect()
}

fn star(row: &[u8]) -> io::Result<StarRow> {
    let wide = |at: usize| <[u8; 8]>::try_from(&row[at..at + 8]).map_err(spoilt);
    let narrow = |at: usize| <[u8; 4]>::try_from(&row[at..at + 4]).map_err(spoilt);
    let id = i64::from_le_bytes(wide(0)?);
    let [ra, dec] = [f64::from_le_bytes(wide(8)?), f64::from_le_bytes(wide(16)?)];
    let magnitude = f64::from(f32::from_le_bytes(narrow(24)?));
    let (bp, rp) = (
        f64::from(f32::from_le_bytes(narrow(28)?)),
        f64::from(f32::from_le_bytes(narrow(32)?)),
    );
    // A Hipparcos row and some 300 of Gaia have no colour.
    let colour = if id > 0 && bp > 0.0 && rp > 0.0 && (-1.0..7.0).contains(&(bp - rp)) {
        Colour::from_bp_rp(bp - rp)
    } else {
        Colour::typical(id.unsigned_abs())
    };
    Ok(StarRow {
        position: Equatorial::from_degrees(ra, dec).map_err(spoilt)?,
        magnitude,
        colour,
        named: false,
    })
}

fn read_list(text: &str) -> io::Result<Vec<Listed>> {
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [names, class, ra, dec, east, north, visual] = fields[..] else {
                return Err(spoilt(line));
            };
            let number = |field: &str| field.parse::<f64>().map_err(|_| spoilt(line));
            Ok(Listed {
                names: names.to_owned(),
                class: class.to_owned(),
                position: Equatorial::from_degrees(number(ra)?, number(dec)?).map_err(spoilt)?,
                east_mas: number(east)?,
                north_mas: number(north)?,
                visual: visual.parse().ok(),
            })
        })
        .collect()
}

/// Puts a listed star over its row of the source, or adds it where the source lacks it (Gaia has
/// no entry for a few of the brightest). Returns the row's index.
fn place(stars: &mut Vec<StarRow>, listed: &Listed) -> usize {
    let colour = Colour::of_spectral_class(&listed.class);
    let expected = listed
        .visual
        .map(|visual| visual - colour.unwrap_or(Colour::from_bp_rp(0.8)).v_minus_g());
    let then = carried(listed, YEARS);
    let found = (0..stars.len())
        .filter(|index| near(&stars[*index], &then))
        .filter(|index| {
            expected.is_none_or(|g| (stars[*index].magnitude - g).abs() < SAME_BRIGHTNESS)
        })
        .min_by(|a, b| {
            let away = |index: &usize| stars[*index].position.separation(&then).radians();
            away(a).total_cmp(&away(b))
        });
    let row = StarRow {
        position: listed.position,
        magnitude: found.map_or(expected.unwrap_or(9.0), |index| stars[index].magnitude),
        colour: colour
            .unwrap_or_else(|| found.map_or(Colour::from_bp_rp(0.8), |index| stars[index].colour)),
        named: true,
    };
    if let Some(index) = found {
        stars[index] = row;
        index
    } else {
        stars.push(row);
        stars.len() - 1
    }
}

fn near(star: &StarRow, place: &Equatorial<J2000>) -> bool {
    // The declination first: it spares the sines of half a million stars.
    let apart = star.position.dec.angle() - place.dec.angle();
    apart.abs().arcseconds() < SAME_STAR && star.position.separation(place).arcseconds() < SAME_STAR
}

fn carried(listed: &Listed, years: f64) -> Equatorial<J2000> {
    let (ra, dec) = (listed.position.ra.angle(), listed.position.dec.angle());
    let step = |mas: f64| Angle::from_arcseconds(mas * years / 1000.0);
    let ra = ra + step(listed.east_mas) / dec.cos();
    let dec = dec + step(listed.north_mas);
    Equatorial::from_degrees(ra.normalized().degrees(), dec.degrees()).unwrap_or(listed.position)
}
