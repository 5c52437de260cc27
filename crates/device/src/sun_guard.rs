//! No motion ends, or passes, near the Sun.

use skyhelm_sky::{Atmosphere, Body, SkyFrame};
use skyhelm_units::{Angle, Equatorial, Horizontal, J2000, Site, UtcMillis};

use crate::command::{Lens, MountCommand};
use crate::error::{DeviceError, ErrorKind};
use crate::state::{DeviceState, Motion};

/// Nothing is moved closer to the Sun than this.
pub const SUN_DISTANCE: Angle = Angle::from_degrees(15.0);

/// How far ahead of a pushed stick the guard looks: a second at a fast stick's speed. Sticks are
/// asked about again several times a second, and followed by [`SunGuard::must_stop`].
const STICK_REACH: Angle = Angle::from_degrees(12.0);

/// A goto this close to the Sun means the Sun.
const MEANS_THE_SUN: Angle = Angle::from_degrees(1.0);

/// Below this the Sun harms nothing: its limb and the refraction at the horizon are allowed for.
const SUN_IS_DOWN: Angle = Angle::from_degrees(-1.5);

/// Whether a person has put a solar filter before the lens, and said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SolarFilter {
    /// Nobody said so.
    #[default]
    Unknown,
    /// A person confirmed it.
    Confirmed,
}

/// Keeps a telescope at one site away from the Sun.
#[derive(Clone, Copy, Debug)]
pub struct SunGuard {
    site: Site,
}

/// What the guard knows at one moment.
struct Scene {
    frame: SkyFrame,
    sun: Equatorial<J2000>,
    sun_seen: Horizontal,
    filter: SolarFilter,
}

impl SunGuard {
    /// For a telescope at a site.
    pub const fn new(site: Site) -> Self {
        Self { site }
    }

    /// Whether a command may be given at a moment of the station's clock.
    ///
    /// # Errors
    /// [`ErrorKind::SunGuard`] when it could carry the telescope near the Sun.
    pub fn check(
        &self,
        command: &MountCommand,
        state: &DeviceState,
        utc: UtcMillis,
        filter: SolarFilter,
    ) -> Result<(), DeviceError> {
        match command {
            MountCommand::Goto { target, .. } => {
                self.scene(utc, filter).check_goto(*target, pointing(state))
            }
            MountCommand::GotoBody { body } => {
                let scene = self.scene(utc, filter);
                let target = scene.frame.body(*body).position;
                scene.check_body(*body, target, pointing(state))
            }
            // What it follows already, or has been led to under this guard's eyes.
            MountCommand::Track => match pointing(state) {
                Some(here) => self.scene(utc, filter).check_goto(here, None),
                None => self.scene(utc, filter).check_step(state, [Angle::ZERO; 2]),
            },
            MountCommand::Calibrate => self.scene(utc, filter).check_calibration(),
            MountCommand::Joystick {
                direction,
                deflection,
            } => {
                let reach = STICK_REACH * deflection.clamp(0.0, 1.0);
                let (sin, cos) = direction.sin_cos();
                let step = [reach * cos, reach * sin];
                self.scene(utc, filter).check_step(state, step)
            }
            MountCommand::CentreOnWide { x, y } => {
                let step = step_on_wide(state, *x, *y);
                self.scene(utc, filter).check_step(state, step)
            }
            // Ends of motion are always allowed; parking folds the lens into the case.
            MountCommand::StopGoto
            | MountCommand::StopCalibration
            | MountCommand::StopJoystick
            | MountCommand::StopAll
            | MountCommand::Park => Ok(()),
        }
    }

    /// Why a motion by hand that runs now must be ended, if it must. Asked a few times a second
    /// while one runs.
    pub fn must_stop(
        &self,
        state: &DeviceState,
        utc: UtcMillis,
        filter: SolarFilter,
    ) -> Option<DeviceError> {
        let mount = state.mount.as_ref()?;
        if mount.motion != Motion::Joystick {
            return None;
        }
        let scene = self.scene(utc, filter);
        if filter == SolarFilter::Confirmed {
            return None;
        }
        let Some(here) = pointing(state) else {
            return scene.sun_is_up().then(unknown_pointing);
        };
        let distance = here.separation(&scene.sun);
        (distance < SUN_DISTANCE).then(|| too_near(distance))
    }

    fn scene(&self, utc: UtcMillis, filter: SolarFilter) -> Scene {
        let frame = SkyFrame::new(&self.site, utc, &Atmosphere::default());
        let sun = frame.sun();
        Scene {
            sun: sun.position,
            sun_seen: sun.horizontal,
            frame,
            filter,
        }
    }
}

impl Scene {
    fn sun_is_up(&self) -> bool {
        self.sun_seen.altitude.angle() > SUN_IS_DOWN
    }

    /// The Sun itself is a target only when it is meant and the filter is on.
    fn check_body(
        &self,
        body: Body,
        target: Equatorial<J2000>,
        from: Option<Equatorial<J2000>>,
    ) -> Result<(), DeviceError> {
        if body == Body::Sun && self.filter == SolarFilter::Unknown {
            return Err(
                DeviceError::new(ErrorKind::SunGuard, "The Sun burns an open telescope.").remedy(
                    "Put the solar filter before the lens, confirm that it is there, and ask again.",
                ),
            );
        }
        self.check_goto(target, from)
    }

