use std::collections::VecDeque;

use bytes::Bytes;

use super::WINDOW;
use super::types::Outgoing;
use crate::table::cmd;
use crate::{Packet, v2};

/// Messages that wait for a slow client before it is closed. The state dump of 10039 has about 20.
const QUEUE_BOUND: usize = 256;

/// What is kept of one client.
#[derive(Debug, Default)]
pub(super) struct Connection {
    pub(super) client_id: String,
    /// Malformed frames in a row.
    pub(super) strikes: u32,
    waiting: VecDeque<Outgoing>,
    under_way: usize,
}

impl Connection {
    /// Puts a message in line. False when the client is too slow to go on with.
    ///
    /// While the window is full, a reading replaces a waiting one of the same thing: clients keep the
    /// newest. Replies and what happened (a state that was passed through) are never dropped.
    pub(super) fn push(&mut self, message: Outgoing) -> bool {
        if self.under_way >= WINDOW
            && let Some(reading) = Reading::of(&message)
        {
            self.waiting
                .retain(|old| Reading::of(old).as_ref() != Some(&reading));
        }
        self.waiting.push_back(message);
        self.waiting.len() <= QUEUE_BOUND
    }

    /// The next message to hand out.
    pub(super) fn pop(&mut self) -> Option<Outgoing> {
        if self.under_way >= WINDOW {
            return None;
        }
        let message = self.waiting.pop_front()?;
        self.under_way += 1;
        Some(message)
    }

    pub(super) fn written(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }
}

/// What a notification reads, when it is a reading: a newer one makes it worthless.
#[derive(Debug, PartialEq, Eq)]
struct Reading {
    cmd: u32,
    /// What tells two readings of one number apart: camera, function, which counts.
    part: u32,
}

impl Reading {
    fn of(message: &Outgoing) -> Option<Self> {
        let Outgoing::Notification(cmd, frame) = message else {
            return None;
        };
        let part = match *cmd {
            cmd::NOTIFY_TELE_WIDE_PICTURE_MATCHING
            | cmd::NOTIFY_BATTERY
            | cmd::NOTIFY_STORAGE
            | cmd::NOTIFY_TEMPERATURE
            | cmd::NOTIFY_TELE_RECORD_TIME
            | cmd::NOTIFY_WIDE_RECORD_TIME
            | cmd::NOTIFY_TELE_TIMELAPSE_OUT_TIME
            | cmd::NOTIFY_WIDE_TIMELAPSE_OUT_TIME
            | cmd::NOTIFY_PROGRESS_CAPTURE_RAW_DARK
            | cmd::NOTIFY_TELE_BURST_PROGRESS
            | cmd::NOTIFY_WIDE_BURST_PROGRESS
            | cmd::NOTIFY_PANORAMA_PROGRESS
            | cmd::NOTIFY_FOCUS_POSITION => 0,
            cmd::NOTIFY_PROGRESS_CAPTURE_RAW_LIVE_STACKING
            | cmd::NOTIFY_PROGRESS_WIDE_CAPTURE_RAW_LIVE_STACKING => {
                let counts: v2::ResNotifyProgressCaptureRawLiveStacking = payload(frame)?;
                counts.update_count_type.cast_unsigned()
            }
            cmd::NOTIFY_TELE_LONG_EXPOSURE_PROGRESS | cmd::NOTIFY_WIDE_LONG_EXPOSURE_PROGRESS => {
                let progress: v2::ResNotifyLongExpPhotoProgress = payload(frame)?;
                progress.function_id
            }
            cmd::NOTIFY_STREAM_TYPE => {
                let stream: v2::ResNotifyStreamType = payload(frame)?;
                stream.cam_id.cast_unsigned()
            }
            _ => return None,
        };
        Some(Self { cmd: *cmd, part })
    }
}

fn payload<M: prost::Message + Default>(frame: &Bytes) -> Option<M> {
    M::decode(Packet::decode(frame).ok()?.payload).ok()
}
