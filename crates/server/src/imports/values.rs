//! What the values of list columns mean: one page for each field, a hundred values at a time.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Action, Ctx};
use import::{
    Import, Imports, ProblemGroup, Refusal,
    fields::{Catalogue, Field},
    values::{FieldValue, FieldValues, Meaning, ValueAction, takes_rules},
};
use kernel::{Code, ImportId};
use serde::Deserialize;

use super::{
    frame::{Frame, Place},
    work::{ask, engine, queued},
};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{count, counted},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

/// Values on one page.
const SHOWN: usize = 100;
/// Names that fit into one select; more are typed, with suggestions.
const IN_A_SELECT: usize = 20;
/// Names that are suggested while typing.
const SUGGESTED: usize = 500;

/// Which field and which of its values.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    field: String,
    after: usize,
}

#[derive(Template)]
#[template(path = "imports/values.html")]
struct ValuesPage {
    shell: Shell,
    frame: Frame,
    fields: Vec<FieldLine>,
    shown: Option<Shown>,
}

/// One field in the list of fields.
struct FieldLine {
    name: String,
    columns: String,
    state: String,
    link: String,
    needs_a_look: bool,
    is_current: bool,
}

/// The field whose values are shown.
struct Shown {
    key: String,
    name: String,
    after: usize,
    lines: Vec<ValueLine>,
    /// Suggestions while typing; blank when every name is in the select.
    suggested: Vec<String>,
    is_typed: bool,
    looks_like_text: bool,
    others: bool,
    first: Option<String>,
    next: Option<String>,
}

struct ValueLine {
    value: String,
    rows: String,
    badge: Badge,
    now: String,
    likely: Option<String>,
    choices: Vec<Choice>,
    typed: String,
}

type Fields = HashMap<String, String>;

/// The address of a field's values.
pub(super) fn link(id: ImportId, field: &str, after: usize) -> String {
    let after = if after == 0 {
        String::new()
    } else {
        after.to_string()
    };
    Link::to(format!("/imports/{id}/values"))
        .with("field", field)
        .with("after", &after)
        .into_string()
}

/// Whether any column of an import has values to be mapped.
pub(super) fn offered(import: &Import, catalogue: &Catalogue) -> bool {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .filter_map(|column| column.field.as_ref())
        .any(|field| takes_rules(field, catalogue))
}

/// Where to go when rows have values that mean nothing.
pub(super) fn link_of_unknown(id: ImportId, groups: &[ProblemGroup]) -> Option<String> {
    const UNKNOWN: [Code; 10] = [
        Code::GroupUnknown,
        Code::TeamUnknown,
        Code::WorkflowUnknown,
        Code::DeviceUnknown,
        Code::RoleUnknown,
        Code::PersonKindUnknown,
        Code::AccessTypeUnknown,
        Code::CardTypeUnknown,
        Code::LanguageUnknown,
        Code::ChoiceUnknown,
    ];
    groups
        .iter()
        .find(|group| UNKNOWN.iter().any(|code| code.as_str() == group.code))
        .map(|group| link(id, &group.field, 0))
}

/// `GET /imports/{id}/values`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.is_draft() || import.mapping.is_none() {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    Ok(Page(page(&app, visitor, import, query, None).await?).into_response())
}

/// `POST /imports/{id}/values`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let fields: Fields = fields.into_iter().collect();
    let query = Query {
        field: fields.get("field").cloned().unwrap_or_default(),
        after: fields
            .get("after")
            .and_then(|after| after.parse().ok())
            .unwrap_or_default(),
    };
    let (ctx, form) = (visitor.ctx.clone(), fields.clone());
    match engine(&app, move |imports| save(imports, &ctx, id, &form)).await? {
        Ok(()) if fields.get("then").is_some_and(|then| then == "check") => {
            let ctx = visitor.ctx.clone();
            queued(&app, move |imports| imports.queue_check(&ctx, id, None)).await?;
            Ok(see_other(&Place::Review.link(id)))
        }
        Ok(()) => Ok(see_other(&link(id, &query.field, query.after))),
        Err(Refusal::File { message, .. }) => {
            let ctx = visitor.ctx.clone();
            let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
            let page = page(&app, visitor, import, query, Some((message, fields))).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(Failure::from(refusal).about(id)),
    }
}

