//! What a person may type into the search field.

use skyhelm_sky::Catalogue;

/// Any text finds something or nothing.
pub(super) fn search(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for found in Catalogue::embedded().search(&text).iter().take(3) {
        found.found.title();
    }
}
