//! What an action makes of one value.

use std::{borrow::Cow, collections::HashMap};

use kernel::{Code, fold};
use regex::{Regex, RegexBuilder};

use super::{CellFilter, Fix, How, Pattern};
use crate::Refusal;

/// The longest value an action may leave in a cell, in bytes; a workbook holds no longer one.
const LONGEST: usize = 32_767;
/// The largest compiled regular expression, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// An action that is ready to be used on many values.
pub(super) enum Rewriter {
    Suggest,
    Set(String),
    Values(HashMap<String, String>),
    Pattern(Matcher, String),
    /// The action is about rows as a whole.
    Nothing,
}

impl Rewriter {
    pub(super) fn new(fix: &Fix) -> Result<Self, Refusal> {
        Ok(match fix {
            Fix::Suggest => Self::Suggest,
            Fix::Set { value } => Self::Set(value.clone()),
            Fix::Values { pairs } => Self::Values(
                pairs
                    .iter()
                    .map(|(old, new)| (old.trim().to_owned(), new.clone()))
                    .collect(),
            ),
            Fix::Replace(pattern) => Self::Pattern(
                Matcher::new(pattern.how, &pattern.find, pattern.match_case)?,
                replacement(pattern),
            ),
            Fix::Cells { .. }
            | Fix::Skip
            | Fix::Take
            | Fix::Accept
            | Fix::Card { .. }
            | Fix::Duplicates { .. }
            | Fix::Corrected { .. } => Self::Nothing,
        })
    }

    /// The value that replaces `cell`, or nothing when it stays. `part` is the faulty part of a list.
    pub(super) fn value(
        &self,
        cell: &str,
        part: Option<&str>,
        suggestion: Option<&str>,
    ) -> Result<Option<String>, Refusal> {
        let new = match self {
            Self::Suggest => match suggestion {
                Some(suggestion) => in_place(cell, part, suggestion),
                None => return Ok(None),
            },
            Self::Set(value) => in_place(cell, part, value),
            Self::Values(pairs) => match pairs.get(part.unwrap_or(cell).trim()) {
                Some(value) => in_place(cell, part, value),
                None => return Ok(None),
            },
            Self::Pattern(matcher, with) => matcher.replace(cell, with).into_owned(),
            Self::Nothing => return Ok(None),
        };
        check_length(&new)?;
        Ok((new != cell).then_some(new))
    }
}

/// Refuses a value that is longer than a cell may get.
pub(super) fn check_length(value: &str) -> Result<(), Refusal> {
    if value.len() > LONGEST {
        let detail = format!("a cell would get more than {LONGEST} bytes");
        return Err(Refusal::new(Code::ValueTooLong, detail));
    }
    Ok(())
}

/// A regular expression's groups are put in; any other text is put as it is.
fn replacement(pattern: &Pattern) -> String {
    match pattern.how {
        How::Regex => pattern.with.clone(),
        How::Exact | How::Contains | How::Blank => pattern.with.replace('$', "$$"),
    }
}

/// Finds a text in values.
pub(crate) enum Matcher {
    Blank,
    Pattern(Regex),
}

impl Matcher {
    pub(super) fn new(how: How, text: &str, match_case: bool) -> Result<Self, Refusal> {
        let source = match how {
            How::Blank => return Ok(Self::Blank),
            How::Exact => format!(r"\A\s*{}\s*\z", regex::escape(text.trim())),
            How::Contains => regex::escape(text),
            How::Regex => text.to_owned(),
        };
        if text.is_empty() {
            return Err(Refusal::new(Code::PatternInvalid, "it is empty"));
        }
        RegexBuilder::new(&source)
            .case_insensitive(!match_case)
            .size_limit(LARGEST_PATTERN)
            .build()
            .map(Self::Pattern)
            .map_err(|error| Refusal::new(Code::PatternInvalid, said(&error)))
    }

    /// The filter of a page.
    pub(crate) fn of_filter(filter: &CellFilter) -> Result<Self, Refusal> {
        Self::new(filter.how, &filter.text, false)
    }

