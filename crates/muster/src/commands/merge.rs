//! `muster users merge`: one person of two who are the same.

use anyhow::Result;
use directory::users::merge::{self, Choices, Merge, Side};
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
    say(&look, &choices, args);
    Ok(Exit::Done)
}

fn say(look: &Merge, choices: &Choices, args: &MergeUsers) {
    let takes = |field: &merge::Field| {
        field.proposed == Side::Other || choices.from_other.contains(&field.key)
    };
    let moving = &look.moving;
    if args.json.json {
        let fields: Vec<_> = look
            .fields
            .iter()
            .map(|field| {
                json!({ "key": field.key, "kept": field.kept, "other": field.other,
                        "takes": if takes(field) { "other" } else { "kept" } })
            })
            .collect();
        output::json(&json!({
            "kept": look.kept.user.id, "other": look.other.user.id,
            "merged": !args.dry_run, "fields": fields,
            "groups": moving.groups, "seats": moving.seats, "workflows": moving.workflows,
            "grants": moving.grants, "cards": moving.cards, "documents": moving.documents,
            "invitations": moving.invitations,
        }));
        return;
    }
    let (kept, other) = (look.kept.user.full_name(), look.other.user.full_name());
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
}
