//! A cockpit in a terminal: what a pilot reads, and keys as sticks.

use std::time::{Duration, Instant};

use clap::Args;
use skyhelm_device::DeviceState;
use skyhelm_device::state::{FlightState, ObstacleRing};
use skyhelm_units::BodyMotion;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::act::Pilot;
use super::cockpit;
use super::hand::{Hand, Said};
use super::keys::{HeldKeys, KeyReader, Pace, Press};
use crate::failure::Failure;
use crate::screen::{self, Input, Screen};

/// Between two looks at the aircraft.
const LOOK: Duration = Duration::from_millis(250);
/// Between two drawings; also how soon a stall of this program is noticed.
const DRAW: Duration = Duration::from_millis(100);

const HELP: &str = "W S A D fly, R F up and down, Q E turn, Space STOP, G take control, Enter hands on or off, X leave";

/// How fast the keys fly.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PaceArguments {
    /// Metres a second along the ground, with a key held.
    #[arg(long, default_value_t = 3.0)]
    speed: f64,
    /// Metres a second up and down.
    #[arg(long, default_value_t = 1.5)]
    climb: f64,
    /// Degrees a second.
    #[arg(long, default_value_t = 30.0)]
    turn: f64,
}

impl PaceArguments {
    fn pace(self) -> Result<Pace, Failure> {
        let within = |value: f64, most: f64| value > 0.0 && value <= most;
        if within(self.speed, 15.0) && within(self.climb, 5.0) && within(self.turn, 90.0) {
            return Ok(Pace {
                level_m_s: self.speed,
                up_m_s: self.climb,
                turn_deg_s: self.turn,
            });
        }
        Err(Failure::invalid(
            "--speed goes to 15 m/s, --climb to 5 m/s, --turn to 90 degrees/s",
        ))
    }
}

/// Flies until the person leaves. Whatever ends it lets go of the sticks: the aircraft then hovers.
pub(super) async fn fly(pilot: &Pilot, arguments: PaceArguments) -> Result<(), Failure> {
    let pace = arguments.pace()?;
    let first = pilot.state().await?;
    let (seen, look) = watch::channel(first);
    let mut deck = Deck {
        pilot,
        pace,
        screen: Screen::open_for_flight(),
        input: Input::open(),
        reader: KeyReader::default(),
        keys: HeldKeys::new(Instant::now()),
        hand: None,
        says: String::from("Hands off. G takes control, Enter the sticks."),
    };
    tokio::select! {
        // The sticks never wait for a look at the aircraft.
        () = keep_looking(pilot, &seen) => {}
        () = deck.run(look) => {}
        () = crate::station::until_interrupted() => {}
    }
    deck.hands_off(Some("exit"), "").await;
    Ok(())
}

async fn keep_looking(pilot: &Pilot, seen: &watch::Sender<DeviceState>) {
    loop {
        sleep(LOOK).await;
        // A look that fails leaves the last one on the screen; the sticks tell when the station is gone.
        if let Ok(state) = pilot.state().await {
            seen.send_replace(state);
        }
    }
}

struct Deck<'a> {
    pilot: &'a Pilot,
    pace: Pace,
    screen: Option<Screen>,
    input: Input,
    reader: KeyReader,
    keys: HeldKeys,
    hand: Option<Hand>,
    says: String,
}

/// What the deck does next.
enum Next {
    Byte(Option<u8>),
    Heard(Said),
    Draw,
}

