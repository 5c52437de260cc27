use super::card::{CARD, Card, Value, is_keyword};

/// Reads one 80-byte card. What cannot be understood is kept as commentary, never lost.
pub(crate) fn parse(line: &[u8]) -> Card {
    debug_assert_eq!(line.len(), CARD);
    let text: String = line
        .iter()
        .map(|&b| if b.is_ascii() { char::from(b) } else { '?' })
        .collect();
    let keyword = text[..8].trim_end().to_owned();
    let assigned = &text[8..10] == "= ";
    if assigned
        && is_keyword(&keyword)
        && let Some((value, comment)) = parse_value(&text[10..])
    {
        return Card {
            keyword,
            value: Some(value),
            comment,
        };
    }
    Card {
        keyword,
        value: None,
        comment: text[8..].trim_end().to_owned(),
    }
}

/// The text of a `CONTINUE` card and the comment after it.
pub(crate) fn parse_continuation(card: &Card) -> Option<(String, String)> {
    match parse_value(&card.comment)? {
        (Value::Text(text), comment) => Some((text, comment)),
        _ => None,
    }
}

fn parse_value(field: &str) -> Option<(Value, String)> {
    let field = field.trim_start();
    if let Some(rest) = field.strip_prefix('\'') {
        let (text, after) = quoted(rest)?;
        return Some((Value::Text(text), comment_of(after)?));
    }
    let (plain, comment) = match field.split_once('/') {
        Some((plain, comment)) => (plain.trim(), comment.trim().to_owned()),
        None => (field.trim(), String::new()),
    };
    let value = match plain {
        "" => Value::Undefined,
        "T" => Value::Logical(true),
        "F" => Value::Logical(false),
        number => parse_number(number)?,
    };
    Some((value, comment))
}

fn parse_number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::Integer(whole));
    }
    // Rust also reads "inf" and "nan", which are no FITS numbers; old files write exponents with D.
    if !text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.EeDd".contains(&b))
    {
        return None;
    }
    let number = text.replace(['D', 'd'], "E").parse::<f64>().ok()?;
    number.is_finite().then_some(Value::Float(number))
}

/// The text up to the closing quote, doubled quotes made single, and what follows.
fn quoted(rest: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().peekable();
    while let Some((index, c)) = characters.next() {
        if c != '\'' {
            text.push(c);
        } else if characters.peek().is_some_and(|&(_, next)| next == '\'') {
            text.push('\'');
            characters.next();
        } else {
            let end = text.trim_end().len();
            text.truncate(end);
            return Some((text, &rest[index + 1..]));
        }
    }
    None
}

fn comment_of(after: &str) -> Option<String> {
    let after = after.trim();
    match after.strip_prefix('/') {
        Some(comment) => Some(comment.trim().to_owned()),
        None => after.is_empty().then(String::new),
    }
}
