//! What a header means in this file: some headers need their values or their neighbours.

use super::candidates::Aside;
use super::column::ColumnSample;
use super::content::{Content, Fit};
use super::header::Hint;
use super::values::{
    is_date, is_email, is_full_name, is_login, is_marked_phone, is_plain_phone, is_uuid,
};
use super::whole_file::WholeFile;
use crate::fields::{Field, Meaning};
use crate::settings::Preset;

/// A meaning with the other columns and the values taken into account.
pub(super) enum Resolved {
    /// One field, and how much further down in rank.
    Field(Field, i64),
    Aside(Aside),
}

/// Settles what a header means in this file.
pub(super) fn resolve(
    column: &ColumnSample,
    hint: &Hint,
    content: Content<'_>,
    file: &WholeFile,
) -> Resolved {
    match &hint.meaning {
        Meaning::Field(Field::ExternalId) if is_our_id(column, content, file) => {
            Resolved::Aside(Aside::known("written by Muster"))
        }
        Meaning::Field(field) => Resolved::Field(field.clone(), 0),
        Meaning::Module(key) => Resolved::Field(Field::Module((*key).to_owned()), 0),
        Meaning::Name => Resolved::Field(name(content, file), 0),
        Meaning::Login => login(column, content, file),
        Meaning::Number => number(content, file),
        Meaning::Start => window(content, file, Field::CardStart, Field::AccessStart),
        Meaning::End => window(content, file, Field::CardEnd, Field::AccessEnd),
        Meaning::Kind => of_values(
            content,
            Field::PersonKind,
            "a kind that is not employee, visitor or member",
        ),
        Meaning::Access => of_values(content, Field::AccessType, "access of the other product"),
        Meaning::RowNumber => row_number(content),
        Meaning::Ours => Resolved::Aside(Aside::known("written by Muster")),
        Meaning::Secret => Resolved::Aside(Aside::known("secrets are never imported")),
        Meaning::Nothing(what) => Resolved::Aside(Aside::lost(*what)),
    }
}

// Results carry the ids of the people they speak of, in a column that is spelled like our label.
fn is_our_id(column: &ColumnSample, content: Content<'_>, file: &WholeFile) -> bool {
    let ids = content.mostly(is_uuid);
    let in_result = file.is_result && (ids || content.is_empty());
    column.header.trim() == "user_id" && (in_result || (ids && file.id_columns > 1))
}

fn name(content: Content<'_>, file: &WholeFile) -> Field {
    match (file.has(&Field::FirstName), file.has(&Field::LastName)) {
        (true, false) if !content.mostly(is_full_name) => Field::LastName,
        (false, true) => Field::FirstName,
        _both_or_none => Field::FullName,
    }
}

fn login(column: &ColumnSample, content: Content<'_>, file: &WholeFile) -> Resolved {
    let parted = file.has(&Field::FirstName) && file.has(&Field::LastName);
    let two_words = column.header.trim().contains([' ', '_', '-']);
    if content.often(is_email) {
        if file.has(&Field::Email) {
            return Resolved::Aside(Aside::known(
                "a sign-in name; the e-mail address has its own column",
            ));
        }
        return Resolved::Field(Field::Email, 0);
    }
    if content.often(is_full_name)
        || (content.is_empty() && two_words && !parted && !file.has(&Field::FullName))
    {
        return Resolved::Field(Field::FullName, 0);
    }
    if content.often(is_login) || content.is_empty() {
        if file.has(&Field::ExternalId) {
            return Resolved::Aside(Aside::known(
                "a sign-in name; the user ID has its own column",
            ));
        }
        return Resolved::Field(Field::ExternalId, 1);
    }
    if parted || file.has(&Field::FullName) {
        return Resolved::Aside(Aside::lost("a sign-in name of the other product"));
    }
    Resolved::Field(Field::FullName, 1)
}

fn number(content: Content<'_>, file: &WholeFile) -> Resolved {
    if content.counts_up() && (file.has(&Field::ExternalId) || content.len() > 2) {
        Resolved::Aside(Aside::known("the number of the row"))
    } else if content.often(is_marked_phone) || content.mostly(is_plain_phone) {
        Resolved::Field(Field::Phone, 2)
    } else {
        Resolved::Field(Field::ExternalId, 1)
    }
}

fn row_number(content: Content<'_>) -> Resolved {
    if content.is_empty() || content.counts_up() {
        Resolved::Aside(Aside::known("the number of the row"))
    } else {
        Resolved::Aside(Aside::lost("a number of the other list"))
    }
}

fn window(content: Content<'_>, file: &WholeFile, card: Field, access: Field) -> Resolved {
    if content.never(is_date) {
        return Resolved::Aside(Aside::lost("the values are not dates"));
    }
    match file.preset {
        Preset::Cards => Resolved::Field(card, 0),
        Preset::Invite => Resolved::Field(access, 0),
        Preset::General | Preset::Team | Preset::Roles
            if file.has(&Field::CardId) || file.has(&Field::CardType) =>
        {
            Resolved::Field(card, 0)
        }
        Preset::General | Preset::Team | Preset::Roles
            if file.has(&Field::AccessType) || file.has(&Field::Devices) =>
        {
            Resolved::Field(access, 0)
        }
        Preset::General | Preset::Team | Preset::Roles => Resolved::Aside(Aside::lost(
            "there is no card and no access in this file that the date could be of",
        )),
    }
}

// Headers such as "Type" mean many things: only the values tell whether they are ours.
fn of_values(content: Content<'_>, field: Field, otherwise: &'static str) -> Resolved {
    if content.is_empty() {
        Resolved::Aside(Aside::known("no values"))
    } else if content.fit(&field) == Fit::Fits {
        Resolved::Field(field, 0)
    } else {
        Resolved::Aside(Aside::lost(otherwise))
    }
}
