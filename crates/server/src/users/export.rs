//! The people of the list as a file: those ticked or all of it, every column or those shown.

use std::io::{self, Seek, SeekFrom};

use axum::{extract::State, response::Response};
use directory::{
    Ctx,
    cards::CardSettings,
    fields, modules,
    users::{self, ExportColumns, ExportUsers, Selection},
};
use tabular::{CsvFormat, CsvWriter, XlsxWriter};

use super::{columns::Columns, query::Query};
use crate::{
    app::App,
    extract::Params,
    failure::Failure,
    guard::Visitor,
    imports::{CSV, WORKBOOK, attachment, streamed},
};

/// `GET /users/export`
pub(crate) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Params(fields): Params<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let query = Query(fields);
    let wanted = query.get("file").to_owned();
    let selection = if wanted.starts_with("all") {
        Selection::Matching(query.filter())
    } else {
        Selection::People(query.ticked())
    };
    if selection == Selection::People(Vec::new()) {
        return Err(Failure::Conflict {
            title: "Nobody is ticked".to_owned(),
            message: "Tick at least one person first, or take all of the list.".to_owned(),
            link: "/users".to_owned(),
        });
    }
    let as_workbook = wanted.ends_with("xlsx");
    let shown = wanted.contains("shown").then(|| query.clone());
    let state = app.clone();
    let written = tokio::task::spawn_blocking(move || {
        written(
            &state,
            &visitor.ctx,
            &selection,
            shown.as_ref(),
            as_workbook,
        )
    })
    .await
    .map_err(|_| Failure::Internal)?;
    let file = written.map_err(|error| match error {
        ExportUsers::Forbidden(_) => Failure::Forbidden,
        ExportUsers::Db(error) => error.into(),
        error @ ExportUsers::Output(_) => Failure::internal(&error),
    })?;
    let (name, kind) = if as_workbook {
        ("people.xlsx", WORKBOOK)
    } else {
        ("people.csv", CSV)
    };
    Ok(attachment(name, kind, streamed(file)))
}

/// Written to a file without a name first: a failure halfway is then still an error page.
pub(crate) fn written(
    app: &App,
    ctx: &Ctx,
    selection: &Selection,
    shown: Option<&Query>,
    as_workbook: bool,
) -> Result<std::fs::File, ExportUsers> {
    let account = ctx.account;
    let (columns, shown) = app.db.read_blocking(|tx| {
        let columns = ExportColumns::load(tx, ctx)?;
        let shown = match shown {
            Some(query) => {
                let (own, owned) = (fields::list(tx, account)?, modules::list(tx, account)?);
                let radix = CardSettings::load(tx, account)?.radix;
                Some(Columns::new(&query.columns(), &own, &owned, radix).exported())
            }
            None => None,
        };
        Ok::<_, db::Error>((columns, shown))
    })?;
    let all = columns.headers();
    let is_wanted: Vec<bool> = all
        .iter()
        .map(|heading| shown.as_ref().is_none_or(|shown| shown.contains(heading)))
        .collect();
    let narrow = |cells: Vec<String>| -> Vec<String> {
        let wanted = cells.into_iter().zip(&is_wanted);
        wanted
            .filter(|(_, wanted)| **wanted)
            .map(|(cell, _)| cell)
            .collect()
    };
    let headings = narrow(all);
    let mut file = tempfile::tempfile_in(&app.settings.data).map_err(ExportUsers::Output)?;
    if as_workbook {
        let mut writer = XlsxWriter::new("People", headings.iter().map(String::as_str))
            .map_err(|error| ExportUsers::Output(io::Error::other(error)))?;
        users::for_each_selected(&app.db, ctx, selection, &mut |record| {
            let cells = narrow(columns.row(record));
            writer
                .write_row(cells.iter().map(String::as_str))
                .map_err(io::Error::other)
        })?;
        writer
            .finish(&mut file)
            .map_err(|error| ExportUsers::Output(io::Error::other(error)))?;
    } else {
        let format = CsvFormat {
            byte_order_mark: true,
            ..CsvFormat::default()
        };
        let mut writer = CsvWriter::new(&mut file, format);
        writer
            .write_row(headings.iter().map(String::as_str))
            .map_err(ExportUsers::Output)?;
        users::for_each_selected(&app.db, ctx, selection, &mut |record| {
            let cells = narrow(columns.row(record));
            writer.write_row(cells.iter().map(String::as_str))
        })?;
        writer.finish().map_err(ExportUsers::Output)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(ExportUsers::Output)?;
    Ok(file)
}
