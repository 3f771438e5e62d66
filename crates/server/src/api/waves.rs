//! Inviting many at once: what a wave would do, beginning one, following and halting it; and what is
//! done with the open invitations of many. Not here: one invitation, see `invitations`.

use std::collections::BTreeSet;

use db::Tx;
use invite::{
    Standing, many,
    wave::{self, NewWave, Order, Preview, Selection, Wanted, Wave},
};
use kernel::{UserId, WaveId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    invitations::STANDINGS,
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};

/// So many users can be named at once.
const MOST_NAMED: usize = 2000;
/// For how many days links can work.
const DAYS: Shape = Shape::Integer(1, 90);
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const PEOPLE: Shape = Shape::List(&Shape::Id, MOST_NAMED);
const CHANNELS: Shape = Shape::OneOf(&["any", "email", "sms", "sms_first"]);

const NEW: Shape = Shape::Named(
    "NewWave",
    &Shape::Object(&[
        may("users", PEOPLE, "These; or:"),
        may(
            "import",
            Shape::Id,
            "Whom this import created or last changed; or:",
        ),
        may(
            "standing",
            STANDINGS,
            "Those whose newest invitation stands here; or:",
        ),
        may("everybody", Shape::Bool, "Everybody who never signed in."),
        may(
            "again",
            Shape::Bool,
            "Also those who were invited before and did not come: they get a new link, and the one before works no more.",
        ),
        may(
            "channel",
            CHANNELS,
            "`any`, if nothing is said: e-mail, or SMS where there is no address; `sms_first` the other way round.",
        ),
        may(
            "days",
            DAYS,
            "For how many days the links work; if nothing is said, as the account says.",
        ),
        may(
            "send_at",
            Shape::Moment,
            "Not before this moment, at most 90 days ahead; at once if nothing is said.",
        ),
    ]),
);
const PREVIEW: Shape = Shape::Named(
    "WavePreview",
    &Shape::Object(&[
        field("by_email", COUNT, "Who get an e-mail."),
        field("by_sms", COUNT, "Who get an SMS."),
        field(
            "connected",
            COUNT,
            "Who sign in elsewhere with the same address, and are connected at once.",
        ),
        field(
            "signs_in",
            COUNT,
            "Left alone: they sign in already, or are deactivated.",
        ),
        field(
            "already",
            COUNT,
            "Left alone: invited before, or three times within a day.",
        ),
        field("unreachable", COUNT, "Who have no address for the channel."),
    ]),
);
const WAVE: Shape = Shape::Named(
    "InvitationWave",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field(
            "state",
            Shape::OneOf(&["running", "watching", "held", "paused", "stopped", "done"]),
            "`watching`: the first are out, the others follow unless too many come back; `held`: too many did.",
        ),
        field("busy", Shape::Bool, "Whether it goes on by itself."),
        field(
            "again",
            Shape::Bool,
            "Whether it is also for those who were invited before.",
        ),
        field("import", Shape::Maybe(&Shape::Id), "The import it is for."),
        field("invited", COUNT, "Messages to so many users."),
        field("connected", COUNT, "Connected at once."),
        field("already", COUNT, "Left alone."),
        field("unreachable", COUNT, "Nothing to write to."),
        field("begun_by", Shape::Text(0, 1000), ""),
        field("created_at", Shape::Moment, ""),
        field(
            "send_at",
            Shape::Moment,
            "Its messages go out from here on.",
        ),
        field("status_url", Shape::Text(0, 200), "Where to look again."),
        field("human_url", Shape::Text(0, 200), "The page of it."),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a13","state":"running","busy":true,"again":false,"import":null,"invited":20,"connected":0,"already":3,"unreachable":1,"begun_by":"Maria Keller","created_at":"2026-11-22T09:30:00Z","send_at":"2026-11-22T09:30:00Z","status_url":"/api/v1/invitation-waves/01977420-5c1d-7b32-9a01-3d1f5b9e2a13","human_url":"/invitations/waves/01977420-5c1d-7b32-9a01-3d1f5b9e2a13"}"#;
const BODY: &str = r#"{"everybody":true,"channel":"any","days":14}"#;
const OPEN: Shape = Shape::Named(
    "OpenInvitations",
    &Shape::Object(&[field("users", PEOPLE, "")]),
);
const LONGER: Shape = Shape::Named(
    "LongerInvitations",
    &Shape::Object(&[
        field("users", PEOPLE, ""),
        field("days", DAYS, "So many days from now on."),
    ]),
);
const CHANGED: Shape = Shape::Named(
    "ChangedInvitations",
    &Shape::Object(&[field("invitations", COUNT, "How many there were.")]),
);
const CHANGED_EXAMPLE: &str = r#"{"invitations":2}"#;

pub(super) const BEGIN: Operation =
    Operation::new("beginInvitations", "Invite many users", Work::Write(begin))
        .words("By a job, which sends the first 20 of a large wave and waits for what comes back. Name whom it is for in exactly one way.")
        .body(Body::Json(&NEW, BODY))
        .answers(Answered::Taken(&WAVE), EXAMPLE);
pub(super) const LOOK: Operation = Operation::new(
    "previewInvitations",
    "What inviting many users would do",
    Work::Read(look),
)
.words("Nothing is sent.")
.body(Body::Json(&NEW, BODY))
.answers(
    Answered::One(&PREVIEW),
    r#"{"by_email":280,"by_sms":12,"connected":1,"signs_in":40,"already":3,"unreachable":5}"#,
);
pub(super) const WITHDRAW: Operation = Operation::new(
    "withdrawInvitations",
    "Take the open invitations of many users back",
    Work::Write(withdraw),
)
.body(Body::Json(
    &OPEN,
    r#"{"users":["01977420-5c1d-7b32-9a01-3d1f5b9e2a10"]}"#,
))
.answers(Answered::One(&CHANGED), CHANGED_EXAMPLE);
pub(super) const EXTEND: Operation = Operation::new(
    "extendInvitations",
    "Let the open links of many users work longer",
    Work::Write(extend),
)
.body(Body::Json(
    &LONGER,
    r#"{"users":["01977420-5c1d-7b32-9a01-3d1f5b9e2a10"],"days":14}"#,
))
.answers(Answered::One(&CHANGED), CHANGED_EXAMPLE);
pub(super) const LIST: Operation =
    Operation::new("listInvitationWaves", "List waves of invitations", Work::Read(list))
        .words("The newest 50, on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&WAVE)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a13","state":"done","invited":292}],"next":null}"#,
        );
