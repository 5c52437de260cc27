use super::*;
use proptest::prelude::*;

const TIMEOUT: Duration = Duration::from_secs(5);
const GRACE: Duration = Duration::from_secs(10);

fn at(seconds: u64) -> Mono {
    Mono::from_elapsed(Duration::from_secs(seconds))
}

fn table() -> RequestTable<&'static str, u32> {
    RequestTable::new(2, GRACE)
}

#[test]
fn a_second_request_of_a_key_waits_for_the_first() {
    let mut table = table();
    table.submit("goto", 1, TIMEOUT).unwrap();
    table.submit("goto", 2, TIMEOUT).unwrap();
    table.submit("stop", 3, TIMEOUT).unwrap();
    assert_eq!(table.poll_start(at(0)), Some((&"goto", &1)));
    assert_eq!(table.poll_start(at(0)), Some((&"stop", &3)));
    assert_eq!(table.poll_start(at(0)), None);
    assert_eq!(
        table.complete(at(1), &"goto"),
        Completion::Matched {
            value: 1,
            suspect: false
        }
    );
    assert_eq!(table.poll_start(at(2)), Some((&"goto", &2)));
}

#[test]
fn the_time_out_starts_when_the_request_is_sent() {
    let mut table = table();
    table.submit("goto", 1, TIMEOUT).unwrap();
    table.poll_start(at(100));
    assert_eq!(table.next_deadline(), Some((at(105), &"goto")));
    assert_eq!(table.expire(at(104)), None);
    assert_eq!(table.expire(at(105)), Some(("goto", 1)));
}

#[test]
fn a_late_reply_is_told_from_an_unsolicited_one() {
    let mut table = table();
    assert_eq!(table.complete(at(0), &"goto"), Completion::Unsolicited);
    table.submit("goto", 1, TIMEOUT).unwrap();
    table.poll_start(at(0));
    table.expire(at(5));
    assert_eq!(table.complete(at(6), &"goto"), Completion::Late);
    assert_eq!(table.complete(at(6), &"goto"), Completion::Unsolicited);
}

#[test]
fn after_the_grace_a_stray_reply_is_unsolicited() {
    let mut table = table();
    table.submit("goto", 1, TIMEOUT).unwrap();
    table.poll_start(at(0));
    table.expire(at(5));
    assert_eq!(table.complete(at(16), &"goto"), Completion::Unsolicited);
}

#[test]
fn a_reply_soon_after_a_time_out_is_suspect() {
    let mut table = table();
    table.submit("goto", 1, TIMEOUT).unwrap();
    table.submit("goto", 2, TIMEOUT).unwrap();
    table.poll_start(at(0));
    table.expire(at(5));
    assert_eq!(table.poll_start(at(5)), Some((&"goto", &2)));
    assert_eq!(
        table.complete(at(6), &"goto"),
        Completion::Matched {
            value: 2,
            suspect: true
        }
    );
}

#[test]
fn progress_moves_the_deadline() {
    let mut table = table();
    table.submit("goto", 1, TIMEOUT).unwrap();
    assert!(!table.extend(at(0), &"goto", TIMEOUT));
    table.poll_start(at(0));
    assert!(table.extend(at(4), &"goto", TIMEOUT));
    assert_eq!(table.expire(at(8)), None);
    assert_eq!(table.expire(at(9)), Some(("goto", 1)));
}

#[test]
fn the_line_is_bounded_and_gives_the_request_back() {
    let mut table = table();
    for value in 0..3 {
        table.submit("goto", value, TIMEOUT).unwrap();
    }
    assert_eq!(table.submit("goto", 9, TIMEOUT), Err(QueueFull(9)));
    table.poll_start(at(0));
    assert_eq!(table.submit("goto", 9, TIMEOUT), Err(QueueFull(9)));
}

#[test]
fn a_lost_connection_gives_everything_back_in_order() {
    let mut table = table();
    table.submit("goto", 1, TIMEOUT).unwrap();
    table.submit("goto", 2, TIMEOUT).unwrap();
    table.poll_start(at(0));
    assert_eq!(table.drain(), vec![("goto", 1), ("goto", 2)]);
    assert_eq!(table.next_deadline(), None);
    assert_eq!(table.poll_start(at(0)), None);
}

#[derive(Clone, Debug)]
enum Step {
    Submit(u8),
    Start,
    Reply(u8),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0u8..4).prop_map(Step::Submit),
        Just(Step::Start),
        (0u8..4).prop_map(Step::Reply),
        (0u64..7).prop_map(Step::Wait),
    ]
}

proptest! {
    /// Each request accepted leaves exactly once: answered, timed out or drained; per key in order.
    #[test]
    fn no_request_is_lost_or_answered_twice(steps in prop::collection::vec(step(), 0..200)) {
        let mut table: RequestTable<u8, u32> = RequestTable::new(3, GRACE);
        let (mut now, mut serial) = (at(0), 0u32);
        let mut accepted: BTreeMap<u8, Vec<u32>> = BTreeMap::new();
        let mut left: BTreeMap<u8, Vec<u32>> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Submit(key) => {
                    serial += 1;
                    if table.submit(key, serial, TIMEOUT).is_ok() {
                        accepted.entry(key).or_default().push(serial);
                    }
                }
                Step::Start => { table.poll_start(now); }
                Step::Reply(key) => {
                    if let Completion::Matched { value, .. } = table.complete(now, &key) {
                        left.entry(key).or_default().push(value);
                    }
                }
                Step::Wait(seconds) => {
                    now = now + Duration::from_secs(seconds);
                    while let Some((key, value)) = table.expire(now) {
                        left.entry(key).or_default().push(value);
                    }
                    prop_assert!(table.next_deadline().is_none_or(|(next, _)| next > now));
                }
            }
        }
        for (key, value) in table.drain() {
            left.entry(key).or_default().push(value);
        }
        prop_assert_eq!(accepted, left);
    }

    #[test]
    fn what_may_start_does_start(keys in prop::collection::vec(0u8..4, 0..40)) {
        let mut table: RequestTable<u8, u8> = RequestTable::new(100, GRACE);
        for key in &keys {
            table.submit(*key, *key, TIMEOUT).unwrap();
        }
        let mut done = 0;
        while let Some(key) = table.poll_start(at(0)).map(|(key, _)| *key) {
            let matched = matches!(table.complete(at(0), &key), Completion::Matched { .. });
            prop_assert!(matched);
            done += 1;
        }
        prop_assert_eq!(done, keys.len());
    }
}
