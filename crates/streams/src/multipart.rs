//! `multipart/x-mixed-replace`: a stream of JPEG pictures in one HTTP body.

mod headers;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use headers::PartHeaders;
pub use reader::{JpegFrame, MultipartCounts, MultipartLimits, MultipartReader};
pub use writer::PartWriter;
