//! The Invite wizard (S0): one access type, some devices and many people become access and invitations.
//!
//! A draft belongs to one person; its people are cards that can be changed until they are sent. Sending makes an import of
//! the cards, whose engine creates and matches people, and then a wave of invitations to exactly those. What somebody may
//! give is decided by `directory`; whoever is no administrator learns nothing of the directory here
//! (docs/decisions/0022). Not here: reading files (`import`), making links and messages (`invite`).

mod card;
mod cards;
mod draft;
mod drafts;
mod end;
mod error;
mod links;
mod outlook;
mod reading;
mod retention;
mod rights;
mod run;
mod send;
mod sheet;
mod skips;
mod source;

pub use card::{Card, CardFault, CardField, Fields};
pub use cards::{
    CardPage, PAGE, PageAt, add, card as find_card, change, page, remove, remove_found,
};
pub use draft::{ChosenDevice, Draft, DraftState};
pub use drafts::{
    choose_access, choose_devices, current, discard, find, find_open, keep_pasted, open, sent,
};
pub use error::AdmitError;
pub use links::hand_over;
pub use outlook::{DeviceOutlook, Outlook, outlook};
pub use reading::{Added, MOST, read_file, read_pasted, view_pasted};
pub use retention::schedule_retention;
pub use rights::{Rights, may_invite};
pub use run::register;
pub use send::{Sending, send};
pub use sheet::{
    DeviceSheet, Progress, Sheet, SheetCounts, SheetPerson, Standing, list as sheet_people, sheet,
    write_sheet,
};
pub use skips::{Read, Skip, dismiss, reads, skips, write_skips};
