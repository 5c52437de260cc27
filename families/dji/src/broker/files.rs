/// Lets this process open as many files as its system allows at all, and gives how many that is.
///
/// A shell's usual limit is 1,024, and each connection is a file: fewer than the clients a broker may have.
/// `None` where the system does not say, or has no such limit.
#[cfg(unix)]
pub fn open_all_files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return maximum;
    }
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => maximum,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it is");
            current
        }
    }
}

/// Other systems have no such limit.
#[cfg(not(unix))]
pub fn open_all_files() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn the_soft_limit_of_open_files_is_as_high_as_the_hard_one() {
        use rustix::process::{Resource, getrlimit};
        let allowed = super::open_all_files();
        let now = getrlimit(Resource::Nofile);
        assert_eq!((now.current, now.maximum), (allowed, allowed));
    }
}
