//! Two people side by side, before they are made one.

use std::collections::BTreeMap;

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, UserId};

use super::{MergeRefusal, Side, both};
use crate::{
    Ctx, fields,
    users::{Typed, UserRecord, UserRow, keep::FIELDS},
};

/// A field of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// The value of who is kept.
    pub kept: String,
    /// The value of the other.
    pub other: String,
    /// Whose value is taken unless something else is chosen: the kept one's, or what fills a blank.
    pub proposed: Side,
}

/// How much of the other goes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moving {
    /// Groups and teams.
    pub groups: i64,
    /// Seats of modules.
    pub seats: i64,
    /// Workflows.
    pub workflows: i64,
    /// Access to devices.
    pub grants: i64,
    /// Cards, dead ones included.
    pub cards: i64,
    /// Documents assigned.
    pub documents: i64,
    /// Invitations ever sent.
    pub invitations: i64,
    /// Notifications.
    pub notifications: i64,
    /// Whether the kept person has a photo.
    pub kept_has_photo: bool,
    /// Whether the other has one.
    pub other_has_photo: bool,
}

from_row!(Moving {
    groups: group_count,
    seats: seat_count,
    workflows: workflow_count,
    grants: grant_count,
    cards: card_count,
    documents: document_count,
    invitations: invitation_count,
    notifications: notification_count,
    kept_has_photo,
    other_has_photo
});

/// Two people who may be made one.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Who stays.
    pub kept: UserRecord,
    /// Who goes.
    pub other: UserRecord,
    /// Their fields; those that are blank of both are left out.
    pub fields: Vec<Field>,
    /// What goes over.
    pub moving: Moving,
}

impl Merge {
    /// Whether both sign in, so that it has to be said whose sign-in stays.
    pub const fn both_sign_in(&self) -> bool {
        self.kept.user.identity.is_some() && self.other.user.identity.is_some()
    }
}

/// Both side by side.
pub fn look(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: UserId,
    other: UserId,
) -> Result<Merge, MergeRefusal> {
    let (kept, other) = both(tx, ctx, kept, other)?;
    let fields = fields(tx, ctx.account, &kept, &other)?;
    let moving = tx.fetch_one(
        sql!("merge/moving"),
        params![ctx.account, kept.user.id, other.user.id],
    )?;
    Ok(Merge {
        kept,
        other,
        fields,
        moving,
    })
}

/// The fields of both that at least one of them has.
pub(super) fn fields(
    tx: &mut Tx<'_>,
    account: AccountId,
    kept: &UserRecord,
    other: &UserRecord,
) -> db::Result<Vec<Field>> {
    let (kept, other) = (Typed::of(kept), Typed::of(other));
    let own = fields::list(tx, account)?
        .into_iter()
        .map(|field| (format!("custom.{}", field.key), field.label));
    let everybodys = FIELDS
        .iter()
        .map(|(key, label)| ((*key).to_owned(), (*label).to_owned()));
    Ok(everybodys
        .chain(own)
        .map(|(key, label)| {
            let (kept, other) = (kept.get(&key).to_owned(), other.get(&key).to_owned());
            // A name is one thing: a second half is no blank to be filled.
            let fills = kept.is_empty() && !other.is_empty() && key != "last_name";
            Field {
                key,
                label,
                kept,
                other,
                proposed: if fills { Side::Other } else { Side::Kept },
            }
        })
        .filter(|field| !(field.kept.is_empty() && field.other.is_empty()))
        .collect())
}

/// The account's own fields of somebody.
pub(super) fn custom(user: &UserRow) -> BTreeMap<String, String> {
    user.custom
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}
