//! Which role may do what: the one place where permissions are decided.

use kernel::Role;

/// Something that needs a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// See the list of people and a person's details.
    ViewUsers,
    /// Create or change people by hand.
    EditUsers,
    /// Delete people, and take them back as long as that is possible.
    DeleteUsers,
    /// Erase deleted people for good before their time.
    EraseUsers,
    /// Take the list of people out as a file.
    ExportUsers,
    /// See imports and their results.
    ViewImports,
    /// Invite people, and see and change invitations.
    InviteUsers,
    /// Upload, check, start, stop and undo imports.
    RunImports,
    /// Import with roles and modules (S3.1: owners only).
    ImportRoles,
    /// Give people access to any device, change it and take it away.
    ManageAccess,
    /// Give cards to people and take them away.
    ManageCards,
    /// Create and change groups, teams and devices.
    EditGroups,
    /// Create and change workflows, their steps, and who takes part in them.
    ManageWorkflows,
    /// See every document, upload documents into workflows, and assign them.
    ManageDocuments,
    /// Change owned modules, fields and account settings.
    EditSettings,
    /// See the account's activity log.
    ViewActivity,
    /// Make and revoke tokens of the API.
    ManageTokens,
    /// See reports on the account's people.
    ViewReports,
    /// See the messages to the account's people and what became of them.
    ViewOutbox,
    /// Make and change the account's own administrator roles.
    ManageRoles,
}

impl Action {
    /// Every action, for the matrix test and for documentation.
    pub const ALL: [Self; 20] = [
        Self::ViewUsers,
        Self::EditUsers,
        Self::DeleteUsers,
        Self::EraseUsers,
        Self::ExportUsers,
        Self::ViewImports,
        Self::InviteUsers,
        Self::RunImports,
        Self::ImportRoles,
        Self::ManageAccess,
        Self::ManageCards,
        Self::EditGroups,
        Self::ManageWorkflows,
        Self::ManageDocuments,
        Self::EditSettings,
        Self::ViewActivity,
        Self::ManageTokens,
        Self::ViewReports,
        Self::ViewOutbox,
        Self::ManageRoles,
    ];
}

/// The actor's role does not allow the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("your role does not allow this ({0:?})")]
pub struct Forbidden(pub Action);

/// Whether one of the four fixed roles may do something.
///
/// Ask [`crate::Actor::may`] instead: an administrator may have a role of the account's own, which leaves them less.
pub(crate) const fn allows(role: Role, action: Action) -> bool {
    match role {
        Role::Owner => true,
        Role::Admin => match action {
            Action::ViewUsers
            | Action::EditUsers
            | Action::DeleteUsers
            | Action::ExportUsers
            | Action::ViewImports
            | Action::InviteUsers
            | Action::RunImports
            | Action::ManageAccess
            | Action::ManageCards
            | Action::EditGroups
            | Action::ManageWorkflows
            | Action::ManageDocuments
            | Action::EditSettings
            | Action::ViewActivity
            | Action::ManageTokens
            | Action::ViewReports
            | Action::ViewOutbox => true,
            Action::ImportRoles | Action::EraseUsers | Action::ManageRoles => false,
        },
        // Of the people of the teams they lead, see [`crate::Ctx::sees`].
        Role::Manager => matches!(action, Action::ViewUsers | Action::ExportUsers),
        Role::User => false,
    }
}

/// Whether somebody with `actor`'s role may give a person `role`.
///
/// Nobody grants what is above their own role, and only an owner makes owners. What a role of the account's own takes
/// away is in [`crate::roles::Reach`].
pub(crate) const fn may_grant(actor: Role, role: Role) -> bool {
    match actor {
        Role::Owner => true,
        Role::Admin => !matches!(role, Role::Owner),
        Role::Manager | Role::User => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_owner_makes_owners() {
        assert!(may_grant(Role::Owner, Role::Owner));
        assert!(!may_grant(Role::Admin, Role::Owner));
        assert!(may_grant(Role::Admin, Role::Admin));
        assert!(!may_grant(Role::Manager, Role::User));
    }
}
