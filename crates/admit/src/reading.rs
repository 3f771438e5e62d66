//! Lists become cards: a file or pasted lines, with the rows that are skipped and why (S0.17–21).

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use db::{Bulk, Cells, Db, Tx, params, sql};
use directory::Ctx;
use import::{Imports, ListRow, PeopleList};
use kernel::{AccountId, Code, InviteDraftId};

use crate::{
    card::{Card, CardRow, email_key, words},
    cards,
    drafts::{hold, touch, with_rights},
    error::AdmitError,
};

/// People of one draft, and rows of one list.
pub const MOST: usize = 10_000;
/// Numbers, addresses and names of skipped rows are shown, not used.
const SHOWN: usize = 200;

/// What came of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// The number of the list in the draft.
    pub list: i64,
    /// Rows that were read.
    pub rows: i64,
    /// Rows that made a card.
    pub cards: i64,
    /// Rows that were skipped.
    pub skipped: i64,
}

/// Reads a file into a draft.
pub fn read_file(
    db: &Db,
    imports: &Imports,
    ctx: &Ctx,
    id: InviteDraftId,
    name: &str,
    source: &mut dyn Read,
) -> Result<Added, AdmitError> {
    db.read_blocking(|tx| with_rights(tx, ctx, id).map(drop))?;
    let list = imports.read_list(ctx, name, source, MOST)?;
    db.write_blocking(|tx| add(tx, ctx, id, Some(name), &list))
}

/// What the pasted lines of a draft are read as, without adding them.
pub fn view_pasted(
    db: &Db,
    imports: &Imports,
    ctx: &Ctx,
    id: InviteDraftId,
) -> Result<Option<PeopleList>, AdmitError> {
    let (draft, _) = db.read_blocking(|tx| with_rights(tx, ctx, id))?;
    let Some(text) = draft.pasted else {
        return Ok(None);
    };
    let list = imports.read_list(ctx, "pasted lines", &mut Cursor::new(text), MOST)?;
    Ok(Some(list))
}

/// Adds the pasted lines of a draft; nothing if there are none any more.
pub fn read_pasted(
    db: &Db,
    imports: &Imports,
    ctx: &Ctx,
    id: InviteDraftId,
) -> Result<Option<Added>, AdmitError> {
    let Some(list) = view_pasted(db, imports, ctx, id)? else {
        return Ok(None);
    };
    db.write_blocking(|tx| {
        let added = add(tx, ctx, id, None, &list)?;
        tx.execute(
            sql!("drafts/set_pasted"),
            params![ctx.account, id, None::<String>],
        )?;
        Ok(Some(added))
    })
}

struct SkipRow {
    account: AccountId,
    draft: InviteDraftId,
    list: i64,
    row: i64,
    name: String,
    phone: String,
    code: String,
    reason: String,
}

impl Bulk for SkipRow {
    const TABLE: &'static str = "invite_skips";
    const COLUMNS: &'static [&'static str] = &[
        "account_id",
        "draft_id",
        "list_number",
        "row_no",
        "name",
        "phone",
        "code",
        "reason",
    ];

    fn write(&self, row: &mut Cells<'_, '_>) {
        row.put(&self.account)
            .put(&self.draft)
            .put(&self.list)
            .put(&self.row)
            .put(&self.name)
            .put(&self.phone)
            .put(&self.code)
            .put(&self.reason);
    }
}

/// Who has a number or an address.
enum Holder {
    /// A row of this list.
    Row(u64),
    /// A card that was there before.
    Card(String),
}

/// The numbers and addresses of a draft while a list is added to it.
#[derive(Default)]
struct Known {
    phones: HashMap<String, Holder>,
    emails: HashMap<String, Holder>,
}

