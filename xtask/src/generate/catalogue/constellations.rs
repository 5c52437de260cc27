//! Constellation figures: rough places of their stars, moved to the catalogue's.

use std::collections::HashMap;
use std::io;

use skyhelm_sky::catalogue::format::StarRow;
use skyhelm_units::{Equatorial, J2000};

use super::spoilt;
use super::stars::Named;

/// The table's places are given to a hundredth of a degree or so.
const REACH_DEGREES: f64 = 0.06;
const FAINTEST: f64 = 5.2;

/// One constellation; its lines name stars by their index.
pub(super) struct Figure {
    heading: String,
    lines: Vec<Vec<usize>>,
}

impl Figure {
    /// The table row, with the stars' final numbers.
    pub(super) fn row(&self, number: &[usize]) -> String {
        let line = |line: &Vec<usize>| {
            let stars = line.iter().map(|index| number[*index].to_string());
            stars.collect::<Vec<_>>().join(" ")
        };
        let lines: Vec<String> = self.lines.iter().map(line).collect();
        format!("{}\t{}\n", self.heading, lines.join("/"))
    }
}

/// Reads the figures, and gives each of their stars its name by letter and constellation.
pub(super) fn make(
    text: &str,
    stars: &mut [StarRow],
    named: &mut Vec<Named>,
) -> io::Result<Vec<Figure>> {
    let bright: Vec<usize> = (0..stars.len())
        .filter(|index| stars[*index].magnitude < FAINTEST)
        .collect();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split(';').collect();
            let [short, name, genitive, places, lines] = fields[..] else {
                return Err(spoilt(line));
            };
            let mut keys = HashMap::new();
            for place in places.split(',') {
                let (key, position) = placed(place).ok_or_else(|| spoilt(place))?;
                let index = brightest(stars, &bright, position)
                    .ok_or_else(|| spoilt(format!("no bright star at {short} {place}")))?;
                if let Some(letter) = spelled(key) {
                    christen(stars, named, index, format!("{letter} {genitive}"));
                }
                keys.insert(key, index);
            }
            let star = |key: &str| keys.get(key).copied().ok_or_else(|| spoilt(key));
            let line = |line: &str| line.split(' ').map(star).collect::<io::Result<Vec<_>>>();
            Ok(Figure {
                heading: format!("{short}\t{name}\t{genitive}"),
                lines: lines.split('/').map(line).collect::<io::Result<Vec<_>>>()?,
            })
        })
        .collect()
}

fn placed(text: &str) -> Option<(&str, Equatorial<J2000>)> {
    let mut parts = text.split(' ');
    let key = parts.next()?;
    let hours = parts.next()?.parse().ok()?;
    let degrees = parts.next()?.parse().ok()?;
    let position = Equatorial::from_hours_degrees(hours, degrees).ok()?;
    Some((key, position))
}

fn brightest(stars: &[StarRow], bright: &[usize], place: Equatorial<J2000>) -> Option<usize> {
    bright
        .iter()
        .copied()
        .filter(|index| stars[*index].position.separation(&place).degrees() < REACH_DEGREES)
        .min_by(|a, b| stars[*a].magnitude.total_cmp(&stars[*b].magnitude))
}

fn christen(stars: &mut [StarRow], named: &mut Vec<Named>, index: usize, name: String) {
    if let Some(known) = named.iter_mut().find(|known| known.index == index) {
        if !known.names.contains(&name) {
            known.names.push(name);
        }
        return;
    }
    let star = &mut stars[index];
    star.named = true;
    named.push(Named {
        index,
        east_mas: 0.0,
        north_mas: 0.0,
        visual: star.magnitude + star.colour.v_minus_g(),
        class: String::new(),
        names: vec![name],
    });
}

/// `alp` to `Alpha`, `pi3` to `Pi3`, `41` as it is; a neighbour's star and Latin letters have no name here.
fn spelled(key: &str) -> Option<String> {
    const LETTERS: [(&str, &str); 24] = [
        ("alp", "Alpha"),
        ("bet", "Beta"),
        ("gam", "Gamma"),
        ("del", "Delta"),
        ("eps", "Epsilon"),
        ("zet", "Zeta"),
        ("eta", "Eta"),
        ("the", "Theta"),
        ("iot", "Iota"),
        ("kap", "Kappa"),
        ("lam", "Lambda"),
        ("mu", "Mu"),
        ("nu", "Nu"),
        ("xi", "Xi"),
        ("omi", "Omicron"),
        ("pi", "Pi"),
        ("rho", "Rho"),
        ("sig", "Sigma"),
        ("tau", "Tau"),
        ("ups", "Upsilon"),
        ("phi", "Phi"),
        ("chi", "Chi"),
        ("psi", "Psi"),
        ("ome", "Omega"),
    ];
    let letters = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &key[letters.len()..];
    if letters.is_empty() {
        return Some(number.to_owned());
    }
    let letter = LETTERS.iter().find(|(short, _)| *short == letters)?;
    Some(format!("{}{number}", letter.1))
}
