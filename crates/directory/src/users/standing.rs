//! Deactivating a person, and taking them back.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{GroupId, Role, UserId, UserStatus};

use super::{
    SaveUser, end_sessions_of_staged,
    save::{changeable, keep_an_owner, link, record, write},
    stage_ids,
};
use crate::Ctx;

/// Ends a person's access to the account: sessions end, and the seats of modules become free.
///
/// Groups, workflows, devices and cards stay, so that the person can be taken back.
pub fn deactivate(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<(), SaveUser> {
    let before = changeable(tx, ctx, id)?;
    if ctx.actor.user == Some(id) {
        return Err(SaveUser::Yourself);
    }
    let status = before.user.status.as_str();
    if status == UserStatus::Deactivated.as_str() {
        return Err(SaveUser::Unfit("deactivated already".to_owned()));
    }
    if before.user.role == Role::Owner.as_str() && status == UserStatus::Active.as_str() {
        keep_an_owner(tx, ctx, id)?;
    }
    let mut user = before.user.clone();
    UserStatus::Deactivated
        .as_str()
        .clone_into(&mut user.status);
    write(tx, ctx, user)?;
    let groups: BTreeSet<GroupId> = before.groups.iter().map(|group| group.0).collect();
    let seats: BTreeSet<String> = before.modules.iter().cloned().collect();
    link(tx, ctx, id, (&groups, &seats), (&groups, &BTreeSet::new()))?;
    stage_ids(tx, [id])?;
    end_sessions_of_staged(tx, ctx.account)?;
    record(tx, ctx, "user.deactivate", &before)
}

/// Takes a deactivated person back; seats of modules are given anew.
pub fn reactivate(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<(), SaveUser> {
    let before = changeable(tx, ctx, id)?;
    if before.user.status != UserStatus::Deactivated.as_str() {
        return Err(SaveUser::Unfit("not deactivated".to_owned()));
    }
    let mut user = before.user.clone();
    status_when_back(user.identity.is_some())
        .as_str()
        .clone_into(&mut user.status);
    write(tx, ctx, user)?;
    record(tx, ctx, "user.reactivate", &before)
}

/// Whoever had signed in before can do so again.
pub(crate) const fn status_when_back(signs_in: bool) -> UserStatus {
    if signs_in {
        UserStatus::Active
    } else {
        UserStatus::Invited
    }
}
