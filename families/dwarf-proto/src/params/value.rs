/// Reads a step's name: `1/30`, `3/10000`, `15`, `0.5 s`, `5 min`, `∞`. Minutes become seconds.
/// `None` for a word.
pub fn seconds_or_number(name: &str) -> Option<f64> {
    if name == "∞" {
        return Some(f64::INFINITY);
    }
    let (number, unit) = name.split_once(' ').unwrap_or((name, ""));
    let factor = match unit {
        "" | "s" => 1.0,
        "min" => 60.0,
        _ => return None,
    };
    let value = match number.split_once('/') {
        Some((above, below)) => above.parse::<f64>().ok()? / below.parse::<f64>().ok()?,
        None => number.parse::<f64>().ok()?,
    };
    value.is_finite().then_some(value * factor)
}
