//! The form to make a series, and to change one.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Action, Ctx};
use import::{
    Brakes, CardHeld, Former, Imports, Mode, NewSeries, Preset, Refusal, Schedule, Series, Settings,
};
use kernel::SeriesId;

use super::failure;
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    imports::{
        choices,
        scope::{self, Scopes},
        work::{ask, engine},
    },
    page::{Page, Section, Shell, see_other, with_status},
};

type Fields = HashMap<String, String>;

#[derive(Template)]
#[template(path = "imports/series_form.html")]
struct FormPage {
    shell: Shell,
    error: Option<String>,
    /// The series that is changed, with its revision.
    changed: Option<(SeriesId, i64)>,
    fields: Shown,
    presets: Vec<Choice>,
    modes: Vec<Choice>,
    scopes: Scopes,
    former: Vec<Choice>,
    card_held: Vec<Choice>,
    schedules: Vec<Choice>,
    watches_folders: bool,
}

/// What stands in the fields that are typed into.
struct Shown {
    name: String,
    like: String,
    folder: String,
    pattern: String,
    minutes: String,
    time: String,
    brakes: Brakes,
}

/// `GET /imports/series/new`
pub(crate) async fn show_new(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let page = page(&app, visitor, None, Fields::new(), None).await?;
    Ok(Page(page).into_response())
}

/// `POST /imports/series/new`
pub(crate) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    submit(app, visitor, None, joined(fields)).await
}

/// `GET /imports/series/{id}/edit`
pub(crate) async fn show_change(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SeriesId>,
) -> Result<Response, Failure> {
    let series = find(&app, &visitor, id).await?;
    let page = page(&app, visitor, Some(series), Fields::new(), None).await?;
    Ok(Page(page).into_response())
}

/// `POST /imports/series/{id}/edit`
pub(crate) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SeriesId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let series = find(&app, &visitor, id).await?;
    submit(app, visitor, Some(series), joined(fields)).await
}

