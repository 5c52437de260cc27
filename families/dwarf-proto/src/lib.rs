//! DWARFLAB API 2.0 on the wire: messages, command table, and sans-I/O sessions for both ends.
