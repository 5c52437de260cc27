//! The engine's program: `SKYHELM_FUZZ_TARGET` names what it feeds.
//!
//! It has a `main` of its own, for the C library of `erfars` brings one too, which the linker would
//! otherwise take for the engine's.

#![allow(
    unsafe_code,
    reason = "the engine is C++ and calls by unmangled names, which its macro defines"
)]

use std::env;
use std::ffi::{CString, c_char, c_int};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use skyhelm_fuzz::{Target, named};

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

fuzz_target!(|data: &[u8]| (target().run)(data));

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
