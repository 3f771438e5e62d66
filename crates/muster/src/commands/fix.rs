//! `muster imports fix`, `correct` and `changes`: setting the rows of a draft right.

use std::{fs::File, path::Path};

use anyhow::{Context, Result};
use directory::Ctx;
use import::{
    CardHeld, Edit, EditRecord, Fix, How, Import as Run, Imports, Keep, Outcome, Pattern, Refusal,
    Rows, Watch,
};
use serde_json::{Value, json};

use super::imports::show;
use crate::{cli, exit::Exit, output};

/// Does something to rows and has them checked again; or only shows what it would do.
pub(crate) fn fix(imports: &Imports, ctx: &Ctx, import: &Run, args: &cli::Fix) -> Result<Exit> {
    let edit = edit_of(import, args)?;
    if args.preview {
        return preview(imports, ctx, import, &edit, args.target.json.json);
    }
    let (_, record) = imports.edit(ctx, import.id, None, &edit)?;
    told(&record);
    check_again(imports, ctx, import, args.target.json.json)
}

/// Takes corrected rows in and has them checked.
pub(crate) fn correct(
    imports: &Imports,
    ctx: &Ctx,
    import: &Run,
    path: &Path,
    as_json: bool,
) -> Result<Exit> {
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let corrected = imports.correct(ctx, import.id, None, &name, &mut file)?;
    told(&corrected.edit);
    output::note(&format!(
        "{} rows of the file belong to this import, {} do not, {} were there twice.",
        corrected.found, corrected.unknown, corrected.repeated
    ));
    check_again(imports, ctx, import, as_json)
}

/// Lists changes, or undoes or redoes one.
pub(crate) fn changes(
    imports: &Imports,
    ctx: &Ctx,
    import: &Run,
    undo: Option<i64>,
    redo: Option<i64>,
    as_json: bool,
) -> Result<Exit> {
    if let Some(number) = undo.or(redo) {
        imports.set_edit_undone(ctx, import.id, None, number, undo.is_some())?;
        return check_again(imports, ctx, import, as_json);
    }
    let edits = imports.edits(ctx, import.id)?;
    if as_json {
        let list = edits.iter().map(line).collect();
        output::json(&Value::Array(list));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = edits
        .iter()
        .map(|record| {
            vec![
                record.number.to_string(),
                serde_json::to_string(&record.edit).unwrap_or_default(),
                record.rows.to_string(),
                record.cells.to_string(),
                record.made_by.clone(),
                if record.is_undone { "undone" } else { "" }.to_owned(),
            ]
        })
        .collect();
    output::table(&["No.", "Change", "Rows", "Cells", "Who", ""], &rows);
    Ok(Exit::Done)
}

fn line(record: &EditRecord) -> Value {
    json!({
        "number": record.number, "edit": record.edit, "rows": record.rows, "cells": record.cells,
        "made_by": record.made_by, "made_at": record.made_at, "undone": record.is_undone,
    })
}

fn told(record: &EditRecord) {
    output::note(&format!(
        "Change {}: {} cells in {} rows.",
        record.number, record.cells, record.rows
    ));
}

/// Has the rows checked, and shows what would become of them.
pub(super) fn check_again(
    imports: &Imports,
    ctx: &Ctx,
    import: &Run,
    as_json: bool,
) -> Result<Exit> {
    let import = imports.check(ctx, import.id, &Watch::nobody())?;
    show(imports, ctx, &import, as_json)
}

fn preview(imports: &Imports, ctx: &Ctx, import: &Run, edit: &Edit, as_json: bool) -> Result<Exit> {
    let preview = imports.preview_edit(ctx, import.id, edit)?;
    if as_json {
        let examples: Vec<Value> = preview
            .examples
            .iter()
            .map(|cell| {
                json!({
                    "row": cell.row, "column": cell.column,
                    "before": cell.before, "after": cell.after,
                })
            })
            .collect();
        output::json(&json!({
            "rows": preview.rows, "changed": preview.changed, "cells": preview.cells,
            "tried": preview.tried, "good": preview.good, "examples": examples,
        }));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = preview
        .examples
        .iter()
        .map(|cell| {
            vec![
                cell.row.to_string(),
                header(import, cell.column),
                cell.before.clone(),
                cell.after.clone(),
            ]
        })
        .collect();
    output::table(&["Row", "Column", "Now", "Then"], &rows);
    output::note(&format!(
        "{} cells in {} of {} rows would change; the values of {} of the first {} could then be \
         imported.",
        preview.cells, preview.changed, preview.rows, preview.good, preview.tried
    ));
    Ok(Exit::Done)
}

fn header(import: &Run, column: i64) -> String {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .find(|mapped| mapped.column as i64 == column)
        .map(|mapped| mapped.header.clone())
        .unwrap_or_default()
}

fn edit_of(import: &Run, args: &cli::Fix) -> Result<Edit, Refusal> {
    let fix = if args.suggest {
        Fix::Suggest
    } else if args.skip {
        Fix::Skip
    } else if args.take {
        Fix::Take
    } else if args.accept {
        Fix::Accept
    } else if let Some(held) = args.card.as_deref().and_then(CardHeld::parse) {
        Fix::Card { held }
    } else if let Some(find) = &args.find {
        Fix::Replace(Pattern {
            find: find.clone(),
            how: How::parse(&args.how).unwrap_or(How::Contains),
            match_case: args.match_case,
            with: args.replace.clone().unwrap_or_default(),
        })
    } else if let Some(keep) = args.keep.as_deref().and_then(Keep::parse) {
        Fix::Duplicates { keep }
    } else {
        Fix::Set {
            value: args.set.clone().unwrap_or_default(),
        }
    };
    Ok(Edit {
        fix,
        rows: rows_of(args),
        columns: args
            .column
            .iter()
            .map(|header| column_of(import, header))
            .collect::<Result<_, _>>()?,
    })
}

fn rows_of(args: &cli::Fix) -> Rows {
    match (&args.code, &args.outcome) {
        (Some(code), _) => Rows::Problem {
            code: code.clone(),
            field: args.field.clone().unwrap_or_default(),
            value: args.value.clone(),
        },
        (None, _) if !args.rows.is_empty() => Rows::Numbers {
            rows: args.rows.clone(),
        },
        (None, Some(outcome)) => Rows::Filter {
            outcome: Outcome::parse(outcome).map(|outcome| outcome.as_str().to_owned()),
            cell: None,
        },
        (None, None) => Rows::All,
    }
}

fn column_of(import: &Run, header: &str) -> Result<usize, Refusal> {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .find(|mapped| mapped.header.trim().eq_ignore_ascii_case(header.trim()))
        .map(|mapped| mapped.column)
        .ok_or_else(|| Refusal::File {
            code: "header_unknown".to_owned(),
            message: format!("there is no column {header:?} in the file"),
        })
}
