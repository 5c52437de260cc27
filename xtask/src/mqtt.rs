//! What the station says over MQTT, judged by programs that share no code with it: `mosquitto_sub` and paho.

use std::path::Path;

use crate::command::{Done, run as run_program};
use crate::{demo, tools};

/// What the judge needs of Debian.
pub(crate) const PROGRAMS: [(&str, &str); 3] = [
    ("/usr/sbin/mosquitto", "mosquitto"),
    ("/usr/bin/mosquitto_sub", "mosquitto-clients"),
    ("/usr/bin/openssl", "openssl"),
];

/// A virtual dock flies with the station's own broker and with Mosquitto; both are listened to, and asked at every
/// door.
pub(crate) fn run(root: &Path) -> Done {
    tools::debian(root, &PROGRAMS)?;
    let python = tools::python_for(root, "mqtt")?;
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let (station, folder) = (path(&demo::binary(root)), path(&root.join("target/mqtt")));
    run_program(
        root,
        &path(&python),
        &["tools/mqtt/judge.py", &station, &folder],
    )
}
