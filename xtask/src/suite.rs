//! `cargo xtask test`: everything CI runs, in the order that finds faults soonest.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use clap::Args;

use crate::command::{Done, run as run_program, stop};
use crate::{check, demo, fuzz, generate, journey, oracle, page, tools};

#[derive(Debug, Args)]
pub(crate) struct TestArguments {
    /// Only the steps of these names.
    steps: Vec<String>,
}

type Step = (&'static str, &'static str, fn(&Path) -> Done);

const STEPS: &[Step] = &[
    ("tools", "what the tests need is there", needed_tools),
    ("format", "rustfmt finds nothing", format),
    ("check", "layers, purity, licences, sizes", check::run),
    ("page", "the page: types, unit tests, build", page_tests),
    ("build", "the station builds", demo::build),
    ("generated", "generated files match their sources", |root| {
        generate::run(root, true)
    }),
    (
        "rust",
        "unit, property, row and end-to-end tests",
        rust_tests,
    ),
    (
        "oracle",
        "positions and files, judged by astropy, sep and fitsverify",
        oracle::run,
    ),
    (
        "flight",
        "a virtual drone flown from a real browser",
        journey::flight,
    ),
    (
        "journey",
        "a stranger's first night in a real browser",
        journey::first_light,
    ),
    (
        "pages",
        "every page, fault and control in a real browser",
        journey::pages,
    ),
    ("lint", "clippy finds nothing", lint),
    (
        "fuzz",
        "hostile bytes for every decoder, 20 s each",
        fuzz::short,
    ),
];

/// Steps that only compute. In a whole run they go on beside the journeys, most of whose time is waiting.
const BESIDE: [&str; 2] = ["lint", "fuzz"];

/// The step after which the ones beside begin: nothing else builds from there on, and nobody flies.
const ALONE_UNTIL: &str = "flight";

pub(crate) fn run(root: &Path, arguments: &TestArguments) -> Done {
    for wanted in &arguments.steps {
        if !STEPS.iter().any(|(name, ..)| name == wanted) {
            let names: Vec<_> = STEPS.iter().map(|(name, ..)| *name).collect();
            return stop(format!(
                "there is no step {wanted}; there are: {}",
                names.join(", ")
            ));
        }
    }
    let whole = arguments.steps.is_empty();
    let mut times = Vec::new();
    let mut beside = None;
    for (name, says, step) in STEPS {
        let asked = if whole {
            !BESIDE.contains(name)
        } else {
            arguments.steps.iter().any(|wanted| wanted == name)
        };
        if !asked {
            continue;
        }
        println!("\n### {name}: {says}");
        let start = Instant::now();
        if let Err(trouble) = step(root) {
            return stop(format!(
                "step `{name}` failed: {trouble}\nAgain with: cargo xtask test {name}"
            ));
        }
        times.push((*name, start.elapsed().as_secs_f64()));
        if whole && *name == ALONE_UNTIL {
            beside = Some((Instant::now(), Beside::start(root)?));
        }
    }
    if let Some((start, steps)) = beside {
        steps.finish()?;
        times.push(("lint and fuzz, beside", start.elapsed().as_secs_f64()));
    }
    println!();
    for (name, seconds) in &times {
        println!("{seconds:7.1} s  {name}");
    }
    let apart = if whole { BESIDE.len() - 1 } else { 0 };
    println!("{} steps passed, 0 failed", times.len() + apart);
    Ok(())
}

/// This program once more, gently, with the steps that go on beside the others.
struct Beside {
    child: Child,
    log: PathBuf,
}

impl Beside {
    fn start(root: &Path) -> Done<Self> {
        let log = root.join("target/beside.log");
        let output = File::create(&log)?;
        let child = Command::new("nice")
            .args(["-n", "10"])
            .arg(std::env::current_exe()?)
            .arg("test")
            .args(BESIDE)
            .current_dir(root)
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .spawn()?;
        Ok(Self { child, log })
    }

    /// Waits for its end and shows what it printed. Each of its steps bounds its own time.
    fn finish(mut self) -> Done {
        println!("\n### {}: begun beside the journeys", BESIDE.join(", "));
        let status = self.child.wait()?;
        println!("{}", std::fs::read_to_string(&self.log)?);
        if status.success() {
            return Ok(());
        }
        stop(format!(
            "what ran beside the journeys failed\nAgain with: cargo xtask test {}",
            BESIDE.join(" ")
        ))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Without this a failed journey would leave the fuzzing behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
    tools::python(root).map(|_| ())
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

fn rust_tests(root: &Path) -> Done {
    run_program(
        root,
        "cargo",
        &["test", "--workspace", "--locked", "--quiet"],
    )
}

fn lint(root: &Path) -> Done {
    run_program(
        root,
        "cargo",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ],
    )
}
