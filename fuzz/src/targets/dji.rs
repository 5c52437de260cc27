//! Messages of a DJI gateway or its cloud, and both sessions that read them.

use skyhelm_dji_proto::cloud::{self, Call, GatewaySession, SessionConfig};
use skyhelm_dji_proto::drc::{DrcDown, DrcUp};
use skyhelm_dji_proto::gateway::{self, DeviceConfig, DeviceSession};
use skyhelm_dji_proto::osd::{CameraProperties, Properties};
use skyhelm_dji_proto::property::PropertySet;
use skyhelm_dji_proto::{
    DeviceEvent, DeviceRequest, Envelope, Profile, SerialNumber, Service, Topic, TopicKind,
    Topology,
};
use skyhelm_units::{Mono, Now, UtcMillis};

/// A payload is a message or refused; a message is read as every kind there is, and what was read
/// is written to something that reads again.
pub(super) fn message(data: &[u8]) {
    let Ok(envelope) = Envelope::parse(data) else {
        return;
    };
    Envelope::parse(&envelope.to_bytes()).expect("what we write is a message");
    let method = envelope.method.as_deref().unwrap_or_default();
    let data = &envelope.data;
    if let Ok(service) = Service::parse(method, data) {
        Service::parse(method, &service.data()).expect("a command survives the wire");
    }
    if let Ok(event) = DeviceEvent::parse(method, data) {
        DeviceEvent::parse(method, &event.data()).expect("an event survives the wire");
    }
    let _ = DeviceRequest::parse(method, data);
    for profile in Profile::ALL {
        if let Ok(down) = DrcDown::parse(&envelope) {
            if let DrcDown::Frame { frame, .. } = &down {
                assert!(
                    profile.motion(frame).is_finite(),
                    "a frame means some motion"
                );
            }
            DrcDown::parse(&down.envelope(profile)).expect("a frame survives the wire");
        }
        if let Ok(up) = DrcUp::parse(&envelope) {
            let again = up.envelope(profile, UtcMillis::new(0), None);
            DrcUp::parse(&again).expect("a push survives the wire");
        }
    }
    let mut properties = Properties::default();
    properties.merge(data);
    properties.merge(data);
    let _ = (
        properties.aircraft(),
        properties.dock(),
        properties.controller(),
    );
    let _ = CameraProperties::all(&properties).count();
    let _ = (Topology::parse(data), PropertySet::results(data));
}

/// The first byte of each line chooses the topic, the rest is a payload: fed to both ends. The
/// cloud must never move anything by itself, whatever a gateway says.
pub(super) fn sessions(data: &[u8]) {
    let Ok(serial) = SerialNumber::new("4TADL1E0010015") else {
        return;
    };
    let mut cloud = GatewaySession::new(SessionConfig {
        gateway: serial.clone(),
        profile: None,
        id_seed: 1,
    });
    let mut device = DeviceSession::new(DeviceConfig {
        gateway: serial.clone(),
        aircraft: None,
        profile: Profile::DOCK_M30T,
        id_seed: 2,
        organization_id: String::new(),
        binding_code: String::new(),
        callsign: String::new(),
    });
    let mut now = Now::default();
    cloud.handle_input(now, cloud::Input::Connected);
    device.handle_input(now, gateway::Input::Connected);
    let _ = cloud.request(now, &Call::Service(Service::FlightAuthorityGrab));
    while cloud.poll_output().is_some() {}
    for line in data.split(|byte| *byte == b'\n').take(64) {
        let [choice, payload @ ..] = line else {
            continue;
        };
        let kind = TopicKind::ALL[usize::from(*choice) % TopicKind::ALL.len()];
        let topic = Topic::new(kind, serial.clone());
        now.mono = now.mono + core::time::Duration::from_millis(700);
        now.utc = UtcMillis::new(now.utc.millis() + 700);
        let topic = &topic;
        cloud.handle_input(now, cloud::Input::Message { topic, payload });
        device.handle_input(now, gateway::Input::Message { topic, payload });
        cloud.handle_timeout(now);
        device.handle_timeout(now);
        while let Some(output) = cloud.poll_output() {
            if let cloud::Output::Publish(publish) = output {
                let by_itself = matches!(
                    publish.topic.kind,
                    TopicKind::Services | TopicKind::DrcDown | TopicKind::PropertySet
                );
                assert!(!by_itself, "the cloud said something nobody asked for");
            }
        }
        while device.poll_output().is_some() {}
    }
    assert!(now.mono >= Mono::ZERO);
}
