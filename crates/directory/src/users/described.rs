//! A person with all that belongs to them, as JSON: for exports, here and by the API.

use std::io::{self, Write};

use db::Db;
use serde_json::{Value, json};

use super::{ExportUsers, Selection, UserRecord, for_each_selected};
use crate::{ctx::Ctx, groups::GroupKind};

impl UserRecord {
    /// The person with names in place of ids, their access and their cards.
    pub fn described(&self) -> Value {
        let user = &self.user;
        let custom: Value = user
            .custom
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or(json!({}));
        let names = |kind| self.group_names(kind).collect::<Vec<_>>();
        let grants: Vec<Value> = self
            .grants
            .iter()
            .map(|(grant, device)| {
                json!({ "device": device, "access_type": grant.access_type, "schedule": grant.schedule,
                        "starts_at": grant.starts_at, "ends_at": grant.ends_at })
            })
            .collect();
        let cards: Vec<Value> = self
            .cards
            .iter()
            .map(|card| {
                json!({ "number": card.number, "type": card.card_type, "state": card.state,
                        "starts_at": card.starts_at, "ends_at": card.ends_at })
            })
            .collect();
        json!({
            "id": user.id,
            "external_id": user.external_id,
            "full_name": user.full_name(),
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "phone": user.phone,
            "notes": user.notes,
            "role": user.role,
            "admin_role": self.admin_role,
            "status": user.status,
            "person_kind": user.person_kind,
            "title": user.title,
            "department": user.department,
            "language": user.language,
            "groups": names(GroupKind::Group),
            "teams": names(GroupKind::Team),
            "modules": self.modules,
            "workflows": self.workflows.iter().map(|workflow| &workflow.1).collect::<Vec<_>>(),
            "grants": grants,
            "cards": cards,
            "custom": custom,
            "kept": self.kept,
            "import": user.import,
            "created_at": user.created_at,
            "updated_at": user.updated_at,
        })
    }
}

/// Writes the people of a selection as one list, with bounded memory.
pub fn write_described(
    db: &Db,
    ctx: &Ctx,
    selection: &Selection,
    out: &mut dyn Write,
) -> Result<(), ExportUsers> {
    out.write_all(b"[").map_err(ExportUsers::Output)?;
    let mut comma: &[u8] = b"\n";
    for_each_selected(db, ctx, selection, &mut |record| {
        out.write_all(std::mem::replace(&mut comma, b",\n"))?;
        serde_json::to_writer(&mut *out, &record.described()).map_err(io::Error::from)
    })?;
    let end = out.write_all(b"\n]\n").and_then(|()| out.flush());
    end.map_err(ExportUsers::Output)
}
