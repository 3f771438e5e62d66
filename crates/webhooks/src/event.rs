//! What is sent: an entry of the activity log as JSON, made when it goes out.

use directory::activity::{About, LogEntry, Target, deed};
use kernel::{AccountId, EventId, Timestamp, WebhookId};
use serde_json::{Value, json};

/// The type of an event that only tries whether a receiver works.
pub(crate) const TEST: &str = "webhook.test";

/// The body for an entry of the log.
pub(crate) fn of_entry(entry: &LogEntry, account: AccountId, public_url: &str) -> String {
    let area = deed(&entry.action).map(|deed| deed.area.as_str());
    let target = entry.target();
    let url = target
        .and_then(path_of)
        .map(|path| format!("{public_url}{path}"));
    let mut data = entry.value();
    if let Some(fields) = data.as_object_mut() {
        let more = [
            ("account", json!(account)),
            ("area", json!(area)),
            ("subject_kind", json!(kind_of(entry, target))),
            ("url", json!(url)),
        ];
        fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    body(&entry.action, entry.at, data)
}

/// The body of an event that only tries whether a receiver works.
pub(crate) fn of_test(
    id: EventId,
    at: Timestamp,
    account: AccountId,
    webhook: (WebhookId, &str),
) -> String {
    let data =
        json!({ "id": id, "account": account, "webhook": { "id": webhook.0, "name": webhook.1 } });
    body(TEST, at, data)
}

fn body(kind: &str, at: Timestamp, data: Value) -> String {
    json!({ "type": kind, "timestamp": at, "data": data }).to_string()
}

/// Where the API has it.
pub fn path_of(target: Target) -> Option<String> {
    Some(match target {
        Target::Person(id) => format!("/api/v1/users/{id}"),
        Target::Group(id) => format!("/api/v1/groups/{id}"),
        Target::Device(id) => format!("/api/v1/devices/{id}"),
        Target::Workflow(id) => format!("/api/v1/workflows/{id}"),
        Target::Import(id) => format!("/api/v1/imports/{id}"),
        Target::Document(_)
        | Target::Series(_)
        | Target::Wave(_)
        | Target::CardRun(_)
        | Target::Photos(_)
        | Target::Bulk(_)
        | Target::Draft(_)
        | Target::Message(_) => return None,
    })
}

/// What the subject is; also of somebody who is no longer here, as far as the action says it.
fn kind_of(entry: &LogEntry, target: Option<Target>) -> Option<&'static str> {
    let kind = match target {
        Some(Target::Person(_)) => "user",
        Some(Target::Group(_)) => "group",
        Some(Target::Device(_)) => "device",
        Some(Target::Workflow(_)) => "workflow",
        Some(Target::Document(_)) => "document",
        Some(Target::Import(_)) => "import",
        Some(Target::Series(_)) => "series",
        Some(Target::Wave(_)) => "wave",
        Some(Target::CardRun(_)) => "card_run",
        Some(Target::Photos(_)) => "photos",
        Some(Target::Bulk(_)) => "bulk",
        Some(Target::Draft(_)) => "draft",
        Some(Target::Message(_)) => "message",
        None => match (entry.subject, deed(&entry.action)?.about) {
            (Some(_), About::Person) => "user",
            (Some(_), About::Device) => "device",
            _ => return None,
        },
    };
    Some(kind)
}
