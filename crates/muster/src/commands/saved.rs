//! Mappings with a name: the list, and using one for an import.

use anyhow::Result;
use directory::Ctx;
use import::{Import, Imports, Refusal};
use serde_json::{Value, json};

use crate::{exit::Exit, output};

/// Uses a mapping for an import that was just received, and says how it fits the file.
pub(super) fn apply(
    imports: &Imports,
    ctx: &Ctx,
    import: &Import,
    name: &str,
) -> Result<Import, Refusal> {
    let (import, fit) = imports.use_mapping(ctx, import.id, None, name, true)?;
    for (what, names) in [
        ("the file does not have the columns", fit.missing),
        ("the mapping does not know the columns", fit.unknown),
        ("the account does not have the fields", fit.lost),
    ] {
        if !names.is_empty() {
            output::note(&format!("Note: {what} {}.", names.join(", ")));
        }
    }
    Ok(import)
}

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
