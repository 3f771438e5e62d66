//! `muster users merge`: one person of two who are the same.

use anyhow::Result;
use directory::users::{
    UserRecord,
    merge::{self, Choices, Merge, Side},
};
use kernel::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::users::find;
use crate::{cli::MergeUsers, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &MergeUsers) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let kept = find(house, &ctx, &args.keep)?.user.id;
    let other = find(house, &ctx, &args.other)?.user.id;
    let side = |text: &str| Side::parse(text).unwrap_or_default();
    let choices = Choices {
        from_other: args.from_other.iter().cloned().collect(),
        sign_in: args.sign_in.as_deref().map(side),
        card: side(&args.card),
        photo: side(&args.photo),
        ..Choices::default()
    };
    let look = house
        .db
        .read_blocking(|tx| merge::look(tx, &ctx, kept, other))?;
    if !args.dry_run {
        let versions = (look.kept.user.version, look.other.user.version);
        house
            .db
            .write_blocking(|tx| merge::merge(tx, &ctx, (kept, other), versions, &choices))?;
    }
    say(&shown(look), args)?;
    Ok(Exit::Done)
}

/// Two people side by side, as they are printed.
#[derive(Deserialize)]
pub(crate) struct Look {
    pub(crate) kept: Named,
    pub(crate) other: Named,
    pub(crate) fields: Vec<LookField>,
    pub(crate) moving: Moving,
}

/// One of them.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) id: UserId,
    pub(crate) name: String,
}

/// A field that at least one of them has, and whose value is taken if nothing is chosen.
#[derive(Deserialize)]
pub(crate) struct LookField {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) kept: String,
    pub(crate) other: String,
    pub(crate) takes: String,
}

/// How much goes over.
#[derive(Serialize, Deserialize)]
pub(crate) struct Moving {
    pub(crate) groups: i64,
    pub(crate) seats: i64,
    pub(crate) workflows: i64,
    pub(crate) grants: i64,
    pub(crate) cards: i64,
    pub(crate) documents: i64,
    pub(crate) invitations: i64,
}

fn shown(look: Merge) -> Look {
    let named = |record: &UserRecord| Named {
        id: record.user.id,
        name: record.user.full_name(),
    };
    let moving = &look.moving;
    Look {
        kept: named(&look.kept),
        other: named(&look.other),
        moving: Moving {
            groups: moving.groups,
            seats: moving.seats,
            workflows: moving.workflows,
            grants: moving.grants,
            cards: moving.cards,
            documents: moving.documents,
            invitations: moving.invitations,
        },
        fields: look
            .fields
            .into_iter()
            .map(|field| LookField {
                key: field.key,
                label: field.label,
                kept: field.kept,
                other: field.other,
                takes: field.proposed.as_str().to_owned(),
            })
            .collect(),
    }
}

/// Prints what was done, or would be.
pub(crate) fn say(look: &Look, args: &MergeUsers) -> Result<()> {
    let takes = |field: &LookField| {
        field.takes == Side::Other.as_str() || args.from_other.contains(&field.key)
    };
    if args.json.json {
        let fields = look.fields.iter().map(|field| {
            let side = if takes(field) {
                Side::Other
            } else {
                Side::Kept
            };
            json!({ "key": field.key, "kept": field.kept, "other": field.other,
                    "takes": side.as_str() })
        });
        let mut answer = serde_json::to_value(&look.moving)?;
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("kept".to_owned(), json!(look.kept.id));
            answer.insert("other".to_owned(), json!(look.other.id));
            answer.insert("merged".to_owned(), json!(!args.dry_run));
            answer.insert("fields".to_owned(), fields.collect());
        }
        output::json(&answer);
        return Ok(());
    }
    let (kept, other) = (&look.kept.name, &look.other.name);
    if args.dry_run {
        output::line(&format!("{other} would go, {kept} would stay."));
    } else {
        output::line(&format!("{other} went, {kept} stays."));
    }
    for field in look.fields.iter().filter(|field| field.kept != field.other) {
        let value = if takes(field) {
            &field.other
        } else {
            &field.kept
        };
        output::line(&format!("{}: {value}", field.label));
    }
    let moving = &look.moving;
    output::line(&format!(
        "Goes over: {} groups, {} seats, {} workflows, {} devices, {} cards, {} documents, {} invitations.",
        moving.groups,
        moving.seats,
        moving.workflows,
        moving.grants,
        moving.cards,
        moving.documents,
        moving.invitations
    ));
    Ok(())
}
