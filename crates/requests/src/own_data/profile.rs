//! A person's own fields, as names and values. Notes are administrators' own and are left out: they are never shown to the person.

use std::collections::BTreeMap;

use db::Tx;
use directory::{fields as custom_fields, provisioning::Names, users::UserRecord};
use kernel::Timestamp;
use serde_json::{Map, Value, json};

/// A field with its value.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) value: String,
}

/// Every field of a person, the account's own ones last.
pub(super) fn fields(tx: &mut Tx<'_>, record: &UserRecord) -> db::Result<Vec<Field>> {
    let user = &record.user;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut fields: Vec<Field> = [
        ("id", "Id", user.id.to_string()),
        ("external_id", "User ID", text(&user.external_id)),
        ("first_name", "First name", user.first_name.clone()),
        ("last_name", "Last name", user.last_name.clone()),
        ("email", "E-mail", text(&user.email)),
        ("phone", "Phone", text(&user.phone)),
        ("role", "Role", user.role.clone()),
        ("status", "Status", user.status.clone()),
        ("kind", "Kind", user.person_kind.clone()),
        ("title", "Title", text(&user.title)),
        ("department", "Department", text(&user.department)),
        ("language", "Language", text(&user.language)),
        ("created_at", "Created", user.created_at.to_string()),
        ("updated_at", "Last changed", user.updated_at.to_string()),
    ]
    .into_iter()
    .map(|(key, label, value)| Field {
        key: key.to_owned(),
        label: label.to_owned(),
        value,
    })
    .collect();
    let custom: BTreeMap<String, String> = user
        .custom
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    for field in custom_fields::list(tx, user.account)? {
        fields.push(Field {
            value: custom.get(&field.key).cloned().unwrap_or_default(),
            key: format!("custom.{}", field.key),
            label: field.label,
        });
    }
    Ok(fields)
}

/// The fields as one object; what is blank is null.
pub(super) fn as_json(fields: &[Field]) -> serde_json::Result<String> {
    let object: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let value = if field.value.is_empty() {
                Value::Null
            } else {
                Value::from(field.value.as_str())
            };
            (field.key.clone(), value)
        })
        .collect();
    serde_json::to_string_pretty(&object)
}

/// What an identity provider calls the person and said of them, as one object.
pub(super) fn of_provider(names: &Names) -> serde_json::Result<String> {
    let said: Value = names
        .said
        .as_deref()
        .and_then(|said| serde_json::from_str(said).ok())
        .unwrap_or_default();
    serde_json::to_string_pretty(&json!({
        "user_name": names.user_name, "external_id": names.external_id, "said": said,
    }))
}

/// What the file is, for whoever opens it years later.
pub(super) fn read_me(record: &UserRecord, account: &str, now: Timestamp) -> String {
    format!(
        "What {account} keeps about {}, as of {now}.\r\n\r\n\
         profile.json, profile.csv  your own fields\r\n\
         provider.json              what your organization's directory of sign-ins said about you, if one did\r\n\
         photo.jpg                  your photo, if there is one\r\n\
         groups.csv                 groups and teams you are in\r\n\
         modules.csv                parts of the product you have a seat of\r\n\
         workflows.csv              workflows you take part in\r\n\
         access.csv                 doors, gates and readers you have access to\r\n\
         documents.csv, documents/  documents that are with you, with their files\r\n\
         cards.csv                  your cards\r\n\
         invitations.csv            offers to sign in\r\n\
         devices.csv                where you are or were signed in\r\n\
         messages.csv               messages sent to your addresses, without their text\r\n\
         notifications.csv          what you were told in the product\r\n\
         activity.csv               what was done with your account, and what you did\r\n\r\n\
         Times are in UTC. Passwords and links are not in it: they are not kept in a readable form.\r\n",
        record.user.full_name()
    )
}
