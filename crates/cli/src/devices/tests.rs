use super::*;

#[path = "../../../device-contract/examples/toy.rs"]
#[allow(dead_code, reason = "an example with a main of its own")]
mod toy;

#[tokio::test]
async fn a_family_from_elsewhere_is_listed_like_any_other() {
    let toy = toy::family();
    let seen = look(toy.as_ref(), None, Duration::from_millis(50)).await;
    let seen = seen.map_err(|failure| format!("{failure:?}")).unwrap();
    let words: Vec<_> = seen.iter().map(line).collect();
    assert_eq!(words.len(), 1, "{words:?}");
    for word in ["toy", "toy-1", "Toy 1", "mount, lights"] {
        assert!(words[0].contains(word), "{words:?}");
    }
    let there = look(toy.as_ref(), Some("shelf"), Duration::ZERO).await;
    assert_eq!(
        there.map(|seen| seen[0].model.clone()).ok().as_deref(),
        Some("Toy 1")
    );
    let elsewhere = look(toy.as_ref(), Some("attic"), Duration::ZERO).await;
    assert_eq!(elsewhere.map(|seen| seen.len()).ok(), Some(0));
}