async fn submit(
    app: App,
    visitor: Visitor,
    series: Option<Series>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (ctx, known, form) = (visitor.ctx.clone(), series.clone(), fields.clone());
    let outcome = engine(&app, move |imports| {
        save(imports, &ctx, known.as_ref(), &form)
    })
    .await?;
    match outcome {
        Ok(series) => Ok(see_other(&format!("/imports/series/{}", series.id))),
        Err(Refusal::File { message, .. }) => {
            let page = page(&app, visitor, series, fields, Some(message)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(failure(refusal)),
    }
}

async fn find(app: &App, visitor: &Visitor, id: SeriesId) -> Result<Series, Failure> {
    let ctx = visitor.ctx.clone();
    let found = engine(app, move |imports| imports.series(&ctx, id)).await?;
    found.map_err(failure)
}

fn joined(form: Vec<(String, String)>) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in form {
        scope::add_field(&mut fields, name, value);
    }
    fields
}

fn save(
    imports: &Imports,
    ctx: &Ctx,
    known: Option<&Series>,
    fields: &Fields,
) -> Result<Series, Refusal> {
    let get = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let some = |name: &str| Some(get(name).to_owned()).filter(|text| !text.is_empty());
    let number = |name: &str| get(name).parse().unwrap_or(-1);
    let settings = match some("like") {
        Some(like) => {
            let number = like.trim_start_matches('#').parse().unwrap_or(-1);
            let import = imports
                .find_number(ctx, number)
                .map_err(|refusal| match refusal {
                    Refusal::NotFound => wrong(format!("There is no import number {like}.")),
                    other => other,
                })?;
            imports.settings_like(ctx, &import)?
        }
        None => known.map_or_else(|| usual(fields), |series| series.settings.clone()),
    };
    let new = NewSeries {
        name: get("name").to_owned(),
        folder: some("folder"),
        pattern: get("pattern").to_owned(),
        schedule: schedule(fields)
            .ok_or_else(|| wrong("Say every how many minutes, or at which time.".to_owned()))?,
        settings: with_choices(settings, fields),
        brakes: Brakes {
            removed_percent: number("removed_percent"),
            removed_people: number("removed_people"),
            changed_percent: number("changed_percent"),
            failed_percent: number("failed_percent"),
        },
    };
    match known {
        None => imports.add_series(ctx, new),
        Some(series) => {
            let rev = get("rev").parse().ok().or(Some(-1));
            imports.change_series(ctx, series.id, rev, new)
        }
    }
}

fn wrong(message: String) -> Refusal {
    Refusal::File {
        code: "form".to_owned(),
        message,
    }
}

fn usual(fields: &Fields) -> Settings {
    let preset = fields.get("preset").and_then(|name| Preset::parse(name));
    Settings::of(preset.unwrap_or(Preset::General))
}

/// Settings with what the form says of them.
fn with_choices(mut settings: Settings, fields: &Fields) -> Settings {
    let get = |name: &str| fields.get(name).map_or("", |text| text.trim());
    if let Some(mode) = Mode::parse(get("mode")) {
        settings.mode = mode;
        settings.scope = scope::scope(get("scope"));
    }
    if let Some(former) = Former::parse(get("former")) {
        settings.former = former;
    }
    if let Some(card_held) = CardHeld::parse(get("card_held")) {
        settings.card_held = card_held;
    }
    settings
}

fn schedule(fields: &Fields) -> Option<Schedule> {
    let get = |name: &str| fields.get(name).map_or("", |text| text.trim());
    match get("when") {
        "every" => Schedule::parse(&format!("every:{}", get("minutes"))),
        "daily" => Schedule::parse(&format!("daily:{}", get("time"))),
        other => Schedule::parse(other),
    }
}

async fn page(
    app: &App,
    visitor: Visitor,
    series: Option<Series>,
    sent: Fields,
    error: Option<String>,
) -> Result<FormPage, Failure> {
    let may_import_roles = visitor.ctx.may(Action::ImportRoles);
    let may_move_cards = visitor.ctx.may(Action::ManageCards);
    let watches_folders = ask(app, |imports| Ok(imports.watches_folders())).await?;
    let stored = series
        .as_ref()
        .map_or_else(|| usual(&sent), |series| series.settings.clone());
    let settings = if sent.is_empty() {
        stored
    } else {
        with_choices(stored, &sent)
    };
    let wanted = settings.clone();
    let (shell, scopes) = app
        .db
        .read(move |tx| {
            let scopes = Scopes::load(tx, visitor.session.account, &wanted)?;
            let shell = Shell::load(tx, &visitor, Section::Imports)?;
            Ok::<_, db::Error>((shell, scopes.of_series(&wanted)))
        })
        .await?;
    let (fields, when) = shown(series.as_ref(), &sent);
    Ok(FormPage {
        shell,
        error,
        changed: series.map(|series| (series.id, series.rev)),
        fields,
        presets: choices::presets(settings.preset, may_import_roles),
        modes: choices::modes(settings.mode),
        scopes,
        former: choices::former(settings.former),
        card_held: choices::card_held(Some(settings.card_held), may_move_cards),
        schedules: [
            ("push", "When a file is pushed"),
            ("new-file", "As soon as there is a new file"),
            ("every", "Every so many minutes"),
            ("daily", "Daily at a time"),
        ]
        .into_iter()
        .map(|(value, text)| Choice::new(value, text, value == when))
        .collect(),
        watches_folders,
    })
}

/// What was typed, or else what is stored; and the kind of schedule.
fn shown(series: Option<&Series>, sent: &Fields) -> (Shown, String) {
    let typed = |name: &str, stored: String| sent.get(name).cloned().unwrap_or(stored);
    let stored = |of: fn(&Series) -> String| series.map(of).unwrap_or_default();
    let (when, minutes, time) = match series.map(|series| series.schedule) {
        None | Some(Schedule::Pushed) => ("push", String::new(), String::new()),
        Some(Schedule::NewFile) => ("new-file", String::new(), String::new()),
        Some(Schedule::Every(minutes)) => ("every", minutes.to_string(), String::new()),
        Some(Schedule::Daily(hour, minute)) => {
            ("daily", String::new(), format!("{hour:02}:{minute:02}"))
        }
    };
    let limits = series.map_or_else(Brakes::default, |series| series.brakes);
    let limit = |name: &str, stored: i64| {
        let typed = sent.get(name).and_then(|text| text.trim().parse().ok());
        typed.unwrap_or(stored)
    };
    let shown = Shown {
        name: typed("name", stored(|series| series.name.clone())),
        like: typed("like", String::new()),
        folder: typed(
            "folder",
            stored(|series| series.folder.clone().unwrap_or_default()),
        ),
        pattern: typed(
            "pattern",
            series.map_or_else(|| "*".to_owned(), |series| series.pattern.clone()),
        ),
        minutes: typed("minutes", minutes),
        time: typed("time", time),
        brakes: Brakes {
            removed_percent: limit("removed_percent", limits.removed_percent),
            removed_people: limit("removed_people", limits.removed_people),
            changed_percent: limit("changed_percent", limits.changed_percent),
            failed_percent: limit("failed_percent", limits.failed_percent),
        },
    };
    (shown, typed("when", when.to_owned()))
}
