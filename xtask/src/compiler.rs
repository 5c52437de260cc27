//! This program as cargo's wrapper of rustc: what it does there is told by the name it is called by.
//!
//! Only the workspace's own crates are compiled so. What they stand on is shared with every other build.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::command::Done;

/// What a wrapper is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapper {
    /// Crates that count which of their code runs, for the fuzzing engine.
    Counting,
    /// Crates that clippy reads and nobody runs: no code is made for them.
    Linting,
}

/// What makes a crate count its own coverage. The stable compiler does it when LLVM's pass is asked for by name.
const COVERAGE: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// All that is made of a crate that nobody will run.
const DESCRIPTION_ONLY: &str = "--emit=dep-info,metadata";

impl Wrapper {
    const ALL: [Self; 2] = [Self::Counting, Self::Linting];

    const fn name(self) -> &'static str {
        match self {
            Self::Counting => "rustc-counting",
            Self::Linting => "rustc-linting",
        }
    }

    /// The path by which cargo calls this program as the wrapper. A path of its own each, for by that cargo tells
    /// apart what they made.
    pub(crate) fn link(self, root: &Path) -> Done<PathBuf> {
        let folder = root.join("target/wrappers");
        std::fs::create_dir_all(&folder)?;
        let link = folder.join(self.name());
        let program = std::env::current_exe()?;
        if std::fs::read_link(&link).ok().as_ref() != Some(&program) {
            if link.is_symlink() {
                std::fs::remove_file(&link)?;
            }
            std::os::unix::fs::symlink(&program, &link)?;
        }
        Ok(link)
    }

    fn compile(self, compiler: &OsStr, arguments: &[OsString]) -> std::io::Result<ExitStatus> {
        let told = |word: &str| arguments.iter().any(|argument| argument == word);
        // Macros and build scripts run in the compiler, so there they are made as ever.
        let runs_here = told("proc-macro") || told("build_script_build");
        let ours = told("--crate-name") && !runs_here;
        match self {
            Self::Counting => Command::new(compiler)
                .args(arguments)
                .args(if ours { COVERAGE } else { &[] })
                .status(),
            Self::Linting => Command::new("clippy-driver")
                .arg(compiler)
                .args(arguments.iter().map(|argument| {
                    if ours {
                        described(argument)
                    } else {
                        argument.clone()
                    }
                }))
                .status(),
        }
    }
}

/// The argument for a crate of which only the description is made and which stands on such crates.
fn described(argument: &OsStr) -> OsString {
    let Some(text) = argument.to_str() else {
        return argument.to_owned();
    };
    if text.starts_with("--emit=") {
        return OsString::from(DESCRIPTION_ONLY);
    }
    if let Some((name, path)) = text.split_once('=')
        && let Some(library) = path.strip_suffix(".rlib")
        && !Path::new(path).exists()
    {
        return OsString::from(format!("{name}={library}.rmeta"));
    }
    argument.to_owned()
}

/// When cargo calls this program as a wrapper: compiles, and says how it went.
pub(crate) fn called() -> Option<i32> {
    let mut arguments = std::env::args_os();
    let name = PathBuf::from(arguments.next()?);
    let wrapper = Wrapper::ALL
        .into_iter()
        .find(|wrapper| name.file_name() == Some(OsStr::new(wrapper.name())))?;
    let compiler = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    Some(match wrapper.compile(&compiler, &arguments) {
        Ok(status) => status.code().unwrap_or(1),
        Err(error) => {
            eprintln!("{} cannot start its compiler: {error}", wrapper.name());
            1
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_without_code_is_named_by_its_description() {
        let asked = |text: &str| described(OsStr::new(text));
        assert_eq!(asked("--emit=dep-info,link"), DESCRIPTION_ONLY);
        assert_eq!(
            asked("skyhelm_sky=/nowhere/libskyhelm_sky.rlib"),
            "skyhelm_sky=/nowhere/libskyhelm_sky.rmeta"
        );
        assert_eq!(asked("--edition=2024"), "--edition=2024");
    }
}
