//! The plan: exactly what will happen, before it does.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Action, accounts};
use import::{
    BadRows, Departures, Guard, Import, MovedCard, Plan, Refusal, SeatUse, fields::Catalogue,
};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    equation::Equation,
    frame::{Frame, Place},
    rows,
    work::{ask, engine},
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{Moment, count, counted, moment, sentence, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

/// Rows that are written before the run halts to be looked at.
const LOOK_AT: i64 = 100;
/// Files with more rows than this are looked at unless somebody says otherwise.
const MANY_ROWS: i64 = 10_000;

#[derive(Template)]
#[template(path = "imports/plan.html")]
struct PlanPage {
    shell: Shell,
    frame: Frame,
    equation: Equation,
    fields: Vec<FieldLine>,
    effects: Vec<String>,
    /// Fields that people keep although the file has another value.
    kept: Vec<(String, String)>,
    departures: Option<DeparturesCard>,
    held: Option<Held>,
    new_groups: Vec<String>,
    more_new_groups: i64,
    /// Cards that are taken from their holders.
    moved: Vec<MovedCard>,
    moved_summary: String,
    more_moved: i64,
    roles: Vec<(String, String)>,
    more_roles: i64,
    seats: Vec<SeatUse>,
    guard: Option<Guard>,
    compared_at: Option<Moment>,
    /// Rows after which the run can halt to be looked at, and whether it does unless told otherwise.
    look: Option<(i64, bool)>,
    /// How many deleted people the file names who can be taken back; nothing if there are none.
    deleted: Option<String>,
    /// Why the rows have to be checked again first.
    out_of_date: Option<String>,
    /// Why the import cannot be started.
    blocked: Option<String>,
    start: String,
    may_run: bool,
    left: i64,
}

/// Why a series left its import to a person.
struct Held {
    series: String,
    link: String,
    reasons: Vec<String>,
}

/// Who is deactivated because the file does not have them.
struct DeparturesCard {
    summary: String,
    examples: Vec<(String, String)>,
    more: i64,
    immune: Option<String>,
}

struct FieldLine {
    label: String,
    people: String,
    examples: Vec<(String, String)>,
}

/// `GET /imports/{id}/plan`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    match import.plan.clone() {
        Some(plan) if import.state == import::State::Planned => {
            Ok(Page(page(&app, visitor, &import, plan, None).await?).into_response())
        }
        _ => Ok(see_other(&format!("/imports/{id}"))),
    }
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    rev: i64,
    #[serde(default)]
    confirmed: String,
    /// Rows after which the run halts to be looked at.
    look: Option<i64>,
}

/// `POST /imports/{id}/start`
pub(crate) async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let digits: String = fields
        .confirmed
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let (ctx, confirmed) = (visitor.ctx.clone(), digits.parse().ok());
    let outcome = engine(&app, move |imports| {
        let draft = imports.pause_after(&ctx, id, Some(fields.rev), fields.look)?;
        imports.start(&ctx, id, Some(draft.rev), confirmed)
    })
    .await?;
    match outcome {
        Ok(_) => {
            app.wake.wake();
            Ok(see_other(&Place::Run.link(id)))
        }
        Err(Refusal::File { message, .. }) => {
            let ctx = visitor.ctx.clone();
            let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
            let plan = import.plan.clone().ok_or(Failure::NotFound)?;
            let page = page(&app, visitor, &import, plan, Some(message)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        // A second press, or a second browser, finds the run that the first one started.
        Err(Refusal::Stale | Refusal::WrongState(_)) => {
            let ctx = visitor.ctx.clone();
            let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
            if import.state.is_draft() {
                return Err(Failure::from(Refusal::Stale).about(id));
            }
            Ok(see_other(&format!("/imports/{id}")))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: &Import,
    plan: Plan,
    error: Option<String>,
) -> Result<PlanPage, Failure> {
    let (ctx, of) = (visitor.ctx.clone(), import.clone());
    let (catalogue, deleted, out_of_date, made_by) = ask(app, move |imports| {
        Ok((
            imports.catalogue(&ctx)?,
            imports.deleted_people(&ctx, of.id)?.len() as i64,
            imports.out_of_date(&ctx, &of)?,
            imports.series_of(&ctx, of.id)?,
        ))
    })
    .await?;
    let held = made_by
        .filter(|(_, run)| run.outcome == import::RunOutcome::Held)
        .map(|(series, run)| Held {
            link: format!("/imports/series/{}", series.id),
            series: series.name,
            reasons: run.reasons,
        });
    let may_delete = visitor.ctx.may(Action::DeleteUsers);
    let may_run = visitor.ctx.may(Action::RunImports);
    let (shell, zone) = app
        .db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, zone))
        })
        .await?;
    let (id, counts) = (import.id, plan.counts);
    let look = look(import, &plan);
    Ok(PlanPage {
        shell,
        frame: Frame::of(import, Place::Plan, "What will happen").with_error(error),
        equation: Equation::of(&counts, None, |outcome| {
            Some(
                Link::to(Place::Review.link(id))
                    .with("outcome", outcome)
                    .into_string(),
            )
        }),
        fields: field_lines(&plan, &catalogue),
        kept: plan
            .kept
            .iter()
            .map(|(field, people)| {
                let people = counted(*people, "person keeps theirs", "people keep theirs");
                (rows::label(&catalogue, field), people)
            })
            .collect(),
        effects: effects(&plan),
        deleted: (deleted > 0 && may_run && may_delete)
            .then(|| counted(deleted, "person of the file was", "people of the file were")),
        blocked: blocked(import, plan.people()),
        start: start_words(&plan),
        held,
        departures: plan.departures.as_ref().map(departures_card),
        more_new_groups: plan.new_group_count - plan.new_groups.len() as i64,
        new_groups: plan.new_groups,
        moved_summary: counted(
            plan.cards_moved,
            "card is taken from its holder",
            "cards are taken from their holders",
        ),
        more_moved: plan.cards_moved - plan.moved.len() as i64,
        moved: plan.moved,
        more_roles: plan.role_count - plan.roles.len() as i64,
        roles: plan.roles,
        seats: plan
            .seats
            .into_iter()
            .filter(|seat| seat.needed + seat.freed > 0)
            .collect(),
        guard: plan.guard,
        compared_at: plan.compared_at.map(|at| moment(at, &zone)),
        look,
        out_of_date: out_of_date.as_deref().map(sentence),
        may_run,
        left: counts.skipped + counts.failed,
    })
}

