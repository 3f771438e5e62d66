//! What values of list columns mean.

use anyhow::Result;
use directory::Ctx;
use import::{
    Import, Imports,
    values::{FieldValue, FieldValues, Meaning, ValueAction},
};
use serde_json::{Value, json};

use crate::{exit::Exit, output};

/// Lists the distinct values of an import's list columns.
pub(super) fn show(imports: &Imports, ctx: &Ctx, import: &Import, as_json: bool) -> Result<Exit> {
    let found = imports.values(ctx, import.id)?;
    if as_json {
        let fields: Vec<Value> = found
            .iter()
            .map(|values| {
                json!({
                    "field": values.field.key(),
                    "columns": values.columns,
                    "looks_like_text": values.looks_like_text,
                    "more": values.others > 0,
                    "values": values.values.iter().map(|value| answer(values, value)).collect::<Vec<_>>(),
                })
            })
            .collect();
        output::json(&Value::Array(fields));
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
        if values.others > 0 {
            output::note(&format!(
                "{} has more values; the first {} are listed.",
                values.columns.join(", "),
                values.values.len()
            ));
        }
    }
    Ok(Exit::Done)
}

fn row(values: &FieldValues, value: &FieldValue) -> Vec<String> {
    let shall_be = match &value.rule {
        Some(ValueAction::Use(name)) => name.clone(),
        Some(ValueAction::Create) => "created".to_owned(),
        Some(ValueAction::Ignore) => "ignored".to_owned(),
        Some(ValueAction::SkipRows) => "rows skipped".to_owned(),
        None => values
            .proposal(value)
            .map(|name| format!("likely {name}?"))
            .unwrap_or_default(),
    };
    let now = match &value.meaning {
        Meaning::Known(name) => name.clone(),
        Meaning::New => "new, will be created".to_owned(),
        Meaning::Unknown => "unknown".to_owned(),
    };
    vec![
        values.field.key().into_owned(),
        value.value.clone(),
        value.rows.to_string(),
        now,
        shall_be,
    ]
}

fn answer(values: &FieldValues, value: &FieldValue) -> Value {
    let (meaning, name) = match &value.meaning {
        Meaning::Known(name) => ("known", Some(name)),
        Meaning::New => ("new", None),
        Meaning::Unknown => ("unknown", None),
    };
    json!({
        "value": value.value,
        "rows": value.rows,
        "meaning": meaning,
        "name": name,
        "likely": values.proposal(value),
        "rule": value.rule,
    })
}
