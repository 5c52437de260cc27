//! Keys of a terminal as sticks.
//!
//! A terminal tells of keys that are pressed and never of keys that are let go: a key counts for
//! [`HOLD`] and has to come again, as the keyboard's own repetition makes it do while it is held.

use std::time::{Duration, Instant};

use skyhelm_units::BodyMotion;

/// How long a key counts.
pub(super) const HOLD: Duration = Duration::from_millis(150);

/// A program that was away for longer throws away what was typed meanwhile.
pub(super) const STALL: Duration = Duration::from_millis(250);

/// How fast the keys fly.
#[expect(
    clippy::struct_field_names,
    reason = "each name ends in its unit, and all are per second"
)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) level_m_s: f64,
    pub(super) up_m_s: f64,
    pub(super) turn_deg_s: f64,
}

/// What a person wants by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// One of the eight that fly.
    Fly(Way),
    /// Brake and hover.
    Stop,
    /// Lease, control and live link.
    Take,
    /// Hands on the sticks, or off.
    Hands,
    /// The terminal lost the keyboard.
    FocusLost,
    /// Leave.
    Leave,
}

/// The ways that keys fly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Forward,
    Back,
    Left,
    Right,
    Up,
    Down,
    TurnLeft,
    TurnRight,
}

const WAYS: usize = 8;

/// The keys that count now.
#[derive(Clone, Debug)]
pub(super) struct HeldKeys {
    until: [Option<Instant>; WAYS],
    seen: Instant,
    deaf_until: Option<Instant>,
}

impl HeldKeys {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            until: [None; WAYS],
            seen: now,
            deaf_until: None,
        }
    }

    /// Says that the program is awake. After a stall nothing counts until the keys that wait are read.
    pub(super) fn awake(&mut self, now: Instant) -> bool {
        let stalled = now.duration_since(self.seen) > STALL;
        self.seen = now;
        if stalled {
            self.let_go();
            self.deaf_until = Some(now + HOLD);
        }
        stalled
    }

    pub(super) fn press(&mut self, now: Instant, way: Way) {
        if self.deaf_until.is_none_or(|until| now >= until) {
            self.deaf_until = None;
            self.until[way as usize] = Some(now + HOLD);
        }
    }

    pub(super) fn let_go(&mut self) {
        self.until = [None; WAYS];
    }

    /// How the aircraft is to move now.
    pub(super) fn motion(&self, now: Instant, pace: Pace) -> BodyMotion {
        let held = |way: Way| f64::from(self.until[way as usize].is_some_and(|until| now < until));
        let between = |plus, minus, most: f64| (held(plus) - held(minus)) * most;
        BodyMotion {
            forward: between(Way::Forward, Way::Back, pace.level_m_s),
            right: between(Way::Right, Way::Left, pace.level_m_s),
            up: between(Way::Up, Way::Down, pace.up_m_s),
            clockwise: between(Way::TurnRight, Way::TurnLeft, pace.turn_deg_s),
        }
    }
}

/// Reads keys out of bytes: escape sequences are several.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyReader {
    state: Escape,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    Begun,
    Within,
}

impl KeyReader {
    /// What a byte means, when a key is complete.
    pub(super) fn read(&mut self, byte: u8) -> Option<Press> {
        match (self.state, byte) {
            (Escape::Begun, b'[') => {
                self.state = Escape::Within;
                None
            }
            // Parameters go on; anything else ends the sequence. `O` is the focus that is lost, as
            // terminals with mode 1004 tell it.
            (Escape::Within, b'0'..=b'9' | b';' | b'<'..=b'?') => None,
            (Escape::Within, last) => {
                self.state = Escape::None;
                match last {
                    b'O' => Some(Press::FocusLost),
                    b'A' => Some(Press::Fly(Way::Up)),
                    b'B' => Some(Press::Fly(Way::Down)),
                    b'C' => Some(Press::Fly(Way::TurnRight)),
                    b'D' => Some(Press::Fly(Way::TurnLeft)),
                    _ => None,
                }
            }
            (_, 0x1b) => {
                self.state = Escape::Begun;
                None
            }
            (_, byte) => {
                self.state = Escape::None;
                plain(byte)
            }
        }
    }
}

fn plain(byte: u8) -> Option<Press> {
    Some(match byte.to_ascii_lowercase() {
        b'w' => Press::Fly(Way::Forward),
        b's' => Press::Fly(Way::Back),
        b'a' => Press::Fly(Way::Left),
        b'd' => Press::Fly(Way::Right),
        b'r' => Press::Fly(Way::Up),
        b'f' => Press::Fly(Way::Down),
        b'q' => Press::Fly(Way::TurnLeft),
        b'e' => Press::Fly(Way::TurnRight),
        b' ' => Press::Stop,
        b'g' => Press::Take,
        b'\r' | b'\n' => Press::Hands,
        b'x' => Press::Leave,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        level_m_s: 3.0,
        up_m_s: 1.0,
        turn_deg_s: 30.0,
    };

    fn ms(after: u64) -> Duration {
        Duration::from_millis(after)
    }

    #[test]
    fn a_key_counts_for_a_while_and_has_to_come_again() {
        let start = Instant::now();
        let mut keys = HeldKeys::new(start);
        keys.press(start, Way::Forward);
        assert!((keys.motion(start + ms(149), PACE).forward - 3.0).abs() < 1e-9);
        assert!(keys.motion(start + ms(150), PACE).is_still());
        keys.press(start + ms(100), Way::Forward);
        keys.press(start + ms(100), Way::TurnLeft);
        let motion = keys.motion(start + ms(200), PACE);
        assert!((motion.forward - 3.0).abs() < 1e-9 && (motion.clockwise + 30.0).abs() < 1e-9);
        keys.press(start + ms(200), Way::Back);
        assert!(keys.motion(start + ms(201), PACE).forward.abs() < 1e-9);
        keys.let_go();
        assert!(keys.motion(start + ms(201), PACE).is_still());
    }

    #[test]
    fn what_was_typed_while_the_program_stood_still_moves_nothing() {
        let start = Instant::now();
        let mut keys = HeldKeys::new(start);
        assert!(!keys.awake(start + ms(200)));
        keys.press(start + ms(200), Way::Up);
        let late = start + ms(2200);
        assert!(keys.awake(late));
        for _ in 0..20 {
            keys.press(late + ms(1), Way::Forward);
        }
        assert!(keys.motion(late + ms(2), PACE).is_still());
        assert!(!keys.awake(late + ms(200)));
        keys.press(late + ms(200), Way::Forward);
        assert!(!keys.motion(late + ms(201), PACE).is_still());
    }

    #[test]
    fn keys_focus_and_foreign_sequences_are_told_apart() {
        let read = |bytes: &[u8]| {
            let mut reader = KeyReader::default();
            let read = bytes.iter().filter_map(|byte| reader.read(*byte));
            read.collect::<Vec<_>>()
        };
        let fly = Press::Fly;
        assert_eq!(
            read(b"wE "),
            [fly(Way::Forward), fly(Way::TurnRight), Press::Stop]
        );
        assert_eq!(
            read(b"\x1b[O\rx"),
            [Press::FocusLost, Press::Hands, Press::Leave]
        );
        assert_eq!(read(b"\x1b[I\x1b[1;5A"), [fly(Way::Up)]);
        // A mouse's report, and a key that is cut in the middle.
        assert_eq!(read(b"\x1b[<0;1;2M\x1b\x1b[Bz"), [fly(Way::Down)]);
    }
}
