//! `update_topo`: which gateway speaks, and which aircraft it has.

use serde_json::{Value, json};

use crate::model::ModelKey;
use crate::serial::SerialNumber;
use crate::tolerant::{as_int, as_text};

/// Which gateway speaks, and which aircraft it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// The gateway's product.
    pub gateway: ModelKey,
    /// Its aircraft. `None` when that is switched off or out of reach: that, and no last will, is how it goes offline.
    pub aircraft: Option<(SerialNumber, ModelKey)>,
}

impl Topology {
    /// Reads the data of `update_topo`. The domain is text in the documents and a number elsewhere.
    ///
    /// The page of RC Plus 2 leaves the domain out: docks have small type numbers, controllers large ones.
    pub fn parse(data: &Value) -> Self {
        let aircraft = data
            .get("sub_devices")
            .and_then(Value::as_array)
            .and_then(|devices| devices.first())
            .and_then(|device| {
                let serial = SerialNumber::new(&as_text(device.get("sn")?)?).ok()?;
                Some((serial, model(device, 0)))
            });
        Self {
            gateway: match model(data, -1) {
                ModelKey {
                    domain: -1,
                    kind,
                    sub_kind,
                } => ModelKey::new(if kind < 10 { 3 } else { 2 }, kind, sub_kind),
                known => known,
            },
            aircraft,
        }
    }

    /// The data as a device writes them.
    pub fn data(&self) -> Value {
        let device = |model: ModelKey| {
            json!({
                "domain": model.domain.to_string(),
                "type": model.kind,
                "sub_type": model.sub_kind,
                "device_secret": "",
                "nonce": "",
                "thing_version": "1.1.2",
            })
        };
        let mut data = device(self.gateway);
        data["sub_devices"] = match &self.aircraft {
            None => json!([]),
            Some((serial, model)) => {
                let mut aircraft = device(*model);
                aircraft["sn"] = serial.as_str().into();
                aircraft["index"] = "A".into();
                json!([aircraft])
            }
        };
        data
    }
}

fn model(data: &Value, domain: i64) -> ModelKey {
    let number = |name: &str| data.get(name).and_then(as_int);
    ModelKey::new(
        number("domain").unwrap_or(domain),
        number("type").unwrap_or(-1),
        number("sub_type").unwrap_or(0),
    )
}
