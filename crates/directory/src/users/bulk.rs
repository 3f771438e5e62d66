//! Set-based writing of many people: what an import's apply and undo consist of.

use db::{Bulk, Cells, Rows, Tx, bulk, params, sql, sql_pair};
use kernel::{AccountId, IdRange, ImportId, Timestamp, TypedId, UserId, UserStatus};
use uuid::Uuid;

use super::{UserRecord, UserRow, row::external_id_key, row::name_keys};
use crate::Ctx;

/// Writes new people; a taken key is a unique violation and nothing is written.
pub fn insert(tx: &mut Tx<'_>, users: &[UserRow]) -> db::Result<u64> {
    tx.bulk(users)
}

/// A person's new values, and the version they were made from.
#[derive(Clone, Debug)]
pub struct UserUpdate {
    /// The person after the change; its `version` is the one before.
    pub user: UserRow,
}

impl Bulk for UserUpdate {
    const TABLE: &'static str = "staged_updates";
    const COLUMNS: &'static [&'static str] = &[
        "user_id",
        "version",
        "external_id",
        "external_id_key",
        "first_name",
        "last_name",
        "name_key",
        "last_name_key",
        "email",
        "email_key",
        "phone",
        "notes",
        "role",
        "status",
        "person_kind",
        "title",
        "department",
        "language",
        "custom",
        "import_id",
        "admin_role_id",
    ];

    fn write(&self, row: &mut Cells<'_, '_>) {
        let user = &self.user;
        let (name_key, last_name_key) = name_keys(&user.first_name, &user.last_name);
        row.put(&user.id)
            .put(&user.version)
            .put(&user.external_id)
            .put(&external_id_key(user.external_id.as_deref()))
            .put(&user.first_name)
            .put(&user.last_name)
            .put(&name_key)
            .put(&last_name_key)
            .put(&user.email)
            .put(&user.email_key)
            .put(&user.phone)
            .put(&user.notes)
            .put(&user.role)
            .put(&user.status)
            .put(&user.person_kind)
            .put(&user.title)
            .put(&user.department)
            .put(&user.language)
            .put(&user.custom)
            .put(&user.import)
            .put(&user.admin_role);
    }
}

/// Writes the updates whose version is still the stored one; returns who was written.
pub fn apply_updates(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    updates: &[UserUpdate],
) -> db::Result<Vec<UserId>> {
    tx.execute(sql!("users/clear_staged_updates"), params![])?;
    tx.bulk(updates)?;
    let mut written: Vec<(UserId,)> =
        tx.fetch(sql!("users/apply_updates"), params![account, now])?;
    if written.len() < updates.len() {
        // A row that was just written has a new version and is not met again.
        written.extend(
            tx.fetch::<(UserId,)>(sql!("users/apply_updates_of_keys"), params![account, now])?,
        );
    }
    Ok(written.into_iter().map(|(id,)| id).collect())
}

/// Counts a person's version up without changing a field: whoever looks at an older one is told, and
/// an undo leaves them alone. `false` if they are no longer at the version that was read.
pub(crate) fn touch(tx: &mut Tx<'_>, ctx: &Ctx, record: &UserRecord) -> db::Result<bool> {
    let user = record.user.clone();
    let written = apply_updates(tx, ctx.account, ctx.now(), &[UserUpdate { user }])?;
    Ok(!written.is_empty())
}

/// Counts the versions of the staged people up, for the same reasons.
pub(crate) fn touch_staged(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<()> {
    let values = params![ctx.account, ctx.now()];
    tx.execute(sql!("users/touch_staged"), values).map(drop)
}

/// Fills the staging table of ids, emptying it first.
pub fn stage_ids<I: TypedId>(tx: &mut Tx<'_>, ids: impl IntoIterator<Item = I>) -> db::Result<()> {
    tx.execute(sql!("users/clear_staged_ids"), params![])?;
    let ids: Vec<Id> = ids.into_iter().map(|id| Id { id: id.uuid() }).collect();
    tx.bulk(&ids)?;
    Ok(())
}

/// Locks the staged people who are not deleted until the transaction ends, so that who locks them too waits; says who of
/// them is there.
pub fn lock_staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<(UserId, UserStatus)>> {
    tx.fetch(sql_pair!("users/lock_staged"), params![account])
}

/// The ids in the staging table, for lists narrowed by them.
pub fn staged() -> Rows {
    Rows::of(sql!("users/staged"), params![])
}

/// How many people the account has, counted up to `most`.
pub fn count(tx: &mut Tx<'_>, account: AccountId, most: i64) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(sql!("users/count"), params![account, most])
        .map(|(count,)| count)
}

/// The owners of the account, at most 100,000.
pub fn owners(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<UserId>> {
    let owners: Vec<(UserId,)> = tx.fetch(sql!("users/owner_ids"), params![account])?;
    Ok(owners.into_iter().map(|(id,)| id).collect())
}

/// How many of the people an import created nobody has touched since.
pub fn count_untouched(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: ImportId,
    range: IdRange,
) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(
        sql!("users/count_untouched"),
        params![account, import, range.first(), range.last()],
    )
    .map(|(count,)| count)
}

/// How many people there are with ids of a block.
pub fn count_in(tx: &mut Tx<'_>, account: AccountId, range: IdRange) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(
        sql!("users/count_in"),
        params![account, range.first(), range.last()],
    )
    .map(|(count,)| count)
}

/// Up to `limit` people an import created whom somebody has touched since.
pub fn touched(
    tx: &mut Tx<'_>,
    account: AccountId,
    range: IdRange,
    limit: i64,
) -> db::Result<Vec<(UserId, String, String)>> {
    tx.fetch(
        sql!("users/touched"),
        params![account, range.first(), range.last(), limit],
    )
}

/// Removes up to `limit` people an import created that nobody has touched since; returns how many.
///
/// Untouched means: still at the first version, never signed in, and without documents.
pub fn delete_untouched(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: ImportId,
    range: IdRange,
    limit: i64,
) -> db::Result<u64> {
    tx.execute(sql!("users/clear_staged_ids"), params![])?;
    let staged = tx.execute(
        sql!("users/stage_untouched"),
        params![account, import, range.first(), range.last(), limit],
    )?;
    if staged > 0 {
        delete_links_of_staged(tx, account)?;
        tx.execute(sql!("users/delete_staged"), params![account])?;
    }
    Ok(staged)
}

/// Removes memberships, seats, participations, grants and cards of the staged people.
fn delete_links_of_staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<()> {
    // Before the cards they are about.
    crate::cards::delete_of_staged_people(tx, account)?;
    for statement in [
        sql!("users/delete_members_of_staged"),
        sql!("users/delete_seats_of_staged"),
        sql!("users/delete_participants_of_staged"),
        sql!("users/delete_step_users_of_staged"),
        sql!("users/delete_grants_of_staged"),
        sql!("users/delete_cards_of_staged"),
        sql!("photos/delete_of_staged"),
        sql!("photos/delete_former_of_staged"),
        sql!("kept/delete_of_staged"),
        sql!("notifications/delete_choices_of_staged"),
    ] {
        tx.execute(statement, params![account])?;
    }
    Ok(())
}

struct Id {
    id: Uuid,
}

bulk!(Id => "staged_ids" { id });
