use super::*;
use crate::{Atmosphere, Body, Catalogue};
use skyhelm_units::Site;

const MUNICH: Site = Site::from_degrees(48.14, 11.58, 520.0);
/// 2026-11-09 16:00 UTC, the day of a new Moon.
const NEW_MOON: UtcMillis = UtcMillis::from_seconds(1_794_240_000);
/// 2026-11-24 16:00 UTC, the day of a full Moon.
const FULL_MOON: UtcMillis = UtcMillis::from_seconds(1_795_536_000);

fn list(site: &Site, utc: UtcMillis, wishes: &TonightWishes) -> Tonight {
    tonight(&SkyFrame::new(site, utc, &Atmosphere::default()), wishes)
}

fn titles(list: &Tonight) -> Vec<String> {
    list.suggestions.iter().map(|s| s.found.title()).collect()
}

#[test]
fn an_autumn_night_without_moon_begins_with_andromeda() {
    let list = list(&MUNICH, NEW_MOON, &TonightWishes::default());
    let dark = list.dark.unwrap();
    assert!((dark.sun_below.degrees() + 18.0).abs() < 1e-9);
    let hours = (dark.until - dark.from) / 3600.0;
    assert!((10.0..12.0).contains(&hours), "{hours} hours of night");
    let titles = titles(&list);
    assert_eq!(titles[0], "M 31 Andromeda Galaxy");
    for name in [
        "M 42 Orion Nebula",
        "M 45 Pleiades",
        "M 33 Triangulum Galaxy",
    ] {
        assert!(
            titles.iter().any(|title| title == name),
            "{name}: {titles:?}"
        );
    }
    assert_eq!(titles.len(), 30);
    assert!(
        list.suggestions
            .windows(2)
            .all(|pair| pair[0].score >= pair[1].score)
    );
}

#[test]
fn what_is_suggested_is_dark_high_and_clear() {
    let wishes = TonightWishes {
        horizon: "0 10\n90 10\n100 60\n200 60\n210 10".parse().unwrap(),
        most: 100,
        ..TonightWishes::default()
    };
    let list = list(&MUNICH, NEW_MOON, &wishes);
    let dark = list.dark.unwrap();
    let free = self::list(
        &MUNICH,
        NEW_MOON,
        &TonightWishes {
            most: 100,
            ..TonightWishes::default()
        },
    );
    for suggestion in &list.suggestions {
        assert!(suggestion.from >= dark.from && suggestion.until <= dark.until);
        assert!(suggestion.from <= suggestion.best && suggestion.best <= suggestion.until);
        assert!(suggestion.best_place.altitude.angle() >= wishes.lowest);
        assert!(!wishes.horizon.hides(&suggestion.best_place));
        assert!((0.0..=1.0).contains(&suggestion.score));
    }
    // The Orion Nebula culminates behind the wall in the south.
    let hours = |list: &Tonight| {
        let orion = list
            .suggestions
            .iter()
            .find(|s| s.found.title().contains("Orion Nebula"));
        orion.map_or(0.0, |s| s.hours)
    };
    assert!(hours(&list) < hours(&free) - 1.0);
}

#[test]
fn the_full_moon_takes_from_galaxies_what_it_leaves_to_clusters() {
    let wishes = TonightWishes {
        most: 300,
        ..TonightWishes::default()
    };
    let (dark, bright) = (
        list(&MUNICH, NEW_MOON, &wishes),
        list(&MUNICH, FULL_MOON, &wishes),
    );
    assert!(bright.dark.unwrap().moon_illuminated > 0.98);
    assert!(bright.dark.unwrap().moon_up > 0.9);
    assert!(dark.dark.unwrap().moon_illuminated < 0.02);
    let score = |list: &Tonight, name: &str| {
        let found = list
            .suggestions
            .iter()
            .find(|s| s.found.title().contains(name));
        found.unwrap_or_else(|| panic!("{name}")).score
    };
    let kept = |name: &str| score(&bright, name) / score(&dark, name);
    assert!(
        kept("Triangulum Galaxy") < 0.6,
        "{}",
        kept("Triangulum Galaxy")
    );
    assert!(kept("Double Cluster") > 0.8, "{}", kept("Double Cluster"));
    assert!(titles(&bright).contains(&"Moon".to_owned()));
    assert!(!titles(&dark).contains(&"Moon".to_owned()));
}

#[test]
fn the_southern_sky_has_its_own_list() {
    let chile = Site::from_degrees(-30.2, -70.8, 2200.0);
    // 2027-02-06, about new Moon.
    let list = list(
        &chile,
        UtcMillis::from_seconds(1_801_872_000),
        &TonightWishes::default(),
    );
    let titles = titles(&list);
    assert!(
        titles[..5].iter().any(|t| t.contains("Carina")),
        "{titles:?}"
    );
    assert!(titles.iter().any(|t| t.contains("Tarantula")), "{titles:?}");
}

#[test]
fn a_white_night_makes_do_with_twilight_and_the_midnight_sun_with_nothing() {
    let june = UtcMillis::from_seconds(1_782_057_600);
    let stockholm = Site::from_degrees(59.33, 18.07, 20.0);
    let list = list(&stockholm, june, &TonightWishes::default());
    assert!((list.dark.unwrap().sun_below.degrees() + 6.0).abs() < 1e-9);
    assert!(!list.suggestions.is_empty());
    let tromso = Site::from_degrees(69.65, 18.96, 10.0);
    let none = self::list(&tromso, june, &TonightWishes::default());
    assert_eq!((none.dark, none.suggestions.len()), (None, 0));
}

#[test]
fn one_object_is_judged_as_the_list_judges_it() {
    let frame = SkyFrame::new(&MUNICH, NEW_MOON, &Atmosphere::default());
    let wishes = TonightWishes::default();
    let m31 = Catalogue::embedded().object("M31").unwrap();
    let one = suggestion(&frame, Found::Object(m31), &wishes);
    assert_eq!(one.as_ref(), tonight(&frame, &wishes).suggestions.first());
    // Never above the horizon of Munich, and never in the dark.
    let omega = Catalogue::embedded().object("NGC 5139").unwrap();
    assert_eq!(suggestion(&frame, Found::Object(omega), &wishes), None);
    assert_eq!(suggestion(&frame, Found::Body(Body::Sun), &wishes), None);
}

#[test]
fn a_larger_field_suits_larger_things() {
    let small = TonightWishes {
        field: (Angle::from_degrees(0.8), Angle::from_degrees(0.5)),
        most: 300,
        ..TonightWishes::default()
    };
    let large = TonightWishes {
        most: 300,
        ..TonightWishes::default()
    };
    let rank = |wishes: &TonightWishes, name: &str| {
        titles(&list(&MUNICH, NEW_MOON, wishes))
            .iter()
            .position(|t| t.contains(name))
            .unwrap()
    };
    assert!(rank(&small, "Andromeda Galaxy") > rank(&large, "Andromeda Galaxy") + 10);
    assert!(rank(&small, "Ring Nebula") < rank(&large, "Ring Nebula"));
}
