//! What is really so, for tests.

use serde::Serialize;
use skyhelm_sim::flight::Phase;

use super::braking::Braking;
use super::faults::Fault;
use super::{FaultKind, GatewayMachine};

/// The truth about a gateway and its aircraft.
#[derive(Clone, Debug, Serialize)]
pub struct WorldState {
    /// Serial number of the gateway.
    pub gateway_sn: String,
    /// Serial number of the aircraft.
    pub aircraft_sn: String,
    /// Its profile's name.
    pub profile: &'static str,
    /// How far it has come on its way online.
    pub step: &'static str,
    /// The number with which that step was refused.
    pub step_refused: Option<i64>,
    /// Whether the main connection stands.
    pub connected: bool,
    /// 0 no live flight control, 1 connecting, 2 connected.
    pub drc_state: i64,
    /// A, B or nothing.
    pub flight_authority: String,
    /// Whether the pilot has agreed.
    pub consent: bool,
    /// What the aircraft is doing.
    pub phase: String,
    /// Degrees.
    pub latitude: f64,
    /// Degrees.
    pub longitude: f64,
    /// Metres above the ellipsoid.
    pub height: f64,
    /// Metres above the point of take-off.
    pub above_takeoff: f64,
    /// Metres east, north and up of the pad.
    pub enu: [f64; 3],
    /// Metres a second east, north and up.
    pub velocity: [f64; 3],
    /// Degrees from north through east.
    pub heading: f64,
    /// Degrees above the horizon, and to the right of the nose.
    pub gimbal: [f64; 2],
    /// Percent.
    pub battery: f64,
    /// Metres to the nearest thing beside it, within 40.
    pub nearest: Option<f64>,
    /// What holds it back.
    pub restraint: Option<String>,
    /// Photographs taken.
    pub photos: u32,
    /// Videos on the card.
    pub videos: u32,
    /// Seconds recorded, while it records.
    pub recording: Option<f64>,
    /// Zoom of the zoom lens and of the infrared one.
    pub zoom: [f64; 2],
    /// The lens of the live picture: `wide`, `zoom` or `ir`.
    pub live_lens: &'static str,
    /// Whether the live picture is pushed.
    pub live_on: bool,
    /// The last file on the card.
    pub last_file: Option<String>,
    /// Where files are to be uploaded, or the number with which that was refused; docks ask after a photograph.
    pub storage: Option<String>,
    /// Stick frames that were flown, and that were not.
    pub frames: [u64; 2],
    /// How it came to stand when its sticks were last centred.
    pub braking: Option<Braking>,
    /// Why the last one was not.
    pub last_refusal: Option<i64>,
    /// Events nobody has answered.
    pub unanswered: usize,
    /// What goes wrong now.
    pub faults: Vec<Fault>,
    /// Names of all that can go wrong.
    pub known_faults: Vec<&'static str>,
}

impl GatewayMachine {
    /// What is really so.
    pub fn world(&self) -> WorldState {
        let aircraft = &self.aircraft;
        let (at, velocity) = (aircraft.position(), aircraft.velocity());
        let (place, height) = self.land.frame().place(at);
        let near = self.land.things_near(at, 40.0);
        let near = near
            .filter(|thing| thing.top > at.up)
            .map(|thing| thing.distance);
        WorldState {
            gateway_sn: self.gateway.as_str().to_owned(),
            aircraft_sn: self.aircraft_sn.as_str().to_owned(),
            profile: self.profile.name,
            step: self.onboarding.step.name(),
            step_refused: self.onboarding.refused,
            connected: self.connected,
            drc_state: self.drc.state.number(),
            flight_authority: self.authority.flight().word().to_owned(),
            consent: self.authority.has_consent(),
            phase: phase_name(aircraft.phase()).to_owned(),
            latitude: place.latitude.degrees(),
            longitude: place.longitude.degrees(),
            height: height.metres,
            above_takeoff: aircraft.above_takeoff().metres,
            enu: [at.east, at.north, at.up],
            velocity: [velocity.east, velocity.north, velocity.up],
            heading: aircraft.heading_deg(),
            gimbal: [aircraft.gimbal.pitch_deg(), aircraft.gimbal.side_deg()],
            battery: aircraft.battery.percent(),
            nearest: near.reduce(f64::min),
            restraint: aircraft
                .restraint()
                .map(|restraint| format!("{restraint:?}").to_lowercase()),
            photos: self.camera.photos,
            videos: self.camera.videos,
            recording: self.camera.recording_s(),
            zoom: [self.camera.zoom, self.camera.ir_zoom],
            live_lens: self.live.lens.name(),
            live_on: self.live.is_on(),
            last_file: self.camera.last_file.clone(),
            storage: self.storage.words(),
            frames: [self.drc.taken, self.drc.refused],
            braking: self.braking.last(),
            last_refusal: self.drc.last_refusal,
            unanswered: self.outbox.len(),
            faults: self.faults.noted().to_vec(),
            known_faults: FaultKind::ALL.map(FaultKind::name).to_vec(),
        }
    }
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Grounded => "grounded",
        Phase::Starting => "starting",
        Phase::TakingOff => "taking-off",
        Phase::Hovering => "hovering",
        Phase::Sticks => "sticks",
        Phase::FlyingTo => "flying-to",
        Phase::Returning => "returning",
        Phase::Landing => "landing",
        Phase::ForcedLanding => "forced-landing",
    }
}
