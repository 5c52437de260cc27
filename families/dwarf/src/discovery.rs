//! What answers at an address: model, firmware, ports, and what its cameras can be set to.

use core::time::Duration;

use serde::Deserialize;
use skyhelm_device::Lens;
use skyhelm_device::state::Setting;
use skyhelm_dwarf_proto::Profile;
use skyhelm_dwarf_proto::profile::{Model, Optics};
use skyhelm_units::{DeviceId, Redacted};
use tokio::time::timeout;

use crate::address::{Address, Endpoints, Ports};
use crate::error::DwarfError;
use crate::http;
use crate::known::{LensSettings, Settings, choice};

/// A real telescope's WebSocket port may leave a plain request unanswered.
const PORTS_TIME: Duration = Duration::from_secs(2);

/// What was found.
#[derive(Clone, Debug)]
pub(crate) struct Discovered {
    pub(crate) endpoints: Endpoints,
    pub(crate) simulated: bool,
    pub(crate) model: String,
    pub(crate) firmware: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) profile: Profile,
}

/// A telescope is known by its address before it ever answered.
pub(crate) fn device_id(address: &Address) -> DeviceId {
    let plain: String = address
        .to_string()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    DeviceId::new(format!("dwarf-{plain}"))
}

/// Looks what answers, changing nothing.
///
/// # Errors
/// When nothing, or something else than a telescope, answers.
pub(crate) async fn look(
    client: &reqwest::Client,
    address: &Address,
) -> Result<Discovered, DwarfError> {
    let (ports, simulated) = ports(client, address).await;
    let endpoints = Endpoints {
        host: address.host().to_owned(),
        ports,
    };
    let info: DeviceInfo = http::call(client, &endpoints.http_url("deviceInfo"), None).await?;
    let firmware = firmware(client, &endpoints).await;
    let profile = profile(info.device_id);
    let settings = settings(client, &endpoints, &profile).await;
    Ok(Discovered {
        profile,
        endpoints,
        simulated,
        model: model(info.device_id),
        firmware,
        name: Some(info.device_name).filter(|name| !name.is_empty()),
        serial: info.sn.or(info.mac).or(info.mac_address),
        settings,
    })
}

/// Virtual telescopes side by side cannot all have the standard ports: the WebSocket port of one
/// tells the others to a plain request. A real telescope does not, and has the standard ones.
async fn ports(client: &reqwest::Client, address: &Address) -> (Ports, bool) {
    let url = format!("http://{}:{}/", address.host(), address.ws_port());
    let told = timeout(PORTS_TIME, http::fetch(client.get(&url), &url)).await;
    let told = told.ok().and_then(Result::ok);
    let told = told.and_then(|bytes| serde_json::from_slice::<VirtualPorts>(&bytes).ok());
    match told {
        Some(told) => (told.ports, told.simulated),
        None => (address.standard_ports(), false),
    }
}

#[derive(Deserialize)]
struct VirtualPorts {
    simulated: bool,
    ports: Ports,
}

/// As much of the device information as is wanted. The answer holds passwords too (API 2.0 §3.9.1):
/// they are wrapped at once, so that no log can show them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct DeviceInfo {
    device_id: i64,
    device_name: String,
    #[serde(deserialize_with = "secret")]
    #[allow(dead_code, reason = "read only to be known as a secret")]
    device_pwd: Redacted<String>,
    #[serde(deserialize_with = "secret")]
    #[allow(dead_code, reason = "read only to be known as a secret")]
    sta_wifi_pwd: Redacted<String>,
    sn: Option<String>,
    mac: Option<String>,
    mac_address: Option<String>,
}

fn secret<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Redacted<String>, D::Error> {
    Option::<String>::deserialize(from).map(|text| Redacted::new(text.unwrap_or_default()))
}

/// What is assumed of a model before its firmware shows otherwise.
fn profile(number: i64) -> Profile {
    match Model::from_device_id(number) {
        Some(Model::Dwarf2) => Profile::dwarf2_v2(),
        Some(Model::Mini) => Profile::mini(),
        Some(Model::Dwarf3) | None => Profile::dwarf3_v2(),
    }
}

