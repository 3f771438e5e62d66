//! Photos of people: one each, made by `picture` and kept as two small JPEGs (docs/decisions/0024).
//!
//! Not here: what a picture is and how it is decoded.

pub mod batch;
mod job;
mod matching;
mod parcel;
mod sweep;
pub mod undo;

use std::{collections::HashMap, fmt::Write as _};

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, ImportId, PhotoBatchId, Timestamp, UserId};
use picture::Portrait;

use crate::{
    Action, Ctx, Forbidden, activity,
    lock::{Locked, require_unlocked},
    users,
};

pub use job::register;
pub use parcel::{Archive, Parcel};
pub use sweep::schedule as schedule_sweep;

/// The largest limit of an account, in MB.
pub const MOST_MEGABYTES: i64 = 10;

/// What an account decided about photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhotoSettings {
    /// How large a file may be, in MB.
    pub megabytes: i64,
    /// Whether people set their own.
    pub by_people: bool,
}

from_row!(PhotoSettings {
    megabytes: photo_megabytes,
    by_people: photos_by_people
});

impl PhotoSettings {
    /// The account's settings.
    pub fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        tx.fetch_one(sql!("photos/settings"), params![account])
    }

    /// Stores them.
    pub fn store(self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), PhotoRefusal> {
        ctx.require(Action::EditSettings)?;
        if !(1..=MOST_MEGABYTES).contains(&self.megabytes) {
            return Err(PhotoRefusal::Megabytes);
        }
        tx.execute(
            sql!("photos/store_settings"),
            params![ctx.account, self.megabytes, self.by_people],
        )?;
        let by_people = if self.by_people { "" } else { " not" };
        let details = format!(
            "up to {} MB, people do{by_people} set their own",
            self.megabytes
        );
        activity::record(tx, ctx, "photos.settings", None, &details)?;
        Ok(())
    }

    /// How large a file may be.
    pub fn most_bytes(self) -> u64 {
        self.megabytes.unsigned_abs() << 20
    }
}

/// Why a photo was not set or removed.
#[derive(Debug, thiserror::Error)]
pub enum PhotoRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An import of the account has to end first.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// People of this account do not set their own.
    #[error("photos are set by administrators here")]
    NotByPeople,
    /// There is nobody of this id, or no photo.
    #[error("there is no such photo")]
    NotFound,
    /// No sensible limit.
    #[error("a photo may have 1 to {MOST_MEGABYTES} MB")]
    Megabytes,
    /// Nothing to recognise people by.
    #[error("choose what file names say: user ID, e-mail address or id")]
    NothingToRecogniseBy,
    /// The upload was taken back, did nothing, goes on, or is too long ago.
    #[error(
        "an upload that stored photos can be taken back once, for {} days",
        undo::UNDO_DAYS
    )]
    TooLate,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Which of the two sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// For a page about the person.
    Large,
    /// For a list.
    Small,
}

/// Sets or replaces a person's photo: by an administrator, or by the person if the account allows it.
pub fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    portrait: &Portrait,
) -> Result<(), PhotoRefusal> {
    let had = may(tx, ctx, user)?;
    let row = PhotoRow::new(ctx, user, portrait.clone(), None);
    tx.execute(sql!("photos/delete"), params![ctx.account, user])?;
    tx.bulk(&[row])?;
    let details = if had { "replaced" } else { "" };
    activity::record(tx, ctx, "user.photo", Some(user.uuid()), details)?;
    Ok(())
}

/// Removes a person's photo.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), PhotoRefusal> {
    may(tx, ctx, user)?;
    if tx.execute(sql!("photos/delete"), params![ctx.account, user])? == 0 {
        return Err(PhotoRefusal::NotFound);
    }
    activity::record(tx, ctx, "user.photo_remove", Some(user.uuid()), "")?;
    Ok(())
}

/// Whether there is a photo already, after looking whether the actor may change it; the person is locked.
fn may(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<bool, PhotoRefusal> {
    let is_own = ctx.actor.user == Some(user);
    if !(is_own && PhotoSettings::load(tx, ctx.account)?.by_people)
        && let Err(forbidden) = ctx.require(Action::EditUsers)
    {
        return Err(if is_own {
            PhotoRefusal::NotByPeople
        } else {
            forbidden.into()
        });
    }
    if !is_own {
        require_unlocked::<PhotoRefusal>(tx, ctx)?;
        if !users::sees(tx, ctx, user)? {
            return Err(PhotoRefusal::NotFound);
        }
    }
    let found = matching::locked(tx, ctx.account, [user])?;
    let found = found.get(&user).ok_or(PhotoRefusal::NotFound)?;
    Ok(found.has_photo)
}

/// A person's photo as JPEG.
pub fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    size: Size,
) -> db::Result<Option<Vec<u8>>> {
    let statement = match size {
        Size::Large => sql!("photos/large"),
        Size::Small => sql!("photos/small"),
    };
    let found: Option<(Vec<u8>,)> = tx.fetch_optional(statement, params![account, user])?;
    Ok(found.map(|(bytes,)| bytes))
}

/// How many of an import's people have a photo, and how many do not.
pub fn counts_of_import(
    tx: &mut Tx<'_>,
    account: AccountId,
    import: ImportId,
) -> db::Result<(i64, i64)> {
    tx.fetch_one(sql!("photos/counts_of_import"), params![account, import])
}

/// Which of these people have a photo, with what changes when it does.
pub fn versions(
    tx: &mut Tx<'_>,
    account: AccountId,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<HashMap<UserId, String>> {
    users::stage_ids(tx, people)?;
    let found: Vec<(UserId, Vec<u8>)> =
        tx.fetch(sql!("photos/versions_of_staged"), params![account])?;
    let version = |hash: Vec<u8>| {
        hash.iter().take(6).fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    Ok(found
        .into_iter()
        .map(|(user, hash)| (user, version(hash)))
        .collect())
}

/// A photo as stored.
struct PhotoRow {
    account_id: AccountId,
    user_id: UserId,
    hash: [u8; 32],
    large: Vec<u8>,
    small: Vec<u8>,
    batch_id: Option<PhotoBatchId>,
    updated_at: Timestamp,
}

db::bulk!(PhotoRow => "photos" { account_id, user_id, hash, large, small, batch_id, updated_at });

impl PhotoRow {
    fn new(ctx: &Ctx, user: UserId, portrait: Portrait, batch: Option<PhotoBatchId>) -> Self {
        Self {
            account_id: ctx.account,
            user_id: user,
            hash: portrait.hash,
            large: portrait.large,
            small: portrait.small,
            batch_id: batch,
            updated_at: ctx.now(),
        }
    }
}

#[cfg(test)]
mod tests;
