//! Which step of coming online is missing, and why.

use skyhelm_device::state::OnlineStep;

/// What is known of a gateway's way online.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one clue")]
pub struct Clues {
    /// The station is connected to the broker itself.
    pub broker_up: bool,
    /// The broker has an account for it; `None` when the broker cannot tell.
    pub has_account: Option<bool>,
    /// A connection under its name was refused since the start.
    pub was_refused: bool,
    /// Anything was heard of it.
    pub heard: bool,
    /// It has told what it is (`update_topo`).
    pub told_topology: bool,
    /// It has an aircraft online.
    pub has_aircraft: bool,
    /// It was heard within the last seconds.
    pub heard_lately: bool,
}

/// One step of coming online.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub name: &'static str,
    /// Whether it is done; `None` when that cannot be told.
    pub done: Option<bool>,
    /// What is wrong, and what to do, when it is not.
    pub advice: &'static str,
}

impl From<Step> for OnlineStep {
    fn from(step: Step) -> Self {
        Self {
            name: step.name.to_owned(),
            done: step.done,
            advice: (step.done == Some(false)).then(|| step.advice.to_owned()),
        }
    }
}

/// All steps in order.
///
/// ```
/// use skyhelm_dji::doctor::{Clues, missing};
///
/// let clues = Clues { broker_up: true, has_account: Some(true), was_refused: true, ..Clues::default() };
/// assert_eq!(missing(&clues).unwrap().name, "password");
/// ```
pub fn steps(clues: &Clues) -> Vec<Step> {
    let heard = clues.heard;
    let step = |name, done, advice| Step { name, done, advice };
    vec![
        step(
            "broker",
            Some(clues.broker_up),
            "The station does not reach the MQTT broker: see that it runs, and that its address in the table [dji] is right.",
        ),
        step(
            "account",
            if heard { Some(true) } else { clues.has_account },
            "The gateway has no account: add its serial number to the table [dji].",
        ),
        step(
            "password",
            if heard {
                Some(true)
            } else {
                clues.was_refused.then_some(false)
            },
            "The gateway came with another password: set the same one in DJI Pilot 2.",
        ),
        step(
            "connection",
            Some(heard),
            "The gateway has not dialled the station: in DJI Pilot 2 open Cloud Service, check the \
             address, and that both are in one network; it is no step of the station's own.",
        ),
        step(
            "topology",
            Some(clues.told_topology),
            "The gateway is connected but has not said what it is: check the organisation, the binding \
             code and the application's licence, on which it insists first.",
        ),
        step(
            "aircraft",
            Some(clues.has_aircraft),
            "The gateway has no aircraft online: switch the aircraft on and wait until it is linked.",
        ),
        step(
            "telemetry",
            Some(clues.heard_lately),
            "The gateway has fallen silent: check its network and power.",
        ),
    ]
}

/// The first step that is missing.
pub fn missing(clues: &Clues) -> Option<Step> {
    steps(clues)
        .into_iter()
        .find(|step| step.done == Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_missing_step_is_named_in_the_order_of_coming_online() {
        let mut clues = Clues::default();
        let mut named = Vec::new();
        let mut look = |clues: &Clues| named.push(missing(clues).map(|step| step.name));
        look(&clues);
        clues.broker_up = true;
        clues.has_account = Some(false);
        look(&clues);
        clues.has_account = Some(true);
        clues.was_refused = true;
        look(&clues);
        clues.was_refused = false;
        look(&clues);
        clues.heard = true;
        look(&clues);
        clues.told_topology = true;
        look(&clues);
        clues.has_aircraft = true;
        look(&clues);
        clues.heard_lately = true;
        look(&clues);
        let wanted = [
            "broker",
            "account",
            "password",
            "connection",
            "topology",
            "aircraft",
            "telemetry",
        ];
        let wanted: Vec<_> = wanted.into_iter().map(Some).chain([None]).collect();
        assert_eq!(named, wanted);
    }
}
