//! What an import changes about one person who is there already: decided while planning, written
//! while applying, reversed while undoing.

use std::collections::BTreeMap;

use directory::{
    cards::Card,
    grants::Grant,
    groups::GroupKind,
    users::{UserRecord, UserRow},
};
use kernel::{AccountId, CardId, DeviceId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::candidate::{Links, Scalar};

/// The change of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Place of the row among the rows of the file, from 0.
    pub(crate) place: u32,
    /// Row number as a spreadsheet shows it.
    pub(crate) row: u64,
    /// The person.
    pub(crate) user: Uuid,
    /// The version the plan saw.
    pub(crate) version: i64,
    /// The import that had last changed the person.
    pub(crate) import_before: Option<Uuid>,
    /// Fields with their values before and after.
    pub(crate) fields: Vec<FieldEdit>,
    /// Links to add.
    pub(crate) added: Vec<(Links, Uuid)>,
    /// Links to remove.
    pub(crate) removed: Vec<(Links, Uuid)>,
    /// Modules whose seat the person gets.
    pub(crate) seats_added: Vec<String>,
    /// Modules whose seat the person gives back.
    pub(crate) seats_removed: Vec<String>,
    /// Grants before, of the devices the file names.
    pub(crate) grants_before: Vec<StoredGrant>,
    /// Grants after.
    pub(crate) grants_after: Vec<StoredGrant>,
    /// Cards before, as far as they change.
    pub(crate) cards_before: Vec<StoredCard>,
    /// Cards after.
    pub(crate) cards_after: Vec<StoredCard>,
}

/// A field's value before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FieldEdit {
    pub(crate) field: Scalar,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// A grant in stored form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredGrant {
    pub(crate) device: Uuid,
    pub(crate) access_type: String,
    pub(crate) schedule: Option<String>,
    pub(crate) starts_at: Option<i64>,
    pub(crate) ends_at: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) notes: Option<String>,
    pub(crate) invited_by: Option<Uuid>,
    pub(crate) is_guest: bool,
}

/// A card in stored form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredCard {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) card_type: String,
    pub(crate) state: String,
    pub(crate) starts_at: Option<i64>,
    pub(crate) ends_at: Option<i64>,
    pub(crate) created_at: i64,
}

impl Change {
    pub(crate) fn of(place: u32, row: u64, record: &UserRecord) -> Self {
        Self {
            import_before: record.user.import.map(kernel::ImportId::uuid),
            ..Self::nothing(place, row, record.user.id.uuid(), record.user.version)
        }
    }

    /// No change yet of a person who was seen at a version.
    pub(crate) const fn nothing(place: u32, row: u64, user: Uuid, version: i64) -> Self {
        Self {
            place,
            row,
            user,
            version,
            import_before: None,
            fields: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            seats_added: Vec::new(),
            seats_removed: Vec::new(),
            grants_before: Vec::new(),
            grants_after: Vec::new(),
            cards_before: Vec::new(),
            cards_after: Vec::new(),
        }
    }

