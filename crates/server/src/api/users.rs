//! People: the list with the filter of the page, and one person.

use axum::http::StatusCode;
use db::Tx;
use directory::{
    groups::GroupKind,
    leaving::{self, LeaveError, Terms},
    users::{self, Complaint, ListUsers, PageAt, SaveUser, Sort, Typed, UserFilter, UserRecord},
};
use kernel::UserId;
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    cursor::gone,
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    roles,
    shape::{Field, Shape, Wrong, field, may},
    user_key::{seen, with_key},
};
use crate::{failure::Failure, format::sentence, users::Query};

/// So many groups, modules and own fields at most in one request.
const MOST_LINKS: usize = 1000;

const NAMED: Shape = Shape::Object(&[
    field("id", Shape::Id, ""),
    field("name", Shape::Text(0, 400), ""),
]);

const ROLES: &[&str] = &["owner", "admin", "manager", "user"];
const STATUSES: &[&str] = &["invited", "active", "deactivated", "deleted"];
const KINDS: &[&str] = &["employee", "visitor", "member"];
const THINGS: Shape = Shape::List(&Shape::OneOf(&["email", "phone", "external_id", "card"]), 4);
const CUSTOM: Shape = Shape::Map(&Shape::Maybe(&Shape::Lines(4000)));

/// A person as they are answered.
pub(super) const USER: Shape = Shape::Named(
    "User",
    &Shape::Object(&[
        field("id", Shape::Id, "The id of Muster's own; it never changes."),
        field("name", Shape::Text(0, 400), "Both names."),
        field("first_name", Shape::Text(0, 200), ""),
        field("last_name", Shape::Text(0, 200), ""),
        field("email", Shape::Maybe(&Shape::Text(0, 320)), ""),
        field("phone", Shape::Maybe(&Shape::Text(0, 20)), "As of E.164."),
        field(
            "external_id",
            Shape::Maybe(&Shape::Text(0, 200)),
            "The user ID of your own system.",
        ),
        field("role", Shape::OneOf(ROLES), ""),
        field(
            "admin_role",
            Shape::Maybe(&Shape::Text(0, 200)),
            "The role of the account's own, of an administrator who has one.",
        ),
        field(
            "status",
            Shape::OneOf(STATUSES),
            "Invited until they sign in for the first time.",
        ),
        field("person_kind", Shape::OneOf(KINDS), ""),
        field("title", Shape::Maybe(&Shape::Text(0, 100)), ""),
        field("department", Shape::Maybe(&Shape::Text(0, 100)), ""),
        field(
            "language",
            Shape::Maybe(&Shape::Text(0, 40)),
            "A tag of BCP 47.",
        ),
        field(
            "notes",
            Shape::Maybe(&Shape::Lines(500)),
            "Never shown to the person.",
        ),
        field(
            "custom",
            CUSTOM,
            "The account's own fields that are not blank, by their keys.",
        ),
        field("groups", Shape::List(&NAMED, 100_000), ""),
        field("teams", Shape::List(&NAMED, 100_000), ""),
        field(
            "modules",
            Shape::List(&Shape::Text(0, 40), 1000),
            "Keys of the modules they have a seat of.",
        ),
        field(
            "workflows",
            Shape::List(&NAMED, 100_000),
            "Workflows they take part in directly.",
        ),
        field(
            "kept",
            Shape::List(&Shape::Text(0, 200), 1000),
            "Fields that imports leave alone.",
        ),
        field(
            "version",
            Shape::Integer(1, i64::MAX),
            "Counts the changes; the ETag.",
        ),
        field("created_at", Shape::Moment, ""),
        field("updated_at", Shape::Moment, ""),
    ]),
);

