//! The protocol's session, and its words in this crate's.

use bytes::Bytes;
use skyhelm_dwarf_proto::client::{ClientConfig, ClientSession, Request, RequestError};
use skyhelm_dwarf_proto::{Code, Profile, Row};
use skyhelm_units::Now;

use crate::error::DwarfError;
use crate::orders::Send;

pub(crate) use skyhelm_dwarf_proto::client::Ticket;

/// One connection's session.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) session: ClientSession,
    up: bool,
}

impl Wire {
    /// Not connected yet. The model's own client name is what every firmware has met before.
    pub(crate) fn new(profile: &Profile) -> Self {
        Self {
            session: ClientSession::new(ClientConfig::new(*profile, profile.client_id)),
            up: false,
        }
    }

    /// Whether the telescope has told its state: from then on it can be asked for more.
    pub(crate) fn is_up(&self) -> bool {
        self.up
    }

    pub(crate) fn started(&mut self) {
        self.up = true;
    }

    pub(crate) fn profile(&self) -> &Profile {
        self.session.profile()
    }

    pub(crate) fn request(&mut self, now: Now, send: &Send) -> Result<Ticket, DwarfError> {
        let request = Request::with_payload(send.number, send.payload.clone());
        self.session
            .request(now, request)
            .map_err(|error| not_sent(&error))
    }

    /// What a reply says.
    pub(crate) fn result(
        &self,
        row: &Row,
        code: Code,
        payload: Bytes,
    ) -> Result<Bytes, DwarfError> {
        if code.is_ok() {
            return Ok(payload);
        }
        Err(refused(self.profile(), row, code))
    }
}

/// A refusal in the telescope's own words.
pub(crate) fn refused(profile: &Profile, row: &Row, code: Code) -> DwarfError {
    let generation = profile.generation;
    DwarfError::Refused {
        command: row.wire_name.to_owned(),
        code: code.to_wire(profile.code_sign),
        name: code.name(generation).unwrap_or("unnamed").to_owned(),
        meaning: code.meaning(generation).to_owned(),
        advice: Some(code.advice(generation).to_owned()).filter(|advice| !advice.is_empty()),
    }
}

pub(crate) fn not_sent(error: &RequestError) -> DwarfError {
    match error {
        RequestError::NotConnected => DwarfError::unreachable("the telescope", error),
        RequestError::NotHost(command) => DwarfError::NoControl {
            command: (*command).to_owned(),
        },
        _ => DwarfError::Invalid(error.to_string()),
    }
}
