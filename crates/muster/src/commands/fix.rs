//! `muster imports fix`, `correct` and `changes`: setting the rows of a draft right.

use std::path::Path;

use anyhow::Result;
use import::{CardHeld, Edit, Fix, How, Keep, Outcome, Pattern, Refusal, Rows};
use kernel::ImportId;

use super::{
    editor::{Edited, Editor},
    history,
};
use crate::{cli, exit::Exit, output};

/// Does something to rows and has them checked again; or only shows what it would do.
pub(crate) fn fix(editor: &dyn Editor, args: &cli::Fix) -> Result<Exit> {
    let id = editor.find(&args.target.id)?.import;
    let columns = if args.preview || !args.column.is_empty() {
        editor.columns(id)?
    } else {
        Vec::new()
    };
    let edit = edit_of(&columns, args)?;
    if args.preview {
        return preview(editor, id, &columns, &edit, args.target.json.json);
    }
    told(&editor.edit(id, &edit)?);
    check_again(editor, id, args.target.json.json)
}

/// Takes corrected rows in and has them checked.
pub(crate) fn correct(editor: &dyn Editor, target: &cli::Target, path: &Path) -> Result<Exit> {
    let id = editor.find(&target.id)?.import;
    let corrected = editor.correct(id, path)?;
    told(&corrected.edit);
    output::note(&format!(
        "{} rows of the file belong to this import, {} do not, {} were there twice.",
        corrected.found, corrected.unknown, corrected.repeated
    ));
    check_again(editor, id, target.json.json)
}

/// Lists changes, or undoes or redoes one.
pub(crate) fn changes(
    editor: &dyn Editor,
    target: &cli::Target,
    undo: Option<i64>,
    redo: Option<i64>,
) -> Result<Exit> {
    let id = editor.find(&target.id)?.import;
    if let Some(number) = undo.or(redo) {
        editor.set_undone(id, number, undo.is_some())?;
        return check_again(editor, id, target.json.json);
    }
    let edits = editor.edits(id)?;
    if target.json.json {
        output::json(&serde_json::to_value(&edits)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = edits
        .into_iter()
        .map(|record| {
            vec![
                record.number.to_string(),
                record.edit.to_string(),
                record.rows.to_string(),
                record.cells.to_string(),
                record.made_by,
                if record.undone { "undone" } else { "" }.to_owned(),
            ]
        })
        .collect();
    output::table(&["No.", "Change", "Rows", "Cells", "Who", ""], &rows);
    Ok(Exit::Done)
}

/// Begins an import of the rows that another one left, and has them checked.
pub(crate) fn rest(editor: &dyn Editor, target: &cli::Target) -> Result<Exit> {
    let id = editor.find(&target.id)?.import;
    let rest = editor.begin_rest(id)?;
    check_again(editor, rest, target.json.json)
}

fn told(record: &Edited) {
    output::note(&format!(
        "Change {}: {} cells in {} rows.",
        record.number, record.cells, record.rows
    ));
}

/// Has the rows checked, and shows what would become of them.
fn check_again(editor: &dyn Editor, id: ImportId, as_json: bool) -> Result<Exit> {
    history::say(&editor.check(id)?, as_json)
}

fn preview(
    editor: &dyn Editor,
    id: ImportId,
    columns: &[(i64, String)],
    edit: &Edit,
    as_json: bool,
) -> Result<Exit> {
    let preview = editor.preview(id, edit)?;
    if as_json {
        output::json(&serde_json::to_value(&preview)?);
        return Ok(Exit::Done);
    }
    let header = |column: i64| {
        let known = columns.iter().find(|(number, _)| *number == column);
        known.map(|(_, header)| header.clone()).unwrap_or_default()
    };
    let rows: Vec<Vec<String>> = preview
        .examples
        .into_iter()
        .map(|cell| {
            vec![
                cell.row.to_string(),
                header(cell.column),
                cell.before,
                cell.after,
            ]
        })
        .collect();
    output::table(&["Row", "Column", "Now", "Then"], &rows);
    output::note(&format!(
        "{} cells in {} of {} rows would change; the values of {} of the first {} could then be \
         imported.",
        preview.cells, preview.changed, preview.rows, preview.good, preview.looked_at
    ));
    Ok(Exit::Done)
}

fn edit_of(columns: &[(i64, String)], args: &cli::Fix) -> Result<Edit, Refusal> {
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
            .map(|header| column_of(columns, header))
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

fn column_of(columns: &[(i64, String)], header: &str) -> Result<usize, Refusal> {
    columns
        .iter()
        .find(|(_, known)| known.trim().eq_ignore_ascii_case(header.trim()))
        .and_then(|(column, _)| usize::try_from(*column).ok())
        .ok_or_else(|| Refusal::File {
            code: "header_unknown".to_owned(),
            message: format!("there is no column {header:?} in the file"),
        })
}
