//! The sky over the station.

use crate::browser::TestHub;

#[tokio::test]
async fn a_search_finds_what_a_person_means_and_where_it_is() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    for text in ["andromeda%20gal", "m%2031", "NGC224"] {
        let found = browser.json(&format!("/sky/search?q={text}")).await;
        assert_eq!(found[0]["id"], "NGC 224", "{text}: {}", found[0]);
        assert!((found[0]["ra_hours"].as_f64().unwrap() - 0.712).abs() < 0.01);
    }
    // At midnight UTC in November M 31 stands in Munich's west; the Pole Star where it always does.
    let polaris = browser.json("/sky/search?q=polaris").await[0].clone();
    assert!((polaris["altitude_deg"].as_f64().unwrap() - 48.1).abs() < 1.0);
    assert_eq!(polaris["up"], true);
}

#[tokio::test]
async fn the_sky_now_is_the_stations() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let now = browser.json("/sky/now").await;
    assert_eq!(now["twilight"], "night");
    assert_eq!(now["utc_ms"], crate::browser::MIDNIGHT.millis());
    // Greenwich at 0 h UT by the IAU 1982 formula: 4 h 0.0 min; Munich is 46.3 min east.
    let sidereal = now["sidereal_hours"].as_f64().unwrap();
    assert!((sidereal - 4.773).abs() < 0.02, "{sidereal}");
    let showpieces = browser.json("/sky/showpieces").await;
    assert!(showpieces[0]["altitude_deg"].as_f64().unwrap() > 25.0);
}

#[tokio::test]
async fn a_curve_covers_the_night_and_names_its_best_hour() {
    let hub = TestHub::start().await;
    let browser = hub.browser().await;
    let curve = browser
        .json("/sky/curve?ra_hours=5.588&dec_degrees=-5.39")
        .await;
    let number = |name: &str| curve[name].as_i64().unwrap();
    let midnight = crate::browser::MIDNIGHT.millis();
    let hours = |name: &str| (number(name) - midnight) as f64 / 3_600_000.0;
    // Round figures for Munich: sunset 15:28 UTC, sunrise 6:33 UTC, M 42 south at 0:49.
    assert!(
        (hours("from_utc_ms") + 9.0).abs() < 0.4,
        "{}",
        hours("from_utc_ms")
    );
    assert!(
        (hours("to_utc_ms") - 7.05).abs() < 0.4,
        "{}",
        hours("to_utc_ms")
    );
    assert!(
        (hours("transit_utc_ms") - 0.8).abs() < 0.1,
        "{}",
        hours("transit_utc_ms")
    );
    assert!((hours("best_utc_ms") - 0.8).abs() < 0.2);
    assert!(number("rise_utc_ms") < number("transit_utc_ms"));
    assert!(number("transit_utc_ms") < number("set_utc_ms"));
    let samples = curve["samples"].as_array().unwrap();
    let highest = samples
        .iter()
        .map(|s| s[1].as_f64().unwrap())
        .fold(-90.0, f64::max);
    assert!((highest - (90.0 - 48.14 - 5.39)).abs() < 0.2, "{highest}");
    assert_eq!(curve["moon"].as_array().unwrap().len(), samples.len());
}

#[tokio::test]
async fn the_chart_holds_the_naked_eye_sky() {
    let hub = TestHub::start().await;
    let chart = hub.browser().await.json("/sky/chart").await;
    let stars = chart["stars"].as_array().unwrap();
    assert!((8_000..10_000).contains(&stars.len()), "{}", stars.len());
    assert_eq!(stars[0][4], "Sirius");
    assert!(chart["objects"].as_array().unwrap().len() > 110);
    assert!(chart["lines"].as_array().unwrap().len() > 200);
    assert_eq!(
        chart["milky_way"]["density"].as_array().unwrap().len(),
        120 * 60
    );
    let cone = hub
        .browser()
        .await
        .json("/sky/stars?ra=56.75&dec=24.1&radius=1&limit=20")
        .await;
    assert_eq!(cone["stars"].as_array().unwrap().len(), 20);
}
