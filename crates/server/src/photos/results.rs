//! What became of each file of an upload of photos, and taking it back.

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use directory::photos::{
    PhotoRefusal,
    batch::{self, Batch, FileResult, Outcome, PAGE},
    undo,
};
use kernel::{PhotoBatchId, UserId};
use serde::Deserialize;
use tabular::{CsvFormat, CsvWriter};

use super::many::{failure, state};
use crate::{
    app::App,
    badge::Badge,
    extract::{Id, Params},
    failure::Failure,
    format::{count, sentence},
    guard::Visitor,
    icon::Icon,
    imports::attachment,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "photos/show.html")]
struct ShowPage {
    shell: Shell,
    id: PhotoBatchId,
    name: String,
    badge: Badge,
    is_running: bool,
    error: Option<String>,
    has_photos: bool,
    done: i64,
    files: i64,
    progress: String,
    /// Files = stored + replaced + kept + refused.
    sums: [(&'static str, String); 5],
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
    can_undo: bool,
    undone: Option<Undone>,
}

/// What taking back did.
struct Undone {
    goes_on: bool,
    restored: String,
    removed: String,
    kept: String,
}

struct Tab {
    link: String,
    text: &'static str,
    count: String,
    is_current: bool,
}

struct Line {
    name: String,
    badge: Badge,
    reason: String,
    user: Option<UserId>,
}

const fn badge(outcome: Outcome) -> Badge {
    let (tone, icon, text) = match outcome {
        Outcome::Stored => ("good", Icon::Done, "Stored"),
        Outcome::Replaced => ("good", Icon::Done, "Replaced"),
        Outcome::Kept => ("still", Icon::Off, "Kept the present one"),
        Outcome::Nobody => ("bad", Icon::Problem, "No such person"),
        Outcome::Several => ("bad", Icon::Problem, "Two people"),
        Outcome::Repeated => ("bad", Icon::Problem, "Second for one person"),
        Outcome::NotAPicture => ("bad", Icon::Problem, "Not a picture"),
        Outcome::TooLarge => ("bad", Icon::Problem, "Too large"),
    };
    Badge { tone, icon, text }
}

/// Which results.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    outcome: String,
    after: String,
}

/// `GET /photos/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<PhotoBatchId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let wanted = Outcome::parse(&query.outcome);
    let after = query.after.parse().unwrap_or(-1);
    let now = visitor.ctx.now();
    let (mut shell, batch, counts, results, undone) = app
        .db
        .read(move |tx| {
            let batch = batch::find(tx, account, id)?.ok_or(Failure::NotFound)?;
            Ok::<_, Failure>((
                Shell::load(tx, &visitor, Section::Users)?,
                batch,
                batch::counts(tx, account, id)?,
                batch::results(tx, account, id, wanted, after)?,
                undo::counts(tx, account, id)?,
            ))
        })
        .await?;
    let at = |outcome: &str| Link::to(format!("/photos/{id}")).with("outcome", outcome);
    let is_full = results.len() as i64 >= PAGE;
    let next = results.last().filter(|_| is_full).map(|last| {
        let link = at(wanted.map_or("", Outcome::as_str));
        link.with("after", &last.position.to_string()).into_string()
    });
    let all = Tab {
        link: at("").into_string(),
        text: "All",
        count: count(batch.files_done),
        is_current: wanted.is_none(),
    };
    let tabs = counts.into_iter().map(|(outcome, number)| Tab {
        link: at(outcome.as_str()).into_string(),
        text: badge(outcome).text,
        count: count(number),
        is_current: wanted == Some(outcome),
    });
    // Without scripts the page loads itself again while the job runs.
    shell.refresh_seconds = (batch.is_running() || batch.is_undoing()).then_some(3);
    let page = ShowPage {
        shell,
        id,
        badge: state(&batch),
        is_running: batch.is_running(),
        error: batch.error.as_deref().map(sentence),
        has_photos: batch.stored + batch.replaced > 0,
        done: batch.files_done,
        files: batch.files.max(1),
        progress: progress(&batch),
        sums: [
            ("Files", count(batch.files_done)),
            ("Stored", count(batch.stored)),
            ("Replaced", count(batch.replaced)),
            ("Kept", count(batch.kept)),
            ("Refused", count(batch.refused)),
        ],
        tabs: [all].into_iter().chain(tabs).collect(),
        lines: results.into_iter().filter_map(line).collect(),
        next,
        can_undo: batch.can_undo(now),
        undone: (batch.is_undoing() || batch.is_undone()).then(|| Undone {
            goes_on: batch.is_undoing(),
            restored: count(undone.restored),
            removed: count(undone.removed),
            kept: count(undone.kept),
        }),
        name: batch.source_name,
    };
    Ok(Page(page).into_response())
}

/// `POST /photos/{id}/undo`
pub(crate) async fn undo(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<PhotoBatchId>,
) -> Result<Response, Failure> {
    let page = format!("/photos/{id}");
    let begun = app
        .db
        .write(move |tx| undo::begin(tx, &visitor.ctx, id))
        .await;
    match begun {
        Ok(_) => {
            app.wake.wake();
            Ok(see_other(&page))
        }
        Err(refusal @ PhotoRefusal::TooLate) => Err(Failure::Conflict {
            title: "Nothing was taken back".to_owned(),
            message: sentence(&refusal.to_string()),
            link: page,
        }),
        Err(PhotoRefusal::NotFound) => Err(Failure::NotFound),
        Err(refusal) => Err(failure(refusal)),
    }
}

fn progress(batch: &Batch) -> String {
    if batch.files == 0 {
        "Reading the files".to_owned()
    } else {
        format!(
            "{} of {} files",
            count(batch.files_done),
            count(batch.files)
        )
    }
}

fn line(result: FileResult) -> Option<Line> {
    let outcome = Outcome::parse(&result.outcome)?;
    Some(Line {
        name: result.name,
        badge: badge(outcome),
        reason: if result.reason.is_empty() {
            String::new()
        } else {
            sentence(&result.reason)
        },
        user: result.user,
    })
}

/// `GET /photos/{id}/{file}`: `results.csv`
pub(crate) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id: PhotoBatchId = id.parse().map_err(|_| Failure::NotFound)?;
    if file != "results.csv" {
        return Err(Failure::NotFound);
    }
    let account = visitor.session.account;
    let written = app
        .db
        .read(move |tx| {
            batch::find(tx, account, id)?.ok_or(Failure::NotFound)?;
            // At most as many lines as an upload has files.
            let mut table = CsvWriter::new(Vec::new(), CsvFormat::default());
            let broken = |error: std::io::Error| Failure::internal(&error);
            table
                .write_row(["file", "outcome", "reason", "user_id"])
                .map_err(broken)?;
            batch::for_each_result::<Failure>(tx, account, id, &mut |result| {
                let user = result
                    .user
                    .map_or_else(String::new, |user| user.to_string());
                let cells = [&result.name, &result.outcome, &result.reason, &user];
                table.write_row(cells.map(String::as_str)).map_err(broken)
            })?;
            table.finish().map_err(broken)
        })
        .await?;
    let content_type = "text/csv; charset=utf-8";
    Ok(attachment("photos.csv", content_type, Body::from(written)))
}
