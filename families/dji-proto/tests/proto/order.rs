//! What was written before an authority was granted, and arrives after the grant: the order of two topics is nobody's
//! promise.

use std::collections::BTreeMap;

use skyhelm_dji_proto::cloud::{Call, Input};
use skyhelm_dji_proto::numbers::ControlSource;
use skyhelm_dji_proto::service::{OfPayload, Service};
use skyhelm_dji_proto::state::AuthorityState;
use skyhelm_dji_proto::{Envelope, Exchange, PayloadIndex, Profile, Topic, TopicKind};
use skyhelm_units::UtcMillis;

use crate::world::World;

const CAMERA: &str = "53-0-0";

/// The aircraft's `state`, written so long before or after now.
fn told(world: &mut World, source: &ControlSource, written_ms: i64) {
    let payload: PayloadIndex = CAMERA.parse().unwrap();
    let state = AuthorityState {
        flight: Some(source.clone()),
        locked: None,
        payloads: BTreeMap::from([(payload, source.clone())]),
    };
    let at = UtcMillis::new(world.now().utc.millis() + written_ms);
    let ids = Exchange {
        tid: format!("state-{written_ms}"),
        bid: String::from("b"),
    };
    let envelope = Envelope::properties(ids, at, state.properties().into());
    let aircraft = world.cloud.aircraft().unwrap().clone();
    let (topic, payload) = (Topic::new(TopicKind::State, aircraft), envelope.to_bytes());
    let message = Input::Message {
        topic: &topic,
        payload: &payload,
    };
    world.cloud.handle_input(world.now(), message);
    world.settle();
}

/// Aircraft and camera are ours.
fn holding() -> World {
    let mut world = World::online(Profile::DOCK_M30T, 21);
    world.take_control();
    world.run_for(500);
    let payload_index = CAMERA.parse().unwrap();
    let grab = Service::PayloadAuthorityGrab(OfPayload { payload_index });
    let asked = world.cloud.request(world.now(), &Call::Service(grab));
    asked.unwrap();
    world.settle();
    world.run_for(100);
    assert_eq!(holds(&world), (true, true));
    world
}

fn holds(world: &World) -> (bool, bool) {
    let control = world.cloud.control();
    let camera = CAMERA.parse().unwrap();
    (control.has_flight(), control.has_payload(camera))
}

#[test]
fn a_state_from_before_the_grant_takes_nothing_away() {
    let mut world = holding();
    told(&mut world, &ControlSource::B, -2_000);
    assert_eq!(holds(&world), (true, true));
}

#[test]
fn a_state_from_after_the_grant_takes_all_away() {
    let mut world = holding();
    told(&mut world, &ControlSource::B, 0);
    assert_eq!(holds(&world), (false, false));
}

#[test]
fn a_device_whose_clock_was_set_back_is_believed_all_the_same() {
    let mut world = holding();
    told(&mut world, &ControlSource::B, -3_600_000);
    assert_eq!(holds(&world), (false, false));
    let mut world = holding();
    world.run_for(6_000);
    told(&mut world, &ControlSource::B, -8_000);
    assert_eq!(holds(&world), (false, false));
}
