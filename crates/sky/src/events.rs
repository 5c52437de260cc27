//! Rise, set, twilight: when things happen.
