//! What the values of one column look like together, and whether they fit a field.

use super::values::{
    has_digit, is_access_type, is_card_number, is_card_type, is_code, is_date, is_dialable,
    is_email, is_full_name, is_honorific, is_kind, is_language, is_marked_phone, is_name_like,
    is_phone, is_role, is_uuid, is_whole_number, is_yes_or_no,
};
use crate::fields::Field;

/// The sample of one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content<'a> {
    samples: &'a [String],
}

/// Whether values fit a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Nothing speaks against it.
    Fits,
    /// Some values do not look right.
    Doubtful(&'static str),
    /// The values are something else.
    Contradicts(&'static str),
}

const MOST: f64 = 0.8;
const MANY: f64 = 0.5;

impl<'a> Content<'a> {
    pub(super) fn of(samples: &'a [String]) -> Self {
        Self { samples }
    }

    pub(super) fn len(self) -> usize {
        self.samples.len()
    }

    pub(super) fn is_empty(self) -> bool {
        self.samples.is_empty()
    }

    /// The share of values that look so, from 0 to 1.
    pub(super) fn share(self, looks: fn(&str) -> bool) -> f64 {
        if self.samples.is_empty() {
            return 0.0;
        }
        let hits = self.samples.iter().filter(|value| looks(value)).count();
        hits as f64 / self.samples.len() as f64
    }

    /// At least four of five values look so.
    pub(super) fn mostly(self, looks: fn(&str) -> bool) -> bool {
        self.share(looks) >= MOST
    }

    /// At least half of the values look so.
    pub(super) fn often(self, looks: fn(&str) -> bool) -> bool {
        self.share(looks) >= MANY
    }

    /// Not one of at least one value looks so.
    pub(super) fn never(self, looks: fn(&str) -> bool) -> bool {
        !self.is_empty() && self.share(looks) == 0.0
    }

    /// Whole numbers 1, 2, 3 … or from another start, as rows are counted.
    pub(super) fn counts_up(self) -> bool {
        let numbers: Vec<u64> = self
            .samples
            .iter()
            .map_while(|value| value.trim().parse().ok())
            .collect();
        let steps = numbers.iter().zip(numbers.iter().skip(1));
        numbers.len() == self.samples.len()
            && numbers.first() == Some(&1)
            && steps.clone().all(|(one, next)| *next == one + 1)
    }

    /// Whether no value comes twice.
    pub(super) fn all_differ(self) -> bool {
        let mut seen = std::collections::HashSet::new();
        self.samples.iter().all(|value| seen.insert(value.as_str()))
    }

    /// Whether the values fit the field.
    pub(super) fn fit(self, field: &Field) -> Fit {
        if self.is_empty() {
            return Fit::Fits;
        }
        match field {
            Field::ExternalId => self.fit_id(),
            Field::FullName | Field::FirstName | Field::LastName => self.fit_name(),
            Field::Email => self.fit_email(),
            Field::Phone => self.fit_phone(),
            Field::Role => self.fit_words(is_role, "the values are not roles we know"),
            Field::PersonKind => {
                self.fit_words(is_kind, "the values are not employee, visitor or member")
            }
            Field::AccessType => self.fit_words(is_access_type, "the values are not access types"),
            Field::CardType => self.fit_words(is_card_type, "the values are not card types"),
            Field::Language => self.fit_words(is_language, "the values are not languages"),
            Field::Module(_) => self.fit_words(is_yes_or_no, "the values are not yes or no"),
            Field::CardStart | Field::CardEnd | Field::AccessStart | Field::AccessEnd => {
                self.fit_words(is_date, "the values are not dates")
            }
            Field::CardId => self.fit_card_id(),
            Field::Title => self.fit_title(),
            Field::Department
            | Field::Groups
            | Field::Teams
            | Field::Devices
            | Field::Workflows => self.fit_label(),
            Field::Notes | Field::AccessSchedule | Field::Custom(_) => Fit::Fits,
        }
    }

    fn fit_id(self) -> Fit {
        if self.often(is_email) {
            Fit::Contradicts("the values are e-mail addresses")
        } else if self.mostly(is_full_name) {
            Fit::Contradicts("the values are names")
        } else if self.mostly(is_yes_or_no) && self.samples.len() > 3 && !self.all_differ() {
            Fit::Contradicts("the values are yes or no")
        } else if self.often(is_code) {
            Fit::Fits
        } else {
            Fit::Doubtful("many values cannot be a user ID")
        }
    }

    fn fit_name(self) -> Fit {
        if self.often(is_email) {
            Fit::Contradicts("the values are e-mail addresses")
        } else if self.mostly(is_phone) {
            Fit::Contradicts("the values are phone numbers")
        } else if self.mostly(is_whole_number) {
            Fit::Contradicts("the values are numbers")
        } else if self.mostly(is_yes_or_no) && !self.all_differ() {
            Fit::Contradicts("the values are yes or no")
        } else if self.often(has_digit) {
            Fit::Doubtful("many values have digits")
        } else {
            Fit::Fits
        }
    }

    fn fit_email(self) -> Fit {
        if self.often(is_email) {
            Fit::Fits
        } else if self.mostly(is_yes_or_no) {
            Fit::Contradicts("the values are yes or no")
        } else if self.never(|value| value.contains('@')) {
            if self.mostly(is_phone) {
                Fit::Contradicts("the values are phone numbers")
            } else if self.mostly(is_full_name) {
                Fit::Contradicts("the values are names")
            } else {
                Fit::Doubtful("no value is an e-mail address")
            }
        } else {
            Fit::Doubtful("many values are no e-mail addresses")
        }
    }

    fn fit_phone(self) -> Fit {
        if self.often(is_dialable) {
            Fit::Fits
        } else if self.often(is_email) {
            Fit::Contradicts("the values are e-mail addresses")
        } else if self.mostly(is_yes_or_no) {
            Fit::Contradicts("the values are yes or no")
        } else if self.never(has_digit) {
            Fit::Contradicts("the values have no digits")
        } else {
            Fit::Doubtful("many values are no phone numbers")
        }
    }

    fn fit_card_id(self) -> Fit {
        if self.often(is_email) {
            Fit::Contradicts("the values are e-mail addresses")
        } else if self.never(has_digit) && !self.often(is_card_number) {
            Fit::Contradicts("no value is a card number")
        } else if self.often(is_card_number) {
            Fit::Fits
        } else {
            Fit::Doubtful("many values are no card numbers")
        }
    }

    fn fit_title(self) -> Fit {
        if self.often(is_honorific) {
            Fit::Contradicts("the values are forms of address such as Mr and Mrs")
        } else {
            self.fit_label()
        }
    }

    fn fit_label(self) -> Fit {
        if self.often(is_email) {
            Fit::Contradicts("the values are e-mail addresses")
        } else if self.mostly(is_marked_phone) {
            Fit::Contradicts("the values are phone numbers")
        } else if self.mostly(is_uuid) {
            Fit::Contradicts("the values are ids of another system")
        } else if self.mostly(is_yes_or_no) && !self.all_differ() {
            Fit::Doubtful("the values are yes or no")
        } else {
            Fit::Fits
        }
    }

    fn fit_words(self, looks: fn(&str) -> bool, otherwise: &'static str) -> Fit {
        if self.never(looks) {
            Fit::Contradicts(otherwise)
        } else if self.often(looks) {
            Fit::Fits
        } else {
            Fit::Doubtful(otherwise)
        }
    }

    /// What the values are by themselves, when they leave no doubt.
    pub(super) fn speaks(self) -> Option<(Field, &'static str)> {
        if self.is_empty() {
            None
        } else if self.mostly(is_email) {
            Some((Field::Email, "the values look like e-mail addresses"))
        } else if self.mostly(is_marked_phone) {
            Some((Field::Phone, "the values look like phone numbers"))
        } else {
            None
        }
    }

    /// Whether the values could be names of people.
    pub(super) fn is_people(self) -> bool {
        !self.is_empty() && self.mostly(is_full_name) && self.mostly(is_name_like)
    }
}
