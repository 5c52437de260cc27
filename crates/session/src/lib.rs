//! The sans-I/O toolkit: deadlines, request table, keep-alive, back-off.
