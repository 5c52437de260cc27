//! What each command does: one table, one function per command.
#![allow(
    clippy::unnecessary_wraps,
    reason = "all handlers have one signature, also those that cannot fail"
)]

mod astro;
mod camera;
mod darks;
mod focus;
mod motor;
mod panorama;
mod params;
mod power;
mod state_dump;
mod system;

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;
use skyhelm_dwarf_proto::device::Command;
use skyhelm_dwarf_proto::{Code, cmd};

use crate::device::Core;

pub(crate) use astro::{end_tracking, tell_tracking};
pub(crate) use camera::closed;
pub(crate) use focus::tell as tell_focus;
pub(crate) use motor::limit_code;
pub(crate) use state_dump::{picture_matching, tell_stack, tell_stack_state, vitals};

/// The message of a command; the session has seen that it can be read.
fn message<M: Message + Default>(command: &Command) -> Result<M, Code> {
    command.message().ok_or(Code::PARSE_PROTOBUF_ERROR)
}

/// What a handler leaves to be sent.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Success with a plain answer.
    Done,
    /// A plain answer with a code that is a warning: the thing goes on.
    Warned(Code),
    /// An answer of its own kind.
    With(Bytes),
    /// A job answers when it ends.
    Later,
}

impl Answer {
    fn with(message: &impl Message) -> Result<Self, Code> {
        Ok(Self::With(Bytes::from(message.encode_to_vec())))
    }
}

type Handler = fn(&Arc<Core>, &Command) -> Result<Answer, Code>;

/// A row of the table: a command and its handler.
type Row = (u32, Handler);

const TABLES: [&[Row]; 10] = [
    camera::ROWS,
    params::ROWS,
    panorama::ROWS,
    astro::ROWS,
    darks::ROWS,
    system::ROWS,
    power::ROWS,
    motor::ROWS,
    focus::ROWS,
    state_dump::ROWS,
];

/// The commands a virtual DWARF 3 carries out. Every other command of the protocol is refused with
/// the code real firmware gives to what it does not allow; none succeeds without its effect.
pub fn implemented() -> &'static [u32] {
    static COMMANDS: std::sync::LazyLock<Vec<u32>> = std::sync::LazyLock::new(|| {
        let rows = TABLES.iter().flat_map(|rows| rows.iter());
        let mut commands: Vec<u32> = rows.map(|(cmd, _)| *cmd).collect();
        // The host lock is carried out by the session.
        commands.push(skyhelm_dwarf_proto::cmd::SYSTEM_SET_HOST_LOCK);
        commands.sort_unstable();
        commands
    });
    &COMMANDS
}

/// What takes more than a low battery has: motors, exposures of the night, long jobs.
const HUNGRY: [u32; 8] = [
    cmd::ASTRO_START_CALIBRATION,
    cmd::ASTRO_START_GOTO_DSO,
    cmd::ASTRO_START_GOTO_SOLAR_SYSTEM,
    cmd::ASTRO_START_CAPTURE_RAW_LIVE_STACKING,
    cmd::ASTRO_START_WIDE_CAPTURE_LIVE_STACKING,
    cmd::ASTRO_START_CAPTURE_RAW_DARK,
    cmd::ASTRO_START_CAPTURE_RAW_DARK_WITH_PARAM,
    cmd::FOCUS_START_ASTRO_AUTO_FOCUS,
];

/// The documents give a low battery no code of its own; the device says what it says to anything it
/// does not allow now, and clients know the battery from 15201.
fn may_begin(core: &Core, command: u32) -> bool {
    !(HUNGRY.contains(&command) && core.state().battery.is_low())
}

/// Carries a command out and sends its answer, unless a job does so later.
pub(crate) fn dispatch(core: &Arc<Core>, request: &Command) {
    let cmd = request.request.cmd;
    let handler = TABLES
        .iter()
        .flat_map(|rows| rows.iter())
        .find(|(row, _)| *row == cmd)
        .map(|(_, handler)| *handler);
    let answer = match handler {
        Some(_) if !may_begin(core, cmd) => Err(Code::PARSE_PROTOBUF_ERROR),
        Some(_) if core.config.mutate == Some(cmd) => Ok(Answer::Done),
        Some(handler) => handler(core, request),
        // "Not allowed in this mode" is how firmware of API 2.0 words what it cannot do.
        None => Err(Code::PARSE_PROTOBUF_ERROR),
    };
    let code = match answer {
        Ok(Answer::Later) => return,
        Ok(Answer::With(payload)) => return core.reply_bytes(&request.request, payload),
        Ok(Answer::Done) => Code::OK,
        Ok(Answer::Warned(code)) | Err(code) => code,
    };
    core.reply_code(&request.request, code);
}
