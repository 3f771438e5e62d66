//! Access to devices for people who may not be here yet, as the Invite wizard gives it: whoever is new is
//! made a user and invited. Not here: access for users who are here, see `grants`.

use admit::{AdmitError, CardFault, CardField, Fields, PageAt, Progress, Sheet};
use db::Tx;
use directory::access::Terms;
use identity::tokens::Scope;
use import::Imports;
use kernel::{DeviceId, InviteDraftId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    grants::{KINDS, terms},
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

/// So many people at once; an import is for more.
const MOST: usize = 100;
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const NEW: Shape = Shape::Named(
    "NewInvites",
    &Shape::Object(&[
        field(
            "devices",
            Shape::List(&Shape::Id, 100),
            "To which devices, at least one.",
        ),
        field("access_type", KINDS, ""),
        may(
            "schedule",
            Shape::Maybe(&Shape::Text(0, 1000)),
            "For repeat, such as Mon-Fri 09:00-17:00.",
        ),
        may(
            "ends_at",
            Shape::Maybe(&Shape::Moment),
            "Temporary access, and that of guests, must have one.",
        ),
        field(
            "people",
            Shape::List(
                &Shape::Object(&[
                    field("name", Shape::Text(1, 200), "Both names."),
                    may("email", Shape::Maybe(&Shape::Text(0, 320)), ""),
                    may(
                        "phone",
                        Shape::Maybe(&Shape::Text(0, 60)),
                        "This or an e-mail address.",
                    ),
                    may("notes", Shape::Maybe(&Shape::Lines(500)), "On the access."),
                ]),
                MOST,
            ),
            "Each once, at least one.",
        ),
    ]),
);
const INVITES: Shape = Shape::Named(
    "Invites",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field(
            "state",
            Shape::OneOf(&["giving", "inviting", "waiting", "stopped", "done", "failed"]),
            "`waiting`: access is given, and invitations wait until an administrator lets them go on.",
        ),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field(
            "failure",
            Shape::Maybe(&Shape::Lines(4000)),
            "Why nobody got access.",
        ),
        field(
            "counts",
            Shape::Object(&[
                field("active", COUNT, "Who can use their access now."),
                field("pending", COUNT, "Who have to accept an invitation first."),
                field("with_access", COUNT, "Who had access before."),
                field("failed", COUNT, "Who could not be given access."),
                field(
                    "gone",
                    COUNT,
                    "Whose access was taken away since, or is over.",
                ),
                field("waiting", COUNT, "With whom nothing was done yet."),
            ]),
            "",
        ),
        field("status_url", Shape::Text(0, 200), "Where to look again."),
        field("human_url", Shape::Text(0, 200), "The page of it."),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a90","state":"giving","busy":true,"failure":null,"counts":{"active":0,"pending":0,"with_access":0,"failed":0,"gone":0,"waiting":1},"status_url":"/api/v1/invites/01977420-5c1d-7b32-9a01-3d1f5b9e2a90","human_url":"/invite/01977420-5c1d-7b32-9a01-3d1f5b9e2a90/sent"}"#;
const PERSON: Shape = Shape::Named(
    "InvitedPerson",
    &Shape::Object(&[
        field("number", COUNT, ""),
        field("name", Shape::Text(0, 400), "As it was sent."),
        field(
            "contact",
            Shape::Text(0, 400),
            "The number or address that was sent.",
        ),
        field(
            "standing",
            Shape::OneOf(&[
                "waiting",
                "active",
                "pending",
                "pending_link",
                "has_access",
                "not_given",
                "gone",
            ]),
            "`pending_link`: nothing could be sent; a link can be handed over on the page.",
        ),
        field(
            "problem",
            Shape::Maybe(&Shape::Lines(4000)),
            "Why nothing was given.",
        ),
    ]),
);

pub(super) const SEND: Operation =
    Operation::new("inviteToDevices", "Give people access to devices, and invite who is new", Work::Write(send))
        .words("By a job. Whoever signs in with the number or address has access at once; others are made users and get an invitation. Refused with 409 `draft_open` while the token's maker has begun one on the page. Also needs the scopes `invitations` and `users:write`.")
        .body(Body::Json(&NEW, r#"{"devices":["01977420-5c1d-7b32-9a01-3d1f5b9e2a17"],"access_type":"always","people":[{"name":"Thandi Nkosi","email":"thandi@example.com"}]}"#))
        .answers(Answered::Taken(&INVITES), EXAMPLE);
pub(super) const SHOW: Operation = Operation::new(
    "getInvites",
    "What became of an invitation to devices",
    Work::Engine(show),
)
.words("Only tokens of the same maker see it.")
.answers(Answered::One(&INVITES), EXAMPLE);
pub(super) const PEOPLE: Operation =
    Operation::new("listInvitedPeople", "Where its people stand", Work::Read(people))
        .words("50 on a page.")
        .query(&[CURSOR, FIELDS])
        .answers(
            Answered::One(&Shape::Page(&PERSON)),
            r#"{"items":[{"number":1,"name":"Thandi Nkosi","contact":"thandi@example.com","standing":"pending","problem":null}],"next":null}"#,
        );

fn send(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    ask.needs(Scope::Invitations)?;
    ask.needs(Scope::UsersWrite)?;
    let ctx = &ask.ctx;
    if let Some(draft) = admit::current(tx, ctx)? {
        let detail = "You have begun an invitation on the page; send it or give it up first.";
        let link = format!("/invite/{}", draft.id);
        return Err(Problem::conflict("draft_open", detail).human_url(link));
    }
    let terms: Terms = terms(ask)?;
    let devices: Vec<DeviceId> = ask.ids("devices");
    let draft = admit::open(tx, ctx)?.id;
    admit::choose_access(tx, ctx, draft, &terms)?;
    admit::choose_devices(tx, ctx, draft, &devices)?;
    let all = ask.body.get("people").and_then(Value::as_array);
    for (place, one) in all.into_iter().flatten().enumerate() {
        add(tx, ask, draft, place, one)?;
    }
    let rev = admit::find(tx, ctx, draft)?.rev;
    admit::send(tx, ctx, draft, rev)?;
    let sent = admit::find(tx, ctx, draft)?;
    let counts = json!({
        "active": 0, "pending": 0, "with_access": sent.with_access, "failed": 0, "gone": 0,
        "waiting": sent.ready,
    });
    let body = body(draft, "giving", None, &counts);
    Ok(Reply::taken(body, &address(draft)))
}

/// Adds a person; what is wrong is told with their place.
fn add(
    tx: &mut Tx<'_>,
    ask: &Ask,
    draft: InviteDraftId,
    place: usize,
    one: &Value,
) -> Result<(), Problem> {
    let text = |name: &str| {
        let text = one.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let fields = Fields {
        name: text("name"),
        phone: text("phone"),
        email: text("email"),
        notes: text("notes"),
    };
    match admit::add(tx, &ask.ctx, draft, &fields) {
        Ok(_) => Ok(()),
        Err(AdmitError::Card(faults)) => {
            let wrong = |fault: &CardFault| {
                let name = match fault.field {
                    CardField::Name => "name",
                    CardField::Phone => "phone",
                    CardField::Email => "email",
                    CardField::Notes => "notes",
                };
                Wrong::new(format!("/people/{place}/{name}"), sentence(&fault.words))
            };
            Err(Problem::invalid(faults.iter().map(wrong).collect()))
        }
        Err(error) => Err(error.into()),
    }
}

fn address(id: InviteDraftId) -> String {
    format!("/api/v1/invites/{id}")
}

fn body(id: InviteDraftId, state: &str, failure: Option<&str>, counts: &Value) -> Value {
    json!({
        "id": id, "state": state, "busy": matches!(state, "giving" | "inviting"),
        "failure": failure, "counts": counts, "status_url": address(id),
        "human_url": format!("/invite/{id}/sent"),
    })
}

fn show(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let id: InviteDraftId = ask.id("id")?;
    let sheet = admit::sheet(&ask.app.db, imports, &ask.ctx, id)?;
    if sheet.draft.sent_at.is_none() {
        return Err(Problem::not_found());
    }
    Ok(Reply::one(value(&sheet)))
}

fn value(sheet: &Sheet) -> Value {
    let (state, failure) = match &sheet.progress {
        Progress::Giving { .. } => ("giving", None),
        Progress::Inviting => ("inviting", None),
        Progress::Waiting => ("waiting", None),
        Progress::Stopped => ("stopped", None),
        Progress::Done => ("done", None),
        Progress::Failed(why) => ("failed", Some(why.as_str())),
    };
    let counts = &sheet.counts;
    let counts = json!({
        "active": counts.active, "pending": counts.pending, "with_access": counts.with_access,
        "failed": counts.failed, "gone": counts.gone, "waiting": counts.waiting,
    });
    body(sheet.draft.id, state, failure, &counts)
}

fn people(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: InviteDraftId = ask.id("id")?;
    if admit::find(tx, &ask.ctx, id)?.sent_at.is_none() {
        return Err(Problem::not_found());
    }
    let at = ask.after::<i64>()?.map_or(PageAt::Start, PageAt::After);
    let (people, _, has_next) = admit::sheet_people(tx, &ask.ctx, id, at)?;
    let next = people.last().filter(|_| has_next);
    let next = next.map(|last| last.number.to_string());
    let items = people.iter().map(|one| {
        json!({
            "number": one.number, "name": one.name, "contact": one.contact,
            "standing": standing(one.standing), "problem": one.problem,
        })
    });
    Ok(Reply::page(ask, items.collect(), next))
}

const fn standing(standing: admit::Standing) -> &'static str {
    match standing {
        admit::Standing::Waiting => "waiting",
        admit::Standing::Active => "active",
        admit::Standing::Pending => "pending",
        admit::Standing::PendingLink => "pending_link",
        admit::Standing::HasAccess => "has_access",
        admit::Standing::NotGiven => "not_given",
        admit::Standing::Gone => "gone",
    }
}

impl From<AdmitError> for Problem {
    fn from(error: AdmitError) -> Self {
        let words = sentence(&error.to_string());
        let wrong = |at: &str| Self::invalid(vec![Wrong::new(at, words.clone())]);
        match error {
            AdmitError::MayNotInvite | AdmitError::Forbidden(_) => Failure::Forbidden.into(),
            AdmitError::NotFound | AdmitError::NoSuchCard => Self::not_found(),
            AdmitError::Import(refusal) => refusal.into(),
            AdmitError::Invite(error) => error.into(),
            AdmitError::Db(error) => error.into(),
            AdmitError::NoDevice
            | AdmitError::TooManyDevices(_)
            | AdmitError::DeviceNotAllowed(_) => wrong("/devices"),
            AdmitError::NoAccess | AdmitError::TypeNotAllowed(_) => wrong("/access_type"),
            AdmitError::Ended | AdmitError::TooLong { .. } => wrong("/ends_at"),
            AdmitError::Nobody
            | AdmitError::TooMany(_)
            | AdmitError::TooMuchText
            | AdmitError::Card(_) => wrong("/people"),
            AdmitError::NoRoom { .. } => Self::conflict("guests_full", words),
            AdmitError::Sent | AdmitError::Stale | AdmitError::NoLink => {
                Self::conflict("wrong_state", words)
            }
        }
    }
}
