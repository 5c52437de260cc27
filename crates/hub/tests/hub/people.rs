//! Accounts, roles, tokens and guests: who may come in, and who may do what.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{Browser, TestHub, answered, problem};
use crate::events::Page;

pub(crate) const PASSWORD: &str = "orion over still water";

/// An account of a role, made by an admin.
pub(crate) async fn account(admin: &Browser, name: &str, role: &str) -> Value {
    let body = json!({"name": name, "role": role, "password": PASSWORD});
    let (status, made) = admin.tell("/accounts", body).await;
    assert_eq!(status, 201, "{made}");
    made
}

/// A browser signed in with a body.
pub(crate) async fn signed_in(hub: &TestHub, body: &Value) -> Browser {
    let mut browser = hub.stranger();
    let answer = browser.post("/session").json(body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{body}");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    browser.cookie = cookie.split(';').next().map(str::to_owned);
    browser
}

/// Somebody signed in by name.
pub(crate) async fn person(hub: &TestHub, name: &str) -> Browser {
    signed_in(hub, &json!({"name": name, "password": PASSWORD})).await
}

/// A program with an API token, and the token's secret.
async fn program(hub: &TestHub, maker: &Browser, role: &str) -> (Browser, String) {
    let body = json!({"name": format!("{role} program"), "role": role});
    let (status, made) = maker.tell("/tokens", body).await;
    assert_eq!(status, 201, "{made}");
    let secret = made["secret"].as_str().unwrap().to_owned();
    let mut browser = hub.stranger();
    browser.bearer = Some(secret.clone());
    (browser, secret)
}

async fn guest(hub: &TestHub, admin: &Browser) -> Browser {
    let body = json!({"name": "Star party", "hours": 2});
    let (status, made) = admin.tell("/guest-links", body).await;
    assert_eq!(status, 201, "{made}");
    let fragment = made["fragment"].as_str().unwrap();
    let word = fragment.strip_prefix("#guest=").unwrap();
    signed_in(hub, &json!({ "guest": word })).await
}

const ROLES: [&str; 4] = ["guest", "viewer", "operator", "admin"];

/// Every operation of the document: method, path, the rank of the role it needs, and whether it needs the
/// right to fly.
fn operations() -> Vec<(Method, String, Option<usize>, bool)> {
    let document: Value = serde_json::from_str(&skyhelm_hub::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let role = operation["x-role"].as_str();
            let rank = role.map(|role| ROLES.iter().position(|known| *known == role).unwrap());
            let path = path.replace("{lens}", "tele").replace(['{', '}'], "");
            all.push((method, path, rank, operation["x-right"] == "flight"));
        }
    }
    all
}

/// Asks without a body: what passes the guard fails later, and harmlessly.
async fn ask(browser: &Browser, method: &Method, path: &str) -> (StatusCode, Value) {
    let url = format!("{}{path}", browser.base);
    let request = browser.client.request(method.clone(), url);
    answered(browser.dressed(request.header("x-skyhelm", "1"))).await
}

#[tokio::test]
async fn every_route_asks_for_its_role_of_everybody() {
    let hub = TestHub::start().await;
    let admin = hub.browser().await;
    for role in &ROLES[1..] {
        account(&admin, role, role).await;
    }
    let mut callers: Vec<(String, usize, bool, Browser)> = Vec::new();
    let a_guest = guest(&hub, &admin).await;
    callers.push((String::from("guest by link"), 0, false, a_guest));
    for (rank, role) in ROLES.iter().enumerate() {
        if rank > 0 {
            let somebody = person(&hub, role).await;
            callers.push((format!("{role} by name"), rank, false, somebody));
            let pilot = format!("{role} pilot");
            let body = json!({"name": pilot, "role": role, "flight": true, "password": PASSWORD});
            assert_eq!(admin.tell("/accounts", body).await.0, 201);
            let somebody = person(&hub, &pilot).await;
            callers.push((pilot, rank, true, somebody));
        }
        let (program, _) = program(&hub, &admin, role).await;
        callers.push((format!("{role} by token"), rank, false, program));
    }
    // A station of nothing but virtual devices lets whoever opened it fly them.
    callers.push((String::from("admin by link"), 3, true, hub.browser().await));
    let mut nobodies = vec![hub.stranger(), hub.stranger(), hub.stranger()];
    nobodies[1].cookie = admin.cookie.as_ref().map(|cookie| format!("{cookie}0"));
    nobodies[2].bearer = Some(String::from("skyhelm_0000"));
    let operations = operations();
    assert!(operations.len() > 60, "{}", operations.len());
    assert!(operations.iter().filter(|(_, _, _, flies)| *flies).count() > 15);
    for (method, path, needs, flies) in &operations {
        if path == "/api/v1/session" {
            continue;
        }
        for nobody in &nobodies {
            let (status, body) = ask(nobody, method, path).await;
            assert_eq!(status == 401, needs.is_some(), "{method} {path}: {body}");
        }
        for (name, rank, pilot, caller) in &callers {
            let (status, body) = ask(caller, method, path).await;
            let refused = status == 403 && body["kind"] == "forbidden";
            let should = needs.is_some_and(|needs| *rank < needs) || (*flies && !pilot);
            assert_eq!(refused, should, "{name}: {method} {path}: {status} {body}");
            assert_ne!(status, 401, "{name}: {method} {path}: {body}");
            assert!(status.as_u16() < 500, "{name}: {method} {path}: {body}");
        }
    }
}

