//! The first step: a file or pasted rows, and what is wanted of them.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Action, accounts};
use import::{
    BadRows, CardHeld, Existing, Former, Import, Mode, NewImport, Preset, Refusal, Settings,
    UnknownGroup,
};

use super::{
    check::begin,
    choices,
    scope::{self, Scopes},
    work::{ask, engine},
};
use crate::{
    app::App,
    choice::Choice,
    failure::Failure,
    format,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
    part,
    spool::{Spilled, Spool},
};

/// Pasted rows above this are a file, and better sent as one.
const PASTE_LIMIT_BYTES: usize = 5 * 1024 * 1024;
/// No other field is longer.
const FIELD_LIMIT_BYTES: usize = 1000;

#[derive(Template)]
#[template(path = "imports/new.html")]
pub(crate) struct NewPage {
    shell: Shell,
    error: Option<String>,
    limit: String,
    rows: String,
    name: String,
    default_country: String,
    modes: Vec<Choice>,
    presets: Vec<Choice>,
    scopes: Scopes,
    existing: Vec<Choice>,
    former: Vec<Choice>,
    card_held: Vec<Choice>,
    bad_rows: Vec<Choice>,
    unknown_groups: Vec<Choice>,
}

/// `GET /imports/new`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<NewPage>, Failure> {
    page(&app, visitor, &HashMap::new(), None).await.map(Page)
}

/// What a multipart form held.
pub(crate) struct Upload {
    pub(super) fields: HashMap<String, String>,
    pub(crate) file: Option<(String, std::fs::File)>,
}

/// `POST /imports/new`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, Failure> {
    let upload = match receive(&app, form).await {
        Ok(upload) => upload,
        Err(Trouble::Words(words)) => return refused(&app, visitor, &HashMap::new(), words).await,
        Err(Trouble::Failure(failure)) => return Err(failure),
    };
    let Upload { fields, file } = upload;
    let settings = settings(&app, &visitor, &fields).await?;
    if let Some(words) = scope::missing(&settings) {
        return refused(&app, visitor, &fields, words).await;
    }
    let name = fields.get("name").cloned();
    let rows = fields
        .get("rows")
        .filter(|rows| !rows.trim().is_empty())
        .cloned();
    let ctx = visitor.ctx.clone();
    let received: Option<Result<Import, Refusal>> = engine(&app, move |imports| {
        let (file_name, mut source): (String, Box<dyn Read>) = match (file, rows) {
            (Some((name, file)), _) => (name, Box::new(file)),
            (None, Some(rows)) => ("pasted rows".to_owned(), Box::new(Cursor::new(rows))),
            (None, None) => return None,
        };
        Some(imports.receive(
            &ctx,
            NewImport {
                file_name,
                name,
                settings,
            },
            &mut source,
        ))
    })
    .await?;
    match received {
        None => {
            let words = "Choose a file, drop one, or paste rows.".to_owned();
            refused(&app, visitor, &fields, words).await
        }
        Some(Err(Refusal::File { message, .. })) => {
            refused(&app, visitor, &fields, format::sentence(&message)).await
        }
        Some(Err(refusal)) => Err(refusal.into()),
        Some(Ok(import)) => arrived(&app, &visitor, &import).await,
    }
}

/// On to the first step that needs a person; a file whose columns are all certain needs none.
async fn arrived(app: &App, visitor: &Visitor, import: &Import) -> Result<Response, Failure> {
    let certain = import
        .mapping
        .as_ref()
        .is_some_and(import::mapping::Mapping::certain);
    if import.state == import::State::Mapping && certain {
        begin(app, visitor, import.id).await?;
    }
    Ok(see_other(&format!("/imports/{}", import.id)))
}

