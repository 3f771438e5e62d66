//! The pages of what an account decides about itself: the directory, imports, and for how long
//! things are kept. One form each; what takes something away is said with its number first.

mod fields;
mod imports;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Ctx, leaving, notifications,
    settings::{AccountSettings, Key, SettingsRefusal},
};
use import::{ImportSettings, ImportSettingsRefusal, Imports};

use self::fields::{Area, Field, of_key};
use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::{count, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// One of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    Directory,
    Imports,
    Privacy,
}

impl Sheet {
    const fn path(self) -> &'static str {
        match self {
            Self::Directory => "/settings/directory",
            Self::Imports => "/settings/imports",
            Self::Privacy => "/settings/privacy",
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Directory => (
                "Directory",
                "The account itself: what it is called, where it is, and how names are written.",
            ),
            Self::Imports => (
                "Imports",
                "What new imports begin with, when a plan asks for its number, and for how long imports are kept.",
            ),
            Self::Privacy => (
                "Privacy",
                "For how long is kept what nobody needs any more. It is removed once a day.",
            ),
        }
    }

    const fn keys(self) -> &'static [Key] {
        match self {
            Self::Directory => &[
                Key::Name,
                Key::Country,
                Key::TimeZone,
                Key::Language,
                Key::NameOrder,
            ],
            Self::Imports => &[Key::KeepImports, Key::KeepDrafts, Key::ImportLock],
            Self::Privacy => &[Key::KeepDeleted, Key::KeepMessages, Key::KeepNotifications],
        }
    }
}

#[derive(Template)]
#[template(path = "settings/account.html")]
struct AccountPage {
    shell: Shell,
    path: &'static str,
    title: &'static str,
    lead: &'static str,
    areas: Vec<Area>,
    error: Option<String>,
    /// What would be taken away by what was typed.
    effects: Vec<String>,
    is_privacy: bool,
}

impl AccountPage {
    /// What is sent to say that the effects were read.
    fn read(&self) -> String {
        self.effects.join(" ")
    }
}

/// What a page shows and stores.
struct Values {
    account: AccountSettings,
    imports: ImportSettings,
}

impl Values {
    fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Self, SettingsRefusal> {
        Ok(Self {
            account: AccountSettings::see(tx, ctx)?,
            imports: ImportSettings::load(tx, ctx.account)?,
        })
    }

    /// Takes what was typed; the first thing that is wrong, in words.
    fn take(&mut self, sheet: Sheet, posted: &[(String, String)]) -> Result<(), String> {
        let get = |name: &str| {
            let found = posted.iter().find(|field| field.0 == name);
            found.map(|field| field.1.trim()).unwrap_or_default()
        };
        for key in sheet.keys() {
            let text = match (*key, get(key.as_str())) {
                (Key::ImportLock, "") => "off",
                (_, text) => text,
            };
            self.account
                .take(*key, text)
                .map_err(|error| error.to_string())?;
        }
        if sheet == Sheet::Imports {
            imports::take(&mut self.imports, get)?;
        }
        Ok(())
    }

    /// What would be taken away that is there now.
    fn effects(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<String>, SettingsRefusal> {
        let before = Self::load(tx, ctx)?;
        let (was, is) = (&before.account, &self.account);
        let mut effects = Vec::new();
        let mut tell = |number: i64, one: &str, many: &str| {
            if number > 0 {
                let words = if number == 1 { one } else { many };
                effects.push(format!("{} {words}", count(number)));
            }
        };
        if is.keep_imports < was.keep_imports || is.keep_drafts < was.keep_drafts {
            let expired = Imports::would_expire(tx, ctx, is)?;
            tell(
                expired.completed,
                "finished import loses its rows and files, and cannot be undone any more.",
                "finished imports lose their rows and files, and cannot be undone any more.",
            );
            tell(
                expired.discarded,
                "unfinished import is discarded.",
                "unfinished imports are discarded.",
            );
        }
        if is.keep_messages < was.keep_messages {
            let number = delivery::would_forget(tx, ctx.account, ctx.now(), is.keep_messages)?;
            tell(
                number,
                "message loses its text and address.",
                "messages lose their texts and addresses.",
            );
        }
        if is.keep_notifications < was.keep_notifications {
            let number = notifications::would_forget(tx, ctx, is.keep_notifications)?;
            tell(
                number,
                "notification is removed.",
                "notifications are removed.",
            );
        }
        if is.keep_deleted < was.keep_deleted {
            let number = leaving::would_erase(tx, ctx, is.keep_deleted)?;
            tell(
                number,
                "deleted person is erased for good, and cannot be restored any more.",
                "deleted people are erased for good, and cannot be restored any more.",
            );
        }
        effects.extend(imports::effect(tx, ctx, &before.imports, &self.imports)?);
        Ok(effects)
    }
}

/// Why nothing was stored.
enum Refused {
    Forbidden,
    Words(String),
    /// What it does was not read yet.
    Effects(Vec<String>),
    Db(db::Error),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Self::Db(error)
    }
}

