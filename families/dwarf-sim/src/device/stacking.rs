use tokio_util::sync::CancellationToken;

/// Where one camera's live stacking stands.
#[derive(Clone, Debug, Default)]
pub(crate) enum StackSlot {
    /// The live picture is live.
    #[default]
    Live,
    /// Subs are being taken; the token asks the job to end.
    Running(CancellationToken),
    /// The stack has ended and the picture still shows it: a client must send GO LIVE before the next
    /// one (seen on firmware of API 2.0).
    ShowsResult,
}

impl StackSlot {
    pub(crate) fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    pub(crate) fn shows_stack(&self) -> bool {
        !matches!(self, Self::Live)
    }
}