fn save(imports: &Imports, ctx: &Ctx, id: ImportId, fields: &Fields) -> Result<(), Refusal> {
    let rev = fields.get("rev").and_then(|rev| rev.parse().ok());
    let catalogue = imports.catalogue(ctx)?;
    let key = fields.get("field").map_or("", String::as_str);
    let field = catalogue
        .find(key)
        .ok_or_else(|| Refusal::new(Code::FieldUnknown, format!("{key:?}")))?;
    let changes: Vec<(String, Option<ValueAction>)> = (0..SHOWN)
        .map_while(|n| Some((fields.get(&format!("v{n}"))?.clone(), action(fields, n))))
        .collect();
    imports.set_values(ctx, id, rev.or(Some(-1)), &field, &changes)?;
    Ok(())
}

/// What was chosen on a line; a name that was typed counts before the select.
fn action(fields: &Fields, line: usize) -> Option<ValueAction> {
    let get = |name: &str| {
        fields
            .get(&format!("{name}{line}"))
            .map_or("", |text| text.trim())
    };
    if !get("u").is_empty() {
        return Some(ValueAction::Use(get("u").to_owned()));
    }
    match get("a") {
        "create" => Some(ValueAction::Create),
        "ignore" => Some(ValueAction::Ignore),
        "skip" => Some(ValueAction::SkipRows),
        other => other
            .strip_prefix("use:")
            .map(|name| ValueAction::Use(name.to_owned())),
    }
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: Import,
    query: Query,
    sent: Option<(String, Fields)>,
) -> Result<ValuesPage, Failure> {
    visitor.ctx.require(Action::ViewImports)?;
    let (ctx, id) = (visitor.ctx.clone(), import.id);
    let (mut all, catalogue) = ask(app, move |imports| {
        Ok((imports.values(&ctx, id)?, imports.catalogue(&ctx)?))
    })
    .await?;
    // What needs a person comes first.
    all.sort_by_key(|values| (values.unknown() == 0, values.to_create() == 0));
    let shell = app.shell(&visitor, Section::Imports).await?;
    let current = all
        .iter()
        .find(|values| values.field.key() == query.field)
        .or_else(|| all.first());
    let (error, sent) = sent.unzip();
    Ok(ValuesPage {
        shell,
        frame: Frame::of(&import, Place::Map, "What do the values mean?").with_error(error),
        fields: all
            .iter()
            .map(|values| field_line(values, &catalogue, id, current))
            .collect(),
        shown: current.map(|values| {
            Shown::of(
                values,
                &catalogue,
                id,
                query.after,
                &sent.unwrap_or_default(),
            )
        }),
    })
}

fn field_line(
    values: &FieldValues,
    catalogue: &Catalogue,
    id: ImportId,
    current: Option<&FieldValues>,
) -> FieldLine {
    let (unknown, to_create) = (values.unknown(), values.to_create());
    FieldLine {
        name: catalogue.label(&values.field).into_owned(),
        columns: values.columns.join(", "),
        state: match (unknown, to_create) {
            (0, 0) => counted(values.values.len() as i64, "value", "values"),
            (0, new) => format!("{} to create", count(new as i64)),
            (unknown, _) => format!("{} unknown", count(unknown as i64)),
        },
        link: link(id, &values.field.key(), 0),
        needs_a_look: unknown > 0,
        is_current: current.is_some_and(|current| current.field == values.field),
    }
}

