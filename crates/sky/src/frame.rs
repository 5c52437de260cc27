use erfars::Astrom;
use erfars::astrometry::{Ab, Apco, Ldsun};
use erfars::ephemerides::Epv00;
use erfars::horizonequatorial::Hd2pa;
use erfars::precnutpolar::{Eors, Pnm06a, S06, Sp00};
use erfars::rotationtime::Era00;
use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, OfDate, Site, UnitVector, UtcMillis};

use crate::atmosphere::Refraction;
use crate::catalogue::Star;
use crate::vector::{Matrix, about_z, difference, product, sum, turned, turned_back};
use crate::{Atmosphere, TimeScales};

/// Sidereal rotation of the Earth, radians per second of UT1.
const EARTH_RATE: f64 = 7.292_115_855_3e-5;

/// The sky over one site at one moment: turns catalogue directions into what a telescope sees
/// there, and back.
///
/// # Frames
/// ICRS (`Equatorial<J2000>`) → light deflection by the Sun, annual and diurnal aberration,
/// precession and nutation (IAU 2006/2000A) → `Equatorial<OfDate>` → Earth rotation → refraction →
/// `Horizontal`. Polar motion (below 0.5 arc-seconds) is left out.
///
/// # Cost
/// [`SkyFrame::new`] costs some hundred microseconds (the nutation series), [`SkyFrame::moved_to`]
/// a third of that, [`SkyFrame::spun_to`] a microsecond, one direction about a tenth of a microsecond.
///
/// # Example
/// ```
/// use skyhelm_sky::{Atmosphere, SkyFrame};
/// use skyhelm_units::{Equatorial, Site, UtcMillis};
///
/// let site = Site::from_degrees(48.14, 11.58, 520.0);
/// let frame = SkyFrame::new(&site, UtcMillis::from_seconds(1_795_212_000), &Atmosphere::default());
/// let m31 = Equatorial::from_degrees(10.684_7, 41.269).unwrap();
/// let seen = frame.horizontal(m31);
/// assert!(frame.j2000(seen).separation(&m31).arcseconds() < 0.01);
/// ```
#[derive(Clone, Debug)]
pub struct SkyFrame {
    pub(crate) site: Site,
    pub(crate) atmosphere: Atmosphere,
    pub(crate) utc: UtcMillis,
    pub(crate) scales: TimeScales,
    pub(crate) earth: EarthState,
    orientation: Orientation,
    sun_to_observer: UnitVector,
    sun_distance: f64,
    velocity: UnitVector,
    lorenz: f64,
    rotation: f64,
    intermediate: Matrix,
    to_date: Matrix,
    to_horizon: Matrix,
    refraction: Refraction,
}

/// Where the Earth and the observer are, in astronomical units about the solar system's barycentre.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EarthState {
    pub(crate) barycentric: UnitVector,
    pub(crate) velocity_per_day: UnitVector,
    pub(crate) heliocentric: UnitVector,
    pub(crate) observer: UnitVector,
}

/// How the Earth's axis lies: changes by less than 0.1 arc-second a day.
#[derive(Clone, Copy, Debug)]
struct Orientation {
    equinox_matrix: Matrix,
    locator: f64,
    equation_of_origins: f64,
}

impl Orientation {
    fn new(scales: &TimeScales) -> Self {
        let mut matrix = [0.0; 9];
        Pnm06a(scales.tt.0, scales.tt.1, &mut matrix);
        let locator = S06(scales.tt.0, scales.tt.1, matrix[6], matrix[7]);
        Self {
            equinox_matrix: matrix,
            locator,
            equation_of_origins: Eors(&matrix, locator),
        }
    }
}

impl SkyFrame {
    /// Over a site at a moment.
    pub fn new(site: &Site, utc: UtcMillis, atmosphere: &Atmosphere) -> Self {
        let scales = TimeScales::new(utc, atmosphere.dut1_s);
        let orientation = Orientation::new(&scales);
        Self::oriented(site, utc, atmosphere, orientation)
    }

    /// The same site at another moment within a day or so: quicker than [`SkyFrame::new`], since
    /// the Earth's axis is taken as before (0.1 arc-second a day).
    #[must_use]
    pub fn moved_to(&self, utc: UtcMillis) -> Self {
        Self::oriented(&self.site, utc, &self.atmosphere, self.orientation)
    }

