//! Rows of a server's imports set right, what their values mean, and saved mappings.

use std::{fs::File, path::Path};

use anyhow::{Context as _, Result};
use import::{Edit, Refusal, values::ValueAction};
use kernel::ImportId;
use serde_json::{Value, json};

use super::{
    client::address_part,
    import::{RemoteImporter, is_refused_as, parsed, spare},
    people::complained,
};
use crate::{
    commands::editor::{Corrected, Edited, Editor, Kept, ShownMapping, ShownValues, Tried},
    exit::Usage,
};

impl Editor for RemoteImporter {
    fn columns(&self, id: ImportId) -> Result<Vec<(i64, String)>> {
        let path = format!("/api/v1/imports/{id}/columns?fields=column,header");
        let mut found = Vec::new();
        self.client.pages(path, |items| {
            for item in items {
                let column = item.get("column").and_then(Value::as_i64);
                let header = item.get("header").and_then(Value::as_str);
                found.extend(column.zip(header.map(str::to_owned)));
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn edit(&self, id: ImportId, edit: &Edit) -> Result<Edited> {
        parsed(self.begin(id, "edits", &typed(edit)?)?)
    }

    fn preview(&self, id: ImportId, edit: &Edit) -> Result<Tried> {
        parsed(self.begin(id, "edits/preview", &typed(edit)?)?)
    }

    fn edits(&self, id: ImportId) -> Result<Vec<Edited>> {
        self.client.all(format!("/api/v1/imports/{id}/edits"))
    }

    fn set_undone(&self, id: ImportId, number: i64, is_undone: bool) -> Result<()> {
        let what = if is_undone { "undo" } else { "redo" };
        match self.begin(id, &format!("edits/{number}/{what}"), &Value::Null) {
            Ok(_) => Ok(()),
            Err(error) if is_refused_as(&error, "not_found") => {
                Err(Refusal::new(kernel::Code::EditUnknown, format!("number {number}")).into())
            }
            Err(error) => Err(error),
        }
    }

    fn correct(&self, id: ImportId, path: &Path) -> Result<Corrected> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let address = format!(
            "/api/v1/imports/{id}/corrected?name={}",
            address_part(&name)
        );
        parsed(self.client.post_file(&address, &file)?)
    }

    fn begin_rest(&self, id: ImportId) -> Result<ImportId> {
        let made = self.begin(id, "rest", &Value::Null)?;
        let rest = made.get("id").and_then(Value::as_str).unwrap_or_default();
        rest.parse()
            .ok()
            .context("the server did not say which import it is")
    }

    fn values(&self, id: ImportId) -> Result<Vec<ShownValues>> {
        let mut found = Vec::new();
        self.client
            .pages(format!("/api/v1/imports/{id}/values"), |items| {
                for mut item in items {
                    let values = item.get_mut("values").and_then(Value::as_array_mut);
                    for value in values.into_iter().flatten() {
                        let rule = json!(rule(value));
                        if let Some(value) = value.as_object_mut() {
                            value.insert("rule".to_owned(), rule);
                        }
                    }
                    found.push(parsed(item)?);
                }
                Ok(())
            })?;
        Ok(found)
    }

    fn mappings(&self) -> Result<Vec<ShownMapping>> {
        self.client.all("/api/v1/mappings".to_owned())
    }

    fn save_mapping(&self, id: ImportId, name: &str) -> Result<()> {
        self.begin(id, "save-mapping", &json!({ "name": name }))
            .map(drop)
    }

    fn remove_mapping(&self, name: &str) -> Result<()> {
        let path = format!("/api/v1/mappings/{}", address_part(name));
        match self.client.remove(&path) {
            Ok(()) => Ok(()),
            Err(error) if is_refused_as(&error, "not_found") => {
                Err(Refusal::new(kernel::Code::MappingUnknown, format!("{name:?}")).into())
            }
            Err(error) => Err(error),
        }
    }

    fn keep(&self, months: Option<i64>) -> Result<Kept> {
        let path = "/api/v1/settings";
        let settings = match months {
            None => self.client.get(path)?,
            Some(months) => self
                .client
                .change(path, &json!({ "keep_imports_months": months }))
                .map_err(complained)?,
        };
        parsed(settings)
    }

    fn expire(&self) -> Result<(i64, i64)> {
        Err(no_expiry())
    }
}

/// What is old is removed by whoever has it.
pub(super) fn no_expiry() -> anyhow::Error {
    Usage(
        "--now is for a database here: a server removes what is older with its daily work"
            .to_owned(),
    )
    .into()
}

/// A change as the API takes it: what is not said is left out, and what is blank is not.
fn typed(edit: &Edit) -> Result<Value> {
    Ok(spare(serde_json::to_value(edit)?))
}

/// What was chosen for a value.
fn rule(value: &Value) -> Option<ValueAction> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    Some(match text("then")? {
        "use" => ValueAction::Use(text("use").unwrap_or_default().to_owned()),
        "create" => ValueAction::Create,
        "ignore" => ValueAction::Ignore,
        "skip_rows" => ValueAction::SkipRows,
        _ => return None,
    })
}
