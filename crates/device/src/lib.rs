//! The waist: capabilities, state, jobs, events, errors and authority of any device.
