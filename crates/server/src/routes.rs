//! The route table: every address of the server, and who may use it.
//!
//! It is the only place where routes are added; a test walks it as every kind of visitor.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::Method,
    middleware::from_fn_with_state,
    routing::{MethodRouter, get, post},
};
use directory::Action;

use crate::{
    app::App, assets, failure::Failure, guard::guard, health, home, notifications, protect, set_up,
    sign_in, users,
};

/// The largest form, pasted rows apart.
const FORM_LIMIT_BYTES: usize = 2 * 1024 * 1024;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Everybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whose role allows the action.
    May(Action),
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
}

/// Every route.
#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Access::{Everybody, May, SignedIn};
    use Action::{ViewUsers};
    table! {
        get  "/livez"                 Everybody        => health::live;
        get  "/readyz"                Everybody        => health::ready;
        get  "/assets/{name}"         Everybody        => assets::get;
        get  "/setup"                 Everybody        => set_up::show;
        post "/setup"                 Everybody        => set_up::submit;
        get  "/sign-in"               Everybody        => sign_in::show;
        post "/sign-in"               Everybody        => sign_in::submit;
        post "/sign-out"              Everybody        => sign_in::sign_out;
        get  "/"                      SignedIn         => home::show;
        get  "/notifications"         SignedIn         => notifications::list;
        post "/notifications/read"    SignedIn         => notifications::mark_read;
        get  "/users"                 May(ViewUsers)   => users::list;
        get  "/users/{id}"            May(ViewUsers)   => users::show;
    }
}

/// The whole server as one service.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let state = (app.clone(), route.access);
        let handler = route.handler.route_layer(from_fn_with_state(state, guard));
        router = router.route(route.path, handler);
    }
    let router = router
        .fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .with_state(app.clone());
    protect::layered(router, app)
}