    /// The same sky turned by the Earth's rotation to another moment within a day or so: a
    /// microsecond's work, for curves of fixed targets. Aberration is taken as before (0.5
    /// arc-seconds in a day), and so are the places of Sun, Moon and planets: ask another frame for these.
    #[must_use]
    pub fn spun_to(&self, utc: UtcMillis) -> Self {
        let scales = TimeScales::new(utc, self.atmosphere.dut1_s);
        let turned = |scales: &TimeScales| Era00(scales.ut1.0, scales.ut1.1);
        let rotation = self.rotation + turned(&scales) - turned(&self.scales);
        Self {
            utc,
            scales,
            rotation,
            to_horizon: product(
                &product(&to_north_east_up(self.site.latitude), &about_z(rotation)),
                &self.intermediate,
            ),
            ..self.clone()
        }
    }

    fn oriented(
        site: &Site,
        utc: UtcMillis,
        atmosphere: &Atmosphere,
        orientation: Orientation,
    ) -> Self {
        let scales = TimeScales::new(utc, atmosphere.dut1_s);
        let tt = scales.tt;
        // Outside 1900..2100 the series only warns; the pair of vectors is there all the same.
        let (heliocentric, barycentric) =
            Epv00(tt.0, tt.1).map_or(([0.0; 6], [0.0; 6]), |(both, _warning)| both);
        let mut astrom = Astrom::default();
        Apco(
            tt.0,
            tt.1,
            &barycentric,
            &first(&heliocentric),
            orientation.equinox_matrix[6],
            orientation.equinox_matrix[7],
            orientation.locator,
            Era00(scales.ut1.0, scales.ut1.1),
            site.longitude.radians(),
            site.latitude.radians(),
            site.height.metres,
            0.0,
            0.0,
            Sp00(tt.0, tt.1),
            0.0,
            0.0,
            &mut astrom,
        );
        Self {
            site: *site,
            atmosphere: *atmosphere,
            utc,
            scales,
            earth: EarthState {
                barycentric: first(&barycentric),
                velocity_per_day: [barycentric[3], barycentric[4], barycentric[5]],
                heliocentric: first(&heliocentric),
                observer: astrom.eb,
            },
            orientation,
            sun_to_observer: astrom.eh,
            sun_distance: astrom.em,
            velocity: astrom.v,
            lorenz: astrom.bm1,
            rotation: astrom.eral,
            intermediate: astrom.bpn,
            to_date: product(&about_z(orientation.equation_of_origins), &astrom.bpn),
            to_horizon: product(
                &product(&to_north_east_up(site.latitude), &about_z(astrom.eral)),
                &astrom.bpn,
            ),
            refraction: Refraction::new(atmosphere),
        }
    }

    /// The moment.
    pub fn utc(&self) -> UtcMillis {
        self.utc
    }

    /// The place.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The air.
    pub fn atmosphere(&self) -> &Atmosphere {
        &self.atmosphere
    }

    /// The moment on the scales the models run on.
    pub fn scales(&self) -> &TimeScales {
        &self.scales
    }

    /// Where a catalogue direction appears.
    pub fn horizontal(&self, place: Equatorial<J2000>) -> Horizontal {
        Horizontal::from_vector(self.horizontal_vector(place.to_vector()))
    }

    /// Where a star appears, its proper motion applied.
    pub fn horizontal_of_star(&self, star: &Star) -> Horizontal {
        Horizontal::from_vector(self.horizontal_vector(self.star_vector(star)))
    }

    /// A star's catalogue direction at this moment, its proper motion applied.
    pub fn star_vector(&self, star: &Star) -> UnitVector {
        star.vector_after(self.scales.years_since_j2000())
    }

    /// Where a catalogue direction appears: unit vectors in (ICRS) and out (north, east, up).
    /// The quick path for thousands of stars.
    pub fn horizontal_vector(&self, place: UnitVector) -> UnitVector {
        let geometric = turned(&self.to_horizon, &self.proper(&place));
        self.lifted(geometric)
    }

    /// Where a direction would appear without air.
    pub fn geometric_horizontal(&self, place: Equatorial<J2000>) -> Horizontal {
        Horizontal::from_vector(turned(&self.to_horizon, &self.proper(&place.to_vector())))
    }

    /// The catalogue direction of what appears somewhere.
    pub fn j2000(&self, seen: Horizontal) -> Equatorial<J2000> {
        Equatorial::from_vector(self.j2000_vector(seen.to_vector()))
    }

    /// The catalogue direction of what appears somewhere: unit vectors in (north, east, up) and
    /// out (ICRS).
    pub fn j2000_vector(&self, seen: UnitVector) -> UnitVector {
        let geometric = self.lowered(seen);
        self.catalogue(turned_back(&self.to_horizon, &geometric))
    }

