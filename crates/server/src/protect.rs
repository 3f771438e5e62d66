//! What surrounds every route: security headers, protection from other sites, the request log.

use std::time::Instant;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

use crate::{app::App, failure::Failure};

/// Scripts and styles come from this server only, nothing is inline, and nobody frames a page.
/// `style-src-attr` stays closed too: bars and charts are SVG.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types muster";

static HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Two years, as browsers' lists ask for.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Puts the layers around the routes.
///
/// A request that changes something must come from our own pages: the browser says so in
/// `Sec-Fetch-Site` or `Origin`. No token is needed in any form, with or without scripts.
pub(crate) fn layered(router: Router, app: &App) -> Router {
    let csrf = CsrfLayer::new().with_rejection_response(|_| Failure::Forbidden.into_response());
    router
        .layer(CatchPanicLayer::custom(|_| {
            Failure::Internal.into_response()
        }))
        .layer(csrf)
        .layer(from_fn_with_state(app.clone(), headers))
        .layer(from_fn_with_state(app.clone(), log))
}

async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let all = response.headers_mut();
    for (name, value) in &HEADERS {
        all.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.settings.https {
        all.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(HSTS),
        );
    }
    response
}

/// One line per request, with the route instead of the address: a query may hold personal data.
async fn log(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = app.ids.uuid(app.clock.now());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    tracing::info!(
        request.id = %id,
        http.method = %method,
        http.route = route,
        http.status = response.status().as_u16(),
        duration_ms = began.elapsed().as_millis() as u64,
        "answered"
    );
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
