//! Where the tube looks by its motors, since it last followed a target.

use skyhelm_sky::{Atmosphere, Body, SkyFrame};
use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, Mono, Site, StationClock, UtcMillis};

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
    now: Option<(Mono, Motors)>,
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
        self.now = Some((at, motors));
    }

    /// The motors were read anywhere else.
    pub(super) fn read(&mut self, at: Mono, motors: Motors) {
        self.now = Some((at, motors));
    }

    /// When the motors were read last.
    pub(super) fn read_last(&self) -> Option<Mono> {
        self.now.map(|(at, _)| at)
    }

    /// Where the telescope stands.
    pub(super) fn site(&self) -> &Site {
        &self.site
    }

    /// The station's time.
    pub(super) fn utc(&self, at: Mono) -> UtcMillis {
        self.clock.utc(at)
    }

    /// Where a body of the solar system is.
    pub(super) fn place_of(&self, body: Body, at: Mono) -> Equatorial<J2000> {
        self.frame(at).body(body).position
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
        let (_, now) = self.now?;
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
