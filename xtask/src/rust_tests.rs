//! The workspace's own tests: compiled once in a run.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
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
///
/// Many of these tests live in real time, beside browsers and compilers. So one that failed is run once more when all
/// others have ended: if it fails again it is wrong, else it is called unsteady, by its name, at the end of the run.
pub(crate) fn run(root: &Path) -> Done<Vec<String>> {
    all(compiled(root)?)
}

fn all(binaries: &[TestBinary]) -> Done<Vec<String>> {
    let mut failures = Vec::new();
    for binary in binaries {
        if let Err(failure) = binary.run()? {
            failures.push((binary, failure));
        }
    }
    let (mut wrong, mut unsteady) = (Vec::new(), Vec::new());
    for (binary, failure) in failures {
        let again = binary.run_only(&failure.tests)?;
        let names = failure.tests.join(", ");
        if again {
            unsteady.push(format!("{names} in {}", binary.name()));
        } else {
            wrong.push(format!(
                "{} failed ({}): {names}",
                binary.name(),
                failure.status
            ));
        }
    }
    if wrong.is_empty() {
        Ok(unsteady)
    } else {
        stop(wrong.join("\n"))
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

/// How a test program failed.
struct Failure {
    status: ExitStatus,
    /// The names it gave; none when it died before.
    tests: Vec<String>,
}

impl TestBinary {
    fn name(&self) -> String {
        let folder = self.package.file_name().unwrap_or_default();
        format!("{} of {}", self.target, folder.to_string_lossy())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.package)
            .env("CARGO_MANIFEST_DIR", &self.package)
            .env("RUST_TEST_THREADS", at_once().to_string())
            .stdin(Stdio::null());
        command
    }

    fn run(&self) -> Done<Result<(), Failure>> {
        let start = Instant::now();
        let output = self.command().output().map_err(Trouble::from)?;
        let said = String::from_utf8_lossy(&output.stdout);
        let seconds = start.elapsed().as_secs_f64();
        if output.status.success() {
            let counts = said
                .lines()
                .find(|line| line.starts_with("test result"))
                .unwrap_or_default();
            println!("{seconds:6.1} s  {}: {counts}", self.name());
            return Ok(Ok(()));
        }
        println!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
        println!("{seconds:6.1} s  {}: {}", self.name(), output.status);
        Ok(Err(Failure {
            status: output.status,
            tests: failed_tests(&said),
        }))
    }

    /// Whether tests that failed pass now; never, when none is known by its name.
    fn run_only(&self, tests: &[String]) -> Done<bool> {
        if tests.is_empty() {
            return Ok(false);
        }
        println!("once more: {} of {}", tests.join(", "), self.name());
        let status = self
            .command()
            .arg("--exact")
            .args(tests)
            .status()
            .map_err(Trouble::from)?;
        Ok(status.success())
    }
}

/// The names that a test program lists before it ends.
fn failed_tests(said: &str) -> Vec<String> {
    let list = said
        .rsplit_once("\nfailures:\n")
        .map_or("", |(_, list)| list);
    list.lines()
        .map_while(|line| line.strip_prefix("    "))
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::{TestBinary, all, failed_tests};

    /// A test program that lists `t` as failed, except where `then` says otherwise when it is asked for `t` alone.
    fn program(name: &str, then: &str) -> TestBinary {
        let folder = std::env::temp_dir().join(format!("skyhelm-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let program = folder.join(name);
        let said = "test t ... FAILED\n\nfailures:\n    t\n\ntest result: FAILED.\n";
        let text =
            format!("#!/bin/sh\n[ \"$*\" = \"--exact t\" ] && {then}\nprintf '{said}'\nexit 101\n");
        std::fs::write(&program, text).expect("a program");
        let runs = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(&program, runs).expect("it may be run");
        TestBinary {
            target: name.to_owned(),
            program,
            package: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        }
    }

    #[test]
    fn what_fails_once_is_named_and_what_fails_again_is_wrong() {
        let unsteady = all(&[program("unsteady", "exit 0")]).expect("it passes");
        assert_eq!(unsteady, ["t in unsteady of xtask"]);
        let wrong = all(&[program("unsteady", "exit 0"), program("wrong", "exit 101")]);
        let told = wrong.expect_err("it is wrong").to_string();
        assert_eq!(told, "wrong of xtask failed (exit status: 101): t");
    }

    #[test]
    fn failed_tests_are_read_from_the_list_at_the_end() {
        let said = "running 3 tests\ntest a ... ok\ntest b::c ... FAILED\n\nfailures:\n\n---- b::c stdout ----\n\
                    thread 'b::c' panicked\n\n\nfailures:\n    b::c\n    d\n\ntest result: FAILED. 1 passed\n";
        assert_eq!(failed_tests(said), ["b::c", "d"]);
        assert!(failed_tests("killed before it could say").is_empty());
    }
}
