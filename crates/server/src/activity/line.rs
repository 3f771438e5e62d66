//! One entry as a row of a table, with a link to what it is about if the visitor may go there.

use directory::{
    Action, Ctx, Sees,
    activity::{ActorKind, LogEntry, Target},
};
use jiff::tz::TimeZone;

use crate::format::{Moment, moment};

/// A row.
pub(crate) struct Line {
    pub(crate) at: Moment,
    pub(crate) actor: String,
    /// The actor's page.
    pub(crate) actor_link: Option<String>,
    /// Said below the actor, if it is not a person.
    pub(crate) kind: &'static str,
    pub(crate) words: String,
    pub(crate) details: String,
    /// Where the entry leads: words and address.
    pub(crate) target: Option<(&'static str, String)>,
    pub(crate) action: String,
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) is_erased: bool,
}

impl Line {
    pub(crate) fn new(entry: LogEntry, ctx: &Ctx, zone: &TimeZone) -> Self {
        let may = |action| ctx.require(action).is_ok();
        let sees_people = may(Action::ViewUsers) && ctx.sees() == Sees::Everybody;
        Self {
            at: moment(entry.at, zone),
            actor_link: entry
                .actor
                .filter(|_| sees_people && entry.erased_at.is_none())
                .map(|id| format!("/users/{id}")),
            kind: match entry.actor_kind {
                ActorKind::Person => "",
                ActorKind::Token => "By a program",
                ActorKind::Series => "By a recurring import",
                ActorKind::System => "Not signed in",
            },
            words: entry.words(),
            target: entry
                .target()
                .map(led_to)
                .filter(|(action, ..)| may(*action))
                .map(|(_, words, link)| (words, link)),
            subject: entry.subject.map(|id| id.to_string()).unwrap_or_default(),
            id: entry.id.to_string(),
            is_erased: entry.erased_at.is_some(),
            actor: entry.actor_name,
            details: entry.details,
            action: entry.action,
        }
    }
}

/// Who may go to what an entry is about, the words of the link, and its address.
fn led_to(target: Target) -> (Action, &'static str, String) {
    match target {
        Target::Person(id) => (Action::ViewUsers, "The person", format!("/users/{id}")),
        Target::Group(id) => (Action::EditGroups, "The group", format!("/groups/{id}")),
        Target::Device(id) => (Action::ManageAccess, "The device", format!("/devices/{id}")),
        Target::Workflow(id) => (
            Action::ManageWorkflows,
            "The workflow",
            format!("/workflows/{id}"),
        ),
        Target::Document(id) => (
            Action::ManageDocuments,
            "The document",
            format!("/documents/{id}"),
        ),
        Target::Import(id) => (
            Action::ViewImports,
            "The import and its results",
            format!("/imports/{id}"),
        ),
        Target::Series(id) => (
            Action::ViewImports,
            "The recurring import",
            format!("/imports/series/{id}"),
        ),
        Target::Wave(id) => (
            Action::InviteUsers,
            "What became of the invitations",
            format!("/invitations/waves/{id}"),
        ),
        Target::CardRun(id) => (
            Action::ManageCards,
            "What became of everybody",
            format!("/cards/runs/{id}"),
        ),
        Target::Photos(id) => (
            Action::EditUsers,
            "What became of the files",
            format!("/photos/{id}"),
        ),
        Target::Bulk(id) => (
            Action::EditUsers,
            "What became of everybody",
            format!("/users/bulk/{id}"),
        ),
        Target::Draft(id) => (
            Action::InviteUsers,
            "What became of the invitations",
            format!("/invite/{id}/sent"),
        ),
        Target::Message(id) => (Action::ViewOutbox, "The message", format!("/outbox/{id}")),
    }
}
