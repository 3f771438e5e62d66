//! What `muster imports` needs beside the life of an import: its rows set right, what its values
//! mean, and mappings with a name. Here, or at a server.
//!
//! Not here: what is printed.

use std::{fs::File, path::Path};

use anyhow::{Context as _, Result};
use directory::{
    accounts,
    settings::{AccountSettings, Key},
};
use import::{
    Edit, EditRecord, NamedMapping,
    values::{FieldValue, FieldValues, Meaning, ValueAction},
};
use kernel::{ImportId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::importer::{Importer, LocalImporter};

/// Whoever does imports, and sets them right before they run.
pub(crate) trait Editor: Importer {
    /// The columns of the file: their numbers from 0, and their headers.
    fn columns(&self, id: ImportId) -> Result<Vec<(i64, String)>>;
    /// Changes rows of a draft.
    fn edit(&self, id: ImportId, edit: &Edit) -> Result<Edited>;
    /// What that would do.
    fn preview(&self, id: ImportId, edit: &Edit) -> Result<Tried>;
    /// What was changed.
    fn edits(&self, id: ImportId) -> Result<Vec<Edited>>;
    /// Undoes a change, or lets it count again.
    fn set_undone(&self, id: ImportId, number: i64, is_undone: bool) -> Result<()>;
    /// Takes corrected rows in.
    fn correct(&self, id: ImportId, file: &Path) -> Result<Corrected>;
    /// Begins an import of the rows that this one left.
    fn begin_rest(&self, id: ImportId) -> Result<ImportId>;
    /// What the values of list columns mean.
    fn values(&self, id: ImportId) -> Result<Vec<ShownValues>>;
    /// The saved mappings.
    fn mappings(&self) -> Result<Vec<ShownMapping>>;
    /// Saves an import's mapping under a name.
    fn save_mapping(&self, id: ImportId, name: &str) -> Result<()>;
    /// Removes a saved mapping.
    fn remove_mapping(&self, name: &str) -> Result<()>;
    /// For how long rows and files are kept, after that was changed if it shall be.
    fn keep(&self, months: Option<i64>) -> Result<Kept>;
    /// Removes what is older: how many imports were completed, how many drafts discarded.
    fn expire(&self) -> Result<(i64, i64)>;
}

/// A change of rows that was made.
#[derive(Serialize, Deserialize)]
pub(crate) struct Edited {
    pub(crate) number: i64,
    pub(crate) edit: Value,
    pub(crate) rows: i64,
    pub(crate) cells: i64,
    pub(crate) made_by: String,
    pub(crate) made_at: Timestamp,
    pub(crate) undone: bool,
}

/// What a change of rows would do.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tried {
    pub(crate) rows: i64,
    pub(crate) changed: i64,
    pub(crate) cells: i64,
    #[serde(rename = "tried")]
    pub(crate) looked_at: i64,
    pub(crate) good: i64,
    pub(crate) examples: Vec<TriedCell>,
}

/// A cell before and after.
#[derive(Serialize, Deserialize)]
pub(crate) struct TriedCell {
    pub(crate) row: i64,
    pub(crate) column: i64,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// What a corrected file brought.
#[derive(Deserialize)]
pub(crate) struct Corrected {
    pub(crate) edit: Edited,
    pub(crate) found: i64,
    pub(crate) unknown: i64,
    pub(crate) repeated: i64,
}

/// The distinct values of one field.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownValues {
    pub(crate) field: String,
    pub(crate) columns: Vec<String>,
    pub(crate) looks_like_text: bool,
    pub(crate) more: bool,
    pub(crate) values: Vec<ShownValue>,
}

/// One of them.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownValue {
    pub(crate) value: String,
    pub(crate) rows: u64,
    pub(crate) meaning: String,
    pub(crate) name: Option<String>,
    pub(crate) likely: Option<String>,
    pub(crate) rule: Option<ValueAction>,
}

/// A mapping with a name.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownMapping {
    pub(crate) name: String,
    pub(crate) headers: Vec<String>,
    pub(crate) values: usize,
    pub(crate) saved_by: String,
    pub(crate) saved_at: Timestamp,
}

/// For how long rows and files are kept.
#[derive(Deserialize)]
pub(crate) struct Kept {
    #[serde(rename = "keep_imports_months")]
    pub(crate) months: i64,
    #[serde(rename = "keep_drafts_days")]
    pub(crate) drafts_days: i64,
}

