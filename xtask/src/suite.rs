//! `cargo xtask test`: everything CI runs, in the order that finds faults soonest.

use std::path::Path;
use std::thread::ScopedJoinHandle;
use std::time::Instant;

use clap::Args;

use crate::command::{Done, HOUSE, program, run as run_program, stop};
use crate::compiler::Wrapper;
use crate::{check, demo, fuzz, generate, journey, mqtt, oracle, page, rust_tests, tools};

#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Only the steps of these names.
    steps: Vec<String>,
}

/// A name, what it shows, and how.
type Step = (&'static str, &'static str, Way);

#[derive(Clone, Copy)]
enum Way {
    /// It passes or fails.
    Once(fn(&Path) -> Done),
    /// Browsers, brokers and devices in real time: what fails is played once more, and is unsteady when it passes then.
    Twice(fn(&Path) -> Done),
    /// It knows itself what is unsteady.
    Telling(fn(&Path) -> Done<Vec<String>>),
}

impl Way {
    /// Goes it, and says what did not pass at once.
    fn go(self, name: &str, root: &Path) -> Done<Vec<String>> {
        match self {
            Self::Once(step) => step(root).map(|()| Vec::new()),
            Self::Telling(step) => step(root),
            Self::Twice(step) => {
                let Err(trouble) = step(root) else {
                    return Ok(Vec::new());
                };
                println!("### {name}: {trouble}; once more");
                step(root).map(|()| vec![format!("step {name}: {trouble}")])
            }
        }
    }
}

use Way::{Once, Telling, Twice};

/// One after the other: what everything else stands on.
const FIRST: &[Step] = &[
    ("format", "rustfmt finds nothing", Once(format)),
    ("check", "layers, purity, licences, sizes", Once(check::run)),
    ("build", "the page and the station build", Once(demo::build)),
];

/// Then side by side, until all is there that the others need.
const READY: [&[Step]; 2] = [
    &[
        ("tools", "what the tests need is there", Once(needed_tools)),
        ("page", "the page: types and unit tests", Once(page_tests)),
    ],
    &[
        (
            "generated",
            "generated files match their sources",
            Once(|root| generate::run(root, true)),
        ),
        (
            "compile",
            "tests and examples compile",
            Once(|root| rust_tests::compiled(root).map(|_| ())),
        ),
    ],
];

/// What only compiles goes on from then to the end, in what the others leave: it runs at the lowest priority.
/// First what the feeding waits for, since cargo builds one thing at a time.
const GENTLY: &[Step] = &[
    ("engine", "the fuzzing engine compiles", Once(fuzz::engine)),
    ("lint", "clippy finds nothing", Once(lint)),
    (
        "examples",
        "what the documentation shows runs",
        Once(rust_tests::documentation),
    ),
];

/// Sticks count only while the page is quick, so a flight has the machine to itself but for the gentle steps.
const FLIGHT: &[Step] = &[(
    "flight",
    "a virtual drone flown from a real browser",
    Twice(journey::flight),
)];

/// Then side by side, each lane one step after the other: most of their time is waiting for virtual devices.
const LANES: [&[Step]; 5] = [
    &[
        (
            "journey",
            "a stranger's first night in a real browser",
            Twice(journey::first_light),
        ),
        (
            "pages",
            "every page at every width in a real browser",
            Twice(journey::pages),
        ),
    ],
    &[(
        "controls",
        "every fault and control in a real browser",
        Twice(journey::faults_and_controls),
    )],
    &[(
        "rust",
        "unit, property, row and end-to-end tests",
        Telling(rust_tests::run),
    )],
    &[
        (
            "oracle",
            "positions and files, judged by astropy, sep and fitsverify",
            Once(oracle::run),
        ),
        (
            "mqtt",
            "a dock's traffic on two brokers, judged by mosquitto_sub and paho",
            Twice(mqtt::run),
        ),
    ],
    &[(
        "fuzz",
        "hostile bytes for every decoder, 20 s each",
        Once(fuzz::short),
    )],
];

/// What came of steps that passed.
#[derive(Debug, Default)]
struct Passed {
    /// What each took, in seconds.
    times: Vec<(&'static str, f64)>,
    /// What failed once, and then passed.
    unsteady: Vec<String>,
}

impl Passed {
    fn and(mut self, other: Self) -> Self {
        self.times.extend(other.times);
        self.unsteady.extend(other.unsteady);
        self
    }
}

pub(crate) fn run(root: &Path, arguments: &TestArguments) -> Done {
    let lanes = [&[FIRST], &READY[..], &[FLIGHT], &LANES, &[GENTLY]].concat();
    let all: Vec<&Step> = lanes.into_iter().flatten().collect();
    let asked = |(name, ..): &&&Step| arguments.steps.iter().any(|wanted| wanted == name);
    if let Some(strange) = arguments
        .steps
        .iter()
        .find(|wanted| all.iter().all(|(name, ..)| name != wanted))
    {
        let names: Vec<_> = all.iter().map(|(name, ..)| *name).collect();
        return stop(format!(
            "there is no step {strange}; there are: {}",
            names.join(", ")
        ));
    }
    let start = Instant::now();
    let passed = if arguments.steps.is_empty() {
        let first = one_by_one(root, FIRST)?;
        let ready = side_by_side(&READY, root)?;
        first.and(ready).and(tested(root)?)
    } else {
        one_by_one(root, all.iter().filter(asked).copied())?
    };
    println!();
    for (name, seconds) in &passed.times {
        println!("{seconds:7.1} s  {name}");
    }
    for what in &passed.unsteady {
        println!("unsteady, it failed once and then passed: {what}");
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} steps passed, 0 failed, {} unsteady, in {seconds:.0} s",
        passed.times.len(),
        passed.unsteady.len()
    );
    Ok(())
}

