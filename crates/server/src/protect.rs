//! What surrounds every route: security headers, protection from other sites, the request log.

use std::time::Instant;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

use tracing::Instrument as _;

use crate::{
    app::App,
    failure::Failure,
    forwarded,
    measure::{self, UnderWay},
    request_id,
    serve::below,
    throttle::Peer,
};

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

/// Asked by what watches over the process, from inside.
const HEALTH: [&str; 2] = ["/livez", "/readyz"];
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
///
/// Before that it is found out whom the request comes from, if it came through a proxy.
async fn log(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id::given(request.headers())
        .unwrap_or_else(|| app.ids.uuid(app.clock.now()).to_string());
    let mut is_plain = false;
    if let Some(peer) = request.extensions().get::<Peer>() {
        let sender = forwarded::sender(*peer, request.headers(), &app.settings.trusted_proxies);
        request.extensions_mut().insert(Peer(sender.address));
        is_plain = sender.is_plain && app.settings.https;
    }
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let under_way = UnderWay::begin();
    let mut response = if is_plain && !HEALTH.contains(&route.as_str()) {
        to_https(&app, &request)
    } else {
        let span = tracing::info_span!("request", request.id = id);
        let answer = next.run(request).instrument(span);
        request_id::current_key().scope(id.clone(), answer).await
    };
    drop(under_way);
    measure::answered(&method, &route, response.status(), began.elapsed());
    tracing::info!(
        request.id = id,
        http.method = %method,
        http.route = route,
        http.status = response.status().as_u16(),
        duration_ms = began.elapsed().as_millis() as u64,
        "answered"
    );
    request_id::put(response.headers_mut(), &id);
    response
}

/// Whoever came to the proxy without encryption is sent to the address with it.
fn to_https(app: &App, request: &Request) -> Response {
    let there = below(&app.delivery.public_url, request.uri());
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, there)]).into_response()
}
