/// The header lines of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartHeaders(Vec<(String, String)>);

/// Header lines kept of one part; a camera sends two to five.
const MOST_LINES: usize = 32;

impl PartHeaders {
    /// A header's value, whatever the case of its name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All headers in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The length the peer announces; zero counts as no announcement.
    pub(crate) fn content_length(&self) -> Option<usize> {
        let length = self.value("content-length")?.parse().ok()?;
        (length > 0).then_some(length)
    }

    /// Takes in a line; one without a colon is passed over.
    pub(crate) fn push_line(&mut self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        if let Some((name, value)) = text.split_once(':')
            && self.0.len() < MOST_LINES
        {
            self.0
                .push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
}
