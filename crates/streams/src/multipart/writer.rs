use bytes::Bytes;
use skyhelm_units::UtcMillis;

/// Writes a stream of JPEG pictures for browsers and players.
///
/// A connection gets [`opening`](Self::opening) once, then for each picture
/// [`part_header`](Self::part_header), the picture, and [`part_end`](Self::part_end). The end of a part
/// already holds the next boundary: browsers show a picture when they have seen the boundary behind it,
/// so a boundary that waits for the next picture makes the view one picture late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartWriter {
    boundary: String,
}

impl Default for PartWriter {
    fn default() -> Self {
        Self {
            boundary: "skyhelm-frame".to_owned(),
        }
    }
}

impl PartWriter {
    /// With a boundary of its own, as a virtual device that imitates a real one needs it. Characters
    /// RFC 2046 forbids in a boundary are left out.
    pub fn with_boundary(boundary: &str) -> Self {
        let allowed = |c: &char| c.is_ascii_alphanumeric() || "'()+_,-./:=?".contains(*c);
        let boundary: String = boundary.chars().filter(allowed).take(70).collect();
        if boundary.trim_matches('-').is_empty() {
            Self::default()
        } else {
            Self { boundary }
        }
    }

    /// The value of the response's `Content-Type`.
    pub fn content_type(&self) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
        if self.boundary.chars().all(plain) {
            format!("multipart/x-mixed-replace; boundary={}", self.boundary)
        } else {
            format!("multipart/x-mixed-replace; boundary=\"{}\"", self.boundary)
        }
    }

    /// What the body begins with.
    pub fn opening(&self) -> Bytes {
        format!("--{}\r\n", self.boundary).into()
    }

    /// What stands before a picture of so many bytes.
    pub fn part_header(&self, length: usize, taken: Option<UtcMillis>) -> Bytes {
        let stamp = taken.map_or_else(String::new, |taken| {
            let (seconds, millis) = (
                taken.millis().div_euclid(1000),
                taken.millis().rem_euclid(1000),
            );
            format!("X-Timestamp: {seconds}.{millis:03}\r\n")
        });
        format!("Content-Type: image/jpeg\r\nContent-Length: {length}\r\n{stamp}\r\n").into()
    }

    /// What stands after a picture.
    pub fn part_end(&self) -> Bytes {
        format!("\r\n--{}\r\n", self.boundary).into()
    }
}
