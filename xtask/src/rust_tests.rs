//! The workspace's own tests: compiled once in a run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use cargo_metadata::Message;

use crate::command::{Done, HOUSE, Trouble, program, run as run_program, stop};

/// A compiled test program and the folder its tests expect to be in.
#[derive(Debug, Clone)]
pub(crate) struct TestBinary {
    pub(crate) target: String,
    pub(crate) program: PathBuf,
    package: PathBuf,
}

/// Compiles every test and example of the workspace; a second call in the same run finds them made.
pub(crate) fn compiled(root: &Path) -> Done<&'static [TestBinary]> {
    static COMPILED: OnceLock<Vec<TestBinary>> = OnceLock::new();
    if let Some(binaries) = COMPILED.get() {
        return Ok(binaries);
    }
    let mut binaries = compile(root, &HOUSE)?;
    binaries.extend(compile(root, &["--package", "xtask", "--locked"])?);
    Ok(COMPILED.get_or_init(|| binaries))
}

/// Compiles the house's tests of a name and says where they are.
pub(crate) fn named(root: &Path, name: &str) -> Done<Vec<TestBinary>> {
    compile(root, &[&HOUSE[..], &["--test", name]].concat())
}

fn compile(root: &Path, which: &[&str]) -> Done<Vec<TestBinary>> {
    let output = program("cargo")
        .args(["test", "--quiet", "--no-run"])
        .args(which)
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return stop("the tests do not compile");
    }
    let mut binaries = Vec::new();
    for message in Message::parse_stream(output.stdout.as_slice()) {
        if let Message::CompilerArtifact(made) = message?
            && made.profile.test
            && let Some(program) = made.executable
            && let Some(package) = made.manifest_path.parent()
        {
            binaries.push(TestBinary {
                target: made.target.name,
                program: program.into_std_path_buf(),
                package: package.as_std_path().to_path_buf(),
            });
        }
    }
    Ok(binaries)
}

/// Runs them all. What a binary printed is shown when it has ended, whole.
pub(crate) fn run(root: &Path) -> Done {
    let mut failed = Vec::new();
    for binary in compiled(root)? {
        if let Err(trouble) = binary.run() {
            failed.push(trouble.0);
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        stop(failed.join("\n"))
    }
}

/// The examples in the documentation comments.
pub(crate) fn documentation(root: &Path) -> Done {
    let arguments = [&HOUSE[..], &["--quiet", "--doc"]].concat();
    run_program(
        root,
        "nice",
        &[&["--adjustment=19", "cargo", "test"], &arguments[..]].concat(),
    )
}

/// Tests that run at once: most of their time is waiting for virtual devices.
fn at_once() -> usize {
    2 * std::thread::available_parallelism().map_or(1, usize::from)
}

impl TestBinary {
    fn run(&self) -> Done {
        let start = Instant::now();
        let output = Command::new(&self.program)
            .current_dir(&self.package)
            .env("CARGO_MANIFEST_DIR", &self.package)
            .env("RUST_TEST_THREADS", at_once().to_string())
            .stdin(Stdio::null())
            .output()
            .map_err(Trouble::from)?;
        let name = format!(
            "{} of {}",
            self.target,
            self.package
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
        );
        let said = String::from_utf8_lossy(&output.stdout);
        let seconds = start.elapsed().as_secs_f64();
        if output.status.success() {
            let counts = said
                .lines()
                .find(|line| line.starts_with("test result"))
                .unwrap_or_default();
            println!("{seconds:6.1} s  {name}: {counts}");
            return Ok(());
        }
        println!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
        stop(format!("{name} failed ({})", output.status))
    }
}
