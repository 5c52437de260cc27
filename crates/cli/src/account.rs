//! `skyhelm account`: who may sign in to the station, also while it does not run.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use skyhelm_hub::{AccountBook, HubError};
use skyhelm_units::Redacted;

use crate::failure::Failure;
use crate::station;

#[derive(Debug, Args)]
pub(crate) struct AccountArguments {
    /// The station's configuration file; it says where the accounts lie.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Folder of the station's database, instead of the configured one.
    #[arg(long, value_name = "FOLDER", global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    task: AccountTask,
}

#[derive(Debug, Subcommand)]
enum AccountTask {
    /// Make an account.
    Add {
        /// The name to sign in with.
        name: String,
        /// viewer, operator or admin.
        #[arg(long, default_value = "operator")]
        role: String,
        /// With the right to fly aircraft.
        #[arg(long)]
        flight: bool,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all accounts.
    List,
    /// Give an account another password.
    Password {
        /// Whose.
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Remove an account.
    Remove {
        /// Whose.
        name: String,
    },
}

/// Where a password comes from: never from the command line, which other people can read.
#[derive(Debug, Args)]
struct PasswordSource {
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from the first line of a file.
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    password_file: Option<PathBuf>,
}

pub(crate) async fn run(arguments: &AccountArguments, json: bool) -> Result<(), Failure> {
    let config = station::read_config(arguments.config.as_deref())?;
    let folder = arguments.data.clone().unwrap_or(config.data_dir);
    let book = AccountBook::open(&folder).map_err(failed)?;
    let done = act(&book, &arguments.task, json).await;
    book.close().await;
    done
}

async fn act(book: &AccountBook, task: &AccountTask, json: bool) -> Result<(), Failure> {
    match task {
        AccountTask::Add {
            name,
            role,
            flight,
            password,
        } => {
            let password = password.read()?;
            book.add(name, role, *flight, password)
                .await
                .map_err(failed)?;
            say(json, &format!("{name} can sign in now, as {role}."));
        }
        AccountTask::List => list(book, json).await?,
        AccountTask::Password { name, password } => {
            let password = password.read()?;
            book.set_password(name, password).await.map_err(failed)?;
            say(json, &format!("{name} has another password now."));
        }
        AccountTask::Remove { name } => {
            book.remove(name).await.map_err(failed)?;
            say(json, &format!("{name} cannot sign in any more."));
        }
    }
    Ok(())
}

async fn list(book: &AccountBook, json: bool) -> Result<(), Failure> {
    let accounts = book.list().await.map_err(failed)?;
    if json {
        println!("{}", serde_json::json!({ "accounts": accounts }));
        return Ok(());
    }
    if accounts.is_empty() {
        println!("There are no accounts yet; `skyhelm account add NAME --role admin` makes one.");
    }
    for account in accounts {
        let flight = if account.flight { ", may fly" } else { "" };
        let rests = if account.disabled { ", disabled" } else { "" };
        println!("{}: {}{flight}{rests}", account.name, account.role);
    }
    Ok(())
}

fn say(json: bool, sentence: &str) {
    if json {
        println!("{}", serde_json::json!({ "done": sentence }));
    } else {
        println!("{sentence}");
    }
}

fn failed(error: HubError) -> Failure {
    skyhelm_device::DeviceError::from(error).into()
}

impl PasswordSource {
    fn read(&self) -> Result<Redacted<String>, Failure> {
        let unreadable = |error: std::io::Error| {
            Failure::invalid(format!("the password cannot be read: {error}"))
        };
        if let Some(file) = &self.password_file {
            let text = Redacted::new(std::fs::read_to_string(file).map_err(unreadable)?);
            return Ok(first_line(&text));
        }
        if self.password_stdin || !std::io::stdin().is_terminal() {
            let mut line = String::new();
            std::io::stdin()
                .lock()
                .read_line(&mut line)
                .map_err(unreadable)?;
            return Ok(first_line(&Redacted::new(line)));
        }
        ask()
    }
}

fn first_line(text: &Redacted<String>) -> Redacted<String> {
    let line = text.expose().lines().next().unwrap_or_default();
    Redacted::new(line.to_owned())
}

/// Asks at the terminal, twice, without showing what is typed.
fn ask() -> Result<Redacted<String>, Failure> {
    let first = ask_once("Password: ")?;
    let second = ask_once("Once more: ")?;
    if first.expose() == second.expose() {
        return Ok(first);
    }
    Err(Failure::invalid("the two passwords differ"))
}

fn ask_once(prompt: &str) -> Result<Redacted<String>, Failure> {
    eprint!("{prompt}");
    // A prompt that is not seen is no reason to stop.
    let _ = std::io::stderr().flush();
    let shown = Echo::off();
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    drop(shown);
    eprintln!();
    read.map_err(|error| Failure::invalid(format!("the password cannot be read: {error}")))?;
    Ok(first_line(&Redacted::new(line)))
}

/// The terminal shows nothing of what is typed while this lives.
struct Echo;

impl Echo {
    fn off() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        stty("echo");
    }
}

/// Every Unix has `stty`; where there is none the password is shown, and asked for all the same.
fn stty(word: &str) {
    let _ = std::process::Command::new("stty").arg(word).status();
}
