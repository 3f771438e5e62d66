//! The people of the list as a file: those ticked or all of it, every column or those shown.

use axum::{extract::State, response::Response};
use directory::{
    Ctx,
    cards::CardSettings,
    fields, modules,
    users::{ExportUsers, Selection},
};

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
    let shown = match shown {
        Some(query) => Some(app.db.read_blocking(|tx| {
            let (own, owned) = (fields::list(tx, account)?, modules::list(tx, account)?);
            let radix = CardSettings::load(tx, account)?.radix;
            Ok::<_, db::Error>(Columns::new(&query.columns(), &own, &owned, radix).exported())
        })?),
        None => None,
    };
    let mut file = tempfile::tempfile_in(&app.settings.data).map_err(ExportUsers::Output)?;
    let shown = shown.as_deref();
    requests::exports::write(&app.db, ctx, selection, shown, as_workbook, &mut file)?;
    Ok(file)
}