impl Editor for LocalImporter<'_> {
    fn columns(&self, id: ImportId) -> Result<Vec<(i64, String)>> {
        let import = self.import(id)?;
        let columns = import
            .mapping
            .into_iter()
            .flat_map(|mapping| mapping.columns);
        Ok(columns
            .map(|mapped| (mapped.column as i64, mapped.header))
            .collect())
    }

    fn edit(&self, id: ImportId, edit: &Edit) -> Result<Edited> {
        Ok(self.imports.edit(&self.ctx, id, None, edit)?.1.into())
    }

    fn preview(&self, id: ImportId, edit: &Edit) -> Result<Tried> {
        let found = self.imports.preview_edit(&self.ctx, id, edit)?;
        let examples = found.examples.into_iter().map(|cell| TriedCell {
            row: cell.row,
            column: cell.column,
            before: cell.before,
            after: cell.after,
        });
        Ok(Tried {
            rows: found.rows,
            changed: found.changed,
            cells: found.cells,
            looked_at: found.tried,
            good: found.good,
            examples: examples.collect(),
        })
    }

    fn edits(&self, id: ImportId) -> Result<Vec<Edited>> {
        let edits = self.imports.edits(&self.ctx, id)?;
        Ok(edits.into_iter().map(Edited::from).collect())
    }

    fn set_undone(&self, id: ImportId, number: i64, is_undone: bool) -> Result<()> {
        self.imports
            .set_edit_undone(&self.ctx, id, None, number, is_undone)?;
        Ok(())
    }

    fn correct(&self, id: ImportId, path: &Path) -> Result<Corrected> {
        let mut file =
            File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let corrected = self
            .imports
            .correct(&self.ctx, id, None, &name, &mut file)?;
        Ok(Corrected {
            edit: corrected.edit.into(),
            found: corrected.found,
            unknown: corrected.unknown,
            repeated: corrected.repeated,
        })
    }

    fn begin_rest(&self, id: ImportId) -> Result<ImportId> {
        Ok(self.imports.begin_rest(&self.ctx, id)?.id)
    }

    fn values(&self, id: ImportId) -> Result<Vec<ShownValues>> {
        let found = self.imports.values(&self.ctx, id)?;
        Ok(found.into_iter().map(ShownValues::from).collect())
    }

    fn mappings(&self) -> Result<Vec<ShownMapping>> {
        let found = self.imports.shared_mappings(&self.ctx)?;
        Ok(found.into_iter().map(ShownMapping::from).collect())
    }

    fn save_mapping(&self, id: ImportId, name: &str) -> Result<()> {
        Ok(self.imports.save_mapping(&self.ctx, id, name)?)
    }

    fn remove_mapping(&self, name: &str) -> Result<()> {
        Ok(self.imports.remove_mapping(&self.ctx, name)?)
    }

    fn keep(&self, months: Option<i64>) -> Result<Kept> {
        if let Some(months) = months {
            self.house
                .db
                .write_blocking(|tx| accounts::keep_imports(tx, &self.ctx, months))?;
        }
        let settings = self
            .house
            .db
            .read_blocking(|tx| AccountSettings::load(tx, self.ctx.account))?;
        let number = |key| settings.typed(key).parse().unwrap_or_default();
        Ok(Kept {
            months: number(Key::KeepImports),
            drafts_days: number(Key::KeepDrafts),
        })
    }

    fn expire(&self) -> Result<(i64, i64)> {
        let expired = self.imports.expire(&self.ctx)?;
        Ok((expired.completed, expired.discarded))
    }
}

impl From<EditRecord> for Edited {
    fn from(record: EditRecord) -> Self {
        Self {
            number: record.number,
            edit: record.edit.described(),
            rows: record.rows,
            cells: record.cells,
            made_by: record.made_by,
            made_at: record.made_at,
            undone: record.is_undone,
        }
    }
}

impl From<FieldValues> for ShownValues {
    fn from(found: FieldValues) -> Self {
        let values = found.values.iter().map(|value| shown(&found, value));
        Self {
            values: values.collect(),
            field: found.field.key().into_owned(),
            looks_like_text: found.looks_like_text,
            more: found.others > 0,
            columns: found.columns,
        }
    }
}

fn shown(values: &FieldValues, value: &FieldValue) -> ShownValue {
    let (meaning, name) = match &value.meaning {
        Meaning::Known(name) => ("known", Some(name.clone())),
        Meaning::New => ("new", None),
        Meaning::Unknown => ("unknown", None),
    };
    ShownValue {
        value: value.value.clone(),
        rows: value.rows,
        meaning: meaning.to_owned(),
        name,
        likely: values.proposal(value).map(str::to_owned),
        rule: value.rule.clone(),
    }
}

impl From<NamedMapping> for ShownMapping {
    fn from(named: NamedMapping) -> Self {
        let columns = named.mapping.columns.into_iter();
        let headers = columns
            .filter(|column| column.field.is_some())
            .map(|column| column.header);
        Self {
            name: named.name,
            headers: headers.collect(),
            values: named.mapping.values.len(),
            saved_by: named.saved_by,
            saved_at: named.saved_at,
        }
    }
}
