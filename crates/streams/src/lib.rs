//! Moving pictures without sockets: multipart JPEG, one upstream, many viewers.
