//! Issuing to many: what it would come to, how far it got, and what became of everybody.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{
    accounts,
    cards::{self, CardRefusal, CardSettings, Issuing, Outcome, Preview, RunState, Selection},
};
use kernel::{CardRunId, ImportId, UserId};
use serde::Deserialize;

use super::{end_typed, refused, run_badge, typed_validity};
use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    imports::{CSV, attachment, streamed},
    page::{Page, Section, Shell, see_other},
};

const ISSUE: &str = "/cards/issue";

/// What the page is to begin with, and the form it sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    import: String,
    starts: String,
    /// Not given at all: the account's usual validity.
    ends: Option<String>,
}

#[derive(Template)]
#[template(path = "cards/issue.html")]
pub(crate) struct IssuePage {
    shell: Shell,
    whom: &'static str,
    import: String,
    starts: String,
    ends: String,
    zone: String,
    figures: Vec<Figure>,
    issued: i64,
    issued_shown: String,
}

struct Figure {
    count: String,
    text: &'static str,
    help: &'static str,
}

fn selection(import: &str) -> Selection {
    import
        .parse::<ImportId>()
        .map_or(Selection::Reserved, Selection::Import)
}

/// `GET /cards/issue`
pub(crate) async fn show_issue(
    State(app): State<App>,
    visitor: Visitor,
    Params(fields): Params<Fields>,
) -> Result<Page<IssuePage>, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            let zone = accounts::get(tx, account)?.time_zone;
            let usual = CardSettings::load(tx, account)?.validity(visitor.ctx.now());
            let ends = fields.ends.unwrap_or_else(|| end_typed(usual, &zone));
            let no = |error| refused(error, ISSUE);
            let issuing = Issuing {
                selection: selection(&fields.import),
                validity: typed_validity(&fields.starts, &ends, &zone).map_err(no)?,
            };
            let preview = cards::preview(tx, &visitor.ctx, &issuing).map_err(no)?;
            Ok(Page(IssuePage {
                shell: Shell::load(tx, &visitor, Section::Cards)?,
                whom: match issuing.selection {
                    Selection::Import(_) => "The people of the import",
                    Selection::Reserved | Selection::People(_) => {
                        "Everybody for whom a card is reserved"
                    }
                },
                import: fields.import,
                starts: fields.starts,
                ends,
                zone,
                figures: figures(&preview),
                issued: preview.issued,
                issued_shown: count(preview.issued),
            }))
        })
        .await
}

fn figures(preview: &Preview) -> Vec<Figure> {
    Outcome::ALL
        .into_iter()
        .filter(|outcome| preview.of(*outcome) > 0)
        .map(|outcome| {
            let (text, help) = match outcome {
                Outcome::Issued => (
                    "are issued their card",
                    "RF and QR cards work at once; a card in a phone once its holder activates it",
                ),
                Outcome::Holding => ("have a card already", "They are left alone"),
                Outcome::NoNumber => (
                    "have no card number",
                    "Add their cards one at a time, from their page",
                ),
                Outcome::NotActive => ("are deactivated", "They are left alone"),
                Outcome::Over => (
                    "have dates that are over",
                    "The dates of the card itself win over those given here",
                ),
            };
            Figure {
                count: count(preview.of(outcome)),
                text,
                help,
            }
        })
        .collect()
}

/// `POST /cards/issue`: to everybody of the selection, or to the people of ticked cards.
pub(crate) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let id = app
        .db
        .write(move |tx| {
            let value = |name: &str| {
                let found = fields.iter().find(|(key, _)| key == name);
                found.map(|(_, value)| value.as_str())
            };
            let account = visitor.ctx.account;
            let zone = accounts::get(tx, account)?.time_zone;
            let usual = CardSettings::load(tx, account)?.validity(visitor.ctx.now());
            let people: Vec<UserId> = fields
                .iter()
                .filter(|(name, _)| name == "user")
                .filter_map(|(_, id)| id.parse().ok())
                .collect();
            let no = |error: CardRefusal| refused(error, ISSUE);
            let issuing = Issuing {
                selection: if people.is_empty() {
                    selection(value("import").unwrap_or_default())
                } else {
                    Selection::People(people)
                },
                validity: match value("ends") {
                    None => usual,
                    Some(ends) => typed_validity(value("starts").unwrap_or_default(), ends, &zone)
                        .map_err(no)?,
                },
            };
            cards::begin(tx, &visitor.ctx, &issuing).map_err(no)
        })
        .await?;
    app.wake.wake();
    Ok(see_other(&format!("/cards/runs/{id}")))
}

#[derive(Template)]
#[template(path = "cards/run.html")]
pub(crate) struct RunPage {
    shell: Shell,
    id: CardRunId,
    state: RunState,
    badge: Badge,
    figures: Vec<Figure>,
    by: String,
    at: Moment,
    import: Option<String>,
}

/// `GET /cards/runs/{id}`
pub(crate) async fn show_run(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardRunId>,
) -> Result<Page<RunPage>, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            let run = cards::find_run(tx, account, id)?.ok_or(Failure::NotFound)?;
            let zone = zone(&accounts::get(tx, account)?.time_zone);
            let mut shell = Shell::load(tx, &visitor, Section::Cards)?;
            shell.refresh_seconds = (run.state == RunState::Running).then_some(3);
            Ok(Page(RunPage {
                shell,
                id,
                state: run.state,
                badge: run_badge(run.state),
                figures: figures(&run.counts),
                by: run.begun_by,
                at: moment(run.created_at, &zone),
                import: run.import.map(|import| format!("/imports/{import}")),
            }))
        })
        .await
}

/// `GET /cards/runs/{id}/results.csv`
pub(crate) async fn results(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<CardRunId>,
) -> Result<Response, Failure> {
    let (db, data) = (app.db.clone(), app.settings.data.clone());
    let written = tokio::task::spawn_blocking(move || {
        // Written to a file without a name first: a failure halfway is then still an error page.
        let mut spool = tempfile::tempfile_in(data)?;
        cards::report(&db, &visitor.ctx, id, &mut spool)?;
        std::io::Seek::rewind(&mut spool)?;
        Ok::<_, CardRefusal>(spool)
    })
    .await
    .map_err(|error| Failure::internal(&error))?
    .map_err(|error| refused(error, ISSUE))?;
    Ok(attachment("cards.csv", CSV, streamed(written)))
}
