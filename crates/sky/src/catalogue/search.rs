use skyhelm_units::{Equatorial, J2000};

use super::star::NamedTable;
use super::{Catalogue, DeepSkyObject, NamedStar, Star};
use crate::Body;

/// How many answers a search gives at most.
const MOST: usize = 20;
/// Longer queries are cut: no name is that long.
const LONGEST_QUERY: usize = 64;

/// Something a person may look for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found<'a> {
    /// Sun, Moon or planet.
    Body(Body),
    /// A star with a name.
    Star(&'a NamedStar, Star),
    /// A galaxy, cluster or nebula.
    Object(&'a DeepSkyObject),
}

impl Found<'_> {
    /// Its catalogue direction; a body has none.
    pub fn position(&self) -> Option<Equatorial<J2000>> {
        match self {
            Self::Body(_) => None,
            Self::Star(_, star) => Some(star.position),
            Self::Object(object) => Some(object.position),
        }
    }

    /// What to call it: `Moon`, `Vega`, `M 31 Andromeda Galaxy`.
    pub fn title(&self) -> String {
        match self {
            Self::Body(body) => body.name().to_owned(),
            Self::Star(named, _) => named.name().to_owned(),
            Self::Object(object) => object.title(),
        }
    }

    /// Its magnitude, where it has a fixed one.
    pub fn magnitude(&self) -> Option<f64> {
        match self {
            Self::Body(_) => None,
            Self::Star(named, _) => Some(named.visual_magnitude),
            Self::Object(object) => object.magnitude(),
        }
    }
}

/// One answer to a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Match<'a> {
    /// What was found.
    pub found: Found<'a>,
    /// The name or designation by which it was found.
    pub matched: String,
}

/// How well a call fits a query; the better comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Beginning,
    Words,
    Inside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Target {
    Body(Body),
    Star(usize),
    Object(usize),
}

#[derive(Debug)]
struct Call {
    folded: String,
    /// The folded words of a name; empty for a designation.
    words: Vec<String>,
    text: String,
    target: Target,
    /// The better known comes first among equal fits.
    fame: u32,
}

/// All names and designations, folded once.
#[derive(Debug)]
pub(super) struct Index {
    calls: Vec<Call>,
}

impl Index {
    pub(super) fn new(named: &NamedTable, objects: &[DeepSkyObject]) -> Self {
        let bodies = Body::ALL
            .iter()
            .map(|body| (body.name().to_owned(), Target::Body(*body), 0));
        let stars = named
            .brightest_first()
            .enumerate()
            .flat_map(|(rank, star)| {
                let names = star.names.iter();
                names.map(move |name| (name.clone(), Target::Star(rank), 1 + rank as u32))
            });
        // What a list shows, typed or pasted whole; its words are those of the calls already.
        let titles = objects.iter().enumerate().map(|(rank, object)| Call {
            words: Vec::new(),
            ..Call::new(object.title(), Target::Object(rank), 2 + rank as u32)
        });
        let objects = objects.iter().enumerate().flat_map(|(rank, object)| {
            object
                .calls()
                .map(move |call| (call, Target::Object(rank), 2 + rank as u32))
        });
        let calls = bodies.chain(stars).chain(objects);
        let calls = calls.map(|(text, target, fame)| Call::new(text, target, fame));
        Self {
            calls: calls.chain(titles).collect(),
        }
    }

    pub(super) fn search<'a>(&self, catalogue: &'a Catalogue, text: &str) -> Vec<Match<'a>> {
        let cut: String = text.chars().take(LONGEST_QUERY).collect();
        let (query, words) = (folded(&cut), folded_words(&cut));
        if query.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<(Fit, u32, &Call)> = self
            .calls
            .iter()
            .filter_map(|call| call.fit(&query, &words).map(|fit| (fit, call.fame, call)))
            .collect();
        hits.sort_by_key(|(fit, fame, call)| (*fit, *fame, call.target));
        let mut seen = std::collections::HashSet::new();
        hits.into_iter()
            .filter(|(_, _, call)| seen.insert(call.target))
            .filter_map(|(_, _, call)| {
                Some(Match {
                    found: resolved(catalogue, call.target)?,
                    matched: call.text.clone(),
                })
            })
            .take(MOST)
            .collect()
    }
}

fn resolved(catalogue: &Catalogue, target: Target) -> Option<Found<'_>> {
    Some(match target {
        Target::Body(body) => Found::Body(body),
        Target::Object(rank) => Found::Object(catalogue.objects().get(rank)?),
        Target::Star(rank) => {
            let named = catalogue.named.brightest_first().nth(rank)?;
            Found::Star(named, catalogue.star(named.id)?)
        }
    })
}

