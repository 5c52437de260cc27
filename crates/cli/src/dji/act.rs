//! What an aircraft is told from a terminal.

use std::time::Duration;

use serde_json::{Value, json};
use skyhelm_device::{DeviceError, DeviceState, ErrorKind, Job, Outcome};
use tokio::time::{Instant, sleep};

use super::api::Station;
use super::cockpit;
use crate::failure::Failure;

/// Between two looks at a flight.
const LOOK: Duration = Duration::from_millis(500);
/// How long a person at a remote controller may think about giving control away.
const CONSENT: Duration = Duration::from_secs(90);

/// The devices of a station that fly, each with its state.
async fn aircraft(station: &Station) -> Result<Vec<(String, DeviceState)>, Failure> {
    let devices = station.get("/devices").await?;
    let devices = devices.as_array().cloned().unwrap_or_default();
    let flying = devices.into_iter().filter_map(|mut device| {
        let id = device["id"].as_str()?.to_owned();
        let state: DeviceState = serde_json::from_value(device["state"].take()).ok()?;
        state.flight.is_some().then_some((id, state))
    });
    Ok(flying.collect())
}

pub(super) async fn list(station: &Station, json: bool) -> Result<(), Failure> {
    let all = aircraft(station).await?;
    if json {
        let all: Vec<_> = all
            .iter()
            .map(|(id, state)| json!({ "id": id, "state": state }))
            .collect();
        println!("{}", json!({ "aircraft": all }));
        return Ok(());
    }
    for (id, state) in &all {
        println!("{id:<24} {}", cockpit::line(state));
    }
    println!("{} aircraft.", all.len());
    Ok(())
}

/// The device that was named, or the only one there is.
pub(super) async fn chosen(station: &Station, named: Option<&str>) -> Result<String, Failure> {
    if let Some(named) = named {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        let sane = !named.is_empty() && named.chars().all(plain);
        return if sane {
            Ok(named.to_owned())
        } else {
            Err(Failure::invalid("that is no device's id"))
        };
    }
    let all = aircraft(station).await?;
    match &all[..] {
        [(only, _)] => Ok(only.clone()),
        [] => Err(Failure::invalid("the station has no aircraft")),
        _ => Err(Failure::invalid(
            "the station has several aircraft: name one with --device",
        )),
    }
}

/// One person and one aircraft.
pub(super) struct Pilot {
    pub(super) station: Station,
    pub(super) id: String,
    pub(super) json: bool,
}

impl Pilot {
    pub(super) async fn state(&self) -> Result<DeviceState, Failure> {
        let mut device = self.station.get(&format!("/devices/{}", self.id)).await?;
        serde_json::from_value(device["state"].take())
            .map_err(|error| Failure::internal(format!("the station speaks otherwise: {error}")))
    }

    /// Gives a command that is done when it is taken.
    pub(super) async fn tell(
        &self,
        command: &str,
        body: Option<&Value>,
        done: &str,
    ) -> Result<(), Failure> {
        let answer = self.station.tell(&self.id, command, body).await?;
        self.done(&answer, done);
        Ok(())
    }

    pub(super) async fn grab(&self) -> Result<(), Failure> {
        self.station.tell(&self.id, "lease", None).await?;
        let asked = "flight/request-control";
        self.station.tell(&self.id, asked, None).await?;
        let end = Instant::now() + CONSENT;
        loop {
            let flight = self.state().await?.flight.unwrap_or_default();
            if flight.authority.ours {
                self.done(
                    &json!({ "authority": flight.authority }),
                    "It obeys the station.",
                );
                return Ok(());
            }
            if !flight.authority.asked || Instant::now() > end {
                let message = "Control was not given.";
                return Err(DeviceError::new(ErrorKind::NoControl, message)
                    .remedy("The pilot at the remote controller must agree.")
                    .into());
            }
            sleep(LOOK).await;
        }
    }

    pub(super) async fn release(&self) -> Result<(), Failure> {
        let command = "flight/release-control";
        self.tell(command, None, "It need not obey the station.")
            .await
    }

    /// Gives a command and follows its job to the end; Ctrl-C stops the aircraft.
    pub(super) async fn fly(&self, command: &str, body: &Value) -> Result<(), Failure> {
        let body = (!body.is_null()).then_some(body);
        let taken = self.station.tell(&self.id, command, body).await?;
        let Some(job) = taken["job"].as_str() else {
            self.done(&taken, "It was taken.");
            return Ok(());
        };
        tokio::select! {
            ended = self.follow(job) => ended,
            () = crate::station::until_interrupted() => {
                self.station.tell(&self.id, "flight/stop", None).await?;
                let message = "The aircraft was told to brake and hover.";
                Err(DeviceError::new(ErrorKind::Cancelled, message).into())
            }
        }
    }

    async fn follow(&self, id: &str) -> Result<(), Failure> {
        let mut told = String::new();
        loop {
            let state = self.state().await?;
            let job = state.jobs.iter().find(|job| job.id == id);
            let job: &Job = job.ok_or_else(|| Failure::internal("the job is gone"))?;
            let step = format!("{}: {}", job.title, job.step);
            if !self.json && step != told {
                println!("{step}");
                told = step;
            }
            match &job.outcome {
                None => sleep(LOOK).await,
                Some(Outcome::Done) => {
                    self.done(&json!({ "job": job }), &format!("{}: done.", job.title));
                    return Ok(());
                }
                Some(Outcome::Cancelled) => {
                    let message = format!("{}: ended before it was done.", job.title);
                    return Err(DeviceError::new(ErrorKind::Cancelled, message).into());
                }
                Some(Outcome::Failed { error }) => return Err(error.clone().into()),
            }
        }
    }

    pub(super) fn done(&self, for_program: &Value, for_person: &str) {
        if self.json {
            println!("{for_program}");
        } else {
            println!("{for_person}");
        }
    }
}