pub(super) const SHOW: Operation = Operation::new(
    "getInvitationWave",
    "One wave of invitations",
    Work::Read(show),
)
.answers(Answered::One(&WAVE), EXAMPLE);
pub(super) const PAUSE: Operation = Operation::new(
    "pauseInvitationWave",
    "Halt a wave of invitations",
    Work::Write(|tx, ask| order(tx, ask, Order::Pause)),
)
.words("After the present chunk. Refused with 409 `not_open` when it does not go on.")
.answers(Answered::One(&WAVE), EXAMPLE)
.refuses(&[409]);
pub(super) const RESUME: Operation = Operation::new(
    "resumeInvitationWave",
    "Let a wave of invitations go on",
    Work::Write(|tx, ask| order(tx, ask, Order::Resume)),
)
.words("One that is paused or held.")
.answers(Answered::One(&WAVE), EXAMPLE)
.refuses(&[409]);
pub(super) const STOP: Operation = Operation::new(
    "stopInvitationWave",
    "End a wave of invitations",
    Work::Write(|tx, ask| order(tx, ask, Order::Stop)),
)
.words("The rest is left uninvited, and what has not left yet is taken back.")
.answers(Answered::One(&WAVE), EXAMPLE)
.refuses(&[409]);

/// The users that a body names, each once.
fn named(ask: &Ask) -> Vec<UserId> {
    let all: BTreeSet<UserId> = ask.ids("users").into_iter().collect();
    all.into_iter().collect()
}

/// Whom a wave is for: exactly one way to say it.
fn selection(ask: &Ask) -> Result<Selection, Problem> {
    let has_users = ask.body.get("users").is_some();
    let everybody = ask.body.get("everybody") == Some(&Value::Bool(true));
    let import = ask.text("import").and_then(|id| id.parse().ok());
    let standing = ask.text("standing").and_then(Standing::parse);
    match (has_users, import, standing, everybody) {
        (true, None, None, false) => Ok(Selection::People(named(ask))),
        (false, Some(import), None, false) => Ok(Selection::Import(import)),
        (false, None, Some(standing), false) => Ok(Selection::Standing(standing)),
        (false, None, None, true) => Ok(Selection::Everybody),
        _ => {
            let detail =
                "Name whom it is for by exactly one of users, import, standing and everybody.";
            Err(Problem::invalid(vec![Wrong::new("", detail)]))
        }
    }
}

fn wanted(ask: &Ask) -> Result<NewWave, Problem> {
    Ok(NewWave {
        selection: selection(ask)?,
        again: ask.body.get("again") == Some(&Value::Bool(true)),
        channel: ask
            .text("channel")
            .and_then(Wanted::parse)
            .unwrap_or(Wanted::Any),
        days: ask.body.get("days").and_then(Value::as_i64),
        send_at: ask.text("send_at").and_then(|at| at.parse().ok()),
    })
}

fn begin(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id = wave::begin(tx, &ask.ctx, &wanted(ask)?)?;
    let wave = wave::look(tx, &ask.ctx, id)?;
    Ok(Reply::taken(value(&wave), &address(id)))
}

fn look(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let preview = wave::preview(tx, &ask.ctx, &wanted(ask)?)?;
    let Preview {
        by_email,
        by_sms,
        connected,
        signs_in,
        already,
        unreachable,
    } = preview;
    Ok(Reply::one(json!({
        "by_email": by_email, "by_sms": by_sms, "connected": connected, "signs_in": signs_in,
        "already": already, "unreachable": unreachable,
    })))
}

fn withdraw(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let number = many::withdraw(tx, &ask.ctx, &named(ask))?;
    Ok(Reply::one(json!({"invitations": number})))
}

fn extend(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let days = ask.body.get("days").and_then(Value::as_i64);
    let number = many::extend(tx, &ask.ctx, &named(ask), days.unwrap_or_default())?;
    Ok(Reply::one(json!({"invitations": number})))
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = wave::look_at_all(tx, &ask.ctx)?;
    Ok(Reply::page(ask, all.iter().map(value).collect(), None))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let wave = wave::look(tx, &ask.ctx, ask.id("id")?)?;
    Ok(Reply::one(value(&wave)))
}

fn order(tx: &mut Tx<'_>, ask: &Ask, order: Order) -> Result<Reply, Problem> {
    wave::order(tx, &ask.ctx, ask.id("id")?, order)?;
    show(tx, ask)
}

fn address(id: WaveId) -> String {
    format!("/api/v1/invitation-waves/{id}")
}

fn value(wave: &Wave) -> Value {
    json!({
        "id": wave.id, "state": wave.state.as_str(), "busy": wave.state.is_going(),
        "again": wave.again, "import": wave.import, "invited": wave.invited,
        "connected": wave.connected, "already": wave.already, "unreachable": wave.unreachable,
        "begun_by": wave.begun_by_name, "created_at": wave.created_at, "send_at": wave.send_at,
        "status_url": address(wave.id), "human_url": format!("/invitations/waves/{}", wave.id),
    })
}
