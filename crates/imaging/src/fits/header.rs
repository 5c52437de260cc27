use super::card::{CARD, Card, Value};
use super::card_reader;
use crate::ImagingError;

/// A FITS file is made of blocks of this many bytes.
pub(crate) const BLOCK: usize = 2880;
/// A header of more cards than this is refused: real ones stay below a few hundred.
const MOST_CARDS: usize = 36 * 1000;

/// The cards of a FITS header, in order.
///
/// The cards that describe the array (`SIMPLE`, `BITPIX`, `NAXIS`...) are made by the writer from the
/// array itself; such cards in a header that was read are kept, and left out when it is written again.
///
/// ```
/// use skyhelm_imaging::fits::Header;
///
/// let mut header = Header::default();
/// header.set("OBJECT", "M 31", "what was aimed at")?;
/// header.set("GAIN", 60_i64, "")?;
/// assert_eq!(header.text("OBJECT"), Some("M 31"));
/// assert_eq!(header.float("GAIN"), Some(60.0));
/// # Ok::<(), skyhelm_imaging::ImagingError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    cards: Vec<Card>,
}

impl Header {
    /// All cards in order.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// Appends a card as it is.
    pub fn push(&mut self, card: Card) {
        self.cards.push(card);
    }

    /// Sets a keyword: in its place when the header has it, at the end otherwise.
    ///
    /// # Errors
    /// [`ImagingError::Keyword`] when the keyword is not one.
    pub fn set(
        &mut self,
        keyword: &str,
        value: impl Into<Value>,
        comment: &str,
    ) -> Result<(), ImagingError> {
        let card = Card::new(keyword, value, comment)?;
        match self.cards.iter_mut().find(|old| old.keyword == keyword) {
            Some(old) => *old = card,
            None => self.cards.push(card),
        }
        Ok(())
    }

    /// Appends a line of history; a long one takes several cards.
    pub fn history(&mut self, text: &str) {
        self.cards.push(Card {
            keyword: "HISTORY".to_owned(),
            value: None,
            comment: text.to_owned(),
        });
    }

    /// The first value of a keyword.
    pub fn value(&self, keyword: &str) -> Option<&Value> {
        self.cards
            .iter()
            .find(|card| card.keyword == keyword)
            .and_then(|card| card.value.as_ref())
    }

    /// A text value.
    pub fn text(&self, keyword: &str) -> Option<&str> {
        match self.value(keyword)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number, whole or not.
    pub fn float(&self, keyword: &str) -> Option<f64> {
        match self.value(keyword)? {
            Value::Float(number) => Some(*number),
            Value::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }

    /// A whole number, also when it is written with a point.
    pub fn integer(&self, keyword: &str) -> Option<i64> {
        match self.value(keyword)? {
            Value::Integer(number) => Some(*number),
            Value::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                Some(*number as i64)
            }
            _ => None,
        }
    }

    /// A logical value.
    pub fn logical(&self, keyword: &str) -> Option<bool> {
        match self.value(keyword)? {
            Value::Logical(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Appends the cards, `END`, and blanks to a whole block.
    pub(crate) fn write(cards: &[Card], rest: &Self, out: &mut Vec<u8>) {
        for card in cards {
            card.write(out);
        }
        let own = || rest.cards.iter().filter(|card| !is_structural(card));
        if own().any(Card::is_long) {
            // Without it readers from before FITS 4.0, and `fitsverify`, doubt the CONTINUE cards.
            Card::known("LONGSTRN", "OGIP 1.0", "long texts go on in CONTINUE").write(out);
        }
        for card in own() {
            card.write(out);
        }
        out.extend_from_slice(b"END");
        let padded = out.len().next_multiple_of(BLOCK);
        out.resize(padded, b' ');
    }

    /// Reads the cards up to `END`; also says at which byte the data begin.
    ///
    /// # Errors
    /// [`ImagingError::Fits`] when there is no `END`, or more cards than any honest file has.
    pub fn read(bytes: &[u8]) -> Result<(Self, usize), ImagingError> {
        let mut header = Self::default();
        for (index, line) in bytes.chunks_exact(CARD).take(MOST_CARDS).enumerate() {
            if line[..8] == *b"END     " {
                let data = ((index + 1) * CARD).next_multiple_of(BLOCK);
                return Ok((header, data));
            }
            header.take_in(card_reader::parse(line));
        }
        Err(ImagingError::Fits("the header has no END"))
    }

    /// Appends a card read from a file; a `CONTINUE` card lengthens the text before it.
    fn take_in(&mut self, card: Card) {
        if card.keyword == "CONTINUE" {
            let open = self
                .cards
                .last_mut()
                .and_then(|last| match &mut last.value {
                    Some(Value::Text(text)) if text.ends_with('&') => {
                        Some((text, &mut last.comment))
                    }
                    _ => None,
                });
            if let (Some((text, comment)), Some((more, more_comment))) =
                (open, card_reader::parse_continuation(&card))
            {
                text.pop();
                text.push_str(&more);
                comment.push_str(&more_comment);
                return;
            }
        }
        self.cards.push(card);
    }
}

/// Whether the writer makes this card itself.
fn is_structural(card: &Card) -> bool {
    let keyword = card.keyword.as_str();
    matches!(
        keyword,
        "SIMPLE" | "XTENSION" | "BITPIX" | "NAXIS" | "EXTEND" | "PCOUNT" | "GCOUNT" | "GROUPS"
    ) || matches!(
        keyword,
        "BZERO"
            | "BSCALE"
            | "BLANK"
            | "END"
            | "CONTINUE"
            | "CHECKSUM"
            | "DATASUM"
            | "ROWORDER"
            | "LONGSTRN"
    ) || matches!(keyword, "BAYERPAT" | "XBAYROFF" | "YBAYROFF")
        || keyword
            .strip_prefix("NAXIS")
            .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
}