#[tokio::test]
async fn a_session_that_has_expired_opens_nothing() {
    let hub = TestHub::start().await;
    let admin = hub.browser().await;
    let guest = guest(&hub, &admin).await;
    guest.json("/devices").await;
    let mut page = Page::open(&guest).await;
    page.hear("hello").await;
    hub.pass(Duration::from_hours(2));
    assert!(page.is_closed().await, "an open page ends with its session");
    problem(guest.get("/devices"), 401).await;
    admin.json("/devices").await;
    hub.pass(Duration::from_hours(30 * 24));
    problem(admin.get("/devices"), 401).await;
}

#[tokio::test]
async fn a_person_signs_in_by_name_and_the_page_is_told_who_that_is() {
    let hub = TestHub::start().await;
    let admin = hub.browser().await;
    assert_eq!(admin.json("/session").await["has_accounts"], false);
    let made = account(&admin, "Ada", "operator").await;
    let ada = person(&hub, "aDA").await;
    let who = ada.json("/session").await;
    assert_eq!(who["name"], "Ada");
    assert_eq!(who["account"], made["id"]);
    assert_eq!(
        (&who["role"], &who["means"]),
        (&json!("operator"), &json!("password"))
    );
    assert_eq!(who["has_accounts"], true);
    let body = json!({"name": "ada", "role": "viewer", "password": PASSWORD});
    let (status, taken) = admin.tell("/accounts", body).await;
    assert_eq!((status.as_u16(), &taken["kind"]), (409, &json!("conflict")));
    let short = json!({"name": "Ben", "role": "viewer", "password": "short"});
    assert_eq!(admin.tell("/accounts", short).await.0, 400);
}

#[tokio::test]
async fn wrong_passwords_are_answered_with_a_pause() {
    let hub = TestHub::start().await;
    account(&hub.browser().await, "Ada", "viewer").await;
    let stranger = hub.stranger();
    let attempt = |password: &str| {
        let body = json!({"name": "Ada", "password": password});
        stranger.post("/session").json(&body)
    };
    for _ in 0..5 {
        problem(attempt("nothing of the kind"), 401).await;
    }
    let answer = attempt(PASSWORD).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "10");
    hub.pass(Duration::from_secs(10));
    assert_eq!(attempt(PASSWORD).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn guesses_sent_all_at_once_are_no_way_around_the_pause() {
    let hub = TestHub::start().await;
    account(&hub.browser().await, "Ada", "viewer").await;
    let stranger = hub.stranger();
    let guesses = (0..20).map(|number| {
        let body = json!({"name": "Ada", "password": format!("guess number {number}")});
        answered(stranger.post("/session").json(&body))
    });
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|(status, _)| *status == 401).count();
    assert!(looked_at <= 5, "{looked_at} guesses were looked at");
    let nonsense = json!({"name": "Ada", "guest": "x"});
    hub.pass(Duration::from_hours(2));
    for _ in 0..10 {
        assert_eq!(stranger.tell("/session", nonsense.clone()).await.0, 400);
    }
    person(&hub, "Ada").await;
}

