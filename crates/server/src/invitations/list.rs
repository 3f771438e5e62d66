//! All invitations of the account, by where they stand.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use directory::accounts;
use invite::{
    Standing, list,
    wave::{self, Wanted},
};
use kernel::InvitationId;
use serde::Deserialize;

use super::{badge, new::channels, one::Line, wave::state_badge};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
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
    channels: Vec<Choice>,
    /// Sending again to all who stand here.
    all: Option<(String, String)>,
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

/// Where everybody who stands somewhere can be invited again, and how many they are.
fn all(standing: Standing, funnel: &BTreeMap<Standing, i64>) -> Option<(String, String)> {
    let is_open = !matches!(standing, Standing::Accepted | Standing::Withdrawn);
    let people = funnel.get(&standing).copied().filter(|_| is_open)?;
    let link = Link::to("/invitations/new")
        .with("standing", standing.as_str())
        .with("again", "yes");
    Some((link.into_string(), count(people)))
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
            let found = list::page(tx, &visitor.ctx, standing, before)
                .map_err(|error| super::refused(error, "/invitations".to_owned()))?;
            Ok::<_, Failure>((
                Shell::load(tx, &visitor, Section::Invitations)?,
                zone(&accounts::get(tx, account)?.time_zone),
                list::funnel(tx, account, now)?,
                found,
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
        channels: channels(Wanted::Any),
        all: standing.and_then(|standing| all(standing, &funnel)),
    }))
}
