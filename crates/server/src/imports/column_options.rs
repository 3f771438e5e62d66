//! What is done with one column beside its field: whose value counts, blank cells, lists, joining, splitting.

use std::collections::HashMap;

use import::{
    Blank, FieldOptions, Import, ListWay, Refusal, Way,
    fields::{Catalogue, Field},
    mapping::{MappedColumn, Split, SplitAt},
    takes_blank, takes_join, takes_way,
};
use kernel::Code;

use crate::choice::Choice;

/// Separators that can be chosen, by the name they have in forms.
const SEPARATORS: [(&str, &str, &str); 6] = [
    ("space", " ", "a space"),
    ("comma", ", ", "a comma"),
    ("semicolon", "; ", "a semicolon"),
    ("hyphen", "-", "a hyphen"),
    ("slash", "/", "a slash"),
    ("nothing", "", "nothing"),
];

/// The options of one column as the page shows them; what its field cannot have is left out.
pub(super) struct ColumnOptions {
    pub(super) is_changed: bool,
    pub(super) existing: Vec<Choice>,
    pub(super) blank: Vec<Choice>,
    pub(super) list: Vec<Choice>,
    pub(super) join: Vec<Choice>,
    pub(super) split: Option<SplitChoices>,
}

/// How a column is split.
pub(super) struct SplitChoices {
    pub(super) separators: Vec<Choice>,
    pub(super) at: Vec<Choice>,
    pub(super) fields: Vec<Choice>,
}

type Fields = HashMap<String, String>;

/// What a column becomes: its place, its field, and how it is split.
pub(super) type Column = (usize, Option<Field>, Option<Split>);

impl ColumnOptions {
    /// The options of a column; none while it fills nothing.
    pub(super) fn of(
        column: &MappedColumn,
        field: Option<&Field>,
        options: &[FieldOptions],
        catalogue: &Catalogue,
    ) -> Option<Self> {
        let field = field?;
        let chosen = options
            .iter()
            .find(|options| options.field == field.key())
            .cloned()
            .unwrap_or_else(|| FieldOptions::of(field));
        let when = |shown: bool, choices: Vec<Choice>| if shown { choices } else { Vec::new() };
        Some(Self {
            is_changed: !chosen.is_plain() || column.split.is_some(),
            existing: when(takes_way(field), ways(chosen.existing)),
            blank: when(takes_blank(field), blanks(chosen.blank)),
            list: when(field.is_list(), lists(chosen.list)),
            join: when(takes_join(field), joins(chosen.join.as_deref())),
            split: (!field.is_list())
                .then(|| SplitChoices::of(field, column.split.as_ref(), catalogue)),
        })
    }
}

impl SplitChoices {
    fn of(field: &Field, split: Option<&Split>, catalogue: &Catalogue) -> Self {
        let at = split.map(|split| split.at).unwrap_or_default();
        let rest = split.map(|split| &split.field);
        let mut fields = vec![Choice::new("", "–", rest.is_none())];
        fields.extend(
            catalogue
                .fields()
                .into_iter()
                .filter(|other| other != field && !other.is_list())
                .map(|other| {
                    Choice::new(other.key(), catalogue.label(&other), rest == Some(&other))
                }),
        );
        Self {
            separators: separators(
                split.map(|split| split.separator.as_str()),
                "Do not split",
                true,
            ),
            at: vec![
                Choice::new("first", "the first one", at == SplitAt::First),
                Choice::new("last", "the last one", at == SplitAt::Last),
            ],
            fields,
        }
    }
}

fn ways(chosen: Option<Way>) -> Vec<Choice> {
    let words = |way| match way {
        Way::File => "Use the file’s",
        Way::Ours => "Keep ours",
        Way::Blank => "Fill in only if ours is blank",
    };
    let mut choices = vec![Choice::new("", "As for all fields", chosen.is_none())];
    choices.extend(
        Way::ALL
            .iter()
            .map(|way| Choice::new(way.as_str(), words(*way), chosen == Some(*way))),
    );
    choices
}

fn blanks(chosen: Blank) -> Vec<Choice> {
    let words = |blank| match blank {
        Blank::Leave => "Leaves what is there",
        Blank::Clear => "Clears what is there",
    };
    Blank::ALL
        .iter()
        .map(|blank| Choice::new(blank.as_str(), words(*blank), chosen == *blank))
        .collect()
}

fn lists(chosen: ListWay) -> Vec<Choice> {
    let words = |list| match list {
        ListWay::Add => "Are added to ours",
        ListWay::Replace => "Take the place of ours",
        ListWay::Remove => "Are taken away from ours",
    };
    ListWay::ALL
        .iter()
        .map(|list| Choice::new(list.as_str(), words(*list), chosen == *list))
        .collect()
}

