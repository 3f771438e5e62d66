//! Bulk requests: one operation after the other, each in a transaction of its own.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use scim::{BulkOperation, BulkRequest, Failure, resolved};
use serde_json::{Value, json};

use super::{
    act::{At, act},
    answer::{Call, Done, Versions, body},
    refused::Refused,
};
use crate::{api::Caller, app::App, failure};

/// `POST /scim/v2/Bulk`
pub(crate) async fn bulk(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Done, Refused> {
    let request = BulkRequest::parse(&body(request).await?)?;
    let call = Call::new(&app, caller);
    let (order, circular) = request.order();
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    let mut results: BTreeMap<usize, Value> = BTreeMap::new();
    let mut errors = 0_u64;
    for place in order.into_iter().chain(circular.iter().copied()) {
        if request
            .fail_on_errors
            .is_some_and(|most| errors >= most.max(1))
        {
            break;
        }
        let Some(operation) = request.operations.get(place) else {
            continue;
        };
        let done = match operation {
            Err(failure) => Err(failure.clone()),
            Ok(_) if circular.contains(&place) => {
                let detail = "It waits for what waits for it: refer to one of them later.";
                Err(Failure::plain(409, "circular_reference", detail))
            }
            Ok(operation) => carry_out(&app, &call, operation, &made).await?,
        };
        errors += u64::from(done.is_err());
        if let (Ok(done), Ok(operation)) = (&done, operation) {
            made.extend(named(operation, done));
        }
        results.insert(place, told(operation.as_ref().ok(), done));
    }
    let results: Vec<Value> = results.into_values().collect();
    Ok(Done {
        status: 200,
        body: Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
            "Operations": results,
        })),
        location: None,
        version: None,
    })
}

/// The id of what an operation made, under what others call it.
fn named(operation: &BulkOperation, done: &Done) -> Option<(String, String)> {
    let id = done.location.as_deref()?.rsplit('/').next()?;
    Some((operation.bulk_id.clone()?, id.to_owned()))
}

/// Carries one out. Only a database that cannot be reached ends the others, too.
async fn carry_out(
    app: &App,
    call: &Call,
    operation: &BulkOperation,
    made: &BTreeMap<String, String>,
) -> Result<Result<Done, Failure>, Refused> {
    let (call, operation) = (call.clone(), operation.clone());
    let path = operation.path.clone();
    let path = match path.rsplit_once('/') {
        Some((before, last)) => match resolved(&json!(last), made) {
            Value::String(id) => format!("{before}/{id}"),
            _ => path,
        },
        None => path,
    };
    let body = resolved(&operation.body, made);
    let done = app
        .db
        .write(move |tx| {
            let versions = Versions::only_if(operation.version);
            act(
                tx,
                &call,
                (operation.method, At::parse(&path)?),
                &versions,
                &body,
            )
        })
        .await;
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(Refused::Failure(failure)) => Ok(Err(failure)),
        Err(Refused::Internal(failure::Failure::Internal)) => {
            let detail = "This is our fault, and it has been written to the server's log.";
            Ok(Err(Failure::plain(500, "internal", detail)))
        }
        Err(refused @ Refused::Internal(_)) => Err(refused),
    }
}

/// What came of an operation.
fn told(operation: Option<&BulkOperation>, done: Result<Done, Failure>) -> Value {
    let mut told = json!({});
    let mut put = |name: &str, value: Value| {
        if let Some(parts) = told.as_object_mut().filter(|_| !value.is_null()) {
            parts.insert(name.to_owned(), value);
        }
    };
    if let Some(operation) = operation {
        put("method", json!(operation.method.as_str()));
        put("bulkId", json!(operation.bulk_id));
    }
    match done {
        Ok(done) => {
            put("status", json!(done.status.to_string()));
            put("location", json!(done.location));
            put("version", json!(done.version));
        }
        Err(failure) => {
            put("status", json!(failure.status.to_string()));
            put("response", failure.body());
        }
    }
    told
}
