use std::collections::BTreeSet;

use super::*;
use crate::message;

#[test]
fn every_number_and_name_occurs_once() {
    let mut seen = BTreeSet::new();
    for row in all() {
        assert!(seen.insert(row.id.to_string()), "{}", row.id);
        assert!(seen.insert(row.wire_name.to_owned()), "{}", row.wire_name);
        assert!(seen.insert(row.name.to_owned()), "{}", row.name);
    }
    assert_eq!(all().count(), 361);
}

#[test]
fn every_number_lies_in_its_modules_range() {
    for row in all() {
        match row.module.commands() {
            Some(range) => assert!(range.contains(&row.id), "{}", row.wire_name),
            None => assert_eq!(row.availability, Availability::Guide, "{}", row.wire_name),
        }
        assert_eq!(row.is_notification(), row.module == ModuleId::Notify);
    }
}

#[test]
fn every_message_a_row_names_exists() {
    for row in all() {
        for generation in [Generation::V2, Generation::V3] {
            for name in [row.request(generation), row.reply(generation)]
                .into_iter()
                .flatten()
            {
                assert!(
                    message::is_known(generation, name),
                    "{} {name}",
                    row.wire_name
                );
            }
        }
    }
}

#[test]
fn every_notification_a_row_names_is_a_row() {
    for row in all() {
        let told = [Generation::V2, Generation::V3].map(|generation| row.completion(generation));
        let ends = told.iter().filter_map(|completion| match completion {
            Completion::Notification(id) => Some(id),
            _ => None,
        });
        for id in row.notifies.iter().chain(ends) {
            let found = super::row(*id);
            assert!(
                found.is_some_and(Row::is_notification),
                "{} {id}",
                row.wire_name
            );
        }
    }
}

#[test]
fn commands_are_given_time_and_notifications_need_none() {
    for row in all() {
        assert_eq!(
            row.timeout.is_zero(),
            row.is_notification(),
            "{}",
            row.wire_name
        );
    }
}

#[test]
fn the_reply_of_a_goto_may_come_only_at_its_end() {
    let goto = row(cmd::ASTRO_START_GOTO_DSO).unwrap();
    assert_eq!(goto.completion(Generation::V2), Completion::ReplyAtEnd);
    assert!(goto.timeout >= Duration::from_mins(2));
    assert_eq!(goto.idempotency, Idempotency::Motion);
}

#[test]
fn a_row_is_found_by_either_name() {
    let row = row_named("cmd_camera_tele_photograph").unwrap();
    assert_eq!(row.id, cmd::TELE_PHOTOGRAPH);
    assert_eq!(row_named("tele_photograph").unwrap().id, row.id);
    assert!(row_named("make_coffee").is_none());
}
