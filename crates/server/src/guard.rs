//! Who is asking, and whether the route table lets them.

use axum::{
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{HeaderMap, Method, header::COOKIE, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use directory::{Actor, Ctx, Sees, users};
use identity::sessions::{self, Session, Token};
use kernel::UserId;

use crate::{app::App, failure::Failure, link::Link, page::see_other, routes::Access, sign_in};

/// A signed-in person, as far as a handler needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) session: Session,
    pub(crate) ctx: Ctx,
    /// Who else is on the same import, as sentences.
    pub(crate) others: Vec<String>,
}

impl Visitor {
    fn new(app: &App, session: Session) -> Self {
        let ctx = Ctx {
            account: session.account,
            actor: Actor::new(Some(session.user), session.full_name(), session.role)
                .with(session.custom.clone()),
            clock: app.clock.clone(),
            ids: app.ids.clone(),
        };
        Self {
            session,
            ctx,
            others: Vec::new(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    /// A handler that names a visitor cannot run on a route that is open to everybody.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Failure::Internal)
    }
}

/// Stands before every route and enforces its [`Access`].
pub(crate) async fn guard(
    State((app, access)): State<(App, Access)>,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    match access {
        Access::Everybody => return next.run(request).await,
        // Programs have a guard of their own; nobody comes here with a cookie.
        Access::Token(_) => return Failure::Forbidden.into_response(),
        Access::Arriving | Access::SignedIn | Access::May(_) | Access::MayForAll(_) => {}
    }
    let token = token(&app, request.headers());
    let visitor = match visitor(&app, token).await {
        Ok(Some(visitor)) => visitor,
        Ok(None) => return ask_to_sign_in(&request),
        Err(failure) => return failure.into_response(),
    };
    if visitor.session.must_set_up && access != Access::Arriving {
        return see_other("/me/two-factor");
    }
    let is_allowed = match access {
        Access::May(action) => visitor.ctx.may(action),
        Access::MayForAll(action) => visitor.ctx.actor.may_for_all(action),
        Access::Everybody | Access::Arriving | Access::SignedIn | Access::Token(_) => true,
    };
    if !is_allowed {
        return Failure::Forbidden.into_response();
    }
    match is_hidden(&app, &visitor, request.uri().path(), &params).await {
        Ok(false) => {}
        Ok(true) => return Failure::NotFound.into_response(),
        Err(failure) => return failure.into_response(),
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// Whether an address is about somebody whom the visitor does not see.
///
/// The use cases say so, too; here it holds for every page below `/users/{id}`.
async fn is_hidden(
    app: &App,
    visitor: &Visitor,
    path: &str,
    params: &RawPathParams,
) -> Result<bool, Failure> {
    // As the handlers read it: an id may be written with %-signs.
    let mut ids = params.iter().filter(|(name, _)| *name == "id");
    let person = ids
        .next()
        .filter(|_| path.starts_with("/users/"))
        .and_then(|(_, id)| id.parse::<UserId>().ok());
    let Some(person) = person.filter(|_| visitor.ctx.sees() != Sees::Everybody) else {
        return Ok(false);
    };
    let ctx = visitor.ctx.clone();
    let seen = app
        .db
        .read(move |tx| users::is_visible(tx, &ctx, person))
        .await;
    match seen {
        Ok(seen) => Ok(!seen),
        Err(users::ListUsers::Forbidden(_)) => Ok(true),
        Err(users::ListUsers::Db(error)) => Err(error.into()),
    }
}

async fn visitor(app: &App, token: Option<Token>) -> Result<Option<Visitor>, Failure> {
    let Some(token) = token else { return Ok(None) };
    let now = app.clock.now();
    let session = app
        .db
        .read(move |tx| sessions::find(tx, &token, now))
        .await?;
    let Some(session) = session else {
        return Ok(None);
    };
    if session.is_stale(now) {
        let id = session.id;
        app.db.write(move |tx| sessions::seen(tx, id, now)).await?;
    }
    Ok(Some(Visitor::new(app, session)))
}

/// The session token in the request's cookie, if it has the form of one.
pub(crate) fn token(app: &App, headers: &HeaderMap) -> Option<Token> {
    cookie_token(sign_in::cookie_name(app), headers)
}

/// The token in a cookie of this name.
pub(crate) fn cookie_token(name: &str, headers: &HeaderMap) -> Option<Token> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| Token::parse(value))
}

fn ask_to_sign_in(request: &Request) -> Response {
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    if request.method() == Method::GET && wanted != "/" {
        see_other(&Link::to("/sign-in").with("next", wanted).into_string())
    } else {
        see_other("/sign-in")
    }
}