fn one_by_one(root: &Path, steps: impl IntoIterator<Item = &'static Step>) -> Done<Passed> {
    let mut passed = Passed::default();
    for (name, says, way) in steps {
        println!("\n### {name}: {says}");
        let start = Instant::now();
        let unsteady = match way.go(name, root) {
            Ok(unsteady) => unsteady,
            Err(trouble) => {
                let told =
                    format!("step `{name}` failed: {trouble}\nAgain with: cargo xtask test {name}");
                println!("### {told}");
                return stop(told);
            }
        };
        let seconds = start.elapsed().as_secs_f64();
        println!("### {name}: passed after {seconds:.1} s");
        passed.times.push((*name, seconds));
        passed.unsteady.extend(unsteady);
    }
    Ok(passed)
}

/// Every lane goes to its end or its first failure, so that one run tells all that is wrong.
fn side_by_side(lanes: &[&'static [Step]], root: &Path) -> Done<Passed> {
    std::thread::scope(|threads| {
        let running: Vec<_> = lanes
            .iter()
            .map(|steps| threads.spawn(move || one_by_one(root, *steps)))
            .collect();
        together(running.into_iter().map(joined))
    })
}

/// The flight, then the lanes, and beside both what is gentle.
fn tested(root: &Path) -> Done<Passed> {
    std::thread::scope(|threads| {
        let gentle = threads.spawn(move || one_by_one(root, GENTLY));
        let flown = one_by_one(root, FLIGHT);
        let others = side_by_side(&LANES, root);
        together([flown, others, joined(gentle)])
    })
}

/// What came of all, or the troubles of all that had any.
fn together(ended: impl IntoIterator<Item = Done<Passed>>) -> Done<Passed> {
    let mut passed = Passed::default();
    let mut troubles = Vec::new();
    for lane in ended {
        match lane {
            Ok(of_lane) => passed = passed.and(of_lane),
            Err(trouble) => troubles.push(trouble.0),
        }
    }
    if troubles.is_empty() {
        Ok(passed)
    } else {
        stop(troubles.join("\n"))
    }
}

fn joined(lane: ScopedJoinHandle<'_, Done<Passed>>) -> Done<Passed> {
    lane.join()
        .unwrap_or_else(|_| stop("a lane's thread ended early"))
}

fn needed_tools(root: &Path) -> Done {
    tools::node()?;
    tools::debian(
        root,
        &[
            (tools::CHROMIUM, "chromium"),
            ("/usr/bin/fitsverify", "fitsverify"),
            ("/usr/bin/python3", "python3"),
        ],
    )?;
    tools::debian(root, &mqtt::PROGRAMS)?;
    tools::python(root)?;
    tools::python_for(root, "mqtt").map(|_| ())
}

fn format(root: &Path) -> Done {
    run_program(root, "cargo", &["fmt", "--all", "--check"])
}

fn page_tests(root: &Path) -> Done {
    page::install(root)?;
    let ui = root.join("ui");
    run_program(&ui, "npm", &["run", "--silent", "check:api"])?;
    run_program(&ui, "npm", &["run", "--silent", "check"])?;
    run_program(&ui, "npm", &["run", "--silent", "test"])
}

/// The house, then these tasks. What clippy does not read is what the tests were built with: `cargo clippy` would
/// have all of it checked a second time. Asked again and again by a developer, `cargo clippy` is the quicker one, for
/// it keeps what it found.
fn lint(root: &Path) -> Done {
    for which in [&HOUSE[..], &["--package", "xtask", "--locked"]] {
        let status = program("nice")
            .args([
                "--adjustment=19",
                "cargo",
                "build",
                "--quiet",
                "--all-targets",
            ])
            .args(which)
            .current_dir(root)
            .env("RUSTC_WORKSPACE_WRAPPER", Wrapper::Linting.link(root)?)
            .env("CLIPPY_ARGS", CLIPPY_ARGUMENTS)
            .status()?;
        if !status.success() {
            return stop("clippy finds something");
        }
    }
    Ok(())
}

/// As `cargo clippy -- --deny warnings` tells it to its driver.
const CLIPPY_ARGUMENTS: &str = "--deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";
