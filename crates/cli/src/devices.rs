//! `skyhelm devices`: which devices the families find, whatever their family.

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use skyhelm_device::{Family, FamilyEvent, Gate, SunGuard};
use tokio::time::{Instant, timeout, timeout_at};

use crate::failure::Failure;
use crate::{alone, place};

/// How long a device may take to say who it is.
const LOOKS: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct DevicesArguments {
    /// Look what answers at this address; else wait for those that come by themselves.
    #[arg(long)]
    address: Option<String>,
    /// How many seconds to wait.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
}

/// What is known of one device.
#[derive(Debug)]
struct Seen {
    family: &'static str,
    id: String,
    model: String,
    name: Option<String>,
    firmware: Option<String>,
    /// What it can do, where it could be asked.
    capabilities: Vec<&'static str>,
}

pub(crate) async fn run(arguments: &DevicesArguments, json: bool) -> Result<(), Failure> {
    let wait = Duration::try_from_secs_f64(arguments.seconds)
        .ok()
        .filter(|wait| *wait <= Duration::from_hours(1))
        .ok_or_else(|| Failure::invalid("--seconds is a number up to 3600"))?;
    let families = skyhelm_families::families();
    let mut seen = Vec::new();
    for family in &families {
        let address = arguments.address.as_deref();
        seen.extend(look(family.as_ref(), address, wait).await?);
    }
    if json {
        let names: Vec<_> = families.iter().map(|family| family.name()).collect();
        let devices: Vec<_> = seen.iter().map(described).collect();
        println!("{}", json!({ "families": names, "devices": devices }));
        return Ok(());
    }
    for device in &seen {
        println!("{}", line(device));
    }
    println!("{} found.", seen.len());
    Ok(())
}

/// The devices of one family: the one at an address, or those that appear by themselves.
async fn look(
    family: &dyn Family,
    address: Option<&str>,
    wait: Duration,
) -> Result<Vec<Seen>, Failure> {
    let site = place::of_this_machine().site;
    let (context, mut reported) = alone::context(site);
    let clock = context.clock;
    let running = family.start(context)?;
    let mut seen = Vec::new();
    if let Some(address) = address {
        // One family's address is nonsense to another: that is no failure.
        if let Ok(Ok(found)) = timeout(LOOKS, running.probe(address)).await {
            seen.push(Seen {
                family: family.name(),
                id: found.device,
                model: found.model,
                name: found.name,
                firmware: found.firmware,
                capabilities: Vec::new(),
            });
        }
    } else {
        let end = Instant::now() + wait;
        while let Ok(Some(report)) = timeout_at(end, reported.recv()).await {
            if let FamilyEvent::Appeared(device) = report {
                let gate = Gate::new(device, clock, SunGuard::new(site));
                seen.push(appeared(family.name(), &gate));
            }
        }
    }
    if let Err(error) = running.stop().await {
        tracing::debug!(%error, "the family did not stop in order");
    }
    Ok(seen)
}

fn appeared(family: &'static str, gate: &Gate) -> Seen {
    let about = gate.state().borrow().about.clone();
    Seen {
        family,
        id: gate.id().as_str().to_owned(),
        model: about.model,
        name: Some(about.name).filter(|name| !name.is_empty()),
        firmware: about.firmware,
        capabilities: gate.capability_names(),
    }
}

fn described(seen: &Seen) -> Value {
    json!({
        "family": seen.family,
        "id": seen.id,
        "model": seen.model,
        "name": seen.name,
        "firmware": seen.firmware,
        "capabilities": seen.capabilities,
    })
}

fn line(seen: &Seen) -> String {
    let name = seen.name.as_deref().unwrap_or("-");
    let can = seen.capabilities.join(", ");
    let line = format!(
        "{:<8} {:<28} {:<12} {name:<16} {can}",
        seen.family, seen.id, seen.model
    );
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests;
