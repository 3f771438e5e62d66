//! Inviting many: whom, how, for how long, and what that would come to.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::accounts;
use invite::{
    InvitationSettings,
    wave::{self, NewWave, Preview, Selection, Wanted},
};
use kernel::{ImportId, UserId};
use serde::Deserialize;

use super::refused;
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Params},
    failure::Failure,
    format::count,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

/// What the page is to begin with, and the form it sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    import: String,
    user: String,
    again: String,
    channel: String,
    days: String,
}

#[derive(Template)]
#[template(path = "invitations/new.html")]
pub(crate) struct NewPage {
    shell: Shell,
    whom: String,
    import: String,
    user: String,
    again: bool,
    channels: Vec<Choice>,
    days: i64,
    figures: Vec<Figure>,
    reached: i64,
    reached_shown: String,
    is_captured: bool,
}

struct Figure {
    count: String,
    text: &'static str,
    help: &'static str,
}

impl Fields {
    fn wave(&self) -> NewWave {
        let selection = match (self.import.parse::<ImportId>(), self.user.parse::<UserId>()) {
            (Ok(import), _) => Selection::Import(import),
            (_, Ok(user)) => Selection::People(vec![user]),
            _ => Selection::Everybody,
        };
        NewWave {
            selection,
            again: !self.again.is_empty(),
            channel: Wanted::parse(&self.channel).unwrap_or(Wanted::Any),
            days: self.days.parse().ok(),
            send_at: None,
        }
    }
}

/// `GET /invitations/new`
pub(crate) async fn show_new(
    State(app): State<App>,
    visitor: Visitor,
    Params(fields): Params<Fields>,
) -> Result<Page<NewPage>, Failure> {
    let new = fields.wave();
    let ctx = visitor.ctx.clone();
    let wanted = new.clone();
    let preview = app
        .db
        .read(move |tx| wave::preview(tx, &ctx, &wanted))
        .await;
    let preview = preview.map_err(|error| refused(error, "/invitations".to_owned()))?;
    let account = visitor.session.account;
    let (shell, account, settings) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Invitations)?,
                accounts::get(tx, account)?,
                InvitationSettings::load(tx, account)?,
            ))
        })
        .await?;
    let whom = match new.selection {
        Selection::Import(_) => "The people of the import".to_owned(),
        Selection::People(_) => "One person".to_owned(),
        Selection::Everybody => format!("Everybody of {} who never signed in", account.name),
    };
    Ok(Page(NewPage {
        shell,
        whom,
        import: fields.import,
        user: fields.user,
        again: new.again,
        channels: [
            (Wanted::Any, "E-mail, or SMS where there is no address"),
            (Wanted::Email, "Only e-mail"),
            (Wanted::Sms, "Only SMS"),
        ]
        .map(|(wanted, text)| Choice::new(wanted.as_str(), text, wanted == new.channel))
        .into(),
        days: new.days.unwrap_or(settings.days),
        figures: figures(&preview),
        reached: preview.reached(),
        reached_shown: count(preview.reached()),
        is_captured: app.delivery.mail.is_none(),
    }))
}

fn figures(preview: &Preview) -> Vec<Figure> {
    [
        (
            preview.by_email,
            "by e-mail",
            "A message with a link of their own",
        ),
        (
            preview.by_sms,
            "by SMS",
            "A message with a link of their own",
        ),
        (
            preview.connected,
            "connected at once",
            "They sign in elsewhere with the same address: one password for all accounts",
        ),
        (
            preview.already,
            "left alone: invited before",
            "Or had three messages within a day",
        ),
        (
            preview.signs_in,
            "left alone: sign in already",
            "Or are deactivated",
        ),
        (
            preview.unreachable,
            "cannot be reached",
            "No address for the chosen way; hand over a link on their page",
        ),
    ]
    .into_iter()
    .filter(|(number, _, _)| *number > 0)
    .map(|(number, text, help)| Figure {
        count: count(number),
        text,
        help,
    })
    .collect()
}

/// `POST /invitations/new`
pub(crate) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let new = fields.wave();
    let begun = app
        .db
        .write(move |tx| wave::begin(tx, &visitor.ctx, &new))
        .await;
    let id = begun.map_err(|error| refused(error, "/invitations/new".to_owned()))?;
    app.wake.wake();
    Ok(see_other(&format!("/invitations/waves/{id}")))
}
