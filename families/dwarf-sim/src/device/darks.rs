use tokio_util::sync::CancellationToken;

/// Dark frames being taken.
#[derive(Clone, Debug)]
pub(crate) struct DarkJob {
    /// Asks it to end.
    pub(crate) stop: CancellationToken,
    /// How far it is, in hundredths of a percent.
    pub(crate) progress: i32,
}
