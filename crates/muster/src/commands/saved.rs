//! Mappings with a name: the list.

use anyhow::Result;
use directory::Ctx;
use import::Imports;
use serde_json::{Value, json};

use crate::{exit::Exit, output};

/// Lists the account's saved mappings.
pub(super) fn list(imports: &Imports, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let found = imports.shared_mappings(ctx)?;
    if as_json {
        let list: Vec<Value> = found
            .iter()
            .map(|named| {
                json!({
                    "name": named.name,
                    "saved_by": named.saved_by,
                    "saved_at": named.saved_at,
                    "mapping": named.mapping,
                })
            })
            .collect();
        output::json(&Value::Array(list));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .into_iter()
        .map(|named| {
            let headers: Vec<String> = named
                .mapping
                .columns
                .into_iter()
                .filter(|column| column.field.is_some())
                .map(|column| column.header)
                .collect();
            vec![
                named.name,
                headers.join(", "),
                named.mapping.values.len().to_string(),
                named.saved_by,
                named.saved_at.to_string(),
            ]
        })
        .collect();
    output::table(
        &["Name", "Columns", "Mapped values", "Saved by", "Saved"],
        &rows,
    );
    Ok(Exit::Done)
}
