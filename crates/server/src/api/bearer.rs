//! Which program is asking, and whether its token lets it.

use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use directory::Ctx;
use identity::{
    tokens::{self, Bearer, Scope, Secret},
    tries::Tried,
};
use kernel::ApiTokenId;
use tower_http::catch_panic::CatchPanicLayer;

use super::Problem;
use crate::{
    app::App,
    failure::Failure,
    throttle::{self, Peer},
};

/// A program, as far as a handler needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(super) token: ApiTokenId,
    pub(super) scopes: Vec<Scope>,
    pub(crate) ctx: Ctx,
}

impl Caller {
    fn new(app: &App, bearer: Bearer) -> Self {
        Self {
            token: bearer.token,
            scopes: bearer.scopes,
            ctx: Ctx {
                account: bearer.account,
                actor: bearer.actor,
                clock: app.clock.clone(),
                ids: app.ids.clone(),
            },
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    /// A handler that names a caller cannot run on a route without a token.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Failure::Internal.into())
    }
}

/// How programs are told what cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    /// By problems of RFC 9457.
    Problems,
    /// By errors of SCIM.
    Scim,
}

impl Speaks {
    /// How it is told at an address.
    pub(crate) fn at(path: &str) -> Self {
        if path.starts_with("/scim/") {
            Self::Scim
        } else {
            Self::Problems
        }
    }

    /// A problem as an answer.
    pub(crate) fn answer(self, problem: &Problem) -> Response {
        match self {
            Self::Problems => problem.clone().into_response(),
            Self::Scim => problem.clone().into_scim_response(),
        }
    }
}

/// Puts the token's guard before a route, and problems in place of pages after it.
pub(crate) fn guarded(
    handler: MethodRouter<App>,
    app: &App,
    scope: Scope,
    speaks: Speaks,
) -> MethodRouter<App> {
    handler
        .route_layer(CatchPanicLayer::custom(move |_| {
            speaks.answer(&Failure::Internal.into())
        }))
        .route_layer(from_fn_with_state((app.clone(), scope, speaks), guard))
}

/// The answer to a method that an address does not take.
pub(crate) fn without_method(speaks: Speaks) -> Response {
    let detail = "This address does not take that method.";
    let status = StatusCode::METHOD_NOT_ALLOWED;
    speaks.answer(&Problem::new(status, "method_not_allowed", detail))
}

async fn guard(
    State((app, scope, speaks)): State<(App, Scope, Speaks)>,
    peer: Option<Extension<Peer>>,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(
        &app,
        scope,
        peer.map(|Extension(peer)| peer),
        request.headers(),
    )
    .await
    {
        Ok(caller) => {
            let left = match app.rates.of(&app, &caller).await {
                Ok(left) => left,
                Err(failure) => return speaks.answer(&failure.into()),
            };
            let mut response = if left.is_over {
                speaks.answer(&left.too_many())
            } else {
                request.extensions_mut().insert(caller);
                next.run(request).await
            };
            left.tell(&mut response);
            response
        }
        Err(problem) => speaks.answer(&problem),
    }
}

/// Who asks with a token that holds and has the scope; nothing is answered to anybody else.
pub(super) async fn admit(
    app: &App,
    scope: Scope,
    peer: Option<Peer>,
    headers: &HeaderMap,
) -> Result<Caller, Problem> {
    let Some(given) = given(headers) else {
        return Err(Problem::unauthorized(false));
    };
    let Some(bearer) = holder(app, given).await? else {
        return Err(wrong(app, peer).await?);
    };
    if !bearer.scopes.contains(&scope) {
        return Err(Problem::scope_missing(scope));
    }
    if !bearer.actor.may(scope.action()) {
        return Err(Failure::Forbidden.into());
    }
    Ok(Caller::new(app, bearer))
}

/// What a wrong token is answered. Nobody finds a right one by trying, but whoever tries is slowed down; a right one
/// that comes from the same address, such as that of a whole site, is not.
async fn wrong(app: &App, peer: Option<Peer>) -> Result<Problem, Problem> {
    if let Some(wait) = throttle::wait(app, peer, Tried::Token).await? {
        let detail = "Too many requests with wrong tokens came from this address.";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", detail);
        return Ok(problem.retry_after(wait.as_secs().max(1)));
    }
    throttle::wrong(app, peer, Tried::Token).await?;
    Ok(Problem::unauthorized(true))
}

/// What the request gives as a token, whatever it is.
fn given(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn holder(app: &App, given: &str) -> Result<Option<Bearer>, Problem> {
    let Some(secret) = Secret::parse(given) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let found = app
        .db
        .read(move |tx| tokens::find(tx, &secret, now))
        .await?;
    if let Some(bearer) = found.clone().filter(|bearer| bearer.is_stale(now)) {
        app.db
            .write(move |tx| tokens::seen(tx, &bearer, now))
            .await?;
    }
    Ok(found)
}