/// Why a form with a file could not be read.
pub(crate) enum Trouble {
    Words(String),
    Failure(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Spilled> for Trouble {
    fn from(spilled: Spilled) -> Self {
        Self::Words(match spilled {
            Spilled::TooLarge(limit) => format!(
                "The file is larger than {}, which is the limit here. Split it, or pack it with \
                 gzip or zip.",
                format::bytes(limit)
            ),
            Spilled::NoRoom => "The server has no room for the file; nothing was kept.".to_owned(),
        })
    }
}

/// Reads the form part by part; the file goes to disk as it comes.
pub(crate) async fn receive(app: &App, mut form: Multipart) -> Result<Upload, Trouble> {
    let mut upload = Upload {
        fields: HashMap::new(),
        file: None,
    };
    while let Some(part) = form.next_field().await.map_err(|_| Failure::BadRequest)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file_name = part.file_name().unwrap_or_default().to_owned();
            let file = spool(app, part).await?;
            // A browser sends an empty part when no file was chosen.
            if !file_name.is_empty() {
                upload.file = Some((file_name, file));
            }
        } else {
            let limit = if name == "rows" {
                PASTE_LIMIT_BYTES
            } else {
                FIELD_LIMIT_BYTES
            };
            let value = part::text(part, limit).await?.ok_or_else(|| {
                let words = "That is too much to paste. Save it as a file and upload that.";
                Trouble::Words(words.to_owned())
            })?;
            scope::add_field(&mut upload.fields, name, value);
        }
    }
    Ok(upload)
}

async fn spool(app: &App, mut part: Field<'_>) -> Result<std::fs::File, Trouble> {
    let mut spool = Spool::begin(app)?;
    while let Some(chunk) = part.chunk().await.map_err(|_| Failure::BadRequest)? {
        spool.write(&chunk)?;
    }
    Ok(spool.finish()?.0)
}

async fn refused(
    app: &App,
    visitor: Visitor,
    fields: &HashMap<String, String>,
    words: String,
) -> Result<Response, Failure> {
    let page = page(app, visitor, fields, Some(words)).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page).into_response())
}

/// The settings the form asks for: the preset's, with what was chosen.
async fn settings(
    app: &App,
    visitor: &Visitor,
    fields: &HashMap<String, String>,
) -> Result<Settings, Failure> {
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let preset = Preset::parse(get("preset")).unwrap_or(Preset::General);
    let ctx = visitor.ctx.clone();
    let mut settings = ask(app, move |imports| imports.usual(&ctx, preset)).await?;
    if let Some(mode) = Mode::parse(get("mode")) {
        settings.mode = mode;
    }
    settings.scope = scope::scope(get("scope"));
    if let Some(former) = Former::parse(get("former")) {
        settings.former = former;
    }
    if let Some(card_held) = CardHeld::parse(get("card_held")) {
        settings.card_held = card_held;
    }
    if let Some(existing) = Existing::parse(get("existing")) {
        settings.existing = existing;
    }
    if let Some(bad_rows) = BadRows::parse(get("bad_rows")) {
        settings.bad_rows = bad_rows;
    }
    if let Some(unknown_group) = UnknownGroup::parse(get("unknown_group")) {
        settings.unknown_group = unknown_group;
    }
    let country = get("default_country").trim().to_uppercase();
    settings.default_country = (!country.is_empty()).then_some(country);
    Ok(settings)
}

async fn page(
    app: &App,
    visitor: Visitor,
    fields: &HashMap<String, String>,
    error: Option<String>,
) -> Result<NewPage, Failure> {
    let chosen = settings(app, &visitor, fields).await?;
    let may_import_roles = visitor.ctx.may(Action::ImportRoles);
    let may_move_cards = visitor.ctx.may(Action::ManageCards);
    let get = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let (rows, name, limit) = (get("rows"), get("name"), app.settings.upload_limit_bytes);
    app.db
        .read(move |tx| {
            let account = accounts::get(tx, visitor.session.account)?;
            let scopes = Scopes::load(tx, account.id, &chosen)?;
            Ok(NewPage {
                shell: Shell::load(tx, &visitor, Section::Imports)?,
                error,
                limit: format::bytes(limit),
                rows,
                name,
                default_country: chosen
                    .default_country
                    .clone()
                    .or(account.default_country)
                    .unwrap_or_default(),
                modes: choices::modes(chosen.mode),
                scopes,
                former: choices::former(chosen.former),
                card_held: choices::as_the_preset(choices::card_held(None, may_move_cards)),
                presets: choices::presets(chosen.preset, may_import_roles),
                existing: choices::as_the_preset(choices::existing(None)),
                bad_rows: choices::as_the_preset(choices::bad_rows(None)),
                unknown_groups: choices::as_the_preset(choices::unknown_groups(None)),
            })
        })
        .await
}
