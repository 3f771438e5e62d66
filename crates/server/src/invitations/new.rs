//! Inviting many: whom, how, for how long, and what that would come to.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::accounts;
use invite::{
    InvitationSettings, InviteError, Standing,
    wave::{self, NewWave, Preview, Selection, Wanted},
};
use kernel::{ImportId, SiteZone, Timestamp, UserId};
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
    standing: String,
    again: String,
    channel: String,
    days: String,
    /// A moment as clocks of the account show it; blank: now.
    at: String,
}

#[derive(Template)]
#[template(path = "invitations/new.html")]
pub(crate) struct NewPage {
    shell: Shell,
    whom: String,
    import: String,
    user: String,
    standing: String,
    at: String,
    zone: String,
    has_unreachable: bool,
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
    fn wave(&self, send_at: Option<Timestamp>) -> NewWave {
        NewWave {
            selection: selection(&self.import, &self.user, &self.standing),
            again: !self.again.is_empty(),
            channel: Wanted::parse(&self.channel).unwrap_or(Wanted::Any),
            days: self.days.parse().ok(),
            send_at,
        }
    }
}

/// Whom the fields of a form name; everybody who never signed in if they name nobody.
pub(super) fn selection(import: &str, user: &str, standing: &str) -> Selection {
    if let Ok(import) = import.parse::<ImportId>() {
        return Selection::Import(import);
    }
    if let Ok(user) = user.parse::<UserId>() {
        return Selection::People(vec![user]);
    }
    Standing::parse(standing).map_or(Selection::Everybody, Selection::Standing)
}

/// `GET /invitations/new`
pub(crate) async fn show_new(
    State(app): State<App>,
    visitor: Visitor,
    Params(fields): Params<Fields>,
) -> Result<Page<NewPage>, Failure> {
    let new = fields.wave(None);
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
    let may_print = match new.selection {
        Selection::Standing(standing) => standing.lacks_link(),
        Selection::People(_) | Selection::Import(_) | Selection::Everybody => true,
    };
    let whom = match new.selection {
        Selection::Import(_) => "The people of the import".to_owned(),
        Selection::People(_) => "One person".to_owned(),
        Selection::Everybody => format!("Everybody of {} who never signed in", account.name),
        Selection::Standing(standing) => {
            format!(
                "Everybody whose invitation stands at “{}”",
                super::badge(standing).text
            )
        }
    };
    Ok(Page(NewPage {
        shell,
        whom,
        import: fields.import,
        user: fields.user,
        standing: fields.standing,
        at: fields.at,
        zone: account.time_zone,
        has_unreachable: may_print && preview.unreachable > 0,
        again: new.again,
        channels: channels(new.channel),
        days: new.days.unwrap_or(settings.days),
        figures: figures(&preview),
        reached: preview.reached(),
        reached_shown: count(preview.reached()),
        is_captured: app.delivery.mail.is_none(),
    }))
}

/// The ways to reach people.
pub(super) fn channels(chosen: Wanted) -> Vec<Choice> {
    [
        (Wanted::Any, "E-mail, or SMS where there is no address"),
        (Wanted::Email, "Only e-mail"),
        (Wanted::Sms, "Only SMS"),
    ]
    .map(|(wanted, text)| Choice::new(wanted.as_str(), text, wanted == chosen))
    .into()
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
    let begun = app
        .db
        .write(move |tx| {
            let zone = accounts::get(tx, visitor.ctx.account)?.time_zone;
            let send_at = moment_of(&fields.at, &zone)?;
            wave::begin(tx, &visitor.ctx, &fields.wave(send_at))
        })
        .await;
    let id = begun.map_err(|error| refused(error, "/invitations/new".to_owned()))?;
    app.wake.wake();
    Ok(see_other(&format!("/invitations/waves/{id}")))
}

/// A moment as a form sends it: what clocks of the account show.
fn moment_of(text: &str, zone: &str) -> Result<Option<Timestamp>, InviteError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let zone = SiteZone::parse(zone).unwrap_or(SiteZone::UTC);
    zone.typed(text).map(Some).map_err(|_| InviteError::SendAt)
}
