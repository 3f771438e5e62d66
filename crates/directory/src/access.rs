//! Who may use a device, and who may say so: the rules and the use cases of access.
//!
//! | type | may invite | manages |
//! |---|---|---|
//! | Owner, one of each device | everybody but owners | everybody; hands the device over |
//! | Full | everybody but owners | everybody but the owner |
//! | Tenant | guests: temporary, within the device's limits | those they invited |
//! | Always, Repeat, Temporary | nobody | nobody |
//!
//! Owners and administrators of the account do all that an Owner does, on every device. Whoever
//! may do nothing with a device is told that there is none.
//!
//! [`Right`] decides, [`invitable`] says where somebody may invite, [`give`], [`change`] and
//! [`revoke`] do it, [`transfer`] hands a device over, [`holders`] lists a device's people, and
//! [`Standing`] says what became of their access. Not here: finding or making the people who are given
//! access, and messages to them, see `invite`; the bulk rows, see [`crate::grants`].

mod change;
mod give;
mod held;
mod holders;
mod invitable;
mod of_user;
mod refusal;
mod revoke;
mod rules;
mod settings;
mod standing;
mod terms;
mod transfer;

pub use change::{Change, change};
pub use give::{Given, Giving, Recipient, give};
pub use held::{Held, device, held, managed_device};
pub use holders::{
    Holder, HolderCounts, HolderPage, MOST_COUNTED, count_holders, find_holders, holders,
};
pub use invitable::{GuestPlaces, Invitable, invitable};
pub use of_user::{UserAccess, of_user};
pub use refusal::AccessRefusal;
pub use revoke::revoke;
pub use rules::{Right, right_on};
pub use settings::configure;
pub use standing::Standing;
pub use terms::{Terms, TermsFault};
pub use transfer::{Address, NewOwner, recipient, remove_device, transfer};
