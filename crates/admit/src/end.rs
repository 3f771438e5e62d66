//! How a draft that was sent ends, and what is said of it.

use db::{Tx, params, sql};
use directory::{Ctx, activity, notifications};
use kernel::WaveId;

use crate::draft::{Draft, DraftState};

const NOBODY: &str = "Nobody of your invitation got access.";
const REASONS: &str = "The summary has the reasons.";

/// How a draft ends.
pub(crate) enum End {
    /// So many of its people got access, and this wave invites them.
    Sent {
        given: i64,
        people: i64,
        wave: Option<WaveId>,
    },
    /// Nobody got access, for this reason.
    Failed(String),
}

impl End {
    /// The kind of what is told, and its words.
    fn told(&self) -> (&'static str, String) {
        match self {
            Self::Failed(_) => ("invite.failed", NOBODY.to_owned()),
            Self::Sent { given: 0, .. } => ("invite.sent", format!("{NOBODY} {REASONS}")),
            Self::Sent { given, people, .. } if given == people => (
                "invite.sent",
                "The people of your invitation have access.".to_owned(),
            ),
            Self::Sent { given, people, .. } => (
                "invite.sent",
                format!("{given} of the {people} people of your invitation got access. {REASONS}"),
            ),
        }
    }
}

/// Ends a draft, and tells whoever has sent it.
pub(crate) fn end(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft, end: &End) -> db::Result<()> {
    let (state, wave, failure) = match end {
        End::Sent { wave, .. } => (DraftState::Sent, *wave, None),
        End::Failed(why) => (DraftState::Failed, None, Some(why.as_str())),
    };
    tx.execute(
        sql!("drafts/finish"),
        params![
            draft.account,
            draft.id,
            state.as_str(),
            wave,
            failure,
            ctx.now()
        ],
    )?;
    let (kind, sentence) = end.told();
    let subject = Some(draft.id.uuid());
    activity::record(tx, ctx, kind, subject, failure.unwrap_or(&sentence))?;
    if let Some(user) = draft.user {
        notifications::add(tx, ctx, user, kind, subject, &sentence)?;
    }
    Ok(())
}
