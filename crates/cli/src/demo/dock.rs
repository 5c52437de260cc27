//! The demo's drone: a virtual dock that dials the station's own broker, as a real one would.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use serde_json::{Value, json};
use skyhelm_families::dji_sim::{
    GatewayKind, RunningGateway, VirtualGateway, VirtualGatewayConfig,
};
use skyhelm_units::{Redacted, Site};

use crate::failure::Failure;

/// A virtual dock that is about to call.
pub(super) struct Dock {
    config: VirtualGatewayConfig,
    broker: SocketAddr,
}

impl Dock {
    /// One near the telescope, with a password of its own.
    pub(super) fn new(site: Site, seed: u64) -> Result<Self, Failure> {
        let [broker, world] = free_addresses()?;
        let kind = GatewayKind::Dock3M4td;
        let mut config =
            VirtualGatewayConfig::new(kind, site, format!("mqtt://{broker}")).seeded(seed);
        config.username = config.gateway_sn.clone();
        config.world_port = world.port();
        config.password = Redacted::new(password()?);
        Ok(Self { config, broker })
    }

    /// The station's `[dji]` table that lets it in.
    pub(super) fn table(&self) -> Value {
        json!({
            "listen": self.broker.to_string(),
            "organization_id": self.config.organization_id,
            // The page for DJI Pilot 2 goes its whole way; a virtual one asks no vendor.
            "app": { "id": "0", "key": "virtual", "license": "virtual" },
            "gateways": [{
                "serial": self.config.gateway_sn,
                "name": "Virtual dock",
                "password": self.config.password.expose(),
                "simulated": true,
                "world": SocketAddr::from((Ipv4Addr::LOCALHOST, self.config.world_port)).to_string(),
            }],
        })
    }

    /// Lets it call; the station must be there.
    pub(super) async fn call(self) -> Result<RunningGateway, Failure> {
        VirtualGateway::start(self.config)
            .await
            .map_err(|error| Failure::internal(error.to_string()))
    }
}

/// Two addresses nobody listens at now. Somebody else could take one before we do; then the demo says so.
fn free_addresses() -> Result<[SocketAddr; 2], Failure> {
    let open = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = |listener: &TcpListener| listener.local_addr();
    // Both are held until both are known, or they might be one.
    let held = open().and_then(|one| Ok([one, open()?]));
    let found = held.and_then(|[one, other]| Ok([address(&one)?, address(&other)?]));
    found.map_err(|error| Failure::internal(error.to_string()))
}

/// A password that is made for this run only.
fn password() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::internal(error.to_string()))?;
    Ok(format!("{:032x}", u128::from_le_bytes(bytes)))
}
