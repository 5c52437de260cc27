//! Products by their three numbers, and payloads by theirs.

use core::fmt;
use core::str::FromStr;

/// `domain-type-subtype`: 0 are aircraft, 2 remote controllers, 3 docks. Unknown ones are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelKey {
    /// What sort of thing: 0 aircraft, 1 payload, 2 remote controller, 3 dock.
    pub domain: i64,
    /// Which product.
    pub kind: i64,
    /// Which variant of it.
    pub sub_kind: i64,
}

/// Not three numbers with dashes between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected three numbers, like 3-1-0")]
pub struct NotThreeNumbers;

impl ModelKey {
    /// From its numbers.
    pub const fn new(domain: i64, kind: i64, sub_kind: i64) -> Self {
        Self {
            domain,
            kind,
            sub_kind,
        }
    }

    /// Whether it is a dock.
    pub const fn is_dock(self) -> bool {
        self.domain == 3
    }

    /// Whether it is a remote controller.
    pub const fn is_controller(self) -> bool {
        self.domain == 2
    }

    /// The name printed on it. `None` for products this crate does not know.
    pub const fn name(self) -> Option<&'static str> {
        Some(match (self.domain, self.kind, self.sub_kind) {
            (3, 1, _) => "DJI Dock",
            (3, 2, _) => "DJI Dock 2",
            (3, 3, _) => "DJI Dock 3",
            (2, 56, _) => "DJI Smart Controller Enterprise",
            (2, 119, _) => "DJI RC Plus",
            (2, 144, _) => "DJI RC Pro Enterprise",
            (2, 174, _) => "DJI RC Plus 2",
            (0, 67, 0) => "Matrice 30",
            (0, 67, 1) => "Matrice 30T",
            (0, 77, 0) => "Mavic 3E",
            (0, 77, 1) => "Mavic 3T",
            (0, 77, 3) => "Mavic 3TA",
            (0, 91, 0) => "Matrice 3D",
            (0, 91, 1) => "Matrice 3TD",
            (0, 99, 0) => "Matrice 4E",
            (0, 99, 1) => "Matrice 4T",
            (0, 100, 0) => "Matrice 4D",
            (0, 100, 1) => "Matrice 4TD",
            (0, 103, _) => "Matrice 400",
            _ => return None,
        })
    }
}

impl fmt::Display for ModelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.domain, self.kind, self.sub_kind)
    }
}

impl FromStr for ModelKey {
    type Err = NotThreeNumbers;
    fn from_str(text: &str) -> Result<Self, NotThreeNumbers> {
        let [domain, kind, sub_kind] = three(text)?;
        Ok(Self::new(domain, kind, sub_kind))
    }
}

/// A camera or another payload: `type-subtype-gimbal`. Unknown ones are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayloadIndex {
    /// Which product.
    pub kind: i64,
    /// Which variant of it.
    pub sub_kind: i64,
    /// Where it hangs; 7 looks ahead from the aircraft itself.
    pub gimbal: i64,
}

impl PayloadIndex {
    /// From its numbers.
    pub const fn new(kind: i64, sub_kind: i64, gimbal: i64) -> Self {
        Self {
            kind,
            sub_kind,
            gimbal,
        }
    }

    /// What it is. `None` for payloads this crate does not know.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.kind {
            39 => "FPV camera",
            165 => "dock camera",
            176 => "auxiliary camera",
            42 => "H20 camera",
            43 => "H20T camera",
            61 => "H20N camera",
            52 => "M30 camera",
            53 => "M30T camera",
            66 => "M3E camera",
            67 => "M3T camera",
            129 => "M3TA camera",
            80 => "M3D camera",
            81 => "M3TD camera",
            82 => "H30 camera",
            83 => "H30T camera",
            88 => "M4E camera",
            89 => "M4T camera",
            98 => "M4D camera",
            99 => "M4TD camera",
            _ => return None,
        })
    }
}

impl fmt::Display for PayloadIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.kind, self.sub_kind, self.gimbal)
    }
}

impl FromStr for PayloadIndex {
    type Err = NotThreeNumbers;
    fn from_str(text: &str) -> Result<Self, NotThreeNumbers> {
        let [kind, sub_kind, gimbal] = three(text)?;
        Ok(Self::new(kind, sub_kind, gimbal))
    }
}

impl serde::Serialize for PayloadIndex {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PayloadIndex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::tolerant::text(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn three(text: &str) -> Result<[i64; 3], NotThreeNumbers> {
    let mut numbers = text.split('-').map(|part| {
        let digits = (1..=9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| part.parse().ok())
            .flatten()
            .ok_or(NotThreeNumbers)
    });
    let mut next = || numbers.next().unwrap_or(Err(NotThreeNumbers));
    let three = [next()?, next()?, next()?];
    match numbers.next() {
        None => Ok(three),
        Some(_) => Err(NotThreeNumbers),
    }
}
