//! What is fed: one target for each decoder.

mod dji;
mod dwarf_messages;
mod dwarf_sessions;
mod pictures;
mod sky_search;

/// A decoder that is fed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, and the name of its corpus folder.
    pub name: &'static str,
    /// Feeds it. Panics when the decoder breaks a promise.
    pub run: fn(&[u8]),
}

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    target("dji-message", dji::message),
    target("dji-sessions", dji::sessions),
    target("dwarf-packet", dwarf_messages::packet),
    target("dwarf-payload", dwarf_messages::payload),
    target("dwarf-http", dwarf_messages::http),
    target("dwarf-client", dwarf_sessions::client),
    target("dwarf-device", dwarf_sessions::device),
    target("fits", pictures::fits),
    target("jpeg-stream", pictures::jpeg_stream),
    target("rtmp", pictures::rtmp),
    target("sky-pictures", pictures::sky_pictures),
    target("sky-search", sky_search::search),
];

/// The target of a name.
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
