//! What is written down of a run: who did what, and no secret.

use std::io::{Cursor, Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use zip::ZipArchive;

use crate::browser::TestHub;
use crate::people::{PASSWORD, account, person, signed_in};

/// Every file of the support bundle, as one text.
fn unpacked(zip: &[u8]) -> (Vec<String>, String) {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    let mut text = String::new();
    for index in 0..archive.len() {
        archive
            .by_index(index)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
    }
    (names, text)
}

/// Every byte of the database, its log included.
fn database(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files = files.filter(|path| path.is_file());
    files
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect()
}

fn holds(hay: &[u8], needle: &str) -> bool {
    hay.windows(needle.len())
        .any(|part| part == needle.as_bytes())
}

/// Everything this thread's tasks write to the terminal's log, down to the last detail.
#[derive(Clone, Default)]
struct Terminal(Arc<Mutex<Vec<u8>>>);

impl Write for Terminal {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_of_a_run_is_in_answers_log_audit_bundle_or_database() {
    let terminal = Terminal::default();
    let pen = terminal.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || pen.clone())
        .finish();
    // While there is one subscriber alone, tracing asks the thread that first comes by a line whether it is
    // wanted, once for all threads; and the threads of other tests have none.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let _listening = tracing::subscriber::set_default(subscriber);
    let hub = TestHub::start().await;
    hub.toy("a").await;
    let link = hub.token();
    let admin = signed_in(&hub, &json!({ "token": link })).await;
    account(&admin, "Ada", "admin").await;
    let ada = person(&hub, "Ada").await;
    let mut page = crate::events::Page::open(&ada).await;
    let told = page.hear("hello").await.to_string();
    let (_, token) = ada
        .tell("/tokens", json!({"name": "x", "role": "viewer"}))
        .await;
    let (_, guest) = ada
        .tell("/guest-links", json!({"name": "y", "hours": 1}))
        .await;
    let word = guest["fragment"].as_str().unwrap().replace("#guest=", "");
    let visitor = signed_in(&hub, &json!({ "guest": word })).await;
    let wrong = "a wrong password entirely";
    let bad = json!({"name": "Ada", "password": wrong});
    ada.tell("/session", bad).await;
    ada.tell(
        "/session/password",
        json!({"current": wrong, "new": "never to be used"}),
    )
    .await;
    ada.tell("/devices/toy-a/mount/park", json!({})).await;

    let cookie_of = |cookie: &Option<String>| {
        cookie
            .as_ref()
            .unwrap()
            .split('=')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    let secrets = [
        PASSWORD.to_owned(),
        wrong.to_owned(),
        String::from("never to be used"),
        link,
        word.clone(),
        token["secret"].as_str().unwrap().to_owned(),
        cookie_of(&admin.cookie),
        cookie_of(&ada.cookie),
        cookie_of(&visitor.cookie),
    ];
    let mut seen = told;
    for path in [
        "/log",
        "/audit",
        "/accounts",
        "/tokens",
        "/guest-links",
        "/settings",
        "/session",
        "/devices",
    ] {
        seen += &ada.json(path).await.to_string();
    }
    let zip = ada.get("/support-bundle.zip").send().await.unwrap();
    assert_eq!(zip.headers()["content-type"], "application/zip");
    let (names, bundle) = unpacked(&zip.bytes().await.unwrap());
    assert!(names.len() == 6 && bundle.contains("toy-a"), "{names:?}");
    let logged = terminal.0.lock().unwrap().clone();
    assert!(holds(&logged, "audit"));
    let written = database(hub.folder.path());
    assert!(holds(&written, "Ada"));
    for secret in secrets {
        assert!(!seen.contains(&secret), "an answer shows {secret}");
        assert!(!bundle.contains(&secret), "the bundle shows {secret}");
        assert!(!holds(&logged, &secret), "the terminal shows {secret}");
        assert!(!holds(&written, &secret), "the database shows {secret}");
    }
}

#[tokio::test]
async fn the_audit_tells_who_did_what_and_what_came_of_it() {
    let hub = TestHub::start().await;
    hub.toy("a").await;
    let admin = hub.browser().await;
    account(&admin, "Ada", "operator").await;
    account(&admin, "Ben", "viewer").await;
    let (ada, ben) = (person(&hub, "Ada").await, person(&hub, "Ben").await);
    let place = json!({"name": "M 31", "ra_hours": 0.7123, "dec_degrees": 41.269});
    assert_eq!(ada.tell("/devices/toy-a/mount/goto", place).await.0, 202);
    assert_eq!(
        ben.tell("/devices/toy-a/mount/park", json!({})).await.0,
        403
    );
    let push = json!({"direction_deg": 0.0, "deflection": 0.5});
    for _ in 0..3 {
        ada.tell("/devices/toy-a/mount/joystick", push.clone())
            .await;
    }
    let lines = admin.json("/audit?device=toy-a").await;
    let short: Vec<(&str, &str, i64)> = lines["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let word = |key: &str| line[key].as_str().unwrap();
            (
                word("who"),
                word("action"),
                line["status"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        short,
        [
            ("Ada", "POST /devices/{id}/mount/joystick", 202),
            ("Ben", "POST /devices/{id}/mount/park", 403),
            ("Ada", "POST /devices/{id}/mount/goto", 202),
        ]
    );
    let goto: &Value = &lines["entries"][2];
    assert_eq!(goto["details"]["name"], "M 31");
    assert_eq!(
        (&goto["outcome"], &goto["means"]),
        (&json!("taken"), &json!("password"))
    );
    let refused = lines["entries"][1]["outcome"].as_str().unwrap();
    assert!(refused.contains("needs the role operator"), "{refused}");
    let signed_in = admin.json("/audit?who=Ben").await;
    assert_eq!(signed_in["entries"][1]["action"], "POST /session");
}

#[tokio::test]
async fn figures_are_told_to_those_who_may_read_them() {
    let hub = TestHub::start().await;
    hub.toy("a").await;
    let admin = hub.browser().await;
    let url = format!("{}/metrics", admin.base);
    let stranger = reqwest::get(&url).await.unwrap();
    assert_eq!(stranger.status(), 401);
    let (_, made) = admin
        .tell("/tokens", json!({"name": "prometheus", "role": "viewer"}))
        .await;
    let secret = made["secret"].as_str().unwrap();
    let request = admin.client.get(&url).bearer_auth(secret);
    let text = request.send().await.unwrap().text().await.unwrap();
    assert!(
        text.contains("skyhelm_device_up{device=\"toy-a\",family=\"toy\"} 1\n"),
        "{text}"
    );
    assert!(text.contains("skyhelm_api_tokens 1\n"));
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let value = line.rsplit_once(' ').unwrap().1;
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}
