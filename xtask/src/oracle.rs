//! Judges that share no code with what they judge: astropy, sep and fitsverify.

use std::path::{Path, PathBuf};

use crate::command::{Done, run as run_program, stop};
use crate::{demo, rust_tests, tools};

/// Frames of random fields by the virtual telescope's camera, against astropy and sep; then the same
/// with a seeded mistake, which the judge must find.
pub(crate) fn run(root: &Path) -> Done {
    let python = tools::python(root)?.to_string_lossy().into_owned();
    // They make the examples that draw the frames.
    rust_tests::compiled(root)?;
    let folder = root.join("target/oracle");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    frames(root, &folder.join("true"), "0")?;
    frames(root, &folder.join("late"), "1")?;
    let judge = |name: &str, verdict: &str| {
        let fields = folder.join(name).to_string_lossy().into_owned();
        run_program(
            root,
            &python,
            &["tools/oracle/positions.py", &fields, "data", verdict],
        )
    };
    judge("true", "--expect=right")?;
    judge("late", "--expect=wrong")?;
    judge_files(root, &folder.join("true"))?;
    samples(root, &python, &folder.join("samples"))
}

/// One file of every kind the FITS writer knows: pixels, headers and world coordinates.
fn samples(root: &Path, python: &str, folder: &Path) -> Done {
    std::fs::create_dir_all(folder)?;
    let folder = folder.to_string_lossy();
    run_program(root, &example(root, "fits_samples"), &[&*folder])?;
    run_program(
        root,
        python,
        &["crates/imaging/oracle/fits_judges.py", &folder],
    )
}

fn frames(root: &Path, folder: &Path, late_seconds: &str) -> Done {
    std::fs::create_dir_all(folder)?;
    let folder = folder.to_string_lossy();
    run_program(root, &example(root, "fields"), &[&*folder, late_seconds])
}

fn example(root: &Path, name: &str) -> String {
    demo::example(root, name).to_string_lossy().into_owned()
}

/// Every FITS file below a folder, by `astropy.io.fits` and `fitsverify`; and where its stars are, by the
/// coordinates in its own header.
pub(crate) fn judge_files(root: &Path, folder: &Path) -> Done {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    if files.is_empty() {
        return stop(format!("no FITS file below {}", folder.display()));
    }
    let python = tools::python(root)?.to_string_lossy().into_owned();
    let files: Vec<String> = files
        .iter()
        .map(|file| file.to_string_lossy().into_owned())
        .collect();
    let judge = |arguments: &[&str]| {
        let arguments = arguments.iter().map(|argument| String::from(*argument));
        let arguments: Vec<String> = arguments.chain(files.iter().cloned()).collect();
        run_program(root, &python, &arguments)
    };
    judge(&["tools/oracle/fits_files.py"])?;
    judge(&["tools/oracle/device_files.py", "data"])
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Done {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "fits") {
            files.push(path);
        }
    }
    Ok(())
}
