//! Folder listings of the telescope's file server: the HTML an nginx makes.

use super::Place;
use crate::error::DwarfError;
use crate::http;

/// A folder with more files is cut.
const MOST_FILES: usize = 5_000;

/// The files of a folder, with their sizes where told; folders within are left out.
pub(super) async fn list(
    place: &Place,
    folder: &str,
) -> Result<Vec<(String, Option<u64>)>, DwarfError> {
    let url = format!("{}/", place.url(folder)?);
    let page = http::fetch(place.client.get(&url), &url).await?;
    Ok(parse(&String::from_utf8_lossy(&page)))
}

/// One line of the page: `<a href="NAME">NAME</a>  21-Nov-2026 06:12  12345`.
fn parse(page: &str) -> Vec<(String, Option<u64>)> {
    page.split("<a href=\"")
        .skip(1)
        .filter_map(|rest| {
            let (link, rest) = rest.split_once('"')?;
            let name = percent_decode(link.strip_prefix("./").unwrap_or(link))?;
            let odd = |c: char| matches!(c, '/' | '\\' | '\0' | '?');
            if name.is_empty() || name.starts_with("..") || name.contains(odd) {
                return None;
            }
            let line = rest.split_once("</a>")?.1.lines().next()?;
            let size = line.split_whitespace().last().and_then(|w| w.parse().ok());
            Some((name, size))
        })
        .take(MOST_FILES)
        .collect()
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (pair, after) = rest.split_at_checked(2)?;
        rest = after;
        bytes.push(u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_gives_names_and_sizes_and_no_way_out() {
        let page = "<html><h1>Index of /DWARF3/</h1><pre><a href=\"../\">../</a>\n\
            <a href=\"Thumbnail/\">Thumbnail/</a>   21-Nov-2026 06:12   -\n\
            <a href=\"M%2031_15s60.fits\">M 31_15s60.fits</a>  21-Nov-2026 06:12   16819200\n\
            <a href=\"..%2f..%2fetc\">x</a> 1\n<a href=\"%zz\">x</a>\n\
            <a href=\"stacked.jpg\">stacked.jpg</a>\n</pre>";
        assert_eq!(
            parse(page),
            [
                (String::from("M 31_15s60.fits"), Some(16_819_200)),
                (String::from("stacked.jpg"), None),
            ]
        );
    }
}
