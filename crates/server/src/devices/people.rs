//! The people of a device: the page called Users (S0.24).

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    access::{self, AccessRefusal, Holder, HolderCounts, MOST_COUNTED, Standing},
    accounts,
    users::{MOST_FOUND, PageAt},
};
use jiff::tz::TimeZone;
use kernel::{DeviceId, UserId};
use serde::Deserialize;

use super::{
    place::{Frame, Place, failure},
    words::{kind_name, taken, when},
};
use crate::{
    app::App,
    badge::Badge,
    extract::{Id, Params},
    failure::Failure,
    format::{count, counted, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Shell},
};

const PAGE_SIZE: usize = 50;
/// A search is offered from so many people on.
const SEARCHED: i64 = 5;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    q: String,
    status: String,
    after: String,
    before: String,
    done: String,
}

impl Query {
    fn standing(&self) -> Option<Standing> {
        Standing::parse(&self.status)
    }

    fn at(&self) -> PageAt {
        match (self.after.parse::<UserId>(), self.before.parse::<UserId>()) {
            (Ok(id), _) => PageAt::After(id),
            (_, Ok(id)) => PageAt::Before(id),
            _ => PageAt::Start,
        }
    }
}

#[derive(Template)]
#[template(path = "devices/people.html")]
struct PeoplePage {
    shell: Shell,
    frame: Frame,
    q: String,
    status: String,
    has_search: bool,
    is_filtered: bool,
    total: String,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    range: String,
    previous: Option<String>,
    next: Option<String>,
    told: Option<&'static str>,
}

/// One standing to look at.
struct Tab {
    text: &'static str,
    count: Option<String>,
    link: String,
    is_current: bool,
}

struct Line {
    id: UserId,
    name: String,
    contact: Vec<String>,
    kind: &'static str,
    when: String,
    badge: Badge,
    taken: String,
    notes: String,
    inviter: String,
    given: String,
    can_change: bool,
    can_revoke: bool,
}

/// `GET /devices/{id}`, `GET /me/access/{id}`
pub(crate) async fn people(
    State(app): State<App>,
    place: Place,
    visitor: Visitor,
    Id(id): Id<DeviceId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| page(tx, &visitor, place, id, query))
        .await
        .map_err(|refusal| failure(refusal, place.device(id)))?;
    Ok(Page(page).into_response())
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    place: Place,
    id: DeviceId,
    query: Query,
) -> Result<PeoplePage, AccessRefusal> {
    let ctx = &visitor.ctx;
    let (device, right) = access::device(tx, ctx, id)?;
    let frame = Frame::new(place, &device, right);
    let zone = zone(&accounts::get(tx, ctx.account)?.time_zone);
    let counts = access::count_holders(tx, ctx, id)?;
    let now_there = here(&counts);
    let standing = query.standing();
    let is_search = !query.q.trim().is_empty();
    let (holders, previous, next) = if is_search {
        let found = access::find_holders(tx, ctx, id, standing, &query.q)?;
        (found, false, false)
    } else {
        let page = access::holders(tx, ctx, id, standing, query.at(), PAGE_SIZE)?;
        (page.holders, page.has_previous, page.has_next)
    };
    let link = |place: &str, holder: Option<&Holder>| {
        holder.map(|holder| {
            Link::to(frame.base.clone())
                .with(place, &holder.user.to_string())
                .with("status", &query.status)
                .into_string()
        })
    };
    Ok(PeoplePage {
        has_search: is_search || now_there.is_none_or(|people| people >= SEARCHED),
        is_filtered: is_search || standing.is_some(),
        total: now_there.map_or_else(
            || format!("More than {} people", count(MOST_COUNTED)),
            |people| counted(people, "person", "people"),
        ),
        tabs: tabs(&frame.base, &query, &counts),
        range: range(holders.len(), is_search),
        previous: link("before", holders.first().filter(|_| previous)),
        next: link("after", holders.last().filter(|_| next)),
        lines: holders
            .iter()
            .map(|holder| line(holder, &frame, &zone))
            .collect(),
        told: told(&query.done),
        q: query.q,
        status: query.status,
        shell: place.shell(tx, visitor)?,
        frame,
    })
}

/// How many people have access now.
fn here(counts: &HolderCounts) -> Option<i64> {
    let counts = counts.as_ref()?;
    let now = counts.iter().filter(|(one, _)| *one != Standing::Revoked);
    Some(now.map(|(_, people)| people).sum())
}

fn range(shown: usize, is_search: bool) -> String {
    match (is_search, shown >= MOST_FOUND) {
        (true, true) => format!("The first {MOST_FOUND} matches. Type more to narrow the search."),
        (true, false) => counted(shown as i64, "match", "matches"),
        (false, _) => counted(shown as i64, "person on this page", "people on this page"),
    }
}

fn told(done: &str) -> Option<&'static str> {
    match done {
        "changed" => Some("The access is changed. It counts from now on."),
        "revoked" => Some("The access is taken away."),
        "transferred" => Some("The device has a new owner."),
        "saved" => Some("The settings are saved."),
        _ => None,
    }
}

/// Everybody, and each standing; deactivated people only where there are some.
fn tabs(base: &str, query: &Query, counts: &HolderCounts) -> Vec<Tab> {
    let of = |standing: Standing| {
        let counts = counts.as_ref()?;
        let found = counts.iter().find(|(one, _)| *one == standing);
        Some(found.map_or(0, |(_, people)| *people))
    };
    let link = |status: &str| {
        let link = Link::to(base).with("status", status);
        link.with("q", &query.q).into_string()
    };
    let current = query.standing();
    let all = Tab {
        text: "All",
        count: here(counts).map(count),
        link: link(""),
        is_current: current.is_none(),
    };
    let each = Standing::ALL
        .into_iter()
        .filter(|standing| {
            let is_rare = *standing == Standing::Deactivated;
            !is_rare || current == Some(*standing) || of(*standing).is_none_or(|people| people > 0)
        })
        .map(|standing| Tab {
            text: Badge::from(standing).text,
            count: of(standing).map(count),
            link: link(standing.as_str()),
            is_current: current == Some(standing),
        });
    [all].into_iter().chain(each).collect()
}

fn line(holder: &Holder, frame: &Frame, zone: &TimeZone) -> Line {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let is_there = holder.standing != Standing::Revoked;
    let is_owner = holder.kind == kernel::AccessType::Owner;
    let administers = frame.right == access::Right::Administration;
    Line {
        id: holder.user,
        name: holder.name.clone(),
        contact: [&holder.phone, &holder.email]
            .into_iter()
            .flatten()
            .cloned()
            .collect(),
        kind: kind_name(holder.kind),
        when: when(
            holder.schedule.as_deref(),
            holder.starts_at,
            holder.ends_at,
            zone,
        ),
        badge: Badge::from(holder.standing),
        taken: taken(holder.revoked.as_ref(), zone),
        notes: text(&holder.notes),
        inviter: holder
            .inviter
            .clone()
            .unwrap_or_else(|| "Administration".to_owned()),
        given: moment(holder.created_at, zone).shown,
        can_change: is_there && frame.right.manages(),
        can_revoke: is_there && (!is_owner || administers),
    }
}
