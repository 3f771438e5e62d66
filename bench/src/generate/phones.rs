//! Mobile numbers that exist by the numbering plans, unique per person, in the ways people type them.

use super::random::Random;

/// The country a person's number and name come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Country {
    #[default]
    SouthAfrica,
    Germany,
    Britain,
    UnitedStates,
    France,
    India,
    Kenya,
    Nigeria,
    Brazil,
    Poland,
    Spain,
    Greece,
    Ukraine,
    Japan,
    Egypt,
    Turkey,
}

/// About a third of the people live in the default country.
const COUNTRIES: &[Country] = &[
    Country::SouthAfrica,
    Country::SouthAfrica,
    Country::SouthAfrica,
    Country::SouthAfrica,
    Country::SouthAfrica,
    Country::SouthAfrica,
    Country::SouthAfrica,
    Country::Germany,
    Country::Germany,
    Country::Britain,
    Country::UnitedStates,
    Country::France,
    Country::India,
    Country::Kenya,
    Country::Nigeria,
    Country::Brazil,
    Country::Poland,
    Country::Spain,
    Country::Greece,
    Country::Ukraine,
    Country::Japan,
    Country::Egypt,
    Country::Turkey,
];

/// Calling code, prefixes of mobile numbers, and how many free digits follow a prefix.
struct Plan {
    code: &'static str,
    prefixes: &'static [&'static str],
    free_digits: u32,
}

const fn plan(code: &'static str, prefixes: &'static [&'static str], free_digits: u32) -> Plan {
    Plan {
        code,
        prefixes,
        free_digits,
    }
}

fn plan_of(country: Country) -> Plan {
    match country {
        Country::SouthAfrica => plan(
            "27",
            &["72", "73", "74", "76", "78", "79", "82", "83", "84"],
            7,
        ),
        Country::Germany => plan("49", &["151"], 8),
        Country::Britain => plan("44", &["71", "72", "73"], 8),
        Country::UnitedStates => plan(
            "1",
            &[
                "2122", "4153", "3124", "2065", "3056", "6177", "7138", "4042", "5033", "6024",
                "7025", "3036", "2147", "5128", "6192", "7183", "9164",
            ],
            6,
        ),
        Country::France => plan("33", &["60", "61", "62", "64", "65", "66", "67", "68"], 7),
        Country::India => plan("91", &["98", "99"], 8),
        Country::Kenya => plan("254", &["7"], 8),
        Country::Nigeria => plan("234", &["803", "805", "806", "813", "816", "703", "706"], 7),
        Country::Brazil => plan("55", &["119", "219", "319", "419", "519", "619", "719"], 8),
        Country::Poland => plan("48", &["50", "51", "60", "66", "69", "72", "78", "88"], 7),
        Country::Spain => plan("34", &["6"], 8),
        Country::Greece => plan("30", &["69"], 8),
        Country::Ukraine => plan("380", &["50", "63", "66", "67", "68", "95", "97"], 7),
        Country::Japan => plan("81", &["901", "902", "903", "904", "905", "906"], 7),
        Country::Egypt => plan("20", &["10", "11", "12"], 8),
        Country::Turkey => plan("90", &["53"], 8),
    }
}

/// A valid mobile number.
#[derive(Debug, Clone)]
pub(crate) struct Number {
    country: Country,
    code: &'static str,
    national: String,
}

pub(crate) fn country(random: &mut Random) -> Country {
    random.pick(COUNTRIES)
}

/// The number of the person with this index; no two people share one.
pub(crate) fn number(country: Country, person: u64) -> Number {
    let plan = plan_of(country);
    let per_prefix = 10_u64.pow(plan.free_digits);
    let capacity = per_prefix * plan.prefixes.len() as u64;
    // A prime step that divides no capacity visits every number once before it repeats.
    let slot = (person % capacity).wrapping_mul(7_368_787) % capacity;
    let prefix = plan
        .prefixes
        .get((slot / per_prefix) as usize)
        .copied()
        .unwrap_or_default();
    Number {
        country,
        code: plan.code,
        national: format!(
            "{prefix}{:0width$}",
            slot % per_prefix,
            width = plan.free_digits as usize
        ),
    }
}

impl Number {
    pub(crate) fn e164(&self) -> String {
        format!("+{}{}", self.code, self.national)
    }

    /// The number as somebody typed it: international, with `00`, or national where that is understood.
    pub(crate) fn typed(&self, random: &mut Random) -> String {
        let home = self.country == Country::SouthAfrica;
        match random.below(10) {
            0..=3 => self.e164(),
            4 => format!("+{} {}", self.code, grouped(&self.national, ' ')),
            5 => format!("00{}{}", self.code, self.national),
            6 => format!("+{}-{}", self.code, grouped(&self.national, '-')),
            _ if !home => format!("+{} {}", self.code, grouped(&self.national, ' ')),
            7 => format!("0{}", self.national),
            8 => grouped(&format!("0{}", self.national), ' '),
            _ => {
                let (area, rest) = self.national.split_at_checked(2).unwrap_or_default();
                format!("(0{area}) {}", grouped(rest, '-'))
            }
        }
    }
}

fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() + 4);
    for (position, digit) in digits.chars().enumerate() {
        let left = digits.len() - position;
        if position > 0 && left >= 3 && position % 3 == 0 {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kernel::{Phone, Region};

    use super::*;

    #[test]
    fn every_spelling_is_a_valid_number() {
        let home = "ZA".parse::<Region>().unwrap();
        for person in 0..20_000 {
            let random = &mut Random::of_row(3, person);
            let number = number(country(random), person);
            let typed = number.typed(random);
            let read = Phone::parse(&typed, Some(home)).map(String::from);
            assert_eq!(
                read.as_deref(),
                Ok(number.e164().as_str()),
                "{typed} of {:?}",
                number.country
            );
        }
    }

    #[test]
    fn gives_every_person_another_number() {
        let mut seen = HashSet::new();
        for person in 0..200_000 {
            let number = number(Country::SouthAfrica, person).e164();
            assert_eq!(number.len(), 12, "{number}");
            assert!(seen.insert(number));
        }
    }

    #[test]
    fn groups_digits_without_losing_any() {
        assert_eq!(grouped("0821234567", ' '), "082 123 4567");
        assert_eq!(grouped("82", '-'), "82");
    }
}
