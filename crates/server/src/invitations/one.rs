//! One invitation: making it for a person, handing over its link, more time, taking it back.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::users;
use invite::{
    Channel, Standing,
    list::{self, Invitation},
    manage::{self, Invited},
};
use jiff::tz::TimeZone;
use kernel::{AccountId, InvitationId, Timestamp, UserId};
use serde::Deserialize;

use super::{badge, refused};
use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Id},
    failure::Failure,
    format::{Moment, moment},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
    qr,
};

/// An invitation in a table.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: InvitationId,
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) to: String,
    pub(crate) badge: Badge,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) number: i64,
    pub(crate) at: Moment,
    pub(crate) until: Option<Moment>,
    /// Whether its person can get a new link.
    pub(crate) is_open: bool,
}

impl Line {
    pub(super) fn of(invitation: Invitation, zone: &TimeZone) -> Self {
        let is_open = !matches!(
            invitation.standing,
            Standing::Accepted | Standing::Withdrawn
        );
        Self {
            id: invitation.id,
            user: invitation.user,
            name: invitation.name,
            to: match (invitation.channel, invitation.recipient) {
                (Channel::Link, _) | (_, None) => "Link handed over".to_owned(),
                (_, Some(recipient)) => recipient,
            },
            badge: badge(invitation.standing),
            reason: invitation.reason.filter(|_| is_open).unwrap_or_default(),
            by: invitation.invited_by,
            number: invitation.number,
            at: moment(invitation.created_at, zone),
            until: is_open.then(|| moment(invitation.expires_at, zone)),
            is_open,
        }
    }
}

/// The invitations of one person, for their page.
pub(crate) fn lines(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    now: Timestamp,
    zone: &TimeZone,
) -> db::Result<Vec<Line>> {
    let found = list::of_user(tx, account, user, now)?;
    Ok(found
        .into_iter()
        .map(|invitation| Line::of(invitation, zone))
        .collect())
}

/// How somebody is to be invited.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    channel: String,
}

#[derive(Template)]
#[template(path = "invitations/link.html")]
struct LinkPage {
    shell: Shell,
    id: UserId,
    name: String,
    link: String,
    days: i64,
    code: Option<String>,
}

/// `POST /users/{id}/invite`
///
/// A link to hand over is shown once, in the answer itself: afterwards only its hash is known.
pub(crate) async fn invite(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let channel = Channel::parse(&fields.channel).ok_or(Failure::BadRequest)?;
    let (state, ctx) = (app.clone(), visitor.ctx.clone());
    let invited = app
        .db
        .write(move |tx| manage::invite(tx, &ctx, &state.delivery, id, channel))
        .await;
    let invited = invited.map_err(|error| refused(error, format!("/users/{id}")))?;
    app.wake.wake();
    let Invited::Link(link) = invited else {
        return Ok(see_other(&format!("/users/{id}#sign-in")));
    };
    let (shell, person, days) = app
        .db
        .read(move |tx| {
            let account = visitor.session.account;
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Users)?,
                users::get(tx, account, id)?,
                invite::InvitationSettings::load(tx, account)?.days,
            ))
        })
        .await?;
    let page = LinkPage {
        shell,
        id,
        name: person.user.full_name(),
        code: qr::code(&link),
        link,
        days,
    };
    Ok(Page(page).into_response())
}

/// `POST /invitations/{id}/withdraw`
pub(crate) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InvitationId>,
) -> Result<Response, Failure> {
    let done = app
        .db
        .write(move |tx| manage::withdraw(tx, &visitor.ctx, id))
        .await;
    done.map_err(|error| refused(error, "/invitations".to_owned()))?;
    Ok(see_other("/invitations"))
}

/// For how many days from now on.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Days {
    days: i64,
}

/// `POST /invitations/{id}/extend`
pub(crate) async fn extend(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InvitationId>,
    Form(fields): Form<Days>,
) -> Result<Response, Failure> {
    let done = app
        .db
        .write(move |tx| manage::extend(tx, &visitor.ctx, id, fields.days))
        .await;
    done.map_err(|error| refused(error, "/invitations".to_owned()))?;
    Ok(see_other("/invitations"))
}
