//! Early access: everybody who asked for it or has it, and what an administrator decides (S2.45-S2.48).

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::accounts;
use kernel::{Timestamp, UserId};
use requests::early::{
    self, Decided, EarlyAccess, EarlyRefusal, EarlySettings, EarlyState, Entry, PAGE,
};
use serde::Deserialize;

use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{Moment, count, counted, moment, sentence, zone},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

/// Which page is wanted, and what was done just before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    state: String,
    before: String,
    done: String,
    quiet: String,
    left: String,
}

impl Query {
    /// The last line of the page before: its moment and person.
    fn before(&self) -> Option<(Timestamp, UserId)> {
        let (at, user) = self.before.split_once('.')?;
        Some((Timestamp::from_micros(at.parse().ok()?), user.parse().ok()?))
    }

    /// What was done, in words.
    fn told(&self) -> Option<String> {
        let number = |text: &str| text.parse::<i64>().ok().filter(|number| *number > 0);
        self.done.parse::<i64>().ok()?;
        let done = counted(number(&self.done).unwrap_or(0), "person", "people");
        let quiet = number(&self.quiet).map_or_else(String::new, |quiet| {
            let people = counted(quiet, "of them has", "of them have");
            format!(" {people} no e-mail address: the link is on their own page.")
        });
        let left = number(&self.left).map_or_else(String::new, |left| {
            let people = counted(left, "person was", "people were");
            format!(" {people} left as they are.")
        });
        Some(format!("Done for {done}.{quiet}{left}"))
    }
}

#[derive(Template)]
#[template(path = "early/list.html")]
struct ListPage {
    shell: Shell,
    tabs: Vec<Tab>,
    state: EarlyState,
    actions: Vec<(&'static str, &'static str)>,
    lines: Vec<Line>,
    next: Option<String>,
    is_later_page: bool,
    told: Option<String>,
    version: Option<String>,
    problem: Option<String>,
}

struct Tab {
    link: String,
    badge: Badge,
    count: String,
    is_current: bool,
}

struct Line {
    user: UserId,
    name: String,
    email: String,
    version: String,
    asked: Moment,
    decided: Option<Moment>,
    by: String,
}

impl From<EarlyState> for Badge {
    fn from(state: EarlyState) -> Self {
        let (tone, icon, text) = match state {
            EarlyState::Requested => ("info", Icon::Clock, "Requested"),
            EarlyState::Approved => ("good", Icon::Done, "Approved"),
            EarlyState::Refused => ("still", Icon::Close, "Refused"),
            EarlyState::Ended => ("still", Icon::Off, "Ended"),
            EarlyState::Expired => ("still", Icon::Clock, "Expired"),
        };
        Self { tone, icon, text }
    }
}

/// What can be done in a state: the name in the form, and the words on the button.
fn actions(state: Option<EarlyState>, is_offered: bool) -> Vec<(&'static str, &'static str)> {
    let approve = match state {
        Some(EarlyState::Requested) => ("approve", "Approve and send the link"),
        _ => ("approve", "Offer early access"),
    };
    let offer = if is_offered {
        vec![approve]
    } else {
        Vec::new()
    };
    match state {
        Some(EarlyState::Requested) => offer.into_iter().chain([("refuse", "Refuse")]).collect(),
        Some(EarlyState::Approved) => vec![("end", "End early access")],
        Some(EarlyState::Refused | EarlyState::Ended | EarlyState::Expired) | None => offer,
    }
}

/// Why nothing is offered, for whoever can change that.
fn problem(settings: &EarlySettings) -> Option<String> {
    settings
        .offered()
        .err()
        .map(|refusal| sentence(&refusal.to_string()))
}

/// `GET /early-access`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let state = EarlyState::parse(&query.state).unwrap_or(EarlyState::Requested);
    let account = visitor.session.account;
    let before = query.before();
    let (shell, zone, settings, counts, entries) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Users)?,
                zone(&accounts::get(tx, account)?.time_zone),
                EarlySettings::load(tx, account)?,
                early::counts(tx, account)?,
                early::page(tx, account, state, before)?,
            ))
        })
        .await?;
    let at = |state: EarlyState| Link::to("/early-access").with("state", state.as_str());
    let is_full = entries.len() as i64 >= PAGE;
    let next = entries.last().filter(|_| is_full).map(|last| {
        let place = format!("{}.{}", last.asked_at.as_micros(), last.user);
        at(state).with("before", &place).into_string()
    });
    let tabs = EarlyState::ALL.into_iter().map(|tab| Tab {
        link: at(tab).into_string(),
        badge: tab.into(),
        count: count(counts.get(&tab).copied().unwrap_or(0)),
        is_current: tab == state,
    });
    Ok(Page(ListPage {
        shell,
        tabs: tabs.collect(),
        actions: actions(Some(state), settings.offered().is_ok()),
        state,
        lines: entries
            .into_iter()
            .map(|entry| line(entry, &zone))
            .collect(),
        next,
        is_later_page: before.is_some(),
        told: query.told(),
        version: settings.version.as_ref().map(ToString::to_string),
        problem: problem(&settings),
    })
    .into_response())
}

fn line(entry: Entry, zone: &jiff::tz::TimeZone) -> Line {
    Line {
        user: entry.user,
        name: entry.name,
        email: entry.email.unwrap_or_default(),
        version: entry.version.unwrap_or_default(),
        asked: moment(entry.asked_at, zone),
        decided: entry.decided_at.map(|at| moment(at, zone)),
        by: entry.decided_by.unwrap_or_default(),
    }
}

