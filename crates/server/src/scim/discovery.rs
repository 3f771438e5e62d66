//! What the server says about itself.

use axum::extract::{Path, RawQuery, State};
use scim::{
    Failure, Shape, list_response, resource_type, schema_document, service_provider_config,
};
use serde_json::Value;

use super::{
    act::At,
    answer::{Call, Done},
    refused::{Refused, not_found},
};
use crate::{api::Caller, app::App};

fn shown(body: Value) -> Done {
    Done {
        location: None,
        ..Done::with(200, body)
    }
}

/// RFC 7644, 4: a filter is refused, so that nobody takes all for what was asked for.
fn no_filter(query: Option<&str>) -> Result<(), Failure> {
    let has_filter = query.is_some_and(|query| {
        query
            .split('&')
            .any(|pair| pair.to_ascii_lowercase().starts_with("filter="))
    });
    if has_filter {
        let detail = "These resources are not filtered.";
        return Err(Failure::plain(403, "filter_refused", detail));
    }
    Ok(())
}

fn listed(all: &[Value]) -> Done {
    shown(list_response(all.len(), 1, all))
}

/// `GET /scim/v2/ServiceProviderConfig`
pub(crate) async fn show_config(
    State(app): State<App>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Done, Refused> {
    no_filter(query.as_deref())?;
    Ok(shown(service_provider_config(
        &Call::new(&app, caller).root,
    )))
}

/// Every kind of resource, with what the account added to its people.
async fn shapes(app: &App, call: &Call) -> Result<[Shape; 2], Refused> {
    let call = call.clone();
    let read = app.db.read(move |tx| At::Users.shape(tx, &call));
    Ok([read.await?, scim::group()])
}

async fn resource_types(app: &App, caller: Caller) -> Result<Vec<Value>, Refused> {
    let call = Call::new(app, caller);
    let all = shapes(app, &call).await?;
    let told = all.iter().map(|shape| resource_type(shape, &call.root));
    Ok(told.collect())
}

async fn schemas(app: &App, caller: Caller) -> Result<Vec<Value>, Refused> {
    let call = Call::new(app, caller);
    let all = shapes(app, &call).await?;
    let told = all.iter().flat_map(Shape::schemas);
    let told = told.map(|schema| schema_document(schema, &call.root));
    Ok(told.collect())
}

fn one(all: Vec<Value>, id: &str) -> Result<Done, Refused> {
    let has_id = |document: &Value| document.get("id").and_then(Value::as_str) == Some(id);
    let found = all.into_iter().find(has_id);
    found.map(shown).ok_or_else(not_found)
}

/// `GET /scim/v2/ResourceTypes`
pub(crate) async fn show_resource_types(
    State(app): State<App>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Done, Refused> {
    no_filter(query.as_deref())?;
    Ok(listed(&resource_types(&app, caller).await?))
}

/// `GET /scim/v2/ResourceTypes/{id}`
pub(crate) async fn show_resource_type(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Done, Refused> {
    one(resource_types(&app, caller).await?, &id)
}

/// `GET /scim/v2/Schemas`
pub(crate) async fn show_schemas(
    State(app): State<App>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Done, Refused> {
    no_filter(query.as_deref())?;
    Ok(listed(&schemas(&app, caller).await?))
}

/// `GET /scim/v2/Schemas/{id}`
pub(crate) async fn show_schema(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Done, Refused> {
    one(schemas(&app, caller).await?, &id)
}
