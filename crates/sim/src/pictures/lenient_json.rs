/// Makes strict JSON of the lenient kind: no comments, no trailing commas, digits around each point.
pub(super) fn strict(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut in_string = false;
    while let Some(c) = rest.next() {
        if in_string {
            out.push(c);
            if c == '\\' {
                out.extend(rest.next());
            } else if c == '"' {
                in_string = false;
            }
            continue;
        }
        match (c, rest.peek().copied()) {
            ('"', _) => {
                in_string = true;
                out.push(c);
            }
            ('/', Some('/')) => while rest.next_if(|&c| c != '\n').is_some() {},
            ('/', Some('*')) => {
                let mut last = ' ';
                for c in rest.by_ref().skip(1) {
                    if (last, c) == ('*', '/') {
                        break;
                    }
                    last = c;
                }
            }
            ('}' | ']', _) => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
                out.push(c);
            }
            ('.', next) => {
                if !out.ends_with(|c: char| c.is_ascii_digit()) {
                    out.push('0');
                }
                out.push('.');
                if !next.is_some_and(|c| c.is_ascii_digit()) {
                    out.push('0');
                }
            }
            ('+', Some(next)) if next.is_ascii_digit() && !out.ends_with(['e', 'E']) => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::strict;

    #[test]
    fn what_others_tolerate_becomes_strict() {
        let lenient = r#"{"a" : [-.5, 1., +3,], /* no, */ "b//c" : "x,]\"", }  // end"#;
        let value: serde_json::Value = serde_json::from_str(&strict(lenient)).unwrap();
        assert_eq!(
            value,
            serde_json::json!({"a": [-0.5, 1.0, 3], "b//c": "x,]\""})
        );
    }
}
