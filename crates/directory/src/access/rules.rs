//! What somebody may do with a device: decided here and nowhere else.

use db::{Tx, params, sql};
use kernel::{AccessType, DeviceId};

use crate::{Action, Actor, Ctx};

/// By what somebody may give access to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// They administer the account.
    Administration,
    /// The device is theirs.
    Owner,
    /// They have Full access to it.
    Full,
    /// They have Tenant access to it.
    Tenant,
}

impl Right {
    /// The right of somebody with what their role allows and this access of their own, if any.
    pub fn of(actor: &Actor, own: Option<AccessType>) -> Option<Self> {
        if actor.may(Action::ManageAccess) {
            return Some(Self::Administration);
        }
        match own? {
            AccessType::Owner => Some(Self::Owner),
            AccessType::Full => Some(Self::Full),
            AccessType::Tenant => Some(Self::Tenant),
            AccessType::Always | AccessType::Repeat | AccessType::Temporary => None,
        }
    }

    /// The types of access that may be given. Never Owner: a device is handed over.
    pub const fn may_give(self) -> &'static [AccessType] {
        match self {
            Self::Administration | Self::Owner | Self::Full => &[
                AccessType::Full,
                AccessType::Tenant,
                AccessType::Always,
                AccessType::Repeat,
                AccessType::Temporary,
            ],
            Self::Tenant => &[AccessType::Temporary],
        }
    }

    /// Whether what is given is for a guest, within the device's limits.
    pub const fn only_guests(self) -> bool {
        matches!(self, Self::Tenant)
    }

    /// Whether everybody's access is seen, changed and revoked, and not only that of own guests.
    pub const fn manages(self) -> bool {
        match self {
            Self::Administration | Self::Owner | Self::Full => true,
            Self::Tenant => false,
        }
    }

    /// Whether the device may be handed over to somebody else.
    pub const fn may_transfer(self) -> bool {
        match self {
            Self::Administration | Self::Owner => true,
            Self::Full | Self::Tenant => false,
        }
    }
}

/// By what the actor may give access to a device at this moment; none if they may not.
///
/// The device is not looked for: an administrator has this right on any of the account.
pub fn right_on(tx: &mut Tx<'_>, ctx: &Ctx, device: DeviceId) -> db::Result<Option<Right>> {
    Ok(Right::of(&ctx.actor, own(tx, ctx, device)?))
}

/// The actor's own access to a device, if it holds at this moment.
fn own(tx: &mut Tx<'_>, ctx: &Ctx, device: DeviceId) -> db::Result<Option<AccessType>> {
    let Some(user) = ctx.actor.user else {
        return Ok(None);
    };
    let found: Option<(String,)> = tx.fetch_optional(
        sql!("access/own"),
        params![ctx.account, user, device, ctx.now()],
    )?;
    Ok(found.and_then(|(kind,)| AccessType::parse(&kind).ok()))
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;

    fn right(role: Role, own: Option<AccessType>) -> Option<Right> {
        Right::of(&Actor::new(None, "Maria", role), own)
    }

    #[test]
    fn each_type_of_access_gives_what_the_table_says() {
        let mut lines = Vec::new();
        for kind in AccessType::ALL {
            let line = right(Role::User, Some(*kind)).map_or(String::new(), |right| {
                let given: Vec<_> = right.may_give().iter().map(|kind| kind.as_str()).collect();
                format!(
                    "{}; manages {}, transfers {}",
                    given.join(" "),
                    right.manages(),
                    right.may_transfer()
                )
            });
            lines.push(format!("{kind}: {line}"));
        }
        let expected = "\
owner: full tenant always repeat temporary; manages true, transfers true
full: full tenant always repeat temporary; manages true, transfers false
tenant: temporary; manages false, transfers false
always: \nrepeat: \ntemporary: ";
        assert_eq!(lines.join("\n"), expected);
    }

    #[test]
    fn only_administrators_need_no_access_of_their_own() {
        for role in [Role::Owner, Role::Admin] {
            assert_eq!(right(role, None), Some(Right::Administration));
        }
        for role in [Role::Manager, Role::User] {
            assert_eq!(right(role, None), None);
            assert_eq!(right(role, Some(AccessType::Full)), Some(Right::Full));
        }
    }
}
