//! The addresses of users and groups.

use axum::{
    extract::{Path, Query as Pairs, Request, State},
    http::HeaderMap,
};
use db::Tx;
use scim::{ErrorKind, Failure, Query, Shape};
use serde_json::Value;

use super::{
    answer::{Call, Done, Versions, body},
    groups,
    refused::{Refused, not_found},
    search::{self as searching, Among},
    user, users,
};
use crate::{api::Caller, app::App};

type PairsOf = Result<Pairs<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>;

fn query(pairs: PairsOf) -> Result<Query, Failure> {
    let Ok(Pairs(pairs)) = pairs else {
        let detail = "The query of the address cannot be read.";
        return Err(Failure::of(ErrorKind::InvalidSyntax, detail));
    };
    Query::of_pairs(&pairs)
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, Refused> {
    text.parse().map_err(|_| not_found())
}

async fn read(
    app: &App,
    call: Call,
    work: impl FnOnce(&mut Tx<'_>, &Call) -> Result<Done, Refused> + Send + 'static,
) -> Result<Done, Refused> {
    app.db.read(move |tx| work(tx, &call)).await
}

async fn write(
    app: &App,
    call: Call,
    work: impl FnOnce(&mut Tx<'_>, &Call) -> Result<Done, Refused> + Send + 'static,
) -> Result<Done, Refused> {
    app.db.write(move |tx| work(tx, &call)).await
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
    read(&app, call, move |tx, call| {
        searching::search(tx, call, among, &query)
    })
    .await
}

/// `GET /scim/v2/Users`
pub(crate) async fn list_users(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
) -> Result<Done, Refused> {
    listed(app, caller, Among::Users, query(pairs)?).await
}

/// `GET /scim/v2/Groups`
pub(crate) async fn list_groups(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
) -> Result<Done, Refused> {
    listed(app, caller, Among::Groups, query(pairs)?).await
}

async fn searched(
    app: App,
    caller: Caller,
    among: Among,
    request: Request,
) -> Result<Done, Refused> {
    let query = Query::of_body(&body(request).await?)?;
    listed(app, caller, among, query).await
}

/// `POST /scim/v2/Users/.search`
pub(crate) async fn search_users(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Done, Refused> {
    searched(app, caller, Among::Users, request).await
}

/// `POST /scim/v2/Groups/.search`
pub(crate) async fn search_groups(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Done, Refused> {
    searched(app, caller, Among::Groups, request).await
}

/// `POST /scim/v2/.search`
pub(crate) async fn search(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Done, Refused> {
    searched(app, caller, Among::All, request).await
}

fn one_user(tx: &mut Tx<'_>, call: &Call, id: kernel::UserId) -> Result<Done, Refused> {
    let person = users::person(tx, call, id)?;
    let view = super::answer::View::load(tx, call)?;
    Ok(Done::with(200, user::shown(&person, &view)))
}

/// `GET /scim/v2/Users/{id}`
pub(crate) async fn show_user(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    pairs: PairsOf,
    headers: HeaderMap,
) -> Result<Done, Refused> {
    let (query, versions) = (query(pairs)?, Versions::of(&headers));
    let id = id(&text)?;
    let call = Call::new(&app, caller);
    let done = read(&app, call, move |tx, call| one_user(tx, call, id)).await?;
    let done = projected(done, &query, &scim::user(Vec::new()));
    Ok(unless_known(done, &versions))
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
    let done = read(&app, call, move |tx, call| one_user(tx, call, id)).await?;
    Ok(projected(done, &query, &scim::user(Vec::new())))
}

/// `GET /scim/v2/Groups/{id}`
pub(crate) async fn show_group(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    pairs: PairsOf,
    headers: HeaderMap,
) -> Result<Done, Refused> {
    let (query, versions) = (query(pairs)?, Versions::of(&headers));
    let id = id(&text)?;
    let call = Call::new(&app, caller);
    let with_members = query.projection.wants("members");
    let done = read(&app, call, move |tx, call| {
        Ok(Done::with(
            200,
            groups::answered(tx, call, id, with_members)?,
        ))
    });
    let done = projected(done.await?, &query, &scim::group());
    Ok(unless_known(done, &versions))
}

/// Does something with the body of a request, and shows of it what was asked for.
async fn with_body(
    (app, caller): (App, Caller),
    pairs: PairsOf,
    request: Request,
    shape: Shape,
    work: impl FnOnce(&mut Tx<'_>, &Call, &Versions, &Value) -> Result<Done, Refused> + Send + 'static,
) -> Result<Done, Refused> {
    let (query, versions) = (query(pairs)?, Versions::of(request.headers()));
    let body = body(request).await?;
    let call = Call::new(&app, caller);
    let done = write(&app, call, move |tx, call| work(tx, call, &versions, &body)).await?;
    Ok(projected(done, &query, &shape))
}

/// `POST /scim/v2/Users`
pub(crate) async fn create_user(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    let shape = scim::user(Vec::new());
    with_body((app, caller), pairs, request, shape, |tx, call, _, body| {
        users::create(tx, call, body)
    })
    .await
}

/// `PUT /scim/v2/Users/{id}`
pub(crate) async fn replace_user(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    let id = id(&text)?;
    let shape = scim::user(Vec::new());
    with_body(
        (app, caller),
        pairs,
        request,
        shape,
        move |tx, call, versions, body| users::replace(tx, call, id, versions, body),
    )
    .await
}

/// `PATCH /scim/v2/Users/{id}`
pub(crate) async fn patch_user(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    let id = id(&text)?;
    let shape = scim::user(Vec::new());
    with_body(
        (app, caller),
        pairs,
        request,
        shape,
        move |tx, call, versions, body| users::change(tx, call, id, versions, body),
    )
    .await
}

/// `DELETE /scim/v2/Users/{id}`
pub(crate) async fn delete_user(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Done, Refused> {
    let (id, versions) = (id(&text)?, Versions::of(&headers));
    let call = Call::new(&app, caller);
    write(&app, call, move |tx, call| {
        users::delete(tx, call, id, &versions)
    })
    .await
}

/// `POST /scim/v2/Groups`
pub(crate) async fn create_group(
    State(app): State<App>,
    caller: Caller,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    with_body(
        (app, caller),
        pairs,
        request,
        scim::group(),
        |tx, call, _, body| groups::create(tx, call, body),
    )
    .await
}

/// `PUT /scim/v2/Groups/{id}`
pub(crate) async fn replace_group(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    let id = id(&text)?;
    with_body(
        (app, caller),
        pairs,
        request,
        scim::group(),
        move |tx, call, versions, body| groups::replace(tx, call, id, versions, body),
    )
    .await
}

/// `PATCH /scim/v2/Groups/{id}`
pub(crate) async fn patch_group(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    pairs: PairsOf,
    request: Request,
) -> Result<Done, Refused> {
    let id = id(&text)?;
    with_body(
        (app, caller),
        pairs,
        request,
        scim::group(),
        move |tx, call, versions, body| groups::change(tx, call, id, versions, body),
    )
    .await
}

/// `DELETE /scim/v2/Groups/{id}`
pub(crate) async fn delete_group(
    State(app): State<App>,
    caller: Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Done, Refused> {
    let (id, versions) = (id(&text)?, Versions::of(&headers));
    let call = Call::new(&app, caller);
    write(&app, call, move |tx, call| {
        groups::delete(tx, call, id, &versions)
    })
    .await
}
