//! Flying: the sticks by a socket of their own, the log of flights, and the land below.

mod land;
mod log;
mod sticks;
mod track;

use super::route::Route;

pub(super) fn routes() -> Vec<Route> {
    let mut rows = sticks::routes();
    rows.extend(log::routes());
    rows.extend(land::routes());
    rows
}
