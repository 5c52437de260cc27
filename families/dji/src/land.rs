//! The land of a virtual gateway's world, which tells it to programs on this machine.

use core::net::SocketAddr;
use core::time::Duration;

use skyhelm_device::{DeviceError, ErrorKind, Land, Reply};

/// How long the world may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest map that is read; a virtual world's has a fiftieth of it.
const LARGEST_MAP: usize = 8 << 20;

/// The door of a virtual world.
#[derive(Clone, Debug)]
pub(crate) struct World {
    client: reqwest::Client,
    door: SocketAddr,
}

impl World {
    pub(crate) fn new(door: SocketAddr) -> Result<Self, DeviceError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| DeviceError::new(ErrorKind::Internal, error.to_string()))?;
        Ok(Self { client, door })
    }
}

impl Land for World {
    fn geo_json(&self) -> Reply<String> {
        let asked = self
            .client
            .get(format!("http://{}/world/land.geojson", self.door));
        let door = self.door;
        Box::pin(async move { read(asked).await.map_err(|cause| away(door, &cause)) })
    }
}

async fn read(asked: reqwest::RequestBuilder) -> Result<String, String> {
    let broken = |error: reqwest::Error| error.to_string();
    let mut answer = asked.send().await.map_err(broken)?;
    if !answer.status().is_success() {
        return Err(format!("it answers {}", answer.status()));
    }
    let mut map = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(broken)? {
        if map.len() + piece.len() > LARGEST_MAP {
            return Err(format!("its map has more than {LARGEST_MAP} bytes"));
        }
        map.extend_from_slice(&piece);
    }
    let map = String::from_utf8(map).map_err(|error| error.to_string())?;
    let parsed: serde_json::Value =
        serde_json::from_str(&map).map_err(|error| error.to_string())?;
    match parsed["type"].as_str() {
        Some("FeatureCollection") => Ok(map),
        _ => Err(String::from("its map is no GeoJSON collection")),
    }
}

fn away(door: SocketAddr, cause: &str) -> DeviceError {
    let message = format!("The virtual world at {door} does not tell its land: {cause}.");
    DeviceError::new(ErrorKind::Protocol, message)
        .remedy("Check `world` in the table [dji]: `skyhelm sim` prints it when it starts.")
}
