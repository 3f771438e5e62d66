//! Looking at what would become of every row, and deciding about the bad ones.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{Action, allows};
use import::{
    BadRows, Import, Outcome, Picks, ProblemGroup, ResultRow, RowFilter, State as ImportState,
    fields::Catalogue, mapping::Mapping,
};
use kernel::{ImportId, Severity};
use serde::Deserialize;

use super::{
    check::begin,
    choices,
    equation::Equation,
    frame::{Frame, Place},
    rows::{self, RowTable},
    run::progress_page,
    values,
    work::ask,
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{count, counted},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

const ROWS_SHOWN: usize = 50;
/// More kinds of problems than this are not listed one by one.
const GROUPS_SHOWN: usize = 200;

/// Which rows the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    outcome: String,
    code: String,
    field: String,
    after: u64,
}

#[derive(Template)]
#[template(path = "imports/review.html")]
struct ReviewPage {
    shell: Shell,
    frame: Frame,
    equation: Equation,
    groups: Vec<GroupLine>,
    must_fix: i64,
    shown: String,
    table: RowTable,
    next: Option<String>,
    first: Option<String>,
    policies: Vec<Choice>,
    may_run: bool,
    starts_with_all: bool,
    all_recognised: bool,
    unknown_values: Option<String>,
}

struct GroupLine {
    class: &'static str,
    icon: Icon,
    title: String,
    field: String,
    rows: String,
    link: String,
    is_current: bool,
}

/// `GET /imports/{id}/review`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    match import.state {
        ImportState::Checking => {
            return progress_page(&app, visitor, import)
                .await
                .map(IntoResponse::into_response);
        }
        ImportState::Planned | ImportState::Refused if import.plan.is_some() => {}
        state => {
            let place = Place::of(state);
            let place = if place == Place::Review {
                Place::Map
            } else {
                place
            };
            return Ok(see_other(&place.link(id)));
        }
    }
    page(&app, visitor, import, query)
        .await
        .map(IntoResponse::into_response)
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: Import,
    mut query: Query,
) -> Result<Page<ReviewPage>, Failure> {
    let (ctx, id, asked) = (visitor.ctx.clone(), import.id, query.clone());
    let subject = import.clone();
    let (groups, catalogue, rows, chosen, same) = ask(app, move |imports| {
        let same = imports.same_content(&ctx, &subject)?;
        let groups = imports.problem_groups(&ctx, id)?;
        let chosen = asked.or_first_problem(&groups);
        let rows = imports.rows(&ctx, id, &chosen.filter())?;
        Ok((groups, imports.catalogue(&ctx)?, rows, chosen, same))
    })
    .await?;
    query = chosen;
    let may_run = allows(visitor.session.role, Action::RunImports);
    let shell = app
        .db
        .read(move |tx| Shell::load(tx, &visitor, Section::Imports))
        .await?;
    let current = if query.code.is_empty() {
        Some(query.outcome.as_str())
    } else {
        None
    };
    let base = Place::Review.link(id);
    let next = (rows.len() == ROWS_SHOWN)
        .then(|| rows.last().map(|row| query.link(&base, row.row)))
        .flatten();
    Ok(Page(ReviewPage {
        shell,
        frame: Frame::of(&import, Place::Review, &heading(import.counts.failed)).same_as(same),
        equation: Equation::of(&import.counts, current, |outcome| {
            Some(Link::to(&base).with("outcome", outcome).into_string())
        }),
        groups: group_lines(&groups, &catalogue, &query, &base),
        unknown_values: values::link_of_unknown(import.id, &groups),
        must_fix: import.counts.failed,
        shown: query.sentence(&catalogue, &rows),
        table: rows::table(&import, &catalogue, &rows),
        next,
        first: (query.after > 0).then(|| query.link(&base, 0)),
        policies: choices::bad_rows(Some(import.settings.bad_rows)),
        may_run,
        all_recognised: import.mapping.as_ref().is_some_and(Mapping::certain),
        starts_with_all: import.settings.picks == Picks::AllExcept,
    }))
}

impl Query {
    /// Without a choice, the page opens on what needs a person most.
    fn or_first_problem(mut self, groups: &[ProblemGroup]) -> Self {
        if self.outcome.is_empty() && self.code.is_empty() {
            let must_fix = groups.iter().find(|group| is_must_fix(group));
            match must_fix {
                Some(group) => {
                    self.code.clone_from(&group.code);
                    self.field.clone_from(&group.field);
                }
                None => "all".clone_into(&mut self.outcome),
            }
        }
        self
    }

    fn filter(&self) -> RowFilter {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        RowFilter {
            outcome: Outcome::parse(&self.outcome),
            code: some(&self.code),
            field: some(&self.field),
            cell: None,
            after: self.after,
            limit: ROWS_SHOWN,
        }
    }

