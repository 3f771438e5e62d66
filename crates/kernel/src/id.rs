//! Typed ids, and the only place that makes new ones.
//!
//! Every id is a UUID version 7 (RFC 9562): it begins with the millisecond it was made in, so that
//! new rows go to the end of an index. An import takes its ids from an [`IdRange`], a block in
//! which the row's counter is part of the id. Not here: reading the time, see [`crate::Clock`].

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// An id of one kind of thing, wrapping a UUID.
pub trait TypedId: Copy {
    /// Wraps a UUID that is known to be of this kind.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

/// The text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct IdError;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to be of this kind.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl TypedId for $name {
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

typed_ids! {
    /// One organisation's data: the tenant.
    AccountId;
    /// A person in one account.
    UserId;
    /// Who signs in, across accounts.
    IdentityId;
    /// A secret a program signs in with.
    ApiTokenId;
    /// A browser or app somebody is signed in on.
    SessionId;
    /// A group or team.
    GroupId;
    /// A door, gate, intercom or reader.
    DeviceId;
    /// A user's access to a device.
    GrantId;
    /// A card.
    CardId;
    /// Something that happened to a card.
    CardEventId;
    /// Cards issued to many at once.
    CardRunId;
    /// A workflow.
    WorkflowId;
    /// A step of a workflow.
    StepId;
    /// A document in a workflow.
    DocumentId;
    /// A file that arrives in parts.
    UploadId;
    /// One version of a document's file.
    FileId;
    /// A product part with licences.
    ModuleId;
    /// A field an account added to its users.
    CustomFieldId;
    /// One run of the importer.
    ImportId;
    /// A recurring import.
    SeriesId;
    /// One look of a recurring import for a new file.
    SeriesRunId;
    /// A way to look at the list of people, kept with a name.
    ViewId;
    /// An administrator role of the account's own.
    AdminRoleId;
    /// One action on many people.
    BulkId;
    /// A queued piece of work.
    JobId;
    /// An entry of the activity log.
    ActivityId;
    /// A notification shown to somebody.
    NotificationId;
    /// A remembered mapping of columns to fields.
    MappingId;
    /// A message to somebody, by e-mail or SMS.
    MessageId;
    /// An offer to somebody to sign in.
    InvitationId;
    /// Many invitations at once.
    WaveId;
    /// A person's request for their own data.
    DataRequestId;
    /// People taken out as a file by a job.
    ExportId;
    /// Many photos at once.
    PhotoBatchId;
    /// What somebody has chosen in the Invite wizard.
    InviteDraftId;
    /// An address that events are handed over to.
    WebhookId;
    /// What is handed over to webhooks: an entry of the activity log, or a test.
    EventId;
}

/// Makes new ids from a time and randomness.
///
/// Clones share the source, so that a seeded generator never repeats an id.
#[derive(Clone, Debug)]
pub struct Ids(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded(Arc<AtomicU64>),
}

impl Ids {
    /// Ids with randomness from the operating system.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// Ids that are the same in every run, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(AtomicU64::new(seed))))
    }

    /// A new id of the wanted kind.
    pub fn next<I: TypedId>(&self, now: Timestamp) -> I {
        I::from_uuid(self.uuid(now))
    }

    /// A new UUID version 7.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        uuid_v7(now, self.random())
    }

    fn random(&self) -> u128 {
        match &self.0 {
            Source::System => {
                let mut bytes = [0; 16];
                fill(&mut bytes);
                u128::from_le_bytes(bytes)
            }
            Source::Seeded(state) => {
                u128::from(split_mix(state)) << 64 | u128::from(split_mix(state))
            }
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "without randomness no id, session or token can be made"
)]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system provides randomness");
}

