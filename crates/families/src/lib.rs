//! The one place that names every device family.
//!
//! The hub is handed this list and knows no name in it; the command line reaches each family's own
//! tools through here. A new family is one crate and one line.
//!
//! ```
//! let names: Vec<_> = skyhelm_families::families().iter().map(|family| family.name()).collect();
//! assert_eq!(names, ["dwarf", "dji"]);
//! ```

use std::sync::Arc;

use skyhelm_device::Family;

/// Driver of DJI docks and remote controllers, and the broker they dial.
pub use skyhelm_dji as dji;
/// Virtual DJI gateways with their aircraft.
pub use skyhelm_dji_sim as dji_sim;
/// Driver and raw commands of DWARFLAB telescopes.
pub use skyhelm_dwarf as dwarf;
/// The protocol of DWARFLAB telescopes.
pub use skyhelm_dwarf_proto as dwarf_proto;
/// Virtual DWARFLAB telescopes.
pub use skyhelm_dwarf_sim as dwarf_sim;

/// Every family, in the order they are shown.
pub fn families() -> Vec<Arc<dyn Family>> {
    vec![skyhelm_dwarf::family(), skyhelm_dji::family()]
}
