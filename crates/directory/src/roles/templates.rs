//! Roles to begin with.

use crate::Action;

/// A set of actions with a name, to make a role of.
#[derive(Debug)]
pub struct Template {
    /// What addresses and the command line call it.
    pub key: &'static str,
    /// Its name, and the name of a role made of it unless it is given another.
    pub name: &'static str,
    /// What it is good for.
    pub words: &'static str,
    /// What it allows.
    pub actions: &'static [Action],
}

/// Every template.
pub const TEMPLATES: &[Template] = &[
    Template {
        key: "people",
        name: "People administrator",
        words: "Looks after people, groups, invitations and cards by hand, and deletes who leaves.",
        actions: &[
            Action::ViewUsers,
            Action::EditUsers,
            Action::DeleteUsers,
            Action::ExportUsers,
            Action::InviteUsers,
            Action::EditGroups,
            Action::ManageAccess,
            Action::ManageCards,
        ],
    },
    Template {
        key: "site",
        name: "Site administrator",
        words: "Looks after people of some groups, their invitations, cards and documents: choose the groups.",
        actions: &[
            Action::ViewUsers,
            Action::EditUsers,
            Action::ExportUsers,
            Action::InviteUsers,
            Action::ManageCards,
            Action::ManageDocuments,
        ],
    },
    Template {
        key: "importer",
        name: "Importer",
        words: "Brings people in from files and invites them.",
        actions: &[
            Action::ViewUsers,
            Action::EditUsers,
            Action::InviteUsers,
            Action::ViewImports,
            Action::RunImports,
        ],
    },
    Template {
        key: "workflows",
        name: "Workflow administrator",
        words: "Looks after workflows and their documents.",
        actions: &[
            Action::ViewUsers,
            Action::ManageWorkflows,
            Action::ManageDocuments,
        ],
    },
    Template {
        key: "auditor",
        name: "Auditor",
        words: "Sees people, imports, reports, messages and the log, and changes nothing.",
        actions: &[
            Action::ViewUsers,
            Action::ViewImports,
            Action::ViewReports,
            Action::ViewActivity,
            Action::ViewOutbox,
        ],
    },
];

impl Template {
    /// The template with this key.
    pub fn find(key: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.key == key)
    }
}
