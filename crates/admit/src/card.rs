//! A person of a draft, and what can be typed of one.

use db::{Bulk, Cells, from_row};
use kernel::{
    AccountId, Code, Email, Fault, InviteDraftId, PersonName, Phone, Region, Text, UserId, fold,
};

/// A person of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its number in the draft.
    pub number: i64,
    /// First and last name.
    pub name: String,
    /// Phone number, E.164.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Notes on the access.
    pub notes: Option<String>,
    /// The list it came from; none for a person added by hand.
    pub list: Option<i64>,
    /// The row of that list.
    pub row: Option<i64>,
    /// The person has access to all chosen devices already.
    pub has_access: bool,
    /// What became of it.
    pub(crate) outcome: Option<String>,
    /// Whom it is about; what it says of the directory is for administrators only.
    pub(crate) user: Option<UserId>,
    /// Why nothing was given.
    pub(crate) problem: Option<String>,
}

from_row!(Card {
    number,
    name,
    phone,
    email,
    notes,
    list: list_number,
    row: row_no,
    has_access,
    outcome,
    user: user_id,
    problem,
});

impl Card {
    /// The address for comparing.
    pub fn email_key(&self) -> Option<String> {
        email_key(self.email.as_deref())
    }
}

/// A card ready to be written in bulk.
pub(crate) struct CardRow {
    pub(crate) account: AccountId,
    pub(crate) draft: InviteDraftId,
    pub(crate) card: Card,
}

impl Bulk for CardRow {
    const TABLE: &'static str = "invite_cards";
    const COLUMNS: &'static [&'static str] = &[
        "account_id",
        "draft_id",
        "number",
        "name",
        "name_key",
        "phone",
        "email",
        "email_key",
        "notes",
        "list_number",
        "row_no",
        "has_access",
        "outcome",
        "user_id",
        "problem",
    ];

    fn write(&self, row: &mut Cells<'_, '_>) {
        let card = &self.card;
        row.put(&self.account)
            .put(&self.draft)
            .put(&card.number)
            .put(&card.name)
            .put(&fold(&card.name).as_ref())
            .put(&card.phone)
            .put(&card.email)
            .put(&email_key(card.email.as_deref()))
            .put(&card.notes)
            .put(&card.list)
            .put(&card.row)
            .put(&card.has_access)
            .put(&card.outcome)
            .put(&card.user)
            .put(&card.problem);
    }
}

/// An address for comparing.
pub(crate) fn email_key(email: Option<&str>) -> Option<String> {
    let email = Email::parse(email?).ok()?;
    Some(email.key().into_owned())
}

/// A field of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardField {
    /// The name.
    Name,
    /// The phone number.
    Phone,
    /// The e-mail address.
    Email,
    /// The notes.
    Notes,
}

/// What is wrong with a field of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFault {
    /// The field.
    pub field: CardField,
    /// What is wrong, and what to do, in words.
    pub words: String,
    /// Probably meant.
    pub suggestion: Option<String>,
}

impl CardFault {
    pub(crate) fn of(field: CardField, fault: &Fault) -> Self {
        Self {
            field,
            words: words(fault.code, &fault.detail),
            suggestion: fault.suggestion.clone(),
        }
    }

    pub(crate) fn new(field: CardField, words: impl Into<String>) -> Self {
        Self {
            field,
            words: words.into(),
            suggestion: None,
        }
    }
}

/// A problem in the words of the importer.
pub(crate) fn words(code: Code, detail: &str) -> String {
    if detail.is_empty() {
        format!("{}. {}", code.title(), code.advice())
    } else {
        format!("{}: {detail}. {}", code.title(), code.advice())
    }
}

/// The fields of a card as somebody typed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// First and last name.
    pub name: String,
    /// Phone number.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Notes.
    pub notes: String,
}

/// The fields of a card, each as it is stored.
pub(crate) struct Parsed {
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_key: Option<String>,
    pub(crate) notes: Option<String>,
}

impl Fields {
    /// Reads the fields; everything that is wrong with them is said at once.
    pub(crate) fn parse(&self, region: Option<Region>) -> Result<Parsed, Vec<CardFault>> {
        let mut faults = Vec::new();
        let name = if self.name.trim().is_empty() {
            Err(Fault::new(Code::NameMissing, ""))
        } else {
            PersonName::from_full(&self.name)
        };
        let name = kept(CardField::Name, name, &mut faults);
        let phone = typed(&self.phone)
            .and_then(|raw| kept(CardField::Phone, Phone::parse(raw, region), &mut faults));
        let email = typed(&self.email)
            .and_then(|raw| kept(CardField::Email, Email::parse(raw), &mut faults));
        let notes = typed(&self.notes).and_then(|raw| {
            let text = Text::parse_lines(raw, Text::MAX_NOTES);
            kept(CardField::Notes, text, &mut faults)
        });
        if typed(&self.phone).is_none() && typed(&self.email).is_none() {
            let fault = Fault::new(Code::PhoneMissing, "");
            faults.push(CardFault::of(CardField::Phone, &fault));
        }
        match name {
            Some(name) if faults.is_empty() => Ok(Parsed {
                name: name.full().to_owned(),
                phone: phone.map(String::from),
                email_key: email.as_ref().map(|email| email.key().into_owned()),
                email: email.map(Email::into_string),
                notes: notes.map(Text::into_string),
            }),
            _ => Err(faults),
        }
    }
}

fn typed(raw: &str) -> Option<&str> {
    Some(raw.trim()).filter(|text| !text.is_empty())
}

fn kept<T>(field: CardField, parsed: Result<T, Fault>, faults: &mut Vec<CardFault>) -> Option<T> {
    parsed
        .map_err(|fault| faults.push(CardFault::of(field, &fault)))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_everything_that_is_wrong_at_once() {
        let fields = Fields {
            phone: "12".to_owned(),
            email: "nobody".to_owned(),
            ..Fields::default()
        };
        let faults = fields.parse(None).err().unwrap();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
        assert_eq!(
            fields,
            [CardField::Name, CardField::Phone, CardField::Email]
        );
    }

    #[test]
    fn reads_a_national_number_by_the_accounts_country() {
        let fields = Fields {
            name: " Thandi  Nkosi ".to_owned(),
            phone: "082 123 4567".to_owned(),
            ..Fields::default()
        };
        let parsed = fields.parse("ZA".parse().ok()).ok().unwrap();
        assert_eq!(parsed.name, "Thandi Nkosi");
        assert_eq!(parsed.phone.as_deref(), Some("+27821234567"));
        assert!(fields.parse(None).is_err());
    }
}
