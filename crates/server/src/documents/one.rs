//! One document: what it is, every version of its file, and what happened to it.

use askama::Template;
use axum::extract::State;
use directory::{
    accounts,
    documents::{self, Act, DocumentError},
};
use jiff::tz::TimeZone;
use kernel::DocumentId;

use super::{refused, status::Line};
use crate::{
    app::App,
    extract::Id,
    failure::Failure,
    format::{Moment, bytes, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "documents/one.html")]
pub(crate) struct OnePage {
    shell: Shell,
    line: Line,
    note: String,
    uploaded: Moment,
    files: Vec<FileRow>,
    history: Vec<HistoryRow>,
}

/// A version of a file.
pub(crate) struct FileRow {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) by: String,
    pub(crate) at: Moment,
}

/// Something that happened.
pub(crate) struct HistoryRow {
    pub(crate) what: String,
    pub(crate) note: String,
    pub(crate) at: Moment,
}

/// The versions of a file, for a page.
pub(crate) fn file_rows(files: Vec<documents::FileLine>, zone: &TimeZone) -> Vec<FileRow> {
    let row = |file: documents::FileLine| FileRow {
        number: file.number,
        size: bytes(file.size_bytes.unsigned_abs()),
        at: moment(file.at, zone),
        name: file.name,
        by: file.by,
    };
    files.into_iter().map(row).collect()
}

/// What happened, for a page.
pub(crate) fn history_rows(
    history: Vec<documents::HistoryLine>,
    zone: &TimeZone,
) -> Vec<HistoryRow> {
    let row = |line: documents::HistoryLine| HistoryRow {
        what: format!("{} by {}", verb(&line.act), line.by),
        at: moment(line.at, zone),
        note: line.note,
    };
    history.into_iter().map(row).collect()
}

fn verb(act: &str) -> &str {
    match Act::parse(act) {
        None if act == "upload" => "Uploaded",
        None => act,
        Some(Act::Start) => "Started",
        Some(Act::Edit) => "Edited",
        Some(Act::Submit) => "Submitted",
        Some(Act::Review) => "Reviewed",
        Some(Act::Approve) => "Approved",
        Some(Act::Return) => "Returned",
        Some(Act::Reassign) => "Reassigned",
    }
}

/// `GET /documents/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<DocumentId>,
) -> Result<Page<OnePage>, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let account = visitor.session.account;
            let zone = zone(&accounts::get(tx, account)?.time_zone);
            let document = documents::see(tx, &visitor.ctx, id)?.ok_or(DocumentError::NotFound)?;
            Ok::<_, DocumentError>(OnePage {
                shell: Shell::load(tx, &visitor, Section::Documents)?,
                note: document.note.clone().unwrap_or_default(),
                uploaded: moment(document.created_at, &zone),
                line: Line::of(document, &zone),
                files: file_rows(documents::files(tx, account, id)?, &zone),
                history: history_rows(documents::history(tx, account, id)?, &zone),
            })
        })
        .await;
    page.map(Page).map_err(|error| refused(error, "/documents"))
}
