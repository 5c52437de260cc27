//! How the program's memory is taken from the system.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use of_glibc::settle;

/// Other systems' allocators are left alone.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn settle() {}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(
    unsafe_code,
    reason = "the C library's own settings, and advice on memory that it gave"
)]
mod of_glibc {
    use std::alloc::{GlobalAlloc, Layout, System};

    /// A picture of eight megapixels comes as a mapping of its own and goes back whole, and threads share few heaps.
    ///
    /// Left to itself, glibc moves ever larger pieces into its heaps as it sees them freed, and a heap with one small
    /// thing at its end gives nothing back: a long night grew by half.
    pub(crate) fn settle() {
        const OWN_MAPPING_FROM: libc::c_int = 256 * 1024;
        const HEAPS: libc::c_int = 4;
        // SAFETY: `mallopt` takes two numbers, and is called before there is a second thread. When it refuses, memory
        // is taken as before.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, OWN_MAPPING_FROM);
            libc::mallopt(libc::M_ARENA_MAX, HEAPS);
        }
    }

    #[global_allocator]
    static MEMORY: LargePages = LargePages;

    /// The system's allocator. What is large may lie on the processor's large pages, where the kernel has them: each
    /// sub of a stack takes and gives back half a gigabyte, and in small pages that was a quarter of all the work.
    struct LargePages;

    /// From this size on a piece holds whole large pages of two megabytes.
    const LARGE: usize = 4 << 20;
    const SMALL_PAGE: usize = 4096;

    // SAFETY: every piece is the system allocator's own, given and taken back as it asks for.
    unsafe impl GlobalAlloc for LargePages {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller keeps the same promises.
            advised(unsafe { System.alloc(layout) }, layout.size())
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller keeps the same promises.
            advised(unsafe { System.alloc_zeroed(layout) }, layout.size())
        }

        unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            // SAFETY: the caller keeps the same promises.
            advised(unsafe { System.realloc(piece, layout, size) }, size)
        }

        unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
            // SAFETY: the caller keeps the same promises.
            unsafe { System.dealloc(piece, layout) }
        }
    }

    fn advised(piece: *mut u8, size: usize) -> *mut u8 {
        if size >= LARGE && !piece.is_null() {
            let before = piece.align_offset(SMALL_PAGE);
            // SAFETY: the range is inside the piece. The advice changes nothing of what it holds; when the kernel
            // refuses it, the pages stay small.
            unsafe {
                libc::madvise(piece.add(before).cast(), size - before, libc::MADV_HUGEPAGE);
            }
        }
        piece
    }
}