impl Shown {
    fn of(
        values: &FieldValues,
        catalogue: &Catalogue,
        id: ImportId,
        after: usize,
        sent: &Fields,
    ) -> Self {
        let key = values.field.key().into_owned();
        let is_typed = values.known.len() > IN_A_SELECT || values.known.is_empty();
        let page = |after| link(id, &key, after);
        Self {
            lines: values
                .values
                .iter()
                .skip(after)
                .take(SHOWN)
                .enumerate()
                .map(|(place, value)| {
                    let chosen = if sent.contains_key(&format!("v{place}")) {
                        action(sent, place)
                    } else {
                        value.rule.clone()
                    };
                    line(values, value, chosen, is_typed)
                })
                .collect(),
            suggested: if is_typed {
                values.known.iter().take(SUGGESTED).cloned().collect()
            } else {
                Vec::new()
            },
            is_typed,
            name: catalogue.label(&values.field).into_owned(),
            after,
            looks_like_text: values.looks_like_text,
            others: values.others > 0,
            first: (after > 0).then(|| page(0)),
            next: (after + SHOWN < values.values.len()).then(|| page(after + SHOWN)),
            key,
        }
    }
}

fn line(
    values: &FieldValues,
    value: &FieldValue,
    chosen: Option<ValueAction>,
    is_typed: bool,
) -> ValueLine {
    let likely = values
        .proposal(value)
        .filter(|_| chosen.is_none())
        .map(str::to_owned);
    // A proposal is filled in, and said to be one.
    let chosen = chosen.or_else(|| likely.clone().map(ValueAction::Use));
    let (badge, now) = match &value.meaning {
        Meaning::Known(name) => (
            Badge {
                tone: "good",
                icon: Icon::Check,
                text: "Known",
            },
            if kernel::fold(name) == kernel::fold(&value.value) {
                String::new()
            } else {
                format!("as {name}")
            },
        ),
        Meaning::New => (
            Badge {
                tone: "info",
                icon: Icon::Plus,
                text: "New",
            },
            "will be created".to_owned(),
        ),
        Meaning::Unknown => (
            Badge {
                tone: "warn",
                icon: Icon::Warning,
                text: "Unknown",
            },
            "its rows cannot be imported".to_owned(),
        ),
    };
    let typed = match &chosen {
        Some(ValueAction::Use(name)) if is_typed => name.clone(),
        _ => String::new(),
    };
    ValueLine {
        value: value.value.clone(),
        rows: counted(value.rows as i64, "row", "rows"),
        badge,
        now,
        likely,
        choices: choices(values, value, chosen.as_ref(), is_typed),
        typed,
    }
}

fn choices(
    values: &FieldValues,
    value: &FieldValue,
    chosen: Option<&ValueAction>,
    is_typed: bool,
) -> Vec<Choice> {
    let is = |action: &ValueAction| chosen == Some(action);
    let mut choices = vec![Choice::new("", "Leave as it is", chosen.is_none())];
    if !is_typed {
        let mut names: Vec<&String> = values.known.iter().collect();
        // A group that only the file names can be chosen too.
        if let Some(ValueAction::Use(name)) = chosen
            && !names.contains(&name)
        {
            names.push(name);
        }
        choices.extend(names.into_iter().map(|name| {
            let is_chosen = is(&ValueAction::Use(name.clone()));
            Choice::new(format!("use:{name}"), format!("Use “{name}”"), is_chosen)
        }));
    }
    let can_create = values.field == Field::Groups && value.meaning == Meaning::Unknown;
    if can_create || is(&ValueAction::Create) {
        choices.push(Choice::new("create", "Create it", is(&ValueAction::Create)));
    }
    choices.push(Choice::new(
        "ignore",
        "Ignore this value",
        is(&ValueAction::Ignore),
    ));
    choices.push(Choice::new(
        "skip",
        "Skip rows with it",
        is(&ValueAction::SkipRows),
    ));
    choices
}