    /// Nothing would change.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.seats_added.is_empty()
            && self.seats_removed.is_empty()
            && self.grants_before == self.grants_after
            && self.cards_before == self.cards_after
    }

    /// Takes out the fields with these keys; returns what they would have become.
    pub(crate) fn leave_out(&mut self, keys: &[String]) -> Vec<FieldEdit> {
        if keys.is_empty() {
            return Vec::new();
        }
        let (kept, rest) = std::mem::take(&mut self.fields)
            .into_iter()
            .partition(|edit| keys.contains(&edit.field.key()));
        self.fields = rest;
        kept
    }

    pub(crate) fn user_id(&self) -> UserId {
        UserId::from_uuid(self.user)
    }

    /// The person cannot sign in any more afterwards.
    pub(crate) fn deactivates(&self) -> bool {
        self.fields.iter().any(|edit| {
            edit.field == Scalar::Status && edit.after.as_deref() == Some("deactivated")
        })
    }

    /// The change that takes this one back; it applies to the version this one made.
    pub(crate) fn reversed(mut self) -> Self {
        self.version += 1;
        for edit in &mut self.fields {
            std::mem::swap(&mut edit.before, &mut edit.after);
        }
        std::mem::swap(&mut self.added, &mut self.removed);
        std::mem::swap(&mut self.seats_added, &mut self.seats_removed);
        std::mem::swap(&mut self.grants_before, &mut self.grants_after);
        std::mem::swap(&mut self.cards_before, &mut self.cards_after);
        self
    }

    /// Writes the fields' new values into a person.
    pub(crate) fn edit(&self, user: &mut UserRow) {
        let mut custom = custom_of(user);
        let before = custom.clone();
        for edit in &self.fields {
            set(user, &mut custom, &edit.field, edit.after.clone());
        }
        if custom != before {
            user.custom = custom_text(&custom);
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// The account's own fields of a person.
pub(crate) fn custom_of(user: &UserRow) -> BTreeMap<String, String> {
    user.custom
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// The stored form of the account's own fields; none when there is none.
pub(crate) fn custom_text(custom: &BTreeMap<String, String>) -> Option<String> {
    if custom.is_empty() {
        None
    } else {
        serde_json::to_string(custom).ok()
    }
}

/// A field's present value; `None` for those that are not columns of the person.
pub(crate) fn value_of<'a>(
    user: &'a UserRow,
    custom: &'a BTreeMap<String, String>,
    field: &Scalar,
) -> Option<&'a str> {
    match field {
        Scalar::ExternalId => user.external_id.as_deref(),
        Scalar::FirstName => Some(user.first_name.as_str()),
        Scalar::LastName => Some(user.last_name.as_str()),
        Scalar::Email => user.email.as_deref(),
        Scalar::EmailKey => user.email_key.as_deref(),
        Scalar::Phone => user.phone.as_deref(),
        Scalar::Notes => user.notes.as_deref(),
        Scalar::Role => Some(user.role.as_str()),
        Scalar::Status => Some(user.status.as_str()),
        Scalar::PersonKind => Some(user.person_kind.as_str()),
        Scalar::Title => user.title.as_deref(),
        Scalar::Department => user.department.as_deref(),
        Scalar::Language => user.language.as_deref(),
        Scalar::Custom(key) => custom.get(key).map(String::as_str),
        Scalar::Module(_)
        | Scalar::CardId
        | Scalar::CardType
        | Scalar::CardStart
        | Scalar::CardEnd
        | Scalar::AccessType
        | Scalar::AccessStart
        | Scalar::AccessEnd
        | Scalar::AccessSchedule => None,
    }
}

/// Sets a field that is a column of the person; the others are links and left alone.
pub(crate) fn set(
    user: &mut UserRow,
    custom: &mut BTreeMap<String, String>,
    field: &Scalar,
    value: Option<String>,
) {
    match field {
        Scalar::ExternalId => user.external_id = value,
        Scalar::FirstName => user.first_name = value.unwrap_or_default(),
        Scalar::LastName => user.last_name = value.unwrap_or_default(),
        Scalar::Email => user.email = value,
        Scalar::EmailKey => user.email_key = value,
        Scalar::Phone => user.phone = value,
        Scalar::Notes => user.notes = value,
        Scalar::Role => user.role = value.unwrap_or_else(|| user.role.clone()),
        Scalar::Status => user.status = value.unwrap_or_else(|| user.status.clone()),
        Scalar::PersonKind => {
            user.person_kind = value.unwrap_or_else(|| user.person_kind.clone());
        }
        Scalar::Title => user.title = value,
        Scalar::Department => user.department = value,
        Scalar::Language => user.language = value,
        Scalar::Custom(key) => {
            match value {
                Some(value) => custom.insert(key.clone(), value),
                None => custom.remove(key),
            };
        }
        Scalar::Module(_)
        | Scalar::CardId
        | Scalar::CardType
        | Scalar::CardStart
        | Scalar::CardEnd
        | Scalar::AccessType
        | Scalar::AccessStart
        | Scalar::AccessEnd
        | Scalar::AccessSchedule => {}
    }
}

/// Whether a person has a link.
pub(crate) fn has_link(record: &UserRecord, kind: Links, id: Uuid) -> bool {
    match kind {
        Links::Groups | Links::Teams => record.groups.iter().any(|group| group.0.uuid() == id),
        Links::Workflows => record
            .workflows
            .iter()
            .any(|workflow| workflow.0.uuid() == id),
        Links::Devices => record
            .grants
            .iter()
            .any(|grant| grant.0.device.uuid() == id),
    }
}

/// The links of one kind that a person has.
pub(crate) fn links_of(record: &UserRecord, kind: Links) -> Vec<Uuid> {
    let of_group = |kind: GroupKind| {
        record
            .groups
            .iter()
            .filter(|group| group.1 == kind)
            .map(|group| group.0.uuid())
            .collect()
    };
    match kind {
        Links::Groups => of_group(GroupKind::Group),
        Links::Teams => of_group(GroupKind::Team),
        Links::Workflows => record
            .workflows
            .iter()
            .map(|workflow| workflow.0.uuid())
            .collect(),
        Links::Devices => record
            .grants
            .iter()
            .map(|grant| grant.0.device.uuid())
            .collect(),
    }
}

impl StoredGrant {
    pub(crate) fn of(grant: &Grant) -> Self {
        Self {
            device: grant.device.uuid(),
            access_type: grant.access_type.clone(),
            schedule: grant.schedule.clone(),
            starts_at: grant.starts_at.map(Timestamp::as_micros),
            ends_at: grant.ends_at.map(Timestamp::as_micros),
            created_at: grant.created_at.as_micros(),
            notes: grant.notes.clone(),
            invited_by: grant.invited_by.map(UserId::uuid),
            is_guest: grant.is_guest,
        }
    }

    pub(crate) fn grant(&self, account: AccountId, user: UserId) -> Grant {
        Grant {
            account,
            user,
            device: DeviceId::from_uuid(self.device),
            access_type: self.access_type.clone(),
            schedule: self.schedule.clone(),
            starts_at: self.starts_at.map(Timestamp::from_micros),
            ends_at: self.ends_at.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(self.created_at),
            notes: self.notes.clone(),
            invited_by: self.invited_by.map(UserId::from_uuid),
            is_guest: self.is_guest,
        }
    }
}

impl StoredCard {
    /// Whether its number is taken: a dead card's is free for others.
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state.as_str(), "expired" | "revoked")
    }

    pub(crate) fn of(card: &Card) -> Self {
        Self {
            id: card.id.uuid(),
            number: card.number.clone(),
            card_type: card.card_type.clone(),
            state: card.state.clone(),
            starts_at: card.starts_at.map(Timestamp::as_micros),
            ends_at: card.ends_at.map(Timestamp::as_micros),
            created_at: card.created_at.as_micros(),
        }
    }

    pub(crate) fn card(&self, account: AccountId, user: UserId) -> Card {
        Card {
            account,
            id: CardId::from_uuid(self.id),
            user,
            number: self.number.clone(),
            card_type: self.card_type.clone(),
            state: self.state.clone(),
            starts_at: self.starts_at.map(Timestamp::from_micros),
            ends_at: self.ends_at.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(self.created_at),
        }
    }
}
