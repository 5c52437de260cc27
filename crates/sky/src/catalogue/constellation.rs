use super::format::{FormatError, parsed};
use super::star::StarId;

/// A constellation and its figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Constellation {
    /// Three letters, such as `Ori`.
    pub abbreviation: String,
    /// Its Latin name.
    pub name: String,
    /// The genitive, as in "Alpha Orionis".
    pub genitive: String,
    /// Its figure: each line runs from star to star.
    pub lines: Vec<Vec<StarId>>,
}

pub(super) fn parse(text: &str) -> Result<Vec<Constellation>, FormatError> {
    text.lines().map(row).collect()
}

fn row(line: &str) -> Result<Constellation, FormatError> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [abbreviation, name, genitive, lines] = fields[..] else {
        return Err(FormatError::Row(line.to_owned()));
    };
    let star = |number: &str| parsed(number, line).map(StarId);
    Ok(Constellation {
        abbreviation: abbreviation.to_owned(),
        name: name.to_owned(),
        genitive: genitive.to_owned(),
        lines: lines
            .split('/')
            .map(|path| path.split(' ').map(star).collect())
            .collect::<Result<_, _>>()?,
    })
}
