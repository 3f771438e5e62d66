//! Fields an account added to its people.

mod manage;

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, Code, DateOrder, Fault, Text, fold, parse_bool, parse_date};

use crate::{Action, Ctx, Forbidden, activity};

pub use manage::{COUNTED, ChangeField, holders, remove, rename};

/// What a custom field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Text of up to 500 characters.
    Text,
    /// A decimal number.
    Number,
    /// A day.
    Date,
    /// Yes or no.
    Bool,
    /// One of a list.
    Choice,
}

impl FieldKind {
    /// The stored and printed name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Bool => "bool",
            Self::Choice => "choice",
        }
    }

    /// The kind with this name.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Text,
            Self::Number,
            Self::Date,
            Self::Bool,
            Self::Choice,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// A field an account added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// The stable key, such as `locker_number`; `custom.` stands before it in mappings.
    pub key: String,
    /// The name to show.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The allowed values of a choice.
    pub choices: Vec<String>,
}

impl CustomField {
    /// A typed value in the form in which it is stored; dates are read in the given order.
    pub fn parse(&self, text: &str, order: DateOrder) -> Result<String, Fault> {
        parse_value(self.kind, &self.choices, text, Ok(order))
    }
}

/// A value of an account's own field in the form in which it is stored.
///
/// The order of a date may not be known, which is then what is wrong with the value.
pub fn parse_value(
    kind: FieldKind,
    choices: &[String],
    text: &str,
    order: Result<DateOrder, Fault>,
) -> Result<String, Fault> {
    match kind {
        FieldKind::Text => Text::parse_lines(text, Text::MAX_NOTES).map(Text::into_string),
        FieldKind::Number => {
            let number = text.replace(' ', "");
            let is_number = number.parse::<f64>().is_ok_and(f64::is_finite)
                && number
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
            if is_number {
                Ok(number)
            } else {
                Err(Fault::new(Code::NumberInvalid, ""))
            }
        }
        FieldKind::Date => Ok(parse_date(text, order?)?.to_string()),
        FieldKind::Bool => {
            let word = if parse_bool(text)? { "true" } else { "false" };
            Ok(word.to_owned())
        }
        FieldKind::Choice => {
            let found = choices.iter().find(|choice| fold(choice) == fold(text));
            found.cloned().ok_or_else(|| {
                let listed: Vec<_> = choices.iter().take(10).map(String::as_str).collect();
                Fault::new(
                    Code::ChoiceUnknown,
                    format!("the choices are {}", listed.join(", ")),
                )
            })
        }
    }
}

impl FromRow for CustomField {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let choices: Option<String> = row.get(3)?;
        Ok(Self {
            key: row.get(0)?,
            label: row.get(1)?,
            kind: FieldKind::parse(&row.get::<String>(2)?).unwrap_or(FieldKind::Text),
            choices: choices
                .map(|text| text.lines().map(str::to_owned).collect())
                .unwrap_or_default(),
        })
    }
}

/// Why a field could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateField {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The label is blank or too long, or a choice has no values.
    #[error("a field needs a label of 1 to 60 characters, and a choice its values")]
    Label,
    /// There is one with that key already.
    #[error("there is already a field {0:?}")]
    Exists(String),
    /// The account has 100 fields, which is the limit.
    #[error("an account has at most 100 fields of its own")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl CreateField {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::Label => "invalid",
            Self::Exists(_) => "field_exists",
            Self::TooMany => "too_many_fields",
            Self::Db(_) => "internal",
        }
    }
}

/// Adds a field; its key is made from the label.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    label: &str,
    kind: FieldKind,
    choices: &[String],
) -> Result<CustomField, CreateField> {
    ctx.require(Action::EditSettings)?;
    let label = label.trim();
    let key = key_of(label);
    if key.is_empty()
        || label.chars().count() > 60
        || (kind == FieldKind::Choice && choices.is_empty())
    {
        return Err(CreateField::Label);
    }
    let present = list(tx, ctx.account)?;
    let is_taken = |field: &CustomField| fold(&field.label) == fold(label);
    if present.iter().any(is_taken) {
        return Err(CreateField::Exists(label.to_owned()));
    }
    let position = present.len() as i64;
    if position >= 100 {
        return Err(CreateField::TooMany);
    }
    let field = CustomField {
        key,
        label: label.to_owned(),
        kind,
        choices: choices.to_vec(),
    };
    let stored_choices = (kind == FieldKind::Choice).then(|| choices.join("\n"));
    let added = tx.execute(
        sql!("fields/insert_if_missing"),
        params![
            ctx.account,
            field.key,
            field.label,
            kind.as_str(),
            stored_choices,
            position,
            ctx.now()
        ],
    )?;
    if added == 0 {
        return Err(CreateField::Exists(field.key));
    }
    activity::record(tx, ctx, "field.create", None, &field.label)?;
    Ok(field)
}

/// The account's own fields in their order.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<CustomField>> {
    tx.fetch(sql!("fields/list"), params![account])
}

fn key_of(label: &str) -> String {
    let mut key = String::new();
    for c in fold(label).chars().take(60) {
        if c.is_alphanumeric() {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.trim_end_matches('_').to_owned()
}
