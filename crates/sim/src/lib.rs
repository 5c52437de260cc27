//! Shared simulation: injected clocks, the sky camera, mount kinematics.
