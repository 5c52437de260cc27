//! Virtual DWARFLAB telescopes.
