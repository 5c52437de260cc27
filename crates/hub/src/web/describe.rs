//! What a handler takes and gives, read from its own types, so that the API's document cannot say
//! anything else than the program does.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use super::body::{Asked, At, Created, Json, JsonOrNothing, NoContent};
use super::order::{Taken, TakenAnswer};
use super::problem::Answer;
use crate::hub::Hub;
use crate::order::Order;

/// The two sides of a schema: what may be left out of a request is still there in an answer.
#[derive(Debug)]
pub(super) struct Schemas {
    pub(super) requests: SchemaGenerator,
    pub(super) answers: SchemaGenerator,
}

/// One operation of the document, while its handler's types describe it.
#[derive(Debug)]
pub(super) struct Operation<'a> {
    pub(super) schemas: &'a mut Schemas,
    /// Names in the path, in their order.
    pub(super) names: Vec<&'static str>,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    /// Content by status.
    pub(super) gives: BTreeMap<u16, Value>,
    /// Statuses that come with a problem.
    pub(super) problems: BTreeSet<u16>,
}

impl Operation<'_> {
    /// It may answer with JSON of a type.
    pub(super) fn gives_json<T: JsonSchema>(&mut self, status: u16) {
        let schema = self.schemas.answers.subschema_for::<T>();
        let content = json!({"application/json": {"schema": schema}});
        self.gives.insert(status, content);
    }

    fn takes_json<T: JsonSchema>(&mut self, required: bool) {
        let schema = self.schemas.requests.subschema_for::<T>();
        self.body = Some(json!({
            "required": required,
            "content": {"application/json": {"schema": schema}},
        }));
        self.problems.extend([413, 415]);
    }

    fn asks<T: JsonSchema>(&mut self) {
        let schema = T::json_schema(&mut self.schemas.requests);
        let required = |name: &str| {
            let list = schema.get("required").and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|one| one == name))
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, shape) in properties.into_iter().flatten() {
            let mut shape = without_null(shape.clone());
            let words = shape.as_object_mut().and_then(|s| s.remove("description"));
            let mut parameter = json!({
                "name": name, "in": "query", "required": required(name), "schema": shape,
            });
            if let Some(words) = words {
                parameter["description"] = words;
            }
            self.parameters.push(parameter);
        }
    }
}

/// An address has no way to say null: what may be absent is left out.
fn without_null(mut shape: Value) -> Value {
    if let Some(kinds) = shape.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            shape["type"] = only.clone();
        }
    }
    if let Some(choices) = shape.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice["type"] != "null");
        if let [only] = choices.as_slice() {
            return only.clone();
        }
    }
    shape
}

/// Something a handler takes. What a request cannot see describes nothing.
pub(super) trait Input {
    fn describe(_: &mut Operation<'_>) {}
}

impl Input for State<Arc<Hub>> {}
impl<T> Input for Extension<T> {}
impl<T> Input for Option<Extension<T>> {}
impl Input for HeaderMap {}
impl<E> Input for Result<WebSocketUpgrade, E> {}

impl Input for Order {
    fn describe(operation: &mut Operation<'_>) {
        operation.problems.extend([404, 409, 422, 502, 504, 507]);
    }
}

impl<T: JsonSchema> Input for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.takes_json::<T>(true);
    }
}

impl<T: JsonSchema> Input for JsonOrNothing<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.takes_json::<T>(false);
    }
}

impl<T: JsonSchema> Input for Asked<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.asks::<T>();
    }
}

impl<T: PathParts> Input for At<T> {
    fn describe(operation: &mut Operation<'_>) {
        let shapes = T::shapes(&mut operation.schemas.requests);
        for (name, shape) in operation.names.iter().zip(shapes) {
            let parameter = json!({"name": name, "in": "path", "required": true, "schema": shape});
            operation.parameters.push(parameter);
        }
        operation.problems.insert(404);
    }
}

/// What stands in the variable parts of a path.
pub(super) trait PathParts {
    fn shapes(schemas: &mut SchemaGenerator) -> Vec<schemars::Schema>;
}

impl PathParts for String {
    fn shapes(schemas: &mut SchemaGenerator) -> Vec<schemars::Schema> {
        vec![schemas.subschema_for::<String>()]
    }
}

impl<A: JsonSchema, B: JsonSchema> PathParts for (A, B) {
    fn shapes(schemas: &mut SchemaGenerator) -> Vec<schemars::Schema> {
        vec![schemas.subschema_for::<A>(), schemas.subschema_for::<B>()]
    }
}

impl<A: JsonSchema, B: JsonSchema, C: JsonSchema> PathParts for (A, B, C) {
    fn shapes(schemas: &mut SchemaGenerator) -> Vec<schemars::Schema> {
        let mut shapes = <(A, B)>::shapes(schemas);
        shapes.push(schemas.subschema_for::<C>());
        shapes
    }
}

/// Something a handler gives.
pub(super) trait Output {
    fn describe(operation: &mut Operation<'_>);
}

impl<T: JsonSchema> Output for axum::Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.gives_json::<T>(200);
    }
}

impl<T: JsonSchema> Output for Created<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.gives_json::<T>(201);
    }
}

impl Output for TakenAnswer {
    fn describe(operation: &mut Operation<'_>) {
        operation.gives_json::<Taken>(202);
    }
}

impl Output for NoContent {
    fn describe(operation: &mut Operation<'_>) {
        operation.gives.insert(204, Value::Null);
    }
}

/// The route says what an answer made by hand holds.
impl Output for Response {
    fn describe(_: &mut Operation<'_>) {}
}

impl<T: Output> Output for Answer<T> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
        operation.problems.extend([500, 507]);
    }
}

/// A handler whose types say what it does.
pub(super) trait Described<Arguments> {
    fn describe(operation: &mut Operation<'_>);
}

macro_rules! described {
    ($($argument:ident)*) => {
        impl<F, Answered, Given, $($argument),*> Described<($($argument,)*)> for F
        where
            F: Fn($($argument),*) -> Answered,
            Answered: Future<Output = Given>,
            Given: Output,
            $($argument: Input,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($argument::describe(operation);)*
                Given::describe(operation);
            }
        }
    };
}
described!();
described!(A);
described!(A B);
described!(A B C);
described!(A B C D);
described!(A B C D E);