    /// The apparent place: the equator and equinox of the date, aberration included.
    pub fn apparent(&self, place: Equatorial<J2000>) -> Equatorial<OfDate> {
        Equatorial::from_vector(turned(&self.to_date, &self.proper(&place.to_vector())))
    }

    /// The catalogue direction of an apparent place.
    pub fn j2000_of_date(&self, place: Equatorial<OfDate>) -> Equatorial<J2000> {
        Equatorial::from_vector(self.catalogue(turned_back(&self.to_date, &place.to_vector())))
    }

    /// The local apparent sidereal time, as an angle in `[0, 360)` degrees.
    pub fn sidereal_time(&self) -> Angle {
        Angle::from_radians(self.rotation - self.orientation.equation_of_origins).normalized()
    }

    /// The hour angle of a direction (no refraction), west positive, in `[-180, 180)` degrees.
    pub fn hour_angle(&self, place: Equatorial<J2000>) -> Angle {
        (self.sidereal_time() - self.apparent(place).ra.angle()).normalized_signed()
    }

    /// The parallactic angle: the position angle of the zenith at a direction, from north through
    /// east; negative before the transit, positive after it.
    pub fn parallactic_angle(&self, place: Equatorial<J2000>) -> Angle {
        let apparent = self.apparent(place);
        let hour_angle = (self.sidereal_time() - apparent.ra.angle()).normalized_signed();
        Angle::from_radians(Hd2pa(
            hour_angle.radians(),
            apparent.dec.angle().radians(),
            self.site.latitude.radians(),
        ))
    }

    /// How fast the field turns in an altazimuth telescope: the change of the parallactic angle in
    /// one second. It grows without bound towards the zenith, where it is cut at 85 turns a day.
    pub fn field_rotation_rate(&self, seen: Horizontal) -> Angle {
        let cos_altitude = seen.altitude.angle().cos().max(1e-2);
        Angle::from_radians(
            -EARTH_RATE * self.site.latitude.cos() * seen.azimuth.angle().cos() / cos_altitude,
        )
    }

    /// How far the air lifts what truly stands at an altitude.
    pub fn refraction(&self, true_altitude: Angle) -> Angle {
        self.refraction.lift(true_altitude)
    }

    /// Light deflection and aberration: the direction as it is met by the moving observer.
    fn proper(&self, place: &UnitVector) -> UnitVector {
        let bent = Ldsun(place, &self.sun_to_observer, self.sun_distance);
        Ab(&bent, &self.velocity, self.sun_distance, self.lorenz)
    }

    /// Undoes [`Self::proper`]. Each round shrinks the error ten-thousandfold.
    fn catalogue(&self, met: UnitVector) -> UnitVector {
        let mut place = met;
        for _ in 0..4 {
            place = sum(&place, &difference(&met, &self.proper(&place)));
        }
        place
    }

    fn lifted(&self, geometric: UnitVector) -> UnitVector {
        if self.refraction.is_none() {
            return geometric;
        }
        let (level, altitude) = level_and_altitude(&geometric);
        at_altitude(&geometric, level, altitude + self.refraction.lift(altitude))
    }

    fn lowered(&self, seen: UnitVector) -> UnitVector {
        if self.refraction.is_none() {
            return seen;
        }
        let (level, altitude) = level_and_altitude(&seen);
        at_altitude(&seen, level, self.refraction.true_altitude(altitude))
    }
}

fn first(pv: &[f64; 6]) -> UnitVector {
    [pv[0], pv[1], pv[2]]
}

/// From (towards the local meridian's equator point, east of it, pole) to (north, east, up).
fn to_north_east_up(latitude: Angle) -> Matrix {
    let (sin, cos) = latitude.sin_cos();
    [-sin, 0.0, cos, 0.0, 1.0, 0.0, cos, 0.0, sin]
}

fn level_and_altitude(v: &UnitVector) -> (f64, Angle) {
    let level = v[0].hypot(v[1]);
    (level, Angle::from_radians(v[2].atan2(level)))
}

/// The same azimuth at another altitude.
fn at_altitude(v: &UnitVector, level: f64, altitude: Angle) -> UnitVector {
    // At the zenith there is no azimuth to keep, and nothing to lift either.
    if level < 1e-12 {
        return *v;
    }
    let (sin, cos) = altitude.sin_cos();
    [v[0] * cos / level, v[1] * cos / level, sin]
}

#[cfg(test)]
mod tests;
