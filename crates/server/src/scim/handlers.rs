//! The addresses of users and groups.

use axum::{
    extract::{Query as Pairs, Request, State, rejection::QueryRejection},
    http::{HeaderMap, Uri},
};
use db::Tx;
use kernel::UserId;
use scim::{BulkMethod, ErrorKind, Failure, Query, Shape};
use serde_json::Value;

use super::{
    act::{At, act},
    answer::{Call, Done, Versions, View, body},
    groups,
    refused::{Refused, not_found},
    search::{self as searching, Among},
    user, users,
};
use crate::{api::Caller, app::App};

type PairsOf = Result<Pairs<Vec<(String, String)>>, QueryRejection>;

fn query(pairs: PairsOf) -> Result<Query, Failure> {
    let Ok(Pairs(pairs)) = pairs else {
        let detail = "The query of the address cannot be read.";
        return Err(Failure::of(ErrorKind::InvalidSyntax, detail));
    };
    Query::of_pairs(&pairs)
}

/// The path below the root.
fn path(uri: &Uri) -> &str {
    let path = uri.path();
    path.strip_prefix("/scim/v2").unwrap_or(path)
}

/// The resource of an answer with what was asked for of it.
fn projected(done: Done, query: &Query, shape: &Shape) -> Done {
    let body = done
        .body
        .as_ref()
        .map(|body| query.projection.of(shape, body));
    done.showing(body)
}

/// Nothing but the version, for whoever has it already.
fn unless_known(done: Done, versions: &Versions) -> Done {
    let is_known = done
        .version
        .as_ref()
        .is_some_and(|version| versions.has(version));
    if is_known {
        Done {
            status: 304,
            ..done.showing(None)
        }
    } else {
        done
    }
}

async fn listed(app: App, caller: Caller, among: Among, query: Query) -> Result<Done, Refused> {
    let call = Call::new(&app, caller);
    app.db
        .read(move |tx| searching::search(tx, &call, among, &query))
        .await
}

/// `GET /scim/v2/Users`, `GET /scim/v2/Groups`
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
    uri: Uri,
) -> Result<Done, Refused> {
    let among = Among::parse(path(&uri)).ok_or_else(not_found)?;
    listed(app, caller, among, query(pairs)?).await
}

/// `POST /scim/v2/.search`, `POST /scim/v2/Users/.search`, `POST /scim/v2/Groups/.search`
pub(crate) async fn search(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Done, Refused> {
    let within = path(request.uri()).trim_end_matches("/.search");
    let among = Among::parse(within).ok_or_else(not_found)?;
    let query = Query::of_body(&body(request).await?)?;
    listed(app, caller, among, query).await
}

fn one_user(tx: &mut Tx<'_>, call: &Call, id: UserId) -> Result<Done, Refused> {
    let person = users::person(tx, call, id)?;
    let view = View::load(tx, call)?;
    Ok(Done::with(200, user::shown(&person, &view)))
}

/// `GET /scim/v2/Users/{id}`, `GET /scim/v2/Groups/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Done, Refused> {
    let (query, versions) = (query(pairs)?, Versions::of(&headers));
    let at = At::parse(path(&uri))?;
    let call = Call::new(&app, caller);
    let with_members = query.projection.wants("members");
    let read = app.db.read(move |tx| {
        let done = match at {
            At::User(id) => one_user(tx, &call, id)?,
            At::Group(id) => {
                let group = groups::answered(tx, &call, id, with_members)?;
                Done::with(200, group)
            }
            At::Users | At::Groups => return Err(not_found()),
        };
        Ok::<_, Refused>(projected(done, &query, &at.shape(tx, &call)?))
    });
    Ok(unless_known(read.await?, &versions))
}

/// `GET /scim/v2/Me`: whoever made the token.
pub(crate) async fn show_me(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
) -> Result<Done, Refused> {
    let query = query(pairs)?;
    let id = caller.ctx.actor.user.ok_or_else(not_found)?;
    let call = Call::new(&app, caller);
    let read = app.db.read(move |tx| {
        let done = one_user(tx, &call, id)?;
        Ok(projected(done, &query, &At::User(id).shape(tx, &call)?))
    });
    read.await
}

/// `POST`, `PUT`, `PATCH` and `DELETE` below `/scim/v2/Users` and `/scim/v2/Groups`
pub(crate) async fn write(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    let method = BulkMethod::parse(request.method().as_str()).ok_or_else(not_found)?;
    let at = At::parse(path(request.uri()))?;
    let (query, versions) = (query(pairs)?, Versions::of(request.headers()));
    let body = match method {
        BulkMethod::Delete => Value::Null,
        BulkMethod::Post | BulkMethod::Put | BulkMethod::Patch => body(request).await?,
    };
    let call = Call::new(&app, caller);
    let written = app.db.write(move |tx| {
        let done = act(tx, &call, (method, at), &versions, &body)?;
        Ok(projected(done, &query, &at.shape(tx, &call)?))
    });
    written.await
}
