//! The columns of a file as lines of a page: values, field, how sure, options.

use std::collections::HashMap;

use import::{
    FieldOptions, Import, Preview,
    fields::{Catalogue, Field, Section as FieldSection},
    mapping::{ColumnSample, Confidence, MappedColumn},
};

use super::column_options::{self, ColumnOptions};
use crate::{badge::Badge, choice::Choice, icon::Icon};

const SAMPLES_SHOWN: usize = 3;

/// The submitted form: fields by their names.
type Fields = HashMap<String, String>;

/// One column of the file.
pub(super) struct Line {
    pub(super) column: usize,
    pub(super) header: String,
    pub(super) samples: Vec<String>,
    pub(super) filled: String,
    pub(super) filled_percent: u64,
    pub(super) badge: Badge,
    pub(super) reason: String,
    pub(super) groups: Vec<Group>,
    /// The key of the chosen field; blank if the column is not used.
    pub(super) chosen: String,
    pub(super) options: Option<ColumnOptions>,
}

impl Line {
    /// Whether a person is to look at it.
    pub(super) fn is_unsure(&self) -> bool {
        self.badge.tone == "warn"
    }
}

/// Fields under one heading of a select.
pub(super) struct Group {
    pub(super) label: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// The columns of the file as a form has them, or as they are.
pub(super) fn lines(
    import: &Import,
    preview: &Preview,
    catalogue: &Catalogue,
    fields: &Fields,
    may_import_roles: bool,
) -> Vec<Line> {
    let sent_columns = column_options::columns(import, catalogue, fields).unwrap_or_default();
    let options = if fields.is_empty() {
        import.settings.options.clone()
    } else {
        column_options::options(import, &sent_columns, fields)
    };
    let offered = Offered {
        options: &options,
        columns: &sent_columns,
        catalogue,
        fields,
        may_import_roles,
    };
    let mut lines: Vec<Line> = import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| {
            let sample = preview
                .columns
                .iter()
                .find(|sample| sample.index == column.column);
            offered.line(column, sample)
        })
        .collect();
    // What needs a person comes first; otherwise the order of the file.
    lines.sort_by_key(|line| (!line.is_unsure(), line.column));
    lines
}

/// What a column may be.
struct Offered<'a> {
    options: &'a [FieldOptions],
    columns: &'a [column_options::Column],
    catalogue: &'a Catalogue,
    fields: &'a Fields,
    may_import_roles: bool,
}

impl Offered<'_> {
    fn line(&self, column: &MappedColumn, sample: Option<&ColumnSample>) -> Line {
        let chosen = match self.fields.get(&format!("c{}", column.column)) {
            Some(sent) => sent.clone(),
            None => column
                .field
                .as_ref()
                .map(|field| field.key().into_owned())
                .unwrap_or_default(),
        };
        let (rows, filled) = sample.map_or((0, 0), |sample| (sample.rows, sample.filled));
        let percent = (filled * 100).checked_div(rows).unwrap_or_default();
        Line {
            column: column.column,
            header: sample.map_or_else(|| column.header.clone(), ColumnSample::name),
            samples: sample.map(distinct).unwrap_or_default(),
            filled: format!("{percent} % filled"),
            filled_percent: percent,
            badge: Badge::from(column),
            reason: column.reason.clone(),
            options: self.options(column, &chosen),
            groups: self.groups(&chosen),
            chosen,
        }
    }

    /// The options of a column, with the split that was just sent, if any.
    fn options(&self, column: &MappedColumn, chosen: &str) -> Option<ColumnOptions> {
        let field = self.catalogue.find(chosen);
        let mut column = column.clone();
        if let Some((_, _, split)) = self.columns.iter().find(|sent| sent.0 == column.column) {
            column.split.clone_from(split);
        }
        ColumnOptions::of(&column, field.as_ref(), self.options, self.catalogue)
    }

    fn groups(&self, chosen: &str) -> Vec<Group> {
        const SECTIONS: [(FieldSection, &str); 6] = [
            (FieldSection::Identity, "Identity"),
            (FieldSection::Contact, "Contact"),
            (FieldSection::Work, "Work"),
            (FieldSection::Access, "Access"),
            (FieldSection::Card, "Card"),
            (FieldSection::Custom, "Own fields"),
        ];
        let fields = self.catalogue.fields();
        SECTIONS
            .into_iter()
            .map(|(section, label)| Group {
                label,
                choices: fields
                    .iter()
                    .filter(|field| field.section() == section && self.may_be(field))
                    .map(|field| {
                        let key = field.key().into_owned();
                        let is_chosen = key == chosen;
                        Choice::new(key, self.catalogue.label(field), is_chosen)
                    })
                    .collect(),
            })
            .filter(|group| !group.choices.is_empty())
            .collect()
    }

    /// Roles and modules are only for those who could give them by hand.
    fn may_be(&self, field: &Field) -> bool {
        self.may_import_roles || !matches!(field, Field::Role | Field::Module(_))
    }
}

/// The first few values that differ, short enough to be read.
fn distinct(sample: &ColumnSample) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for value in &sample.samples {
        let short: String = value.trim().chars().take(60).collect();
        if !short.is_empty() && !shown.contains(&short) {
            shown.push(short);
        }
        if shown.len() == SAMPLES_SHOWN {
            break;
        }
    }
    shown
}

impl From<&MappedColumn> for Badge {
    fn from(column: &MappedColumn) -> Self {
        let (tone, icon, text) = match column.confidence {
            Confidence::Exact => ("good", Icon::Done, "Exact"),
            Confidence::Remembered => ("good", Icon::Clock, "Remembered"),
            Confidence::Chosen => ("good", Icon::Check, "Chosen"),
            Confidence::Likely => ("info", Icon::Fixed, "Likely"),
            Confidence::Check => ("warn", Icon::Warning, "Please check"),
            Confidence::Unused => ("still", Icon::Off, "Not used"),
        };
        Self { tone, icon, text }
    }
}
