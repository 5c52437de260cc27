//! The API's document, `OpenAPI` 3.1, made from the table of routes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use schemars::generate::{Contract, SchemaSettings};
use serde_json::{Map, Value, json};

use super::describe::{Operation, Schemas};
use super::problem::ProblemBody;
use super::route::{Route, get};
use crate::sign_in::Role;

/// The whole document, as text.
///
/// ```
/// let document: serde_json::Value = serde_json::from_str(&skyhelm_hub::openapi()).unwrap();
/// assert_eq!(document["openapi"], "3.1.0");
/// assert!(document["paths"]["/api/v1/devices"]["get"].is_object());
/// ```
pub fn openapi() -> String {
    let document = document();
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/openapi.json", Role::Guest, "This document.", answer)
            .media(200, &["application/json"]),
    ]
}

async fn answer() -> Response {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| Bytes::from(openapi())).clone();
    let kind = HeaderValue::from_static("application/json");
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], text).into_response()
}

fn document() -> Value {
    let generator = |contract: Contract| {
        SchemaSettings::draft2020_12()
            .with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
                settings.contract = contract;
            })
            .into_generator()
    };
    let mut schemas = Schemas {
        requests: generator(Contract::Deserialize),
        answers: generator(Contract::Serialize),
    };
    let problem = schemas.answers.subschema_for::<ProblemBody<'static>>();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for (root, table) in [("/api/v1", super::table()), ("", super::table_outside())] {
        for route in &table {
            let method = route.method.as_str().to_ascii_lowercase();
            let operation = operation(route, &mut schemas);
            let path = format!("{root}{}", route.path);
            paths.entry(path).or_default().insert(method, operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Skyhelm",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The web API of a station. Errors are RFC 9457 problems. `x-role` is the least role an operation needs, `x-right` a right it needs besides.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions(schemas),
            "responses": {"Problem": {
                "description": "What went wrong, and what to do.",
                "content": {"application/problem+json": {"schema": problem}},
            }},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "skyhelm_session_8484",
                    "description": "The number is the hub's port."},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    })
}

/// The shapes of both sides under one roof. One that differs between them keeps its requests' form
/// under a name of its own.
fn definitions(schemas: Schemas) -> Map<String, Value> {
    let mut requests = schemas;
    let mut all = requests.answers.take_definitions(true);
    for (name, shape) in requests.requests.take_definitions(true) {
        debug_assert!(
            all.get(&name).is_none_or(|known| *known == shape),
            "{name} differs between requests and answers: use two types"
        );
        all.entry(name).or_insert(shape);
    }
    all
}

fn operation(route: &Route, schemas: &mut Schemas) -> Value {
    let mut operation = Operation {
        schemas,
        names: route.names(),
        parameters: Vec::new(),
        body: None,
        gives: BTreeMap::new(),
        problems: BTreeSet::new(),
    };
    route.describe(&mut operation);
    let mut answers = Map::new();
    for (status, content) in &operation.gives {
        let mut answer = json!({"description": words(*status)});
        if !content.is_null() {
            answer["content"] = content.clone();
        }
        answers.insert(status.to_string(), answer);
    }
    for status in &operation.problems {
        let problem = json!({"$ref": "#/components/responses/Problem"});
        answers.insert(status.to_string(), problem);
    }
    let mut made = json!({
        "operationId": operation_id(route),
        "summary": route.says,
        "tags": [route.path.split('/').nth(1).unwrap_or_default()],
        "responses": answers,
    });
    if !operation.parameters.is_empty() {
        made["parameters"] = Value::Array(operation.parameters);
    }
    if let Some(body) = operation.body {
        made["requestBody"] = body;
    }
    match route.needs {
        Some(role) => {
            made["x-role"] = json!(role);
            if route.flies {
                made["x-right"] = json!("flight");
            }
            made["security"] = json!([{"session": []}, {"token": []}]);
        }
        None => made["security"] = json!([]),
    }
    made
}

/// `post_devices_id_mount_goto`.
fn operation_id(route: &Route) -> String {
    let path = route.path.replace(['{', '}'], "");
    let path = path.replace(['/', '-', '.'], "_");
    format!("{}{path}", route.method.as_str().to_ascii_lowercase())
}

fn words(status: u16) -> &'static str {
    match status {
        101 => "The connection becomes a WebSocket.",
        201 => "It is made.",
        202 => "The device took the command.",
        204 => "It is done.",
        206 => "The part that was asked for.",
        _ => "The answer.",
    }
}