    pub(super) fn is_in(&self, cell: &str) -> bool {
        match self {
            Self::Blank => cell.trim().is_empty(),
            Self::Pattern(pattern) => pattern.is_match(cell),
        }
    }

    fn replace<'c>(&self, cell: &'c str, with: &str) -> Cow<'c, str> {
        match self {
            Self::Blank if cell.trim().is_empty() => Cow::Owned(with.replace("$$", "$")),
            Self::Blank => Cow::Borrowed(cell),
            Self::Pattern(pattern) => pattern.replace_all(cell, with),
        }
    }
}

/// The last line of what the parser of regular expressions says, which names the fault.
fn said(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}

/// The cell with its faulty part replaced; the whole cell when it is not a list.
pub(crate) fn in_place(cell: &str, part: Option<&str>, value: &str) -> String {
    let Some(part) = part.filter(|part| *part != cell.trim()) else {
        return value.to_owned();
    };
    let key = fold(part);
    let mut found = false;
    let mut parts: Vec<&str> = Vec::new();
    let separator = cell
        .chars()
        .find(|c| matches!(c, ';' | '|' | ','))
        .unwrap_or(';');
    for other in cell.split([';', '|', ',']).map(str::trim) {
        let wanted = if fold(other) == key {
            found = true;
            value
        } else {
            other
        };
        if !wanted.is_empty() {
            parts.push(wanted);
        }
    }
    if found {
        return parts.join(&format!("{separator} "));
    }
    // A name that has a separator in it.
    cell.replace(part, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(how: How, find: &str, with: &str, cell: &str) -> Option<String> {
        let fix = Fix::Replace(Pattern {
            find: find.to_owned(),
            how,
            match_case: false,
            with: with.to_owned(),
        });
        Rewriter::new(&fix)
            .unwrap()
            .value(cell, None, None)
            .unwrap()
    }

    #[test]
    fn replaces_whole_values_parts_and_groups() {
        assert_eq!(
            replaced(How::Exact, "berlin", "Berlin (HQ)", " BERLIN "),
            Some("Berlin (HQ)".to_owned())
        );
        assert_eq!(replaced(How::Exact, "berlin", "x", "Berlin Mitte"), None);
        assert_eq!(
            replaced(How::Contains, "$", "$1", "5$ or $6"),
            Some("5$1 or $16".to_owned())
        );
        assert_eq!(
            replaced(How::Regex, r"^(\w+), (\w+)$", "$2 $1", "Berg, Ada"),
            Some("Ada Berg".to_owned())
        );
        assert_eq!(
            replaced(How::Blank, "", "none", "  "),
            Some("none".to_owned())
        );
        assert_eq!(replaced(How::Blank, "", "none", "x"), None);
    }

    #[test]
    fn refuses_patterns_that_are_wrong_or_too_large() {
        for text in ["(", "", "(?:a{1000}){1000}"] {
            let refused = Matcher::new(How::Regex, text, true).err().unwrap();
            assert_eq!(refused.code(), "pattern_invalid", "{text}");
        }
    }

    #[test]
    fn refuses_values_that_grow_too_long() {
        let fix = Fix::Replace(Pattern {
            find: "a".to_owned(),
            how: How::Contains,
            match_case: true,
            with: "b".repeat(1000),
        });
        let rewriter = Rewriter::new(&fix).unwrap();
        let refused = rewriter.value(&"a".repeat(100), None, None).unwrap_err();
        assert_eq!(refused.code(), "value_too_long");
    }

    #[test]
    fn replaces_only_the_faulty_part_of_a_list() {
        let list = "Office; Berln ;Night";
        assert_eq!(
            in_place(list, Some("Berln"), "Berlin"),
            "Office; Berlin; Night"
        );
        assert_eq!(in_place(list, Some("Berln"), ""), "Office; Night");
        assert_eq!(in_place("Berln", Some("Berln"), "Berlin"), "Berlin");
        assert_eq!(
            in_place("A | Smith, Jnes", Some("Smith, Jnes"), "Smith, Jones"),
            "A | Smith, Jones"
        );
    }
}