impl Known {
    fn load(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> db::Result<(Self, usize)> {
        let cards: Vec<(i64, Option<String>, Option<String>, String)> =
            tx.fetch(sql!("cards/keys"), params![ctx.account, id])?;
        let count = cards.len();
        let mut known = Self::default();
        for (_, phone, email, name) in cards {
            if let Some(phone) = phone {
                known.phones.insert(phone, Holder::Card(name.clone()));
            }
            if let Some(email) = email {
                known.emails.insert(email, Holder::Card(name));
            }
        }
        Ok((known, count))
    }

    /// Why a row is not wanted, as code and words.
    fn skip(&self, row: &ListRow, email_key: Option<&str>) -> Option<(String, String)> {
        if let Some(problem) = &row.problem {
            let words = words(problem.code, &problem.detail);
            return Some((problem.code.as_str().to_owned(), words));
        }
        let by_phone = row.phone.as_ref().and_then(|phone| self.phones.get(phone));
        if let Some(holder) = by_phone {
            return Some(duplicate(holder, Code::PhoneDuplicateInFile, "number"));
        }
        let holder = email_key.and_then(|key| self.emails.get(key))?;
        Some(duplicate(holder, Code::EmailDuplicateInFile, "address"))
    }

    fn take(&mut self, row: &ListRow, email_key: Option<String>) {
        if let Some(phone) = &row.phone {
            self.phones.insert(phone.clone(), Holder::Row(row.row));
        }
        if let Some(key) = email_key {
            self.emails.insert(key, Holder::Row(row.row));
        }
    }
}

fn duplicate(holder: &Holder, code: Code, what: &str) -> (String, String) {
    match holder {
        Holder::Row(row) => (
            code.as_str().to_owned(),
            format!("Row {row} of this list has the same {what}."),
        ),
        Holder::Card(name) => (
            "card_exists".to_owned(),
            format!("{name} is among the people already, with the same {what}."),
        ),
    }
}

fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    name: Option<&str>,
    list: &PeopleList,
) -> Result<Added, AdmitError> {
    // Two lists at once would take the same numbers.
    hold(tx, ctx, id)?;
    touch(tx, ctx, id)?;
    let (mut known, present) = Known::load(tx, ctx, id)?;
    let (number,): (i64,) = tx.fetch_one(sql!("lists/next"), params![ctx.account, id])?;
    let (mut rows, mut skips) = (Vec::new(), Vec::new());
    for row in &list.rows {
        let key = email_key(row.email.as_deref());
        if let Some((code, reason)) = known.skip(row, key.as_deref()) {
            skips.push(skip(ctx, id, number, row, code, reason));
            continue;
        }
        known.take(row, key);
        rows.push(row);
    }
    if present + rows.len() > MOST {
        return Err(AdmitError::TooMany(MOST));
    }
    let first = cards::take_numbers(tx, ctx, id, rows.len() as i64)?;
    let made: Vec<CardRow> = rows
        .iter()
        .zip(first..)
        .map(|(row, at)| card(ctx, id, number, row, at))
        .collect();
    tx.bulk(&made)?;
    tx.bulk(&skips)?;
    let short = name.map(|name| {
        name.chars()
            .filter(|c| !c.is_control())
            .take(SHOWN)
            .collect::<String>()
    });
    tx.execute(
        sql!("lists/insert"),
        params![ctx.account, id, number, short, list.rows.len() as i64],
    )?;
    cards::look_for_access(tx, ctx, id)?;
    Ok(Added {
        list: number,
        rows: list.rows.len() as i64,
        cards: made.len() as i64,
        skipped: skips.len() as i64,
    })
}

fn card(ctx: &Ctx, id: InviteDraftId, list: i64, row: &ListRow, number: i64) -> CardRow {
    CardRow {
        account: ctx.account,
        draft: id,
        card: Card {
            number,
            name: row.name.clone(),
            phone: row.phone.clone(),
            email: row.email.clone(),
            notes: row.notes.clone(),
            list: Some(list),
            row: Some(row.row as i64),
            has_access: false,
            outcome: None,
            user: None,
            problem: None,
        },
    }
}

fn skip(
    ctx: &Ctx,
    id: InviteDraftId,
    list: i64,
    row: &ListRow,
    code: String,
    reason: String,
) -> SkipRow {
    let shown = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_control())
            .take(SHOWN)
            .collect()
    };
    let contact = row.phone.as_deref().or(row.email.as_deref());
    SkipRow {
        account: ctx.account,
        draft: id,
        list,
        row: row.row as i64,
        name: shown(&row.name),
        phone: shown(contact.unwrap_or_default()),
        code,
        reason: shown(&reason),
    }
}
