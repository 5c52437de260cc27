//! Both ends against each other, one behaviour at a time.

use serde_json::json;
use skyhelm_dji_proto::cloud::{
    Call, Consent, DrcEvent, DrcPhase, Event, Input, LostBecause, Oddity, RequestError,
    StickRefused,
};
use skyhelm_dji_proto::drc::DrcCommand;
use skyhelm_dji_proto::event::{FlyToProgress, JoystickInvalid};
use skyhelm_dji_proto::gateway;
use skyhelm_dji_proto::numbers::{
    ControlSource, DrcState, FlyToStatus, JoystickInvalidReason, PropertyResult,
};
use skyhelm_dji_proto::property::PropertySet;
use skyhelm_dji_proto::service::{FlyToPoint, Service};
use skyhelm_dji_proto::{DeviceEvent, ErrorCode, Profile, Topic, TopicKind, Waypoint};
use skyhelm_units::{BodyMotion, EllipsoidHeight, GroundPoint};

use crate::world::{Faults, World};

fn fly_to() -> Service {
    let target = Waypoint {
        place: GroundPoint::from_degrees(48.101, 11.501).unwrap(),
        height: EllipsoidHeight::from_metres(620.0),
    };
    Service::FlyToPoint(FlyToPoint::new("f1", target, 10))
}

fn forward(speed: f64) -> BodyMotion {
    BodyMotion {
        forward: speed,
        ..BodyMotion::STILL
    }
}

#[test]
fn a_dock_comes_online_by_the_real_steps_and_a_controller_by_its_topology() {
    let mut dock = World::new(Profile::DOCK_M30T, 1);
    dock.run_for(3000);
    let answered: Vec<String> = dock
        .cloud_sent(TopicKind::RequestsReply)
        .into_iter()
        .filter_map(|reply| reply.method)
        .collect();
    let steps = [
        "config",
        "airport_bind_status",
        "airport_organization_get",
        "airport_organization_bind",
    ];
    assert_eq!(answered, steps);
    assert_eq!(dock.cloud_sent(TopicKind::StatusReply).len(), 1);
    assert_eq!(
        dock.cloud
            .aircraft_properties()
            .aircraft()
            .above_takeoff()
            .map(|h| h.metres),
        Some(40.0)
    );
    // Four partial objects came; nothing of them is lost.
    assert_eq!(
        dock.cloud
            .gateway_properties()
            .dock()
            .ellipsoid_height()
            .map(|h| h.metres),
        Some(560.0)
    );
    assert_eq!(
        dock.cloud.gateway_properties().dock().drc(),
        Some(DrcState::NotConnected)
    );
    let mut controller = World::new(Profile::RC_PLUS2_M4T, 1);
    controller.run_for(3000);
    assert_eq!(controller.device.step(), gateway::Step::Online);
    assert!(controller.cloud_sent(TopicKind::RequestsReply).is_empty());
}

#[test]
fn steps_that_are_lost_are_asked_again_until_the_device_is_online() {
    let mut world = World::new(Profile::DOCK3_M4TD, 5);
    world.faults = Faults {
        loss: 40,
        twice: 20,
        delay_ms: 300,
    };
    world.run_for(400_000);
    assert_eq!(world.device.step(), gateway::Step::Online);
}

#[test]
fn sticks_fly_the_aircraft_on_every_product_that_is_flown() {
    for profile in Profile::ALL.iter().filter(|profile| profile.can_fly()) {
        let mut world = World::flying(**profile, 3);
        let asked = BodyMotion {
            forward: 3.0,
            right: -2.0,
            up: 1.0,
            clockwise: 20.0,
        };
        assert!(world.stick(asked));
        world.run_for(100);
        let (motion, frame) = *world.flown().last().unwrap();
        assert!(
            (motion.forward - 3.0).abs() < 0.05 && (motion.right + 2.0).abs() < 0.05,
            "{} {frame:?}",
            profile.name
        );
        assert!(
            (motion.up - 1.0).abs() < 0.05 && (motion.clockwise - 20.0).abs() < 0.2,
            "{}",
            profile.name
        );
    }
}

