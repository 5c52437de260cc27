//! The coverage page of the DJI Cloud API: every row and every rule of the table.

mod shown;
mod uses;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use skyhelm_dji_proto::TopicKind;
use skyhelm_dji_proto::table::{self, Completion, Direction, Row, Rule};

use shown::Shown;
use uses::Uses;

/// Where the documents' own examples lie.
const VECTORS: &str = "families/dji-proto/tests/vectors";

/// `docs/coverage-dji.md`, from the protocol's table and its vectors.
///
/// # Errors
/// When the vectors cannot be read.
pub(crate) fn generate(root: &Path) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let known = Known {
        examples: examples(&root.join(VECTORS))?,
        uses: Uses::read(root)?,
        shown: Shown::read(root)?,
    };
    Ok(vec![(
        PathBuf::from("docs/coverage-dji.md"),
        page(&known).into_bytes(),
    )])
}

/// What the page tells beside the table itself.
struct Known {
    /// How many examples of each entry are vectors.
    examples: BTreeMap<String, usize>,
    uses: Uses,
    shown: Shown,
}

/// How many examples each entry of the documents has among the vectors.
fn examples(folder: &Path) -> io::Result<BTreeMap<String, usize>> {
    let mut covered = BTreeMap::new();
    for file in std::fs::read_dir(folder)? {
        let vectors: Vec<Value> = serde_json::from_slice(&std::fs::read(file?.path())?)?;
        let ids = vectors
            .iter()
            .filter_map(|vector| vector["covers"].as_str());
        for id in ids {
            *covered.entry(id.to_owned()).or_insert(0) += 1;
        }
    }
    Ok(covered)
}

/// The examples printed in the two documents: 44 of the Dock, 4 of RC Pro.
const PRINTED_EXAMPLES: usize = 48;

fn page(known: &Known) -> String {
    let entries = entries(known);
    let done = entries.iter().filter(|entry| entry.is_done()).count();
    let vectors: usize = known.examples.values().sum();
    let mut text = format!(
        "# Coverage of DJI Cloud API live flight control\n\nMade by `cargo xtask gen` from the protocol's table: {} messages and properties.\n\n\
         **Of the two documents (1.4 Dock, 1.11.1 RC Pro): {done} of {} entries are done, and {vectors} of their {PRINTED_EXAMPLES} examples are vectors of the tests.** Done is a message that has a \
         type of its own, that the driver and the virtual gateways both act on, and that a test names; and a rule that a test shows. [Entry by entry](#the-two-documents-entry-by-entry).\n\n\
         | column | yes means |\n|---|---|\n\
         | typed | it has a type of its own; the others are sent and kept as they are |\n\
         | driver | the station's driver sends it, or acts on what it says |\n\
         | device | the virtual gateways carry it out, or say it; others are answered with 314000 |\n\
         | test | a test of the driver or of the virtual gateways names it; `cargo xtask mutate` shows that a command's test can fail |\n\
         | example | the documents' own example is a vector of the tests |\n\n\
         \"driver\", \"device\" and \"test\" are read from the sources: the method, its type or its field is named there. A `-` is a message that is spoken and by which nothing is done yet.\n\n",
        table::all().count(),
        entries.len(),
    );
    totals(&mut text, known);
    for (title, topic) in [
        ("Commands", TopicKind::Services),
        ("Live flight control, down", TopicKind::DrcDown),
        ("Live flight control, pushes", TopicKind::DrcUp),
        ("Events", TopicKind::Events),
        ("Questions of the device", TopicKind::Requests),
        ("Properties that may be set", TopicKind::PropertySet),
        ("Properties told when they change", TopicKind::State),
        ("Properties told at their rate", TopicKind::Osd),
        ("Who is there", TopicKind::Status),
    ] {
        section(&mut text, title, topic, known);
    }
    by_entry(&mut text, &entries);
    text
}

/// One entry of the two documents.
struct Entry<'a> {
    id: &'static str,
    /// What a rule says and where it is kept.
    rule: Option<&'static Rule>,
    /// Typed, driver, device, test: of a message.
    parts: [bool; 4],
    examples: usize,
    tests: &'a [String],
}

impl Entry<'_> {
    fn is_done(&self) -> bool {
        !self.tests.is_empty() && (self.rule.is_some() || self.parts.iter().all(|part| *part))
    }
}