    fn check_goto(
        &self,
        target: Equatorial<J2000>,
        from: Option<Equatorial<J2000>>,
    ) -> Result<(), DeviceError> {
        let distance = target.separation(&self.sun);
        if distance < MEANS_THE_SUN && self.filter == SolarFilter::Confirmed {
            return Ok(());
        }
        if distance < SUN_DISTANCE {
            return Err(too_near(distance));
        }
        match from {
            Some(from) if self.sun_is_up() => self.check_path(from, target),
            _ => Ok(()),
        }
    }

    /// Both axes start together at one speed, so the shorter way ends first.
    fn check_path(
        &self,
        from: Equatorial<J2000>,
        to: Equatorial<J2000>,
    ) -> Result<(), DeviceError> {
        let (start, end) = (self.frame.horizontal(from), self.frame.horizontal(to));
        let turn = (end.azimuth.angle() - start.azimuth.angle()).normalized_signed();
        let lift = end.altitude.angle() - start.altitude.angle();
        let longest = turn.degrees().abs().max(lift.degrees().abs());
        let began_near = start.separation(&self.sun_seen) < SUN_DISTANCE;
        for step in 0..=longest as u32 {
            let way = |whole: Angle| {
                let degrees = whole.degrees();
                Angle::from_degrees(degrees.clamp(-f64::from(step), f64::from(step)))
            };
            let seen = moved(&start, way(turn), way(lift));
            let distance = seen.separation(&self.sun_seen);
            // A telescope that stands near the Sun already (it was left there) may be led away.
            if distance < SUN_DISTANCE && !began_near {
                return Err(DeviceError::new(
                    ErrorKind::SunGuard,
                    format!(
                        "The way to the target leads within {:.0} degrees of the Sun.",
                        distance.degrees()
                    ),
                )
                .remedy("Go to a target on this side of the Sun first."));
            }
        }
        Ok(())
    }

    fn check_calibration(&self) -> Result<(), DeviceError> {
        // The device chooses by itself where it looks, so only the Sun's absence makes it safe.
        if self.sun_is_up() {
            return Err(DeviceError::new(
                ErrorKind::SunGuard,
                "Calibration turns the telescope anywhere, and the Sun is up.",
            )
            .remedy("Calibrate after sunset."));
        }
        Ok(())
    }

    /// A step right and up on the picture.
    fn check_step(&self, state: &DeviceState, step: [Angle; 2]) -> Result<(), DeviceError> {
        if self.filter == SolarFilter::Confirmed {
            return Ok(());
        }
        let Some(here) = pointing(state) else {
            return if self.sun_is_up() {
                Err(unknown_pointing())
            } else {
                Ok(())
            };
        };
        let start = self.frame.horizontal(here);
        // Away from the zenith a step along the picture's row turns the mount further than that.
        let stretch = start.altitude.angle().cos().max(0.05);
        let before = start.separation(&self.sun_seen);
        for part in 1..=8 {
            let part = f64::from(part) / 8.0;
            let seen = moved(&start, step[0] * (part / stretch), step[1] * part);
            let distance = seen.separation(&self.sun_seen);
            if distance < SUN_DISTANCE && distance < before {
                return Err(too_near(distance));
            }
        }
        Ok(())
    }
}

fn moved(from: &Horizontal, turn: Angle, lift: Angle) -> Horizontal {
    // Beyond the zenith the vector falls on the other side by itself.
    let altitude = from.altitude.angle() + lift;
    let azimuth = from.azimuth.angle() + turn;
    let (sin_alt, cos_alt) = altitude.sin_cos();
    let (sin_az, cos_az) = azimuth.sin_cos();
    Horizontal::from_vector([cos_alt * cos_az, cos_alt * sin_az, sin_alt])
}

/// From the tele lens's place on the wide picture to a place on it. Without a known field or place
/// the widest lens made (43 by 25 degrees) and the picture's middle are taken.
fn step_on_wide(state: &DeviceState, x: f64, y: f64) -> [Angle; 2] {
    let [width, height] = state
        .cameras
        .get(&Lens::Wide)
        .and_then(|camera| camera.field_deg)
        .unwrap_or([43.3, 24.9]);
    let middle = state.tele_on_wide.map_or([0.5, 0.5], |tele| {
        [tele.x + tele.width / 2.0, tele.y + tele.height / 2.0]
    });
    [
        Angle::from_degrees((x - middle[0]) * width),
        Angle::from_degrees((middle[1] - y) * height),
    ]
}

fn pointing(state: &DeviceState) -> Option<Equatorial<J2000>> {
    let pointing = state.mount.as_ref()?.pointing.as_ref()?;
    Equatorial::from_hours_degrees(pointing.ra_hours, pointing.dec_degrees).ok()
}

fn too_near(distance: Angle) -> DeviceError {
    DeviceError::new(
        ErrorKind::SunGuard,
        format!(
            "That leads within {:.0} degrees of the Sun, and nothing may come closer than {:.0}.",
            distance.degrees().ceil(),
            SUN_DISTANCE.degrees()
        ),
    )
    .remedy("Choose another direction, or confirm that the solar filter is on the lens.")
}

fn unknown_pointing() -> DeviceError {
    DeviceError::new(
        ErrorKind::SunGuard,
        "The Sun is up and nobody knows where the telescope points.",
    )
    .remedy("Go to a target first, or confirm that the solar filter is on the lens.")
}

#[cfg(test)]
mod tests;