macro_rules! values {
    ($($more:expr),*) => {
        Shape::Object(&[
            $($more,)*
            may("last_name", Shape::Maybe(&Shape::Text(0, 100)), ""),
            may("email", Shape::Maybe(&Shape::Text(0, 320)), ""),
            may("phone", Shape::Maybe(&Shape::Text(0, 60)), "International, or as in the account's country."),
            may("external_id", Shape::Maybe(&Shape::Text(0, 200)), "The user ID of your own system."),
            may("role", Shape::OneOf(ROLES), "None above that of the token's maker."),
            may("admin_role", Shape::Maybe(&Shape::Text(1, 200)), "A role of the account's own, by its id or name, which makes them an administrator; null: the role `admin` as it is."),
            may("person_kind", Shape::OneOf(KINDS), ""),
            may("title", Shape::Maybe(&Shape::Text(0, 100)), ""),
            may("department", Shape::Maybe(&Shape::Text(0, 100)), ""),
            may("language", Shape::Maybe(&Shape::Text(0, 40)), "A tag of BCP 47."),
            may("notes", Shape::Maybe(&Shape::Lines(500)), "Never shown to the person."),
            may("custom", CUSTOM, "The account's own fields by their keys; those not named stay."),
            may("groups", Shape::List(&Shape::Text(1, 200), MOST_LINKS), "All groups they are to be in: ids or names."),
            may("teams", Shape::List(&Shape::Text(1, 200), MOST_LINKS), "All teams they are to be in: ids or names."),
            may("modules", Shape::List(&Shape::Text(1, 200), MOST_LINKS), "All modules they are to have a seat of."),
        ])
    };
}

const NEW: Shape = Shape::Named(
    "NewUser",
    &values![
        field(
            "first_name",
            Shape::Text(1, 100),
            "The first name, or the only one."
        ),
        may(
            "anyway",
            Shape::Bool,
            "Also if somebody who was deleted may be the same person."
        )
    ],
);
const CHANGES: Shape = Shape::Named(
    "UserChanges",
    &values![may(
        "first_name",
        Shape::Text(1, 100),
        "The first name, or the only one."
    )],
);

macro_rules! filter {
    ($($more:expr),*) => {
        &[
            may("status", Shape::OneOf(&["invited", "active", "deactivated"]), ""),
            may("role", Shape::OneOf(ROLES), ""),
            may("kind", Shape::OneOf(KINDS), ""),
            may("group", Shape::Id, "Members of this group or team."),
            may("team", Shape::Id, "Members of this one, too."),
            may("module", Shape::Text(1, 40), "With a seat of this module."),
            may("workflow", Shape::Id, "Who take part in this workflow."),
            may("device", Shape::Id, "With access to this device."),
            may("invite", Shape::OneOf(&["none", "open", "expired", "returned"]), "Where their invitation stands."),
            may("card", Shape::OneOf(&["reserved", "issued", "active", "paused", "expired", "revoked"]), "With a card in this state."),
            may("seen", Shape::OneOf(&["day", "week", "month", "long_ago", "never"]), "When they signed in last."),
            may("app", Shape::OneOf(&["outdated"]), "With an older version of the app than the released one."),
            may("import", Shape::Id, "Whom this import created or last changed."),
            may("has", THINGS, "With all of these."),
            may("lacks", THINGS, "With none of these."),
            may("field", Shape::Text(1, 100), "With a value in this field of the account's own."),
            may("value", Shape::Text(1, 400), "With this value in it."),
            $($more,)*
        ]
    };
}

/// What narrows a list of people; the same names as in the address of the page.
pub(super) const FILTER: &[Field] = filter![];
const LISTED: &[Field] = filter![
    may(
        "key",
        Shape::Text(1, 400),
        "Only the user with exactly this id, e-mail address, phone number, user ID or full name; refused with 409 `several` if there are more."
    ),
    may(
        "q",
        Shape::Text(1, 200),
        "What name, e-mail address, phone number or user ID begins with. At most 100 are found, on one page and by name."
    ),
    may(
        "sort",
        Shape::OneOf(&[
            "name",
            "name_down",
            "last_name",
            "last_name_down",
            "newest",
            "oldest"
        ]),
        "The order; by name if nothing is said."
    ),
    LIMIT,
    CURSOR,
    FIELDS
];

