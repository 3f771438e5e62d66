//! The fields of a person that a file can fill, with their stable keys and labels.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a person that a column can fill.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The human key, unique in the account.
    ExternalId,
    /// First and last name in one cell.
    FullName,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// Free text about the person.
    Notes,
    /// Names of groups.
    Groups,
    /// Names of teams.
    Teams,
    /// Role in the account.
    Role,
    /// Licence of one module, by its key such as `lone_working`.
    Module(String),
    /// Number of an access card.
    CardId,
    /// Kind of card: mobile, rf, qr.
    CardType,
    /// First day or moment of the card.
    CardStart,
    /// Last day or moment of the card.
    CardEnd,
    /// Employee, visitor or member.
    PersonKind,
    /// Job title.
    Title,
    /// Department.
    Department,
    /// Language of messages.
    Language,
    /// What a grant permits.
    AccessType,
    /// Doors and gates of the grant.
    Devices,
    /// Begin of the access window.
    AccessStart,
    /// End of the access window.
    AccessEnd,
    /// Weekly schedule of repeating access.
    AccessSchedule,
    /// Names of workflows.
    Workflows,
    /// A field of the account's own, by its key.
    Custom(String),
}

/// What sort of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Free text.
    Text,
    /// Several values in one cell, or in several columns.
    List,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A number.
    Number,
    /// A calendar day.
    Date,
    /// A day or a moment.
    DateTime,
    /// Yes or no.
    Bool,
    /// One of a few words.
    Enum,
    /// A language tag.
    Language,
    /// A card number, decimal or hexadecimal.
    CardNumber,
    /// Week days and hours.
    Schedule,
}

/// The heading under which a field is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// Who it is.
    Identity,
    /// How to reach the person.
    Contact,
    /// Work and organisation.
    Work,
    /// Role, modules, doors.
    Access,
    /// The access card.
    Card,
    /// The account's own fields.
    Custom,
}

impl Field {
    /// Every field that all accounts have, in the order of exports.
    pub const STANDARD: [Self; 24] = [
        Self::ExternalId,
        Self::FullName,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Phone,
        Self::Notes,
        Self::Groups,
        Self::Teams,
        Self::Role,
        Self::CardId,
        Self::CardType,
        Self::CardStart,
        Self::CardEnd,
        Self::PersonKind,
        Self::Title,
        Self::Department,
        Self::Language,
        Self::AccessType,
        Self::Devices,
        Self::AccessStart,
        Self::AccessEnd,
        Self::AccessSchedule,
        Self::Workflows,
    ];

