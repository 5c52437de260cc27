//! The engine's program: `SKYHELM_FUZZ_TARGET` names what it feeds.
//!
//! It has a `main` of its own, for the C library of `erfars` brings one too, which the linker would
//! otherwise take for the engine's.

#![allow(
    unsafe_code,
    reason = "the engine is C++ and calls by unmangled names, which its macro defines; a thread's clock is the system's"
)]

use std::env;
use std::ffi::{CString, c_char, c_int};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use skyhelm_fuzz::{Target, named};

/// Work of the processor over which an input is a fault. The engine's own limit counts time that other programs had.
const MOST_WORK: Duration = Duration::from_secs(5);

type Callback = unsafe extern "C" fn(*const u8, usize) -> c_int;

unsafe extern "C" {
    fn LLVMFuzzerRunDriver(
        count: *mut c_int,
        arguments: *mut *mut *mut c_char,
        feed: Callback,
    ) -> c_int;
    fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> c_int;
}

fn target() -> &'static Target {
    static CHOSEN: OnceLock<&'static Target> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        let name = env::var("SKYHELM_FUZZ_TARGET").unwrap_or_default();
        named(&name).expect("SKYHELM_FUZZ_TARGET names a target")
    })
}

fuzz_target!(|data: &[u8]| {
    let target = target();
    let before = work_done();
    (target.run)(data);
    let work = work_done().saturating_sub(before);
    assert!(
        work < MOST_WORK,
        "an input of {} took {work:?}",
        target.name
    );
});

/// What the processor did for this thread until now.
fn work_done() -> Duration {
    let mut told = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `told` is there for as long as the call, which writes nothing else.
    let code = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut told) };
    assert_eq!(code, 0, "the system has a clock for each thread");
    let seconds = u64::try_from(told.tv_sec).unwrap_or_default();
    let nanoseconds = u32::try_from(told.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanoseconds)
}

fn main() -> ExitCode {
    let mut arguments: Vec<*mut c_char> = env::args_os()
        .filter_map(|argument| CString::new(argument.into_vec()).ok())
        .map(CString::into_raw)
        .collect();
    let mut count = c_int::try_from(arguments.len()).unwrap_or(c_int::MAX);
    arguments.push(std::ptr::null_mut());
    let mut first = arguments.as_mut_ptr();
    // SAFETY: `first` points to `count` strings and a null that live until the program ends.
    let code =
        unsafe { LLVMFuzzerRunDriver(&raw mut count, &raw mut first, LLVMFuzzerTestOneInput) };
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