pub(super) const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","first_name":"Thandi","last_name":"Nkosi","email":"thandi@example.com","phone":"+27821234567","external_id":"E-1004","role":"user","admin_role":null,"status":"active","person_kind":"employee","title":"Guard","department":"Security","language":"en","notes":null,"custom":{"locker":"B12"},"groups":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","name":"Night shift"}],"teams":[],"modules":["lone_working"],"workflows":[],"kept":[],"version":3,"created_at":"2026-11-02T08:00:00Z","updated_at":"2026-11-20T16:21:09Z"}"#;
const PAGE: &str = r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","email":"thandi@example.com"}],"next":"/api/v1/users?fields=name%2Cemail&limit=1&cursor=6f2d"}"#;

pub(super) const LIST: Operation = Operation::new("listUsers", "List users", Work::Read(list))
    .words("Everybody who is not deleted, or those whom the filter lets through. The filter is that of the page `/users`: an address of the page is one of this list.")
    .query(LISTED)
    .answers(Answered::One(&Shape::Page(&USER)), PAGE)
    .refuses(&[422]);

pub(super) const CREATE: Operation =
    Operation::new("createUser", "Create a user", Work::Write(create))
        .words("The user is `invited` and hears nothing of it; no password is made. If somebody who was deleted had the same e-mail address, phone number or user ID, this is refused with 409 `deleted_user_matches`: restore them, or send `anyway`.")
        .body(Body::Json(&NEW, r#"{"first_name":"Thandi","last_name":"Nkosi","email":"thandi@example.com","groups":["Night shift"]}"#))
        .answers(Answered::Made(&USER), EXAMPLE)
        .refuses(&[409]);

pub(super) const SHOW: Operation = Operation::new("getUser", "One user", Work::Read(show))
    .query(&[FIELDS])
    .answers(Answered::One(&USER), EXAMPLE);

pub(super) const CHANGE: Operation =
    Operation::new("changeUser", "Change a user", Work::Write(change))
        .words("A merge patch (RFC 7396): what is not named stays, null takes a value away.")
        .body(Body::Json(
            &CHANGES,
            r#"{"department":"Security","title":null,"custom":{"locker":"B12"}}"#,
        ))
        .answers(Answered::One(&USER), EXAMPLE)
        .refuses(&[409])
        .needs_version();

pub(super) const DELETE: Operation =
    Operation::new("deleteUser", "Delete a user", Work::Write(delete))
        .words("They can be restored for as long as the account says (30 days at first), and are erased then. Refused with 409: `account_owner`, `administrator` or `yourself` until the role is another; `in_workflows` until they are taken out, or `take_out=true`; `open_documents` until these are reassigned, or `with_documents=true`.")
        .query(&[
            may("take_out", Shape::Bool, "Take them out of workflows."),
            may("with_documents", Shape::Bool, "Leave their documents as they are; they are erased with them."),
        ])
        .refuses(&[409])
        .needs_version();

pub(super) const DEACTIVATE: Operation =
    Operation::new("deactivateUser", "Deactivate a user", Work::Write(deactivate))
        .words("Sessions end at once, and seats of modules become free. The last owner, and whoever made the token, cannot be deactivated.")
        .answers(Answered::One(&USER), EXAMPLE)
        .refuses(&[409]);

pub(super) const REACTIVATE: Operation = Operation::new(
    "reactivateUser",
    "Take a deactivated user back",
    Work::Write(reactivate),
)
.words("Seats of modules are not given back.")
.answers(Answered::One(&USER), EXAMPLE)
.refuses(&[409]);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    if let Some(key) = ask.param("key") {
        let other = ask
            .query
            .iter()
            .find(|(name, _)| !matches!(&**name, "key" | "fields"));
        if let Some((name, _)) = other {
            let detail = "A key names one user, whatever else they are: leave this out.";
            return Err(Problem::unprocessable("parameter_invalid", detail).parameter(name));
        }
        let found = with_key(tx, ask, key)?;
        return Ok(Reply::page(ask, found.iter().map(value).collect(), None));
    }
    let query = Query::new(ask.query.clone());
    let filter = query.filter();
    let (people, next) = match ask.param("q") {
        Some(text) => (users::search(tx, &ask.ctx, text, &filter)?, None),
        None => page_of(tx, ask, &filter, query.sort())?,
    };
    let items = people.iter().map(value).collect();
    Ok(Reply::page(ask, items, next))
}

/// A page of people, and after whom the next one begins.
pub(super) fn page_of(
    tx: &mut Tx<'_>,
    ask: &Ask,
    filter: &UserFilter,
    sort: Sort,
) -> Result<(Vec<UserRecord>, Option<String>), Problem> {
    let at = match ask.after::<UserId>()? {
        // Whoever the page begins after may be erased by now.
        Some(id) if users::find(tx, ask.ctx.account, id)?.is_none() => return Err(gone()),
        Some(id) => PageAt::After(id),
        None => PageAt::Start,
    };
    let page = users::list(tx, &ask.ctx, filter, sort, at, ask.limit())?;
    let last = page.people.last().filter(|_| page.has_next);
    let next = last.map(|record| record.user.id.to_string());
    Ok((page.people, next))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let record = seen(tx, ask)?;
    Ok(reply(&record))
}

fn reply(record: &UserRecord) -> Reply {
    Reply::one(value(record)).tagged(&tag(record.user.version))
}

fn present(tx: &mut Tx<'_>, ask: &Ask, id: UserId) -> Result<UserRecord, Problem> {
    Ok(users::get(tx, ask.ctx.account, id)?)
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let mut typed = typed(Typed::default(), &ask.body);
    roles::give(tx, ask, &mut typed, None)?;
    let draft = users::read(tx, &ask.ctx, &typed, None)?.map_err(|all| complained(&all))?;
    let is_new = ask.body.get("anyway").and_then(Value::as_bool) == Some(true);
    if !is_new {
        let former = leaving::same_person(tx, &ask.ctx, &draft)?;
        if let Some(one) = former.first() {
            return Err(Problem::conflict(
                "deleted_user_matches",
                "Somebody who was deleted had the same e-mail address, phone number or user ID. Restore them, or send \
                 \"anyway\": true.",
            )
            .human_url(format!("/users/deleted/{}", one.id)));
        }
    }
    let id = users::add(tx, &ask.ctx, &draft)?;
    let record = present(tx, ask, id)?;
    let reply = Reply::made(value(&record), &format!("/api/v1/users/{id}"));
    Ok(reply.tagged(&tag(record.user.version)))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = seen(tx, ask)?;
    let (id, version) = (before.user.id, before.user.version);
    ask.expect(&tag(version))?;
    let mut typed = typed(Typed::of(&before), &ask.body);
    roles::give(tx, ask, &mut typed, Some(&before))?;
    let draft =
        users::read(tx, &ask.ctx, &typed, Some(&before))?.map_err(|all| complained(&all))?;
    users::save(tx, &ask.ctx, id, version, &draft)?;
    Ok(reply(&present(tx, ask, id)?))
}

fn delete(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = seen(tx, ask)?;
    ask.expect(&tag(before.user.version))?;
    let terms = Terms {
        with_documents: ask.is_set("with_documents"),
        take_out: ask.is_set("take_out"),
    };
    leaving::delete(
        tx,
        &ask.ctx,
        before.user.id,
        Some(before.user.version),
        terms,
    )?;
    Ok(Reply::nothing())
}

fn deactivate(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id = seen(tx, ask)?.user.id;
    users::deactivate(tx, &ask.ctx, id)?;
    Ok(reply(&present(tx, ask, id)?))
}

fn reactivate(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id = seen(tx, ask)?.user.id;
    users::reactivate(tx, &ask.ctx, id)?;
    Ok(reply(&present(tx, ask, id)?))
}

/// What is to be, as it would be typed: the same parsers look at it.
fn typed(mut typed: Typed, body: &Value) -> Typed {
    for (name, value) in body.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("anyway" | "admin_role", _) => {}
            ("custom", Value::Object(custom)) => {
                for (key, value) in custom {
                    typed.set(format!("custom.{key}"), value.as_str().unwrap_or_default());
                }
            }
            (name, Value::Array(entries)) => {
                let entries: Vec<_> = entries.iter().filter_map(Value::as_str).collect();
                typed.set(name, entries.join("\n"));
            }
            (name, value) => typed.set(name, value.as_str().unwrap_or_default()),
        }
    }
    typed
}

