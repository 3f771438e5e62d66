//! Listening: connections in, encrypted or not, answers out, and an end that cuts nobody off.

use std::{future::Future, io, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, Uri, header::LOCATION, uri::PathAndQuery},
};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    select,
    time::timeout,
};
use tower::ServiceExt;

use crate::{throttle::Peer, tls::Certificates};

/// A client has so long to send the head of a request; half-open connections end here.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// A client has so long to agree on the encryption.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Requests still running when the server stops may take so much longer.
const GRACE: Duration = Duration::from_secs(20);

/// Answers requests until `stop` is ready, then lets those under way finish; encrypted if there are certificates.
pub async fn serve(
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    router: Router,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, address) = select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => (stream, address.ip()),
                Err(error) => {
                    // Too many open files, or a client gone again: the next one may fare better.
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let (router, watcher) = (router.clone(), graceful.watcher());
        let acceptor = certificates.as_ref().map(|pair| pair.acceptor());
        tokio::spawn(async move {
            let Some(acceptor) = acceptor else {
                return answer(stream, address, router, watcher).await;
            };
            match timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => answer(stream, address, router, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "a connection was not encrypted"),
                Err(_) => tracing::debug!("a connection took too long to be encrypted"),
            }
        });
    }
    drop(listener);
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

/// Answers the requests of one connection.
async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: IpAddr,
    router: Router,
    watcher: Watcher,
) {
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(address));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The same place below another address; what is no path, as in `OPTIONS *`, is left out.
pub(crate) fn below(address: &str, uri: &Uri) -> String {
    let place = uri.path_and_query().map(PathAndQuery::as_str);
    let place = place.filter(|place| place.starts_with('/')).unwrap_or("/");
    format!("{address}{place}")
}

/// Sends everybody to the same address below `public_url`: for a port without encryption.
pub fn redirect_router(public_url: &str) -> Router {
    let public_url = public_url.to_owned();
    let redirect = move |uri: Uri| {
        let there = below(&public_url, &uri);
        async move { (StatusCode::PERMANENT_REDIRECT, [(LOCATION, there)]) }
    };
    Router::new().fallback(redirect)
}