/// `POST /early-access`: what is decided about the ticked people.
pub(crate) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let value = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let people: Vec<UserId> = fields
        .iter()
        .filter(|(name, _)| name == "user")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let back = Link::to("/early-access").with("state", &value("state"));
    if people.is_empty() {
        return Err(Failure::Conflict {
            title: "Nothing was done".to_owned(),
            message: "Tick at least one person first.".to_owned(),
            link: back.into_string(),
        });
    }
    let decided = act(&app, visitor, value("action"), people)
        .await
        .map_err(|refusal| failure(refusal, "/early-access"))?;
    let back = back
        .with("done", &decided.done.to_string())
        .with("quiet", &decided.without_email.to_string())
        .with("left", &decided.left.to_string());
    Ok(see_other(&back.into_string()))
}

/// The submitted form of one person's page.
#[derive(Deserialize)]
pub(crate) struct One {
    #[serde(default)]
    action: String,
}

/// `POST /users/{id}/early-access`
pub(crate) async fn decide_one(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<One>,
) -> Result<Response, Failure> {
    let page = format!("/users/{id}/devices");
    let account = visitor.session.account;
    app.db
        .read(move |tx| directory::users::get(tx, account, id).map(drop))
        .await?;
    let decided = act(&app, visitor, fields.action, vec![id])
        .await
        .map_err(|refusal| failure(refusal, &page))?;
    if decided.done == 0 {
        return Err(failure(EarlyRefusal::NotOpen, &page));
    }
    Ok(see_other(&format!("{page}#early")))
}

async fn act(
    app: &App,
    visitor: Visitor,
    action: String,
    people: Vec<UserId>,
) -> Result<Decided, EarlyRefusal> {
    let decided = app
        .db
        .write(move |tx| match action.as_str() {
            "approve" => early::approve(tx, &visitor.ctx, &people),
            "refuse" => early::refuse(tx, &visitor.ctx, &people),
            "end" => early::end(tx, &visitor.ctx, &people),
            _ => Err(EarlyRefusal::NotOpen),
        })
        .await?;
    app.wake.wake();
    Ok(decided)
}

/// The page for a refusal; `link` is where the present state is shown.
pub(crate) fn failure(refusal: EarlyRefusal, link: &str) -> Failure {
    match refusal {
        EarlyRefusal::Forbidden(_) => Failure::Forbidden,
        EarlyRefusal::Db(error) => error.into(),
        refusal => Failure::Conflict {
            title: "Nothing was done".to_owned(),
            message: sentence(&refusal.to_string()),
            link: link.to_owned(),
        },
    }
}

/// `POST /me/early-access`: asking for oneself, and giving it up.
pub(crate) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<One>,
) -> Result<Response, Failure> {
    let (ctx, user) = (visitor.ctx, visitor.session.user);
    app.db
        .write(move |tx| match fields.action.as_str() {
            "ask" => early::ask(tx, &ctx, user),
            "leave" => early::leave(tx, &ctx, user),
            _ => Err(EarlyRefusal::NotOpen),
        })
        .await
        .map_err(|refusal| failure(refusal, "/me"))?;
    Ok(see_other("/me#early"))
}

/// Somebody's early access, as their page shows it.
pub(crate) struct EarlyCard {
    pub(crate) badge: Option<Badge>,
    pub(crate) what: String,
    /// The version their app said last, and whether it is the early one.
    pub(crate) app: Option<(String, bool)>,
    pub(crate) actions: Vec<(&'static str, &'static str)>,
    pub(crate) link: Option<String>,
}

impl EarlyCard {
    /// None if there is nothing to say or do.
    pub(crate) fn new(
        access: Option<&EarlyAccess>,
        settings: &EarlySettings,
        app: Option<String>,
    ) -> Option<Self> {
        let offered = settings.offered().ok();
        if access.is_none() && offered.is_none() {
            return None;
        }
        let state = access.map(|access| access.state);
        let version = access.and_then(|access| access.version.clone());
        let version = version.unwrap_or_else(|| {
            settings
                .version
                .as_ref()
                .map_or_else(String::new, ToString::to_string)
        });
        let released = settings
            .released
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        let what = match state {
            None => format!("Version {version} can be had before its release."),
            Some(EarlyState::Requested) => format!("Asked for version {version}."),
            Some(EarlyState::Approved) => format!("May use version {version} before its release."),
            Some(EarlyState::Refused) => "Asked for, and not granted.".to_owned(),
            Some(EarlyState::Ended) => "Had it, or asked for it, and no longer.".to_owned(),
            Some(EarlyState::Expired) => format!(
                "Expired: the released version {released} has everything that version {version} has."
            ),
        };
        let app = app.map(|text| {
            let is_early = match (requests::Version::of_app(&text), &settings.version) {
                (Some(app), Some(early)) => !settings.has_caught_up() && app >= *early,
                (None, _) | (_, None) => false,
            };
            (text, is_early)
        });
        Some(Self {
            badge: state.map(Badge::from),
            what,
            app,
            actions: actions(state, offered.is_some()),
            link: offered
                .filter(|_| state == Some(EarlyState::Approved))
                .map(|(link, _)| link.to_owned()),
        })
    }

    /// Whether the person can ask for it.
    pub(crate) fn can_ask(&self) -> bool {
        self.actions.iter().any(|(action, _)| *action == "approve") && !self.can_leave()
    }

    /// Whether the person waits for it or has it.
    pub(crate) fn can_leave(&self) -> bool {
        self.actions
            .iter()
            .any(|(action, _)| matches!(*action, "refuse" | "end"))
    }
}
