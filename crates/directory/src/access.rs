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
//! [`rules`](Right) decide, [`invitable`] says where somebody may invite, [`give`] gives,
//! [`Standing`] says what became of it. Not here: finding or making the people who are given
//! access, and messages to them, see `invite`; the bulk rows, see [`crate::grants`].

mod give;
mod invitable;
mod refusal;
mod rules;
mod settings;
mod standing;
mod terms;

pub use give::{Given, Giving, Recipient, give};
pub use invitable::{GuestPlaces, Invitable, invitable};
pub use refusal::AccessRefusal;
pub use rules::{Right, right_on};
pub use settings::configure;
pub use standing::Standing;
pub use terms::{Terms, TermsFault};
