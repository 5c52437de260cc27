use bytes::Bytes;
use prost::Message;
use skyhelm_dwarf_proto::numbers::Function;
use tokio_util::sync::CancellationToken;

/// What a camera is busy taking, other than a stack.
#[derive(Clone, Debug)]
pub(crate) struct Shooting {
    pub(crate) function: Function,
    /// Asks the job to end.
    pub(crate) stop: CancellationToken,
    /// How far it is.
    pub(crate) progress: Option<Told>,
}

impl Shooting {
    pub(crate) const fn new(function: Function, stop: CancellationToken) -> Self {
        Self {
            function,
            stop,
            progress: None,
        }
    }
}

/// A notification as it was told last, kept for clients that come later.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) id: u32,
    pub(crate) payload: Bytes,
}

impl Told {
    pub(crate) fn new(id: u32, message: &impl Message) -> Self {
        Self {
            id,
            payload: message.encode_to_vec().into(),
        }
    }
}
