use core::time::Duration;

use super::{DrcCommand, DrcDown, DrcEvent, DrcPhase, DrcSession, Mono, Now, Qos};

/// How long an answer to a command may take; a stop is sent again meanwhile.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(3);
const STOP_AGAIN: Duration = Duration::from_millis(500);
/// A command that waits for its answer.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    command: DrcCommand,
    until: Mono,
    again: Option<Mono>,
}

impl DrcSession {
    /// Sends a command. A stop goes out again until it is answered.
    ///
    /// # Errors
    /// Gives it back when the device is not in live flight control, or when it is a frame in disguise.
    pub fn command(&mut self, now: Now, command: DrcCommand) -> Result<(), DrcCommand> {
        let entered = !matches!(self.phase, DrcPhase::Idle | DrcPhase::Entering);
        if !entered || command.is_frame_or_beat() {
            return Err(command);
        }
        if command.is_stop() || command.is_landing() {
            self.drop_sticks();
        }
        let again = matches!(command, DrcCommand::EmergencyStop);
        let waiting = Waiting {
            until: now.mono + COMMAND_TIMEOUT,
            again: again.then(|| now.mono + STOP_AGAIN),
            command: command.clone(),
        };
        self.commands.insert(command.method().to_owned(), waiting);
        self.send_command(command);
        Ok(())
    }

    fn send_command(&mut self, command: DrcCommand) {
        let qos = if matches!(command, DrcCommand::EmergencyStop) {
            Qos::AtLeastOnce
        } else {
            Qos::AtMostOnce
        };
        self.command_seq += 1;
        let seq = Some(self.command_seq);
        self.send(DrcDown::Command { command, seq }, qos);
    }

    pub(super) fn commands_due(&mut self, now: Now) {
        let due: Vec<String> = self
            .commands
            .iter()
            .filter(|(_, waiting)| waiting.next() <= now.mono)
            .map(|(method, _)| method.clone())
            .collect();
        for method in due {
            let Some(waiting) = self.commands.get_mut(&method) else {
                continue;
            };
            if waiting.until <= now.mono {
                self.commands.remove(&method);
                self.event(DrcEvent::NoAnswer { method });
            } else {
                waiting.again = Some(now.mono + STOP_AGAIN);
                let command = waiting.command.clone();
                self.send_command(command);
            }
        }
    }
}

impl Waiting {
    pub(super) fn next(&self) -> Mono {
        self.again.map_or(self.until, |again| again.min(self.until))
    }
}
