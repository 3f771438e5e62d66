//! What other products and other languages call our fields.
//!
//! The tables are data: one file per group of languages, one line per meaning, headers parted by
//! `|`, written as people write them. The account's own labels and keys are not here.

mod asian;
mod english;
mod french;
mod germanic;
mod iberian;
mod italian;
mod slavic;
mod turkish;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::field::Field;
use super::spelling::compact;

/// What a header says its column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// One field, whatever the other columns are.
    Field(Field),
    /// The licence of a module with this key.
    Module(&'static str),
    /// A name; the other columns decide whether full, first or last.
    Name,
    /// A sign-in name, or, in some products, the person's name.
    Login,
    /// A number of the person, or a phone number.
    Number,
    /// A day something begins: card, access or employment.
    Start,
    /// A day something ends: card, access or employment.
    End,
    /// One of our kinds of people, if the values say so.
    Kind,
    /// What a grant permits, if the values say so.
    Access,
    /// The number of the row in its file, if the values count up.
    RowNumber,
    /// A column that we write into exports and results.
    Ours,
    /// A password or another secret, which is never imported.
    Secret,
    /// Something known for which there is no field.
    Nothing(&'static str),
}

/// A meaning, and how well its header names it: the lower the better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sense {
    /// What the header says.
    pub(crate) meaning: Meaning,
    /// Among several columns with one meaning, the lowest rank wins.
    pub(crate) rank: u8,
}

/// One line of a table: a meaning, its rank, the headers.
type Line = (Meaning, u8, &'static str);

static TABLES: [&[Line]; 8] = [
    english::TABLE,
    germanic::TABLE,
    french::TABLE,
    iberian::TABLE,
    italian::TABLE,
    slavic::TABLE,
    turkish::TABLE,
    asian::TABLE,
];

static BY_SPELLING: LazyLock<HashMap<String, Sense>> = LazyLock::new(|| {
    let mut aliases = HashMap::new();
    for (meaning, rank, headers) in TABLES.into_iter().flatten() {
        for header in headers.split('|') {
            let sense = Sense {
                meaning: meaning.clone(),
                rank: *rank,
            };
            // The first table to name a header decides; a test keeps them from disagreeing.
            aliases.entry(compact(header)).or_insert(sense);
        }
    }
    aliases
});

static BY_LETTER: LazyLock<HashMap<char, Vec<(&'static str, &'static Sense)>>> =
    LazyLock::new(|| {
        let mut letters: HashMap<char, Vec<(&str, &Sense)>> = HashMap::new();
        for (spelling, sense) in BY_SPELLING.iter() {
            let letter = spelling.chars().next().unwrap_or_default();
            letters
                .entry(letter)
                .or_default()
                .push((spelling.as_str(), sense));
        }
        letters
    });

/// The meaning of a header by its compact spelling.
pub(crate) fn find_alias(compact: &str) -> Option<&'static Sense> {
    BY_SPELLING.get(compact)
}

/// Every known compact spelling that begins with this letter, with its meaning.
pub(crate) fn aliases_starting_with(
    letter: char,
) -> impl Iterator<Item = (&'static str, &'static Sense)> {
    let found = BY_LETTER
        .get(&letter)
        .map(Vec::as_slice)
        .unwrap_or_default();
    found.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_has_two_meanings() {
        let mut seen: HashMap<String, (&Meaning, &str)> = HashMap::new();
        let mut conflicts = Vec::new();
        for (meaning, _, headers) in TABLES.into_iter().flatten() {
            for header in headers.split('|') {
                let (first, spelling) = *seen.entry(compact(header)).or_insert((meaning, header));
                if first != meaning {
                    conflicts.push(format!("{spelling} {first:?} / {header} {meaning:?}"));
                }
            }
        }
        assert!(conflicts.is_empty(), "{conflicts:#?}");
    }

    #[test]
    fn no_header_is_blank() {
        assert!(find_alias("").is_none());
    }

    #[test]
    fn knows_headers_of_many_languages() {
        for (header, field) in [
            ("E-Mail-Adresse", Field::Email),
            ("Téléphone portable", Field::Phone),
            ("Apellidos", Field::LastName),
            ("Codice dipendente", Field::ExternalId),
            ("Imię", Field::FirstName),
            ("Soyadı", Field::LastName),
            ("氏名", Field::FullName),
            ("手机号码", Field::Phone),
            ("電子郵件", Field::Email),
            ("이메일", Field::Email),
            ("Фамилия", Field::LastName),
        ] {
            let sense = find_alias(&compact(header));
            assert_eq!(
                sense.map(|s| &s.meaning),
                Some(&Meaning::Field(field)),
                "{header}"
            );
        }
    }
}
