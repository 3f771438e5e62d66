//! What administrators decide about early access, of one person or several.

use db::{Tx, from_row, params, sql};
use delivery::{Purpose, messages};
use directory::{Action, Ctx, accounts, activity, notifications, users};
use kernel::UserId;

use super::{EarlyRefusal, EarlySettings, EarlyState, MOST_AT_ONCE};
use crate::person::{Letter, Person};

/// What became of the people named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Those it was done for.
    pub done: usize,
    /// Of these, people without an e-mail address: they find the link in their portal.
    pub without_email: usize,
    /// Those who were not in a state for it, or are not there.
    pub left: usize,
}

struct Candidate {
    id: UserId,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    language: Option<String>,
}

from_row!(Candidate {
    id,
    first_name,
    last_name,
    email,
    phone,
    language,
});

/// Gives people early access, whether they asked for it or are offered it, and sends them the link.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> Result<Decided, EarlyRefusal> {
    ctx.require_for_all(Action::EditUsers)?;
    let settings = EarlySettings::load(tx, ctx.account)?;
    let (link, version) = settings.offered()?;
    let found = candidates(tx, ctx, people)?;
    users::stage_ids(tx, found.iter().map(|person| person.id))?;
    let approved: Vec<(UserId,)> = tx.fetch(
        sql!("early/approve_staged"),
        params![ctx.account, version.as_str(), ctx.now(), ctx.actor.name],
    )?;
    let ids: Vec<UserId> = approved.into_iter().map(|(id,)| id).collect();
    let chosen: Vec<_> = found
        .into_iter()
        .filter(|person| ids.contains(&person.id))
        .collect();
    let account = accounts::get(tx, ctx.account)?;
    let mut decided = Decided {
        done: chosen.len(),
        left: people.len() - chosen.len(),
        ..Decided::default()
    };
    let letter = Letter {
        account: &account,
        purpose: Purpose::EarlyAccess,
        about: None,
        link: link.to_owned(),
        days: 0,
    };
    let mut post = Vec::new();
    for candidate in chosen {
        let id = candidate.id;
        let person = Person {
            first_name: candidate.first_name,
            last_name: candidate.last_name,
            email: candidate.email,
            phone: candidate.phone,
            language: candidate.language,
        };
        match person.reached(false) {
            Some(way) => post.push(person.letter(ctx, way, &letter)),
            None => decided.without_email += 1,
        }
        activity::record(
            tx,
            ctx,
            "early_access.approve",
            Some(id.uuid()),
            version.as_str(),
        )?;
    }
    let words =
        format!("You have early access to version {version} of the app. The link is on your page.");
    notifications::add_to_many(tx, ctx, &ids, "early_access.approved", None, &words)?;
    messages::queue(tx, &post)?;
    Ok(decided)
}

/// Refuses what people asked for.
pub fn refuse(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> Result<Decided, EarlyRefusal> {
    let words = "Your request for early access was not granted.";
    settle(
        tx,
        ctx,
        people,
        (EarlyState::Requested, EarlyState::Refused),
        words,
    )
}

/// Takes early access back.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> Result<Decided, EarlyRefusal> {
    let words = "Your early access has ended. Install the released version from the store.";
    settle(
        tx,
        ctx,
        people,
        (EarlyState::Approved, EarlyState::Ended),
        words,
    )
}

fn settle(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[UserId],
    (from, to): (EarlyState, EarlyState),
    words: &str,
) -> Result<Decided, EarlyRefusal> {
    ctx.require_for_all(Action::EditUsers)?;
    let found = candidates(tx, ctx, people)?;
    users::stage_ids(tx, found.iter().map(|person| person.id))?;
    let decided: Vec<(UserId,)> = tx.fetch(
        sql!("early/decide_staged"),
        params![ctx.account, to, ctx.now(), ctx.actor.name, from],
    )?;
    let chosen: Vec<UserId> = decided.into_iter().map(|(id,)| id).collect();
    let (kind, action) = match to {
        EarlyState::Refused => ("early_access.refused", "early_access.refuse"),
        _ => ("early_access.ended", "early_access.end"),
    };
    notifications::add_to_many(tx, ctx, &chosen, kind, None, words)?;
    for id in &chosen {
        activity::record(tx, ctx, action, Some(id.uuid()), "")?;
    }
    Ok(Decided {
        done: chosen.len(),
        left: people.len() - chosen.len(),
        ..Decided::default()
    })
}

/// The people named who belong to the account, each once.
fn candidates(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[UserId],
) -> Result<Vec<Candidate>, EarlyRefusal> {
    if people.len() > MOST_AT_ONCE {
        return Err(EarlyRefusal::TooMany);
    }
    users::stage_ids(tx, people.iter().copied())?;
    Ok(tx.fetch(sql!("early/people_of_staged"), params![ctx.account])?)
}
