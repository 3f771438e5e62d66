//! What a header says by itself, before the values and the other columns are looked at.

use super::names::OwnNames;
use super::vocabulary;
use crate::fields::{Meaning, Sense, aliases_starting_with, compact, find_alias, words};

/// How a meaning was found in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Basis {
    /// It is our own key or label.
    Own,
    /// It is a known name of the field in some product or language.
    Alias,
    /// Its words say so.
    Words,
    /// It is spelled almost like a known name.
    Typo,
}

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) meaning: Meaning,
    pub(super) rank: u8,
    pub(super) basis: Basis,
}

/// A way to read the header, with what it costs in rank.
struct Spelling {
    text: String,
    cost: u8,
}

/// What the header says, if anything.
pub(super) fn read(header: &str, names: &OwnNames) -> Option<Hint> {
    let spellings = spellings_of(header);
    let known = spellings.iter().find_map(|spelling| known(spelling, names));
    known
        .or_else(|| vocabulary::read(header))
        .or_else(|| misspelled(&compact(header), names))
}

fn known(spelling: &Spelling, names: &OwnNames) -> Option<Hint> {
    if let Some(field) = names.find(&spelling.text) {
        let rank = spelling.cost;
        return Some(Hint {
            meaning: Meaning::Field(field.clone()),
            rank,
            basis: Basis::Own,
        });
    }
    let Sense { meaning, rank } = find_alias(&spelling.text)?;
    let rank = rank.saturating_add(spelling.cost);
    Some(Hint {
        meaning: meaning.clone(),
        rank,
        basis: Basis::Alias,
    })
}

// The whole header first; then without what forms add to it: brackets, "required", a number, a path.
fn spellings_of(header: &str) -> Vec<Spelling> {
    let (outside, inside) = part_brackets(header);
    let bare = undecorated(&words(&outside));
    let mut spellings = vec![Spelling {
        text: compact(header),
        cost: 0,
    }];
    // Microsoft puts the name of its property into square brackets behind a looser label.
    spellings.extend(inside.iter().map(|name| Spelling {
        text: compact(name),
        cost: 0,
    }));
    spellings.push(Spelling {
        text: bare.concat(),
        cost: 0,
    });
    if let Some((number, name)) = bare.split_last().filter(|(last, _)| is_small_number(last)) {
        let cost = number.parse::<u8>().unwrap_or(1).saturating_sub(1);
        spellings.push(Spelling {
            text: name.concat(),
            cost,
        });
    } else if let Some((name, number)) = part_number(&bare.concat()) {
        spellings.push(Spelling {
            text: name,
            cost: number.saturating_sub(1),
        });
    }
    if let Some(name) = last_of_path(header) {
        spellings.push(Spelling {
            text: name,
            cost: 1,
        });
    }
    spellings.retain(|spelling| !spelling.text.is_empty());
    spellings
}

/// The text outside all brackets, and what square brackets hold.
fn part_brackets(header: &str) -> (String, Vec<String>) {
    let mut outside = String::new();
    let mut square = Vec::new();
    let mut depth = 0_u32;
    let mut inside = String::new();
    for letter in header.chars() {
        match letter {
            '[' | '(' | '{' | '<' | '（' | '【' => {
                depth += 1;
                inside.clear();
            }
            ']' | ')' | '}' | '>' | '）' | '】' if depth > 0 => {
                depth -= 1;
                outside.push(' ');
                if letter == ']' {
                    square.push(std::mem::take(&mut inside));
                }
            }
            other if depth > 0 => inside.push(other),
            other => outside.push(other),
        }
    }
    (outside, square)
}

const DECORATIONS: [&str; 20] = [
    "required",
    "optional",
    "mandatory",
    "pflicht",
    "pflichtfeld",
    "erforderlich",
    "obligatoire",
    "facultatif",
    "obligatorio",
    "opcional",
    "obbligatorio",
    "verplicht",
    "wymagane",
    "zorunlu",
    "requerido",
    "readonly",
    "必須",
    "必填",
    "任意",
    "필수",
];

fn undecorated(words: &[String]) -> Vec<String> {
    words
        .iter()
        .filter(|word| !DECORATIONS.contains(&word.as_str()))
        .cloned()
        .collect()
}

