//! Where new files are to go: a dock asks its cloud, and uploads nothing where it gets no answer.

use serde_json::{Value, json};
use skyhelm_dji_proto::Envelope;
use skyhelm_dji_proto::topic::TopicKind;

use super::{GatewayMachine, LinkId};

/// What is known of the store.
#[derive(Clone, Debug, Default)]
pub(super) struct Storage {
    asked: Option<String>,
    /// The store, or the number of the refusal.
    pub(super) told: Option<Result<String, i64>>,
}

impl Storage {
    /// As the world tells it: `s3.example/pictures`, or `refused: 314000`.
    pub(super) fn words(&self) -> Option<String> {
        let told = self.told.as_ref()?;
        Some(match told {
            Ok(place) => place.clone(),
            Err(number) => format!("refused: {number}"),
        })
    }
}

impl GatewayMachine {
    /// Asks for the store of pictures (Cloud API 1.16.1, `storage_config_get`): only docks upload.
    pub(super) fn ask_storage(&mut self) {
        if !self.onboarding.is_dock() || !self.onboarding.is_online() {
            return;
        }
        let ids = self.ids.exchange();
        self.storage.asked = Some(ids.tid.clone());
        let envelope = Envelope::message(
            ids,
            self.utc(),
            "storage_config_get",
            json!({ "module": 0 }),
        );
        let topic = self.topic(TopicKind::Requests);
        let envelope = envelope.through(&self.gateway);
        self.publish(LinkId::Main, &topic, &envelope, 1);
    }

    /// Whether it was the answer to that question.
    pub(super) fn storage_answer(&mut self, reply: &Envelope) -> bool {
        if self.storage.asked.is_none() || reply.tid != self.storage.asked {
            return false;
        }
        self.storage.asked = None;
        let result = reply.result().unwrap_or(0);
        let output = reply.field("output");
        self.storage.told = Some(match output.and_then(place) {
            Some(place) if result == 0 => Ok(place),
            _ => Err(result),
        });
        true
    }
}

/// Where it is, when nothing is missing that an upload needs.
fn place(output: &Value) -> Option<String> {
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let credentials = output.get("credentials")?;
    for needed in ["access_key_id", "access_key_secret"] {
        text(credentials.get(needed)?)?;
    }
    credentials
        .get("expire")?
        .as_i64()
        .filter(|seconds| *seconds > 0)?;
    for needed in ["provider", "region"] {
        text(output.get(needed)?)?;
    }
    let [endpoint, bucket] = ["endpoint", "bucket"].map(|name| text(output.get(name)?));
    Some(format!("{}/{}", endpoint?, bucket?))
}
