//! Looking at what would become of every row, and deciding about the bad ones.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{Action, allows};
use import::{
    CellFilter, EditRecord, How, Import, Outcome, ProblemGroup, ResultRow, RowFilter,
    State as ImportState, fields::Catalogue, mapping::Mapping,
};
use kernel::{ImportId, Severity};
use serde::Deserialize;

use super::{
    choices,
    edit::{cell_filter, described},
    equation::Equation,
    fix_panel::{FixPanel, VALUES_SHOWN, fix_panel},
    frame::{Frame, Place},
    replace::ways,
    rows::{self, RowTable},
    run::progress_page,
    toolbar::{Toolbar, toolbar},
    values,
    work::ask,
};
use crate::{
    app::App,
    choice::Choice,
    extract::{Id, Params},
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
    column: String,
    #[serde(rename = "match")]
    how: String,
    text: String,
    after: u64,
    /// The first row wanted, which is one more than `after`.
    from: Option<u64>,
    /// `shown` when the boxes of these rows are ticked.
    ticked: String,
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
    toolbar: Toolbar,
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
    let here = query.link(&base, query.after);
    let mut table = rows::table(&import, &catalogue, &rows);
    table.are_selected = query.ticked == "shown";
    let is_whole = query.after == 0 && next.is_none();
    let panel = may_run
        .then(|| fix_panel(&import, &groups, (&query.code, &query.field), values))
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
        table,
        next,
        first: (query.after > 0).then(|| query.link(&base, 0)),
        policies: choices::bad_rows(Some(import.settings.bad_rows)),
        may_run,
        all_recognised: import.mapping.as_ref().is_some_and(Mapping::certain),
        toolbar: toolbar(
            &import,
            &groups,
            &query.filter(),
            is_whole.then_some(rows.len()),
            &here,
        ),
        fix: panel,
        changed: edits
            .iter()
            .find(|record| record.number == query.changed && !record.is_undone)
            .map(|record| query.told(described(&import, &catalogue, &record.edit), record)),
        changes: edits.iter().filter(|record| !record.is_undone).count(),
        columns: columns(&import, &query),
        ways: ways(How::parse(&query.how).unwrap_or(How::Contains)),
        here,
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
