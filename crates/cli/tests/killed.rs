//! The station is killed in the middle of everything, again and again, and nothing it acknowledged is
//! lost. `SKYHELM_KILLS` says how often (50 when unset).

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use skyhelm_families::dwarf_sim::{Initial, Ports, RunningDwarf, VirtualDwarf, VirtualDwarfConfig};
use skyhelm_units::{Site, StationClock, UtcMillis};

const KILLS: usize = 50;
/// More subs than are taken while the station dies so often.
const SUBS: u64 = 400;
const KILLS_IN_A_STACK: usize = 6;
/// 2026-11-21 19:00 UTC: night over the telescope, and a minute of it in a second of ours.
const EVENING: UtcMillis = UtcMillis::from_seconds(1_795_287_600);
const SPEED: f64 = 60.0;
const PASSWORD: &str = "killed but not forgotten";
const PATIENCE: Duration = Duration::from_secs(30);

/// The station as a process of its own.
struct Station {
    child: Child,
    api: String,
    link: String,
    bearer: Option<String>,
    client: Client,
}

impl Station {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_skyhelm"))
            .args(["--json", "serve", "--port", "0", "--config"])
            .arg(folder.join("station.toml"))
            .arg("--data")
            .arg(folder.join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["address"].as_str().unwrap();
        Self {
            child,
            api: format!("http://{address}/api/v1"),
            link: said["link"].as_str().unwrap().to_owned(),
            bearer: None,
            client: Client::builder().timeout(PATIENCE).build().unwrap(),
        }
    }

