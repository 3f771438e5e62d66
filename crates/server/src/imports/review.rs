//! Looking at what would become of every row, and deciding about the bad ones.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{Action, allows};
use import::{
    BadRows, CellFilter, EditRecord, How, Import, Outcome, Picks, ProblemGroup, ProblemValue,
    ResultRow, RowFilter, State as ImportState,
    fields::{Catalogue, Field},
    mapping::Mapping,
};
use kernel::{ImportId, Severity};
use serde::Deserialize;

use super::{
    choices,
    edit::{cell_filter, check_again, described},
    equation::Equation,
    frame::{Frame, Place},
    replace::ways,
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
/// Distinct faulty values listed.
const VALUES_SHOWN: i64 = 20;
/// More kinds of problems than this are not listed one by one.
const GROUPS_SHOWN: usize = 200;

/// Which rows the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    outcome: String,
    code: String,
    field: String,
    column: String,
    #[serde(rename = "match")]
    how: String,
    text: String,
    after: u64,
    /// The first row wanted, which is one more than `after`.
    from: Option<u64>,
    /// The change that was just made.
    changed: i64,
    /// What a corrected file brought.
    found: Option<i64>,
    unknown: i64,
    repeated: i64,
    columns: i64,
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
    fix: Option<FixPanel>,
    changed: Option<Changed>,
    /// Changes that count.
    changes: usize,
    columns: Vec<Choice>,
    ways: Vec<Choice>,
    query: Query,
    /// This page with its rows.
    here: String,
    searched_to: Option<String>,
}

/// What can be done to the rows with the problem shown.
struct FixPanel {
    title: String,
    values: Vec<ValueLine>,
    has_more: bool,
    /// The problem is in a value.
    has_values: bool,
    /// The problem is in the line.
    is_broken: bool,
    duplicates: Option<String>,
    /// Whether such values can be fixed for the visitor again, or left as they are written.
    standard_form: Option<bool>,
}

struct ValueLine {
    value: String,
    shown: String,
    suggestion: String,
    rows: String,
}

impl FixPanel {
    /// Rows with fixed values are counted, but not all of them listed.
    fn can_skip(&self) -> bool {
        self.standard_form != Some(false)
    }

    fn has_suggestions(&self) -> bool {
        self.values.iter().any(|value| !value.suggestion.is_empty())
    }
}

/// The change that was just made.
struct Changed {
    number: i64,
    sentence: String,
    extent: String,
    notes: Vec<String>,
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
    page(&app, visitor, import, query.settled())
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
    let (groups, catalogue, page, chosen, same, edits, values) = ask(app, move |imports| {
        let same = imports.same_content(&ctx, &subject)?;
        let groups = imports.problem_groups(&ctx, id)?;
        let chosen = asked.or_first_problem(&groups);
        let page = imports.row_page(&ctx, id, &chosen.filter())?;
        let edits = imports.edits(&ctx, id)?;
        let field = Some(chosen.field.as_str()).filter(|field| !field.is_empty());
        let values = if chosen.code.is_empty() {
            Vec::new()
        } else {
            imports.problem_values(&ctx, id, &chosen.code, field, VALUES_SHOWN + 1)?
        };
        let catalogue = imports.catalogue(&ctx)?;
        Ok((groups, catalogue, page, chosen, same, edits, values))
    })
    .await?;
    query = chosen;
    let rows = page.rows;
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
    let next = next.or_else(|| page.searched_to.map(|row| query.link(&base, row)));
    let panel = may_run
        .then(|| fix_panel(&import, &groups, &query, values))
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
        fix: panel,
        changed: edits
            .iter()
            .find(|record| record.number == query.changed && !record.is_undone)
            .map(|record| query.told(described(&import, &catalogue, &record.edit), record)),
        changes: edits.iter().filter(|record| !record.is_undone).count(),
        columns: columns(&import, &query),
        ways: ways(How::parse(&query.how).unwrap_or(How::Contains)),
        here: query.link(&base, query.after),
        searched_to: page.searched_to.map(|row| count(row as i64)),
        query,
    }))
}

impl Query {
    /// The same with the first row as the one after another.
    fn settled(mut self) -> Self {
        if let Some(from) = self.from.take() {
            self.after = from.saturating_sub(1);
        }
        self
    }

