//! The fields one account offers: the standard ones, its modules and its own fields.

use std::borrow::Cow;

use super::field::{Field, Kind};
use super::spelling::compact;

/// What the account has beside the standard fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Key and label of each module the account owns.
    pub modules: Vec<(String, String)>,
    /// Key, label and kind of each field of the account's own.
    pub custom: Vec<(String, String, Kind)>,
}

impl Catalogue {
    /// Every field of the account, in the order of exports.
    pub fn fields(&self) -> Vec<Field> {
        let modules = self
            .modules
            .iter()
            .map(|(key, _)| Field::Module(key.clone()));
        let custom = self
            .custom
            .iter()
            .map(|(key, _, _)| Field::Custom(key.clone()));
        Field::STANDARD
            .into_iter()
            .chain(modules)
            .chain(custom)
            .collect()
    }

    /// Whether the account has this field.
    pub fn has(&self, field: &Field) -> bool {
        match field {
            Field::Module(key) => self.modules.iter().any(|(own, _)| own == key),
            Field::Custom(key) => self.custom.iter().any(|(own, _, _)| own == key),
            _standard => true,
        }
    }

    /// The label people of this account read.
    pub fn label<'a>(&'a self, field: &Field) -> Cow<'a, str> {
        let own = match field {
            Field::Module(key) => self
                .modules
                .iter()
                .find(|(own, _)| own == key)
                .map(|m| &m.1),
            Field::Custom(key) => self
                .custom
                .iter()
                .find(|(own, _, _)| own == key)
                .map(|c| &c.1),
            _standard => None,
        };
        own.map_or_else(|| field.label(), |label| Cow::Borrowed(label.as_str()))
    }

    /// What sort of value the field holds in this account.
    pub fn kind(&self, field: &Field) -> Kind {
        let own = match field {
            Field::Custom(key) => self.custom.iter().find(|(own, _, _)| own == key),
            _standard => None,
        };
        own.map_or_else(|| field.kind(), |(_, _, kind)| *kind)
    }

    /// The field whose key or label this is, however it is spaced, cased or accented.
    pub fn find(&self, name: &str) -> Option<Field> {
        let wanted = compact(name);
        if wanted.is_empty() {
            return None;
        }
        self.fields()
            .into_iter()
            .find(|field| compact(&field.key()) == wanted || compact(&self.label(field)) == wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Catalogue {
        Catalogue {
            modules: vec![("lone_working".into(), "Lone Working".into())],
            custom: vec![("locker".into(), "Locker no.".into(), Kind::Text)],
        }
    }

    #[test]
    fn finds_every_field_by_key_and_by_label() {
        let account = account();
        for field in account.fields() {
            assert_eq!(account.find(&field.key()), Some(field.clone()));
            assert_eq!(account.find(&account.label(&field)), Some(field));
        }
    }

    #[test]
    fn finds_a_field_however_it_is_written() {
        assert_eq!(account().find("  FIRST-name "), Some(Field::FirstName));
        assert_eq!(
            account().find("lone_working"),
            Some(Field::Module("lone_working".into()))
        );
        assert_eq!(
            account().find("locker no"),
            Some(Field::Custom("locker".into()))
        );
        assert_eq!(account().find("shoe size"), None);
        assert_eq!(account().find(" - "), None);
    }

    #[test]
    fn has_only_the_modules_it_owns() {
        assert!(account().has(&Field::Module("lone_working".into())));
        assert!(!account().has(&Field::Module("audits".into())));
    }
}
