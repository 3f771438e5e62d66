//! Lists as they are printed, whether they come from the database here or from a server: what is in
//! a line, and in the JSON.

use anyhow::Result;
use kernel::{DeviceId, GroupId, UserId};
use serde::{Deserialize, Serialize};

use crate::output;

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
