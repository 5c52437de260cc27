//! What a telescope does, on a terminal.

mod lines;

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use skyhelm_device::{DeviceEvent, DeviceState};
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until};

use super::session::Session;
use crate::failure::Failure;
use crate::screen::{self, Screen};

pub(super) use lines::lines;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// Lines of the log that stay on the screen.
const LOG_LINES: usize = 8;

/// Shows the state again and again until `q`, Ctrl-C, or the last look: in place on a terminal; one JSON
/// object a look for a program; and what is new, line by line, for a file.
pub(super) async fn watch(
    session: &Session,
    looks: Option<u32>,
    json: bool,
) -> Result<(), Failure> {
    let mut events = session.gate().events();
    let mut view = View::new(json);
    let mut log = VecDeque::new();
    let mut left = looks;
    loop {
        let look = Instant::now() + LOOK;
        let news = read(&mut events);
        if view.show(&session.state(), &news, &mut log).is_err() {
            // Whoever read is gone.
            return Ok(());
        }
        if let Some(left) = &mut left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Ok(());
            }
        }
        tokio::select! {
            () = sleep_until(look) => {}
            () = view.ended() => return Ok(()),
        }
    }
}

/// What happened since the last look.
fn read(events: &mut broadcast::Receiver<DeviceEvent>) -> Vec<String> {
    let mut news = Vec::new();
    loop {
        match events.try_recv() {
            Ok(event) => news.push(format!("{}  {}", clock(event.utc_ms), event.message)),
            Err(broadcast::error::TryRecvError::Lagged(_)) => {}
            Err(_) => return news,
        }
    }
}

/// The time of day here.
fn clock(utc_ms: i64) -> String {
    Timestamp::from_millisecond(utc_ms).map_or_else(
        |_| String::from("--:--:--"),
        |moment| {
            let here = moment.to_zoned(TimeZone::system());
            here.strftime("%H:%M:%S").to_string()
        },
    )
}

/// Who looks.
enum View {
    Program,
    Person(Screen),
    /// What was printed last: only what is new follows.
    File(Vec<String>),
}

impl View {
    fn new(json: bool) -> Self {
        match Screen::open() {
            _ if json => Self::Program,
            Some(screen) => Self::Person(screen),
            None => Self::File(Vec::new()),
        }
    }

    fn show(
        &mut self,
        state: &DeviceState,
        news: &[String],
        log: &mut VecDeque<String>,
    ) -> std::io::Result<()> {
        match self {
            Self::Program => screen::print([json!({ "state": state }).to_string()].iter()),
            Self::Person(screen) => {
                log.extend(news.iter().cloned());
                let surplus = log.len().saturating_sub(LOG_LINES);
                log.drain(..surplus);
                let mut all = vec![clock(Timestamp::now().as_millisecond()), String::new()];
                all.extend(lines(state));
                all.push(String::new());
                all.extend(log.iter().cloned());
                screen.show(&all, "q or Ctrl-C ends the watch; the telescope goes on.")
            }
            Self::File(before) => {
                let now = lines(state);
                let new = now.iter().filter(|line| !before.contains(line));
                screen::print(new.chain(news))?;
                *before = now;
                Ok(())
            }
        }
    }

    /// Waits until a person has had enough.
    async fn ended(&mut self) {
        match self {
            Self::Person(screen) => screen.left().await,
            _ => std::future::pending().await,
        }
    }
}