/// What is offered for a first look: nothing when all rows are written at once, or hardly more.
///
/// Whoever deactivates people is to have a look at the rows before them.
fn look(import: &Import, plan: &Plan) -> Option<(i64, bool)> {
    let chosen = import.settings.pause_after;
    let rows = chosen.unwrap_or(LOOK_AT);
    let counts = plan.counts;
    let writes = counts.created + counts.updated;
    let deactivates = plan.people() > writes && writes > 0;
    let is_offered = import.settings.bad_rows == BadRows::Skip && (writes > rows || deactivates);
    is_offered.then_some((
        rows,
        chosen.is_some() || counts.rows > MANY_ROWS || deactivates,
    ))
}

fn start_words(plan: &Plan) -> String {
    let counts = plan.counts;
    let people = counted(counts.created + counts.updated, "person", "people");
    match plan.people() - counts.created - counts.updated {
        0 => format!("Start import of {people}"),
        gone => format!("Start import of {people}, deactivate {}", count(gone)),
    }
}

fn departures_card(departures: &Departures) -> DeparturesCard {
    DeparturesCard {
        summary: format!(
            "{} of {} {} would be deactivated.",
            count(departures.people),
            count(departures.in_scope),
            departures.scope
        ),
        examples: departures.examples.clone(),
        more: departures.people - departures.examples.len() as i64,
        immune: (departures.immune > 0).then(|| {
            let who = counted(departures.immune, "person", "people");
            format!("{who} who administer the account are missing from the file and stay.")
        }),
    }
}

fn blocked(import: &Import, people: i64) -> Option<String> {
    if import.settings.bad_rows == BadRows::Stop && import.counts.failed > 0 {
        let rows = counted(import.counts.failed, "row", "rows");
        return Some(format!(
            "{rows} cannot be imported, and this import takes nothing until all rows are good. \
             Correct the file, or choose under Review to leave them out."
        ));
    }
    (people == 0).then(|| {
        if import.counts.failed == 0 {
            "Everything in the file is already in the directory. There is nothing to do.".to_owned()
        } else {
            "No row can be imported as it is.".to_owned()
        }
    })
}

fn field_lines(plan: &Plan, catalogue: &Catalogue) -> Vec<FieldLine> {
    let mut fields: Vec<_> = plan.fields.iter().collect();
    fields.sort_by_key(|field| (-field.people, &field.field));
    fields
        .into_iter()
        .map(|field| FieldLine {
            label: rows::label(catalogue, &field.field),
            people: count(field.people),
            examples: field.examples.clone(),
        })
        .collect()
}

/// Everything the plan does beside people's own fields, as sentences.
fn effects(plan: &Plan) -> Vec<String> {
    let lines = [
        (
            plan.memberships_added,
            "place in a group or team given",
            "places in groups and teams given",
        ),
        (
            plan.memberships_removed,
            "place in a group or team taken",
            "places in groups and teams taken",
        ),
        (
            plan.workflows_added,
            "person put into a workflow",
            "people put into workflows",
        ),
        (
            plan.workflows_removed,
            "person taken out of a workflow",
            "people taken out of workflows",
        ),
        (
            plan.reactivated,
            "deactivated person comes back",
            "deactivated people come back",
        ),
        (
            plan.grants,
            "access to a device given",
            "accesses to devices given",
        ),
        (
            plan.grants_removed,
            "access to a device taken away",
            "accesses to devices taken away",
        ),
        (plan.cards_added, "card reserved", "cards reserved"),
        (
            plan.cards_left,
            "card stays with somebody else, and its row is imported without it",
            "cards stay with others, and their rows are imported without them",
        ),
        (
            plan.cards_changed,
            "card changed or replaced",
            "cards changed or replaced",
        ),
    ];
    lines
        .into_iter()
        .filter(|line| line.0 > 0)
        .map(|(number, one, many)| counted(number, one, many))
        .collect()
}