    /// The stable key, such as `email`, `module_audits` or `custom.locker`.
    pub fn key(&self) -> Cow<'static, str> {
        match self {
            Self::Module(key) => Cow::Owned(format!("module_{key}")),
            Self::Custom(key) => Cow::Owned(format!("custom.{key}")),
            standard => Cow::Borrowed(standard.names().0),
        }
    }

    /// The field with this key; unknown keys have none.
    pub fn from_key(key: &str) -> Option<Self> {
        if let Some(own) = key.strip_prefix("custom.") {
            return (!own.is_empty()).then(|| Self::Custom(own.to_owned()));
        }
        if let Some(module) = key.strip_prefix("module_") {
            return (!module.is_empty()).then(|| Self::Module(module.to_owned()));
        }
        Self::STANDARD
            .into_iter()
            .find(|field| field.names().0 == key)
    }

    /// The English label; `Catalogue::label` knows the account's own labels.
    pub fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Module(key) | Self::Custom(key) => Cow::Owned(title_case(key)),
            standard => Cow::Borrowed(standard.names().1),
        }
    }

    /// What sort of value the field holds; `Catalogue::kind` knows the account's own fields.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Email => Kind::Email,
            Self::Phone => Kind::Phone,
            Self::Groups | Self::Teams | Self::Devices | Self::Workflows => Kind::List,
            Self::Role | Self::CardType | Self::PersonKind | Self::AccessType => Kind::Enum,
            Self::Module(_) => Kind::Bool,
            Self::CardId => Kind::CardNumber,
            Self::CardStart | Self::CardEnd | Self::AccessStart | Self::AccessEnd => Kind::DateTime,
            Self::Language => Kind::Language,
            Self::AccessSchedule => Kind::Schedule,
            Self::ExternalId
            | Self::FullName
            | Self::FirstName
            | Self::LastName
            | Self::Notes
            | Self::Title
            | Self::Department
            | Self::Custom(_) => Kind::Text,
        }
    }

    /// Whether the field holds several values, so that several columns may fill it.
    pub fn is_list(&self) -> bool {
        self.kind() == Kind::List
    }

    /// The heading under which the field is offered.
    pub fn section(&self) -> Section {
        match self {
            Self::ExternalId | Self::FullName | Self::FirstName | Self::LastName => {
                Section::Identity
            }
            Self::Email | Self::Phone | Self::Language => Section::Contact,
            Self::Notes
            | Self::Groups
            | Self::Teams
            | Self::PersonKind
            | Self::Title
            | Self::Department
            | Self::Workflows => Section::Work,
            Self::Role
            | Self::Module(_)
            | Self::AccessType
            | Self::Devices
            | Self::AccessStart
            | Self::AccessEnd
            | Self::AccessSchedule => Section::Access,
            Self::CardId | Self::CardType | Self::CardStart | Self::CardEnd => Section::Card,
            Self::Custom(_) => Section::Custom,
        }
    }

    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::ExternalId => ("external_id", "User ID"),
            Self::FullName => ("full_name", "Full name"),
            Self::FirstName => ("first_name", "First name"),
            Self::LastName => ("last_name", "Last name"),
            Self::Email => ("email", "Email"),
            Self::Phone => ("phone", "Phone"),
            Self::Notes => ("notes", "Notes"),
            Self::Groups => ("groups", "Groups"),
            Self::Teams => ("teams", "Teams"),
            Self::Role => ("role", "Role"),
            Self::CardId => ("card_id", "Card ID"),
            Self::CardType => ("card_type", "Card type"),
            Self::CardStart => ("card_start", "Card start"),
            Self::CardEnd => ("card_end", "Card end"),
            Self::PersonKind => ("person_kind", "Kind"),
            Self::Title => ("title", "Title"),
            Self::Department => ("department", "Department"),
            Self::Language => ("language", "Language"),
            Self::AccessType => ("access_type", "Access type"),
            Self::Devices => ("devices", "Devices"),
            Self::AccessStart => ("access_start", "Access start"),
            Self::AccessEnd => ("access_end", "Access end"),
            Self::AccessSchedule => ("access_schedule", "Schedule"),
            Self::Workflows => ("workflows", "Workflows"),
            Self::Module(_) => ("module", "Module"),
            Self::Custom(_) => ("custom", "Custom field"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.key())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::from_key(&key)
            .ok_or_else(|| serde::de::Error::custom(format!("no field has the key {key}")))
    }
}

fn title_case(key: &str) -> String {
    let mut label = String::with_capacity(key.len());
    for word in key.split(['_', '-', ' ']).filter(|word| !word.is_empty()) {
        if !label.is_empty() {
            label.push(' ');
        }
        let mut letters = word.chars();
        label.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        label.push_str(letters.as_str());
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_leads_back_to_its_field() {
        for field in Field::STANDARD {
            assert_eq!(Field::from_key(&field.key()), Some(field));
        }
        for field in [
            Field::Module("lone_working".into()),
            Field::Custom("locker".into()),
        ] {
            assert_eq!(Field::from_key(&field.key()), Some(field));
        }
    }

    #[test]
    fn rejects_unknown_and_empty_keys() {
        for key in ["", "custom.", "module_", "password", "custom"] {
            assert_eq!(Field::from_key(key), None, "{key}");
        }
    }

    #[test]
    fn is_written_and_read_as_its_key() {
        let field = Field::Custom("locker".into());
        let json = serde_json::to_string(&field).unwrap();
        assert_eq!(json, r#""custom.locker""#);
        assert_eq!(serde_json::from_str::<Field>(&json).unwrap(), field);
    }

    #[test]
    fn labels_a_module_by_its_key() {
        assert_eq!(Field::Module("lone_working".into()).label(), "Lone Working");
    }
}
