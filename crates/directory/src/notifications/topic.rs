//! What notifications are about, and what of it somebody wants by e-mail, too.

use db::{Tx, params, sql};
use kernel::{AccountId, UserId};

use crate::{Action, Ctx};

/// What a notification is about, as far as somebody may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Documents that were assigned, wait, or came back.
    Documents,
    /// Imports that wait for somebody: paused, held, failed.
    ImportsWaiting,
    /// Imports that ended, were undone or done again.
    ImportsEnded,
    /// Invitations and other messages that came back.
    Returned,
    /// People who ask for something that an administrator decides about.
    Requests,
    /// Work on many that did not get to its end.
    WorkFailed,
    /// Work on many that did.
    WorkEnded,
    /// Webhooks that were switched off because nobody answered.
    Webhooks,
}

impl Topic {
    /// Every topic, in the order of their page.
    pub const ALL: [Self; 8] = [
        Self::Documents,
        Self::ImportsWaiting,
        Self::ImportsEnded,
        Self::Returned,
        Self::Requests,
        Self::WorkFailed,
        Self::WorkEnded,
        Self::Webhooks,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::ImportsWaiting => "imports_waiting",
            Self::ImportsEnded => "imports_ended",
            Self::Returned => "returned",
            Self::Requests => "requests",
            Self::WorkFailed => "work_failed",
            Self::WorkEnded => "work_ended",
            Self::Webhooks => "webhooks",
        }
    }

    /// The topic with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == name)
    }

    /// Whether it goes out by e-mail to those who have not chosen: what waits for somebody does.
    pub const fn is_usually_mailed(self) -> bool {
        match self {
            Self::Documents
            | Self::ImportsWaiting
            | Self::Returned
            | Self::Requests
            | Self::WorkFailed
            | Self::Webhooks => true,
            Self::ImportsEnded | Self::WorkEnded => false,
        }
    }

    /// What somebody has to be allowed to do to hear of it; nothing for what everybody hears of.
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::Documents => None,
            Self::ImportsWaiting | Self::ImportsEnded => Some(Action::RunImports),
            Self::Returned => Some(Action::ViewOutbox),
            Self::Requests | Self::WorkFailed | Self::WorkEnded => Some(Action::EditUsers),
            Self::Webhooks => Some(Action::ManageTokens),
        }
    }

    /// Whether whoever acts hears of it at all.
    pub fn is_heard_by(self, ctx: &Ctx) -> bool {
        self.action()
            .is_none_or(|action| ctx.require(action).is_ok())
    }

    /// What a kind of notification is about; none for what is not chosen, such as changes of one's own sign-in.
    pub(super) fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "import.paused" | "import.held" | "series.failed" => Self::ImportsWaiting,
            "import.finished" | "import.undone" | "import.redone" => Self::ImportsEnded,
            "messages.bounced" => Self::Returned,
            "invitation.ask" | "early_access.requested" => Self::Requests,
            "users.bulk_given_up" | "invite.failed" | "invitations.held" => Self::WorkFailed,
            "cards.issued" | "photos.done" | "invite.sent" | "invitations.done" => Self::WorkEnded,
            "webhook.failed" => Self::Webhooks,
            kind if kind.starts_with("document") => Self::Documents,
            _ => return None,
        })
    }
}

/// What somebody wants by e-mail.
pub fn choices(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
) -> db::Result<Vec<(Topic, bool)>> {
    let chosen: Vec<(String, bool)> =
        tx.fetch(sql!("notifications/choices"), params![account, user])?;
    Ok(Topic::ALL
        .into_iter()
        .map(|topic| {
            let found = chosen.iter().find(|(name, _)| name == topic.as_str());
            let usual = topic.is_usually_mailed();
            (topic, found.map_or(usual, |(_, by_email)| *by_email))
        })
        .collect())
}

/// Whether somebody wants a topic by e-mail.
pub fn wants_mail(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    topic: Topic,
) -> db::Result<bool> {
    let all = choices(tx, account, user)?;
    Ok(all
        .into_iter()
        .any(|(one, by_email)| one == topic && by_email))
}

/// Stores what whoever acts wants by e-mail; topics that are not named stay as they are.
pub fn choose(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &[(Topic, bool)]) -> db::Result<()> {
    let Some(user) = ctx.actor.user else {
        return Err(db::Error::NotFound);
    };
    for (topic, by_email) in wanted {
        tx.execute(
            sql!("notifications/choose"),
            params![ctx.account, user, topic.as_str(), *by_email],
        )?;
    }
    Ok(())
}
