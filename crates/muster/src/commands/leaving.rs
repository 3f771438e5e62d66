//! `muster users delete`, `deleted`, `restore` and `erase`.

use anyhow::{Result, bail};
use directory::{
    Ctx,
    leaving::{self, Back, Deleted, LeaveError, Returned, Terms},
};
use kernel::UserId;
use serde_json::json;

use super::{
    shown::{self, ShownDeleted},
    users,
};
use crate::{
    cli::{DeleteUsers, List, RestoreUsers},
    exit::Exit,
    house::House,
    output,
};

/// Deletes people one by one; whoever is refused does not stop the others.
pub(crate) fn delete(house: &House, args: &DeleteUsers) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let terms = Terms {
        with_documents: args.with_documents,
        take_out: args.take_out,
    };
    let mut exit = Exit::Done;
    let mut lines = Vec::new();
    for key in &args.keys {
        let user = users::find(house, &ctx, key)?.user;
        let done = house
            .db
            .write_blocking(|tx| leaving::delete(tx, &ctx, user.id, None, terms));
        let name = user.full_name();
        match done {
            Ok(()) => {
                if !args.json.json {
                    output::line(&format!("{name}: deleted"));
                }
                lines.push(json!({ "id": user.id, "name": name, "outcome": "deleted" }));
            }
            Err(LeaveError::Db(error)) => return Err(error.into()),
            Err(refusal) => {
                exit = Exit::Refused;
                if !args.json.json {
                    output::line(&format!("{name}: not deleted, {refusal}"));
                }
                lines.push(json!({ "id": user.id, "name": name, "outcome": "refused",
                                   "code": refusal.code(), "reason": refusal.to_string() }));
            }
        }
    }
    if args.json.json {
        output::json(&json!(lines));
    }
    Ok(exit)
}

/// Lists who was deleted and can be taken back.
pub(crate) fn list(house: &House, args: &List) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    shown::deleted(args.json, &everybody(house, &ctx, "")?)?;
    Ok(Exit::Done)
}

/// Those whose name or key begins with this text.
fn everybody(house: &House, ctx: &Ctx, text: &str) -> Result<Vec<ShownDeleted>> {
    let days = house
        .db
        .read_blocking(|tx| leaving::kept_days(tx, ctx.account))?;
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = house
            .db
            .read_blocking(|tx| leaving::list(tx, ctx, text, after))?;
        after = page.people.last().map(|one| one.id);
        let people = page.people.into_iter();
        all.extend(people.map(|one| shown_deleted(ctx, days, one)));
        if !page.has_next {
            return Ok(all);
        }
    }
}

fn shown_deleted(ctx: &Ctx, days: i64, one: Deleted) -> ShownDeleted {
    ShownDeleted {
        id: one.id,
        name: one.full_name(),
        days_left: leaving::days_left(one.deleted_at, ctx.now(), days),
        email: one.email,
        phone: one.phone,
        external_id: one.external_id,
        deleted_at: one.deleted_at,
        deleted_by: one.deleted_by,
        being_erased: one.is_going,
    }
}

/// The deleted person with this id, or with this e-mail address, phone number, user ID or name.
fn find(house: &House, ctx: &Ctx, key: &str) -> Result<(UserId, String)> {
    if let Ok(id) = key.parse::<UserId>() {
        let found = house.db.read_blocking(|tx| leaving::find(tx, ctx, id))?;
        return match found {
            Some(found) => Ok((found.id, found.full_name())),
            None => bail!("nobody deleted has the id {key}"),
        };
    }
    let one = shown::the_deleted(everybody(house, ctx, key)?, key)?;
    Ok((one.id, one.name))
}

/// Takes people back.
pub(crate) fn restore(house: &House, args: &RestoreUsers) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let without = |part: &str| args.without.iter().any(|one| one == part);
    let back = Back {
        groups: !without("groups"),
        workflows: !without("workflows"),
        access: !without("access"),
        cards: !without("cards"),
    };
    let mut people = Vec::new();
    for key in &args.keys {
        people.push(find(house, &ctx, key)?);
    }
    let ids: Vec<UserId> = people.iter().map(|(id, _)| *id).collect();
    let done = house
        .db
        .write_blocking(|tx| leaving::restore(tx, &ctx, &ids, back))?;
    let mut found = Vec::new();
    for (id, returned) in done {
        let name = people.iter().find(|(known, _)| *known == id);
        let name = name.map(|(_, name)| name.clone()).unwrap_or_default();
        let (outcome, words) = match returned {
            Returned::Restored => ("restored", "restored".to_owned()),
            Returned::Taken(key) => (
                "taken",
                format!(
                    "not restored, somebody else has their {} by now",
                    key.words()
                ),
            ),
            Returned::Gone => ("gone", "not restored, they are being erased".to_owned()),
        };
        found.push((id, name, outcome, words));
    }
    Ok(shown::returned(args.json.json, &found))
}

/// Erases a deleted person for good, here and now.
pub(crate) fn erase(house: &House, key: &str, name: &str, account: Option<&str>) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let (person, _) = find(house, &ctx, key)?;
    let job = house.db.write_blocking(|tx| {
        leaving::request(tx, &ctx, person, name)?;
        Ok::<_, LeaveError>(erasure::enqueue(tx, &ctx.ids, ctx.now(), ctx.account)?)
    })?;
    house.runner(false).run_until_done(job)?;
    let left = house
        .db
        .read_blocking(|tx| leaving::find(tx, &ctx, person))?;
    if left.is_some() {
        bail!("something is at work on an import that names the person; a server tries again");
    }
    output::line("Erased for good.");
    Ok(Exit::Done)
}
