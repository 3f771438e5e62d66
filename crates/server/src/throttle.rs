//! Whom a request comes from, and whether that network address has tried too much.

use std::{net::IpAddr, time::Duration};

use identity::tries::{self, Tried};

use crate::{app::App, failure::Failure};

/// The address at the other end of a connection.
///
/// What a client says about itself in a header is believed only from proxies that the operator has named (`forwarded`).
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// How long the address has to wait before it may try again; nothing if it need not.
pub(crate) async fn wait(
    app: &App,
    peer: Option<Peer>,
    tried: Tried,
) -> Result<Option<Duration>, Failure> {
    let Some(Peer(address)) = peer else {
        return Ok(None);
    };
    let now = app.clock.now();
    let wait = app.db.read(move |tx| tries::wait(tx, tried, address, now));
    Ok(wait.await?)
}

/// Counts a wrong try of this kind.
pub(crate) async fn wrong(app: &App, peer: Option<Peer>, tried: Tried) -> Result<(), Failure> {
    let Some(Peer(address)) = peer else {
        return Ok(());
    };
    let now = app.clock.now();
    let counted = app
        .db
        .write(move |tx| tries::count(tx, tried, address, now));
    counted.await?;
    Ok(app.db.write(move |tx| tries::forget(tx, now)).await?)
}
