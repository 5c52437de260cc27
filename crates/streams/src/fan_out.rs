use core::fmt;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// A picture and its place in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Counts from one; a gap means dropped pictures.
    pub seq: u64,
    /// The picture, shared by all viewers.
    pub data: Bytes,
}

/// What a listener is told. It is a wake-up, not a record: two threads may tell in either order, so
/// look at [`FanOut::viewers`] to learn how things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FanOutEvent {
    /// A picture with this number can be taken.
    Published(u64),
    /// Somebody watches who did not before: start the upstream.
    FirstViewer,
    /// Nobody watches any more: the upstream may stop.
    LastViewer,
    /// The stream has ended.
    Closed,
}

/// What a new viewer means for the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// It is the only one: start the upstream.
    First,
    /// Others watch already.
    Another,
}

/// What a viewer's going means for the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nobody watches any more.
    Last,
    /// Others go on watching.
    OthersRemain,
}

type Listener = dyn Fn(FanOutEvent) + Send + Sync;

/// One upstream, many viewers, no copy per viewer.
///
/// Only the latest picture is held. A viewer that comes back late finds the newest one and learns how
/// many it missed; it delays neither the upstream nor another viewer. Clones share the stream. Waiting
/// is the caller's: the listener is called, outside of any lock, whenever there may be something to do.
#[derive(Clone)]
pub struct FanOut {
    shared: Arc<Shared>,
}

struct Shared {
    slot: Mutex<Slot>,
    /// The number of the latest picture, readable without the lock.
    newest: AtomicU64,
    viewers: AtomicUsize,
    listener: Option<Box<Listener>>,
}

#[derive(Default)]
struct Slot {
    latest: Option<Frame>,
    published: u64,
    closed: bool,
}

impl Default for FanOut {
    fn default() -> Self {
        Self::build(None)
    }
}

impl FanOut {
    /// Without a listener: viewers are polled.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a listener, which must be quick and must not block.
    pub fn with_listener(listener: impl Fn(FanOutEvent) + Send + Sync + 'static) -> Self {
        Self::build(Some(Box::new(listener)))
    }

    fn build(listener: Option<Box<Listener>>) -> Self {
        Self {
            shared: Arc::new(Shared {
                slot: Mutex::default(),
                newest: AtomicU64::new(0),
                viewers: AtomicUsize::new(0),
                listener,
            }),
        }
    }

    /// Makes a picture the latest one and returns its number. After [`close`](Self::close) it does
    /// nothing and returns the last number.
    pub fn publish(&self, data: Bytes) -> u64 {
        let seq = {
            let mut slot = self.shared.slot();
            if slot.closed {
                return slot.published;
            }
            slot.published += 1;
            let seq = slot.published;
            slot.latest = Some(Frame { seq, data });
            self.shared.newest.store(seq, Ordering::Release);
            seq
        };
        self.shared.tell(FanOutEvent::Published(seq));
        seq
    }

    /// Ends the stream: viewers may take the picture that is there, then they are done.
    pub fn close(&self) {
        self.shared.slot().closed = true;
        self.shared.tell(FanOutEvent::Closed);
    }

    /// Adds a viewer. It finds the latest picture at once, if there is one.
    pub fn subscribe(&self) -> (Viewer, Joined) {
        // Counted under the lock, so that a viewer that leaves at the same time cannot take the
        // picture away from one that was told it is not the first.
        let (joined, cursor) = {
            let slot = self.shared.slot();
            let before = self.shared.viewers.fetch_add(1, Ordering::Relaxed);
            let cursor = match &slot.latest {
                Some(frame) => frame.seq - 1,
                None => slot.published,
            };
            let joined = if before == 0 {
                Joined::First
            } else {
                Joined::Another
            };
            (joined, cursor)
        };
        let viewer = Viewer {
            shared: Arc::clone(&self.shared),
            cursor,
            dropped: 0,
            gone: false,
        };
        if joined == Joined::First {
            self.shared.tell(FanOutEvent::FirstViewer);
        }
        (viewer, joined)
    }

    /// How many watch now.
    pub fn viewers(&self) -> usize {
        self.shared.viewers.load(Ordering::Relaxed)
    }

    /// The latest picture, for a snapshot. `None` before the first, and after the last viewer left: an
    /// upstream that stops when nobody watches would leave an old picture behind.
    pub fn latest(&self) -> Option<Frame> {
        self.shared.slot().latest.clone()
    }
}

impl fmt::Debug for FanOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FanOut")
            .field("newest", &self.shared.newest)
            .field("viewers", &self.shared.viewers)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        // No code that can panic runs under the lock; were it poisoned, its content would be whole.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: FanOutEvent) {
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }
}

/// One who watches. Dropping it is leaving.
pub struct Viewer {
    shared: Arc<Shared>,
    /// The number of the picture seen last.
    cursor: u64,
    dropped: u64,
    gone: bool,
}

impl Viewer {
    /// The latest picture, if it was not taken yet.
    pub fn next_frame(&mut self) -> Option<Frame> {
        // The usual case of a poll is that nothing is new, and needs no lock.
        if self.shared.newest.load(Ordering::Acquire) <= self.cursor {
            return None;
        }
        let frame = self.shared.slot().latest.clone()?;
        if frame.seq <= self.cursor {
            return None;
        }
        self.dropped += frame.seq - self.cursor - 1;
        self.cursor = frame.seq;
        Some(frame)
    }

