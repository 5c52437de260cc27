//! `cargo xtask fuzz`: every decoder, fed by libFuzzer with coverage of our own crates.
//!
//! Only workspace crates count coverage: everything else is shared with the other builds.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::Args;

use crate::command::{Done, HOUSE, Trouble, program, stop};
use crate::compiler::Wrapper;
use crate::demo;

/// An input that never ends is a fault. One that only takes long the engine's program judges itself, by the work and
/// not by the clock: beside a whole test run a thread may wait for a processor longer than it may work.
const STUCK_S: u32 = 60;

/// Memory over which an input is a fault.
const MOST_MEMORY_MB: u32 = 2048;

/// Inputs of the engine's own that a committed corpus may hold.
const MOST_KEPT: usize = 200;

#[derive(Debug, Args)]
pub(crate) struct FuzzArguments {
    /// Only these targets.
    targets: Vec<String>,
    /// How long each target is fed.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
    /// Keep the inputs that reached new code in the committed corpus.
    #[arg(long)]
    keep: bool,
}

/// Whether the targets have the machine to themselves.
#[derive(Clone, Copy)]
enum Pace {
    /// At the priority of everything else.
    Full,
    /// Behind the journeys of a whole test run, and yet never without a share: at the lowest priority there are
    /// minutes in which nothing is fed at all.
    Gentle,
}

/// Builds the engine that feeds the targets.
pub(crate) fn engine(root: &Path) -> Done {
    built(root).map(|_| ())
}

/// Twenty seconds each: what `cargo xtask test` does.
pub(crate) fn short(root: &Path) -> Done {
    let arguments = FuzzArguments {
        targets: Vec::new(),
        seconds: 20,
        keep: false,
    };
    feed(root, &arguments, Pace::Gentle)
}

/// Builds the engine and feeds the targets, each with a processor of its own.
pub(crate) fn run(root: &Path, arguments: &FuzzArguments) -> Done {
    feed(root, arguments, Pace::Full)
}

fn feed(root: &Path, arguments: &FuzzArguments, pace: Pace) -> Done {
    let engine = built(root)?;
    let targets = wanted(root, &arguments.targets)?;
    let work = root.join("target/fuzz");
    let seconds = arguments.seconds;
    println!("{} targets, {seconds} s each", targets.len());
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let adjustment = match pace {
        Pace::Full => "--adjustment=0",
        Pace::Gentle => "--adjustment=5",
    };
    for group in targets.chunks(processors) {
        let running: Vec<_> = group
            .iter()
            .map(|target| {
                let fed = [&engine, &root.join("fuzz/corpus").join(target)];
                Feeding::start(adjustment, fed, &work, target, seconds)
            })
            .collect::<Done<_>>()?;
        for feeding in running {
            feeding.finish()?;
        }
    }
    if arguments.keep {
        for target in &targets {
            keep(root, &engine, &work, target)?;
        }
    }
    Ok(())
}

/// What is compiled well elsewhere, and here but a little: the engine is built in half the time, and sees more of
/// the branches that were written.
const LESS_WELL: [&str; 5] = ["units", "sky", "imaging", "sim", "streams"];

/// The engine. A second call in the same run finds it made, and waits for nothing that cargo builds meanwhile.
fn built(root: &Path) -> Done<PathBuf> {
    static BUILT: Mutex<Option<PathBuf>> = Mutex::new(None);
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(engine) = &*built {
        return Ok(engine.clone());
    }
    let engine = build(root)?;
    *built = Some(engine.clone());
    Ok(engine)
}

fn build(root: &Path) -> Done<PathBuf> {
    let arguments = ["build", "--features", "skyhelm-fuzz/engine", "--quiet"];
    let less_well =
        LESS_WELL.map(|room| format!("--config=profile.dev.package.skyhelm-{room}.opt-level=1"));
    let status = program("nice")
        .args(["--adjustment=19", "cargo"])
        .args(arguments)
        .args(["--example", "engine"])
        .args(less_well)
        .args(HOUSE)
        .current_dir(root)
        .env("RUSTC_WORKSPACE_WRAPPER", Wrapper::Counting.link(root)?)
        .status()?;
    if !status.success() {
        return stop(format!("failed ({status}): cargo {}", arguments.join(" ")));
    }
    Ok(demo::example(root, "engine"))
}

