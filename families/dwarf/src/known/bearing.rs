//! Where the tube looks by its motors, since it last followed a target.

use skyhelm_sky::{Atmosphere, SkyFrame};
use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, Mono, Site, StationClock};

/// What the two motors read, in degrees: one turns, the other lifts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Motors {
    pub(crate) rotation: f64,
    pub(crate) pitch: f64,
}

/// A direction and what the motors read there.
#[derive(Clone, Copy, Debug)]
struct Reference {
    seen: Horizontal,
    motors: Motors,
}

/// The bearing of one telescope.
///
/// The difference of two readings is taken as a difference of azimuth and altitude: true to the
/// tripod's tilt, a degree or two, which is what the Sun guard and a chart need.
#[derive(Debug)]
pub(crate) struct Bearing {
    site: Site,
    clock: StationClock,
    reference: Option<Reference>,
    now: Option<Motors>,
}

impl Bearing {
    pub(super) fn new(site: Site, clock: StationClock) -> Self {
        Self {
            site,
            clock,
            reference: None,
            now: None,
        }
    }

    /// The motors were read while the telescope followed a place.
    pub(super) fn read_on(&mut self, at: Mono, motors: Motors, place: Equatorial<J2000>) {
        let seen = self.frame(at).horizontal(place);
        self.reference = Some(Reference { seen, motors });
        self.now = Some(motors);
    }

    /// The motors were read anywhere else.
    pub(super) fn read(&mut self, motors: Motors) {
        self.now = Some(motors);
    }

    /// Nobody watched: the tripod may stand elsewhere now.
    pub(super) fn forget(&mut self) {
        self.reference = None;
        self.now = None;
    }

    pub(super) fn is_known(&self) -> bool {
        self.reference.is_some()
    }

    /// Where among the stars the tube looks.
    pub(super) fn looks_at(&self, at: Mono) -> Option<Equatorial<J2000>> {
        let Reference { seen, motors } = self.reference?;
        let now = self.now?;
        let difference = |to: f64, from: f64| Angle::from_degrees(to - from).normalized_signed();
        let azimuth = seen.azimuth.angle() + difference(now.rotation, motors.rotation);
        let altitude = seen.altitude.angle() + difference(now.pitch, motors.pitch);
        let (sin_az, cos_az) = azimuth.sin_cos();
        let (sin_alt, cos_alt) = altitude.sin_cos();
        // As a vector, since a tube may be lifted over the zenith.
        let seen = Horizontal::from_vector([cos_alt * cos_az, cos_alt * sin_az, sin_alt]);
        Some(self.frame(at).j2000(seen))
    }

    fn frame(&self, at: Mono) -> SkyFrame {
        SkyFrame::new(&self.site, self.clock.utc(at), &Atmosphere::default())
    }
}
