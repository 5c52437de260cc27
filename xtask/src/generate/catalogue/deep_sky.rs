//! Deep-sky objects from `OpenNGC`, with more common names than it has.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use skyhelm_sky::ObjectKind;

use super::spoilt;

/// The catalogues whose numbers people type, by how `OpenNGC` writes them.
const ALIASES: [&str; 7] = ["C ", "SH 2-", "LBN ", "Cl ", "Mel ", "UGC ", "PGC "];
/// Numbers of faint galaxies are kept only for objects that a small telescope shows.
const ONLY_BRIGHT: [&str; 2] = ["UGC ", "PGC "];

/// One object on its way from the sources to the table.
struct Object {
    designation: String,
    kind: ObjectKind,
    ra: f64,
    dec: f64,
    numbers: [String; 6],
    hubble: String,
    constellation: String,
    messier: Option<u32>,
    names: Vec<String>,
    aliases: Vec<String>,
}

/// The table of deep-sky objects, the best known first.
pub(super) fn make(data: &Path) -> io::Result<String> {
    let mut objects = Vec::new();
    let mut same = Vec::new();
    for file in ["OpenNGC-NGC.csv", "OpenNGC-addendum.csv"] {
        read(
            &std::fs::read_to_string(data.join(file))?,
            &mut objects,
            &mut same,
        )?;
    }
    let mut by_designation: HashMap<String, usize> = objects
        .iter()
        .enumerate()
        .map(|(index, object)| (object.designation.clone(), index))
        .collect();
    for object in objects
        .iter()
        .enumerate()
        .filter(|(_, o)| o.messier.is_some())
    {
        let number = object.1.messier.unwrap_or_default();
        by_designation.insert(format!("M {number}"), object.0);
    }
    for (alias, original) in same {
        if let Some(index) = by_designation.get(&original).copied() {
            objects[index].aliases.push(alias.clone());
            by_designation.insert(alias, index);
        }
    }
    let names = std::fs::read_to_string(data.join("common-names.csv"))?;
    add_names(&names, &mut objects, &by_designation)?;
    let corrections = std::fs::read_to_string(data.join("deep-sky-corrections.csv"))?;
    correct(&corrections, &mut objects, &by_designation)?;
    objects.sort_by(|a, b| {
        fame(a)
            .total_cmp(&fame(b))
            .then_with(|| a.designation.cmp(&b.designation))
    });
    Ok(objects.iter().map(line).collect())
}

fn read(text: &str, objects: &mut Vec<Object>, same: &mut Vec<(String, String)>) -> io::Result<()> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(';').collect();
    let column = |name: &str| {
        let at = header.iter().position(|title| *title == name);
        at.ok_or_else(|| spoilt(format!("no column {name} in OpenNGC")))
    };
    let titles = [
        "Name",
        "Type",
        "RA",
        "Dec",
        "Const",
        "MajAx",
        "MinAx",
        "PosAng",
        "V-Mag",
        "B-Mag",
        "SurfBr",
        "Hubble",
        "M",
        "NGC",
        "IC",
        "Identifiers",
        "Common names",
    ];
    let mut at = Vec::new();
    for title in titles {
        at.push(column(title)?);
    }
    for line in lines {
        let all: Vec<&str> = line.split(';').collect();
        let field = |which: usize| all.get(at[which]).copied().unwrap_or_default().trim();
        let name = spaced(field(0));
        match field(1) {
            "Dup" => same.push((name, original(field(12), field(13), field(14)))),
            "NonEx" => {}
            code => {
                let kind = ObjectKind::from_code(code).ok_or_else(|| spoilt(line))?;
                objects.push(object(name, kind, &field).ok_or_else(|| spoilt(line))?);
            }
        }
    }
    Ok(())
}