    /// As an operating system kills: without a word before.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.api));
        request = request.header("x-skyhelm", "1");
        if let Some(secret) = &self.bearer {
            request = request.bearer_auth(secret);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn read(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn until(&self, path: &str, so: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let seen = self.read(path).await;
            if so(&seen) {
                return seen;
            }
            assert!(begin.elapsed() < PATIENCE, "{path} never became so: {seen}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Signs in by the link once and makes a token that opens after every restart.
async fn token(station: &Station) -> String {
    let word = station.link.split_once("#signin=").unwrap().1;
    let request = station.client.post(format!("{}/session", station.api));
    let request = request
        .header("x-skyhelm", "1")
        .json(&json!({ "token": word }));
    let answer = request.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let request = station.client.post(format!("{}/tokens", station.api));
    let body = json!({"name": "survivor", "role": "admin"});
    let request = request
        .header("x-skyhelm", "1")
        .header("cookie", cookie)
        .json(&body);
    let made: Value = request.send().await.unwrap().json().await.unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

/// Files of the library that the hub has said are here, whole: path to size.
type Shelf = BTreeMap<String, u64>;

/// What the hub says is here must be on the disk, byte for byte as long; and nothing else.
async fn check_library(station: &Station, folder: &Path, known: &mut Shelf) {
    let library = station.read("/library?limit=500").await;
    let mut here = Shelf::new();
    for entry in library["entries"].as_array().unwrap() {
        for file in entry["files"].as_array().unwrap() {
            let [id, name] = [&entry["id"], &file["name"]].map(|word| word.as_str().unwrap());
            let size = file["size_bytes"].as_u64().unwrap();
            here.insert(format!("{id}/{name}"), size);
        }
    }
    for (path, size) in known.iter() {
        assert_eq!(
            here.get(path),
            Some(size),
            "{path} was acknowledged and is gone"
        );
    }
    for (path, size) in &here {
        let file = folder.join("data/library").join(path);
        let length = std::fs::metadata(&file).map(|data| data.len());
        assert_eq!(length.ok(), Some(*size), "{path} is not whole");
    }
    *known = here;
}

/// No file outside the folder for parts may be a part.
fn check_no_half_file(folder: &Path, sizes: &BTreeMap<String, u64>) {
    let library = folder.join("data/library");
    for entry in std::fs::read_dir(&library).unwrap() {
        let entry = entry.unwrap().path();
        if entry.ends_with(".parts") || !entry.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&entry).unwrap() {
            let file = file.unwrap();
            let name = file.file_name().to_string_lossy().into_owned();
            let length = file.metadata().unwrap().len();
            if let Some(whole) = sizes.get(&name) {
                assert_eq!(length, *whole, "{name} is half a file");
            }
        }
    }
}

/// Sizes of the raw photographs on the virtual telescope's card, by name.
fn card_sizes(card: &Path) -> BTreeMap<String, u64> {
    let mut sizes = BTreeMap::new();
    let mut folders = vec![card.to_owned()];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap().map_while(Result::ok) {
            let name = file.file_name().to_string_lossy().into_owned();
            match file.metadata() {
                Ok(data) if data.is_dir() => folders.push(file.path()),
                Ok(data)
                    if Path::new(&name)
                        .extension()
                        .is_some_and(|end| end == "fits") =>
                {
                    sizes.insert(name, data.len());
                }
                _ => {}
            }
        }
    }
    sizes
}

fn is_idle(device: &Value) -> bool {
    let jobs = device["state"]["jobs"].as_array().unwrap();
    jobs.iter().all(|job| !job["outcome"].is_null())
}

/// A telescope with its cameras open, and a station that knows it.
async fn set_up(
    folder: &Path,
    change: impl FnOnce(&mut VirtualDwarfConfig),
) -> (RunningDwarf, Station, String) {
    let config = "time_zone = \"Europe/Berlin\"\n[site]\nlatitude = 48.14\nlongitude = 11.58\n";
    std::fs::write(folder.join("station.toml"), config).unwrap();
    let mut sim = VirtualDwarfConfig::dwarf3(Site::from_degrees(48.14, 11.58, 520.0));
    sim.ports = Ports::Free;
    sim.card_dir = Some(folder.join("card"));
    change(&mut sim);
    let telescope = VirtualDwarf::start(sim).await.unwrap();
    let mut station = Station::start(folder);
    station.bearer = Some(token(&station).await);
    let account = json!({"name": "Ada", "role": "admin", "password": PASSWORD});
    let (status, _) = station.ask(Method::POST, "/accounts", Some(account)).await;
    assert_eq!(status, 201);
    let place = json!({"family": "dwarf", "address": telescope.addresses().ws.to_string()});
    let (status, found) = station.ask(Method::POST, "/devices", Some(place)).await;
    assert_eq!(status, 200, "{found}");
    let device = format!("/devices/{}", found["device"].as_str().unwrap());
    station
        .until(&device, |seen| seen["state"]["link"]["status"] == "up")
        .await;
    let open = format!("{device}/cameras/tele/open");
    let (status, answer) = station.ask(Method::POST, &open, None).await;
    assert_eq!(status, 202, "{answer}");
    station
        .until(&device, |seen| {
            seen["state"]["cameras"]["tele"]["open"] == true
        })
        .await;
    (telescope, station, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_killed_again_and_again_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (telescope, mut station, device) = set_up(folder, |_| ()).await;
    let secret = station.bearer.clone();
    let kills = std::env::var("SKYHELM_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let mut known = Shelf::new();
    let mut photographs = 0;
    for round in 0..kills {
        let name = json!({ "name": format!("Round {round}") });
        assert_eq!(
            station
                .ask(Method::PUT, "/settings/name", Some(name.clone()))
                .await
                .0,
            200
        );
        station
            .until(&device, |seen| seen["state"]["link"]["status"] == "up")
            .await;
        let path = format!("{device}/cameras/tele/raw-photo");
        let (status, _) = station.ask(Method::POST, &path, None).await;
        photographs += usize::from(status == 202);
        // Somewhere in capture, listing or download: another moment in each round.
        let moment = (round as u64 * 37) % 330;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        check_library(&station, folder, &mut known).await;
        station.kill();
        check_no_half_file(folder, &card_sizes(&folder.join("card")));

        station = Station::start(folder);
        station.bearer.clone_from(&secret);
        let settings = station.read("/settings").await;
        assert_eq!(settings["name"]["value"], name["name"]);
        check_library(&station, folder, &mut known).await;
    }
    let accounts = station.read("/accounts").await;
    assert_eq!(accounts["accounts"][0]["name"], "Ada");
    assert!(photographs > 0, "the telescope never took a photograph");
    // What was under way comes to its end now: every photograph of the card is in the library.
    station
        .until(&device, |seen| {
            seen["state"]["link"]["status"] == "up" && is_idle(seen)
        })
        .await;
    let wanted = card_sizes(&folder.join("card"));
    let library = station
        .until("/library?limit=500", |seen| {
            let entries = seen["entries"].as_array().unwrap();
            let files = entries
                .iter()
                .flat_map(|entry| entry["files"].as_array().unwrap());
            let names: Vec<&str> = files.map(|file| file["name"].as_str().unwrap()).collect();
            wanted.keys().all(|name| names.contains(&name.as_str()))
        })
        .await;
    let states = library["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["state"]);
    assert!(states.clone().all(|state| state != "failed"), "{library}");
    check_library(&station, folder, &mut known).await;
    println!(
        "{kills} kills, {photographs} photographs taken, {} files whole",
        known.len()
    );
    station.kill();
    telescope.stop().await;
}

/// The newest stack among a device's jobs.
fn stack(device: &Value) -> Option<&Value> {
    let mut jobs = device["state"]["jobs"].as_array()?.iter();
    jobs.rfind(|job| job["kind"] == "stack")
}

fn taken(device: &Value) -> u64 {
    device["state"]["stacker"]["counts"]["taken"]
        .as_u64()
        .unwrap_or_default()
}

/// A telescope that follows a galaxy which never sets there, and never comes near the Sun.
async fn following(folder: &Path) -> (RunningDwarf, Station, String) {
    let (telescope, station, device) = set_up(folder, |sim| {
        let now = sim.host_clock.now();
        sim.station_clock = StationClock::new(now.mono, EVENING, SPEED);
        sim.initial = Initial {
            calibrated: true,
            motors_deg: Some((120.0, 40.0)),
            ..Initial::default()
        };
        sim.window = 4;
    })
    .await;
    let m81 = json!({"name": "M 81", "ra_hours": 9.926, "dec_degrees": 69.065});
    let path = format!("{device}/mount/goto");
    let (status, answer) = station.ask(Method::POST, &path, Some(m81)).await;
    assert_eq!(status, 202, "{answer}");
    station
        .until(&device, |seen| {
            seen["state"]["mount"]["motion"] == "tracking" && is_idle(seen)
        })
        .await;
    (telescope, station, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_goes_on_while_its_station_is_killed_and_is_ended_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (telescope, mut station, device) = following(folder).await;
    let secret = station.bearer.clone();
    let body = json!({"lens": "tele", "subs": SUBS, "without_darks": true});
    let path = format!("{device}/stack/start");
    let (status, answer) = station.ask(Method::POST, &path, Some(body)).await;
    assert_eq!(status, 202, "{answer}");
    for round in 0..KILLS_IN_A_STACK {
        let before = station.until(&device, |seen| taken(seen) > 0).await;
        tokio::time::sleep(Duration::from_millis(round as u64 * 137 % 400)).await;
        station.kill();
        station = Station::start(folder);
        station.bearer.clone_from(&secret);
        let after = station
            .until(&device, |seen| {
                seen["state"]["link"]["status"] == "up"
                    && taken(seen) >= taken(&before)
                    && stack(seen).is_some()
            })
            .await;
        let job = stack(&after).unwrap();
        assert!(job["outcome"].is_null(), "it ended too soon: {job}");
        assert!(job["progress"].is_number(), "{job}");
    }
    let path = format!("{device}/stack/stop");
    let lens = json!({ "lens": "tele" });
    let (status, answer) = station.ask(Method::POST, &path, Some(lens)).await;
    assert_eq!(status, 202, "{answer}");
    let end = station
        .until(&device, |seen| {
            stack(seen).is_some_and(|job| !job["outcome"].is_null())
        })
        .await;
    assert_eq!(stack(&end).unwrap()["outcome"]["result"], "done", "{end}");
    // The stack and each of its subs come into the library, whole.
    let wanted = card_sizes(&folder.join("card"));
    assert_eq!(wanted.len() as u64, taken(&end) + 1, "{wanted:?}");
    station
        .until("/library?limit=500", |seen| {
            let mut entries = seen["entries"].as_array().unwrap().iter();
            entries.any(|entry| entry["kind"] == "stack" && entry["state"] == "complete")
        })
        .await;
    check_library(&station, folder, &mut Shelf::new()).await;
    check_no_half_file(folder, &wanted);
    station.kill();
    telescope.stop().await;
}
