//! How many messages a second go through the embedded broker, against Mosquitto's in the same run.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use skyhelm_device::HostClock;
use skyhelm_dji::broker::{Account, Bounds, Broker as _, EmbeddedBroker, Listen, Rights};
use skyhelm_units::{Mono, Now, UtcMillis};
use tokio::sync::{Barrier, Semaphore};

use crate::accounts::{PASSWORD, hash, osd};
use crate::quantile;
use crate::wire::{acknowledgement, connect, number, publish};

const PUBLISHERS: usize = 50;
const EACH: u64 = 1000;
/// Unacknowledged messages of one publisher.
const UNDER_WAY: usize = 16;
const ROUNDS: usize = 5;
const LEAST_RATIO: f64 = 0.8;
const MOSQUITTO: &str = "/usr/sbin/mosquitto";
const STATION: &str = "skyhelm";

fn serial(number: usize) -> String {
    format!("RIVALGATEWAY{number:04}")
}

/// Whether the embedded broker keeps up.
pub fn measure() -> bool {
    if !Path::new(MOSQUITTO).exists() {
        println!(
            "Mosquitto is not installed, so nothing can be compared: sudo apt-get install mosquitto"
        );
        return false;
    }
    let folder = tempfile::tempdir().unwrap();
    let rival = Rival::start(folder.path());
    let own = embedded();
    let door = own.own_door();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(round(&rival.at, STATION, PASSWORD));
        ours.push(round(
            &own.tcp_address().to_string(),
            &door.username,
            door.password.expose(),
        ));
    }
    let (ours, theirs) = (quantile(&mut ours, 0.5), quantile(&mut theirs, 0.5));
    let ratio = ours / theirs;
    println!(
        "{PUBLISHERS} gateways to one station at QoS 1, 1.3 kB each: Mosquitto {theirs:.0}, embedded {ours:.0} messages a second: {ratio:.2} times (at least {LEAST_RATIO})"
    );
    ratio >= LEAST_RATIO
}

/// Messages a second, as the process of the clients says.
fn round(at: &str, user: &str, password: &str) -> f64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--throughput", at, user, password])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim()
        .parse()
        .unwrap_or_else(|_| panic!("the clients said {text:?}"))
}

/// The clients' process: prints messages a second from the first sent to the last heard.
pub fn clients(at: &str, user: &str, password: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let rate = runtime.block_on(async {
        let ready = Arc::new(Barrier::new(PUBLISHERS + 1));
        let (mut reader, mut writer) =
            connect(at, "station", (user, password), ("thing/product/+/osd", 1)).await;
        for place in 0..PUBLISHERS {
            tokio::spawn(publisher(at.to_owned(), place, Arc::clone(&ready)));
        }
        ready.wait().await;
        let begin = Instant::now();
        for _ in 0..PUBLISHERS as u64 * EACH {
            let packet = tokio::time::timeout(Duration::from_secs(20), reader.next()).await;
            let packet = packet
                .expect("a message was lost")
                .expect("the broker hung up");
            if let Some(number) = number(&packet) {
                writer.send(&acknowledgement(number)).await;
            }
        }
        PUBLISHERS as f64 * EACH as f64 / begin.elapsed().as_secs_f64()
    });
    println!("{rate}");
}

async fn publisher(at: String, place: usize, ready: Arc<Barrier>) {
    let serial = serial(place);
    let filter = format!("thing/product/{serial}/services");
    let (mut reader, mut writer) = connect(&at, &serial, (&serial, PASSWORD), (&filter, 1)).await;
    let topic = format!("thing/product/{serial}/osd");
    let payload = osd(&serial, 1);
    let free = Arc::new(Semaphore::new(UNDER_WAY));
    ready.wait().await;
    let given_back = Arc::clone(&free);
    tokio::spawn(async move {
        while let Some((first, _)) = reader.next().await {
            if first == 0x40 {
                given_back.add_permits(1);
            }
        }
    });
    for count in 0..EACH {
        free.acquire().await.unwrap().forget();
        let number = (count % 65_535) as u16 + 1;
        writer.send(&publish(&topic, &payload, Some(number))).await;
    }
    // The connection stays until the process ends.
    core::future::pending::<()>().await;
}

fn embedded() -> EmbeddedBroker {
    let hash = hash();
    let accounts = (0..PUBLISHERS).map(|number| Account {
        username: serial(number),
        password_hash: hash.clone(),
        rights: Rights::Gateway {
            serial: serial(number),
            aircraft: BTreeSet::new(),
        },
    });
    let start = Instant::now();
    let host = HostClock::new(move || Now {
        mono: Mono::from_elapsed(start.elapsed()),
        utc: UtcMillis::new(1_800_000_000_000),
    });
    let listen = Listen {
        tcp: SocketAddr::from(([127, 0, 0, 1], 0)),
        websocket: None,
        tls: None,
        advertised: None,
    };
    // Not floods are measured here, but how fast it is when nobody is slowed.
    let bounds = Bounds {
        messages_per_second: u32::MAX,
        bytes_per_second: u64::MAX,
        waiting: 200_000,
        ..Bounds::default()
    };
    EmbeddedBroker::start(&listen, accounts.collect(), bounds, host).unwrap()
}

struct Rival {
    child: Child,
    at: String,
}

impl Rival {
    /// With an account for each and topics pinned to it, like ours.
    fn start(folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let path = |name: &str| folder.join(name);
        let names = (0..PUBLISHERS).map(serial).chain([String::from(STATION)]);
        let users: Vec<String> = names.map(|name| format!("{name}:{PASSWORD}")).collect();
        std::fs::write(path("users"), users.join("\n") + "\n").unwrap();
        let hashed = Command::new("mosquitto_passwd")
            .arg("-U")
            .arg(path("users"))
            .status();
        assert!(hashed.unwrap().success());
        let rules = format!(
            "user {STATION}\ntopic read thing/product/+/osd\n\npattern write thing/product/%u/osd\npattern read thing/product/%u/services\n"
        );
        std::fs::write(path("acl"), rules).unwrap();
        // It gives its rights away when started by root, and then could not read its files.
        let config = format!(
            "listener {} 127.0.0.1\nallow_anonymous false\npersistence false\nmax_queued_messages 0\nlog_type error\nuser root\npassword_file {}\nacl_file {}\n",
            free.port(),
            path("users").display(),
            path("acl").display()
        );
        std::fs::write(path("mosquitto.conf"), config).unwrap();
        let child = Command::new(MOSQUITTO)
            .arg("-c")
            .arg(path("mosquitto.conf"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let rival = Self {
            child,
            at: free.to_string(),
        };
        for _ in 0..200 {
            if std::net::TcpStream::connect(free).is_ok() {
                return rival;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("Mosquitto does not listen");
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
