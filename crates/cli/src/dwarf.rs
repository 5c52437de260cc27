//! `skyhelm dwarf`: one telescope from a terminal, without a station.

mod act;
mod album;
mod dashboard;
mod follow;
mod session;
mod settings;
mod target;

use clap::{Args, Subcommand, ValueEnum};
use skyhelm_device::{FocusDirection, Lens};

use crate::failure::Failure;
use crate::raw;
use session::Session;

/// Which telescope, and where it stands.
#[derive(Debug, Args)]
pub(crate) struct Telescope {
    /// The telescope: `192.168.88.1`, or `127.0.0.1:PORT` for a virtual one.
    #[arg(long)]
    pub(crate) address: String,
    /// Latitude in degrees, north positive; else the town of the time zone. The Sun guard needs it.
    #[arg(long, requires = "longitude", allow_hyphen_values = true)]
    pub(crate) latitude: Option<f64>,
    /// Longitude in degrees, east positive.
    #[arg(long, requires = "latitude", allow_hyphen_values = true)]
    pub(crate) longitude: Option<f64>,
}

/// One of the cameras.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum LensName {
    /// The telescope.
    #[default]
    Tele,
    /// The finder.
    Wide,
}

impl From<LensName> for Lens {
    fn from(name: LensName) -> Self {
        match name {
            LensName::Tele => Self::Tele,
            LensName::Wide => Self::Wide,
        }
    }
}

/// What the focuser shall do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FocusTask {
    /// Find the focus on the stars, thoroughly.
    Stars,
    /// Find the focus on the stars, quickly.
    Fast,
    /// Find the focus on the whole picture.
    Picture,
    /// Step towards infinity.
    Far,
    /// Step towards the lens.
    Near,
}