#[tokio::test]
async fn a_change_of_an_account_ends_its_sessions_and_rests_its_tokens() {
    let hub = TestHub::start().await;
    let admin = hub.browser().await;
    let ada = account(&admin, "Ada", "operator").await;
    let path = format!("/accounts/{}", ada["id"].as_str().unwrap());
    let (first, second) = (person(&hub, "Ada").await, person(&hub, "Ada").await);
    let (program, _) = program(&hub, &first, "operator").await;
    program.json("/devices").await;

    let own = json!({"current": PASSWORD, "new": "another long password"});
    assert_eq!(first.tell("/session/password", own.clone()).await.0, 204);
    first.json("/devices").await;
    problem(second.get("/devices"), 401).await;
    assert_eq!(first.tell("/session/password", own).await.0, 403);

    let change = |body: Value| {
        admin
            .request(Method::PATCH, &path)
            .header("x-skyhelm", "1")
            .json(&body)
    };
    let (status, changed) = answered(change(json!({"role": "viewer"}))).await;
    assert_eq!((status.as_u16(), &changed["role"]), (200, &json!("viewer")));
    problem(first.get("/devices"), 401).await;
    // The token never has more rights than its account.
    problem(program.post("/devices/x/stop"), 403).await;
    answered(change(json!({"disabled": true}))).await;
    problem(program.get("/devices"), 401).await;
    let body = json!({"name": "Ada", "password": "another long password"});
    problem(hub.stranger().post("/session").json(&body), 401).await;
    answered(change(json!({"disabled": false}))).await;
    program.json("/devices").await;
    assert_eq!(admin.delete(&path).send().await.unwrap().status(), 204);
    problem(program.get("/devices"), 401).await;
}

#[tokio::test]
async fn the_last_admin_stays() {
    let hub = TestHub::start().await;
    let link = hub.browser().await;
    let ada = account(&link, "Ada", "admin").await;
    let path = format!("/accounts/{}", ada["id"].as_str().unwrap());
    let change = |body: Value| {
        link.request(Method::PATCH, &path)
            .header("x-skyhelm", "1")
            .json(&body)
    };
    problem(change(json!({"role": "operator"})), 409).await;
    problem(change(json!({"disabled": true})), 409).await;
    problem(link.delete(&path), 409).await;
    account(&link, "Ben", "admin").await;
    assert_eq!(answered(change(json!({"role": "operator"}))).await.0, 200);
}

#[tokio::test]
async fn a_token_cannot_do_more_than_its_maker_and_is_seen_by_its_maker_only() {
    let hub = TestHub::start().await;
    let admin = hub.browser().await;
    account(&admin, "Ada", "operator").await;
    account(&admin, "Ben", "viewer").await;
    let (ada, ben) = (person(&hub, "Ada").await, person(&hub, "Ben").await);
    let above = json!({"name": "x", "role": "admin"});
    assert_eq!(ada.tell("/tokens", above).await.0, 403);
    let (program, secret) = program(&hub, &ada, "viewer").await;
    let listed = ada.json("/tokens").await;
    let token = &listed["tokens"][0];
    assert_eq!(token["account"], "Ada");
    assert!(!listed.to_string().contains(&secret));
    assert_eq!(ben.json("/tokens").await["tokens"], json!([]));
    let path = format!("/tokens/{}", token["id"].as_str().unwrap());
    problem(ben.delete(&path), 404).await;
    program.json("/log").await;
    assert_eq!(ada.delete(&path).send().await.unwrap().status(), 204);
    problem(program.get("/log"), 401).await;
}

#[tokio::test]
async fn a_guest_looks_until_the_link_is_withdrawn() {
    let hub = TestHub::start().await;
    let admin = hub.browser().await;
    let guest = guest(&hub, &admin).await;
    let who = guest.json("/session").await;
    assert_eq!(
        (&who["role"], &who["means"]),
        (&json!("guest"), &json!("guest"))
    );
    guest.json("/sky/showpieces").await;
    problem(guest.get("/log"), 403).await;
    let links = admin.json("/guest-links").await;
    let path = format!("/guest-links/{}", links["links"][0]["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).send().await.unwrap().status(), 204);
    problem(guest.get("/devices"), 401).await;
}

#[tokio::test]
async fn only_an_admin_takes_control_by_force_and_a_holder_may_hand_it_over() {
    let hub = TestHub::start().await;
    hub.toy("a").await;
    let admin = hub.browser().await;
    account(&admin, "Ada", "operator").await;
    account(&admin, "Ben", "operator").await;
    let (ada, ben) = (person(&hub, "Ada").await, person(&hub, "Ben").await);
    let lease = "/devices/toy-a/lease";
    assert_eq!(ada.tell(lease, json!({})).await.0, 200);
    assert_eq!(ben.tell(lease, json!({"force": true})).await.0, 403);
    let over = "/devices/toy-a/lease/hand-over";
    assert_eq!(
        ada.tell(over, json!({"to": "Ben"})).await.0,
        404,
        "his page is not open"
    );
    let mut page = Page::open(&ben).await;
    let hello = page.hear("hello").await;
    assert_eq!(hello["who"]["name"], "Ben");
    assert_eq!(ada.tell(over, json!({"to": "Ben"})).await.0, 204);
    assert_eq!(ben.json("/devices/toy-a").await["lease"]["mine"], true);
    assert_eq!(ada.tell(lease, json!({})).await.0, 409);
    assert_eq!(admin.tell(lease, json!({"force": true})).await.0, 200);
}
