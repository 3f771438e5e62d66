//! The people of a draft: added by hand, looked through, changed, removed.

use db::{Direction, Select, Tx, params, sql};
use directory::{Ctx, accounts};
use kernel::{InviteDraftId, Region, fold};

use crate::{
    card::{Card, CardFault, CardField, CardRow, Fields, Parsed},
    drafts::{find, hold, touch},
    error::AdmitError,
    reading::MOST,
};

/// Cards on a page.
pub const PAGE: usize = 50;

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageAt {
    /// At the first card.
    #[default]
    Start,
    /// After this card.
    After(i64),
    /// Before this card.
    Before(i64),
}

/// A page of cards.
#[derive(Clone, Debug, Default)]
pub struct CardPage {
    /// The cards, by number.
    pub cards: Vec<Card>,
    /// Cards the search finds.
    pub found: i64,
    /// There are cards before these.
    pub has_previous: bool,
    /// There are cards after these.
    pub has_next: bool,
}

/// Adds a person by hand; returns the number of their card.
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    fields: &Fields,
) -> Result<i64, AdmitError> {
    let (draft, _) = hold(tx, ctx, id)?;
    if usize::try_from(draft.ready + draft.with_access).is_ok_and(|cards| cards >= MOST) {
        return Err(AdmitError::TooMany(MOST));
    }
    let parsed = parse(tx, ctx, fields)?;
    refuse_known(tx, ctx, id, None, &parsed)?;
    let number = take_numbers(tx, ctx, id, 1)?;
    let card = Card {
        number,
        name: parsed.name,
        phone: parsed.phone,
        email: parsed.email,
        notes: parsed.notes,
        list: None,
        row: None,
        has_access: false,
        outcome: None,
        user: None,
        problem: None,
    };
    let row = CardRow {
        account: ctx.account,
        draft: id,
        card,
    };
    tx.bulk(std::slice::from_ref(&row))?;
    look_at(tx, ctx, id, Some(number))?;
    touch(tx, ctx, id)?;
    Ok(number)
}

/// Changes a card.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    number: i64,
    fields: &Fields,
) -> Result<(), AdmitError> {
    hold(tx, ctx, id)?;
    let parsed = parse(tx, ctx, fields)?;
    refuse_known(tx, ctx, id, Some(number), &parsed)?;
    let changed = tx.execute(
        sql!("cards/update"),
        params![
            ctx.account,
            id,
            number,
            parsed.name,
            fold(&parsed.name).as_ref(),
            parsed.phone,
            parsed.email,
            parsed.email_key,
            parsed.notes
        ],
    )?;
    if changed == 0 {
        return Err(AdmitError::NoSuchCard);
    }
    look_at(tx, ctx, id, Some(number))?;
    touch(tx, ctx, id)
}

/// One card of a draft.
pub fn card(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    number: i64,
) -> Result<Card, AdmitError> {
    find(tx, ctx, id)?;
    tx.fetch_optional(sql!("cards/find"), params![ctx.account, id, number])?
        .ok_or(AdmitError::NoSuchCard)
}

/// Removes cards, at most a page of them; those that are gone already are no failure.
pub fn remove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    numbers: &[i64],
) -> Result<u64, AdmitError> {
    hold(tx, ctx, id)?;
    let mut removed = 0;
    for number in numbers.iter().take(PAGE) {
        removed += tx.execute(sql!("cards/remove"), params![ctx.account, id, number])?;
    }
    touch(tx, ctx, id)?;
    Ok(removed)
}

/// Removes every card a search finds.
pub fn remove_found(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    search: &str,
) -> Result<u64, AdmitError> {
    hold(tx, ctx, id)?;
    let (text, phone) = patterns(search);
    let removed = tx.execute(
        sql!("cards/remove_found"),
        params![ctx.account, id, text, phone],
    )?;
    touch(tx, ctx, id)?;
    Ok(removed)
}

