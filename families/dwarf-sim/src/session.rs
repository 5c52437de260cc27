//! Between the sockets and the device: the protocol's own state machine decides who is host, answers
//! what is malformed, and hands out the commands that are to have an effect.

use std::collections::BTreeMap;
use std::sync::Arc;

use skyhelm_dwarf_proto::DeviceHub;
use skyhelm_dwarf_proto::device::{
    Command, ConnectionId, DeviceEvent, DeviceInput, DeviceOutput, Outgoing,
};
use skyhelm_dwarf_proto::{Code, cmd};
use skyhelm_units::Mono;
use tokio::sync::mpsc;

use crate::device::{Core, Farewell, Saying};
use crate::handlers::dispatch;
use crate::server::socket::{Inbound, Outbound};

/// All clients of a device.
#[derive(Debug)]
pub(crate) struct Session {
    core: Arc<Core>,
    hub: DeviceHub,
    sockets: BTreeMap<ConnectionId, mpsc::Sender<Outbound>>,
}

impl Session {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self {
            hub: DeviceHub::new(core.config.profile),
            core,
            sockets: BTreeMap::new(),
        }
    }

    /// Takes what a connection brings.
    pub(crate) fn handle_inbound(&mut self, inbound: &Inbound) {
        let now = self.core.pace.host();
        let input = match inbound {
            Inbound::Opened { client, frames } => {
                let id = ConnectionId(*client);
                self.sockets.insert(id, frames.clone());
                DeviceInput::Opened(id)
            }
            Inbound::Binary { client, frame } => {
                let id = ConnectionId(*client);
                if self.is_mutant(id, frame) {
                    return;
                }
                DeviceInput::Binary(id, frame)
            }
            Inbound::Text { client, text } => DeviceInput::Text(ConnectionId(*client), text),
            Inbound::Closed { client } => {
                let id = ConnectionId(*client);
                self.sockets.remove(&id);
                DeviceInput::Closed(id)
            }
        };
        self.hub.handle_input(now, input);
        self.drain();
    }

    /// Takes what the device has to say.
    pub(crate) fn handle_saying(&mut self, saying: Saying) {
        match saying {
            Saying::Reply { to, payload } => self.hub.reply(&to, payload),
            Saying::Code { to, code } => self.hub.reply_code(&to, code),
            Saying::Notify { id, payload } => self.hub.notify_bytes(id, payload),
            Saying::Farewell(farewell) => {
                self.hub.close_all();
                self.drain();
                match farewell {
                    Farewell::Restart => self.core.stopping.cancel(),
                    Farewell::Off => self.core.off.cancel(),
                }
            }
        }
        self.drain();
    }

    /// When [`Session::handle_timeout`] wants to be called.
    pub(crate) fn poll_timeout(&self) -> Option<Mono> {
        self.hub.poll_timeout().map(|(at, _)| at)
    }

    pub(crate) fn handle_timeout(&mut self) {
        self.hub.handle_timeout(self.core.pace.host());
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.hub.poll_output() {
            match output {
                DeviceOutput::Send { to, message } => self.send(to, message),
                DeviceOutput::Close { connection, reason } => {
                    tracing::debug!(client = connection.0, ?reason, "closing a connection");
                    // Its task writes what waits, then sees the queue's end.
                    self.sockets.remove(&connection);
                }
                DeviceOutput::Event(event) => self.handle_event(event),
            }
        }
    }

    fn handle_event(&mut self, event: DeviceEvent) {
        match event {
            DeviceEvent::Command(command) => self.command(&command),
            DeviceEvent::PassedOver { from, row } => {
                tracing::debug!(
                    client = from.0,
                    cmd = row.id,
                    "a slave's command is passed over"
                );
            }
            DeviceEvent::Joined { connection, .. } => {
                tracing::info!(client = connection.0, "a client has come");
            }
            DeviceEvent::Left { connection } => {
                tracing::info!(client = connection.0, "a client has gone");
            }
            _ => {}
        }
    }

    fn command(&self, command: &Command) {
        tracing::debug!(
            client = command.request.connection.0,
            cmd = command.row.id,
            "command"
        );
        dispatch(&self.core, command);
    }

    fn send(&mut self, to: ConnectionId, message: Outgoing) {
        let Some(socket) = self.sockets.get(&to) else {
            return;
        };
        let outbound = match message {
            Outgoing::Text(text) => Outbound::Text(text),
            Outgoing::Reply(frame) | Outgoing::Notification(_, frame) => Outbound::Binary(frame),
        };
        if socket.try_send(outbound).is_err() {
            // It does not read what it is sent; its task ends with the queue.
            tracing::debug!(client = to.0, "a client is too slow");
            self.sockets.remove(&to);
            return;
        }
        // The queue to the socket is the window: what is in it is as good as written.
        let now = self.core.pace.host();
        self.hub.handle_input(now, DeviceInput::Written(to));
    }

    /// Negative control of the one command the state machine carries out by itself.
    fn is_mutant(&mut self, from: ConnectionId, frame: &[u8]) -> bool {
        if self.core.config.mutate != Some(cmd::SYSTEM_SET_HOST_LOCK) {
            return false;
        }
        let Ok(packet) = skyhelm_dwarf_proto::Packet::decode(frame) else {
            return false;
        };
        if packet.cmd != cmd::SYSTEM_SET_HOST_LOCK {
            return false;
        }
        let request = skyhelm_dwarf_proto::device::RequestRef {
            connection: from,
            module: packet.module,
            cmd: packet.cmd,
            client_id: packet.client_id,
        };
        self.hub.reply_code(&request, Code::OK);
        self.drain();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use skyhelm_dwarf_proto::v2::ComResWithInt;
    use skyhelm_dwarf_proto::{MessageType, ModuleId, Packet};
    use skyhelm_units::Site;

    use crate::config::VirtualDwarfConfig;
    use crate::virtual_dwarf::assemble;

    fn joins(session: &mut Session, client: u64, room: usize) -> mpsc::Receiver<Outbound> {
        let (frames, waiting) = mpsc::channel(room);
        session.handle_inbound(&Inbound::Opened { client, frames });
        let packet = Packet {
            major_version: 1,
            minor_version: 1,
            device_id: 1,
            module: ModuleId::CameraTele,
            cmd: cmd::TELE_GET_ALL_PARAMS,
            kind: MessageType::Request,
            payload: bytes::Bytes::new(),
            client_id: "reader".to_owned(),
        };
        let frame = packet.encode();
        session.handle_inbound(&Inbound::Binary { client, frame });
        waiting
    }

    fn battery(percent: i32) -> Saying {
        use prost::Message as _;
        let message = ComResWithInt {
            value: percent,
            code: 0,
        };
        Saying::Notify {
            id: cmd::NOTIFY_BATTERY,
            payload: message.encode_to_vec().into(),
        }
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_cut_off_and_nobody_else_feels_it() {
        let config = VirtualDwarfConfig::dwarf3(Site::from_degrees(47.0, 8.5, 600.0));
        let mut session = Session::new(Arc::new(assemble(config).unwrap()));
        let mut reader = joins(&mut session, 1, 512);
        let mut sleeper = joins(&mut session, 2, 20);
        let mut heard = 0;
        for percent in 0..100 {
            session.handle_saying(battery(percent));
            while let Ok(frame) = reader.try_recv() {
                let Outbound::Binary(frame) = frame else {
                    continue;
                };
                heard += i32::from(Packet::decode(&frame).unwrap().cmd == cmd::NOTIFY_BATTERY);
            }
        }
        assert_eq!(heard, 100);
        let mut kept = 0;
        while sleeper.recv().await.is_some() {
            kept += 1;
        }
        // The queue's end closes its socket.
        assert!(kept <= 20, "{kept}");
    }
}
