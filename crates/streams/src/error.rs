/// What went wrong, in classes that a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The peer does not speak multipart JPEG.
    Peer,
    /// The caller broke a rule of this crate.
    Caller,
}

/// An error of this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// A `Content-Type` that names no usable boundary.
    #[error("`{0}` is not the type of a multipart stream with a boundary")]
    ContentType(String),
    /// More bytes were given before the pictures in the earlier ones were taken.
    #[error("input before `poll_output` had returned `None`")]
    NotDrained,
}

impl StreamError {
    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::ContentType(_) => ErrorKind::Peer,
            Self::NotDrained => ErrorKind::Caller,
        }
    }
}