#[test]
fn without_authority_there_is_no_flight_and_no_live_flight_control() {
    let mut world = World::online(Profile::DOCK3_M4TD, 4);
    assert_eq!(
        world.cloud.request(world.now(), &Call::Service(fly_to())),
        Err(RequestError::NoControl)
    );
    assert_eq!(
        world.cloud.take_sticks(world.now()),
        Err(StickRefused::NoControl)
    );
    world.enter();
    world.run_for(1000);
    assert_eq!(world.cloud.drc().phase(), DrcPhase::Idle);
    // The pilot of an RC Pro keeps the sticks whatever he agrees to.
    let mut world = World::online(Profile::RC_PRO_M3T, 4);
    world.take_control();
    world.run_for(500);
    assert_eq!(world.cloud.control().consent, Consent::Granted);
    world.enter();
    world.run_for(2000);
    assert_eq!(world.cloud.drc().phase(), DrcPhase::Connected);
    assert_eq!(
        world.cloud.take_sticks(world.now()),
        Err(StickRefused::NotFlyable)
    );
}

#[test]
fn letting_go_sends_three_frames_that_stand_still() {
    let mut world = World::flying(Profile::DOCK_M30T, 6);
    world.stick(forward(5.0));
    world.cloud.release_sticks(world.now());
    world.run_for(1000);
    let motions: Vec<f64> = world
        .flown()
        .iter()
        .map(|(motion, _)| motion.forward)
        .collect();
    assert_eq!(motions, [5.0, 0.0, 0.0, 0.0]);
    assert_eq!(
        world.cloud.stick(world.now(), forward(1.0)),
        Err(StickRefused::NotTaken)
    );
}

#[test]
fn three_heart_beats_without_echo_end_the_frames_until_a_person_takes_the_sticks_again() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 7);
    world.faults.loss = 100;
    world.run_for(4100);
    assert_eq!(world.cloud.drc().phase(), DrcPhase::Bad);
    assert_eq!(
        world.cloud.stick(world.now(), forward(1.0)),
        Err(StickRefused::LinkBad)
    );
    world.faults.loss = 0;
    world.run_for(1500);
    assert_eq!(world.cloud.drc().phase(), DrcPhase::Connected);
    assert_eq!(
        world.cloud.stick(world.now(), forward(1.0)),
        Err(StickRefused::NotTaken)
    );
    assert!(world.cloud.take_sticks(world.now()).is_ok());
}

#[test]
fn the_round_trip_is_measured_by_the_echo_of_our_own_time() {
    let mut world = World::flying(Profile::DOCK_M30T, 8);
    world.run_for(2000);
    assert_eq!(
        world.cloud.drc().round_trip().map(|trip| trip.as_millis()),
        Some(10)
    );
    // On the first Dock the number stands in the data.
    let beats: Vec<_> = world
        .cloud_sent(TopicKind::DrcDown)
        .into_iter()
        .filter(|e| e.method.as_deref() == Some("heart_beat"))
        .collect();
    assert!(
        beats
            .iter()
            .all(|beat| beat.seq.is_none() && beat.field("seq").is_some())
    );
    assert!(
        beats
            .iter()
            .all(|beat| beat.tid.is_none() && beat.timestamp.is_none())
    );
}

#[test]
fn a_device_that_hears_no_heart_beat_leaves_after_its_own_time() {
    for (profile, seconds) in [(Profile::DOCK_M30T, 300), (Profile::DOCK3_M4TD, 60)] {
        let mut world = World::flying(profile, 9);
        world.faults.loss = 100;
        world.run_for(seconds * 1000 - 2000);
        assert_eq!(world.device.drc_state(), DrcState::Connected);
        world.run_for(3000);
        assert_eq!(world.device.drc_state(), DrcState::NotConnected);
        // The event is sent again until it is answered; the cloud then knows why.
        world.faults.loss = 0;
        world.run_for(20_000);
        assert_eq!(world.cloud.drc().phase(), DrcPhase::Idle);
        assert!(
            world.cloud_events().any(|event| {
                matches!(event, Event::Drc(DrcEvent::Ended(code)) if !code.is_ok())
            })
        );
    }
}

#[test]
fn a_property_that_denies_the_link_ends_it_unless_it_may_be_old() {
    let mut world = World::flying(Profile::DOCK_M30T, 24);
    let topic = Topic::new(TopicKind::Osd, world.cloud.gateway().clone());
    let denied = json!({ "data": { "drc_state": 0 } })
        .to_string()
        .into_bytes();
    let tell = |world: &mut World| {
        let told = Input::Message {
            topic: &topic,
            payload: &denied,
        };
        world.cloud.handle_input(world.now(), told);
        world.settle();
        world.cloud.drc().phase()
    };
    world.run_for(6000);
    // The link carries something just now: the property is from before.
    assert_eq!(tell(&mut world), DrcPhase::Connected);
    world.faults.loss = 100;
    world.run_for(1500);
    assert_eq!(tell(&mut world), DrcPhase::Idle);
}

