//! What identity providers bring: the names they have for people and groups, and finding them by
//! these.
//!
//! A provider's name of a person (`userName` of SCIM) is unique in an account; who has none is known
//! by their e-mail address, or their user ID. What a provider says of a person that has no field
//! here is kept as it said it, so that it gets back what it sent (docs/decisions/0032). Not here:
//! the protocol (`scim`), what its attributes mean for a person (`server`), and making, changing and
//! deleting people and groups, which are the use cases of `users`, `leaving` and `groups`.

mod groups;
mod names;
mod people;

pub use groups::{
    Member, NameGroup, ProvidedGroup, find_group, group_members, groups, members, name_group,
};
pub use names::{KeepNames, Names, former, keep};
pub use people::{Key, Person, count, find, ids, names, people};
