//! The axis self-check from a terminal: a hand that rests on the sticks, and the check beside it.

use std::time::Duration;

use serde_json::json;
use skyhelm_device::{DeviceError, ErrorKind};
use skyhelm_units::BodyMotion;
use tokio::time::timeout;

use super::act::Pilot;
use super::hand::{Hand, Said};
use crate::failure::Failure;

/// The station is to speak at least so often.
const SILENCE: Duration = Duration::from_secs(1);

/// Checks the axes under a hand that this program rests on the sticks. Whatever ends this program ends the check:
/// the station lets go when the socket closes.
pub(super) async fn check(pilot: &Pilot, looked_around: bool) -> Result<(), Failure> {
    if !looked_around {
        return Err(Failure::invalid(
            "the check moves the aircraft: hang it at least 15 m above take-off with 8 m free all round, then say --looked-around",
        ));
    }
    pilot.station.tell(&pilot.id, "lease", None).await?;
    let mut hand = Hand::take(&pilot.station, &pilot.id).await?;
    while !hand.is_centred() {
        rest(&mut hand).await?;
    }
    let body = json!({ "confirmed": true });
    let ended = tokio::select! {
        checked = pilot.fly("flight/axis-check", &body) => checked,
        lost = rests(&mut hand) => Err(lost),
    };
    hand.release(None).await;
    ended
}

/// Rests until the hand is off.
async fn rests(hand: &mut Hand) -> Failure {
    loop {
        if let Err(lost) = rest(hand).await {
            return lost;
        }
    }
}

/// Answers the station's next word with a stick in its middle.
async fn rest(hand: &mut Hand) -> Result<(), Failure> {
    let lost = |why: &str| {
        let message = format!("The sticks were lost: {why}. The aircraft hovers.");
        Failure::from(DeviceError::new(ErrorKind::Cancelled, message))
    };
    match timeout(SILENCE, hand.hears()).await {
        Ok(Said::Nonce(nonce)) if hand.push(&nonce, BodyMotion::STILL).await => Ok(()),
        Ok(Said::Nonce(_)) => Err(lost("the station is not reached")),
        Ok(Said::Refused(_)) => Ok(()),
        Ok(Said::Ended(why)) => Err(lost(&why)),
        Err(_) => Err(lost("the station is not heard")),
    }
}