    /// Without a choice, the page opens on what needs a person most.
    fn or_first_problem(mut self, groups: &[ProblemGroup]) -> Self {
        if self.outcome.is_empty() && self.code.is_empty() && self.cell().is_none() {
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
            cell: self.cell(),
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
            .with("column", &self.column)
            .with("match", &self.how)
            .with("text", &self.text)
            .with("after", &after)
            .into_string()
    }

    /// The text that is looked for; a problem's rows are not searched.
    fn cell(&self) -> Option<CellFilter> {
        if self.code.is_empty() {
            cell_filter(&self.column, &self.how, &self.text)
        } else {
            None
        }
    }

    /// What was just done, in words.
    fn told(&self, sentence: String, record: &EditRecord) -> Changed {
        let mut notes = Vec::new();
        if let Some(found) = self.found {
            notes.push(format!(
                "{} of the file belong to this import.",
                counted(found, "row", "rows")
            ));
        }
        let mut note = |number: i64, one: &str, many: &str| {
            if number > 0 {
                notes.push(format!("{}.", counted(number, one, many)));
            }
        };
        note(
            self.unknown,
            "row without a key of this import was left alone",
            "rows without a key of this import were left alone",
        );
        note(
            self.repeated,
            "row was in the file before and was left alone",
            "rows were in the file before and were left alone",
        );
        note(
            self.columns,
            "column is not of this import and was left alone",
            "columns are not of this import and were left alone",
        );
        Changed {
            number: record.number,
            sentence,
            extent: format!(
                "{} in {}",
                counted(record.cells, "change", "changes"),
                counted(record.rows, "row", "rows")
            ),
            notes,
        }
    }

    fn sentence(&self, catalogue: &Catalogue, rows: &[ResultRow]) -> String {
        let what = if self.cell().is_some() {
            "Rows found".to_owned()
        } else if self.code.is_empty() {
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

/// What can be done to the rows of the problem shown.
fn fix_panel(
    import: &Import,
    groups: &[ProblemGroup],
    query: &Query,
    mut values: Vec<ProblemValue>,
) -> Option<FixPanel> {
    let group = groups
        .iter()
        .find(|group| group.code == query.code && group.field == query.field)?;
    let is_fixed = group.severity == Severity::Fixed.as_str();
    let field = Field::from_key(&group.field);
    let has_column = field.is_some_and(|field| {
        import
            .mapping
            .as_ref()
            .is_some_and(|mapping| mapping.has(&field))
    });
    let has_more = values.len() as i64 > VALUES_SHOWN;
    values.truncate(VALUES_SHOWN as usize);
    values.retain(|value| !value.value.is_empty());
    let is_duplicate = matches!(
        group.code.as_str(),
        "email_duplicate_in_file"
            | "phone_duplicate_in_file"
            | "card_id_duplicate"
            | "user_id_duplicate"
            | "row_duplicate_in_file"
    );
    Some(FixPanel {
        title: match group.rows {
            _ if is_fixed => "Fixed for you".to_owned(),
            1 => "Fix this row".to_owned(),
            rows => format!("Fix these {} rows", count(rows)),
        },
        values: values
            .into_iter()
            .map(|value| ValueLine {
                shown: rows::shortened(&value.value),
                suggestion: value.suggestion.unwrap_or_default(),
                rows: count(value.rows),
                value: value.value,
            })
            .collect(),
        has_more,
        has_values: has_column && !is_duplicate && !is_fixed,
        standard_form: match group.code.as_str() {
            "not_standard" => Some(true),
            _ => is_fixed.then_some(false),
        },
        is_broken: matches!(
            group.code.as_str(),
            "too_few_columns" | "too_many_columns" | "broken_line" | "unclosed_quote" | "bad_bytes"
        ),
        duplicates: is_duplicate.then(|| {
            Link::to(format!("/imports/{}/duplicates", import.id))
                .with("code", &group.code)
                .with("field", &group.field)
                .into_string()
        }),
    })
}

/// The columns of the file, to look in.
fn columns(import: &Import, query: &Query) -> Vec<Choice> {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| {
            let value = column.column.to_string();
            let chosen = value == query.column;
            Choice::new(value, rows::header(column), chosen)
        })
        .collect()
}

/// Whether values of a field are brought into their standard form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StandardForm {
    rev: i64,
    code: String,
    field: String,
    wanted: bool,
}

/// `POST /imports/{id}/standard-form`
pub(crate) async fn set_standard_form(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(form): Form<StandardForm>,
) -> Result<Response, Failure> {
    let code = form.code.parse().ok().filter(|_| !form.wanted);
    if code.is_none() && !form.wanted {
        return Err(Failure::BadRequest);
    }
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| {
        imports.set_standard_form(&ctx, id, Some(form.rev), (code, &form.field), form.wanted)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, id).await?;
    Ok(see_other(&Place::Review.link(id)))
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
        check_again(&app, &visitor, id).await?;
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
    check_again(&app, &visitor, id).await?;
    Ok(see_other(&Place::Review.link(id)))
}

fn numbers<'a>(fields: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = i64> + 'a {
    fields
        .iter()
        .filter(move |field| field.0 == name)
        .filter_map(|field| field.1.parse().ok())
}
