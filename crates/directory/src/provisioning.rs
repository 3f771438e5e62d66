//! What identity providers bring: the names they have for people and groups, finding people by
//! these, and who is in a group, changed for many at once.
//!
//! A provider's name of a person (`userName` of SCIM) is unique in an account; who has none is known
//! by their e-mail address, or their user ID. What a provider says of a person that has no field
//! here is kept as it said it, so that it gets back what it sent (docs/decisions/0032). Not here:
//! the protocol (`scim`), what its attributes mean for a person (`server`), and making, changing and
//! deleting people, which are the use cases of `users` and `leaving`.

mod groups;
mod names;
mod people;

pub use groups::{
    ChangeMembers, Member, MemberChange, ProvidedGroup, change_members, find_group, group_members,
    groups, members, name_group,
};
pub use names::{KeepNames, Names, former, keep};
pub use people::{Key, Person, count, find, ids, people};
