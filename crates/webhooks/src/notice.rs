//! Telling those who look after webhooks that one was switched off.

use db::Tx;
use directory::{Action, Actor, Ctx, activity, notifications, users};
use kernel::{AccountId, Clock, Ids, Role, WebhookId};

use crate::trouble::Trouble;

/// Leaves a notice for every administrator who may have webhooks, and an entry in the log.
pub(crate) fn switched_off(
    tx: &mut Tx<'_>,
    account: AccountId,
    (clock, ids): (&Clock, &Ids),
    (webhook, name): (WebhookId, &str),
    trouble: Trouble,
) -> db::Result<()> {
    let ctx = Ctx {
        account,
        actor: Actor::new(None, "Muster", Role::Owner),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    let details = format!("webhook {name}: {}", trouble.label());
    activity::record(tx, &ctx, "webhook.failed", Some(webhook.uuid()), &details)?;
    let text = format!(
        "The webhook {name} was switched off. {} Events wait until it is switched on again.",
        match trouble {
            Trouble::Gone =>
                "Its address answered that it wants nothing any more (410).".to_owned(),
            other => format!(
                "Nothing reached its address for days; the last time: {}",
                other.label()
            ),
        }
    );
    let seeing = users::administrators(tx, account, Action::ViewActivity)?;
    let told: Vec<_> = users::administrators(tx, account, Action::ManageTokens)?
        .into_iter()
        .map(|administrator| administrator.id)
        .filter(|id| seeing.iter().any(|one| one.id == *id))
        .collect();
    let subject = Some(webhook.uuid());
    notifications::add_to_many(tx, &ctx, &told, "webhook.failed", subject, &text)?;
    Ok(())
}
