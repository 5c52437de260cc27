//! How the program's memory is taken from the system.

use std::time::Duration;

/// How long a thread for heavy work stays without any. glibc lets every thread keep up to a quarter of a megabyte of
/// small pieces, and pictures made ten times a second wake one waiting thread after the other: were threads kept for
/// the usual ten seconds, each that was ever needed would stay, and fill its keep all night.
pub(crate) const IDLE_THREAD_KEPT: Duration = Duration::from_millis(250);

/// A picture of eight megapixels comes as a mapping of its own and goes back whole, and threads share few heaps.
///
/// Left to itself, glibc moves ever larger pieces into its heaps as it sees them freed, and a heap with one small
/// thing at its end gives nothing back: a long night grew by half.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code, reason = "the C library's own setting; numbers only")]
pub(crate) fn settle() {
    const OWN_MAPPING_FROM: libc::c_int = 256 * 1024;
    const HEAPS: libc::c_int = 4;
    // SAFETY: `mallopt` takes two numbers, and is called before there is a second thread. When it refuses, memory is
    // taken as before.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING_FROM);
        libc::mallopt(libc::M_ARENA_MAX, HEAPS);
    }
}

/// Other systems' allocators are left alone.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn settle() {}