fn is_small_number(word: &str) -> bool {
    word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `group2` is `group` and 2.
fn part_number(spelling: &str) -> Option<(String, u8)> {
    let name = spelling.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = spelling.get(name.len()..)?;
    (!name.is_empty() && number.len() <= 2).then_some(())?;
    Some((name.to_owned(), number.parse().ok()?))
}

/// `profile.email` and `user/email` are `email`; `manager.email` is somebody else's.
fn last_of_path(header: &str) -> Option<String> {
    let header = header.trim();
    if header.contains(char::is_whitespace) {
        return None;
    }
    let (path, name) = header.rsplit_once(['.', '/', ':', '>'])?;
    let name = compact(name);
    let about_other = words(path)
        .iter()
        .any(|word| vocabulary::is_about_other(word));
    (!about_other && name.len() > 2).then_some(name)
}

// Jaro-Winkler alone takes "Emp ID" for an e-mail address, so a mistake must also be small: one
// letter in seven, and in short words a letter left out, doubled or swapped, not another letter.
fn misspelled(header: &str, names: &OwnNames) -> Option<Hint> {
    let length = header.chars().count();
    if length < 5 {
        return None;
    }
    let first = header.chars().next()?;
    let own = names
        .spellings()
        .map(|(known, field)| (known, 1, Meaning::Field(field.clone())));
    let aliases = aliases_starting_with(first)
        .map(|(known, sense)| (known, sense.rank, sense.meaning.clone()));
    // The spelling settles ties, so that the answer does not depend on the order of a hash table.
    let (_, rank, _, meaning) = own
        .chain(aliases)
        .filter_map(|(known, rank, meaning)| Some((distance(header, known)?, rank, known, meaning)))
        .min_by_key(|(away, rank, known, _)| (*away, *rank, *known))?;
    Some(Hint {
        meaning,
        rank,
        basis: Basis::Typo,
    })
}

fn distance(header: &str, known: &str) -> Option<usize> {
    let (length, known_length) = (header.chars().count(), known.chars().count());
    if known_length < 5
        || length.abs_diff(known_length) > 2
        || header.chars().next() != known.chars().next()
    {
        return None;
    }
    let away = strsim::osa_distance(header, known);
    let allowed = if length.min(known_length) < 10 { 1 } else { 2 };
    let same_letters = sorted(header) == sorted(known);
    let other_letter = length == known_length && !same_letters;
    let short = length.min(known_length) < 8;
    (away <= allowed && !(short && other_letter) && strsim::jaro_winkler(header, known) >= 0.93)
        .then_some(away)
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Catalogue, Field};

    fn field(header: &str) -> Option<Field> {
        match read(header, &OwnNames::of(&Catalogue::default()))?.meaning {
            Meaning::Field(field) => Some(field),
            _other => None,
        }
    }

    #[test]
    fn reads_through_what_forms_add() {
        for (header, expected) in [
            ("First Name [Required]", Field::FirstName),
            ("Name [displayName] Required", Field::FullName),
            ("E-Mail-Adresse (Pflichtfeld)", Field::Email),
            ("Email *", Field::Email),
            ("Group 2", Field::Groups),
            ("cohort3", Field::Groups),
            ("profile.email", Field::Email),
            ("携帯電話番号（必須）", Field::Phone),
        ] {
            assert_eq!(field(header), Some(expected), "{header}");
        }
    }

    #[test]
    fn does_not_take_another_person_for_this_one() {
        for header in [
            "manager.email",
            "Parent Email",
            "Emergency contact phone",
            "Supervisor E-mail",
        ] {
            assert_eq!(field(header), None, "{header}");
        }
    }

    #[test]
    fn reads_small_spelling_mistakes() {
        for (header, expected) in [
            ("Emial", Field::Email),
            ("Frist Name", Field::FirstName),
            ("Last Nmae", Field::LastName),
            ("Phonne", Field::Phone),
            ("Deparment", Field::Department),
            ("Emploee ID", Field::ExternalId),
        ] {
            let hint = read(header, &OwnNames::of(&Catalogue::default()));
            assert_eq!(
                hint.as_ref().map(|h| h.basis),
                Some(Basis::Typo),
                "{header} {hint:?}"
            );
            assert_eq!(field(header), Some(expected), "{header}");
        }
    }

    #[test]
    fn does_not_take_another_word_for_a_mistake() {
        for header in [
            "Terms",
            "Votes",
            "User IP",
            "Rule",
            "Emp",
            "Card status",
            "Phase",
        ] {
            assert_eq!(field(header), None, "{header}");
        }
    }

    #[test]
    fn takes_emp_id_for_the_id_and_not_for_the_email() {
        assert_eq!(field("Emp ID"), Some(Field::ExternalId));
        assert_eq!(field("Empl. ID"), Some(Field::ExternalId));
    }
}