    /// How many pictures this viewer missed by being slow.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether the stream has ended and the last picture was taken.
    pub fn is_done(&self) -> bool {
        let slot = self.shared.slot();
        slot.closed
            && slot
                .latest
                .as_ref()
                .is_none_or(|frame| frame.seq <= self.cursor)
    }

    /// Stops watching, and says whether the upstream may stop too.
    pub fn leave(mut self) -> Left {
        self.go()
    }

    fn go(&mut self) -> Left {
        if self.gone {
            return Left::OthersRemain;
        }
        self.gone = true;
        let last = {
            let mut slot = self.shared.slot();
            let last = self.shared.viewers.fetch_sub(1, Ordering::Relaxed) == 1;
            if last {
                slot.latest = None;
            }
            last
        };
        if last {
            self.shared.tell(FanOutEvent::LastViewer);
            Left::Last
        } else {
            Left::OthersRemain
        }
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.go();
    }
}

impl fmt::Debug for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Viewer")
            .field("cursor", &self.cursor)
            .field("dropped", &self.dropped)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::FanOutEvent::{FirstViewer, LastViewer, Published};
    use super::*;

    fn picture(n: u8) -> Bytes {
        Bytes::copy_from_slice(&[n; 10])
    }

    #[test]
    fn all_viewers_share_one_picture() {
        let live = FanOut::new();
        let (mut first, joined) = live.subscribe();
        let (mut second, also) = live.subscribe();
        assert_eq!((joined, also), (Joined::First, Joined::Another));
        live.publish(picture(1));
        let (a, b) = (first.next_frame().unwrap(), second.next_frame().unwrap());
        assert_eq!(a.data.as_ptr(), b.data.as_ptr());
        assert_eq!(first.next_frame(), None);
    }

    #[test]
    fn a_slow_viewer_drops_pictures_and_others_do_not() {
        let live = FanOut::new();
        let (mut slow, _) = live.subscribe();
        let (mut quick, _) = live.subscribe();
        for n in 0..10 {
            live.publish(picture(n));
            assert_eq!(quick.next_frame().unwrap().data[0], n);
        }
        let frame = slow.next_frame().unwrap();
        assert_eq!((frame.seq, frame.data[0]), (10, 9));
        assert_eq!((slow.dropped(), quick.dropped()), (9, 0));
    }

    #[test]
    fn the_upstream_learns_of_the_first_viewer_and_of_the_last_to_go() {
        let events = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&events);
        let live = FanOut::with_listener(move |event| log.lock().unwrap().push(event));
        let (first, _) = live.subscribe();
        let (second, _) = live.subscribe();
        assert_eq!(first.leave(), Left::OthersRemain);
        drop(second);
        let (third, joined) = live.subscribe();
        assert_eq!((joined, live.viewers()), (Joined::First, 1));
        live.publish(picture(1));
        assert_eq!(third.leave(), Left::Last);
        assert_eq!(
            *events.lock().unwrap(),
            [
                FirstViewer,
                LastViewer,
                FirstViewer,
                Published(1),
                LastViewer
            ]
        );
    }

    #[test]
    fn who_comes_later_sees_the_latest_picture_but_never_an_old_one() {
        let live = FanOut::new();
        let (watching, _) = live.subscribe();
        live.publish(picture(1));
        live.publish(picture(2));
        let (mut late, _) = live.subscribe();
        assert_eq!(late.next_frame().unwrap().seq, 2);
        assert_eq!(late.dropped(), 0);
        drop((watching, late));
        let (mut after_a_pause, _) = live.subscribe();
        assert_eq!(after_a_pause.next_frame(), None);
        live.publish(picture(3));
        assert_eq!(after_a_pause.next_frame().unwrap().seq, 3);
        assert_eq!(after_a_pause.dropped(), 0);
    }

    #[test]
    fn a_closed_stream_is_done_once_its_last_picture_is_taken() {
        let live = FanOut::new();
        let (mut viewer, _) = live.subscribe();
        live.publish(picture(1));
        live.close();
        assert_eq!(live.publish(picture(2)), 1);
        assert!(!viewer.is_done());
        assert_eq!(viewer.next_frame().unwrap().seq, 1);
        assert!(viewer.is_done());
    }

    #[test]
    fn viewers_on_other_threads_see_numbers_rise_only() {
        let live = FanOut::new();
        let viewers: Vec<_> = (0..4).map(|_| live.subscribe().0).collect();
        std::thread::scope(|scope| {
            for mut viewer in viewers {
                scope.spawn(move || {
                    let (mut seen, mut last) = (0, 0);
                    while !viewer.is_done() {
                        if let Some(frame) = viewer.next_frame() {
                            assert!(frame.seq > last);
                            last = frame.seq;
                            seen += 1;
                        }
                        std::thread::yield_now();
                    }
                    assert_eq!(seen + viewer.dropped(), 1000);
                });
            }
            for n in 0..1000_u32 {
                live.publish(picture(n as u8));
            }
            live.close();
        });
    }
}
