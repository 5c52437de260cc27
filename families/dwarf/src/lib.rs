//! Driver for DWARFLAB smart telescopes.
