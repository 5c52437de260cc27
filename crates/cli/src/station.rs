//! What `demo` and `serve` share: reading the configuration, starting, telling where.

use std::net::SocketAddr;
use std::path::Path;

use skyhelm_hub::{HubConfig, HubOptions, RunningHub};

use crate::failure::Failure;
use crate::lan;

/// The configuration in a file; the defaults when none is named.
pub(crate) fn read_config(file: Option<&Path>) -> Result<HubConfig, Failure> {
    let Some(file) = file else {
        return Ok(HubConfig::default());
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::invalid(format!("{} cannot be read: {error}", file.display())))?;
    let families = skyhelm_families::families();
    let names: Vec<_> = families.iter().map(|family| family.name()).collect();
    HubConfig::parse(&text, &names)
        .map_err(|error| Failure::invalid(format!("{}: {error}", file.display())))
}

/// Starts a hub.
pub(crate) async fn start(options: HubOptions) -> Result<RunningHub, Failure> {
    skyhelm_hub::serve(options)
        .await
        .map_err(|error| Failure::invalid(error.to_string()))
}

/// Prints the sign-in link, and how to follow it from another machine.
pub(crate) fn announce(hub: &RunningHub, asked: u16, json: bool) {
    let link = hub.sign_in_link();
    if json {
        println!(
            "{}",
            serde_json::json!({
                "address": hub.address.to_string(),
                "lan": lan::address(hub.address).map(|address| address.to_string()),
                "link": link.expose(),
            })
        );
        return;
    }
    if asked != 0 && hub.address.port() != asked {
        println!(
            "Port {asked} is taken; the station listens on {} instead.",
            hub.address.port()
        );
    }
    println!(
        "\nOpen this link (it signs one browser in, once, within 10 minutes):\n\n    {}\n",
        link.expose()
    );
    if let Some(address) = lan::address(hub.address) {
        println!("{}", lan::words(address));
    }
    if !has_display() {
        println!("{}", tunnel(hub.address));
    }
    println!("Ctrl-C ends the station.");
}

/// Whether somebody may sit before this machine's own browser.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("SSH_CONNECTION")
        && (cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY"))
}

fn tunnel(address: SocketAddr) -> String {
    let port = address.port();
    let user = std::env::var("USER").unwrap_or_else(|_| String::from("USER"));
    let host = std::fs::read_to_string("/etc/hostname").map_or_else(
        |_| String::from("THIS-MACHINE"),
        |name| name.trim().to_owned(),
    );
    format!(
        "No display here. On your own machine first:\n\n    ssh -L {port}:127.0.0.1:{port} {user}@{host}\n"
    )
}

/// Waits for Ctrl-C or a polite request to end.
pub(crate) async fn until_interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = ended.recv() => {}
            }
            return;
        }
    }
    // Without a handler the default one ends the process, so there is nothing to add on an error.
    let _ = tokio::signal::ctrl_c().await;
}
