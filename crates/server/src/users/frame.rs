//! What is around every part of a person's pages: who it is, what can be done with them, and the other parts.

use db::Tx;
use directory::{
    Action, leaving,
    photos::PhotoSettings,
    users::{self, UserRecord},
};
use kernel::{UserId, UserStatus};

use super::list::{position, role_of, status_badge};
use crate::{badge::Badge, failure::Failure, format::Avatar, guard::Visitor, photos};

/// A part of a person's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Profile,
    Groups,
    Workflows,
    Documents,
    Devices,
    Cards,
    Access,
    Activity,
    Privacy,
}

impl Tab {
    const ALL: [Self; 9] = [
        Self::Profile,
        Self::Groups,
        Self::Workflows,
        Self::Documents,
        Self::Devices,
        Self::Cards,
        Self::Access,
        Self::Activity,
        Self::Privacy,
    ];

    const fn text(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::Groups => "Groups",
            Self::Workflows => "Workflows",
            Self::Documents => "Documents",
            Self::Devices => "Connected devices",
            Self::Cards => "Cards",
            Self::Access => "Access",
            Self::Activity => "Activity",
            Self::Privacy => "Data & privacy",
        }
    }

    fn link(self, id: UserId) -> String {
        let part = match self {
            Self::Profile => "",
            Self::Groups => "/groups",
            Self::Workflows => "/workflows",
            Self::Documents => "/documents",
            Self::Devices => "/devices",
            Self::Cards => "/cards",
            Self::Access => "/access",
            Self::Activity => "/activity",
            Self::Privacy => "/privacy",
        };
        format!("/users/{id}{part}")
    }

    /// What a visitor has to be allowed to see it, beside the person.
    const fn action(self) -> Action {
        match self {
            Self::Profile
            | Self::Groups
            | Self::Workflows
            | Self::Cards
            | Self::Access
            | Self::Activity => Action::ViewUsers,
            Self::Documents => Action::ManageDocuments,
            Self::Devices | Self::Privacy => Action::EditUsers,
        }
    }
}

/// A link to a part.
pub(crate) struct TabLink {
    pub(crate) link: String,
    pub(crate) text: &'static str,
    pub(crate) is_current: bool,
}

/// The frame.
pub(crate) struct Frame {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) tab: &'static str,
    pub(crate) tabs: Vec<TabLink>,
    pub(crate) avatar: Avatar,
    pub(crate) status: Badge,
    pub(crate) role: String,
    pub(crate) position: String,
    pub(crate) may_edit: bool,
    pub(crate) may_delete: bool,
    pub(crate) may_merge: bool,
    /// Whom they were made one with.
    pub(crate) merged_into: Option<(UserId, String)>,
    /// Who was made one with them.
    pub(crate) merged_from: Vec<(UserId, String)>,
    /// What can be done about their status: `deactivate`, `reactivate` or nothing.
    pub(crate) status_change: &'static str,
    /// How large a photo may be.
    pub(crate) megabytes: i64,
}

impl Frame {
    /// The frame around a part of somebody whom the visitor sees; with the person.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        visitor: &Visitor,
        id: UserId,
        tab: Tab,
    ) -> Result<(Self, UserRecord), Failure> {
        let ctx = &visitor.ctx;
        ctx.require(tab.action()).map_err(|_| Failure::Forbidden)?;
        let record = seen(tx, visitor, id)?;
        let (user, name) = (&record.user, record.user.full_name());
        let photo = photos::large_link(tx, ctx.account, id, &format!("/users/{id}/photo"))?;
        let merged_into = users::merge::merged_into(tx, ctx.account, id)?;
        let frame = Self {
            id,
            tab: tab.text(),
            tabs: Tab::ALL
                .into_iter()
                .filter(|one| ctx.may(one.action()))
                .map(|one| TabLink {
                    link: one.link(id),
                    text: one.text(),
                    is_current: one == tab,
                })
                .collect(),
            avatar: Avatar::of(&name).with_photo(photo),
            name,
            status: status_badge(&user.status),
            role: role_of(&record),
            position: position(user),
            may_edit: ctx.may(Action::EditUsers) && user.status != UserStatus::Deleted.as_str(),
            may_merge: ctx.actor.may_for_all(Action::EditUsers) && merged_into.is_none(),
            merged_into,
            merged_from: users::merge::merged_from(tx, ctx.account, id)?,
            may_delete: ctx.may(Action::DeleteUsers) && user.status != UserStatus::Deleted.as_str(),
            status_change: if user.status == UserStatus::Deactivated.as_str() {
                "reactivate"
            } else if visitor.session.user == id {
                ""
            } else {
                "deactivate"
            },
            megabytes: PhotoSettings::load(tx, ctx.account)?.megabytes,
        };
        Ok((frame, record))
    }
}

/// Somebody whom the visitor sees; whoever may take a deleted one back is told that they were deleted.
fn seen(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<UserRecord, Failure> {
    let ctx = &visitor.ctx;
    let found = users::see(tx, ctx, id).map_err(Failure::from);
    if matches!(found, Err(Failure::NotFound)) && ctx.require(Action::DeleteUsers).is_ok() {
        let deleted =
            leaving::find(tx, ctx, id).map_err(|error| super::delete::failure(error, "/users"))?;
        if let Some(person) = deleted {
            let name = person.full_name();
            return Err(Failure::Deleted { id, name });
        }
    }
    found
}