#[test]
fn a_takeover_ends_our_control_and_nothing_takes_it_back() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 10);
    world.give(ControlSource::B);
    let reason = JoystickInvalidReason::ControllerTookOver;
    world.device.notice(
        world.now(),
        &DeviceEvent::JoystickInvalid(JoystickInvalid { reason }),
        None,
        true,
    );
    world.settle();
    world.run_for(60_000);
    assert!(!world.cloud.control().has_flight());
    let lost = world
        .cloud_events()
        .filter(|event| matches!(event, Event::ControlLost(_)))
        .count();
    assert_eq!(lost, 1);
    assert!(world.cloud_sent(TopicKind::Services).is_empty());
    assert!(matches!(
        world.cloud.control().lost(),
        Some(LostBecause::TakenBy(ControlSource::B) | LostBecause::Joystick(_))
    ));
}

#[test]
fn an_answer_to_a_grab_that_was_overtaken_by_a_loss_grants_nothing() {
    let mut world = World::online(Profile::DOCK_M30T, 11);
    world.take_control();
    let reply = world.wire.pop_last();
    world.run_for(100);
    assert!(reply.is_some());
    // By hand: the grab reaches the device, its answer is held back, the loss comes first.
    world.take_control();
    world.run_for(6);
    let held: Vec<_> = world
        .wire
        .iter()
        .map(|(key, value)| (*key, value.clone()))
        .collect();
    world.wire.clear();
    let reason = JoystickInvalidReason::ControllerTookOver;
    world.device.notice(
        world.now(),
        &DeviceEvent::JoystickInvalid(JoystickInvalid { reason }),
        None,
        true,
    );
    world.settle();
    world.run_for(100);
    for ((_, n), message) in held {
        world.wire.insert((world.ms + 1, n), message);
    }
    world.run_for(100);
    assert!(!world.cloud.control().has_flight());
}

#[test]
fn an_unanswered_flight_is_never_sent_again_and_a_stop_is() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 12);
    world.faults.loss = 100;
    world
        .cloud
        .request(world.now(), &Call::Service(fly_to()))
        .unwrap();
    world
        .cloud
        .request(world.now(), &Call::Service(Service::FlyToPointStop))
        .unwrap();
    world.settle();
    world.run_for(30_000);
    let sent: Vec<_> = world.cloud_sent(TopicKind::Services);
    let flights: Vec<_> = sent
        .iter()
        .filter(|e| e.method.as_deref() == Some("fly_to_point"))
        .collect();
    let stops: Vec<_> = sent
        .iter()
        .filter(|e| e.method.as_deref() == Some("fly_to_point_stop"))
        .collect();
    assert_eq!((flights.len(), stops.len()), (1, 2));
    assert_eq!(stops[0].tid, stops[1].tid);
    let timed_out = world
        .cloud_events()
        .filter(|event| matches!(event, Event::TimedOut { .. }))
        .count();
    assert_eq!(timed_out, 2);
    // And by now the gateway has been silent for too long for anything that moves.
    assert!(matches!(
        world
            .cloud
            .request(world.now(), &Call::Service(Service::ReturnHome)),
        Err(RequestError::NotHeard(_))
    ));
    assert!(
        world
            .cloud
            .request(world.now(), &Call::Service(Service::FlyToPointStop))
            .is_ok()
    );
}

#[test]
fn an_emergency_stop_drops_the_sticks_and_goes_out_until_it_is_answered() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 13);
    world.stick(forward(5.0));
    world.faults.loss = 100;
    world
        .cloud
        .drc_command(world.now(), DrcCommand::EmergencyStop)
        .unwrap();
    assert_eq!(
        world.cloud.stick(world.now(), forward(5.0)),
        Err(StickRefused::NotTaken)
    );
    world.settle();
    world.run_for(1100);
    world.faults.loss = 0;
    world.run_for(1000);
    let down = world.cloud_sent(TopicKind::DrcDown);
    let stops = down
        .iter()
        .filter(|e| e.method.as_deref() == Some("drone_emergency_stop"))
        .count();
    assert_eq!(stops, 4);
    assert!(world.cloud_events().any(|event| {
        matches!(event, Event::Drc(DrcEvent::Replied { method, result }) if method == "drone_emergency_stop" && result.is_ok())
    }));
}

