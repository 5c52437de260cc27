//! The coverage page of the DJI Cloud API: every row and every rule of the table.

mod uses;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use skyhelm_dji_proto::TopicKind;
use skyhelm_dji_proto::table::{self, Completion, Direction, Row};

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
    };
    Ok(vec![(
        PathBuf::from("docs/coverage-dji.md"),
        page(&known).into_bytes(),
    )])
}

/// What the page tells beside the table itself.
struct Known {
    examples: BTreeSet<String>,
    uses: Uses,
}

/// The entries of the documents that have an example among the vectors.
fn examples(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut covered = BTreeSet::new();
    for file in std::fs::read_dir(folder)? {
        let vectors: Vec<Value> = serde_json::from_slice(&std::fs::read(file?.path())?)?;
        let ids = vectors
            .iter()
            .filter_map(|vector| vector["covers"].as_str());
        covered.extend(ids.map(str::to_owned));
    }
    Ok(covered)
}

fn page(known: &Known) -> String {
    let entries: usize = table::all().map(|row| row.covers.len()).sum();
    let rules = table::rules();
    let mut text = format!(
        "# Coverage of DJI Cloud API live flight control\n\nMade by `cargo xtask gen` from the protocol's table: {} messages and properties. Of the {} entries of the two documents \
         (1.4 Dock, 1.11.1 RC Pro) {entries} are messages and {} are rules; each has its row here.\n\n\
         | column | yes means |\n|---|---|\n\
         | typed | it has a type of its own; the others are sent and kept as they are |\n\
         | driver | the station's driver sends it, or acts on what it says |\n\
         | device | the virtual gateways carry it out, or say it; others are answered with 314000 |\n\
         | test | a test of the driver or of the virtual gateways names it; `cargo xtask mutate` shows that a command's test can fail |\n\
         | example | the documents' own example is a vector of the tests |\n\n\
         \"driver\", \"device\" and \"test\" are read from the sources: the method, its type or its field is named there. A `-` is a message that is spoken and by which nothing is done yet.\n\n",
        table::all().count(),
        entries + rules.len(),
        rules.len(),
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
    text.push_str("\n## Rules\n\n| entry | says | kept by |\n|---|---|---|\n");
    for rule in rules {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} |",
            rule.covers.join(", "),
            rule.says,
            rule.kept_by
        );
    }
    text
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
            .any(|entry| known.examples.contains(*entry));
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