/// What is wrong with the fields; a conflict if others have what is unique.
fn complained(complaints: &[Complaint]) -> Problem {
    let errors = complaints.iter().map(|complaint| {
        let pointer = format!("/{}", complaint.field.replace('.', "/"));
        Wrong::new(pointer, sentence(&complaint.text))
    });
    let errors: Vec<_> = errors.collect();
    if complaints.iter().all(|complaint| complaint.is_taken) {
        let detail = "Somebody else has this already; see errors.";
        Problem::conflict("already_taken", detail).errors(errors)
    } else {
        Problem::invalid(errors)
    }
}

/// A person in JSON.
pub(super) fn value(record: &UserRecord) -> Value {
    let user = &record.user;
    let groups = |kind: GroupKind| -> Vec<Value> {
        let of_kind = record.groups.iter().filter(|group| group.1 == kind);
        of_kind
            .map(|group| json!({"id": group.0, "name": group.2}))
            .collect()
    };
    let workflows = record.workflows.iter();
    let custom: Map<String, Value> = user
        .custom
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    json!({
        "id": user.id, "name": user.full_name(),
        "first_name": user.first_name, "last_name": user.last_name,
        "email": user.email, "phone": user.phone, "external_id": user.external_id,
        "role": user.role, "admin_role": record.admin_role, "status": user.status, "person_kind": user.person_kind,
        "title": user.title, "department": user.department, "language": user.language,
        "notes": user.notes, "custom": custom,
        "groups": groups(GroupKind::Group), "teams": groups(GroupKind::Team),
        "modules": record.modules,
        "workflows": workflows.map(|one| json!({"id": one.0, "name": one.1})).collect::<Vec<_>>(),
        "kept": record.kept, "version": user.version,
        "created_at": user.created_at, "updated_at": user.updated_at,
    })
}

