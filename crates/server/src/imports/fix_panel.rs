//! What can be done at once to all rows with a problem.

use import::{Import, ProblemGroup, ProblemValue, fields::Field};
use kernel::{Code, Severity};

use super::rows;
use crate::{format::count, link::Link};

/// Distinct faulty values listed.
pub(super) const VALUES_SHOWN: i64 = 20;

/// What can be done to the rows with the problem shown.
pub(crate) struct FixPanel {
    pub(crate) title: String,
    pub(crate) values: Vec<ValueLine>,
    pub(crate) has_more: bool,
    /// The problem is in a value.
    pub(crate) has_values: bool,
    /// The problem is in the line.
    pub(crate) is_broken: bool,
    /// Somebody else holds the cards, and what else than now can become of them.
    pub(crate) cards: Vec<(&'static str, &'static str)>,
    pub(crate) duplicates: Option<String>,
    /// Whether such values can be fixed for the visitor again, or left as they are written.
    pub(crate) standard_form: Option<bool>,
}

pub(crate) struct ValueLine {
    pub(crate) value: String,
    pub(crate) shown: String,
    pub(crate) suggestion: String,
    pub(crate) rows: String,
}

impl FixPanel {
    /// Rows with fixed values are counted, but not all of them listed.
    pub(crate) fn can_skip(&self) -> bool {
        self.standard_form != Some(false)
    }

    pub(crate) fn has_suggestions(&self) -> bool {
        self.values.iter().any(|value| !value.suggestion.is_empty())
    }
}

/// What can be done to the rows of the problem shown.
pub(super) fn fix_panel(
    import: &Import,
    groups: &[ProblemGroup],
    (code, field): (&str, &str),
    mut values: Vec<ProblemValue>,
) -> Option<FixPanel> {
    let group = groups
        .iter()
        .find(|group| group.code == code && group.field == field)?;
    let is_fixed = group.severity == Severity::Fixed.as_str();
    let field = Field::from_key(&group.field);
    let has_column = field.is_some_and(|field| {
        import
            .mapping
            .as_ref()
            .is_some_and(|mapping| mapping.has(&field))
    });
    let has_more = values.len() as i64 > VALUES_SHOWN;
    values.truncate(VALUES_SHOWN as usize);
    values.retain(|value| !value.value.is_empty());
    let code = group.code.parse::<Code>();
    let is_duplicate = code.is_ok_and(Code::is_of_earlier_row);
    Some(FixPanel {
        title: match group.rows {
            _ if is_fixed => "Fixed for you".to_owned(),
            1 => "Fix this row".to_owned(),
            rows => format!("Fix these {} rows", count(rows)),
        },
        values: values
            .into_iter()
            .map(|value| ValueLine {
                shown: rows::shortened(&value.value),
                suggestion: value.suggestion.unwrap_or_default(),
                rows: count(value.rows),
                value: value.value,
            })
            .collect(),
        has_more,
        has_values: has_column && !is_duplicate && !is_fixed,
        standard_form: match group.code.as_str() {
            "not_standard" => Some(true),
            _ => is_fixed.then_some(false),
        },
        is_broken: code.is_ok_and(Code::is_of_line),
        cards: cards(group),
        duplicates: is_duplicate.then(|| {
            Link::to(format!("/imports/{}/duplicates", import.id))
                .with("code", &group.code)
                .with("field", &group.field)
                .into_string()
        }),
    })
}

/// What can become of cards that somebody else holds: the name of the action, and its words.
fn cards(group: &ProblemGroup) -> Vec<(&'static str, &'static str)> {
    const MOVE: (&str, &str) = ("card_move", "Move these cards");
    const LEAVE: (&str, &str) = ("card_leave", "Leave them with their holders");
    match group.code.as_str() {
        "card_moved" => vec![LEAVE],
        "card_id_in_use" if group.severity == "must_fix" => vec![LEAVE, MOVE],
        "card_id_in_use" => vec![MOVE],
        _ => Vec::new(),
    }
}
