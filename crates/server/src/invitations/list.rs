//! All invitations of the account, by where they stand, and sending them again (S1.9, S1.10, S2.11).

use askama::Template;
use axum::{extract::State, response::Response};
use directory::accounts;
use invite::{
    Standing, list,
    wave::{self, NewWave, Selection, Wanted},
};
use kernel::{InvitationId, UserId};
use serde::Deserialize;

use super::{badge, one::Line, refused, wave::state_badge};
use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Params},
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

/// Which page is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    standing: String,
    before: String,
}

#[derive(Template)]
#[template(path = "invitations/list.html")]
pub(crate) struct ListPage {
    shell: Shell,
    stages: Vec<Stage>,
    standing: &'static str,
    lines: Vec<Line>,
    waves: Vec<WaveLine>,
    next: Option<String>,
    is_later_page: bool,
}

/// One step of the funnel.
struct Stage {
    link: String,
    badge: Badge,
    count: String,
    is_current: bool,
}

struct WaveLine {
    link: String,
    what: String,
    badge: Badge,
    at: Moment,
}

/// `GET /invitations`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<ListPage>, Failure> {
    let standing = Standing::parse(&query.standing);
    let before: Option<InvitationId> = query.before.parse().ok();
    let now = app.clock.now();
    let account = visitor.session.account;
    let (shell, zone, funnel, found, waves) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Invitations)?,
                zone(&accounts::get(tx, account)?.time_zone),
                list::funnel(tx, account, now)?,
                list::page(tx, account, standing, before, now)?,
                wave::list(tx, account)?,
            ))
        })
        .await?;
    let stages = Standing::ALL
        .into_iter()
        .map(|stage| Stage {
            link: Link::to("/invitations")
                .with("standing", stage.as_str())
                .into_string(),
            badge: badge(stage),
            count: count(funnel.get(&stage).copied().unwrap_or(0)),
            is_current: standing == Some(stage),
        })
        .collect();
    let is_full = found.len() >= usize::try_from(list::PAGE).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| is_full).map(|last| {
        let link = Link::to("/invitations").with("standing", standing.map_or("", Standing::as_str));
        link.with("before", &last.id.to_string()).into_string()
    });
    Ok(Page(ListPage {
        shell,
        stages,
        standing: standing.map_or("", Standing::as_str),
        lines: found
            .into_iter()
            .map(|invitation| Line::of(invitation, &zone))
            .collect(),
        waves: waves
            .into_iter()
            .take(5)
            .map(|wave| WaveLine {
                link: format!("/invitations/waves/{}", wave.id),
                what: format!("{} invited by {}", count(wave.invited), wave.begun_by_name),
                badge: state_badge(wave.state),
                at: moment(wave.created_at, &zone),
            })
            .collect(),
        next,
        is_later_page: before.is_some(),
    }))
}

/// `POST /invitations/again`: new links for the ticked people who have not come.
pub(crate) async fn again(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let people: Vec<UserId> = fields
        .iter()
        .filter(|(name, _)| name == "user")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let new = NewWave {
        selection: Selection::People(people.clone()),
        again: true,
        channel: Wanted::Any,
        days: None,
        send_at: None,
    };
    if people.is_empty() {
        return Err(Failure::Conflict {
            title: "Nobody was invited".to_owned(),
            message: "Tick at least one person first.".to_owned(),
            link: "/invitations".to_owned(),
        });
    }
    let begun = app
        .db
        .write(move |tx| wave::begin(tx, &visitor.ctx, &new))
        .await;
    let id = begun.map_err(|error| refused(error, "/invitations".to_owned()))?;
    app.wake.wake();
    Ok(see_other(&format!("/invitations/waves/{id}")))
}