impl From<SettingsRefusal> for Refused {
    fn from(refusal: SettingsRefusal) -> Self {
        match refusal {
            SettingsRefusal::Forbidden(_) => Self::Forbidden,
            SettingsRefusal::Db(error) => Self::Db(error),
            wrong @ SettingsRefusal::Wrong { .. } => Self::Words(wrong.to_string()),
        }
    }
}

impl From<ImportSettingsRefusal> for Refused {
    fn from(refusal: ImportSettingsRefusal) -> Self {
        match refusal {
            ImportSettingsRefusal::Forbidden(_) => Self::Forbidden,
            ImportSettingsRefusal::Db(error) => Self::Db(error),
            wrong @ ImportSettingsRefusal::Bounds => Self::Words(wrong.to_string()),
        }
    }
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    sheet: Sheet,
    posted: Option<&[(String, String)]>,
) -> Result<AccountPage, Failure> {
    let values = match Values::load(tx, &visitor.ctx) {
        Err(SettingsRefusal::Db(error)) => return Err(error.into()),
        Err(_) => return Err(Failure::Forbidden),
        Ok(values) => values,
    };
    let fields: Vec<Field> = sheet
        .keys()
        .iter()
        .map(|key| of_key(*key, values.account.typed(*key)))
        .collect();
    let mut areas = match sheet {
        Sheet::Imports => imports::areas(tx, &visitor.ctx, &values.imports, fields)?,
        Sheet::Directory => vec![Area::new("The account", fields)],
        Sheet::Privacy => vec![Area::new("Kept for so long", fields)],
    };
    if let Some(posted) = posted {
        for field in areas.iter_mut().flat_map(|area| &mut area.fields) {
            field.put(posted);
        }
    }
    let (title, lead) = sheet.words();
    Ok(AccountPage {
        shell: Shell::load(tx, visitor, Section::Settings)?,
        path: sheet.path(),
        title,
        lead,
        areas,
        error: None,
        effects: Vec::new(),
        is_privacy: sheet == Sheet::Privacy,
    })
}

async fn show(app: App, visitor: Visitor, sheet: Sheet) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| page(tx, &visitor, sheet, None))
        .await?;
    Ok(Page(page).into_response())
}

async fn submit(
    app: App,
    visitor: Visitor,
    sheet: Sheet,
    posted: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let (ctx, typed) = (visitor.ctx.clone(), posted.clone());
    let stored = app.db.write(move |tx| store(tx, &ctx, sheet, &typed)).await;
    let (error, effects) = match stored {
        Ok(()) => return Ok(see_other(sheet.path())),
        Err(Refused::Forbidden) => return Err(Failure::Forbidden),
        Err(Refused::Db(error)) => return Err(error.into()),
        Err(Refused::Words(words)) => (Some(sentence(&words)), Vec::new()),
        Err(Refused::Effects(effects)) => (None, effects),
    };
    let mut page = app
        .db
        .read(move |tx| page(tx, &visitor, sheet, Some(&posted)))
        .await?;
    (page.error, page.effects) = (error, effects);
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn store(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sheet: Sheet,
    posted: &[(String, String)],
) -> Result<(), Refused> {
    let mut values = Values::load(tx, ctx)?;
    values.take(sheet, posted).map_err(Refused::Words)?;
    let effects = values.effects(tx, ctx)?;
    // Read are the very sentences that hold now, numbers included.
    let has_read = posted.contains(&("read".to_owned(), effects.join(" ")));
    if !effects.is_empty() && !has_read {
        return Err(Refused::Effects(effects));
    }
    values.account.store(tx, ctx)?;
    if sheet == Sheet::Imports {
        values.imports.store(tx, ctx)?;
    }
    Ok(())
}

/// `GET /settings/directory`
pub(crate) async fn show_directory(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    show(app, visitor, Sheet::Directory).await
}

/// `POST /settings/directory`
pub(crate) async fn submit_directory(
    State(app): State<App>,
    visitor: Visitor,
    Form(posted): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    submit(app, visitor, Sheet::Directory, posted).await
}

/// `GET /settings/imports`
pub(crate) async fn show_imports(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    show(app, visitor, Sheet::Imports).await
}

/// `POST /settings/imports`
pub(crate) async fn submit_imports(
    State(app): State<App>,
    visitor: Visitor,
    Form(posted): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    submit(app, visitor, Sheet::Imports, posted).await
}

/// `GET /settings/privacy`
pub(crate) async fn show_privacy(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    show(app, visitor, Sheet::Privacy).await
}

/// `POST /settings/privacy`
pub(crate) async fn submit_privacy(
    State(app): State<App>,
    visitor: Visitor,
    Form(posted): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    submit(app, visitor, Sheet::Privacy, posted).await
}
