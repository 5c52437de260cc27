//! What a device says of itself.

use skyhelm_device::DeviceState;

use crate::breach::{Breach, Checked, ensure};
use crate::subject::Subject;

pub(crate) fn says_what_it_is(subject: &Subject) -> Checked {
    let id = subject.device.id();
    ensure(!id.as_str().is_empty(), || String::from("its id is empty"))?;
    ensure(id == subject.device.id(), || String::from("its id changes"))?;
    let about = &subject.state().about;
    for (what, said) in [
        ("family", &about.family),
        ("name", &about.name),
        ("model", &about.model),
        ("address", &about.address),
    ] {
        ensure(!said.is_empty(), || format!("it does not say its {what}"))?;
    }
    Ok(())
}

pub(crate) fn is_json(subject: &Subject) -> Checked {
    let state = subject.state();
    let text = serde_json::to_string(&*state).map_err(|error| Breach::new(error.to_string()))?;
    let back: DeviceState =
        serde_json::from_str(&text).map_err(|error| Breach::new(error.to_string()))?;
    // A number that is not finite becomes null, and null is "not known".
    ensure(back == *state, || {
        String::from("it is another one after its way through JSON")
    })
}

pub(crate) fn is_there_at_once(subject: &Subject) -> Checked {
    let (one, two) = (subject.device.state(), subject.device.state());
    let same = one.borrow().about == two.borrow().about;
    ensure(same, || String::from("two who look see two devices"))
}
