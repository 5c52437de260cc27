//! Who is host and who is slave.

use prost::Message;

use super::DeviceHub;
use super::types::{ConnectionId, DeviceEvent, DeviceOutput, RequestRef};
use crate::error_code::Code;
use crate::table::cmd;
use crate::v2::{ReqsetMasterLock, ResNotifyHostSlaveMode};

impl DeviceHub {
    /// A first request that can be read makes a connection a client, and the first client the host.
    ///
    /// The public clients send 10039, 10000, 12000 and 13000 without asking for the role and
    /// expect effect. A connection that only sends rubbish never gets here.
    pub(super) fn make_known(&mut self, request: &RequestRef) {
        let id = request.connection;
        let Some(connection) = self.connections.get_mut(&id) else {
            return;
        };
        connection.strikes = 0;
        connection.client_id.clone_from(&request.client_id);
        if self.seniority.contains(&id) {
            if request.cmd == cmd::TELE_GET_SYSTEM_WORKING_STATE {
                self.announce(id);
            }
            return;
        }
        self.seniority.push(id);
        self.events
            .push_back(DeviceOutput::Event(DeviceEvent::Joined {
                connection: id,
                client_id: request.client_id.clone(),
            }));
        if self.host.is_none() {
            self.make_host(Some(id), false);
        } else {
            self.announce(id);
        }
    }

    pub(super) fn host_lock(&mut self, request: &RequestRef, payload: &[u8]) {
        let id = request.connection;
        let lock = ReqsetMasterLock::decode(payload).is_ok_and(|wish| wish.lock);
        let is_host = self.host == Some(id);
        if lock && !is_host && self.locked {
            self.announce(id);
            // 1 is also what devices answer to a command that is not allowed as things stand.
            return self.reply_code(request, Code::PARSE_PROTOBUF_ERROR);
        }
        if lock || is_host {
            let host = if lock { Some(id) } else { self.host };
            self.make_host(host, lock);
        } else {
            self.announce(id);
        }
        self.reply_code(request, Code::OK);
    }

    pub(super) fn make_host(&mut self, host: Option<ConnectionId>, locked: bool) {
        let changed = self.host != host;
        self.host = host;
        self.locked = locked;
        for id in self.seniority.clone() {
            self.announce(id);
        }
        if changed {
            self.events
                .push_back(DeviceOutput::Event(DeviceEvent::HostChanged { host }));
        }
    }

    /// Tells a client which role it has.
    pub(super) fn announce(&mut self, id: ConnectionId) {
        let role = ResNotifyHostSlaveMode {
            mode: i32::from(self.host != Some(id)),
            lock: self.locked,
        };
        self.notify_one(id, cmd::NOTIFY_HOST_SLAVE_MODE, &role);
    }
}
