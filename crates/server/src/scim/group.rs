//! A group or team as a group of SCIM.

use directory::provisioning::{Member, ProvidedGroup};
use serde_json::{Value, json};

use super::answer::View;

/// The version of a group: it changes with its name, its provider's id and its people.
pub(super) fn version(group: &ProvidedGroup) -> String {
    let newest = group.newest.map_or(0, kernel::Timestamp::as_micros);
    let all = format!(
        "{}\n{:?}\n{}\n{newest}",
        group.name, group.external_id, group.members
    );
    let hash = blake3::hash(all.as_bytes()).to_hex();
    format!("W/\"{}\"", hash.get(..16).unwrap_or_default())
}

/// A group, with its people if they were read.
pub(super) fn shown(group: &ProvidedGroup, members: Option<&[Member]>, view: &View<'_>) -> Value {
    let mut shown = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": group.id,
        "displayName": group.name,
        "meta": {
            "resourceType": "Group",
            "created": group.created_at.to_string(),
            "location": format!("{}/Groups/{}", view.root, group.id),
            "version": version(group),
        },
    });
    let Some(parts) = shown.as_object_mut() else {
        return shown;
    };
    if let Some(id) = &group.external_id {
        parts.insert("externalId".to_owned(), json!(id));
    }
    let members = members.unwrap_or_default();
    if !members.is_empty() {
        let members: Vec<Value> = members.iter().map(|member| one(member, view)).collect();
        parts.insert("members".to_owned(), json!(members));
    }
    shown
}

/// Somebody in a group.
pub(super) fn one(member: &Member, view: &View<'_>) -> Value {
    json!({
        "value": member.user,
        "$ref": format!("{}/Users/{}", view.root, member.user),
        "type": "User",
    })
}
