/// What went wrong, in classes that a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's or the file's data contradict themselves.
    BadInput,
    /// The data may be right, but this crate does not read them.
    Unsupported,
    /// The writer that was given refused the bytes.
    Output,
}

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImagingError {
    /// Width, height and number of samples do not fit together.
    #[error("{samples} samples do not make an image of {width} x {height}")]
    Shape {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// Number of samples given.
        samples: usize,
    },
    /// Two images that must have one size have two.
    #[error("an image of {found:?} pixels does not fit one of {expected:?}")]
    SizeMismatch {
        /// Width and height that were needed.
        expected: (usize, usize),
        /// Width and height that came.
        found: (usize, usize),
    },
    /// A FITS keyword with characters or a length the standard forbids.
    #[error("`{0}` is no FITS keyword: use up to 8 of A-Z, 0-9, hyphen and underscore")]
    Keyword(String),
    /// The bytes are not a FITS file, or a damaged one.
    #[error("not a readable FITS file: {0}")]
    Fits(&'static str),
    /// A FITS card that has no value of the type its keyword needs.
    #[error("FITS keyword {keyword} is missing or has no usable value")]
    Card {
        /// The keyword.
        keyword: &'static str,
    },
    /// A kind of file or setting this crate does not handle.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// The JPEG or PNG encoder refused the image.
    #[error("the image cannot be encoded: {0}")]
    Encode(String),
    /// The writer that was given failed.
    #[error("writing the image failed")]
    Write(#[from] std::io::Error),
}

impl ImagingError {
    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Shape { .. }
            | Self::SizeMismatch { .. }
            | Self::Keyword(_)
            | Self::Fits(_)
            | Self::Card { .. } => ErrorKind::BadInput,
            Self::Unsupported(_) | Self::Encode(_) => ErrorKind::Unsupported,
            Self::Write(_) => ErrorKind::Output,
        }
    }
}
