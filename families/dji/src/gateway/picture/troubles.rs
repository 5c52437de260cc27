use skyhelm_device::Severity;
use skyhelm_device::state::Trouble;

use super::Gateway;

impl Gateway {
    pub(super) fn troubles(&self) -> Vec<Trouble> {
        let mut troubles: Vec<Trouble> = self
            .health
            .list
            .iter()
            .take(20)
            .map(|alarm| Trouble {
                topic: alarm.text_key(),
                severity: match alarm.level {
                    0 => Severity::Info,
                    1 => Severity::Warning,
                    _ => Severity::Error,
                },
                message: format!("The device reports {}.", alarm.text_key()),
                remedy: None,
                since_utc_ms: self.since_utc_ms,
            })
            .collect();
        if self.foreign {
            troubles.push(Trouble {
                topic: String::from("control.foreign"),
                severity: Severity::Error,
                message: String::from("Somebody else sends commands to this aircraft."),
                remedy: Some(String::from("Find out who, then request control anew.")),
                since_utc_ms: self.since_utc_ms,
            });
        }
        if let Some(how) = self.axes_wrong() {
            troubles.push(Trouble {
                topic: String::from("control.axes"),
                severity: Severity::Error,
                message: format!("It does not fly the way it is told: {how}."),
                remedy: Some(String::from(
                    "Do not fly it by hand. Set `axes` of this gateway in the table [dji] to what its documents say, then check again.",
                )),
                since_utc_ms: self.since_utc_ms,
            });
        }
        troubles.sort_by_key(|trouble| core::cmp::Reverse(trouble.severity));
        troubles
    }
}