/// The next number of the `SplitMix64` sequence.
fn split_mix(state: &AtomicU64) -> u64 {
    const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut z = state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Lays out 48 bits of milliseconds, the version, the variant and 74 bits of randomness.
fn uuid_v7(now: Timestamp, random: u128) -> Uuid {
    const VERSION: u128 = 7 << 76;
    const VARIANT: u128 = 0b10 << 62;
    const RANDOM_A: u128 = 0xFFF << 64;
    const RANDOM_B: u128 = (1 << 62) - 1;
    let millis = now.as_micros().div_euclid(1000).max(0) as u128 & 0xFFFF_FFFF_FFFF;
    Uuid::from_u128(millis << 80 | VERSION | random & RANDOM_A | VARIANT | random & RANDOM_B)
}

/// A block of 2³² ids for one import.
///
/// The upper 96 bits (48 of time, 42 random, version and variant) are the same for the whole
/// block; the low 32 bits are a counter, which RFC 9562 section 6.2 allows in `rand_b`. The ids of
/// one import are thus in the order in which they are written, next to each other in an index, and
/// can be selected with `between first and last` or turned back into the counter. 42 random bits
/// keep two imports that start in the same millisecond apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Uuid", into = "Uuid")]
pub struct IdRange {
    base: u128,
}

impl IdRange {
    const COUNTER: u128 = u32::MAX as u128;

    /// A new block.
    pub fn new(ids: &Ids, now: Timestamp) -> Self {
        Self::from_uuid(ids.uuid(now))
    }

    /// The block that an id belongs to; accepts any id of it, not only its base.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            base: uuid.as_u128() & !Self::COUNTER,
        }
    }

    /// The block's first id, which is what is to be stored.
    pub const fn base(self) -> Uuid {
        Uuid::from_u128(self.base)
    }

    /// The id with this counter.
    pub const fn id(self, counter: u32) -> Uuid {
        Uuid::from_u128(self.base | counter as u128)
    }

    /// The smallest id of the block.
    pub const fn first(self) -> Uuid {
        self.id(0)
    }

    /// The largest id of the block.
    pub const fn last(self) -> Uuid {
        self.id(u32::MAX)
    }

    /// The counter of an id of this block; `None` for an id of another.
    pub const fn counter_of(self, uuid: Uuid) -> Option<u32> {
        let value = uuid.as_u128();
        if value & !Self::COUNTER == self.base {
            Some((value & Self::COUNTER) as u32)
        } else {
            None
        }
    }
}

impl From<Uuid> for IdRange {
    fn from(uuid: Uuid) -> Self {
        Self::from_uuid(uuid)
    }
}

impl From<IdRange> for Uuid {
    fn from(range: IdRange) -> Self {
        range.base()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_750_000_000_123_456);

    #[test]
    fn makes_version_7_with_the_time_in_front() {
        for ids in [Ids::system(), Ids::seeded(1)] {
            let uuid = ids.uuid(NOW);
            assert_eq!(uuid.get_version_num(), 7);
            assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
            assert_eq!(uuid.as_u128() >> 80, 1_750_000_000_123);
        }
    }

    #[test]
    fn seeded_ids_repeat_in_the_next_run_but_not_in_this_one() {
        let make = || {
            let ids = Ids::seeded(42);
            let copy = ids.clone();
            (0..500)
                .flat_map(|_| [ids.uuid(NOW), copy.uuid(NOW)])
                .collect::<Vec<_>>()
        };
        assert_eq!(make(), make());
        assert_eq!(make().into_iter().collect::<HashSet<_>>().len(), 1000);
    }

    #[test]
    fn a_range_counts_in_its_low_bits() {
        let range = IdRange::new(&Ids::seeded(7), NOW);
        assert_eq!(range.id(0), range.base());
        assert_eq!(range.id(5).get_version_num(), 7);
        assert_eq!(range.id(u32::MAX).get_version_num(), 7);
        assert!(range.first() < range.id(1) && range.id(1) < range.last());
        assert_eq!(range.counter_of(range.id(123_456)), Some(123_456));
        assert_eq!(range.counter_of(Ids::seeded(8).uuid(NOW)), None);
        assert_eq!(IdRange::from_uuid(range.id(9)), range);
    }

    #[test]
    fn ids_are_strings_on_the_wire() {
        let id: UserId = Ids::seeded(3).next(NOW);
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
        assert_eq!("x".parse::<UserId>(), Err(IdError));
    }
}