impl FocusTask {
    fn direction(self) -> Option<FocusDirection> {
        match self {
            Self::Far => Some(FocusDirection::Far),
            Self::Near => Some(FocusDirection::Near),
            _ => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum DwarfTask {
    /// List every command and notification, or send one.
    Raw(raw::RawArguments),
    /// Say what the telescope is and does.
    Info {
        #[command(flatten)]
        telescope: Telescope,
    },
    /// Slew to a target and follow it: "M 31", "vega", "jupiter".
    Goto {
        #[command(flatten)]
        telescope: Telescope,
        /// Its name; with --ra and --dec only a name for its files.
        name: String,
        /// Right ascension in hours, J2000.
        #[arg(long, requires = "dec")]
        ra: Option<f64>,
        /// Declination in degrees, J2000.
        #[arg(long, requires = "ra", allow_hyphen_values = true)]
        dec: Option<f64>,
        /// The solar filter is before the lens: the Sun may be a target.
        #[arg(long)]
        solar_filter: bool,
    },
    /// Take a photograph.
    Photo {
        #[command(flatten)]
        telescope: Telescope,
        /// With which camera.
        #[arg(long, value_enum, default_value_t)]
        lens: LensName,
        /// Without any processing.
        #[arg(long)]
        raw: bool,
    },
    /// Take and stack subs of what is followed.
    Stack {
        #[command(flatten)]
        telescope: Telescope,
        /// How many subs.
        #[arg(long)]
        subs: Option<u32>,
        /// With which camera.
        #[arg(long, value_enum, default_value_t)]
        lens: LensName,
        /// Go on though no dark frame fits.
        #[arg(long)]
        without_darks: bool,
    },
    /// List the telescope's album, fetch from it, or delete from it.
    Album {
        #[command(flatten)]
        telescope: Telescope,
        /// Fetch the files of this entry.
        #[arg(long, value_name = "PATH", conflicts_with = "delete")]
        fetch: Option<String>,
        /// The folder to fetch into.
        #[arg(long, value_name = "FOLDER", default_value = ".")]
        into: std::path::PathBuf,
        /// Delete this entry with everything that belongs to it.
        #[arg(long, value_name = "PATH")]
        delete: Vec<String>,
    },
    /// Say what the cameras and the stacker are set to.
    Get {
        #[command(flatten)]
        telescope: Telescope,
        /// One setting, as `get` lists them: `tele.exposure`.
        name: Option<String>,
    },
    /// Set something that `get` lists.
    Put {
        #[command(flatten)]
        telescope: Telescope,
        /// Which setting: `tele.exposure`, `wide.brightness`, `stack.binning`.
        name: String,
        /// A choice by its name, a number, or `auto`.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Focus.
    Focus {
        #[command(flatten)]
        telescope: Telescope,
        /// How.
        #[arg(value_enum)]
        how: FocusTask,
        /// How many steps, for `far` and `near`.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=500))]
        steps: u32,
    },
    /// Move the telescope by hand, for a moment.
    Joystick {
        #[command(flatten)]
        telescope: Telescope,
        /// Direction on the picture in degrees: 0 right, 90 up.
        #[arg(allow_hyphen_values = true)]
        direction: f64,
        /// How far the stick is pushed, 0 to 1.
        #[arg(long, default_value_t = 0.3)]
        deflection: f64,
        /// For how long.
        #[arg(long, default_value_t = 0.5)]
        seconds: f64,
    },
    /// Show what the telescope does, until `q` or Ctrl-C.
    Watch {
        #[command(flatten)]
        telescope: Telescope,
        /// End after so many looks.
        #[arg(long)]
        looks: Option<u32>,
    },
}

pub(crate) async fn run(task: &DwarfTask, json: bool) -> Result<(), Failure> {
    let telescope = match task {
        DwarfTask::Raw(own) => return raw::run(own, json).await,
        DwarfTask::Info { telescope }
        | DwarfTask::Goto { telescope, .. }
        | DwarfTask::Photo { telescope, .. }
        | DwarfTask::Stack { telescope, .. }
        | DwarfTask::Album { telescope, .. }
        | DwarfTask::Get { telescope, .. }
        | DwarfTask::Put { telescope, .. }
        | DwarfTask::Focus { telescope, .. }
        | DwarfTask::Joystick { telescope, .. }
        | DwarfTask::Watch { telescope, .. } => telescope,
    };
    let session = Session::open(telescope).await?;
    let done = tokio::select! {
        done = perform(task, &session, json) => done,
        () = crate::station::until_interrupted() => match task {
            DwarfTask::Watch { .. } => Ok(()),
            _ => session.interrupted().await,
        },
    };
    session.close().await;
    done
}

async fn perform(task: &DwarfTask, session: &Session, json: bool) -> Result<(), Failure> {
    match task {
        // It needs no session and was done before.
        DwarfTask::Raw(own) => raw::run(own, json).await,
        DwarfTask::Info { .. } => {
            act::info(session, json);
            Ok(())
        }
        DwarfTask::Goto {
            name,
            ra,
            dec,
            solar_filter,
            ..
        } => {
            let place = ra.zip(*dec);
            let command = target::command(name, place)?;
            act::goto(session, command, *solar_filter, json).await
        }
        DwarfTask::Photo { lens, raw, .. } => act::photo(session, (*lens).into(), *raw, json).await,
        DwarfTask::Stack {
            subs,
            lens,
            without_darks,
            ..
        } => {
            let start = skyhelm_device::StackerCommand::Start {
                lens: (*lens).into(),
                subs: *subs,
                without_darks: *without_darks,
            };
            act::stack(session, start, (*lens).into(), json).await
        }
        DwarfTask::Album {
            fetch,
            into,
            delete,
            ..
        } => match fetch {
            Some(path) => album::fetch(session, path, into, json).await,
            None if !delete.is_empty() => album::delete(session, delete, json).await,
            None => album::list(session, json).await,
        },
        DwarfTask::Get { name, .. } => settings::get(session, name.as_deref(), json),
        DwarfTask::Put { name, value, .. } => settings::put(session, name, value, json).await,
        DwarfTask::Focus { how, steps, .. } => act::focus(session, *how, *steps, json).await,
        DwarfTask::Joystick {
            direction,
            deflection,
            seconds,
            ..
        } => act::joystick(session, *direction, *deflection, *seconds, json).await,
        DwarfTask::Watch { looks, .. } => dashboard::watch(session, *looks, json).await,
    }
}
