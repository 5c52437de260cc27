//! A terminal's screen, written in place, and its keyboard.

use std::io::{self, IsTerminal as _, Write as _};

use tokio::sync::mpsc;

/// Another screen than the shell's, without a cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
/// The shell's screen again, as it was.
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
/// Lines and columns of a terminal that does not tell.
const USUAL: (usize, usize) = (24, 80);

/// Has the terminal tell when it loses the keyboard (mode 1004), and no more.
const TELL_FOCUS: &str = "\x1b[?1004h";
const KEEP_FOCUS: &str = "\x1b[?1004l";

/// The keyboard of a terminal, or whatever stands in for one; as it was when dropped.
pub(crate) struct Input {
    keys: mpsc::Receiver<u8>,
    _calm: Option<keyboard::Calm>,
}

impl Input {
    /// Takes the keyboard.
    pub(crate) fn open() -> Self {
        Self::with(keyboard::Calm::begin())
    }

    fn with(calm: Option<keyboard::Calm>) -> Self {
        let (pressed, keys) = mpsc::channel(8);
        // It ends with the program: nothing interrupts a read from a keyboard.
        std::thread::spawn(move || keyboard::read(&pressed));
        Self { keys, _calm: calm }
    }

    /// The next byte that is typed; `None` when there will be none any more.
    pub(crate) async fn key(&mut self) -> Option<u8> {
        self.keys.recv().await
    }
}

/// The screen of a terminal; given back when dropped.
pub(crate) struct Screen {
    input: Option<Input>,
    /// What stands there.
    shown: String,
}

impl Screen {
    /// Takes the terminal; `None` when the output is none.
    pub(crate) fn open() -> Option<Self> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let calm = keyboard::Calm::begin();
        print!("{ENTER}");
        Some(Self {
            input: calm.map(|calm| Input::with(Some(calm))),
            shown: String::new(),
        })
    }

    /// Takes the screen alone, and has the terminal tell when it loses the keyboard.
    pub(crate) fn open_for_flight() -> Option<Self> {
        if !io::stdout().is_terminal() {
            return None;
        }
        print!("{ENTER}{TELL_FOCUS}");
        Some(Self {
            input: None,
            shown: String::new(),
        })
    }

    /// Writes everything anew; what is too long or too much is cut, never wrapped.
    pub(crate) fn show(&mut self, lines: &[String], last: &str) -> io::Result<()> {
        let (rows, columns) = keyboard::size().unwrap_or(USUAL);
        let mut text = String::from("\x1b[H");
        for line in fitting(lines, rows.saturating_sub(2), columns) {
            text.push_str(&line);
            // What an earlier, longer line left behind.
            text.push_str("\x1b[K\r\n");
        }
        text.push_str("\x1b[J\r\n");
        text.extend(last.chars().take(columns));
        if text == self.shown {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        self.shown = text;
        Ok(())
    }

    /// Waits for `q`.
    pub(crate) async fn left(&mut self) {
        loop {
            let key = match &mut self.input {
                Some(input) => input.key().await,
                None => None,
            };
            match key {
                Some(b'q' | b'Q') => return,
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        print!("{KEEP_FOCUS}{LEAVE}");
        // A terminal that is gone needs nothing back.
        let _ = io::stdout().flush();
    }
}

/// The first lines, each cut to its row. What a device calls itself may not move the cursor.
fn fitting(lines: &[String], rows: usize, columns: usize) -> Vec<String> {
    let printable = |line: &String| {
        let shown = line.chars().filter(|c| !c.is_control());
        shown.take(columns).collect()
    };
    lines.iter().take(rows).map(printable).collect()
}

/// Prints lines one below the other.
pub(crate) fn print<'a>(lines: impl Iterator<Item = &'a String>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

#[cfg(unix)]
mod keyboard {
    use std::io::{self, IsTerminal as _, Read as _};

    use rustix::termios::{
        LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr,
    };
    use tokio::sync::mpsc;

    /// A keyboard whose keys come at once and are not shown; as it was when dropped.
    pub(super) struct Calm(Termios);

    impl Calm {
        pub(super) fn begin() -> Option<Self> {
            let input = io::stdin();
            if !input.is_terminal() {
                return None;
            }
            let before = tcgetattr(&input).ok()?;
            let mut calm = before.clone();
            // Ctrl-C stays a signal.
            calm.local_modes
                .remove(LocalModes::ICANON | LocalModes::ECHO);
            tcsetattr(&input, OptionalActions::Now, &calm).ok()?;
            Some(Self(before))
        }
    }

    impl Drop for Calm {
        fn drop(&mut self) {
            // A terminal that is gone needs nothing back.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
        }
    }

    /// Reads keys until there are none any more.
    pub(super) fn read(pressed: &mpsc::Sender<u8>) {
        let mut key = [0];
        while let Ok(1) = io::stdin().lock().read(&mut key) {
            if pressed.blocking_send(key[0]).is_err() {
                return;
            }
        }
    }

    /// Rows and columns.
    pub(super) fn size() -> Option<(usize, usize)> {
        let size = tcgetwinsize(io::stdout()).ok()?;
        let known = size.ws_row > 0 && size.ws_col > 0;
        known.then(|| (usize::from(size.ws_row), usize::from(size.ws_col)))
    }
}

#[cfg(not(unix))]
mod keyboard {
    use tokio::sync::mpsc;

    /// Without a way to read single keys, Ctrl-C ends the watch.
    pub(super) struct Calm;

    impl Calm {
        pub(super) fn begin() -> Option<Self> {
            None
        }
    }

    pub(super) fn read(_: &mpsc::Sender<u8>) {}

    pub(super) fn size() -> Option<(usize, usize)> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_and_no_name_moves_the_cursor() {
        let lines = ["\x1b[2Jhello", "world", "below"].map(String::from);
        assert_eq!(fitting(&lines, 2, 5), ["[2Jhe", "world"]);
    }
}
