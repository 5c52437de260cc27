//! When the driver has dealt with each message, by what it logs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

use crate::nanos;

/// Where the driver says that it has dealt with a message.
const TARGET: &str = "skyhelm_dji::heard";

/// By gateway, in order.
pub type Times = HashMap<String, Vec<u64>>;

#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Times>>);

impl Heard {
    pub fn times(&self) -> Times {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub fn count(&self) -> usize {
        self.0.lock().unwrap().values().map(Vec::len).sum()
    }
}

#[derive(Default)]
struct Gateway(String);

impl Visit for Gateway {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "gateway" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn core::fmt::Debug) {}
}

impl Subscriber for Heard {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET || *metadata.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if event.metadata().target() == TARGET {
            let mut gateway = Gateway::default();
            event.record(&mut gateway);
            let at = nanos();
            self.0
                .lock()
                .unwrap()
                .entry(gateway.0)
                .or_default()
                .push(at);
            return;
        }
        let mut words = Words::default();
        event.record(&mut words);
        println!("{}: {}", event.metadata().level(), words.0);
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[derive(Default)]
struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
        use core::fmt::Write as _;
        let _ = write!(self.0, "{field}={value:?} ");
    }
}
