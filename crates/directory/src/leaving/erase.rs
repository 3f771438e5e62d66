//! Erasing for good: rows about a person go, and where a row is about something else, their name does.
//!
//! All of it is set-based, for some people at once. What is left for others to do is written down in the same
//! transaction: the files of documents and archives that no row names any more.

use db::{Sql, Tx, bulk, from_row, params, sql};
use kernel::{
    AccountId, CardNumber, DataRequestId, DocumentId, IdentityId, Timestamp, UserId, fold,
    full_name,
};

use super::{LeaveError, kept_days, kept_since, list};
use crate::{Action, Ctx, activity, users::stage_ids};

/// A shorter text is not looked for: it is in too much that is about somebody else.
const SHORTEST: usize = 5;
/// A text is replaced once more as long as something is left of it, so often at most.
const ROUNDS: usize = 50;
/// Files told at once.
const MOST_FILES: i64 = 500;

/// What an account's people were erased from and is still in the data folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Documents whose files are to be removed.
    pub documents: Vec<DocumentId>,
    /// Archives of people's own data.
    pub archives: Vec<DataRequestId>,
}

impl Files {
    /// Whether there is nothing to remove.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.archives.is_empty()
    }
}

/// A text that is to be found no more, and what takes its place.
struct Word {
    user_id: UserId,
    needle: String,
    folded: String,
    instead: String,
}

bulk!(Word => "staged_words" { user_id, needle, folded, instead: word });

struct Person {
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    external_id: Option<String>,
}

from_row!(Person {
    user_id,
    first_name,
    last_name,
    email,
    phone,
    external_id
});

/// Those whose time is over, or who are to be erased now, at most `limit`.
pub fn due(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    limit: i64,
) -> db::Result<Vec<UserId>> {
    let since = kept_since(now, kept_days(tx, account)?);
    let due: Vec<(UserId,)> = tx.fetch(sql!("erasing/due"), params![account, since, limit])?;
    Ok(due.into_iter().map(|(id,)| id).collect())
}

/// How many would be erased if deleted people were kept for so many days.
pub fn would_erase(tx: &mut Tx<'_>, ctx: &Ctx, days: i64) -> db::Result<i64> {
    let since = kept_since(ctx.now(), days);
    let (count,) = tx.fetch_one(sql!("erasing/count_due"), params![ctx.account, since])?;
    Ok(count)
}

/// Says that a deleted person is to be erased at once, and cannot be taken back; `name` is theirs, as typed.
pub fn request(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId, name: &str) -> Result<(), LeaveError> {
    ctx.require(Action::EraseUsers)?;
    let person = list::find(tx, ctx, id)?.ok_or(LeaveError::NobodyThere)?;
    if fold(name.trim()) != fold(&person.full_name()) {
        return Err(LeaveError::NotConfirmed);
    }
    tx.execute(sql!("erasing/request"), params![ctx.account, id])?;
    activity::record(tx, ctx, "user.erase", Some(id.uuid()), "")?;
    Ok(())
}