/// A page of the people who would be invited.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    search: &str,
    at: PageAt,
) -> Result<CardPage, AdmitError> {
    find(tx, ctx, id)?;
    let limit = PAGE as i64 + 1;
    let base = params![ctx.account, id];
    let (text, phone) = patterns(search);
    let found_by = |limit| {
        let select = Select::new(sql!("cards/page"), base, &["number"], limit);
        let select = select.and("not has_access", &[]);
        if search.trim().is_empty() {
            return select;
        }
        let matches = "name_key like $1 escape '\\' or phone like $2 escape '\\' or email_key like $1 escape '\\'";
        select.and(matches, &[&text, &phone])
    };
    let select = match at {
        PageAt::Start => found_by(limit),
        PageAt::After(number) => found_by(limit).after(&[&number]),
        PageAt::Before(number) => found_by(limit)
            .direction(Direction::Descending)
            .after(&[&number]),
    };
    let mut cards: Vec<Card> = tx.select(&select)?;
    let has_more = cards.len() > PAGE;
    cards.truncate(PAGE);
    if matches!(at, PageAt::Before(_)) {
        cards.reverse();
    }
    let found = tx.count(&found_by(MOST as i64), MOST as i64)?;
    let (has_previous, has_next) = match at {
        PageAt::Start => (false, has_more),
        PageAt::After(_) => (true, has_more),
        PageAt::Before(_) => (has_more, true),
    };
    Ok(CardPage {
        cards,
        found,
        has_previous,
        has_next,
    })
}

/// What a search looks for in names and addresses, and in numbers.
fn patterns(search: &str) -> (String, String) {
    let escaped = |text: &str| {
        text.replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_")
    };
    let text = fold(search.trim());
    let digits: String = search
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    // A text without digits would find every number.
    let phone = if digits.is_empty() {
        escaped(&text)
    } else {
        digits
    };
    (format!("%{}%", escaped(&text)), format!("%{phone}%"))
}

fn parse(tx: &mut Tx<'_>, ctx: &Ctx, fields: &Fields) -> Result<Parsed, AdmitError> {
    let region = region(tx, ctx)?;
    fields.parse(region).map_err(AdmitError::Card)
}

/// The country whose national numbers are understood.
fn region(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Option<Region>> {
    let account = accounts::get(tx, ctx.account)?;
    Ok(account
        .default_country
        .and_then(|letters| letters.parse().ok()))
}

/// A number or address of another card is refused.
fn refuse_known(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    own: Option<i64>,
    parsed: &Parsed,
) -> Result<(), AdmitError> {
    let known: Vec<(i64, Option<String>, Option<String>, String)> =
        tx.fetch(sql!("cards/keys"), params![ctx.account, id])?;
    let mut faults = Vec::new();
    for (number, phone, email_key, name) in known {
        if Some(number) == own {
            continue;
        }
        let mut fault = |field, what| {
            let words = format!("{name} is in the list with this {what} already.");
            faults.push(CardFault::new(field, words));
        };
        if parsed.phone.is_some() && parsed.phone == phone {
            fault(CardField::Phone, "number");
        }
        if parsed.email_key.is_some() && parsed.email_key == email_key {
            fault(CardField::Email, "address");
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(AdmitError::Card(faults))
    }
}

/// Takes so many numbers for cards; returns the first.
pub(crate) fn take_numbers(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    count: i64,
) -> db::Result<i64> {
    let (first,): (i64,) =
        tx.fetch_one(sql!("drafts/take_numbers"), params![ctx.account, id, count])?;
    Ok(first)
}

/// Looks whom the cards are about, and who of them has access to everything chosen.
pub(crate) fn look_for_access(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> db::Result<()> {
    look_at(tx, ctx, id, None)
}

/// Looks at one card, or at all; only what differs is written.
fn look_at(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId, number: Option<i64>) -> db::Result<()> {
    tx.execute(sql!("cards/match"), params![ctx.account, id, number])?;
    tx.execute(
        sql!("cards/look_for_access"),
        params![ctx.account, id, number, ctx.now()],
    )?;
    Ok(())
}