    fn link(&self, base: &str, after: u64) -> String {
        let after = if after == 0 {
            String::new()
        } else {
            after.to_string()
        };
        Link::to(base)
            .with("outcome", &self.outcome)
            .with("code", &self.code)
            .with("field", &self.field)
            .with("after", &after)
            .into_string()
    }

    fn sentence(&self, catalogue: &Catalogue, rows: &[ResultRow]) -> String {
        let what = if self.code.is_empty() {
            match Outcome::parse(&self.outcome) {
                Some(outcome) => crate::badge::Badge::from(outcome).text.to_owned(),
                None => "All rows".to_owned(),
            }
        } else if self.field.is_empty() {
            rows::title(&self.code)
        } else {
            format!(
                "{}: {}",
                rows::label(catalogue, &self.field),
                rows::title(&self.code)
            )
        };
        match (rows.first(), rows.last()) {
            (Some(first), Some(last)) if first.row == last.row => {
                format!("{what}, row {}", count(first.row as i64))
            }
            (Some(first), Some(last)) => {
                let (first, last) = (count(first.row as i64), count(last.row as i64));
                format!("{what}, rows {first} to {last}")
            }
            _ => what,
        }
    }
}

fn heading(must_fix: i64) -> String {
    match must_fix {
        0 => "Every row can be imported".to_owned(),
        rows => format!("{} cannot be imported", counted(rows, "row", "rows")),
    }
}

fn is_must_fix(group: &ProblemGroup) -> bool {
    group.severity == Severity::MustFix.as_str()
}

fn group_lines(
    groups: &[ProblemGroup],
    catalogue: &Catalogue,
    query: &Query,
    base: &str,
) -> Vec<GroupLine> {
    let rank = |group: &ProblemGroup| group.severity.parse::<Severity>().ok();
    let mut sorted: Vec<&ProblemGroup> = groups.iter().collect();
    sorted.sort_by_key(|group| (rank(group), -group.rows, &group.code, &group.field));
    sorted
        .into_iter()
        .take(GROUPS_SHOWN)
        .map(|group| {
            let (class, icon) = rows::level(&group.severity);
            GroupLine {
                class,
                icon,
                title: rows::title(&group.code),
                field: if group.field.is_empty() {
                    String::new()
                } else {
                    rows::label(catalogue, &group.field)
                },
                rows: counted(group.rows, "row", "rows"),
                link: Link::to(base)
                    .with("code", &group.code)
                    .with("field", &group.field)
                    .into_string(),
                is_current: group.code == query.code && group.field == query.field,
            }
        })
        .collect()
}

/// The policy for bad rows, as chosen on the page.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Policy {
    rev: i64,
    bad_rows: String,
}

/// `POST /imports/{id}/review`: changes the policy and looks at the rows again.
pub(crate) async fn set_policy(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(policy): Form<Policy>,
) -> Result<Response, Failure> {
    let bad_rows = BadRows::parse(&policy.bad_rows).ok_or(Failure::BadRequest)?;
    let ctx = visitor.ctx.clone();
    let changed = ask(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        if import.settings.bad_rows == bad_rows {
            return Ok(false);
        }
        let settings = import::Settings {
            bad_rows,
            ..import.settings
        };
        imports
            .configure(&ctx, id, Some(policy.rev), settings)
            .map(|_| true)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    if changed {
        begin(&app, &visitor, id).await?;
        return Ok(see_other(&Place::Review.link(id)));
    }
    Ok(see_other(&Place::Plan.link(id)))
}

/// `POST /imports/{id}/picks`: which rows of the page shown are wanted.
pub(crate) async fn pick(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let rev = numbers(&fields, "rev").next().ok_or(Failure::BadRequest)?;
    let shown: Vec<i64> = numbers(&fields, "shown").collect();
    let ticked: Vec<i64> = numbers(&fields, "row").collect();
    let picks = match fields
        .iter()
        .find(|field| field.0 == "start")
        .map(|field| field.1.as_str())
    {
        Some("none") => Picks::Only,
        _ => Picks::AllExcept,
    };
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        let (wanted, unwanted): (Vec<i64>, Vec<i64>) =
            shown.iter().partition(|row| ticked.contains(row));
        let (picked, unpicked) = match picks {
            Picks::AllExcept => (unwanted, wanted),
            Picks::Only => (wanted, unwanted),
        };
        // Whoever starts over with all or none means the other rows too, and not these ticks.
        let starts_over = import.settings.picks != picks;
        let picked = if starts_over { Vec::new() } else { picked };
        let import = imports.pick(&ctx, id, Some(rev), picks, &picked, true)?;
        imports.pick(&ctx, id, Some(import.rev), picks, &unpicked, false)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    begin(&app, &visitor, id).await?;
    Ok(see_other(&Place::Review.link(id)))
}

fn numbers<'a>(fields: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = i64> + 'a {
    fields
        .iter()
        .filter(move |field| field.0 == name)
        .filter_map(|field| field.1.parse().ok())
}