#[test]
fn an_event_is_sent_again_with_the_same_ids_until_it_is_answered_and_taken_once() {
    let mut world = World::online(Profile::DOCK3_M4TD, 14);
    world.faults.loss = 100;
    let progress = DeviceEvent::FlyToProgress(FlyToProgress {
        fly_to_id: "f1".into(),
        status: FlyToStatus::Ok,
        result: ErrorCode::OK,
        way_point_index: Some(1),
        remaining_distance: None,
        remaining_time: None,
        planned_path_points: Vec::new(),
    });
    let start = world.ms;
    world.device.notice(world.now(), &progress, None, true);
    world.settle();
    world.run_for(15_000);
    let sent: Vec<(Option<String>, i64)> = world
        .log
        .iter()
        .filter_map(|seen| match seen {
            crate::world::Seen::DeviceSent(publish) if publish.topic.kind == TopicKind::Events => {
                let envelope = skyhelm_dji_proto::Envelope::parse(&publish.payload).unwrap();
                Some((
                    envelope.tid,
                    envelope.timestamp.unwrap() - crate::world::EPOCH - start as i64,
                ))
            }
            _ => None,
        })
        .collect();
    let times: Vec<i64> = sent.iter().map(|(_, at)| *at).collect();
    assert_eq!(times, [0, 2100, 6300, 14_500]);
    assert!(
        sent.iter()
            .all(|(tid, _)| tid.is_some() && *tid == sent[0].0)
    );
    world.faults = Faults {
        loss: 0,
        twice: 100,
        delay_ms: 0,
    };
    world.run_for(10_000);
    let taken = world
        .cloud_events()
        .filter(|event| matches!(event, Event::Notice(DeviceEvent::FlyToProgress(_))));
    assert_eq!(taken.count(), 1);
    // One resending, delivered twice: two answers, and then silence.
    assert_eq!(world.cloud_sent(TopicKind::EventsReply).len(), 2);
}

#[test]
fn a_property_is_set_and_its_answer_comes_back() {
    let mut world = World::online(Profile::DOCK3_M4TD, 15);
    let set = PropertySet::new("obstacle_avoidance.horizon", 1);
    assert_eq!(
        set.data(),
        json!({ "obstacle_avoidance": { "horizon": 1 } })
    );
    world.cloud.request(world.now(), &Call::Set(set)).unwrap();
    world.settle();
    world.run_for(100);
    assert!(world.cloud_events().any(|event| matches!(event,
        Event::PropertyReplied { results, .. } if results == &[("obstacle_avoidance".into(), PropertyResult::Ok)])));
}

#[test]
fn what_is_out_of_range_is_refused_before_anything_is_sent() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 16);
    let Service::FlyToPoint(good) = fly_to() else {
        panic!("typed")
    };
    let mut two = good.clone();
    two.points.push(good.points[0]);
    let mut fast = good.clone();
    fast.max_speed = 16;
    let mut high = good.clone();
    high.points[0].height = EllipsoidHeight::from_metres(10_001.0);
    let mut nowhere = good;
    nowhere.points[0].height = EllipsoidHeight::from_metres(f64::NAN);
    for bad in [two, fast, high, nowhere] {
        let refused = world
            .cloud
            .request(world.now(), &Call::Service(Service::FlyToPoint(bad)));
        assert!(
            matches!(refused, Err(RequestError::OutOfRange { .. })),
            "{refused:?}"
        );
    }
    world.settle();
    assert!(world.cloud_sent(TopicKind::Services).is_empty());
}

#[test]
fn a_broker_that_breaks_ends_everything_and_nothing_arrives_later() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 17);
    world
        .cloud
        .request(world.now(), &Call::Service(fly_to()))
        .unwrap();
    world.settle();
    world.break_broker();
    assert!(
        world
            .cloud_events()
            .any(|event| matches!(event, Event::Lost { method, .. } if method == "fly_to_point"))
    );
    assert!(!world.cloud.control().has_flight());
    world.run_for(2000);
    world.log.clear();
    world.mend_broker();
    world.run_for(20_000);
    assert!(
        world.cloud_sent(TopicKind::Services).is_empty()
            && world.cloud_sent(TopicKind::DrcDown).is_empty()
    );
    assert_eq!(world.device.step(), gateway::Step::Online);
}

