//! The four doors as one: they open and close together, always at the same addresses.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::config::{Ports, VirtualDwarfConfig};
use crate::device::Core;
use crate::error::SimError;
use crate::server::{self, Bounds, api, files, live, socket};
use crate::virtual_dwarf::Addresses;

/// A hundred clients that send nonsense fit beside the real ones; those ping every ten seconds.
const SOCKETS: Bounds = bounds(256, 45);
pub(crate) const REQUESTS: Bounds = bounds(64, 45);
/// Between two pictures lies the longest exposure, or a stack that nobody ends.
const VIEWERS: Bounds = bounds(64, 600);

/// Listening, not serving yet.
#[derive(Debug)]
pub(crate) struct Doors {
    pub(crate) addresses: Addresses,
    ws: TcpListener,
    http: TcpListener,
    jpeg: TcpListener,
    files: TcpListener,
}

/// The world's door, which is open whatever becomes of the device.
pub(crate) async fn open_world(
    config: &VirtualDwarfConfig,
) -> Result<(TcpListener, SocketAddr), SimError> {
    listen(SocketAddr::new(
        Ipv4Addr::LOCALHOST.into(),
        config.world_port,
    ))
    .await
}

impl Doors {
    /// Listens where the configuration says.
    pub(crate) async fn open(
        config: &VirtualDwarfConfig,
        world: SocketAddr,
    ) -> Result<Self, SimError> {
        let ports = match config.ports {
            Ports::Free => [0; 4],
            Ports::Standard => {
                let ports = config.profile.ports;
                [ports.websocket, ports.http, ports.jpeg, ports.files]
            }
            Ports::Explicit {
                ws,
                http,
                jpeg,
                files,
            } => [ws, http, jpeg, files],
        };
        Self::listen(ports.map(|port| SocketAddr::new(config.bind, port)), world).await
    }

    /// Listens where it did before: clients come back to the same addresses.
    pub(crate) async fn open_again(addresses: &Addresses) -> Result<Self, SimError> {
        let at = [
            addresses.ws,
            addresses.http,
            addresses.jpeg,
            addresses.files,
        ];
        let mut tries = 0;
        loop {
            match Self::listen(at, addresses.world).await {
                // A connection of somebody else may sit on a port for a moment.
                Err(_) if tries < TRIES => tokio::time::sleep(BETWEEN_TRIES).await,
                outcome => return outcome,
            }
            tries += 1;
        }
    }

    async fn listen(at: [SocketAddr; 4], world: SocketAddr) -> Result<Self, SimError> {
        let [ws, http, jpeg, files] = at;
        let (ws, ws_at) = listen(ws).await?;
        let (http, http_at) = listen(http).await?;
        let (jpeg, jpeg_at) = listen(jpeg).await?;
        let (files, files_at) = listen(files).await?;
        let addresses = Addresses {
            ws: ws_at,
            http: http_at,
            jpeg: jpeg_at,
            files: files_at,
            world,
        };
        Ok(Self {
            addresses,
            ws,
            http,
            jpeg,
            files,
        })
    }

    fn about(&self, config: &VirtualDwarfConfig) -> Value {
        let at = &self.addresses;
        json!({
            "simulated": true,
            "name": config.name,
            "ports": {
                "ws": at.ws.port(),
                "http": at.http.port(),
                "jpeg": at.jpeg.port(),
                "files": at.files.port(),
                "world": at.world.port(),
            },
        })
    }

    /// Serves all four until `closing`; what comes over the WebSocket goes to `inbound`.
    pub(crate) fn serve(
        self,
        core: &Arc<Core>,
        inbound: mpsc::Sender<socket::Inbound>,
        closing: &CancellationToken,
    ) {
        // Numbers go on from one opening to the next: what an old connection still says is not taken
        // for a new one's.
        static CLIENTS: AtomicU64 = AtomicU64::new(1);
        let door = socket::Door {
            inbound,
            about: self.about(&core.config),
            stopping: closing.clone(),
            tasks: core.tasks.clone(),
            next_client: || CLIENTS.fetch_add(1, Ordering::Relaxed),
        };
        let [tele, wide] = core.live.clone();
        let serve = |listener, bounds, routes| {
            server::serve(&core.tasks, closing, listener, bounds, routes);
        };
        serve(self.ws, SOCKETS, socket::routes(door));
        serve(self.http, REQUESTS, api::routes(Arc::clone(core)));
        serve(self.jpeg, VIEWERS, live::routes(tele, wide));
        serve(self.files, REQUESTS, files::routes(Arc::clone(&core.card)));
    }
}

/// How often a port that is taken is tried again.
const TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

const fn bounds(connections: usize, idle_s: u64) -> Bounds {
    Bounds {
        connections,
        idle: Duration::from_secs(idle_s),
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), SimError> {
    let refused = |source| SimError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}
