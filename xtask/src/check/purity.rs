//! Rooms without clock, socket, thread or dice.

use std::path::Path;

use super::layers::House;
use super::size::rust_files;
use crate::command::Done;

/// Lines of pure rooms that name what they must not.
pub(crate) fn faults(root: &Path, house: &House) -> Done<Vec<String>> {
    let mut faults = Vec::new();
    for room in &house.pure.rooms {
        for home in ["crates", "families"] {
            let source = root.join(home).join(room).join("src");
            for file in rust_files(&source)? {
                let text = std::fs::read_to_string(&file)?;
                for (number, word) in forbidden_words(&text, &house.pure.forbidden) {
                    let shown = file.strip_prefix(root).unwrap_or(&file).display();
                    faults.push(format!(
                        "{shown}:{number}: a pure room must not name `{word}`"
                    ));
                }
            }
        }
    }
    Ok(faults)
}

/// Line numbers with the forbidden word each holds. Comments and what follows `mod tests` are free.
fn forbidden_words<'a>(text: &str, forbidden: &'a [String]) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("mod tests") {
            break;
        }
        let code = line.split("//").next().unwrap_or_default();
        let names = |word: &&String| {
            code.match_indices(word.as_str()).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
        };
        found.extend(
            forbidden
                .iter()
                .filter(names)
                .map(|word| (index + 1, word.as_str())),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_a_pure_room_is_found() {
        let forbidden = vec![String::from("Instant"), String::from("tokio::")];
        let text = "let t = Instant::now();\n// Instant in words\nlet x = tokio::spawn(y);\nstruct NotInstant;\n";
        let found = forbidden_words(text, &forbidden);
        assert_eq!(found, [(1, "Instant"), (3, "tokio::")]);
    }
}