impl From<ListUsers> for Problem {
    fn from(error: ListUsers) -> Self {
        match error {
            ListUsers::Forbidden(_) => Failure::Forbidden.into(),
            ListUsers::Db(error) => error.into(),
        }
    }
}

impl From<SaveUser> for Problem {
    fn from(error: SaveUser) -> Self {
        let (code, words) = (error.code(), sentence(&error.to_string()));
        match error {
            SaveUser::Forbidden(_) => Failure::Forbidden.into(),
            SaveUser::NobodyThere => Self::not_found(),
            SaveUser::Locked(locked) => Failure::from(locked).into(),
            SaveUser::Field(complaint) => complained(std::slice::from_ref(&complaint)),
            SaveUser::AboveYou(_) => Self::new(StatusCode::FORBIDDEN, code, words),
            SaveUser::Stale | SaveUser::LastOwner | SaveUser::Yourself | SaveUser::Unfit(_) => {
                Self::conflict(code, words)
            }
            SaveUser::Db(error) => error.into(),
        }
    }
}

impl From<LeaveError> for Problem {
    fn from(error: LeaveError) -> Self {
        match error {
            LeaveError::Forbidden(_) => Failure::Forbidden.into(),
            LeaveError::NobodyThere => Self::not_found(),
            LeaveError::Locked(locked) => Failure::from(locked).into(),
            LeaveError::Db(error) => error.into(),
            LeaveError::Stale | LeaveError::Refused(_) | LeaveError::NotConfirmed => {
                Self::conflict(error.code(), sentence(&error.to_string()))
            }
        }
    }
}
