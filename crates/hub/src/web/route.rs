//! The table of routes: from one row come the router's entry, the check of the caller's role, the line
//! in the audit and the operation in the API's document.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::describe::{Described, Operation};
use super::guard::{Guard, guard};
use crate::hub::Hub;
use crate::sign_in::Role;

type Describe = Box<dyn Fn(&mut Operation<'_>) + Send + Sync>;

/// One row of the table.
pub(super) struct Route {
    pub(super) method: Method,
    /// Below `/api/v1`.
    pub(super) path: &'static str,
    /// The least role that may use it; `None` for everybody, signed in or not.
    pub(super) needs: Option<Role>,
    /// Whether it needs the right to fly besides.
    pub(super) flies: bool,
    /// One line for the document.
    pub(super) says: &'static str,
    describe: Vec<Describe>,
    handler: MethodRouter<Arc<Hub>>,
}

impl Route {
    fn new<H, T, D>(
        method: Method,
        path: &'static str,
        needs: impl Into<Option<Role>>,
        says: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Arc<Hub>> + Described<D>,
        T: 'static,
    {
        let described: fn(&mut Operation<'_>) = H::describe;
        let filter = MethodFilter::try_from(method.clone())
            .expect("the table names methods that routers know");
        Self {
            method,
            path,
            needs: needs.into(),
            flies: false,
            says,
            describe: vec![Box::new(described)],
            handler: on(filter, handler),
        }
    }

    /// It needs the right to fly besides its role.
    pub(super) fn flies(mut self) -> Self {
        self.flies = true;
        self
    }

    /// Besides what its types say, it may answer with these problems.
    pub(super) fn problems(self, statuses: &'static [u16]) -> Self {
        self.and(move |operation| operation.problems.extend(statuses))
    }

    /// It answers with bytes of a media type.
    pub(super) fn media(self, status: u16, kinds: &'static [&'static str]) -> Self {
        self.and(move |operation| {
            let content: serde_json::Map<_, _> = kinds
                .iter()
                .map(|kind| ((*kind).to_owned(), json!({ "schema": shape_of(kind) })))
                .collect();
            operation.gives.insert(status, Value::Object(content));
        })
    }

    /// It answers with JSON that it writes by hand.
    pub(super) fn json<T: JsonSchema>(self, status: u16) -> Self {
        self.and(move |operation| operation.gives_json::<T>(status))
    }

    /// It answers with nothing but a status.
    pub(super) fn bare(self, status: u16) -> Self {
        self.and(move |operation| {
            operation.gives.insert(status, Value::Null);
        })
    }

    fn and(mut self, describe: impl Fn(&mut Operation<'_>) + Send + Sync + 'static) -> Self {
        self.describe.push(Box::new(describe));
        self
    }

    /// Whether it changes something.
    pub(super) fn changes(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD)
    }

    /// The names in its path.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let parts = self.path.split('/');
        parts
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect()
    }

    /// Has its handler's types describe it.
    pub(super) fn describe(&self, operation: &mut Operation<'_>) {
        operation.problems.extend([400, 403, 421, 504]);
        if self.needs.is_some() {
            operation.problems.insert(401);
        }
        for describe in &self.describe {
            describe(operation);
        }
    }
}

/// Bytes are strings to a schema; what a JSON file holds is its own business.
fn shape_of(kind: &str) -> Value {
    match kind {
        "application/json" => json!({}),
        _ => json!({"type": "string"}),
    }
}

macro_rules! rows {
    ($($(#[$words:meta])* $verb:ident $method:ident)*) => {$(
        $(#[$words])*
        pub(super) fn $verb<H, T: 'static, D>(
            path: &'static str,
            needs: impl Into<Option<Role>>,
            says: &'static str,
            handler: H,
        ) -> Route
        where
            H: Handler<T, Arc<Hub>> + Described<D>,
        {
            Route::new(Method::$method, path, needs, says, handler)
        }
    )*};
}

rows! {
    /// A row for `GET`.
    get GET
    /// A row for `POST`.
    post POST
    /// A row for `PUT`.
    put PUT
    /// A row for `PATCH`.
    patch PATCH
    /// A row for `DELETE`.
    delete DELETE
}

/// The rows as a router, each behind its guard.
pub(super) fn router(hub: &Arc<Hub>, routes: Vec<Route>) -> Router<Arc<Hub>> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let guarded = Guard {
            hub: hub.clone(),
            needs: route.needs,
            flies: route.flies,
            changes: route.changes(),
            method: route.method.clone(),
            path: route.path,
        };
        let handler = route.handler.layer(from_fn_with_state(guarded, guard));
        router.route(route.path, handler)
    })
}
