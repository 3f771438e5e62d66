//! Mappings with a name, kept for every later import of the account.
//!
//! They hold what columns are, their options, what values mean, and values for all rows; not how
//! people are matched. What is remembered without a name is in `mapping::remembered`.

use db::{FromRow, Row, Tx, params, sql};
use directory::Ctx;
use kernel::{AccountId, Timestamp, fold};
use serde::{Deserialize, Serialize};

use crate::{
    Import,
    fields::{Catalogue, Field, compact},
    mapping::{Mapping, Split},
    options::FieldOptions,
    record::json,
    settings::Settings,
    values::{ValueRule, takes_rules},
};

/// The most mappings of an account that are listed.
const LISTED: i64 = 500;

/// One column of a shared mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedColumn {
    /// The header as it was in the file.
    pub header: String,
    /// The field it fills; none for a column that is left out.
    pub field: Option<Field>,
    /// How it fills a second field.
    #[serde(default)]
    pub split: Option<Split>,
}

/// What is kept under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SharedMapping {
    /// Columns in the order of the file it was saved from.
    pub columns: Vec<SharedColumn>,
    /// What is done with single fields.
    pub options: Vec<FieldOptions>,
    /// What values of list columns mean.
    pub values: Vec<ValueRule>,
    /// Values for all rows.
    pub defaults: Vec<(String, String)>,
}

/// A shared mapping with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMapping {
    /// Its name, unique in the account whatever its case.
    pub name: String,
    /// What it holds.
    pub mapping: SharedMapping,
    /// Who saved it last.
    pub saved_by: String,
    /// When.
    pub saved_at: Timestamp,
}

/// How a shared mapping fits a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// Headers of the mapping that the file does not have.
    pub missing: Vec<String>,
    /// Headers of the file that the mapping does not know.
    pub unknown: Vec<String>,
    /// Fields of the mapping that the account does not have any more.
    pub lost: Vec<String>,
}

impl FromRow for NamedMapping {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let mapping: String = row.get(1)?;
        Ok(Self {
            name: row.get(0)?,
            mapping: serde_json::from_str(&mapping).unwrap_or_default(),
            saved_by: row.get(2)?,
            saved_at: row.get(3)?,
        })
    }
}

impl SharedMapping {
    /// What is worth keeping of an import.
    pub(crate) fn of(import: &Import) -> Self {
        let columns = import.mapping.iter().flat_map(|mapping| &mapping.columns);
        Self {
            columns: columns
                .map(|column| SharedColumn {
                    header: column.header.clone(),
                    field: column.field.clone(),
                    split: column.split.clone(),
                })
                .collect(),
            options: import.settings.options.clone(),
            values: import.settings.values.clone(),
            defaults: import.settings.defaults.clone(),
        }
    }

    /// How it fits the columns of a file.
    pub(crate) fn fit(&self, mapping: &Mapping, catalogue: &Catalogue) -> Fit {
        let ours = |header: &str| {
            self.columns
                .iter()
                .any(|column| compact(&column.header) == compact(header))
        };
        let theirs = |header: &str| {
            mapping
                .columns
                .iter()
                .any(|column| compact(&column.header) == compact(header))
        };
        let used = self.columns.iter().filter(|column| column.field.is_some());
        let fields = self.columns.iter().flat_map(|column| {
            let second = column.split.as_ref().map(|split| &split.field);
            column.field.iter().chain(second)
        });
        Fit {
            missing: used
                .map(|column| column.header.clone())
                .filter(|header| !theirs(header))
                .collect(),
            unknown: mapping
                .columns
                .iter()
                .map(|column| column.header.clone())
                .filter(|header| !ours(header))
                .collect(),
            lost: fields
                .filter(|field| !catalogue.has(field))
                .map(Field::to_string)
                .collect(),
        }
    }

    /// Puts it into an import's settings and mapping. What was chosen by hand goes before it where
    /// `keep` says so; what the account does not have any more is left out.
    pub(crate) fn apply(
        &self,
        settings: &mut Settings,
        mapping: &mut Mapping,
        catalogue: &Catalogue,
        keep: bool,
    ) {
        mapping.follow(&self.columns, catalogue, keep);
        if !keep {
            settings.options.clear();
            settings.values.clear();
            settings.defaults.clear();
        }
        let has = |name: &String| catalogue.find(name).is_some();
        for options in self.options.iter().filter(|options| has(&options.field)) {
            if settings
                .options
                .iter()
                .all(|own| own.field != options.field)
            {
                settings.options.push(options.clone());
            }
        }
        for rule in &self.values {
            let usable = catalogue
                .find(&rule.field)
                .is_some_and(|field| takes_rules(&field, catalogue));
            let same = |own: &ValueRule| {
                own.field == rule.field && fold(own.value.trim()) == fold(rule.value.trim())
            };
            if usable && !settings.values.iter().any(same) {
                settings.values.push(rule.clone());
            }
        }
        for default in self.defaults.iter().filter(|default| has(&default.0)) {
            if settings.defaults.iter().all(|own| own.0 != default.0) {
                settings.defaults.push(default.clone());
            }
        }
    }
}

pub(crate) fn save(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    name: &str,
    mapping: &SharedMapping,
) -> db::Result<()> {
    tx.execute(
        sql!("shared/save"),
        params![
            ctx.account,
            fold(name).into_owned(),
            name,
            json(mapping),
            ctx.actor.name,
            ctx.now()
        ],
    )?;
    Ok(())
}

pub(crate) fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<NamedMapping>> {
    tx.fetch(sql!("shared/list"), params![account, LISTED])
}

pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
) -> db::Result<Option<NamedMapping>> {
    tx.fetch_optional(
        sql!("shared/find"),
        params![account, fold(name.trim()).into_owned()],
    )
}

/// Says whether there was one.
pub(crate) fn remove(tx: &mut Tx<'_>, account: AccountId, name: &str) -> db::Result<bool> {
    let removed = tx.execute(
        sql!("shared/remove"),
        params![account, fold(name.trim()).into_owned()],
    )?;
    Ok(removed > 0)
}
