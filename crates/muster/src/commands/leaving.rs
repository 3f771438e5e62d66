//! `muster users delete`, `deleted`, `restore` and `erase`.

use anyhow::{Result, bail};
use directory::{
    Ctx,
    leaving::{self, Back, Deleted, LeaveError, Returned, Terms},
};
use kernel::UserId;
use serde_json::json;

use super::users;
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
    let all = everybody(house, &ctx, "")?;
    let days = house
        .db
        .read_blocking(|tx| leaving::kept_days(tx, ctx.account))?;
    if args.json {
        let lines: Vec<_> = all
            .iter()
            .map(|one| {
                json!({ "id": one.id, "name": one.full_name(), "email": one.email, "phone": one.phone,
                        "external_id": one.external_id, "deleted_at": one.deleted_at,
                        "deleted_by": one.deleted_by, "days_left": leaving::days_left(one.deleted_at, ctx.now(), days),
                        "being_erased": one.is_going })
            })
            .collect();
        output::json(&json!(lines));
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            vec![
                one.full_name(),
                one.email.clone().unwrap_or_default(),
                one.phone.clone().unwrap_or_default(),
                one.external_id.clone().unwrap_or_default(),
                one.deleted_at.to_string(),
                leaving::days_left(one.deleted_at, ctx.now(), days).to_string(),
            ]
        })
        .collect();
    output::table(
        &["Name", "E-mail", "Phone", "User ID", "Deleted", "Days left"],
        &rows,
    );
    Ok(Exit::Done)
}

fn everybody(house: &House, ctx: &Ctx, text: &str) -> Result<Vec<Deleted>> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = house
            .db
            .read_blocking(|tx| leaving::list(tx, ctx, text, after))?;
        after = page.people.last().map(|one| one.id);
        all.extend(page.people);
        if !page.has_next {
            return Ok(all);
        }
    }
}

/// The deleted person with this id, or with this e-mail address, phone number, user ID or name.
fn find(house: &House, ctx: &Ctx, key: &str) -> Result<Deleted> {
    if let Ok(id) = key.parse::<UserId>() {
        let found = house.db.read_blocking(|tx| leaving::find(tx, ctx, id))?;
        return match found {
            Some(found) => Ok(found),
            None => bail!("nobody deleted has the id {key}"),
        };
    }
    let is_meant = |one: &Deleted| {
        let keys = [&one.email, &one.phone, &one.external_id];
        let mut keys = keys.into_iter().flatten();
        keys.any(|other| other.eq_ignore_ascii_case(key)) || one.full_name() == key
    };
    let mut found: Vec<Deleted> = everybody(house, ctx, key)?
        .into_iter()
        .filter(is_meant)
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => bail!("nobody deleted has {key:?}"),
        (Some(_), false) => bail!("several deleted people have {key:?}; give the id"),
    }
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
    let ids: Vec<UserId> = people.iter().map(|one| one.id).collect();
    let done = house
        .db
        .write_blocking(|tx| leaving::restore(tx, &ctx, &ids, back))?;
    let mut exit = Exit::Done;
    let mut lines = Vec::new();
    for (id, returned) in done {
        let name = people.iter().find(|one| one.id == id);
        let name = name.map(Deleted::full_name).unwrap_or_default();
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
        if outcome != "restored" {
            exit = Exit::Refused;
        }
        if !args.json.json {
            output::line(&format!("{name}: {words}"));
        }
        lines.push(json!({ "id": id, "name": name, "outcome": outcome }));
    }
    if args.json.json {
        output::json(&json!(lines));
    }
    Ok(exit)
}

/// Erases a deleted person for good, here and now.
pub(crate) fn erase(house: &House, key: &str, name: &str, account: Option<&str>) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let person = find(house, &ctx, key)?;
    let job = house.db.write_blocking(|tx| {
        leaving::request(tx, &ctx, person.id, name)?;
        Ok::<_, LeaveError>(erasure::enqueue(tx, &ctx.ids, ctx.now(), ctx.account)?)
    })?;
    house.runner(false).run_until_done(job)?;
    let left = house
        .db
        .read_blocking(|tx| leaving::find(tx, &ctx, person.id))?;
    if left.is_some() {
        bail!("something is at work on an import that names the person; a server tries again");
    }
    output::line("Erased for good.");
    Ok(Exit::Done)
}
