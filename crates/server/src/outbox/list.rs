//! The list of messages: filters, pages, and whether messages are leaving at all.

use askama::Template;
use axum::extract::State;
use db::Tx;
use delivery::{
    Channel, MessageState, Purpose,
    messages::{self, Message, PAGE, Wanted},
    outlet_state,
};
use directory::{Action, accounts};
use kernel::{MessageId, Timestamp};
use serde::Deserialize;

use super::words::{FILTERED, channel_name, known, purpose_name};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{Moment, count, counted, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
};

/// No address is longer.
const LONGEST_RECIPIENT: usize = 320;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    state: String,
    purpose: String,
    to: String,
    before: String,
}

impl Query {
    /// What the query asks for; what makes no sense filters nothing.
    fn wanted(&self) -> Wanted {
        let to = self.to.trim();
        Wanted {
            state: MessageState::parse(&self.state),
            purpose: Purpose::parse(&self.purpose),
            recipient: (!to.is_empty() && to.len() <= LONGEST_RECIPIENT).then(|| to.to_owned()),
            before: self.before.parse().ok(),
        }
    }

    fn link(&self, before: Option<MessageId>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        Link::to("/outbox")
            .with("before", &before)
            .with("state", &self.state)
            .with("purpose", &self.purpose)
            .with("to", self.to.trim())
            .into_string()
    }
}

#[derive(Template)]
#[template(path = "outbox/list.html")]
pub(crate) struct OutboxPage {
    shell: Shell,
    query: Query,
    is_filtered: bool,
    states: Vec<Choice>,
    purposes: Vec<Choice>,
    total: String,
    kept: Option<&'static str>,
    outages: Vec<Outage>,
    lines: Vec<Line>,
    range: String,
    newest: Option<String>,
    older: Option<String>,
}

/// A way out that is out of order.
struct Outage {
    title: String,
    problem: String,
    next: Option<Moment>,
}

struct Line {
    id: MessageId,
    recipient: String,
    purpose: &'static str,
    channel: &'static str,
    badge: Badge,
    reason: String,
    at: Moment,
}

/// `GET /outbox`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<OutboxPage>, Failure> {
    let (mail, sms) = (app.delivery.mail.is_some(), app.delivery.sms.is_some());
    let now = app.clock.now();
    app.db
        .read(move |tx| {
            page(
                tx,
                &visitor,
                query,
                [(Channel::Email, mail), (Channel::Sms, sms)],
                now,
            )
        })
        .await
        .map(Page)
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: Query,
    ways: [(Channel, bool); 2],
    now: Timestamp,
) -> Result<OutboxPage, Failure> {
    visitor.ctx.require(Action::ViewOutbox)?;
    let account = visitor.session.account;
    let zone = zone(&accounts::get(tx, account)?.time_zone);
    let wanted = query.wanted();
    let found = messages::list(tx, account, &wanted)?;
    let older = match found.last() {
        Some(last) if found.len() as i64 >= PAGE => {
            let before = Some(last.id);
            let next = messages::list(
                tx,
                account,
                &Wanted {
                    before,
                    ..wanted.clone()
                },
            )?;
            (!next.is_empty()).then(|| query.link(before))
        }
        _ => None,
    };
    let counts = messages::counts(tx, account)?;
    let total: i64 = counts.iter().map(|(_, count)| count).sum();
    let has_sms = found.iter().any(|message| message.channel == Channel::Sms);
    let mut outages = Vec::new();
    for (channel, is_configured) in ways {
        let state = outlet_state(tx, channel)?;
        // A problem of a way that was taken away since is none.
        if let Some(problem) = state.problem.filter(|_| is_configured) {
            outages.push(Outage {
                title: format!("{} is not leaving.", channel_name(channel)),
                problem,
                next: state
                    .retry_at
                    .filter(|at| *at > now)
                    .map(|at| moment(at, &zone)),
            });
        }
    }
    Ok(OutboxPage {
        shell: Shell::load(tx, visitor, Section::Outbox)?,
        is_filtered: wanted.state.is_some()
            || wanted.purpose.is_some()
            || wanted.recipient.is_some(),
        states: states(&query, &counts),
        purposes: Purpose::ALL
            .iter()
            .map(|purpose| {
                Choice::new(
                    purpose.as_str(),
                    purpose_name(*purpose),
                    query.purpose == purpose.as_str(),
                )
            })
            .collect(),
        total: counted(total, "message", "messages"),
        kept: kept(ways, has_sms),
        outages,
        range: counted(
            found.len() as i64,
            "message on this page",
            "messages on this page",
        ),
        lines: found
            .into_iter()
            .map(|message| line(message, &zone))
            .collect(),
        newest: wanted.before.map(|_| query.link(None)),
        older,
        query,
    })
}

/// What to say where there is no way out.
fn kept(ways: [(Channel, bool); 2], has_sms: bool) -> Option<&'static str> {
    match ways {
        [(_, false), (_, false)] => Some("No mail server is configured: messages are kept here."),
        [(_, false), (_, true)] => Some("No mail server is configured: e-mail is kept here."),
        [(_, true), (_, false)] if has_sms => {
            Some("No SMS gateway is configured: SMS are kept here.")
        }
        [(_, true), _] => None,
    }
}

fn states(query: &Query, counts: &[(MessageState, i64)]) -> Vec<Choice> {
    let choice = |state: MessageState| {
        let number = counts
            .iter()
            .find(|(of, _)| *of == state)
            .map_or(0, |(_, count)| *count);
        let text = format!("{} ({})", Badge::from(state).text, count(number));
        Choice::new(state.as_str(), text, query.state == state.as_str())
    };
    FILTERED.into_iter().map(choice).collect()
}

fn line(message: Message, zone: &jiff::tz::TimeZone) -> Line {
    Line {
        id: message.id,
        recipient: known(message.recipient),
        purpose: purpose_name(message.purpose),
        channel: channel_name(message.channel),
        badge: Badge::from(message.state),
        reason: message.reason.unwrap_or_default(),
        at: moment(message.created_at, zone),
    }
}
