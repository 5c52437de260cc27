use crate::world::{Fault, FaultKind};

/// What is wrong now, as somebody made it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.0.clone()
    }

    /// Notes one; another of its kind is replaced.
    pub(crate) fn note(&mut self, fault: Fault) {
        self.forget(fault.kind());
        self.0.push(fault);
    }

    pub(crate) fn forget(&mut self, kind: FaultKind) {
        self.0.retain(|other| other.kind() != kind);
    }
}
