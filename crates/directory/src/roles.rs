//! Administrator roles of the account's own: a set of [`Action`]s, and for whom and for which workflows they hold.
//!
//! Whoever has one is an administrator who may do less: what they may do is what [`crate::Actor::may`] says. Owners
//! make such roles; they are given like the fixed ones, as part of a person, by whoever may do as much themselves
//! ([`Reach`]). Not here: the fixed roles, see [`Action`].

mod actions;
mod look;
mod manage;
mod reach;
mod store;
mod templates;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use kernel::{AdminRoleId, GroupId, WorkflowId};

pub use actions::{AREAS, Area};
pub use look::{all, one};
pub use manage::{NewRole, RoleRefusal, add, change, delete, duplicate};
pub use reach::Reach;
pub use store::{find, find_by_name, held, held_by, holders, list};
pub use templates::{TEMPLATES, Template};

use crate::Action;

/// What a part of a role is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope<I> {
    /// All there are, now and later.
    All,
    /// These.
    Selected(BTreeSet<I>),
}

impl<I: Ord> Scope<I> {
    /// Whether something is within.
    pub fn has(&self, id: &I) -> bool {
        match self {
            Self::All => true,
            Self::Selected(chosen) => chosen.contains(id),
        }
    }

    /// Whether all of it is within another.
    pub fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::All) => true,
            (Self::All, Self::Selected(_)) => false,
            (Self::Selected(mine), Self::Selected(theirs)) => mine.is_subset(theirs),
        }
    }

    /// What was selected; nothing where it is all.
    pub fn selected(&self) -> impl Iterator<Item = &I> {
        match self {
            Self::All => None,
            Self::Selected(chosen) => Some(chosen.iter()),
        }
        .into_iter()
        .flatten()
    }
}

/// An administrator role of the account's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminRole {
    /// Its id.
    pub id: AdminRoleId,
    /// Its name.
    pub name: String,
    /// What whoever has it may do.
    pub actions: BTreeSet<Action>,
    /// For the people of which groups and teams.
    pub groups: Scope<GroupId>,
    /// For which workflows and their documents.
    pub workflows: Scope<WorkflowId>,
    /// Counts the changes.
    pub version: i64,
}

impl AdminRole {
    /// What is left to somebody whose role is gone.
    fn nothing(id: AdminRoleId) -> Self {
        Self {
            id,
            name: String::new(),
            actions: BTreeSet::new(),
            groups: Scope::Selected(BTreeSet::new()),
            workflows: Scope::Selected(BTreeSet::new()),
            version: 0,
        }
    }

    /// Whether everything it allows is allowed by another, too.
    pub fn is_within(&self, other: &Self) -> bool {
        self.actions.is_subset(&other.actions)
            && self.groups.is_within(&other.groups)
            && self.workflows.is_within(&other.workflows)
    }
}
