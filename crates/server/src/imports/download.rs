//! Files to take away: rows with what became of them, and templates.

use std::io::{Seek, SeekFrom};

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use import::{Download, Imports, Preset, Refusal};
use kernel::ImportId;
use serde::Deserialize;
use tokio::io::AsyncReadExt;

use super::{edit::rows_of, work::ask};
use crate::{app::App, extract::Params, failure::Failure, guard::Visitor, link::encoded};

pub(crate) const CSV: &str = "text/csv; charset=utf-8";
pub(crate) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Read from the disk at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A file of an import.
#[derive(Clone, Copy)]
enum Wanted {
    Rows(Download),
    /// The rows that the query says.
    Selected,
    Departures,
    Differences,
}

impl Wanted {
    /// The file of this name, without its ending.
    fn parse(stem: &str) -> Option<Self> {
        match stem {
            "rows" => Some(Self::Selected),
            Imports::DEPARTURES_FILE => Some(Self::Departures),
            Imports::DIFFERENCES_FILE => Some(Self::Differences),
            _ => Download::parse(stem).map(Self::Rows),
        }
    }
}

/// `GET /imports/{id}/download/{file}`: `error_log`, `rows_to_fix`, `results`, `created_users`,
/// `changes`, `deactivated_users`, or `rows` for those of the query, as CSV or XLSX.
pub(crate) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, file)): Path<(String, String)>,
    Params(query): Params<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let id: ImportId = id.parse().map_err(|_| Failure::NotFound)?;
    let (stem, ending) = file.split_once('.').ok_or(Failure::NotFound)?;
    let wanted = Wanted::parse(stem).ok_or(Failure::NotFound)?;
    let as_workbook = match ending {
        "csv" => false,
        "xlsx" => true,
        _ => return Err(Failure::NotFound),
    };
    let data = app.settings.data.clone();
    let (number, written) = ask(&app, move |imports| {
        let import = imports.find(&visitor.ctx, id)?;
        // Written to a file without a name first: a failure halfway is then still an error page.
        let mut spool = tempfile::tempfile_in(data)?;
        let (ctx, out) = (&visitor.ctx, &mut spool);
        match wanted {
            Wanted::Rows(rows) => imports.download(ctx, id, rows, as_workbook, out)?,
            Wanted::Selected => {
                imports.download_rows(ctx, id, &rows_of(&query), as_workbook, out)?;
            }
            Wanted::Departures => imports.download_departures(ctx, id, as_workbook, out)?,
            Wanted::Differences => imports.download_differences(ctx, id, as_workbook, out)?,
        }
        spool.seek(SeekFrom::Start(0))?;
        Ok::<_, Refusal>((import.number, spool))
    })
    .await
    .map_err(|failure| failure.about(id))?;
    let name = format!("import-{number}-{file}");
    Ok(attachment(
        &name,
        if as_workbook { WORKBOOK } else { CSV },
        streamed(written),
    ))
}

/// Which template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    preset: String,
    filled: String,
}

/// `GET /imports/template`
pub(crate) async fn template(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let preset = Preset::parse(&query.preset).unwrap_or(Preset::General);
    let filled = query.filled == "yes";
    let written = ask(&app, move |imports| {
        let mut out = Vec::new();
        import::template(preset, &imports.catalogue(&visitor.ctx)?, filled, &mut out)?;
        Ok(out)
    })
    .await?;
    let name = format!("people-{}.csv", preset.as_str());
    Ok(attachment(&name, CSV, Body::from(written)))
}

/// A file that is saved, never shown: what is in it came from outside.
pub(crate) fn attachment(name: &str, content_type: &'static str, body: Body) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(name));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A file, piece by piece.
pub(crate) fn streamed(file: std::fs::File) -> Body {
    let file = tokio::fs::File::from_std(file);
    Body::from_stream(futures_util::stream::try_unfold(
        file,
        |mut file| async move {
            let mut chunk = vec![0; CHUNK_BYTES];
            let read = file.read(&mut chunk).await?;
            chunk.truncate(read);
            Ok::<_, std::io::Error>((read > 0).then_some((chunk, file)))
        },
    ))
}
