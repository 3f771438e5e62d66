//! Looking at what would become of every row, and deciding about the bad ones.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{Action, Ctx};
use import::{
    EditRecord, How, Import, Imports, ProblemGroup, ProblemValue, Refusal, ResultRow, RowFilter,
    RowPage, State as ImportState, fields::Catalogue, mapping::Mapping,
};
use kernel::{ImportId, Severity};

use super::{
    choices,
    columns_shown::{self, ColumnPicker, sorted_by},
    equation::Equation,
    fix_panel::{FixPanel, VALUES_SHOWN, fix_panel},
    frame::{Frame, Place},
    pager::Pager,
    replace::ways,
    review_query::Query,
    rows::{self, RowTable},
    run::progress_page,
    told::{Told, Turnable, only_row},
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

/// How long a page waits for its rows to be sorted before it shows them as they are in the file.
const PATIENCE: Duration = Duration::from_millis(900);
/// After how many seconds it is looked whether they are sorted.
const SORTING_SECONDS: u32 = 2;
/// More kinds of problems than this are not listed one by one.
const GROUPS_SHOWN: usize = 200;

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
    picker: ColumnPicker,
    pager: Pager,
    /// The rows are being sorted, and are shown as they are in the file until then.
    is_sorting: bool,
    policies: Vec<Choice>,
    may_run: bool,
    toolbar: Toolbar,
    all_recognised: bool,
    unknown_values: Option<String>,
    fix: Option<FixPanel>,
    changed: Option<Told>,
    undo: Option<Turnable>,
    redo: Option<Turnable>,
    /// Changes that count.
    changes: usize,
    columns: Vec<Choice>,
    ways: Vec<Choice>,
    query: Query,
    /// This page with its rows.
    here: String,
    searched_to: Option<String>,
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
    Params(fields): Params<Vec<(String, String)>>,
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
    page(&app, visitor, import, query.settled(&fields))
        .await
        .map(IntoResponse::into_response)
}

/// What the page is made of.
struct Found {
    catalogue: Catalogue,
    page: RowPage,
    same: Option<Import>,
    edits: Vec<EditRecord>,
    values: Vec<ProblemValue>,
    /// The nearest rows before and after those of the page that must be fixed.
    problems: (Option<u64>, Option<u64>),
    /// The one row that was just changed.
    changed: Option<ResultRow>,
}

fn find(
    imports: &Imports,
    ctx: &Ctx,
    import: &Import,
    query: &Query,
    filter: &RowFilter,
) -> Result<Found, Refusal> {
    let id = import.id;
    let page = imports.row_page(ctx, id, filter)?;
    let edits = imports.edits(ctx, id)?;
    let values = match &filter.code {
        Some(code) => {
            let field = filter.field.as_deref();
            imports.problem_values(ctx, id, code, field, VALUES_SHOWN + 1)?
        }
        None => Vec::new(),
    };
    let mut problems = (None, None);
    if let (true, Some(first), Some(last)) = (
        query.is_of_everything(),
        page.rows.first(),
        page.rows.last(),
    ) {
        problems = (
            imports.next_problem(ctx, id, first.row, true)?,
            imports.next_problem(ctx, id, last.row, false)?,
        );
    }
    let changed = match edits
        .iter()
        .find(|record| record.number == query.changed)
        .and_then(only_row)
    {
        Some(row) => imports
            .rows(ctx, id, &RowFilter::of_row(row))?
            .into_iter()
            .find(|found| found.row == row),
        None => None,
    };
    Ok(Found {
        catalogue: imports.catalogue(ctx)?,
        same: imports.same_content(ctx, import)?,
        page,
        edits,
        values,
        problems,
        changed,
    })
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: Import,
    query: Query,
) -> Result<Page<ReviewPage>, Failure> {
    let (ctx, id) = (visitor.ctx.clone(), import.id);
    let groups = ask(app, move |imports| imports.problem_groups(&ctx, id)).await?;
    let mut query = query.or_first_problem(&groups);
    let mut filter = query.filter(&import);
    let is_sorting = !sorted_in_time(app, &visitor, id, &filter).await?;
    if is_sorting {
        (filter.sort, filter.after, filter.before) = (None, 0, None);
    }
    let (ctx, subject) = (visitor.ctx.clone(), import.clone());
    let (asked, wanted) = (query.clone(), filter.clone());
    let found = ask(app, move |imports| {
        find(imports, &ctx, &subject, &asked, &wanted)
    })
    .await?;
    query.after = found.page.after;
    let may_run = visitor.ctx.may(Action::RunImports);
    let mut shell = app.shell(&visitor, Section::Imports).await?;
    shell.refresh_seconds = is_sorting.then_some(SORTING_SECONDS);
    Ok(Page(page_of(
        shell,
        (&import, &groups),
        query,
        (&filter, is_sorting),
        found,
        may_run,
    )))
}

