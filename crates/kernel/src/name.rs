//! The names of people and groups, and the ids organisations give to their people.
//!
//! Not here: which of them a row needs, and whether a name is taken.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Code, Fault, text};

/// The name of a person: one text with a mark between first and last name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonName {
    full: String,
    /// Where the first name ends; the rest, after a space, is the last name.
    first_bytes: usize,
}

impl PersonName {
    /// The most characters of a full name.
    pub const MAX_FULL: usize = 200;
    /// The most characters of a first or last name given by itself.
    pub const MAX_PART: usize = 100;

    /// A name given as a whole: what follows the last space is the last name.
    pub fn from_full(raw: &str) -> Result<Self, Fault> {
        let full = text::line(raw, Self::MAX_FULL)?;
        if full.is_empty() {
            return Err(Fault::new(Code::NameMissing, ""));
        }
        let first_bytes = full.rfind(' ').unwrap_or(full.len());
        Ok(Self { full, first_bytes })
    }

    /// A name given in two parts, of which one may be empty.
    pub fn from_parts(first: &str, last: &str) -> Result<Self, Fault> {
        let mut full = text::line(first, Self::MAX_PART).map_err(|f| in_part(f, "first"))?;
        let last = text::line(last, Self::MAX_PART).map_err(|f| in_part(f, "last"))?;
        if full.is_empty() && last.is_empty() {
            return Err(Fault::new(Code::NameMissing, ""));
        }
        let first_bytes = full.len();
        if !last.is_empty() {
            if first_bytes > 0 {
                full.push(' ');
            }
            full.push_str(&last);
        }
        Ok(Self { full, first_bytes })
    }

    /// The first name or names; may be empty.
    pub fn first(&self) -> &str {
        self.full.get(..self.first_bytes).unwrap_or_default()
    }

    /// The last name; may be empty.
    pub fn last(&self) -> &str {
        self.full
            .get(self.first_bytes..)
            .unwrap_or_default()
            .trim_start()
    }

    /// The whole name.
    pub fn full(&self) -> &str {
        &self.full
    }

    /// What the name is searched and compared by.
    pub fn key(&self) -> Cow<'_, str> {
        text::fold(&self.full)
    }
}

fn in_part(mut fault: Fault, part: &str) -> Fault {
    fault.detail = Cow::Owned(format!("{} in the {part} name", fault.detail));
    fault
}