/// The texts by which files about these people are recognised, card numbers among them.
///
/// A text that somebody who stays has, too, is none.
pub fn needles(tx: &mut Tx<'_>, account: AccountId, people: &[UserId]) -> db::Result<Vec<String>> {
    let people = &with_merged(tx, account, people)?;
    let words = words(tx, account, people)?;
    stage_ids(tx, people.iter().copied())?;
    let cards: Vec<(String,)> = tx.fetch(sql!("erasing/cards"), params![account])?;
    let mut found = Vec::new();
    for word in words {
        // First and last name in two cells of a line.
        for (between, apart) in [
            (", ", ","),
            (", ", ";"),
            (", ", "\t"),
            (" ", ","),
            (" ", ";"),
            (" ", "\t"),
        ] {
            if let Some((one, other)) = word.needle.split_once(between) {
                found.push(format!("{one}{apart}{other}"));
            }
        }
        found.push(word.needle);
    }
    for (number,) in cards {
        if let Ok(card) = number.parse::<CardNumber>() {
            found.push(card.decimal());
        }
        found.push(number);
    }
    found.retain(|needle| needle.chars().count() >= SHORTEST);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The name that stands for somebody who was erased: nothing of theirs is in it.
fn pseudonym(user: UserId) -> String {
    let id = user.to_string();
    let tail: String = id
        .chars()
        .rev()
        .take(4)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    format!("Erased person {tail}")
}

/// What people are called and found by, without what somebody who stays has, too.
fn words(tx: &mut Tx<'_>, account: AccountId, people: &[UserId]) -> db::Result<Vec<Word>> {
    stage_ids(tx, people.iter().copied())?;
    let found: Vec<Person> = tx.fetch(sql!("erasing/people"), params![account])?;
    let mut words: Vec<Word> = found.into_iter().flat_map(of_person).collect();
    tx.execute(sql!("erasing/clear_words"), params![])?;
    tx.bulk(&words)?;
    let shared: Vec<(String,)> = tx.fetch(sql!("erasing/shared_words"), params![account])?;
    words.retain(|word| !shared.iter().any(|(other,)| *other == word.needle));
    Ok(words)
}

fn of_person(person: Person) -> Vec<Word> {
    let word = pseudonym(person.user_id);
    let name = full_name(&person.first_name, &person.last_name);
    let turned = format!("{}, {}", person.last_name, person.first_name);
    [
        Some(name),
        Some(turned),
        person.email,
        person.phone,
        person.external_id,
    ]
    .into_iter()
    .flatten()
    .filter(|needle| needle.chars().count() >= SHORTEST)
    .map(|needle| Word {
        user_id: person.user_id,
        folded: fold(&needle).into_owned(),
        instead: word.clone(),
        needle,
    })
    .collect()
}

/// What the database holds of these people goes; returns how many there were.
///
/// Only of those who are deleted. Their files are told by [`files_left`] until they are removed.
pub fn erase(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> db::Result<u64> {
    let account = ctx.account;
    let people = &with_merged(tx, account, people)?;
    let words = words(tx, account, people)?;
    let names: Vec<Word> = people
        .iter()
        .map(|user| Word {
            user_id: *user,
            needle: String::new(),
            folded: String::new(),
            instead: pseudonym(*user),
        })
        .collect();
    stage_ids(tx, people.iter().copied())?;
    // By who they are: each has one word, and nothing is looked for.
    tx.execute(sql!("erasing/clear_words"), params![])?;
    tx.bulk(&names)?;
    activity::erase_staged(tx, account, ctx.now())?;
    every(tx, account, NAMES)?;
    forget_documents(tx, ctx)?;
    stage_ids(tx, people.iter().copied())?;
    tx.execute(sql!("erasing/clear_words"), params![])?;
    tx.bulk(&words)?;
    every(tx, account, ROWS)?;
    again(|| tx.execute(sql!("erasing/word_activity"), params![account, ctx.now()]))?;
    for statement in texts() {
        again(|| tx.execute(statement, params![account]))?;
    }
    let identities: Vec<(IdentityId,)> =
        tx.fetch(sql!("erasing/stage_identities"), params![account])?;
    let erased = tx.execute(sql!("erasing/delete_users"), params![account])?;
    every(tx, account, LAST)?;
    forget_identities(tx, identities.into_iter().map(|(id,)| id))?;
    let details = format!("{erased} people erased for good");
    activity::record(tx, ctx, "users.erase", None, &details)?;
    Ok(erased)
}

/// These people, and those who were made one with them.
fn with_merged(tx: &mut Tx<'_>, account: AccountId, people: &[UserId]) -> db::Result<Vec<UserId>> {
    stage_ids(tx, people.iter().copied())?;
    // A pointer leads to who was kept last: there is no chain of them.
    let merged: Vec<(UserId,)> = tx.fetch(sql!("erasing/merged"), params![account])?;
    let mut all = people.to_vec();
    all.extend(merged.into_iter().map(|(id,)| id));
    Ok(all)
}

/// Repeats until nothing is changed any more: of several words in one text a statement replaces one.
fn again(mut replace: impl FnMut() -> db::Result<u64>) -> db::Result<()> {
    for _ in 0..ROUNDS {
        if replace()? == 0 {
            break;
        }
    }
    Ok(())
}

fn every(
    tx: &mut Tx<'_>,
    account: AccountId,
    statements: fn() -> Vec<&'static Sql>,
) -> db::Result<()> {
    for statement in statements() {
        tx.execute(statement, params![account])?;
    }
    Ok(())
}

/// The names of people in rows that are about something else.
const NAMES: fn() -> Vec<&'static Sql> = || {
    vec![
        sql!("erasing/name_card_events"),
        sql!("erasing/name_document_history"),
        sql!("erasing/name_document_files"),
        sql!("erasing/name_invitations"),
        sql!("erasing/name_waves"),
        sql!("erasing/name_revoked_grants"),
        sql!("erasing/name_photo_batches"),
        sql!("erasing/name_data_requests"),
        sql!("erasing/name_bulk_actions"),
        sql!("erasing/name_card_runs"),
        sql!("erasing/name_imports"),
        sql!("erasing/name_import_edits"),
        sql!("erasing/name_series"),
        sql!("erasing/name_deleted_users"),
        sql!("erasing/subject_notifications"),
        sql!("erasing/photo_results"),
    ]
};

/// The rows that are about them; those that others are found by come last.
const ROWS: fn() -> Vec<&'static Sql> = || {
    vec![
        sql!("erasing/keep_documents"),
        sql!("erasing/delete_documents"),
        sql!("erasing/keep_archives"),
        sql!("erasing/delete_messages"),
        sql!("erasing/delete_data_requests"),
        sql!("erasing/delete_invitations"),
        sql!("erasing/delete_picks"),
        sql!("erasing/delete_answers"),
        sql!("erasing/delete_tokens"),
        sql!("erasing/delete_sessions"),
        sql!("erasing/delete_members"),
        sql!("erasing/delete_seats"),
        sql!("erasing/delete_participants"),
        sql!("erasing/delete_step_users"),
        sql!("erasing/delete_grants"),
        sql!("erasing/delete_revoked_grants"),
        sql!("cards/delete_events_of_staged"),
        sql!("erasing/delete_cards"),
        sql!("erasing/delete_card_run_people"),
        sql!("erasing/delete_kept_fields"),
        sql!("erasing/delete_photos"),
        sql!("photos/delete_former_of_staged"),
        sql!("erasing/delete_early_access"),
        sql!("erasing/delete_notifications"),
        sql!("notifications/delete_choices_of_staged"),
        sql!("erasing/delete_bulk_rows"),
        sql!("erasing/delete_departures_kept"),
        sql!("erasing/delete_series_people"),
        sql!("erasing/delete_visitors"),
        sql!("erasing/delete_views"),
        sql!("erasing/delete_draft_gifts"),
        sql!("erasing/delete_draft_skips"),
        sql!("erasing/delete_draft_people"),
        sql!("erasing/delete_draft_lists"),
        sql!("erasing/delete_draft_devices"),
        sql!("erasing/delete_drafts"),
        sql!("erasing/delete_draft_cards"),
        sql!("erasing/delete_entered"),
        sql!("erasing/delete_skipped"),
    ]
};