fn page_of(
    shell: Shell,
    (import, groups): (&Import, &[ProblemGroup]),
    query: Query,
    (filter, is_sorting): (&RowFilter, bool),
    found: Found,
    may_run: bool,
) -> ReviewPage {
    let catalogue = &found.catalogue;
    let (page, edits) = (&found.page, &found.edits);
    let base = Place::Review.link(import.id);
    let here = query.link(&base, query.after);
    let columns = columns_shown::wanted(import, groups, &query.shown);
    let mut table = rows::table_of(import, catalogue, &page.rows, columns.as_deref());
    table.are_selected = query.ticked == "shown";
    if let Some(total) = page.total {
        table.place(page.after, total);
    }
    columns_shown::make_sortable(&mut table, &query, filter.sort, &base);
    let pager = Pager::of(&query, &base, page, filter.sort, found.problems);
    let is_whole = query.after == 0 && pager.next.is_none();
    let counted = page.total.or(is_whole.then_some(page.rows.len() as u64));
    let order = filter.sort.map(|order| sorted_by(import, order));
    let turnable = |record: &EditRecord| Turnable::of(import, catalogue, record);
    let current = query.code.is_empty().then_some(query.outcome.as_str());
    ReviewPage {
        shell,
        frame: Frame::of(import, Place::Review, &heading(import.counts.failed)).same_as(found.same),
        equation: Equation::of(&import.counts, current, |outcome| {
            let link = Link::to(&base).with("outcome", outcome);
            Some(link.with("show", &query.shown.name()).into_string())
        }),
        groups: group_lines(groups, catalogue, &query, &base),
        unknown_values: values::link_of_unknown(import.id, groups),
        must_fix: import.counts.failed,
        shown: query.sentence(catalogue, &page.rows, order.as_deref()),
        picker: columns_shown::picker(import, groups, &query, &table, &base),
        table,
        pager,
        is_sorting,
        policies: choices::bad_rows(Some(import.settings.bad_rows)),
        may_run,
        all_recognised: import.mapping.as_ref().is_some_and(Mapping::certain),
        toolbar: toolbar(import, groups, filter, counted, &here),
        fix: may_run
            .then(|| fix_panel(import, groups, (&query.code, &query.field), found.values))
            .flatten(),
        undo: EditRecord::last_done(edits).map(turnable),
        redo: EditRecord::last_undone(edits).map(turnable),
        changed: edits
            .iter()
            .find(|record| record.number == query.changed)
            .map(|record| query.told((import, catalogue), record, groups, found.changed.as_ref())),
        changes: edits.iter().filter(|record| !record.is_undone).count(),
        columns: self::columns(import, &query),
        ways: ways(How::parse(&query.how).unwrap_or(How::Contains)),
        here,
        searched_to: page.searched_to.map(|row| count(row as i64)),
        query,
    }
}

/// Whether the rows are sorted, or are within a moment; sorting goes on after it.
async fn sorted_in_time(
    app: &App,
    visitor: &Visitor,
    id: ImportId,
    filter: &RowFilter,
) -> Result<bool, Failure> {
    let (ctx, wanted) = (visitor.ctx.clone(), filter.clone());
    if ask(app, move |imports| imports.is_sorted(&ctx, id, &wanted)).await? {
        return Ok(true);
    }
    let (ctx, wanted, imports) = (visitor.ctx.clone(), filter.clone(), app.imports.clone());
    let sorting = tokio::task::spawn_blocking(move || imports.sort_rows(&ctx, id, &wanted));
    match tokio::time::timeout(PATIENCE, sorting).await {
        Err(_) => Ok(false),
        Ok(Ok(sorted)) => Ok(sorted?),
        Ok(Err(error)) => Err(Failure::internal(&error)),
    }
}

fn heading(must_fix: i64) -> String {
    match must_fix {
        0 => "Every row can be imported".to_owned(),
        rows => format!("{} cannot be imported", counted(rows, "row", "rows")),
    }
}

pub(super) fn is_must_fix(group: &ProblemGroup) -> bool {
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
                    .with("show", &query.shown.name())
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
