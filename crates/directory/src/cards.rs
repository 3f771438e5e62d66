//! Cards: a credential's number, type, validity and state. A live number is unique in its account.
//!
//! | from | by | becomes |
//! |---|---|---|
//! | reserved | issue | active; a card in a phone is issued until its holder activates it |
//! | issued | activate, by its holder | active |
//! | issued, active | pause | paused |
//! | paused | resume | what it was |
//! | each of these | revoke | revoked |
//!
//! [`Step`] has the table, [`change`] takes cards through it, [`add`], [`replace`] and [`move_to`]
//! make and hand over cards, [`issue`] does it for many. Of the cards in somebody's hands (issued,
//! active, paused) a person has one. A card is over when its time is, whatever is stored; whoever
//! needs its number or its holder's place settles that first. Each use case counts as a change of
//! the holder, so that imports and undoing leave alone what was changed since.
//!
//! Not here: the bulk rows an import decides on, and reading numbers, see [`kernel::CardNumber`].

mod add;
mod change;
mod hand_over;
mod history;
mod issue;
mod leaving;
mod list;
mod refusal;
mod row;
mod settings;
mod settle;
mod step;
#[cfg(test)]
mod tests;

pub use add::{NewCard, add};
pub(crate) use change::revoke_unnoted;
pub use change::{activate, change};
pub use hand_over::{move_to, replace};
pub(crate) use history::delete_of_staged_people;
pub use history::{Event, EventKind, Owner, history, note_shown, owners};
pub use issue::{
    Issuing, Outcome, Preview, Run, RunState, Selection, begin, find_run, preview, register,
    report, runs,
};
pub(crate) use leaving::{give_back, revoke_all};
pub use list::{
    CardFilter, CardLine, CardPage, MOST_COUNTED, counts, find_many, of_user, page, search, see,
};
pub use refusal::CardRefusal;
pub use row::{Card, for_each_live, remove_staged};
pub use settings::{CardSettings, MOST_DAYS, Validity};
pub use settle::settle_all;
pub(crate) use settle::settle_people;
pub(crate) use step::is_live;
pub use step::{Step, standing};
