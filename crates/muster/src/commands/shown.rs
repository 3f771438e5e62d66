//! Lists as they are printed, whether they come from the database here or from a server: what is in
//! a line, and in the JSON.

use anyhow::{Result, bail};
use kernel::{DeviceId, GroupId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{exit::Exit, output};

/// A group or team.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownGroup {
    pub(crate) id: GroupId,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) members: i64,
}

/// A module.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownModule {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) seats: i64,
    pub(crate) used: i64,
}

/// A device.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownDevice {
    pub(crate) id: DeviceId,
    pub(crate) name: String,
    pub(crate) guest_minutes: i64,
    #[serde(alias = "guest_places")]
    pub(crate) guests: i64,
}

/// Somebody in a group.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownMember {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
}

/// A field of the account's own; its key as it is typed.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownField {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) kind: String,
    pub(crate) choices: Vec<String>,
}

/// Somebody who was deleted and can be taken back.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownDeleted {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) deleted_at: Timestamp,
    pub(crate) deleted_by: String,
    pub(crate) days_left: i64,
    #[serde(default)]
    pub(crate) being_erased: bool,
}

/// A line of the list of people.
#[derive(Deserialize)]
pub(crate) struct ShownPerson {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) role: String,
    /// The role of the account's own, of an administrator who has one.
    #[serde(default)]
    pub(crate) admin_role: Option<String>,
    pub(crate) status: String,
}

pub(crate) fn groups(as_json: bool, found: &[ShownGroup]) -> Result<()> {
    print(as_json, &["Kind", "Name", "People"], found, |group| {
        vec![
            group.kind.clone(),
            group.name.clone(),
            group.members.to_string(),
        ]
    })
}

pub(crate) fn modules(as_json: bool, found: &[ShownModule]) -> Result<()> {
    print(
        as_json,
        &["Key", "Name", "Seats", "Used"],
        found,
        |module| {
            vec![
                module.key.clone(),
                module.label.clone(),
                module.seats.to_string(),
                module.used.to_string(),
            ]
        },
    )
}

pub(crate) fn devices(as_json: bool, found: &[ShownDevice]) -> Result<()> {
    print(
        as_json,
        &["Name", "Guests", "Guest minutes"],
        found,
        |device| {
            vec![
                device.name.clone(),
                device.guests.to_string(),
                device.guest_minutes.to_string(),
            ]
        },
    )
}

pub(crate) fn members(as_json: bool, found: &[ShownMember]) -> Result<()> {
    print(as_json, &["Id", "Name", "E-mail"], found, |person| {
        vec![
            person.id.to_string(),
            person.name.clone(),
            person.email.clone().unwrap_or_default(),
        ]
    })
}

pub(crate) fn fields(as_json: bool, found: &[ShownField]) -> Result<()> {
    print(as_json, &["Key", "Label", "Kind"], found, |field| {
        vec![field.key.clone(), field.label.clone(), field.kind.clone()]
    })
}

pub(crate) fn deleted(as_json: bool, found: &[ShownDeleted]) -> Result<()> {
    let head = ["Name", "E-mail", "Phone", "User ID", "Deleted", "Days left"];
    print(as_json, &head, found, |one| {
        vec![
            one.name.clone(),
            one.email.clone().unwrap_or_default(),
            one.phone.clone().unwrap_or_default(),
            one.external_id.clone().unwrap_or_default(),
            one.deleted_at.to_string(),
            one.days_left.to_string(),
        ]
    })
}

/// What became of people who were to be taken back: their ids and names, a word for programs, and
/// words for people.
pub(crate) fn returned(as_json: bool, found: &[(UserId, String, &'static str, String)]) -> Exit {
    let mut exit = Exit::Done;
    let mut lines = Vec::new();
    for (id, name, outcome, words) in found {
        if *outcome != "restored" {
            exit = Exit::Refused;
        }
        if !as_json {
            output::line(&format!("{name}: {words}"));
        }
        lines.push(json!({ "id": id, "name": name, "outcome": outcome }));
    }
    if as_json {
        output::json(&json!(lines));
    }
    exit
}

/// Of deleted people, the one with this e-mail address, phone number, user ID or name.
pub(crate) fn the_deleted(found: Vec<ShownDeleted>, key: &str) -> Result<ShownDeleted> {
    let is_meant = |one: &ShownDeleted| {
        let keys = [&one.email, &one.phone, &one.external_id];
        let mut keys = keys.into_iter().flatten();
        keys.any(|other| other.eq_ignore_ascii_case(key)) || one.name == key
    };
    let mut found: Vec<_> = found.into_iter().filter(is_meant).collect();
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => bail!("nobody deleted has {key:?}"),
        (Some(_), false) => bail!("several deleted people have {key:?}; give the id"),
    }
}

/// One screenful of people.
pub(crate) fn people(found: Vec<ShownPerson>) {
    if found.is_empty() {
        return;
    }
    let rows = found.into_iter().map(|person| {
        vec![
            person.name,
            person.email.unwrap_or_default(),
            person.phone.unwrap_or_default(),
            person.admin_role.unwrap_or(person.role),
            person.status,
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    output::table(&["Name", "E-mail", "Phone", "Role", "Status"], &rows);
}

/// One person with all that belongs to them.
pub(crate) fn person(value: &serde_json::Value, as_json: bool) {
    if as_json {
        output::json(value);
        return;
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => output::line(&format!("{name:>12}  {text}")),
            other => output::line(&format!("{name:>12}  {other}")),
        }
    }
}

fn print<T: Serialize>(
    as_json: bool,
    head: &[&str],
    found: &[T],
    cells: impl Fn(&T) -> Vec<String>,
) -> Result<()> {
    if as_json {
        output::json(&serde_json::to_value(found)?);
    } else {
        output::table(head, &found.iter().map(cells).collect::<Vec<_>>());
    }
    Ok(())
}

/// Somebody with access to a device.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownHolder {
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    #[serde(rename = "type", alias = "access_type")]
    pub(crate) kind: String,
    pub(crate) schedule: Option<String>,
    #[serde(rename = "from", alias = "starts_at")]
    pub(crate) starts_at: Option<Timestamp>,
    #[serde(rename = "until", alias = "ends_at")]
    pub(crate) ends_at: Option<Timestamp>,
    #[serde(rename = "state", alias = "standing")]
    pub(crate) standing: String,
    pub(crate) notes: Option<String>,
    pub(crate) invited_by: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) revoked_at: Option<Timestamp>,
    pub(crate) revoked_by: Option<String>,
}

pub(crate) fn holders(as_json: bool, found: &[ShownHolder]) -> Result<()> {
    let head = [
        "Name",
        "Phone",
        "E-mail",
        "Access",
        "State",
        "Until",
        "Invited by",
    ];
    print(as_json, &head, found, |holder| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            holder.name.clone(),
            text(&holder.phone),
            text(&holder.email),
            holder.kind.clone(),
            holder.standing.clone(),
            holder
                .ends_at
                .map_or_else(String::new, |end| end.to_string()),
            text(&holder.invited_by),
        ]
    })
}
