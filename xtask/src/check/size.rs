//! Files and functions that have grown too long to be read.

use std::path::{Path, PathBuf};

use crate::command::Done;

/// Lines of a file from which it is a fault; tests at its end do not count.
const FILE_FAULT: usize = 500;
/// Lines of a file from which `cargo xtask size` lists it.
const FILE_LISTED: usize = 250;
/// Lines of a function from which it is a fault.
const FUNCTION_FAULT: usize = 80;

/// Files and functions over the limit.
pub(crate) fn faults(root: &Path) -> Done<Vec<String>> {
    let mut faults = Vec::new();
    for file in house_files(root)? {
        let text = std::fs::read_to_string(&file)?;
        let shown = file
            .strip_prefix(root)
            .unwrap_or(&file)
            .display()
            .to_string();
        let lines = product_lines(&text);
        if lines > FILE_FAULT {
            faults.push(format!(
                "{shown}: {lines} lines, at most {FILE_FAULT}: split by noun"
            ));
        }
        for (name, length) in functions(&text) {
            if length > FUNCTION_FAULT {
                faults.push(format!(
                    "{shown}: fn {name} has {length} lines, at most {FUNCTION_FAULT}"
                ));
            }
        }
    }
    Ok(faults)
}

/// Lists what is long, longest first.
pub(crate) fn report(root: &Path) -> Done {
    let mut rows = Vec::new();
    for file in house_files(root)? {
        let text = std::fs::read_to_string(&file)?;
        let shown = file
            .strip_prefix(root)
            .unwrap_or(&file)
            .display()
            .to_string();
        let lines = product_lines(&text);
        if lines > FILE_LISTED {
            rows.push((lines, shown.clone()));
        }
        for (name, length) in functions(&text) {
            if length > FUNCTION_FAULT / 2 {
                rows.push((length, format!("{shown}: fn {name}")));
            }
        }
    }
    rows.sort_by(|a, b| b.cmp(a));
    for (lines, what) in rows {
        println!("{lines:5}  {what}");
    }
    Ok(())
}

fn house_files(root: &Path) -> Done<Vec<PathBuf>> {
    let mut files = Vec::new();
    for home in ["crates", "families", "xtask"] {
        files.extend(rust_files(&root.join(home))?);
    }
    files.retain(|file| {
        let path = file.to_string_lossy();
        !["/gen/", "/tests/", "/benches/", "/examples/"]
            .iter()
            .any(|part| path.contains(part))
            && !path.ends_with("/tests.rs")
    });
    Ok(files)
}

/// All Rust files below a folder; none when there is no such folder.
pub(crate) fn rust_files(folder: &Path) -> Done<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn product_lines(text: &str) -> usize {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .count()
}

/// Names and lengths of functions, by the indentation rustfmt gives them.
fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if let Some((name, start, depth)) = &open {
            if indent == *depth && line.trim_end() == format!("{}}}", " ".repeat(*depth)) {
                found.push((name.clone(), number - start + 1));
                open = None;
            }
        } else if let Some(name) = function_name(line)
            && !line.trim_end().ends_with(';')
            && !line.trim_end().ends_with('}')
        {
            open = Some((name, number, indent));
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let code = line.trim_start();
    let at = if code.starts_with("fn ") {
        0
    } else {
        code.find(" fn ")? + 1
    };
    if !code[..at]
        .chars()
        .all(|c| c.is_alphanumeric() || " ()_:\"".contains(c))
    {
        return None;
    }
    let name: String = code[at + 3..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_function_is_measured() {
        let body = "    let x = 1;\n".repeat(100);
        let text = format!("impl A {{\n    pub(crate) fn long(&self) {{\n{body}    }}\n}}\n");
        assert_eq!(functions(&text), [(String::from("long"), 102)]);
    }

    #[test]
    fn tests_at_the_end_do_not_count() {
        let text = format!("fn a() {{}}\n#[cfg(test)]\n{}", "x\n".repeat(600));
        assert_eq!(product_lines(&text), 1);
    }
}
