//! Doing something to rows: what the page asks for, a look at what it would do, and doing it.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use import::{
    CardHeld, CellFilter, Edit, EditPreview, Fix, How, Import, Keep, Outcome, Pattern, Refusal,
    Rows, State as ImportState, fields::Catalogue,
};
use kernel::ImportId;

use super::{
    check::begin,
    frame::{Frame, Place},
    rows,
    work::{ask, engine},
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{count, counted},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

/// How long a change waits for its rows to be checked before it shows the progress instead.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is said when an action is about selected rows and there are none.
const NO_SELECTION: &str =
    "no row is selected. Tick the rows that are meant, or all rows shown by the filter";

#[derive(Template)]
#[template(path = "imports/edit.html")]
struct EditPage {
    shell: Shell,
    frame: Frame,
    sentence: String,
    rows: String,
    untouched: String,
    verdict: String,
    examples: Vec<Example>,
    more: i64,
    button: Option<String>,
    json: String,
    back: String,
}

struct Example {
    row: i64,
    column: String,
    before: String,
    after: String,
}

type Fields = [(String, String)];

/// `POST /imports/{id}/edit`: shows what an action would do, and does it when that was seen.
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let rev: i64 = one(&fields, "rev")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    let back = back_to(&fields, id);
    if !one(&fields, "edit").is_empty() {
        let edit: Edit =
            serde_json::from_str(one(&fields, "edit")).map_err(|_| Failure::BadRequest)?;
        return carry_out(&app, &visitor, id, rev, edit, &back).await;
    }
    let edit = edit_of(&fields).ok_or(Failure::BadRequest)?;
    preview(&app, visitor, id, edit, back).await
}

/// Does it, has the rows checked again, and goes back to them.
pub(super) async fn carry_out(
    app: &App,
    visitor: &Visitor,
    id: ImportId,
    rev: i64,
    edit: Edit,
    back: &str,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let (_, record) = ask(app, move |imports| imports.edit(&ctx, id, Some(rev), &edit))
        .await
        .map_err(|failure| failure.about(id))?;
    check_again(app, visitor, id).await?;
    let number = record.number.to_string();
    Ok(see_other(
        &Link::to(back).with("changed", &number).into_string(),
    ))
}

