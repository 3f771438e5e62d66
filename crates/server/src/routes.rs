//! The route table: every address of the server, and who may use it.
//!
//! It is the only place where routes are added; a test walks it as every kind of visitor.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, Uri},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use directory::Action;
use identity::tokens::Scope;

use crate::{
    api::{self, Speaks},
    app::App,
    failure::Failure,
    guard::guard,
    imports, protect,
};

/// The largest form, pasted rows apart.
pub(crate) const FORM_LIMIT_BYTES: usize = 2 * 1024 * 1024;

/// Where files come in, whatever their size.
const UPLOADS: &[&str] = &[
    "/photos",
    "/users/{id}/photo",
    "/me/photo",
    "/imports/new",
    "/imports/{id}/corrected",
    "/invite/{id}/file",
    "/documents/new",
    "/me/documents/{id}/file",
];

/// Where a mail server brings whole mails.
const RETURNED_MAIL: &str = "/hooks/bounces";

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Everybody,
    /// Whoever is signed in, even while the account still asks them to set up two-factor sign-in.
    Arriving,
    /// Whoever is signed in.
    SignedIn,
    /// Whose role allows the action, at least for some people.
    May(Action),
    /// Whose role allows the action for everybody in the account.
    MayForAll(Action),
    /// A program whose token has the scope, and whose maker's role allows it.
    Token(Scope),
}

/// One line of the table.
#[derive(Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{id}` for what varies.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: MethodRouter<App>,
}

macro_rules! table {
    ($($method:ident $path:literal $access:expr => $handler:path;)+) => {
        vec![$(Route {
            method: table!(@ $method),
            path: $path,
            access: $access,
            handler: $method($handler),
        }),+]
    };
    (@ get) => { Method::GET };
    (@ post) => { Method::POST };
    (@ put) => { Method::PUT };
    (@ patch) => { Method::PATCH };
    (@ delete) => { Method::DELETE };
}

/// After the macro that their tables are written with.
mod pages;
mod provisioning;

use pages::pages;
use provisioning::provisioning;

/// Every route: pages, SCIM, and operations of the API with the scopes of their tokens.
pub fn routes() -> Vec<Route> {
    let operations = api::entries().into_iter().map(|entry| Route {
        method: entry.method.clone(),
        path: entry.path,
        access: Access::Token(entry.scope),
        handler: MethodRouter::new(),
    });
    pages()
        .into_iter()
        .chain(operations)
        .chain(provisioning())
        .collect()
}

/// The whole server as one service.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    let mut answering = BTreeSet::new();
    for route in pages().into_iter().chain(provisioning()) {
        let mut handler = route.handler;
        if route.path.starts_with("/imports/{id}/") {
            handler = handler.route_layer(from_fn_with_state(app.clone(), imports::attend));
        }
        handler = match route.access {
            Access::Token(scope) => {
                let speaks = Speaks::at(route.path);
                let guarded = api::guarded(handler, app, scope, speaks);
                // An address has one answer to other methods, whatever it takes itself.
                if answering.insert(route.path) {
                    guarded.fallback(async move || api::without_method(speaks))
                } else {
                    guarded
                }
            }
            access => handler.route_layer(from_fn_with_state((app.clone(), access), guard)),
        };
        if UPLOADS.contains(&route.path) {
            // These measure what comes themselves, and answer with a page.
            handler = handler.layer(DefaultBodyLimit::disable());
        } else if route.path == RETURNED_MAIL {
            handler = handler.layer(DefaultBodyLimit::max(delivery::bounces::LONGEST));
        } else if Speaks::at(route.path) == Speaks::Scim {
            handler = handler.layer(DefaultBodyLimit::max(::scim::MOST_PAYLOAD_BYTES));
        }
        router = router.route(route.path, handler);
    }
    let router = api::mount(router)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .with_state(app.clone());
    protect::layered(router, app)
}

/// A page for people, a problem for programs.
async fn not_found(uri: Uri) -> Response {
    if ["/api/", "/scim/"]
        .iter()
        .any(|root| uri.path().starts_with(root))
    {
        Speaks::at(uri.path()).answer(&api::Problem::not_found())
    } else {
        Failure::NotFound.into_response()
    }
}
