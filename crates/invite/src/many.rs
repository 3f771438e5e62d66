//! The open invitations of several people at once: taking them back, more time, a sheet of links to hand over.

use db::{Tx, params, sql};
use delivery::Purpose;
use std::collections::BTreeSet;

use directory::{Action, Ctx, accounts, activity, roles::Reach, users};
use kernel::{AccountId, Timestamp, UserId, full_name};

use crate::{
    candidates::{self, Person, Source},
    invitation::{Channel, InviteError},
    offer::{self, Guest, Terms},
    settings::{InvitationSettings, check_days, in_days},
    wave::Selection,
};

/// So many links a sheet has.
pub const SHEET: usize = 50;

/// Takes the open invitations of the people in `staged_ids` back: their links no longer work, and what waits is not sent.
///
/// For whoever removes people as well: nobody who is gone is written to. Returns how many there were.
pub fn withdraw_staged(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> db::Result<u64> {
    tx.execute(
        sql!("invitations/withdraw_messages_of_staged"),
        params![account, now],
    )?;
    tx.execute(sql!("invitations/withdraw_staged"), params![account, now])
}

/// Takes the open invitations of these people back; returns how many there were.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> Result<u64, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    users::stage_ids(tx, people.iter().copied())?;
    let withdrawn = withdraw_staged(tx, ctx.account, ctx.now())?;
    let text = format!("{withdrawn} people");
    activity::record(tx, ctx, "invitations.withdraw", None, &text)?;
    Ok(withdrawn)
}

/// Lets the open links of these people work for so many days from now on; returns how many there were.
pub fn extend(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[UserId],
    days: i64,
) -> Result<u64, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    check_days(days)?;
    users::stage_ids(tx, people.iter().copied())?;
    let extended = tx.execute(
        sql!("invitations/extend_staged"),
        params![ctx.account, in_days(ctx.now(), days)],
    )?;
    let text = format!("{extended} people, {days} days");
    activity::record(tx, ctx, "invitations.extend", None, &text)?;
    Ok(extended)
}

/// Links to hand over, each shown this once.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Name and link of each person.
    pub links: Vec<(String, String)>,
    /// Whether there are more people for another sheet.
    pub has_more: bool,
    /// For so many days the links work.
    pub days: i64,
}

/// Makes links to hand over for up to [`SHEET`] people.
///
/// Of picked people for everybody who never signed in; their earlier links stop working. Of all others only for those who have
/// neither an e-mail address nor a phone number, and no link that works: none yet, or one that is over.
pub fn sheet(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &delivery::Settings,
    selection: &Selection,
) -> Result<Sheet, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    let (people, has_more) = match selection {
        Selection::People(people) => picked(tx, ctx, people)?,
        Selection::Import(import) => without_address(tx, ctx, Source::Import(*import))?,
        Selection::Everybody => without_address(tx, ctx, Source::All)?,
        Selection::Standing(standing) => without_address(tx, ctx, Source::Standing(*standing))?,
    };
    let people = covered(tx, ctx, people)?;
    let guests: Vec<Guest> = people.into_iter().map(guest).collect();
    let account = accounts::get(tx, ctx.account)?;
    let settings = InvitationSettings::load(tx, ctx.account)?;
    let terms = Terms {
        delivery,
        settings: &settings,
        account_name: &account.name,
        purpose: Purpose::Invitation,
        wave: None,
        send_at: ctx.now(),
    };
    let links = offer::make(tx, ctx, &terms, &guests)?;
    let text = format!("{} people", links.len());
    activity::record(tx, ctx, "invitations.sheet", None, &text)?;
    let names = guests
        .iter()
        .map(|guest| full_name(&guest.first_name, &guest.last_name));
    Ok(Sheet {
        links: names.zip(links).collect(),
        has_more,
        days: settings.days,
    })
}

/// Those whose role is not above the actor's: whoever has a link becomes the person it is for.
fn covered(tx: &mut Tx<'_>, ctx: &Ctx, people: Vec<Person>) -> db::Result<Vec<Person>> {
    let reach = Reach::load(tx, ctx)?;
    users::stage_ids(tx, people.iter().map(|person| person.id))?;
    let above: BTreeSet<UserId> = users::rows_of_staged(tx, ctx.account)?
        .into_iter()
        .filter(|user| !reach.covers_stored(&user.role, user.admin_role))
        .map(|user| user.id)
        .collect();
    Ok(people
        .into_iter()
        .filter(|person| !above.contains(&person.id))
        .collect())
}

fn picked(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> db::Result<(Vec<Person>, bool)> {
    let mut found = Vec::new();
    for user in people.iter().take(SHEET) {
        let person = candidates::one(tx, ctx.account, *user, ctx.now())?;
        found.extend(
            person.filter(|person| person.status == "invited" && person.identity.is_none()),
        );
    }
    Ok((found, people.len() > SHEET))
}

fn without_address(tx: &mut Tx<'_>, ctx: &Ctx, source: Source) -> db::Result<(Vec<Person>, bool)> {
    let limit = SHEET as i64 + 1;
    let mut found = candidates::without_address(tx, ctx.account, source, limit, ctx.now())?;
    let has_more = found.len() > SHEET;
    found.truncate(SHEET);
    Ok((found, has_more))
}

fn guest(person: Person) -> Guest {
    Guest {
        user: person.id,
        first_name: person.first_name,
        last_name: person.last_name,
        language: person.language,
        channel: Channel::Link,
        recipient: None,
        offers_before: person.offers,
        carried: None,
    }
}
