//! The account's own fields as an extension of users (docs/decisions/0041).
//!
//! What a provider says of them is kept and shown again as with any other attribute, see `user`. Not
//! here: what a field may hold, which [`directory::fields`] decides.

use std::{collections::BTreeMap, fmt::Write as _};

use db::Tx;
use directory::{
    fields::{self, CustomField, FieldKind},
    users::{Typed, UserRow},
};
use kernel::{AccountId, DateOrder};
use scim::{Attribute, Kind, OWN, Shape};
use serde_json::{Map, Value, json};

/// The account's own fields, with what they are called here.
#[derive(Clone, Debug)]
pub(super) struct OwnFields(Vec<(String, CustomField)>);

impl OwnFields {
    pub(super) fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let all = fields::list(tx, account)?.into_iter();
        Ok(Self(
            all.map(|field| (name_of(&field.key), field)).collect(),
        ))
    }

    /// Users, with the extension if there is a field.
    pub(super) fn users(&self) -> Shape {
        let attributes: Vec<_> = self.0.iter().map(attribute).collect();
        let extension = (!attributes.is_empty()).then(|| scim::own_fields(attributes));
        scim::user(extension.into_iter().collect())
    }

    /// Where in a user the fields are.
    pub(super) fn pointers(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, _)| pointer(name))
    }

    /// Types what a user says of the fields, but for what `is_untouched`, by its pointer.
    pub(super) fn type_into(
        &self,
        typed: &mut Typed,
        user: &Value,
        is_untouched: &dyn Fn(&str) -> bool,
    ) {
        for (name, field) in &self.0 {
            let (pointer, key) = (pointer(name), format!("custom.{}", field.key));
            let said = user.pointer(&pointer);
            // A number such as 007 is told as 7, and stays 007 when that is sent back.
            let stored = typed.get(&key);
            let is_as_shown = !stored.is_empty() && said == Some(&json_of(field, stored));
            if !is_as_shown && !is_untouched(&pointer) {
                let text = said.and_then(|said| text(field, said));
                typed.set(key, text.unwrap_or_default());
            }
        }
    }

    /// Puts a person's values into a user: in the words of the provider, as long as they mean the same.
    pub(super) fn show(&self, parts: &mut Map<String, Value>, user: &UserRow) {
        let said = parts.remove(OWN).unwrap_or_default();
        let stored: BTreeMap<String, String> = user
            .custom
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let mut shown = Map::new();
        for (name, field) in &self.0 {
            let Some(value) = stored.get(&field.key) else {
                continue;
            };
            let words = said.get(name).filter(|said| {
                let meant = text(field, said);
                let meant = meant.and_then(|text| field.parse(&text, DateOrder::Ymd).ok());
                meant.as_ref() == Some(value)
            });
            let words = words.cloned().unwrap_or_else(|| json_of(field, value));
            shown.insert(name.clone(), words);
        }
        if !shown.is_empty() {
            parts.insert(OWN.to_owned(), Value::Object(shown));
        }
    }
}

fn pointer(name: &str) -> String {
    format!("/{OWN}/{name}")
}

/// What a field is called: its key, which never changes, made a name of RFC 7643, 2.1.
///
/// Keys hold lower-case letters of any script, digits and `_`; names only those of ASCII, and begin
/// with a letter. What a name cannot hold is written as its number between `-`, which no key has; so no
/// two keys become one name.
fn name_of(key: &str) -> String {
    let mut name = String::new();
    for letter in key.chars() {
        if letter.is_ascii_alphanumeric() || letter == '_' {
            name.push(letter);
        } else {
            // Writing to a text cannot fail.
            let _ = write!(name, "-{:x}-", u32::from(letter));
        }
    }
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name
    } else {
        format!("x--{name}")
    }
}

fn attribute((name, field): &(String, CustomField)) -> Attribute {
    let text = Attribute::text(name, &field.label);
    let of_kind = |kind| Attribute {
        kind,
        ..text.clone()
    };
    match field.kind {
        FieldKind::Text => text,
        FieldKind::Number => of_kind(Kind::Decimal),
        FieldKind::Date => of_kind(Kind::DateTime),
        FieldKind::Bool => of_kind(Kind::Boolean),
        FieldKind::Choice => text.one_of(&field.choices),
    }
}

/// A value as somebody would type it; nothing if it is none.
fn text(field: &CustomField, value: &Value) -> Option<String> {
    match value {
        // A moment is the day that is written in it, wherever that is.
        Value::String(text) if field.kind == FieldKind::Date => {
            let day = text.split_once(['T', 't']).map_or(&**text, |(day, _)| day);
            Some(day.to_owned())
        }
        Value::String(text) => Some(text.clone()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A stored value.
fn json_of(field: &CustomField, value: &str) -> Value {
    match field.kind {
        FieldKind::Text | FieldKind::Choice => json!(value),
        FieldKind::Bool => json!(value == "true"),
        FieldKind::Date => json!(format!("{value}T00:00:00Z")),
        FieldKind::Number => scim::number(value).map_or(Value::Null, Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_name_of_its_own_that_is_one() {
        for (key, name) in [
            ("locker_2", "locker_2"),
            ("grösse", "gr-f6-sse"),
            ("2nd_phone", "x--2nd_phone"),
            ("日付", "x---65e5--4ed8-"),
            ("x日", "x-65e5-"),
        ] {
            assert_eq!(name_of(key), name);
            let path = scim::AttributePath::parse(&format!("{OWN}:{name}")).unwrap();
            assert_eq!((path.urn.as_deref(), &*path.name), (Some(OWN), name));
        }
        // The longest key.
        let longest = name_of(&"𝟿".repeat(60));
        assert!(scim::AttributePath::parse(&format!("{OWN}:{longest}")).is_ok());
    }
}
