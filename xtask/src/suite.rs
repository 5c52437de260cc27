//! `cargo xtask test`: everything CI runs, in the order that finds faults soonest.

use std::path::Path;
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
    ("lint", "clippy finds nothing", lint),
    (
        "fuzz",
        "hostile bytes for every decoder, 20 s each",
        fuzz::short,
    ),
    (
        "oracle",
        "positions and files, judged by astropy, sep and fitsverify",
        oracle::run,
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
];

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
    let mut times = Vec::new();
    for (name, says, step) in STEPS {
        if !arguments.steps.is_empty() && !arguments.steps.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n### {name}: {says}");
        let start = Instant::now();
        if let Err(trouble) = step(root) {
            return stop(format!(
                "step `{name}` failed: {trouble}\nAgain with: cargo xtask test {name}"
            ));
        }
        times.push((name, start.elapsed().as_secs_f64()));
    }
    println!();
    for (name, seconds) in &times {
        println!("{seconds:7.1} s  {name}");
    }
    println!("{} steps passed, 0 failed", times.len());
    Ok(())
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
