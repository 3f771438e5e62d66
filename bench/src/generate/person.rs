//! One person, computed from the seed and an index alone: any row can be made again at any time.

use super::{names, phones, random::Random};

/// A clean row before anybody made a mistake in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) external_id: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) title: String,
    pub(crate) department: String,
    pub(crate) language: String,
    pub(crate) notes: String,
    pub(crate) kind: String,
    pub(crate) groups: String,
}

const TITLES: &[&str] = &[
    "Supervisor",
    "Technician",
    "Site Manager",
    "Cleaner",
    "Security Officer",
    "Electrician",
    "Nurse",
    "Ingénieure",
    "Sachbearbeiter",
    "Driver",
    "Accountant",
    "Store Keeper",
    "Team Lead",
    "",
];
const DEPARTMENTS: &[&str] = &[
    "Facilities",
    "Field Service",
    "Logistics",
    "Finance",
    "Operations",
    "Human Resources",
    "Sécurité",
    "Einkauf",
    "Sales & Marketing",
    "IT",
];
const LANGUAGES: &[&str] = &["en", "en", "en", "de", "fr", "es", "pt", "pl", ""];
const DOMAINS: &[&str] = &[
    "example.com",
    "example.org",
    "mail.example.net",
    "staff.example.co.za",
];
const GROUPS: &[&str] = &[
    "Field",
    "Office",
    "Night shift",
    "First aid",
    "Contractors",
    "Warehouse",
    "Drivers",
    "Évacuation",
];

impl Person {
    /// The person with this index.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let random = &mut Random::of_row(seed, index);
        let country = phones::country(random);
        let names = names::of(country);
        let (first, first_address) = names::spellings(random.pick(names.first));
        let (last, last_address) = names::spellings(random.pick(names.last));
        let mut person = Self {
            external_id: format!("E{index:08}"),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            email: email(random, &first_address, &last_address, index),
            title: random.pick(TITLES).to_owned(),
            department: random.pick(DEPARTMENTS).to_owned(),
            language: random.pick(LANGUAGES).to_owned(),
            notes: notes(random, index),
            kind: kind(random).to_owned(),
            groups: groups(random),
            phone: String::new(),
        };
        if random.percent(90.0) {
            person.phone = phones::number(country, index).typed(random);
        }
        person
    }

    /// The same person after one thing in their life changed.
    pub(crate) fn changed(mut self, random: &mut Random) -> Self {
        if random.percent(50.0) {
            self.title = format!("Senior {}", self.title).trim().into();
        } else {
            self.department = format!("{} East", self.department);
        }
        self
    }
}

fn email(random: &mut Random, first: &str, last: &str, index: u64) -> String {
    let domain = random.pick(DOMAINS);
    // Addresses are unique through the index and in no order through the names before it.
    let address = match random.below(4) {
        0 => format!("{last}.{first}{index}@{domain}"),
        1 => format!("{}{last}{index}@{domain}", first.get(..1).unwrap_or("x")),
        _ => format!("{first}.{last}{index}@{domain}"),
    };
    match random.below(10) {
        0 => address.to_uppercase(),
        1 | 2 => capitalised(&address),
        _ => address,
    }
}

fn capitalised(address: &str) -> String {
    let mut start_of_word = true;
    address
        .chars()
        .map(|letter| {
            let shown = if start_of_word {
                letter.to_ascii_uppercase()
            } else {
                letter
            };
            start_of_word = letter == '.' || letter == '@';
            shown
        })
        .collect()
}

fn notes(random: &mut Random, index: u64) -> String {
    match random.below(100) {
        0..=59 => String::new(),
        60..=79 => format!("Unit {}{}", index % 400, random.pick(&["A", "B", "C"])),
        80..=89 => format!("Building {}, floor {}", index % 30, random.below(12)),
        90..=94 => format!(
            "Prefers \"{}\" on the badge",
            random.pick(&["Al", "Jo", "Max"])
        ),
        95..=97 => format!("Ring the bell,\nthen call gate {}", random.below(9)),
        _ => "Started in the north; works nights".to_owned(),
    }
}

fn kind(random: &mut Random) -> &'static str {
    match random.below(20) {
        0 => "visitor",
        1 => "Member",
        2..=5 => "",
        _ => "employee",
    }
}

fn groups(random: &mut Random) -> String {
    match random.below(10) {
        0..=1 => String::new(),
        2..=7 => random.pick(GROUPS).to_owned(),
        _ => {
            let (one, other) = (random.pick(GROUPS), random.pick(GROUPS));
            if one == other {
                one.to_owned()
            } else {
                format!("{one};{other}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_same_person_again() {
        assert_eq!(Person::new(7, 99), Person::new(7, 99));
        assert_ne!(Person::new(7, 99), Person::new(8, 99));
    }

    #[test]
    fn changes_exactly_one_field() {
        let before = Person::new(1, 5);
        let after = before.clone().changed(&mut Random::of_row(1, 5));
        assert_ne!(before, after);
        assert_eq!(before.email, after.email);
        assert_eq!(before.external_id, after.external_id);
    }
}
