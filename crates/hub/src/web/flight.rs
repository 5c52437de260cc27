//! Flying: the sticks by a socket of their own, and the log of flights.

mod log;
mod sticks;
mod track;

use super::route::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut rows = sticks::routes();
    rows.extend(log::routes());
    rows
}
