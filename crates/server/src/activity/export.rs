//! The entries of a filter as a file: CSV for spreadsheets, JSON for programs.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

use axum::{extract::State, response::Response};
use directory::{
    Action, Ctx,
    activity::{self, ActivityFilter, ActivityOutput, HEADINGS},
};
use tabular::{CsvFormat, CsvWriter};

use super::query::Query;
use crate::{
    app::App,
    extract::Params,
    failure::Failure,
    guard::Visitor,
    imports::{CSV, attachment, streamed},
};

/// `GET /activity/export`
pub(crate) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let (ctx, asked) = (visitor.ctx.clone(), query.clone());
    let filter = app
        .db
        .read(move |tx| {
            ctx.require(Action::ViewActivity)
                .map_err(|_| Failure::Forbidden)?;
            asked.filter(tx, &ctx)
        })
        .await?;
    let filter = filter.map_err(|words| Failure::Conflict {
        title: "Nothing can match".to_owned(),
        message: words,
        link: "/activity".to_owned(),
    })?;
    written(&app, visitor.ctx, filter, query.wants_json()).await
}

/// Written to a file without a name first: a failure halfway is then still an error page.
pub(crate) async fn written(
    app: &App,
    ctx: Ctx,
    filter: ActivityFilter,
    as_json: bool,
) -> Result<Response, Failure> {
    let state = app.clone();
    let file = tokio::task::spawn_blocking(move || {
        let file = tempfile::tempfile_in(&state.settings.data).map_err(ActivityOutput::Output)?;
        if as_json {
            json(&state, &ctx, &filter, file)
        } else {
            csv(&state, &ctx, &filter, file)
        }
    })
    .await
    .map_err(|_| Failure::Internal)?;
    let file = file.map_err(|error| match error {
        ActivityOutput::Forbidden(_) => Failure::Forbidden,
        ActivityOutput::Db(error) => error.into(),
        error @ ActivityOutput::Output(_) => Failure::internal(&error),
    })?;
    Ok(if as_json {
        attachment("activity.json", "application/json", streamed(file))
    } else {
        attachment("activity.csv", CSV, streamed(file))
    })
}

fn csv(
    app: &App,
    ctx: &Ctx,
    filter: &ActivityFilter,
    mut file: File,
) -> Result<File, ActivityOutput> {
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut writer = CsvWriter::new(&mut file, format);
    writer.write_row(HEADINGS).map_err(ActivityOutput::Output)?;
    activity::for_each(&app.db, ctx, filter, &mut |entry| {
        let cells = entry.row();
        writer.write_row(cells.iter().map(String::as_str))
    })?;
    writer.finish().map_err(ActivityOutput::Output)?;
    rewound(file).map_err(ActivityOutput::Output)
}

fn json(app: &App, ctx: &Ctx, filter: &ActivityFilter, file: File) -> Result<File, ActivityOutput> {
    let mut writer = BufWriter::new(file);
    writer.write_all(b"[").map_err(ActivityOutput::Output)?;
    let mut comma: &[u8] = b"\n";
    activity::for_each(&app.db, ctx, filter, &mut |entry| {
        writer.write_all(std::mem::replace(&mut comma, b",\n"))?;
        serde_json::to_writer(&mut writer, &entry.value()).map_err(io::Error::other)
    })?;
    writer.write_all(b"\n]\n").map_err(ActivityOutput::Output)?;
    let file = writer
        .into_inner()
        .map_err(|error| ActivityOutput::Output(error.into_error()))?;
    rewound(file).map_err(ActivityOutput::Output)
}

fn rewound(mut file: File) -> io::Result<File> {
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
