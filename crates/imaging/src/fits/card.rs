use core::fmt::Write as _;

use crate::ImagingError;

/// Bytes of one header card.
pub(crate) const CARD: usize = 80;
/// Text that fits between the quotes of one card.
const TEXT_ROOM: usize = 68;

/// The value of a header card.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `T` or `F`.
    Logical(bool),
    /// A whole number.
    Integer(i64),
    /// A real number. FITS headers have no infinity and no NaN: a card with one is not written.
    Float(f64),
    /// A quoted text, without its quotes and trailing blanks.
    Text(String),
    /// A keyword without a value, which the standard allows.
    Undefined,
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Logical(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// One line of a FITS header.
///
/// A commentary card (`HISTORY`, `COMMENT`, and any card that cannot be understood) has no value;
/// its text stands in `comment`.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The keyword, at most 8 characters.
    pub keyword: String,
    /// The value; `None` marks a commentary card.
    pub value: Option<Value>,
    /// The comment after the slash, or the whole text of a commentary card.
    pub comment: String,
}

impl Card {
    /// A card with a value.
    ///
    /// # Errors
    /// [`ImagingError::Keyword`] when the keyword is not one.
    pub fn new(
        keyword: &str,
        value: impl Into<Value>,
        comment: &str,
    ) -> Result<Self, ImagingError> {
        if !is_keyword(keyword) {
            return Err(ImagingError::Keyword(keyword.to_owned()));
        }
        Ok(Self::known(keyword, value, comment))
    }

    /// A card whose keyword is a literal of this crate.
    pub(crate) fn known(keyword: &str, value: impl Into<Value>, comment: &str) -> Self {
        debug_assert!(is_keyword(keyword), "{keyword}");
        Self {
            keyword: keyword.to_owned(),
            value: Some(value.into()),
            comment: comment.to_owned(),
        }
    }

    /// A card of free text under `HISTORY`, `COMMENT` or a blank keyword.
    ///
    /// # Errors
    /// [`ImagingError::Keyword`] when the keyword is neither blank nor a keyword.
    pub fn commentary(keyword: &str, text: &str) -> Result<Self, ImagingError> {
        if keyword.is_empty() || is_keyword(keyword) {
            Ok(Self {
                keyword: keyword.to_owned(),
                value: None,
                comment: text.to_owned(),
            })
        } else {
            Err(ImagingError::Keyword(keyword.to_owned()))
        }
    }

    /// Appends the card's 80 bytes, or several times 80 when its text is long.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match &self.value {
            None => self.write_commentary(out),
            Some(Value::Float(number)) if !number.is_finite() => {}
            Some(Value::Text(text)) => self.write_text(out, text),
            Some(value) => {
                let mut line = format!("{:<8}= {:>20}", self.keyword, plain(value));
                append_comment(&mut line, &printable(&self.comment));
                push_line(out, &line);
            }
        }
    }

    /// Whether the text takes more than one card.
    pub(crate) fn is_long(&self) -> bool {
        matches!(&self.value, Some(Value::Text(text)) if quoted_pieces(&printable(text)).len() > 1)
    }

    fn write_commentary(&self, out: &mut Vec<u8>) {
        let text = printable(&self.comment);
        let mut rest = text.as_str();
        loop {
            let (now, later) = rest.split_at(rest.len().min(CARD - 8));
            push_line(out, &format!("{:<8}{now}", self.keyword));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
    }

    /// Text that does not fit one card goes on in `CONTINUE` cards (FITS 4.0, section 4.2.1.2).
    fn write_text(&self, out: &mut Vec<u8>, text: &str) {
        let pieces = quoted_pieces(&printable(text));
        let last = pieces.len() - 1;
        for (index, piece) in pieces.iter().enumerate() {
            let mut line = if index == 0 {
                format!("{:<8}= ", self.keyword)
            } else {
                "CONTINUE  ".to_owned()
            };
            let goes_on = if index < last { "&" } else { "" };
            let quoted = format!("'{:<8}'", format!("{piece}{goes_on}"));
            let _ = write!(line, "{quoted:<20}");
            if index == last {
                append_comment(&mut line, &printable(&self.comment));
            }
            push_line(out, &line);
        }
    }
}

/// Whether the standard allows this as a keyword.
pub(crate) fn is_keyword(text: &str) -> bool {
    (1..=8).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

fn plain(value: &Value) -> String {
    match value {
        Value::Logical(true) => "T".to_owned(),
        Value::Logical(false) => "F".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => real(*number),
        Value::Text(_) | Value::Undefined => String::new(),
    }
}

/// The shortest digits that read back as the same number, with the decimal point the standard wants.
fn real(number: f64) -> String {
    let short = format!("{number:?}");
    match short.split_once('e') {
        None => short,
        Some((mantissa, exponent)) => {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            format!("{mantissa}{point}E{exponent}")
        }
    }
}

/// FITS text is ASCII from blank to tilde.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if (' '..='~').contains(&c) { c } else { '?' })
        .collect()
}

/// Splits text, quotes doubled, into pieces that fit a card with the `&` of continuation.
fn quoted_pieces(text: &str) -> Vec<String> {
    let doubled_length = text.len() + text.matches('\'').count();
    if doubled_length <= TEXT_ROOM {
        return vec![text.trim_end().replace('\'', "''")];
    }
    let mut pieces = vec![String::new()];
    for c in text.trim_end().chars() {
        let needed = if c == '\'' { 2 } else { 1 };
        if pieces.last().map_or(0, String::len) + needed > TEXT_ROOM - 1 {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
            if c == '\'' {
                piece.push(c);
            }
        }
    }
    pieces
}

fn append_comment(line: &mut String, comment: &str) {
    let room = CARD.saturating_sub(line.len() + 3);
    if !comment.is_empty() && room > 0 {
        let _ = write!(line, " / {}", &comment[..comment.len().min(room)]);
    }
}

fn push_line(out: &mut Vec<u8>, line: &str) {
    let bytes = &line.as_bytes()[..line.len().min(CARD)];
    out.extend_from_slice(bytes);
    out.resize(out.len() + CARD - bytes.len(), b' ');
}
