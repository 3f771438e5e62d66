//! A part of a report as a file: CSV or a workbook.

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use directory::reports::{self, Part, Table};
use tabular::{CsvFormat, CsvWriter, XlsxWriter};

use crate::{
    app::App,
    failure::Failure,
    guard::Visitor,
    imports::{CSV, WORKBOOK, attachment},
};

/// `GET /reports/users/{file}`: `sign_ins.csv`, `weeks.xlsx` and so on.
pub(crate) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path(file): Path<String>,
) -> Result<Response, Failure> {
    let (name, kind) = file.split_once('.').ok_or(Failure::NotFound)?;
    let part = Part::parse(name).ok_or(Failure::NotFound)?;
    let as_workbook = match kind {
        "csv" => false,
        "xlsx" => true,
        _ => return Err(Failure::NotFound),
    };
    let report = app
        .db
        .read(move |tx| reports::users(tx, &visitor.ctx))
        .await?;
    let table = report.table(part);
    // At most a thousand rows.
    let bytes = if as_workbook {
        workbook(part, &table)
    } else {
        csv(&table)
    }?;
    let kind = if as_workbook { WORKBOOK } else { CSV };
    Ok(attachment(&file, kind, Body::from(bytes)))
}

/// A table as CSV.
pub(crate) fn csv(table: &Table) -> Result<Vec<u8>, Failure> {
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut writer = CsvWriter::new(Vec::new(), format);
    let failed = |error: std::io::Error| Failure::internal(&error);
    writer
        .write_row(table.headings.iter().copied())
        .map_err(failed)?;
    for row in &table.rows {
        writer
            .write_row(row.iter().map(String::as_str))
            .map_err(failed)?;
    }
    writer.finish().map_err(failed)
}

/// A table as a workbook.
pub(crate) fn workbook(part: Part, table: &Table) -> Result<Vec<u8>, Failure> {
    let mut writer = XlsxWriter::new(part.title(), table.headings.iter().copied())
        .map_err(|error| Failure::internal(&error))?;
    for row in &table.rows {
        writer
            .write_row(row.iter().map(String::as_str))
            .map_err(|error| Failure::internal(&error))?;
    }
    let mut bytes = Vec::new();
    writer
        .finish(&mut bytes)
        .map_err(|error| Failure::internal(&error))?;
    Ok(bytes)
}
