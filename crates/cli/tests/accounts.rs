//! Accounts made on the command line, and the station that asks for them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

const PASSWORD: &str = "a password from a pipe";

fn skyhelm(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_skyhelm"));
    command
        .arg("--json")
        .args(arguments)
        .arg("--data")
        .arg(folder);
    command
}

/// Runs to the end with a password on standard input.
fn run(folder: &Path, arguments: &[&str], password: &str) -> Output {
    let mut child = skyhelm(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // Whoever asks for no password may have gone already.
    let _ = writeln!(input, "{password}");
    drop(input);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

struct Station(Child, Value);

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn station(folder: &Path) -> Station {
    let mut child = skyhelm(folder, &["serve", "--port", "0", "--lan"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    Station(child, serde_json::from_str(&line).unwrap())
}

#[test]
fn accounts_are_made_listed_changed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let add = [
        "account",
        "add",
        "Ada",
        "--role",
        "admin",
        "--password-stdin",
    ];
    assert!(run(folder, &add, PASSWORD).status.success());
    let again = run(folder, &add, PASSWORD);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        said(&again)["error"]["message"]
            .as_str()
            .unwrap()
            .contains("Ada")
    );
    let short = ["account", "add", "Ben", "--password-stdin"];
    assert_eq!(run(folder, &short, "short").status.code(), Some(2));
    let wrong = [
        "account",
        "add",
        "Ben",
        "--role",
        "king",
        "--password-stdin",
    ];
    assert_eq!(run(folder, &wrong, PASSWORD).status.code(), Some(2));
    let listed = said(&run(folder, &["account", "list"], ""));
    let ada = json!({"name": "Ada", "role": "admin", "flight": false, "disabled": false});
    assert_eq!(listed["accounts"], json!([ada]));
    // The last admin stays.
    let removed = run(folder, &["account", "remove", "Ada"], "");
    assert_eq!(removed.status.code(), Some(5));
}

#[tokio::test]
async fn a_station_for_the_network_asks_for_an_admin_and_then_for_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let alone = run(folder, &["serve", "--port", "0", "--lan"], "");
    assert_eq!(alone.status.code(), Some(2));
    let message = said(&alone)["error"]["message"].to_string();
    assert!(
        message.contains("skyhelm account add NAME --role admin"),
        "{message}"
    );

    let add = [
        "account",
        "add",
        "Ada",
        "--role",
        "admin",
        "--password-stdin",
    ];
    run(folder, &add, PASSWORD);
    let station = station(folder);
    let address = station.1["address"]
        .as_str()
        .unwrap()
        .replace("0.0.0.0", "127.0.0.1");
    let url = |path: &str| format!("http://{address}{path}");
    let client = reqwest::Client::new();
    let health = client.get(url("/healthz")).send().await.unwrap();
    assert_eq!(health.text().await.unwrap(), "ok");
    let closed = client.get(url("/api/v1/devices")).send().await.unwrap();
    assert_eq!(closed.status(), 401);
    let who = json!({"name": "ada", "password": PASSWORD});
    let request = client.post(url("/api/v1/session")).header("x-skyhelm", "1");
    let signed_in = request.json(&who).send().await.unwrap();
    assert_eq!(signed_in.status(), 200);
    let who: Value = signed_in.json().await.unwrap();
    assert_eq!((&who["role"], &who["lan"]), (&json!("admin"), &json!(true)));
    let link = station.1["link"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
}