fn object<'a>(name: String, kind: ObjectKind, field: &dyn Fn(usize) -> &'a str) -> Option<Object> {
    let magnitude = field(8).parse::<f64>().or(field(9).parse()).unwrap_or(99.0);
    let mut aliases: Vec<String> = field(13)
        .split(',')
        .filter(|number| !number.is_empty())
        .map(|number| spaced(&format!("NGC{number}")))
        .collect();
    let index_numbers = field(14).split(',').filter(|number| !number.is_empty());
    aliases.extend(index_numbers.map(|number| spaced(&format!("IC{number}"))));
    for identifier in field(15).split(',').map(str::trim) {
        let kept = ALIASES.iter().any(|prefix| identifier.starts_with(prefix));
        let faint = ONLY_BRIGHT
            .iter()
            .any(|prefix| identifier.starts_with(prefix));
        if kept && (!faint || magnitude < 12.0) {
            aliases.push(spaced(identifier));
        }
    }
    Some(Object {
        designation: name,
        kind,
        ra: sexagesimal(field(2))? * 15.0,
        dec: sexagesimal(field(3))?,
        numbers: [5, 6, 7, 8, 9, 10].map(|which| field(which).to_owned()),
        hubble: field(11).to_owned(),
        constellation: field(4).to_owned(),
        messier: field(12).parse().ok(),
        names: field(16)
            .split(',')
            .map(|name| name.trim().trim_start_matches("the "))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        aliases,
    })
}

/// What a duplicate entry stands for.
fn original(messier: &str, ngc: &str, ic: &str) -> String {
    if !messier.is_empty() {
        spaced(&format!("M{messier}"))
    } else if ngc.is_empty() {
        spaced(&format!("IC{ic}"))
    } else {
        spaced(&format!("NGC{ngc}"))
    }
}

/// `NGC0224` to `NGC 224`, `C 020` to `C 20`, `SH 2-155` as it is.
fn spaced(designation: &str) -> String {
    let split = designation.find(|c: char| c.is_ascii_digit());
    let Some(split) = split.filter(|at| *at > 0) else {
        return designation.to_owned();
    };
    let (letters, number) = designation.split_at(split);
    let number = number.trim_start_matches('0');
    format!("{} {number}", letters.trim_end())
}

fn sexagesimal(text: &str) -> Option<f64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.trim_start_matches('+')),
    };
    let mut parts = text.split(':').map(|part| part.parse::<f64>().ok());
    let value = parts.next()?? + parts.next()?? / 60.0 + parts.next()?? / 3600.0;
    Some(sign * value)
}

/// Rows of `designation,name|name`: these come before `OpenNGC`'s own; a name after `-` is taken off.
fn add_names(
    text: &str,
    objects: &mut [Object],
    by_designation: &HashMap<String, usize>,
) -> io::Result<()> {
    for line in text.lines().skip(1) {
        let (designation, names) = line.split_once(',').ok_or_else(|| spoilt(line))?;
        let index = by_designation
            .get(designation)
            .ok_or_else(|| spoilt(line))?;
        let object = &mut objects[*index];
        for name in names.split('|').rev() {
            let (wrong, name) = match name.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, name),
            };
            object.names.retain(|old| old != name);
            if !wrong {
                object.names.insert(0, name.to_owned());
            }
        }
    }
    Ok(())
}

/// Rows of `designation,field,value`, for the few well-known objects whose row is wrong or empty.
fn correct(
    text: &str,
    objects: &mut [Object],
    by_designation: &HashMap<String, usize>,
) -> io::Result<()> {
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [designation, field, value] = fields[..] else {
            return Err(spoilt(line));
        };
        let index = by_designation
            .get(designation)
            .ok_or_else(|| spoilt(line))?;
        let which = ["major", "minor", "angle", "v", "b"]
            .iter()
            .position(|name| *name == field)
            .ok_or_else(|| spoilt(line))?;
        value.parse::<f64>().map_err(|_| spoilt(line))?;
        value.clone_into(&mut objects[*index].numbers[which]);
    }
    Ok(())
}

/// Small for what everybody knows: Messier's, then the named, then by brightness and size.
fn fame(object: &Object) -> f64 {
    let magnitude = object.numbers[3]
        .parse()
        .or(object.numbers[4].parse())
        .unwrap_or(15.0_f64);
    let size: f64 = object.numbers[0].parse().unwrap_or(0.5);
    let known = match (object.messier, object.names.is_empty()) {
        (Some(_), _) => 0.0,
        (None, false) => 30.0,
        (None, true) => 60.0,
    };
    known + magnitude - 1.5 * size.max(0.1).log10()
}

fn line(object: &Object) -> String {
    let messier = object.messier.map(|n| n.to_string()).unwrap_or_default();
    format!(
        "{}\t{}\t{:.6}\t{:.6}\t{}\t{}\t{}\t{}\t{}\t{}\n",
        object.designation,
        object.kind.code(),
        object.ra,
        object.dec,
        object.numbers.join("\t"),
        object.hubble,
        object.constellation,
        messier,
        object.names.join("|"),
        object.aliases.join("|"),
    )
}