#[test]
fn a_frame_with_an_old_number_is_refused_with_a_number() {
    let mut world = World::flying(Profile::DOCK_M30T_V1_4, 18);
    world.stick(forward(1.0));
    let first = world.wire.pop_last().unwrap();
    world.stick(forward(2.0));
    world.run_for(50);
    world.wire.insert((world.ms + 1, 1), first.1);
    world.run_for(50);
    let refused = world
        .cloud_events()
        .any(|event| matches!(event, Event::Drc(DrcEvent::FrameRefused(code)) if !code.is_ok()));
    assert!(refused);
    assert_eq!(world.flown().len(), 1);
}

#[test]
fn the_account_is_told_to_end_a_minute_before_it_does_and_the_link_stays() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 19);
    world.run_for(3_545_000);
    assert!(
        world
            .cloud_events()
            .any(|event| matches!(event, Event::Drc(DrcEvent::CredentialsExpire)))
    );
    world.run_for(200_000);
    assert_eq!(world.cloud.drc().phase(), DrcPhase::Connected);
    assert!(
        !world
            .cloud_events()
            .any(|event| matches!(event, Event::Drc(DrcEvent::Ended(_))))
    );
}

#[test]
fn raw_data_are_held_to_the_ranges_and_no_frame_goes_out_in_disguise() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 20);
    let raw = |data| {
        Call::Service(Service::Other {
            method: "fly_to_point".into(),
            data,
        })
    };
    let two = json!({ "fly_to_id": "f", "max_speed": 5, "points": [
        { "latitude": 48.0, "longitude": 11.0, "height": 100 }, { "latitude": 48.0, "longitude": 11.0, "height": 100 }] });
    let off = json!({ "fly_to_id": "f", "max_speed": 5, "points": [{ "latitude": 91, "longitude": 11.0, "height": 100 }] });
    assert!(matches!(
        world.cloud.request(world.now(), &raw(two)),
        Err(RequestError::OutOfRange { .. })
    ));
    assert!(matches!(
        world.cloud.request(world.now(), &raw(off)),
        Err(RequestError::Payload(_))
    ));
    let disguised = DrcCommand::Other {
        method: "stick_control".into(),
        data: json!({ "pitch": 1684 }),
    };
    assert!(world.cloud.drc_command(world.now(), disguised).is_err());
    world.settle();
    assert!(world.cloud_sent(TopicKind::Services).is_empty());
}

#[test]
fn a_stop_needs_no_control_and_a_landing_does() {
    let mut world = World::flying(Profile::DOCK3_M4TD, 21);
    world.give(ControlSource::B);
    world.run_for(100);
    assert!(!world.cloud.control().has_flight());
    assert_eq!(
        world
            .cloud
            .drc_command(world.now(), DrcCommand::ForceLanding),
        Err(RequestError::NoControl)
    );
    assert_eq!(
        world
            .cloud
            .drc_command(world.now(), DrcCommand::EmergencyStop),
        Ok(())
    );
    assert!(
        world
            .cloud
            .request(world.now(), &Call::Service(Service::FlyToPointStop))
            .is_ok()
    );
}

#[test]
fn consent_told_before_the_pilot_agreed_does_not_revoke_it() {
    let mut world = World::online(Profile::RC_PLUS2_M4T, 22);
    world.take_control();
    world.run_for(10_000);
    assert!(world.cloud.control().has_flight());
    world.device.set_consent(world.now(), false);
    world.settle();
    world.run_for(100);
    assert_eq!(
        world.cloud.control().lost(),
        Some(&LostBecause::ConsentRevoked)
    );
    assert_eq!(world.cloud.control().consent, Consent::Revoked);
}

#[test]
fn an_answer_to_a_command_that_is_not_ours_betrays_a_foreign_controller_and_a_late_one_does_not() {
    let mut world = World::online(Profile::DOCK3_M4TD, 23);
    world.faults.twice = 100;
    world.take_control();
    world.run_for(100);
    let odd = |world: &World, what: &Oddity| {
        world
            .cloud_events()
            .any(|event| matches!(event, Event::Odd(odd) if odd == what))
    };
    assert!(!odd(&world, &Oddity::ForeignController));
    let method = Some(String::from("flight_authority_grab"));
    assert!(odd(&world, &Oddity::UnexpectedReply { method }));
    let foreign = json!({ "tid": "x", "bid": "y", "timestamp": 1, "method": "fly_to_point", "data": { "result": 0 } });
    let topic = Topic::new(TopicKind::ServicesReply, world.cloud.gateway().clone());
    let payload = foreign.to_string().into_bytes();
    world.cloud.handle_input(
        world.now(),
        Input::Message {
            topic: &topic,
            payload: &payload,
        },
    );
    world.settle();
    assert!(odd(&world, &Oddity::ForeignController));
}