fn joins(chosen: Option<&str>) -> Vec<Choice> {
    separators(chosen, "Only one column fills it", false)
}

fn separators(chosen: Option<&str>, none: &str, is_split: bool) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", none, chosen.is_none())];
    let mut is_known = chosen.is_none();
    for (name, text, label) in SEPARATORS {
        // Values are split at the sign alone; white space beside it goes anyway.
        let text = if is_split && text.len() > 1 {
            text.trim()
        } else {
            text
        };
        if is_split && text.is_empty() {
            continue;
        }
        let is_chosen = chosen == Some(text);
        is_known |= is_chosen;
        choices.push(Choice::new(name, label, is_chosen));
    }
    if let Some(other) = chosen.filter(|_| !is_known) {
        choices.push(Choice::new(format!("={other}"), format!("“{other}”"), true));
    }
    choices
}

/// The separator with this name in a form; one of the operator's own follows an equals sign.
fn separator(name: &str, is_split: bool) -> Option<String> {
    if let Some(own) = name.strip_prefix('=') {
        return Some(own.to_owned());
    }
    let (_, text, _) = SEPARATORS.iter().find(|(known, ..)| *known == name)?;
    let text = if is_split && text.len() > 1 {
        text.trim()
    } else {
        text
    };
    Some(text.to_owned())
}

/// What a form makes of the columns.
pub(super) fn columns(
    import: &Import,
    catalogue: &Catalogue,
    form: &Fields,
) -> Result<Vec<Column>, Refusal> {
    let get = |name: char, column: usize| form.get(&format!("{name}{column}"));
    let mut columns = Vec::new();
    for column in import.mapping.iter().flat_map(|mapping| &mapping.columns) {
        let Some(chosen) = get('c', column.column) else {
            continue;
        };
        let field = catalogue.find(chosen).filter(|_| !chosen.is_empty());
        let separator = get('s', column.column).map(|name| separator(name, true));
        let split = match (&field, separator) {
            // The page did not offer to split it.
            (Some(field), None) if column.field.as_ref() == Some(field) => column.split.clone(),
            (Some(field), Some(Some(separator))) if !field.is_list() => {
                let rest = get('g', column.column).and_then(|key| catalogue.find(key));
                let rest = rest.ok_or_else(|| {
                    let detail = format!("choose the field for the rest of {:?}", column.header);
                    Refusal::new(Code::OptionUnusable, detail)
                })?;
                Some(Split {
                    separator,
                    at: match get('t', column.column).map(String::as_str) {
                        Some("last") => SplitAt::Last,
                        _ => SplitAt::First,
                    },
                    field: rest,
                })
            }
            _ => None,
        };
        columns.push((column.column, field, split));
    }
    Ok(columns)
}

/// The options that a form leaves, those of fields without a column forgotten.
pub(super) fn options(import: &Import, columns: &[Column], form: &Fields) -> Vec<FieldOptions> {
    if columns.is_empty() {
        return import.settings.options.clone();
    }
    let mut all: Vec<FieldOptions> = Vec::new();
    for (column, field, _) in columns {
        let Some(field) = field else { continue };
        let sent = sent(*column, field, form);
        let known = all.iter().position(|options| options.field == field.key());
        match known.and_then(|place| all.get_mut(place)) {
            // Of several columns the first counts, and any that says how they are joined.
            Some(options) => {
                if let Some(join) = sent.and_then(|sent| sent.join) {
                    options.join.get_or_insert(join);
                }
            }
            None => all.push(sent.unwrap_or_else(|| {
                let before = import.settings.options.iter();
                before
                    .clone()
                    .find(|options| options.field == field.key())
                    .cloned()
                    .unwrap_or_else(|| FieldOptions::of(field))
            })),
        }
    }
    all.retain(|options| !options.is_plain());
    all
}

/// The options of one column as they were sent; none if the page did not offer any.
fn sent(column: usize, field: &Field, form: &Fields) -> Option<FieldOptions> {
    let get = |name: char| form.get(&format!("{name}{column}")).map(String::as_str);
    if ['e', 'b', 'l', 'j']
        .into_iter()
        .all(|name| get(name).is_none())
    {
        return None;
    }
    let mut options = FieldOptions::of(field);
    if takes_way(field) {
        options.existing = get('e').and_then(Way::parse);
    }
    if takes_blank(field) {
        options.blank = get('b').and_then(Blank::parse).unwrap_or_default();
    }
    if field.is_list() {
        options.list = get('l').and_then(ListWay::parse).unwrap_or_default();
    }
    if takes_join(field) {
        options.join = get('j').and_then(|name| separator(name, false));
    }
    Some(options)
}
