//! Taking deleted people back, with as much of what they had as is wanted and still there.

use std::collections::{BTreeMap, HashSet};

use db::{Tx, from_row, params, sql};
use kernel::{Clock, IdentityId, UserId};

use super::LeaveError;
use crate::{
    Action, Ctx, activity, cards,
    lock::require_unlocked,
    modules::{self, Seat},
    users::stage_ids,
};

/// What comes back with somebody.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four choices, each by itself"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Back {
    /// Groups and teams, and leading them.
    pub groups: bool,
    /// Workflows and their steps.
    pub workflows: bool,
    /// Access to devices, and seats of modules as far as some are free.
    pub access: bool,
    /// Cards whose number nobody has by now.
    pub cards: bool,
}

impl Back {
    /// Everything.
    pub const ALL: Self = Self {
        groups: true,
        workflows: true,
        access: true,
        cards: true,
    };

    fn told(self) -> String {
        let parts = [
            (self.groups, "groups"),
            (self.workflows, "workflows"),
            (self.access, "access"),
            (self.cards, "cards"),
        ];
        let wanted: Vec<_> = parts
            .into_iter()
            .filter(|part| part.0)
            .map(|part| part.1)
            .collect();
        if wanted.is_empty() {
            "without what they had".to_owned()
        } else {
            format!("with {}", wanted.join(", "))
        }
    }
}

/// A key that somebody else has by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The user ID.
    ExternalId,
    /// The sign-in: somebody who is taken back at the same time has it.
    SignIn,
}

impl Taken {
    /// The key in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
            Self::ExternalId => "user ID",
            Self::SignIn => "sign-in",
        }
    }
}

/// What became of somebody who was to be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// They are back.
    Restored,
    /// Somebody else has a key of theirs.
    Taken(Taken),
    /// They are not among the deleted, or are being erased.
    Gone,
}

struct Keys {
    user_id: UserId,
    email_key: Option<String>,
    phone: Option<String>,
    external_id_key: Option<String>,
    identity_id: Option<IdentityId>,
    email_is_taken: bool,
    phone_is_taken: bool,
    external_id_is_taken: bool,
}

from_row!(Keys {
    user_id,
    email_key,
    phone,
    external_id_key,
    identity_id,
    email_is_taken,
    phone_is_taken,
    external_id_is_taken,
});

/// Whether each of these people can be taken back: of two who had the same key, one.
pub(crate) fn taken(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[UserId],
) -> db::Result<BTreeMap<UserId, Option<Taken>>> {
    stage_ids(tx, people.iter().copied())?;
    let keys: Vec<Keys> = tx.fetch(sql!("leaving/keys_of_staged"), params![ctx.account])?;
    let (mut emails, mut phones) = (HashSet::new(), HashSet::new());
    let (mut external_ids, mut sign_ins) = (HashSet::new(), HashSet::new());
    let mut all = BTreeMap::new();
    for key in keys {
        let taken = if key.email_is_taken
            || key
                .email_key
                .as_ref()
                .is_some_and(|one| emails.contains(one))
        {
            Some(Taken::Email)
        } else if key.phone_is_taken || key.phone.as_ref().is_some_and(|one| phones.contains(one)) {
            Some(Taken::Phone)
        } else if key.external_id_is_taken
            || key
                .external_id_key
                .as_ref()
                .is_some_and(|one| external_ids.contains(one))
        {
            Some(Taken::ExternalId)
        } else if key.identity_id.is_some_and(|one| sign_ins.contains(&one)) {
            Some(Taken::SignIn)
        } else {
            emails.extend(key.email_key);
            phones.extend(key.phone);
            external_ids.extend(key.external_id_key);
            sign_ins.extend(key.identity_id);
            None
        };
        all.insert(key.user_id, taken);
    }
    Ok(all)
}

/// Takes people back, those who can be; the others are told with the reason.
pub fn restore(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[UserId],
    back: Back,
) -> Result<Vec<(UserId, Returned)>, LeaveError> {
    ctx.require_for_all(Action::DeleteUsers)?;
    require_unlocked::<LeaveError>(tx, ctx)?;
    let mut wanted: Vec<UserId> = people.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let found = taken(tx, ctx, &wanted)?;
    let fitting: Vec<UserId> = found
        .iter()
        .filter(|(_, taken)| taken.is_none())
        .map(|(id, _)| *id)
        .collect();
    restore_staged(tx, ctx, &fitting, back)?;
    match fitting.as_slice() {
        [] => {}
        [one] => activity::record(tx, ctx, "user.restore", Some(one.uuid()), &back.told())?,
        many => {
            let details = format!("{} people {}", many.len(), back.told());
            activity::record(tx, ctx, "users.restore", None, &details)?;
        }
    }
    Ok(wanted
        .into_iter()
        .map(|id| {
            let returned = match found.get(&id) {
                None => Returned::Gone,
                Some(None) => Returned::Restored,
                Some(Some(key)) => Returned::Taken(*key),
            };
            (id, returned)
        })
        .collect())
}

/// Takes people back of whom [`taken`] said that they can be; writes no activity.
pub(crate) fn restore_staged(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[UserId],
    back: Back,
) -> db::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    let ctx = &Ctx {
        clock: Clock::fixed(now),
        ..ctx.clone()
    };
    let account = ctx.account;
    stage_ids(tx, people.iter().copied())?;
    tx.execute(sql!("leaving/put_back"), params![account, now])?;
    if back.groups {
        tx.execute(sql!("leaving/groups_back"), params![account, now])?;
    }
    if back.workflows {
        tx.execute(sql!("leaving/workflows_back"), params![account, now])?;
        tx.execute(sql!("leaving/steps_back"), params![account])?;
    }
    if back.access {
        tx.execute(sql!("leaving/grants_back"), params![account, now])?;
        tx.execute(sql!("leaving/forget_returned_grants"), params![account])?;
        seats_back(tx, ctx)?;
    }
    if back.cards {
        cards::give_back(tx, ctx)?;
    }
    stage_ids(tx, people.iter().copied())?;
    for statement in [
        sql!("leaving/forget_links"),
        sql!("leaving/forget_seats"),
        sql!("leaving/forget"),
    ] {
        tx.execute(statement, params![account])?;
    }
    Ok(())
}

/// Gives the staged people the seats they had, as long as there are some.
fn seats_back(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<()> {
    let had: Vec<(String, UserId)> =
        tx.fetch(sql!("leaving/seats_of_staged"), params![ctx.account])?;
    let mut of_module: BTreeMap<String, Vec<UserId>> = BTreeMap::new();
    for (module, user) in had {
        of_module.entry(module).or_default().push(user);
    }
    for (key, people) in of_module {
        // A module the account has no longer gives nothing.
        let module = match modules::locked(tx, ctx.account, &key) {
            Ok(module) => module,
            Err(db::Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let free = usize::try_from(module.free()).unwrap_or(0);
        let seats: Vec<Seat> = people
            .into_iter()
            .take(free)
            .map(|user| Seat {
                account: ctx.account,
                user,
                module: key.clone(),
                created_at: ctx.now(),
            })
            .collect();
        tx.bulk(&seats)?;
    }
    Ok(())
}
