//! Actions by name and in words, in the order of a role's form; and which of them go together.

use crate::Action;

/// Actions that belong together in a form.
#[derive(Debug)]
pub struct Area {
    /// What it is called.
    pub name: &'static str,
    /// Its actions.
    pub actions: &'static [Action],
}

/// Everything a role of the account's own can hold.
pub const AREAS: &[Area] = &[
    Area {
        name: "Users",
        actions: &[
            Action::ViewUsers,
            Action::EditUsers,
            Action::DeleteUsers,
            Action::ExportUsers,
            Action::InviteUsers,
        ],
    },
    Area {
        name: "Imports",
        actions: &[Action::ViewImports, Action::RunImports],
    },
    Area {
        name: "Groups, devices and cards",
        actions: &[
            Action::EditGroups,
            Action::ManageAccess,
            Action::ManageCards,
        ],
    },
    Area {
        name: "Workflows and documents",
        actions: &[Action::ManageWorkflows, Action::ManageDocuments],
    },
    Area {
        name: "Looking on",
        actions: &[
            Action::ViewReports,
            Action::ViewActivity,
            Action::ViewOutbox,
        ],
    },
    Area {
        name: "The account",
        actions: &[Action::EditSettings, Action::ManageTokens],
    },
];

impl Action {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ViewUsers => "users.view",
            Self::EditUsers => "users.edit",
            Self::DeleteUsers => "users.delete",
            Self::EraseUsers => "users.erase",
            Self::ExportUsers => "users.export",
            Self::InviteUsers => "users.invite",
            Self::ViewImports => "imports.view",
            Self::RunImports => "imports.run",
            Self::ImportRoles => "imports.roles",
            Self::EditGroups => "groups.edit",
            Self::ManageAccess => "devices.access",
            Self::ManageCards => "cards.manage",
            Self::ManageWorkflows => "workflows.manage",
            Self::ManageDocuments => "documents.manage",
            Self::ViewReports => "reports.view",
            Self::ViewActivity => "activity.view",
            Self::ViewOutbox => "outbox.view",
            Self::EditSettings => "settings.edit",
            Self::ManageTokens => "tokens.manage",
            Self::ManageRoles => "roles.manage",
        }
    }

    /// The action with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// What it is, in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ViewUsers => "See people and their details",
            Self::EditUsers => "Create and change people",
            Self::DeleteUsers => "Delete people and take them back",
            Self::EraseUsers => "Erase people for good",
            Self::ExportUsers => "Export people to a file",
            Self::InviteUsers => "Invite people",
            Self::ViewImports => "See imports and their results",
            Self::RunImports => {
                "Run and undo imports, with the groups, cards and access they bring"
            }
            Self::ImportRoles => "Import roles and modules",
            Self::EditGroups => "Create and change groups, teams and devices",
            Self::ManageAccess => "Give access to devices and take it away",
            Self::ManageCards => "Give cards and take them away",
            Self::ManageWorkflows => "Change workflows and who takes part",
            Self::ManageDocuments => "See, upload and assign documents",
            Self::ViewReports => "See reports about people",
            Self::ViewActivity => "See the activity log",
            Self::ViewOutbox => "See messages and what became of them",
            Self::EditSettings => "Change settings",
            Self::ManageTokens => "Make and revoke API tokens and webhooks",
            Self::ManageRoles => "Make and change administrator roles",
        }
    }

    /// What nobody can do it without.
    pub(super) const fn needs(self) -> &'static [Self] {
        match self {
            Self::EditUsers
            | Self::DeleteUsers
            | Self::ExportUsers
            | Self::InviteUsers
            | Self::ViewReports
            | Self::ViewImports
            | Self::EditGroups
            | Self::ManageAccess
            | Self::ManageCards
            | Self::ManageWorkflows
            | Self::ManageDocuments
            | Self::ViewActivity
            | Self::ViewOutbox => &[Self::ViewUsers],
            Self::RunImports => &[Self::ViewUsers, Self::EditUsers, Self::ViewImports],
            Self::ViewUsers
            | Self::EraseUsers
            | Self::ImportRoles
            | Self::EditSettings
            | Self::ManageTokens
            | Self::ManageRoles => &[],
        }
    }

    /// Whether it can be allowed for the people of some groups only.
    ///
    /// Everything else is about the whole account: an import changes whoever its file names, and the log and the
    /// outbox tell of everybody.
    pub const fn is_per_group(self) -> bool {
        match self {
            Self::ViewUsers
            | Self::EditUsers
            | Self::ExportUsers
            | Self::InviteUsers
            | Self::ManageCards
            | Self::ManageDocuments => true,
            Self::DeleteUsers
            | Self::EraseUsers
            | Self::ViewReports
            | Self::ViewImports
            | Self::RunImports
            | Self::ImportRoles
            | Self::EditGroups
            | Self::ManageAccess
            | Self::ManageWorkflows
            | Self::ViewActivity
            | Self::ViewOutbox
            | Self::EditSettings
            | Self::ManageTokens
            | Self::ManageRoles => false,
        }
    }
}
