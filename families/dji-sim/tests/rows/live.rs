//! Live pictures: begun, shown, changed and ended.

use serde_json::{Value, json};
use skyhelm_dji_sim::machine::LiveNews;
use skyhelm_dji_sim::{Fault, GatewayKind};
use skyhelm_sim::land::Band;

use crate::harness::Story;

const ADDRESS: &str = "rtmp://127.0.0.1:1/live/key";

fn video(story: &Story) -> String {
    format!("{}/{}/normal-0", story.world().aircraft_sn, story.camera())
}

fn start(story: &mut Story) -> i64 {
    let id = video(story);
    let data = json!({ "url_type": 1, "url": ADDRESS, "video_id": id, "video_quality": 0 });
    story.serve("live_start_push", data)
}

fn status(story: &Story, member: &str) -> Value {
    story.gateway("live_status")[0][member].clone()
}

#[test]
fn row_live_start_push() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.run(1.0);
    let capacity = story.gateway("live_capacity");
    let listed = &capacity["device_list"][0]["camera_list"][0];
    assert_eq!(listed["camera_index"], story.camera());
    assert_eq!(listed["video_list"][0]["video_index"], "normal-0");
    assert_eq!(status(&story, "status"), 0);
    assert_eq!(start(&mut story), 0);
    story.run(1.0);
    let (number, target) = story.pushes.last().cloned().unwrap();
    assert_eq!((target.host.as_str(), target.port), ("127.0.0.1", 1));
    assert_eq!(
        (target.application.as_str(), target.stream.as_str()),
        ("live", "key")
    );
    assert!(story.machine.live_shot(number).is_some() && story.world().live_on);
    assert_eq!(status(&story, "status"), 1);
    assert_eq!(status(&story, "video_id"), video(&story));
    assert_eq!(start(&mut story), 513_003);
    let again = story.pushes.len();
    assert_eq!(again, 1, "a second start begins no second push");
}

#[test]
fn row_live_start_push_is_refused_with_the_number_of_its_fault() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    let id = video(&story);
    for (data, number) in [
        (
            json!({ "url_type": 1, "url": ADDRESS, "video_id": "x/1-0-0/normal-0", "video_quality": 0 }),
            513_002,
        ),
        (
            json!({ "url_type": 1, "url": ADDRESS, "video_id": id, "video_quality": 9 }),
            513_005,
        ),
        (
            json!({ "url_type": 0, "url": "channel=a", "video_id": id, "video_quality": 0 }),
            513_013,
        ),
        (
            json!({ "url_type": 4, "url": "http://h/whip", "video_id": id, "video_quality": 0 }),
            513_013,
        ),
        (
            json!({ "url_type": 1, "url": "http://h/live/key", "video_id": id, "video_quality": 0 }),
            513_014,
        ),
        (
            json!({ "url_type": 1, "video_id": id, "video_quality": 0 }),
            513_014,
        ),
    ] {
        assert_eq!(
            story.serve("live_start_push", data.clone()),
            number,
            "{data}"
        );
    }
    assert!(story.pushes.is_empty());
    for (news, number) in [
        (LiveNews::Unreachable, 513_010),
        (LiveNews::Refused, 513_006),
    ] {
        story.live_news = news;
        assert_eq!(start(&mut story), number);
        story.run(1.0);
        assert_eq!(status(&story, "error_status"), number);
        assert_eq!(status(&story, "status"), 0);
    }
    story.live_news = LiveNews::Up;
    assert_eq!(start(&mut story), 0, "and then it works");
}