impl Call {
    fn new(text: String, target: Target, fame: u32) -> Self {
        let is_designation = text.ends_with(|last: char| last.is_ascii_digit());
        Self {
            folded: folded(&text),
            words: if is_designation {
                Vec::new()
            } else {
                folded_words(&text)
            },
            text,
            target,
            fame,
        }
    }

    fn fit(&self, query: &str, words: &[String]) -> Option<Fit> {
        if self.folded == query {
            Some(Fit::Whole)
        } else if self.folded.starts_with(query) {
            Some(Fit::Beginning)
        } else if self.words.is_empty() {
            // "24" is inside "NGC 224", but nobody means it so.
            None
        } else if each_begins_one(words, &self.words) {
            Some(Fit::Words)
        } else if query.len() >= 3 && self.folded.contains(query) {
            Some(Fit::Inside)
        } else {
            None
        }
    }
}

/// Whether each word of a query begins some word of a name.
fn each_begins_one(query: &[String], name: &[String]) -> bool {
    query
        .iter()
        .all(|begin| name.iter().any(|word| word.starts_with(begin.as_str())))
}

/// Letters and digits only, in lower case, numbers without leading zeros.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last_was_digit = false;
    let mut pending_zeros = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        if c == '0' && !last_was_digit {
            pending_zeros = true;
            continue;
        }
        if c.is_ascii_digit() {
            last_was_digit = true;
            pending_zeros = false;
            out.push(c);
            continue;
        }
        if core::mem::take(&mut pending_zeros) {
            out.push('0');
        }
        last_was_digit = false;
        if c.is_alphanumeric() {
            out.push(c);
        }
    }
    if pending_zeros {
        out.push('0');
    }
    out
}

fn folded_words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == '-')
        .map(folded)
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_spaces_and_leading_zeros() {
        assert_eq!(folded(" NGC 0224"), "ngc224");
        assert_eq!(folded("m  031"), "m31");
        assert_eq!(folded("Barnard's Star"), "barnardsstar");
        assert_eq!(folded("000"), "0");
        assert_eq!(folded("NGC 1000"), "ngc1000");
    }

    fn first(text: &str) -> String {
        Catalogue::embedded()
            .search(text)
            .first()
            .map_or_else(|| "nothing".to_owned(), |hit| hit.found.title())
    }

    #[test]
    fn what_people_type_finds_what_they_mean() {
        for (typed, meant) in [
            ("andromeda", "M 31 Andromeda Galaxy"),
            ("m 31", "M 31 Andromeda Galaxy"),
            ("M 27 Dumbbell Nebula", "M 27 Dumbbell Nebula"),
            ("M31", "M 31 Andromeda Galaxy"),
            ("Messier 031", "M 31 Andromeda Galaxy"),
            ("NGC224", "M 31 Andromeda Galaxy"),
            ("ngc 0224", "M 31 Andromeda Galaxy"),
            ("vega", "Vega"),
            ("  VEGA ", "Vega"),
            ("orion neb", "M 42 Orion Nebula"),
            ("neb orion", "M 42 Orion Nebula"),
            ("pleiades", "M 45 Pleiades"),
            ("m3", "M 3"),
            ("double cluster", "C 14 Double Cluster"),
            ("moon", "Moon"),
            ("jupiter", "Jupiter"),
            ("flame nebula", "NGC 2024 Flame Nebula"),
            ("horsehead", "B 33 Horsehead Nebula"),
            ("ic 11", "NGC 281 Pacman Nebula"),
            ("pinwheel gal", "M 101 Pinwheel Galaxy"),
            ("m102", "M 101 Pinwheel Galaxy"),
            ("albereo", "Albireo"),
            ("c 20", "NGC 7000 North America Nebula"),
            ("barnard's star", "Barnard's Star"),
            ("gamma cas", "Gamma Cassiopeiae"),
            ("alpha orionis", "Betelgeuse"),
            ("beta per", "Algol"),
        ] {
            assert_eq!(first(typed), meant, "typed {typed:?}");
        }
    }

    #[test]
    fn nonsense_finds_nothing_and_hurts_nobody() {
        for text in ["", "   ", "'", "qqqqq", "\u{202e}\0", "ngc 99999"] {
            assert_eq!(Catalogue::embedded().search(text), [], "typed {text:?}");
        }
        assert!(
            Catalogue::embedded()
                .search(&"m".repeat(100_000))
                .is_empty()
        );
        assert!(Catalogue::embedded().search("n").len() <= MOST);
    }
}