/// The corpus folders name the targets; a test holds them to the program's own list.
fn wanted(root: &Path, asked: &[String]) -> Done<Vec<String>> {
    let mut known = Vec::new();
    for entry in std::fs::read_dir(root.join("fuzz/corpus"))? {
        known.push(entry?.file_name().to_string_lossy().into_owned());
    }
    known.sort();
    if let Some(strange) = asked.iter().find(|name| !known.contains(name)) {
        return stop(format!(
            "there is no target {strange}; there are: {}",
            known.join(", ")
        ));
    }
    Ok(if asked.is_empty() {
        known
    } else {
        asked.to_vec()
    })
}

struct Feeding {
    target: String,
    child: std::process::Child,
    log: PathBuf,
    seconds: u64,
}

impl Feeding {
    fn start(
        adjustment: &str,
        [engine, corpus]: [&PathBuf; 2],
        work: &Path,
        target: &str,
        seconds: u64,
    ) -> Done<Self> {
        let found = work.join(target);
        std::fs::create_dir_all(&found)?;
        let log = work.join(format!("{target}.log"));
        let child = Command::new("nice")
            .arg(adjustment)
            .arg(engine)
            .env("SKYHELM_FUZZ_TARGET", target)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-timeout={STUCK_S}"))
            .arg(format!("-rss_limit_mb={MOST_MEMORY_MB}"))
            .arg("-print_final_stats=1")
            .arg(format!("-artifact_prefix={}/{target}-", work.display()))
            .arg(&found)
            .arg(corpus)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log)?)
            .spawn()
            .map_err(|error| Trouble(format!("the engine cannot be started: {error}")))?;
        Ok(Self {
            target: String::from(target),
            child,
            log,
            seconds,
        })
    }

    fn finish(mut self) -> Done {
        // The engine ends by itself; one that does not is stuck in an input.
        let patience = Duration::from_secs(self.seconds + 2 * u64::from(STUCK_S));
        let mut waited = Duration::ZERO;
        let step = Duration::from_millis(100);
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if waited > patience {
                self.child.kill()?;
                break self.child.wait()?;
            }
            std::thread::sleep(step);
            waited += step;
        };
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let runs = log
            .lines()
            .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
            .map_or("?", str::trim);
        if status.success() {
            println!("{:16} {runs} inputs, clean", self.target);
            return Ok(());
        }
        let end: Vec<_> = log.lines().rev().take(30).collect();
        for line in end.iter().rev() {
            println!("{line}");
        }
        stop(format!(
            "{} broke a promise; the input is named above, and the whole log is {}",
            self.target,
            self.log.display()
        ))
    }
}

/// Makes the committed corpus anew: what was given by hand, and the fewest inputs that reach all the
/// code that is reached now, as many of them as a folder may hold.
fn keep(root: &Path, engine: &Path, work: &Path, target: &str) -> Done {
    let corpus = root.join("fuzz/corpus").join(target);
    let fewest = work.join(format!("{target}-fewest"));
    if fewest.exists() {
        std::fs::remove_dir_all(&fewest)?;
    }
    std::fs::create_dir_all(&fewest)?;
    let status = Command::new(engine)
        .env("SKYHELM_FUZZ_TARGET", target)
        .args(["-set_cover_merge=1", "-use_counters=0", "-max_len=4096"])
        .args([&fewest, &corpus, &work.join(target)])
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return stop(format!("the corpus of {target} could not be merged"));
    }
    for old in inputs(&corpus)? {
        if is_engines_own(&old) {
            std::fs::remove_file(old)?;
        }
    }
    for input in inputs(&fewest)?.into_iter().take(MOST_KEPT) {
        std::fs::copy(&input, corpus.join(input.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn inputs(folder: &Path) -> Done<Vec<PathBuf>> {
    let mut inputs = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        inputs.push(entry?.path());
    }
    inputs.sort();
    Ok(inputs)
}

/// The engine names its inputs by their SHA-1.
fn is_engines_own(input: &Path) -> bool {
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