impl Deck<'_> {
    async fn run(&mut self, look: watch::Receiver<DeviceState>) {
        let mut draw = interval(DRAW);
        draw.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let hand = &mut self.hand;
            let hears = async {
                match hand {
                    Some(hand) => hand.hears().await,
                    None => std::future::pending().await,
                }
            };
            let next = tokio::select! {
                byte = self.input.key() => Next::Byte(byte),
                said = hears => Next::Heard(said),
                _ = draw.tick() => Next::Draw,
            };
            if self.keys.awake(Instant::now()) {
                self.says = String::from(
                    "This program stood still: what was typed meanwhile moves nothing.",
                );
            }
            if self.hand.as_ref().is_some_and(Hand::is_silent) {
                self.lost("the station is not heard");
            }
            match next {
                // Without a keyboard nobody flies.
                Next::Byte(None) => return,
                Next::Byte(Some(byte)) => match self.reader.read(byte) {
                    Some(Press::Leave) => return,
                    Some(press) => self.pressed(press).await,
                    None => {}
                },
                Next::Heard(said) => self.heard(said).await,
                Next::Draw if self.draw(&look.borrow().clone()).is_err() => return,
                Next::Draw => {}
            }
        }
    }

    async fn pressed(&mut self, press: Press) {
        match press {
            Press::Fly(way) => self.keys.press(Instant::now(), way),
            Press::Stop => self.stop().await,
            Press::Take => self.take_control().await,
            Press::Hands if self.hand.is_some() => {
                self.hands_off(None, "Hands off: the aircraft hovers.")
                    .await;
            }
            Press::Hands => self.hands_on().await,
            Press::FocusLost => {
                let says = "The terminal lost the keyboard: the aircraft hovers.";
                self.hands_off(Some("blur"), says).await;
            }
            Press::Leave => {}
        }
    }

    async fn heard(&mut self, said: Said) {
        match said {
            Said::Nonce(nonce) => {
                let motion = self.keys.motion(Instant::now(), self.pace);
                let Some(hand) = &mut self.hand else {
                    return;
                };
                if !hand.push(&nonce, motion).await {
                    self.lost("the connection to the station is lost");
                }
            }
            Said::Refused(why) if why.is_empty() => {}
            Said::Refused(why) => self.says = format!("A push did not count: {why}."),
            Said::Ended(why) => self.lost(&why),
        }
    }

    fn lost(&mut self, why: &str) {
        self.hand = None;
        self.keys.let_go();
        self.says = format!("Hands off: {}.", why.trim_end_matches('.'));
    }

    async fn hands_on(&mut self) {
        self.keys.let_go();
        match Hand::take(&self.pilot.station, &self.pilot.id).await {
            Ok(hand) => {
                self.hand = Some(hand);
                self.says = String::from("The sticks are yours.");
            }
            Err(failure) => self.says = failure.sentence(),
        }
    }

    async fn hands_off(&mut self, why: Option<&str>, says: &str) {
        self.keys.let_go();
        if let Some(hand) = self.hand.take() {
            hand.release(why).await;
            says.clone_into(&mut self.says);
        }
    }

    async fn stop(&mut self) {
        self.keys.let_go();
        // Closing the socket lets go at once; the stop itself is the station's.
        self.hand = None;
        let stopped = self.pilot.station.tell(&self.pilot.id, "flight/stop", None);
        self.says = match stopped.await {
            Ok(_) => String::from("STOP: it brakes, and hovers."),
            Err(failure) => format!("STOP failed: {}", failure.sentence()),
        };
    }

    async fn take_control(&mut self) {
        let device = &self.pilot.id;
        for command in ["lease", "flight/request-control", "flight/live/enter"] {
            if let Err(failure) = self.pilot.station.tell(device, command, None).await {
                self.says = format!("{command}: {}", failure.sentence());
                return;
            }
        }
        self.says = String::from(
            "Control is asked for; Enter takes the sticks once the live link is open.",
        );
    }

    fn draw(&mut self, state: &DeviceState) -> std::io::Result<()> {
        let motion = self.keys.motion(Instant::now(), self.pace);
        let lines = lines(state, &self.sticks(motion), &self.says);
        match &mut self.screen {
            Some(screen) => screen.show(&lines, HELP),
            None => screen::print(lines.iter().take(1)),
        }
    }

    fn sticks(&self, motion: BodyMotion) -> String {
        match &self.hand {
            None => String::from("off"),
            Some(hand) if !hand.is_centred() => String::from("zero is said first"),
            Some(_) => format!(
                "forward {:+.1}  right {:+.1}  up {:+.1} m/s  clockwise {:+.0} degrees/s",
                motion.forward, motion.right, motion.up, motion.clockwise
            ),
        }
    }
}

fn lines(state: &DeviceState, sticks: &str, says: &str) -> Vec<String> {
    let flight = state.flight.clone().unwrap_or_default();
    let mut lines = cockpit::lines(state);
    lines.insert(1, format!("sticks   {sticks}"));
    lines.insert(2, format!("         {says}"));
    lines.push(attitude(&flight));
    if let Some(ring) = &flight.obstacles {
        lines.push(around(ring));
    }
    lines
}

fn attitude(flight: &FlightState) -> String {
    let degrees = |value: Option<f64>| {
        value.map_or_else(|| String::from("?"), |value| format!("{value:+.0}"))
    };
    let attitude = flight.attitude;
    format!(
        "attitude nose {} degrees, right side {} degrees down",
        degrees(attitude.and_then(|attitude| attitude.pitch_deg)),
        degrees(attitude.and_then(|attitude| attitude.roll_deg)),
    )
}

/// The nearest in each of eight directions, from the nose clockwise.
fn around(ring: &ObstacleRing) -> String {
    const NAMES: [&str; 8] = [
        "ahead", "a-right", "right", "b-right", "behind", "b-left", "left", "a-left",
    ];
    let rays = ring.around_m.len().max(1);
    let mut nearest = [None::<f64>; 8];
    for (at, metres) in ring.around_m.iter().enumerate() {
        let sector = (at * 16 / rays).div_ceil(2) % 8;
        if let Some(metres) = metres {
            let known = nearest[sector].unwrap_or(f64::INFINITY);
            nearest[sector] = Some(known.min(*metres));
        }
    }
    let shown = |metres: Option<f64>| {
        metres.map_or_else(|| String::from("-"), |metres| format!("{metres:.1}"))
    };
    let words = NAMES
        .iter()
        .zip(nearest)
        .map(|(name, metres)| format!("{name} {}", shown(metres)));
    let words: Vec<String> = words.collect();
    format!(
        "around   {}, above {}, below {} m",
        words.join(", "),
        shown(ring.above_m),
        shown(ring.below_m)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_told_by_eight_directions_from_the_nose_clockwise() {
        let mut around_m = vec![None; 72];
        around_m[0] = Some(9.0);
        around_m[71] = Some(4.25);
        around_m[18] = Some(3.0);
        around_m[54] = Some(12.0);
        let text = around(&ObstacleRing {
            around_m,
            above_m: None,
            below_m: Some(20.0),
        });
        assert!(text.contains(" ahead 4.2,"), "{text}");
        assert!(
            text.contains(" right 3.0,") && text.contains(" left 12.0,"),
            "{text}"
        );
        assert!(
            text.contains("behind -,") && text.ends_with("below 20.0 m"),
            "{text}"
        );
        assert!(
            around(&ObstacleRing {
                around_m: Vec::new(),
                above_m: None,
                below_m: None
            })
            .contains("ahead -")
        );
    }
}