/// Numbers of the device information; seen on devices, the document has the first two.
fn model(number: i64) -> String {
    match number {
        1 => String::from("DWARF II"),
        2 => String::from("DWARF 3"),
        3 => String::from("DWARF 3B"),
        4 => String::from("DWARF mini"),
        5 => String::from("DWARF 4"),
        other => format!("DWARF (model {other})"),
    }
}

async fn firmware(client: &reqwest::Client, endpoints: &Endpoints) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version {
        major_version: i64,
        minor_version: i64,
        patch_version: i64,
    }
    let url = endpoints.http_url("firmwareVersion");
    let version: Version = http::call(client, &url, None).await.ok()?;
    // -1 says that it does not know itself (API 2.0 §3.5.1).
    (version.major_version >= 0).then(|| {
        format!(
            "{}.{}.{}",
            version.major_version, version.minor_version, version.patch_version
        )
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ParamsConfig {
    cameras: Vec<CameraConfig>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CameraConfig {
    id: i64,
    fv_width: Option<f64>,
    fv_height: Option<f64>,
    preview_width: Option<u32>,
    preview_height: Option<u32>,
    support_params: Vec<ParamConfig>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ParamConfig {
    id: i64,
    has_auto: bool,
    gear_mode: Option<GearMode>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GearMode {
    values: Vec<Gear>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Gear {
    index: i32,
    name: String,
}

/// The parameter configuration (API 2.0 §3.4). A telescope without one still points and stacks.
async fn settings(client: &reqwest::Client, endpoints: &Endpoints, profile: &Profile) -> Settings {
    let url = endpoints.http_url("getDefaultParamsConfig");
    let answer = http::fetch(client.get(&url), &url).await;
    let config = answer.ok().and_then(|bytes| {
        #[derive(Deserialize)]
        struct Whole {
            data: ParamsConfig,
        }
        serde_json::from_slice::<Whole>(&bytes).ok()
    });
    let mut settings = Settings::default();
    let Some(config) = config else {
        tracing::warn!(%url, "no parameter configuration: exposures cannot be chosen");
        return settings;
    };
    for camera in &config.data.cameras {
        let lens = match camera.id {
            0 => Lens::Tele,
            1 => Lens::Wide,
            _ => continue,
        };
        let optics = match lens {
            Lens::Tele => &profile.tele,
            Lens::Wide => &profile.wide,
        };
        settings.lenses.insert(lens, lens_settings(camera, optics));
    }
    settings
}

/// The field by the optics where these are known: the configuration of a DWARF 3 states that of a
/// DWARF II.
fn field(camera: &CameraConfig, optics: &Optics) -> Option<[f64; 2]> {
    let stated = camera.fv_width.zip(camera.fv_height).map(|(w, h)| [w, h]);
    let scale = optics.lens.map(|lens| lens.arcsec_per_pixel() / 3600.0);
    let (width, height) = optics.picture;
    scale
        .map(|degrees| [f64::from(width) * degrees, f64::from(height) * degrees])
        .or(stated)
}

fn lens_settings(camera: &CameraConfig, optics: &Optics) -> LensSettings {
    let offered = |id| {
        let param = camera.support_params.iter().find(|param| param.id == id)?;
        let gear = param.gear_mode.as_ref()?;
        let choices: Vec<_> = gear
            .values
            .iter()
            .map(|gear| choice(gear.index, &gear.name))
            .collect();
        (!choices.is_empty()).then(|| Setting {
            auto: false,
            has_auto: param.has_auto,
            // What is in force is told by the device's echoes, the default says nothing.
            index: None,
            choices,
        })
    };
    LensSettings {
        field_deg: field(camera, optics),
        preview_px: camera
            .preview_width
            .zip(camera.preview_height)
            .map(|(w, h)| [w, h]),
        exposure: offered(0),
        gain: offered(1),
        filter: offered(8),
    }
}
