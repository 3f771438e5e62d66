//! Invitations: offers to sign in, made one by one or in waves, accepted once (S1.7–10, S2.9–11, S0.25–27).
//!
//! An invitation is a row with the hash of its link; the link itself is only in the message that carries it. Whoever already
//! signs in with a proven address is connected at once and needs no invitation. Not here: how messages are sent, and what
//! people may do once they are in.

pub mod accept;
mod assigned;
mod bounced;
mod candidates;
mod handlers;
mod invitation;
pub mod list;
pub mod manage;
pub mod many;
mod notified;
mod offer;
mod reminders;
pub mod settings;
pub mod wave;

pub use handlers::register;
pub use invitation::{Channel, InviteError, Standing};
pub use reminders::schedule_reminders;
pub use settings::InvitationSettings;

use directory::{Actor, Ctx};
use jobs::Context;
use kernel::{AccountId, Role};

/// What the product does by itself, in an account.
fn of_the_product(context: &Context, account: AccountId) -> Ctx {
    Ctx {
        account,
        actor: Actor::new(None, "Muster", Role::Admin),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    }
}