/// Has the rows checked, and waits a little for the end of it.
pub(super) async fn check_again(app: &App, visitor: &Visitor, id: ImportId) -> Result<(), Failure> {
    begin(app, visitor, id).await?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < deadline {
        let ctx = visitor.ctx.clone();
        let import = ask(app, move |imports| imports.find(&ctx, id)).await?;
        if import.state != ImportState::Checking {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn preview(
    app: &App,
    visitor: Visitor,
    id: ImportId,
    edit: Edit,
    back: String,
) -> Result<Response, Failure> {
    let (ctx, asked) = (visitor.ctx.clone(), edit.clone());
    let (import, catalogue, preview) = engine(app, move |imports| {
        let import = imports.find(&ctx, id)?;
        let catalogue = imports.catalogue(&ctx)?;
        let preview = imports.preview_edit(&ctx, id, &asked);
        Ok::<_, Refusal>((import, catalogue, preview))
    })
    .await??;
    let shell = app.shell(&visitor, Section::Imports).await?;
    let (preview, error) = match preview {
        _ if is_of_nothing(&edit.rows) => (EditPreview::default(), Some(NO_SELECTION.to_owned())),
        Ok(preview) => (preview, None),
        Err(Refusal::File { message, .. }) => (EditPreview::default(), Some(message)),
        Err(refusal) => return Err(Failure::from(refusal).about(id)),
    };
    let is_refused = error.is_some();
    let page = page_of(shell, &import, &catalogue, &edit, &preview, back, error);
    Ok(if is_refused {
        with_status(StatusCode::UNPROCESSABLE_ENTITY, &page).into_response()
    } else {
        Page(page).into_response()
    })
}

fn page_of(
    shell: Shell,
    import: &Import,
    catalogue: &Catalogue,
    edit: &Edit,
    preview: &EditPreview,
    back: String,
    error: Option<String>,
) -> EditPage {
    let is_possible = preview.cells > 0;
    let heading = if is_possible || error.is_some() {
        "Look before you change"
    } else {
        "Nothing would change"
    };
    EditPage {
        shell,
        frame: Frame::of(import, Place::Review, heading).with_error(error),
        sentence: described(import, catalogue, edit),
        rows: counted(preview.rows, "row", "rows"),
        untouched: match preview.rows - preview.changed {
            0 => String::new(),
            rows => counted(rows, "row stays as it is", "rows stay as they are"),
        },
        verdict: verdict(&edit.fix, preview),
        more: preview.cells - preview.examples.len() as i64,
        examples: preview
            .examples
            .iter()
            .map(|cell| Example {
                row: cell.row,
                column: column_name(import, cell.column),
                before: words_of(cell.column, &cell.before),
                after: words_of(cell.column, &cell.after),
            })
            .collect(),
        button: is_possible.then(|| button(&edit.fix, preview)),
        json: serde_json::to_string(edit).unwrap_or_default(),
        back,
    }
}

fn verdict(fix: &Fix, preview: &EditPreview) -> String {
    let is_about_values = !matches!(
        fix,
        Fix::Skip | Fix::Take | Fix::Card { .. } | Fix::Duplicates { .. }
    );
    if preview.tried == 0 || !is_about_values {
        return String::new();
    }
    let (good, tried) = (count(preview.good), count(preview.tried));
    if preview.tried < preview.changed {
        format!("Of the first {tried} changed rows, the values of {good} could then be imported.")
    } else {
        format!("Of {tried} changed rows, the values of {good} could then be imported.")
    }
}

fn button(fix: &Fix, preview: &EditPreview) -> String {
    let rows = counted(preview.changed, "row", "rows");
    match fix {
        Fix::Skip | Fix::Duplicates { .. } => format!("Leave out or change {rows}"),
        Fix::Take => format!("Take {rows} back in"),
        Fix::Accept => format!("Take {rows} as they are"),
        Fix::Card { held } => match held {
            CardHeld::Refuse => format!("Do not import {rows} like this"),
            CardHeld::Leave => format!("Leave the cards of {rows}"),
            CardHeld::Move => format!("Move the cards of {rows}"),
        },
        _ => format!("Change {}", counted(preview.cells, "value", "values")),
    }
}

/// The action that the fields of a form ask for.
fn edit_of(fields: &Fields) -> Option<Edit> {
    let fix = match one(fields, "fix") {
        "suggest" => Fix::Suggest,
        "set" => Fix::Set {
            value: one(fields, "to").to_owned(),
        },
        "clear" => Fix::Set {
            value: String::new(),
        },
        "values" => Fix::Values {
            pairs: pairs(fields),
        },
        "replace" => Fix::Replace(Pattern {
            find: one(fields, "find").to_owned(),
            how: How::parse(one(fields, "how")).unwrap_or(How::Contains),
            match_case: one(fields, "match_case") == "on",
            with: one(fields, "with").to_owned(),
        }),
        "skip" => Fix::Skip,
        "take" => Fix::Take,
        "accept" => Fix::Accept,
        "card_leave" => Fix::Card {
            held: CardHeld::Leave,
        },
        "card_move" => Fix::Card {
            held: CardHeld::Move,
        },
        other => Fix::Duplicates {
            keep: Keep::parse(other.strip_prefix("keep_")?)?,
        },
    };
    let is_about_columns = matches!(fix, Fix::Set { .. } | Fix::Replace(_) | Fix::Values { .. });
    let columns = fields
        .iter()
        .filter(|(name, _)| is_about_columns && name == "in")
        .filter_map(|(_, column)| column.parse().ok())
        .collect();
    Some(Edit {
        fix,
        rows: rows_of(fields),
        columns,
    })
}

fn is_of_nothing(rows: &Rows) -> bool {
    matches!(rows, Rows::Numbers { rows } if rows.is_empty())
}

/// Old and new values of those that were changed.
fn pairs(fields: &Fields) -> Vec<(String, String)> {
    let all = |wanted: &str| {
        fields
            .iter()
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
            .collect::<Vec<_>>()
    };
    all("old")
        .into_iter()
        .zip(all("new"))
        .filter(|(old, new)| !new.trim().is_empty() && old != new)
        .collect()
}

/// The rows that the fields of a form mean: all, selected ones, or those that are shown.
pub(super) fn rows_of(fields: &Fields) -> Rows {
    let ticked = || {
        fields
            .iter()
            .filter(|(name, _)| name == "only")
            .filter_map(|(_, row)| row.parse().ok())
            .collect::<Vec<u64>>()
    };
    match one(fields, "scope") {
        "all" => Rows::All,
        "selection" if one(fields, "of") == "filter" => rows_shown(fields),
        "selection" => Rows::Numbers { rows: ticked() },
        "shown" => rows_shown(fields),
        _ => match ticked() {
            rows if rows.is_empty() => rows_shown(fields),
            rows => Rows::Numbers { rows },
        },
    }
}

/// The rows of the problem or of the filter.
fn rows_shown(fields: &Fields) -> Rows {
    if !one(fields, "code").is_empty() {
        return Rows::Problem {
            code: one(fields, "code").to_owned(),
            field: one(fields, "field").to_owned(),
            value: fields
                .iter()
                .find(|(name, _)| name == "value")
                .map(|(_, value)| value.clone()),
        };
    }
    let outcome = Outcome::parse(one(fields, "outcome")).map(|outcome| outcome.as_str().to_owned());
    let cell = cell_filter(
        one(fields, "column"),
        one(fields, "match"),
        one(fields, "text"),
    );
    if outcome.is_none() && cell.is_none() {
        return Rows::All;
    }
    Rows::Filter { outcome, cell }
}

/// The filter by a cell's text, if one is asked for.
pub(super) fn cell_filter(column: &str, how: &str, text: &str) -> Option<CellFilter> {
    let how = How::parse(how).unwrap_or(How::Contains);
    (how == How::Blank || !text.is_empty()).then(|| CellFilter {
        column: column.parse().ok(),
        how,
        text: text.to_owned(),
    })
}

pub(super) fn one<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields
        .iter()
        .find(|field| field.0 == name)
        .map_or("", |field| field.1.as_str())
}

/// Where the visitor came from, if it is a page of this import.
pub(super) fn back_to(fields: &Fields, id: ImportId) -> String {
    let review = Place::Review.link(id);
    let own = format!("/imports/{id}/");
    crate::link::local_path(Some(one(fields, "back")))
        .filter(|path| path.starts_with(&own))
        .map_or(review, str::to_owned)
}

/// An action in words.
pub(super) fn described(import: &Import, catalogue: &Catalogue, edit: &Edit) -> String {
    let of = rows_in_words(import, catalogue, &edit.rows);
    let columns: Vec<String> = edit
        .columns
        .iter()
        .map(|column| column_name(import, *column as i64))
        .collect();
    let within = if columns.is_empty() {
        String::new()
    } else {
        format!(" in {}", columns.join(", "))
    };
    match &edit.fix {
        Fix::Suggest => format!("Put in what is suggested{within}, {of}"),
        Fix::Set { value } if value.is_empty() => format!("Clear the values{within}, {of}"),
        Fix::Set { value } => format!("Set the values{within} to “{value}”, {of}"),
        Fix::Values { pairs } => format!(
            "Replace {}{within}, {of}",
            counted(pairs.len() as i64, "distinct value", "distinct values")
        ),
        Fix::Replace(pattern) => match pattern.how {
            How::Blank => format!("Fill blank cells{within} with “{}”, {of}", pattern.with),
            How::Regex => format!(
                "Replace what matches “{}” by “{}”{within}, {of}",
                pattern.find, pattern.with
            ),
            How::Exact | How::Contains => format!(
                "Replace “{}” by “{}”{within}, {of}",
                pattern.find, pattern.with
            ),
        },
        Fix::Cells { .. } => format!("Correct {of}"),
        Fix::Skip => format!("Leave out {of}"),
        Fix::Take => format!("Take back in {of}"),
        Fix::Accept => format!("Take broken lines as they are, {of}"),
        Fix::Card { held } => match held {
            CardHeld::Refuse => format!("Do not import while somebody else has the card, {of}"),
            CardHeld::Leave => format!("Leave cards with their holders, {of}"),
            CardHeld::Move => format!("Move cards from their holders, {of}"),
        },
        Fix::Duplicates { keep } => match keep {
            Keep::First => format!("Keep the first of each, {of}"),
            Keep::Last => format!("Keep the last of each, {of}"),
            Keep::Merged => format!("Fill the first of each from the others, {of}"),
        },
        Fix::Corrected { file } => format!("Corrected rows from {file}"),
    }
}

/// The rows of an action in words.
pub(super) fn rows_in_words(import: &Import, catalogue: &Catalogue, rows: &Rows) -> String {
    match rows {
        Rows::All => "all rows".to_owned(),
        Rows::Numbers { rows } => match rows.as_slice() {
            [row] => format!("row {row}"),
            many => counted(many.len() as i64, "selected row", "selected rows"),
        },
        Rows::Problem { code, field, value } => {
            let title = rows::title(code);
            let value = value
                .as_ref()
                .map(|value| format!(", value “{value}”"))
                .unwrap_or_default();
            if field.is_empty() {
                format!("rows with “{title}”{value}")
            } else {
                format!(
                    "rows with “{}: {title}”{value}",
                    rows::label(catalogue, field)
                )
            }
        }
        Rows::Filter { outcome, cell } => {
            let outcome =
                outcome
                    .as_deref()
                    .and_then(Outcome::parse)
                    .map_or("rows".to_owned(), |outcome| {
                        format!(
                            "rows that are “{}”",
                            crate::badge::Badge::from(outcome).text
                        )
                    });
            match cell {
                Some(cell) => format!("{outcome} {}", cell_in_words(import, cell)),
                None => outcome,
            }
        }
    }
}

/// A filter by a cell's text in words.
pub(super) fn cell_in_words(import: &Import, cell: &CellFilter) -> String {
    let place = cell.column.map_or("any column".to_owned(), |column| {
        column_name(import, column as i64)
    });
    match cell.how {
        How::Blank => format!("where {place} is blank"),
        How::Exact => format!("where {place} is “{}”", cell.text),
        How::Contains => format!("where {place} contains “{}”", cell.text),
        How::Regex => format!("where {place} matches “{}”", cell.text),
    }
}

/// What people call a column of the file.
pub(super) fn column_name(import: &Import, column: i64) -> String {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .find(|mapped| mapped.column as i64 == column)
        .map_or_else(
            || if column == -2 { "the card" } else { "the row" }.to_owned(),
            rows::header,
        )
}

/// What is said of a row as a whole is not a cell's text.
fn words_of(column: i64, value: &str) -> String {
    match (column, value) {
        (-1, "skip") => "left out".to_owned(),
        (-1, "take" | "") => "wanted".to_owned(),
        (-1, "accept") => "taken as it is".to_owned(),
        (-2, "") => "as the import says".to_owned(),
        (-2, "leave") => "stays with its holder".to_owned(),
        (-2, "move") => "is moved".to_owned(),
        (-2, "refuse") => "is not given".to_owned(),
        _ => value.to_owned(),
    }
}
