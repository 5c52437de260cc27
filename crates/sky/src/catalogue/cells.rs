//! The sky cut into cells of about two degrees, for a quick look-up of a cone.
//!
//! Rows of equal height in declination, each cut in right ascension into cells about as wide as
//! they are high. The directory of `stars.bin` is in this order.

use core::f64::consts::{FRAC_PI_2, PI, TAU};

use skyhelm_units::{Angle, Equatorial, J2000};

const ROWS: usize = 90;
const ROW_HEIGHT: f64 = PI / ROWS as f64;
/// Keeps rounding from losing a cell at the rim.
const MARGIN: f64 = 1e-9;

/// How many cells there are.
pub(crate) fn count() -> usize {
    (0..ROWS).map(columns).sum()
}

/// The cell of a direction.
pub(crate) fn of(place: Equatorial<J2000>) -> usize {
    let row = row_of(place.dec.angle().radians());
    let columns = columns(row);
    let column = (place.ra.angle().radians() / TAU * columns as f64) as usize;
    first_of(row) + column.min(columns - 1)
}

/// All cells that a cone touches (and perhaps a few beside it).
pub(crate) fn touching(center: Equatorial<J2000>, radius: Angle) -> Vec<usize> {
    let radius = radius.radians().clamp(0.0, PI) + MARGIN;
    let (ra, dec) = (center.ra.angle().radians(), center.dec.angle().radians());
    let (south, north) = (dec - radius, dec + radius);
    let mut cells = Vec::new();
    for row in row_of(south)..=row_of(north) {
        let first = first_of(row);
        let columns = columns(row);
        let Some(half_width) = half_width(row, dec, radius) else {
            continue;
        };
        let width = TAU / columns as f64;
        if half_width + width >= PI {
            cells.extend(first..first + columns);
            continue;
        }
        let from = ((ra - half_width) / width).floor() as i64;
        let to = ((ra + half_width) / width).floor() as i64;
        let wrapped = (from..=to).map(|column| column.rem_euclid(columns as i64) as usize);
        cells.extend(wrapped.map(|column| first + column));
    }
    cells
}

/// How far a cone reaches in right ascension within a row; `None` when it does not reach the row.
fn half_width(row: usize, dec: f64, radius: f64) -> Option<f64> {
    let foot = row as f64 * ROW_HEIGHT - FRAC_PI_2;
    let (foot, top) = (
        foot.max(dec - radius),
        (foot + ROW_HEIGHT).min(dec + radius),
    );
    if foot > top {
        return None;
    }
    if dec + radius >= FRAC_PI_2 || dec - radius <= -FRAC_PI_2 {
        return Some(PI);
    }
    // The circle is widest in right ascension at this declination.
    let widest = (dec.sin() / radius.cos()).clamp(-1.0, 1.0).asin();
    let at = widest.clamp(foot, top);
    let cosine = (radius.cos() - at.sin() * dec.sin()) / (at.cos() * dec.cos());
    Some(cosine.clamp(-1.0, 1.0).acos() + MARGIN)
}

fn row_of(dec: f64) -> usize {
    (((dec + FRAC_PI_2) / ROW_HEIGHT).floor().max(0.0) as usize).min(ROWS - 1)
}

fn columns(row: usize) -> usize {
    let middle = (row as f64 + 0.5) * ROW_HEIGHT - FRAC_PI_2;
    ((TAU * middle.cos() / ROW_HEIGHT).round() as usize).max(3)
}

fn first_of(row: usize) -> usize {
    (0..row).map(columns).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_direction_of_a_cone_lies_in_a_cell_it_touches(
            ra in 0.0..360.0f64, dec in -90.0..90.0f64, radius in 0.0..60.0f64,
            part in 0.0..1.0f64, angle in 0.0..360.0f64,
        ) {
            let center = Equatorial::<J2000>::from_degrees(ra, dec).unwrap();
            let axis = center.to_vector();
            let (away, turn) = (Angle::from_degrees(radius * part), Angle::from_degrees(angle));
            let east = [-center.ra.angle().sin(), center.ra.angle().cos(), 0.0];
            let north = crate::vector::cross(&axis, &east);
            let point: Vec<f64> = (0..3).map(|i| {
                axis[i] * away.cos() + (east[i] * turn.sin() + north[i] * turn.cos()) * away.sin()
            }).collect();
            let point = Equatorial::from_vector([point[0], point[1], point[2]]);
            prop_assert!(touching(center, Angle::from_degrees(radius)).contains(&of(point)));
        }

        #[test]
        fn no_cell_is_named_twice(ra in 0.0..360.0f64, dec in -90.0..90.0f64, radius in 0.0..180.0f64) {
            let center = Equatorial::<J2000>::from_degrees(ra, dec).unwrap();
            let mut cells = touching(center, Angle::from_degrees(radius));
            cells.sort_unstable();
            let total = cells.len();
            cells.dedup();
            prop_assert_eq!(cells.len(), total);
            prop_assert!(cells.last().is_none_or(|last| *last < count()));
        }
    }
}
