//! Angles, frames, heights, time and ids: the words every room of Skyhelm speaks.