/// First and last name in one, of which either may be empty.
pub fn full_name(first: &str, last: &str) -> String {
    match (first.is_empty(), last.is_empty()) {
        (_, true) => first.to_owned(),
        (true, false) => last.to_owned(),
        (false, false) => format!("{first} {last}"),
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

macro_rules! parsed_string {
    ($name:ident) => {
        impl $name {
            /// The text in its stored form.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text as an owned string.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Fault;

            fn from_str(raw: &str) -> Result<Self, Fault> {
                Self::parse(raw)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Fault;

            fn try_from(raw: String) -> Result<Self, Fault> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

/// The name of a group, team, device or workflow.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

impl GroupName {
    /// The most characters of a name.
    pub const MAX: usize = 100;

    /// Reads a name of 1 to 100 characters.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let name = text::line(raw, Self::MAX)?;
        if name.is_empty() {
            return Err(Fault::new(Code::ValueMissing, "the name is empty"));
        }
        Ok(Self(name))
    }

    /// What the name is compared by: case, spacing and forms of letters make no difference.
    pub fn key(&self) -> Cow<'_, str> {
        text::fold(&self.0)
    }
}

parsed_string!(GroupName);

/// The id an organisation gives to a person: an employee or member number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExternalId(String);

impl ExternalId {
    /// The most characters of an id.
    pub const MAX: usize = 64;

    /// Reads 1 to 64 letters, digits, dots, hyphens and underscores.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let id = raw.trim();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if !id.is_empty() && id.len() <= Self::MAX && id.bytes().all(allowed) {
            return Ok(Self(String::from(id)));
        }
        Err(Self::fault(id))
    }

    /// What the id is compared by.
    pub fn key(&self) -> Cow<'_, str> {
        if self.0.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(self.0.to_ascii_lowercase())
        } else {
            Cow::Borrowed(&self.0)
        }
    }

    fn fault(id: &str) -> Fault {
        if id.is_empty() {
            return Fault::new(Code::UserIdInvalid, "it is empty");
        }
        if let Some(fault) = crate::damage::certain_fault(id) {
            return fault;
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        match id.chars().find(|c| !allowed(*c)) {
            Some(' ') => Fault::new(Code::UserIdInvalid, "it contains a space"),
            Some(c) if c.is_control() => Fault::new(
                Code::BadCharacter,
                format!("the control character U+{:04X}", c as u32),
            ),
            Some(c) => Fault::new(Code::UserIdInvalid, format!("it contains `{c}`")),
            None => {
                let detail = format!("{} characters, at most {} are allowed", id.len(), Self::MAX);
                Fault::new(Code::ValueTooLong, detail)
            }
        }
    }
}

parsed_string!(ExternalId);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn splits_a_full_name_at_its_last_space() {
        let parts = |raw| {
            let name = PersonName::from_full(raw).unwrap();
            (String::from(name.first()), String::from(name.last()))
        };
        assert_eq!(
            parts(" Ana  Maria\tSilva "),
            ("Ana Maria".into(), "Silva".into())
        );
        assert_eq!(parts("Madonna"), ("Madonna".into(), String::new()));
        assert_eq!(
            parts("Zoe\u{308} Kravitz"),
            ("Zoë".into(), "Kravitz".into())
        );
    }

    #[test]
    fn keeps_given_parts_apart() {
        let name = PersonName::from_parts(" Anna ", "van der  Berg").unwrap();
        assert_eq!((name.first(), name.last()), ("Anna", "van der Berg"));
        assert_eq!(name.full(), "Anna van der Berg");
        assert_eq!(name.key(), "anna van der berg");
        let name = PersonName::from_parts("", "Berg").unwrap();
        assert_eq!(
            (name.first(), name.last(), name.full()),
            ("", "Berg", "Berg")
        );
    }

    #[test]
    fn refuses_missing_long_and_damaged_names() {
        assert_eq!(
            PersonName::from_full(" \u{A0} ").unwrap_err().code,
            Code::NameMissing
        );
        assert_eq!(
            PersonName::from_parts("", "").unwrap_err().code,
            Code::NameMissing
        );
        assert!(PersonName::from_full(&"é".repeat(200)).is_ok());
        assert_eq!(
            PersonName::from_full(&"é".repeat(201)).unwrap_err().code,
            Code::ValueTooLong
        );
        let fault = PersonName::from_parts("Anna", &"b".repeat(101)).unwrap_err();
        assert_eq!(
            fault.detail,
            "101 characters, at most 100 are allowed in the last name"
        );
        assert_eq!(
            PersonName::from_full("A\u{0}b").unwrap_err().code,
            Code::BadCharacter
        );
    }

    #[test]
    fn group_names_compare_without_case() {
        let key = |raw| GroupName::parse(raw).unwrap().key().into_owned();
        assert_eq!(key("Field  Office"), key("FIELD OFFICE"));
        assert_eq!(GroupName::parse(" ").unwrap_err().code, Code::ValueMissing);
        assert_eq!(
            GroupName::parse(&"x".repeat(101)).unwrap_err().code,
            Code::ValueTooLong
        );
    }

    #[test]
    fn external_ids_are_plain() {
        let id = ExternalId::parse(" 0010.A-b_1 ").unwrap();
        assert_eq!((id.as_str(), &*id.key()), ("0010.A-b_1", "0010.a-b_1"));
        for (raw, code) in [
            ("", Code::UserIdInvalid),
            ("a b", Code::UserIdInvalid),
            ("ä", Code::UserIdInvalid),
            ("1.2E+10", Code::ValueDamaged),
            ("#REF!", Code::ValueDamaged),
            ("a\u{1}", Code::BadCharacter),
        ] {
            assert_eq!(ExternalId::parse(raw).unwrap_err().code, code, "{raw:?}");
        }
        assert_eq!(
            ExternalId::parse(&"1".repeat(65)).unwrap_err().code,
            Code::ValueTooLong
        );
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"0010.A-b_1\"");
        assert!(serde_json::from_str::<ExternalId>("\"a b\"").is_err());
    }

    proptest! {
        #[test]
        fn parsed_names_parse_to_themselves(raw in any::<String>()) {
            if let Ok(name) = PersonName::from_full(&raw) {
                prop_assert_eq!(PersonName::from_full(name.full()), Ok(name));
            }
            if let Ok(name) = GroupName::parse(&raw) {
                prop_assert_eq!(GroupName::parse(name.as_str()), Ok(name));
            }
            if let Ok(id) = ExternalId::parse(&raw) {
                prop_assert_eq!(ExternalId::parse(id.as_str()), Ok(id));
            }
        }

        #[test]
        fn name_parts_parse_to_themselves(first in "\\PC{0,20}", last in "\\PC{0,20}") {
            if let Ok(name) = PersonName::from_parts(&first, &last) {
                prop_assert_eq!(PersonName::from_parts(name.first(), name.last()), Ok(name));
            }
        }
    }
}
