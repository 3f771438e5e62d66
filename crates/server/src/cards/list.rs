//! All cards of the account, by where they stand, or found by a number or a name.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::{
    Action, accounts,
    cards::{self, CardFilter, CardLine, CardSettings, MOST_COUNTED, Run, standing},
};
use jiff::tz::TimeZone;
use kernel::{AccountId, CardId, CardState, Timestamp, UserId};
use serde::Deserialize;

use super::{badge, kind_name, refused, run_badge, valid};
use crate::{
    app::App,
    badge::Badge,
    extract::Params,
    failure::Failure,
    format::{Avatar, Moment, count, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
    photos::with_photos,
};

const PAGE: usize = 50;
/// Runs shown under the list.
const RUNS_SHOWN: usize = 5;

/// Which page is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    q: String,
    state: String,
    after: String,
}

#[derive(Template)]
#[template(path = "cards/list.html")]
pub(crate) struct ListPage {
    shell: Shell,
    tabs: Vec<Tab>,
    query: Query,
    lines: Vec<Line>,
    next: Option<String>,
    runs: Vec<RunLine>,
}

struct Tab {
    link: String,
    badge: Badge,
    count: String,
    is_current: bool,
}

/// A card in a list.
pub(super) struct Line {
    pub(super) id: CardId,
    pub(super) user: UserId,
    pub(super) holder: String,
    pub(super) avatar: Avatar,
    pub(super) number: String,
    pub(super) kind: &'static str,
    pub(super) badge: Badge,
    pub(super) valid: String,
    pub(super) is_over: bool,
}

struct RunLine {
    link: String,
    text: String,
    badge: Badge,
    at: Moment,
}

impl Line {
    pub(super) fn of(
        line: &CardLine,
        settings: CardSettings,
        photo: Option<String>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Self {
        let state = standing(&line.card, now);
        Self {
            id: line.card.id,
            user: line.card.user,
            holder: line.holder.clone(),
            avatar: Avatar::of(&line.holder).with_photo(photo),
            number: line.card.masked(settings.radix),
            kind: kind_name(line.card.kind()),
            badge: badge(state),
            valid: valid(&line.card, zone),
            is_over: matches!(state, CardState::Expired | CardState::Revoked),
        }
    }
}

/// Cards as lines, with the photos of their holders.
pub(super) fn lines(
    tx: &mut Tx<'_>,
    account: AccountId,
    cards: &[CardLine],
    settings: CardSettings,
    zone: &TimeZone,
    now: Timestamp,
) -> db::Result<Vec<Line>> {
    let photos = with_photos(tx, account, cards.iter().map(|line| line.card.user))?;
    Ok(cards
        .iter()
        .map(|line| {
            let photo = photos.get(&line.card.user).cloned();
            Line::of(line, settings, photo, zone, now)
        })
        .collect())
}

/// `GET /cards`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<ListPage>, Failure> {
    app.db
        .read(move |tx| {
            let (account, now) = (visitor.session.account, visitor.ctx.now());
            let shell = Shell::load(tx, &visitor, Section::Cards)?;
            let zone = zone(&accounts::get(tx, account)?.time_zone);
            let settings = CardSettings::load(tx, account)?;
            let state = CardState::ALL
                .iter()
                .copied()
                .find(|state| state.as_str() == query.state);
            let counts = cards::counts(tx, &visitor.ctx)?;
            let (found, has_next) = if query.q.trim().is_empty() {
                let (filter, after) = (CardFilter { state }, query.after.parse().ok());
                let page = cards::page(tx, &visitor.ctx, filter, after, PAGE)
                    .map_err(|refusal| refused(refusal, "/cards"))?;
                (page.cards, page.has_next)
            } else {
                let mut found = cards::search(tx, &visitor.ctx, &query.q)?;
                found.retain(|line| state.is_none_or(|state| standing(&line.card, now) == state));
                (found, false)
            };
            let next = found.last().filter(|_| has_next).map(|last| {
                let link = Link::to("/cards").with("state", &query.state);
                link.with("after", &last.card.id.to_string()).into_string()
            });
            let runs = if visitor.ctx.actor.may_for_all(Action::ManageCards) {
                cards::runs(tx, account)?
            } else {
                Vec::new()
            };
            Ok(Page(ListPage {
                shell,
                tabs: tabs(&counts, state, &query.q),
                lines: lines(tx, account, &found, settings, &zone, now)?,
                query,
                next,
                runs: runs
                    .iter()
                    .take(RUNS_SHOWN)
                    .map(|run| run_line(run, &zone))
                    .collect(),
            }))
        })
        .await
}

fn tabs(counts: &[(CardState, i64)], current: Option<CardState>, q: &str) -> Vec<Tab> {
    counts
        .iter()
        .map(|(state, number)| Tab {
            link: Link::to("/cards")
                .with("state", state.as_str())
                .with("q", q)
                .into_string(),
            badge: badge(*state),
            count: if *number >= MOST_COUNTED {
                format!("{}+", count(MOST_COUNTED))
            } else {
                count(*number)
            },
            is_current: current == Some(*state),
        })
        .collect()
}

fn run_line(run: &Run, zone: &TimeZone) -> RunLine {
    RunLine {
        link: format!("/cards/runs/{}", run.id),
        text: format!(
            "{} cards issued by {}",
            count(run.counts.issued),
            run.begun_by
        ),
        badge: run_badge(run.state),
        at: moment(run.created_at, zone),
    }
}
