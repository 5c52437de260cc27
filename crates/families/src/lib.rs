//! The one place that names every device family.
