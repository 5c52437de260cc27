//! What answers at an address: model, firmware, ports, and what its cameras can be set to.

use core::time::Duration;

use serde::Deserialize;
use skyhelm_device::Lens;
use skyhelm_device::state::{Parameter, Setting};
use skyhelm_dwarf_proto::Profile;
use skyhelm_dwarf_proto::http::{
    Answer, CameraConfig, DeviceInfo, FirmwareVersion, ParamsConfig, path,
};
use skyhelm_dwarf_proto::params::{self, param_id};
use skyhelm_dwarf_proto::profile::{Model, Optics};
use skyhelm_units::DeviceId;
use tokio::time::timeout;

use crate::address::{Address, Endpoints, Ports};
use crate::error::DwarfError;
use crate::http;
use crate::known::{LensSettings, Settings, choice};
use crate::parameters;

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

/// A telescope is known by what it says of itself, wherever it is reached; by its address before it
/// ever answered, and when it says nothing.
pub(crate) fn device_id(address: &Address, found: Option<&Discovered>) -> DeviceId {
    let told = found.and_then(|found| found.serial.clone());
    let name = told.unwrap_or_else(|| address.to_string());
    let plain: String = name
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

/// The serial number, else the hardware address; an empty or blank one is none.
fn identity(info: &DeviceInfo) -> Option<String> {
    let said = |text: &String| {
        let telling = text.chars().filter(char::is_ascii_alphanumeric);
        telling.clone().count() >= 4 && telling.clone().any(|c| c != '0') && text.len() <= 64
    };
    let mac = Some(info.mac_address.clone());
    [info.sn.clone(), info.mac.clone(), mac]
        .into_iter()
        .flatten()
        .find(said)
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
    let url = endpoints.http_url(path::DEVICE_INFO);
    let info: DeviceInfo = http::call(client, &url, None).await?;
    if info.device_id <= 0 {
        return Err(DwarfError::protocol(&url, "it names no model"));
    }
    let serial = identity(&info);
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
        serial,
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
    let url = endpoints.http_url(path::FIRMWARE_VERSION);
    let version: FirmwareVersion = http::call(client, &url, None).await.ok()?;
    version.known().map(|version| version.to_string())
}

/// The parameter configuration (API 2.0 §3.4); the model's own where the telescope tells none, as
/// newer firmware does.
async fn settings(client: &reqwest::Client, endpoints: &Endpoints, profile: &Profile) -> Settings {
    let url = endpoints.http_url(path::PARAMS_CONFIG);
    let answer = http::fetch(client.get(&url), &url).await.ok();
    let told = answer.and_then(|bytes| {
        let answer: Answer<ParamsConfig> = serde_json::from_slice(&bytes).ok()?;
        answer.into_data().ok()
    });
    let told = told.filter(|config| !config.cameras.is_empty());
    let cameras = told
        .as_ref()
        .map_or(&params::config(profile.model).cameras, |told| &told.cameras);
    let own = &params::config(profile.model).feature_params;
    let features = match &told {
        Some(told) if !told.feature_params.is_empty() => &told.feature_params,
        _ => own,
    };
    let mut settings = Settings {
        features: parameters::of_stacker(features),
        ..Settings::default()
    };
    for camera in cameras {
        let (lens, optics) = match camera.id {
            0 => (Lens::Tele, &profile.tele),
            1 => (Lens::Wide, &profile.wide),
            _ => continue,
        };
        settings.lenses.insert(lens, lens_settings(camera, optics));
    }
    settings
}

/// The field by the optics where these are known: the configuration of a DWARF 3 states that of a
/// DWARF II.
fn field(camera: &CameraConfig, optics: &Optics) -> Option<[f64; 2]> {
    let scale = optics.lens.map(|lens| lens.arcsec_per_pixel() / 3600.0);
    let (width, height) = optics.picture;
    let stated = [camera.fv_width, camera.fv_height];
    scale
        .map(|degrees| [f64::from(width) * degrees, f64::from(height) * degrees])
        .or(Some(stated).filter(|field| field.iter().all(|side| *side > 0.0)))
}

/// The command for the quality of the tele lens's live picture exists where the configuration of a
/// DWARF 3 leaves the parameter out.
fn camera_parameters(camera: &CameraConfig) -> Vec<Parameter> {
    let mut parameters = parameters::of_camera(&camera.support_params);
    if camera.id == 0 {
        parameters::add_preview_quality(&mut parameters);
    }
    parameters
}

fn lens_settings(camera: &CameraConfig, optics: &Optics) -> LensSettings {
    let offered = |id| {
        let param = camera.support_params.iter().find(|param| param.id == id)?;
        let gear = param.gear_mode.as_ref()?;
        let choices = gear
            .values
            .iter()
            .map(|gear| choice(gear.index, &gear.name))
            .collect();
        let setting = Setting {
            auto: false,
            has_auto: param.has_auto,
            // What is in force is told by the device's echoes, the default says nothing.
            index: None,
            choices,
        };
        Some(setting).filter(|setting| !setting.choices.is_empty())
    };
    let preview = [camera.preview_width, camera.preview_height];
    LensSettings {
        field_deg: field(camera, optics),
        preview_px: Some(preview).filter(|size| size.iter().all(|side| *side > 0)),
        exposure: offered(param_id::EXPOSURE),
        gain: offered(param_id::GAIN),
        filter: offered(param_id::FILTER),
        parameters: camera_parameters(camera),
    }
}
