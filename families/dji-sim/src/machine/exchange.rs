//! Services: an answer for each, by the number.

use serde_json::json;
use skyhelm_dji_proto::topic::TopicKind;
use skyhelm_dji_proto::{Envelope, ErrorCode};

use super::handlers::{Answer, find};
use super::{GatewayMachine, LinkId};

impl GatewayMachine {
    pub(super) fn serve(&mut self, envelope: &Envelope) {
        let Some(method) = envelope.method.clone() else {
            return;
        };
        let answer = self.carry_out(&method, envelope);
        if answer.is_ok() && std::mem::take(&mut self.live.answers_later) {
            return;
        }
        let result = answer.err().unwrap_or(ErrorCode::OK).number();
        if result != 0 {
            tracing::debug!(method, result, "a service is refused");
        }
        let reply = envelope.reply(self.utc(), json!({ "result": result }));
        let topic = self.topic(TopicKind::ServicesReply);
        self.publish(LinkId::Main, &topic, &reply, 1);
        self.after_serving();
    }

    fn carry_out(&mut self, method: &str, envelope: &Envelope) -> Answer {
        let Some(handler) = find(method) else {
            return Err(ErrorCode::UNSUPPORTED);
        };
        if self.mutate.as_deref() == Some(method) {
            return Ok(());
        }
        handler(self, envelope)
    }
}