/// What the statements before it need.
const LAST: fn() -> Vec<&'static Sql> = || {
    vec![
        sql!("leaving/forget_links"),
        sql!("leaving/forget_seats"),
        sql!("leaving/forget"),
    ]
};

/// Free text about something else in which they may be named.
fn texts() -> Vec<&'static Sql> {
    vec![
        sql!("erasing/word_notifications"),
        sql!("erasing/word_document_history"),
        sql!("erasing/word_documents"),
        sql!("erasing/word_messages"),
        sql!("erasing/word_jobs"),
        sql!("erasing/word_bulk_actions"),
        sql!("erasing/word_photo_results"),
        sql!("erasing/word_kept_fields"),
        sql!("erasing/word_shared_mappings"),
        sql!("erasing/word_early_access"),
        sql!("erasing/word_imports"),
        sql!("erasing/word_invite_drafts"),
        sql!("erasing/word_invite_lists"),
        sql!("erasing/word_user_views"),
        sql!("erasing/word_series_runs"),
    ]
}

/// What the log and notifications say of the documents of the staged people; leaves other ids staged.
fn forget_documents(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<()> {
    let documents: Vec<(DocumentId,)> =
        tx.fetch(sql!("erasing/documents"), params![ctx.account])?;
    stage_ids(tx, documents.into_iter().map(|(id,)| id))?;
    tx.execute(
        sql!("activity/erase_subjects"),
        params![ctx.account, ctx.now()],
    )?;
    tx.execute(sql!("erasing/subject_notifications"), params![ctx.account])?;
    Ok(())
}

/// Sign-ins that belong to nobody any more.
fn forget_identities(
    tx: &mut Tx<'_>,
    identities: impl IntoIterator<Item = IdentityId>,
) -> db::Result<()> {
    stage_ids(tx, identities)?;
    for statement in [
        sql!("erasing/delete_identity_sessions"),
        sql!("erasing/delete_second_factors"),
        sql!("erasing/delete_recovery_codes"),
        sql!("erasing/delete_resets"),
        sql!("erasing/delete_steps"),
        sql!("erasing/delete_identities"),
    ] {
        tx.execute(statement, params![])?;
    }
    Ok(())
}

/// The files of erased people that are still to be removed, the first of them.
pub fn files_left(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Files> {
    let documents: Vec<(DocumentId,)> =
        tx.fetch(sql!("erasing/documents_left"), params![account, MOST_FILES])?;
    let archives: Vec<(DataRequestId,)> =
        tx.fetch(sql!("erasing/archives_left"), params![account, MOST_FILES])?;
    Ok(Files {
        documents: documents.into_iter().map(|(id,)| id).collect(),
        archives: archives.into_iter().map(|(id,)| id).collect(),
    })
}

/// Notes that these files are gone.
pub fn files_removed(tx: &mut Tx<'_>, account: AccountId, files: &Files) -> db::Result<()> {
    stage_ids(tx, files.documents.iter().copied())?;
    tx.execute(sql!("erasing/documents_removed"), params![account])?;
    stage_ids(tx, files.archives.iter().copied())?;
    tx.execute(sql!("erasing/archives_removed"), params![account])?;
    Ok(())
}
