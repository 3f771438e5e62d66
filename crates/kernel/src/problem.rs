//! One thing that is wrong with one value, row or file, and how it is put into words.
//!
//! Not here: the list of codes, see [`crate::Code`]; where in a file the row is, which the
//! importer knows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Code, Severity};

/// Why a raw value could not become a typed one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Fault {
    /// The stable code.
    pub code: Code,
    /// What exactly, as a fragment: "too many digits".
    pub detail: Cow<'static, str>,
    /// A value that would be accepted and is probably meant.
    pub suggestion: Option<String>,
}

impl Fault {
    /// A fault without a suggestion.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            suggestion: None,
        }
    }

    /// The same with a value that is probably meant.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The problem of a value in a field and column.
    pub fn into_problem(self, field: Option<&str>, column: Option<u32>, value: &str) -> Problem {
        Problem {
            code: self.code,
            severity: self.code.severity(),
            field: field.map(String::from),
            column,
            value: String::from(value),
            detail: self.detail.into_owned(),
            suggestion: self.suggestion,
            other_row: None,
        }
    }
}

/// One thing that is wrong, with what is needed to show and to fix it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The key of our field, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The column of the file, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The value as it stands in the file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What exactly, as a fragment: "too many digits".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// A value that would be accepted and is probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The earlier row of the file that has the same value, where that is the problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_row: Option<u64>,
}

impl Problem {
    /// A problem with the code's own severity and nothing else known yet.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            severity: code.severity(),
            field: None,
            column: None,
            value: String::new(),
            detail: String::new(),
            suggestion: None,
            other_row: None,
        }
    }

    /// The same about a field of ours.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same about a column, counted from 0.
    #[must_use]
    pub fn column(mut self, column: u32) -> Self {
        self.column = Some(column);
        self
    }

    /// The same with the value as it stands in the file.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same with what exactly is wrong.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with a value that is probably meant.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The same with the earlier row that has the same value.
    #[must_use]
    pub fn other_row(mut self, row: u64) -> Self {
        self.other_row = Some(row);
        self
    }

    /// What is wrong and what to do, in sentences, without the place.
    ///
    /// `` Not a phone number: `+27 82 123 45678 9`, too many digits. Write it with … ``
    pub fn message(&self) -> String {
        let mut message = String::from(self.code.title());
        let mut mark = ": ";
        if !self.value.is_empty() {
            message.push_str(mark);
            message.push('`');
            push_shortened(&mut message, &self.value);
            message.push('`');
            mark = ", ";
        }
        if !self.detail.is_empty() {
            message.push_str(mark);
            message.push_str(&self.detail);
        }
        message.push('.');
        if let Some(suggestion) = &self.suggestion {
            message.push_str(" Did you mean `");
            push_shortened(&mut message, suggestion);
            message.push_str("`?");
        }
        if self.severity != Severity::Fixed {
            message.push(' ');
            message.push_str(self.code.advice());
        }
        message
    }
}

/// Appends a value on one line, cut where a reader has seen enough of it.
fn push_shortened(message: &mut String, value: &str) {
    const SHOWN: usize = 80;
    let mut rest = value.chars();
    message.extend(
        rest.by_ref()
            .take(SHOWN)
            .map(|c| if c.is_control() { '\u{FFFD}' } else { c }),
    );
    if !rest.as_str().is_empty() {
        message.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong_and_what_to_do() {
        let problem = Problem::new(Code::EmailInvalid)
            .field("email")
            .column(2)
            .value("anna.at.example.com")
            .detail("there is no @")
            .suggest("anna@example.com");
        assert_eq!(
            problem.message(),
            "Not an e-mail address: `anna.at.example.com`, there is no @. \
             Did you mean `anna@example.com`? Correct it, or skip the row."
        );
        assert_eq!(
            Problem::new(Code::NameMissing).message(),
            "Name is missing. Enter a name, or skip the row."
        );
        let fixed = Problem::new(Code::FixedSpaces)
            .value(" a ")
            .detail("now `a`");
        assert_eq!(fixed.message(), "Spaces removed: ` a `, now `a`.");
    }

    #[test]
    fn shortens_and_defuses_long_values() {
        let message = Problem::new(Code::ValueTooLong)
            .value("a\n".repeat(100))
            .message();
        assert!(message.contains("a\u{FFFD}…`."), "{message}");
        assert!(!message.contains('\n'));
    }

    #[test]
    fn json_leaves_out_what_is_empty() {
        let problem =
            Fault::new(Code::PhoneInvalid, "too short").into_problem(Some("phone"), None, "+27 1");
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(
            json,
            r#"{"code":"phone_invalid","severity":"must_fix","field":"phone","value":"+27 1","detail":"too short"}"#
        );
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem);
    }
}
