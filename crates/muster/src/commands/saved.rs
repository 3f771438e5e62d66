//! Mappings with a name: the list.

use anyhow::Result;

use super::editor::Editor;
use crate::{exit::Exit, output};

/// Lists the account's saved mappings.
pub(super) fn list(editor: &dyn Editor, as_json: bool) -> Result<Exit> {
    let found = editor.mappings()?;
    if as_json {
        output::json(&serde_json::to_value(&found)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .into_iter()
        .map(|named| {
            vec![
                named.name,
                named.headers.join(", "),
                named.values.to_string(),
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
