//! `skyhelm dwarf raw`: every row of the protocol's table, listed or sent.

use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use skyhelm_device::DeviceError;
use skyhelm_families::dwarf::raw::{self, Moving, RawOptions, RawOutcome};
use skyhelm_families::dwarf_proto::table::{Generation, Row};
use skyhelm_families::dwarf_sim;

use crate::failure::Failure;
use crate::place;

#[derive(Debug, Args)]
pub(crate) struct RawArguments {
    /// List every command and notification.
    #[arg(long, conflicts_with_all = ["address", "command"])]
    list: bool,
    /// The telescope: `192.168.88.1`, or `127.0.0.1:PORT` for a virtual one.
    #[arg(long, required_unless_present = "list")]
    address: Option<String>,
    /// Number or name of a command.
    #[arg(required_unless_present = "list")]
    command: Option<String>,
    /// The request's fields as JSON: '{"index": 120}'.
    #[arg(default_value = "{}")]
    payload: String,
    /// Seconds to go on listening once the command is done.
    #[arg(long, default_value_t = 1.0)]
    listen: f64,
    /// Send a command that moves something: you watch the telescope. What may lead to the Sun is
    /// refused all the same.
    #[arg(long)]
    i_watch_it: bool,
}

pub(crate) async fn run(arguments: &RawArguments, json: bool) -> Result<(), Failure> {
    if arguments.list {
        list(json);
        return Ok(());
    }
    let (Some(address), Some(command)) = (&arguments.address, &arguments.command) else {
        return Err(Failure::invalid("an address and a command are needed"));
    };
    let row = raw::row(command).ok_or_else(|| {
        Failure::invalid(format!(
            "there is no command {command}; `skyhelm dwarf raw --list` names them"
        ))
    })?;
    let payload: Value = serde_json::from_str(&arguments.payload)
        .map_err(|error| Failure::invalid(format!("the payload is not JSON: {error}")))?;
    let listen = Duration::try_from_secs_f64(arguments.listen)
        .map_err(|_| Failure::invalid("--listen is a number of seconds"))?;
    let moving = if arguments.i_watch_it {
        let site = place::of_this_machine().site;
        Moving::Watched { site }
    } else {
        Moving::Refused
    };
    let outcome = raw::send(address, row, &payload, RawOptions { listen, moving })
        .await
        .map_err(DeviceError::from)?;
    show(&outcome, json)
}

fn list(json: bool) {
    let rows = raw::list();
    if json {
        let rows: Vec<Value> = rows.map(describe).collect();
        println!("{}", Value::Array(rows));
        return;
    }
    for row in rows {
        let request = row
            .request(Generation::V2)
            .or_else(|| row.request(Generation::V3))
            .unwrap_or("-");
        println!("{:>5}  {:<48} {}", row.id, row.wire_name, request);
    }
}

fn describe(row: &Row) -> Value {
    json!({
        "id": row.id,
        "name": row.wire_name,
        "plain_name": row.name,
        "direction": format!("{:?}", row.direction),
        "request": row.request(Generation::V2).or_else(|| row.request(Generation::V3)),
        "reply": row.reply(Generation::V2).or_else(|| row.reply(Generation::V3)),
        "devices": row.availability.words(),
        "timeout_s": row.timeout.as_secs_f64(),
        "idempotency": format!("{:?}", row.idempotency),
        "needs": format!("{:?}", row.needs),
        "source": row.source,
        "vector": row.no_vector.is_empty(),
        "virtual_dwarf3": dwarf_sim::implemented().contains(&row.id),
    })
}

fn show(outcome: &RawOutcome, json: bool) -> Result<(), Failure> {
    if json {
        let text =
            serde_json::to_string(outcome).map_err(|error| Failure::internal(error.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    for heard in &outcome.heard {
        let name = heard.name.unwrap_or("unknown");
        let message = heard
            .message
            .as_ref()
            .map_or_else(|| heard.bytes.clone(), Value::to_string);
        println!(
            "{:>7} ms  {:<12} {:>5} {name} {message}",
            heard.after_ms,
            kind(heard.kind),
            heard.number
        );
    }
    match (outcome.complete, outcome.code, outcome.code_name) {
        (_, Some(code), Some(name)) => println!("{}: {code} {name}", outcome.command),
        (_, Some(code), None) => println!("{}: {code}", outcome.command),
        (true, None, _) => println!("{}: sent", outcome.command),
        (false, None, _) => println!("{}: no answer", outcome.command),
    }
    Ok(())
}

fn kind(kind: raw::HeardKind) -> &'static str {
    match kind {
        raw::HeardKind::Reply => "reply",
        raw::HeardKind::LateReply => "late reply",
        raw::HeardKind::Interim => "interim",
        raw::HeardKind::Notification => "notification",
    }
}