fn entries(known: &Known) -> Vec<Entry<'_>> {
    let entry = |id: &'static str, rule, parts| Entry {
        id,
        rule,
        parts,
        examples: known.examples.get(id).copied().unwrap_or(0),
        tests: known.shown.of(id),
    };
    let messages = table::all().flat_map(|row| row.covers.iter().map(move |id| (*id, row)));
    let messages = messages.map(|(id, row)| {
        let uses = &known.uses;
        let parts = [
            row.is_typed(),
            uses.driver(row),
            uses.device(row),
            uses.test(row),
        ];
        entry(id, None, parts)
    });
    let rules = table::rules()
        .iter()
        .flat_map(|rule| rule.covers.iter().map(move |id| (*id, rule)));
    let rules = rules.map(|(id, rule)| entry(id, Some(rule), [false; 4]));
    messages.chain(rules).collect()
}

/// The entries of the two documents, each with the tests that show it.
fn by_entry(text: &mut String, entries: &[Entry<'_>]) {
    text.push_str("\n## The two documents, entry by entry\n\n| entry | done | examples | shown by |\n|---|---|---|---|\n");
    let tick = |yes: bool| if yes { "yes" } else { "-" };
    for entry in entries {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            entry.id,
            tick(entry.is_done()),
            if entry.examples > 0 {
                entry.examples.to_string()
            } else {
                String::from("none printed")
            },
            entry.tests.join(", ")
        );
    }
    text.push_str("\n## Rules\n\n| entry | says | kept by |\n|---|---|---|\n");
    for (entry, rule) in entries
        .iter()
        .filter_map(|entry| Some((entry, entry.rule?)))
    {
        let _ = writeln!(text, "| {} | {} | {} |", entry.id, rule.says, rule.kept_by);
    }
}

/// How many of all messages, and of those the two documents have, are done by whom.
fn totals(text: &mut String, known: &Known) {
    text.push_str(
        "| messages | all | typed | driver | device | test |\n|---|---|---|---|---|---|\n",
    );
    let documented = |row: &&Row| !row.covers.is_empty();
    let (old, new): (Vec<&Row>, Vec<&Row>) = table::all().partition(documented);
    for (name, rows) in [("of the two documents", old), ("newer", new)] {
        let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} |",
            rows.len(),
            count(&Row::is_typed),
            count(&|row| known.uses.driver(row)),
            count(&|row| known.uses.device(row)),
            count(&|row| known.uses.test(row)),
        );
    }
}

fn section(text: &mut String, title: &str, topic: TopicKind, known: &Known) {
    let rows: Vec<&Row> = table::all().filter(|row| row.topic == topic).collect();
    let down = rows.iter().any(|row| row.direction() == Direction::Down);
    let head = if down {
        "| message | products | typed | driver | device | test | done by | time-out | repeat | needs | example | page | entries |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    } else {
        "| message | products | typed | driver | device | test | example | page | entries |\n|---|---|---|---|---|---|---|---|---|\n"
    };
    let _ = write!(text, "\n## {title}\n\n{head}");
    let tick = |yes: bool| if yes { "yes" } else { "-" };
    for row in rows {
        let example = row
            .covers
            .iter()
            .any(|entry| known.examples.contains_key(*entry));
        let _ = write!(
            text,
            "| `{}` | {} | {} | {} | {} | {} |",
            row.method,
            row.products.words(),
            tick(row.is_typed()),
            tick(known.uses.driver(row)),
            tick(known.uses.device(row)),
            tick(known.uses.test(row))
        );
        if down {
            let _ = write!(
                text,
                " {} | {} s | {} | {} |",
                done_by(row),
                row.timeout.as_secs(),
                format!("{:?}", row.idempotency).to_lowercase(),
                format!("{:?}", row.needs).to_lowercase()
            );
        }
        let _ = writeln!(
            text,
            " {} | {} | {} |",
            tick(example),
            row.page,
            row.covers.join(", ")
        );
    }
}

fn done_by(row: &Row) -> String {
    match row.completion {
        Completion::Reply => String::from("answer"),
        Completion::Progress(event) => format!("`{event}`"),
        Completion::None => String::from("-"),
    }
}
