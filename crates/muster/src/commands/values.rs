//! What values of list columns mean.

use anyhow::Result;
use import::values::ValueAction;

use super::editor::{Editor, ShownValue, ShownValues};
use crate::{cli::Target, exit::Exit, output};

/// Lists the distinct values of an import's list columns.
pub(super) fn show(editor: &dyn Editor, target: &Target) -> Result<Exit> {
    let found = editor.values(editor.find(&target.id)?.import)?;
    if target.json.json {
        output::json(&serde_json::to_value(&found)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .flat_map(|values| values.values.iter().map(move |value| row(values, value)))
        .collect();
    output::table(&["Field", "Value", "Rows", "Now", "Shall be"], &rows);
    for values in &found {
        if values.looks_like_text {
            output::note(&format!(
                "{} looks like free text: nearly every row has a value of its own.",
                values.columns.join(", ")
            ));
        }
        if values.more {
            output::note(&format!(
                "{} has more values; the first {} are listed.",
                values.columns.join(", "),
                values.values.len()
            ));
        }
    }
    Ok(Exit::Done)
}

fn row(values: &ShownValues, value: &ShownValue) -> Vec<String> {
    let shall_be = match &value.rule {
        Some(ValueAction::Use(name)) => name.clone(),
        Some(ValueAction::Create) => "created".to_owned(),
        Some(ValueAction::Ignore) => "ignored".to_owned(),
        Some(ValueAction::SkipRows) => "rows skipped".to_owned(),
        None => value
            .likely
            .as_ref()
            .map(|name| format!("likely {name}?"))
            .unwrap_or_default(),
    };
    let now = match (value.meaning.as_str(), &value.name) {
        ("known", Some(name)) => name.clone(),
        ("new", _) => "new, will be created".to_owned(),
        _ => "unknown".to_owned(),
    };
    vec![
        values.field.clone(),
        value.value.clone(),
        value.rows.to_string(),
        now,
        shall_be,
    ]
}