#[test]
fn row_live_stop_push() {
    let mut story = Story::airborne(GatewayKind::Dock3M4td);
    let id = video(&story);
    let stop = json!({ "video_id": id });
    assert_eq!(story.serve("live_stop_push", stop.clone()), 513_011);
    assert_eq!(start(&mut story), 0);
    let (number, _) = story.pushes.last().cloned().unwrap();
    assert_eq!(
        story.serve("live_stop_push", json!({ "video_id": "y" })),
        513_002
    );
    assert!(story.world().live_on);
    assert_eq!(story.serve("live_stop_push", stop), 0);
    story.run(1.0);
    assert!(story.machine.live_shot(number).is_none());
    assert!(!story.world().live_on && story.pushes_ended == 1);
    assert_eq!(status(&story, "status"), 0);
    assert_eq!(status(&story, "error_status"), 0);
}

#[test]
fn row_live_set_quality() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    let id = video(&story);
    let to = |quality: i64| json!({ "video_id": id, "video_quality": quality });
    assert_eq!(story.serve("live_set_quality", to(3)), 513_011);
    assert_eq!(start(&mut story), 0);
    let (number, _) = story.pushes.last().cloned().unwrap();
    let before = story.machine.live_shot(number).unwrap();
    assert_eq!(story.serve("live_set_quality", to(3)), 0);
    let after = story.machine.live_shot(number).unwrap();
    assert_eq!((before.size, after.size), ((960, 540), (1280, 720)));
    assert!(after.bits > before.bits);
    story.run(1.0);
    assert_eq!(status(&story, "video_quality"), 3);
    assert_eq!(story.serve("live_set_quality", to(7)), 513_005);
    assert_eq!(status(&story, "video_quality"), 3);
}

#[test]
fn row_live_lens_change() {
    for (kind, warm, wrong) in [
        (GatewayKind::DockM30t, "ir", "thermal"),
        (GatewayKind::RcProM3t, "thermal", "ir"),
    ] {
        let mut story = Story::airborne(kind);
        let to = |lens: &str| json!({ "video_type": lens });
        assert_eq!(story.serve("live_lens_change", to("zoom")), 513_011);
        assert_eq!(start(&mut story), 0);
        let (number, _) = story.pushes.last().cloned().unwrap();
        let shot = |story: &Story| story.machine.live_shot(number).unwrap();
        let wide = shot(&story);
        assert_eq!(story.serve("live_lens_change", to("zoom")), 0);
        assert!(shot(&story).view.width_deg < wide.view.width_deg - 10.0);
        assert_eq!(story.serve("live_lens_change", to(warm)), 0);
        assert_eq!((wide.band, shot(&story).band), (Band::Visible, Band::Iron));
        assert_eq!(story.serve("live_lens_change", to(wrong)), 513_002);
        story.run(1.0);
        assert_eq!(status(&story, "video_type"), warm);
        // The stream keeps its name whatever lens it shows.
        assert_eq!(status(&story, "video_id"), video(&story));
    }
}

#[test]
fn the_live_picture_ends_with_the_radio_and_may_begin_again_with_it() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    assert_eq!(start(&mut story), 0);
    story.run(1.0);
    assert!(story.machine.put(Fault::LinkLoss { seconds: 5.0 }));
    story.run(1.0);
    assert!(!story.world().live_on && story.pushes_ended == 1);
    assert_eq!(status(&story, "error_status"), 513_008);
    assert_eq!(story.gateway("live_capacity")["available_video_number"], 0);
    assert_eq!(start(&mut story), 513_008);
    story.run(6.0);
    assert_eq!(start(&mut story), 0);
}

#[test]
fn a_start_that_nothing_comes_of_is_answered_all_the_same() {
    let mut story = Story::airborne(GatewayKind::DockM30t);
    story.live_is_silent = true;
    let id = video(&story);
    let data = json!({ "url_type": 1, "url": ADDRESS, "video_id": id, "video_quality": 0 });
    story.send("live_start_push", data);
    let answers = |story: &Story| {
        let of = |heard: &&crate::harness::Heard| heard.topic.ends_with("/services_reply");
        story.heard.iter().filter(of).count()
    };
    story.run(8.0);
    assert_eq!(answers(&story), 0);
    story.run(8.0);
    assert_eq!(answers(&story), 1);
    assert!(!story.world().live_on);
}
