//! Making one user of two: both side by side, and doing it.

use axum::http::StatusCode;
use db::Tx;
use directory::users::{
    self,
    merge::{self, Choices, Merge, MergeRefusal, Side},
};
use kernel::UserId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag, tag_of},
    operation::{Answered, Body, Operation, Work},
    shape::{Shape, Wrong, field, may},
    user_key::seen,
    users::{EXAMPLE, USER, value},
};
use crate::{failure::Failure, format::sentence};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const SIDE: Shape = Shape::OneOf(&["kept", "other"]);
const KEYS: Shape = Shape::List(&Shape::Text(1, 200), 1000);
const PERSON: Shape = Shape::Object(&[
    field("id", Shape::Id, ""),
    field("name", Shape::Text(0, 400), ""),
]);
const MERGE: Shape = Shape::Named(
    "Merge",
    &Shape::Object(&[
        field("kept", PERSON, "Who stays."),
        field("other", PERSON, "Who goes."),
        field(
            "fields",
            Shape::List(
                &Shape::Object(&[
                    field("key", Shape::Text(0, 200), ""),
                    field("label", Shape::Text(0, 400), ""),
                    field("kept", Shape::Lines(5000), "The value of who stays."),
                    field("other", Shape::Lines(5000), "The value of who goes."),
                    field("takes", SIDE, "Whose value is taken if nothing is chosen."),
                ]),
                2000,
            ),
            "Those that at least one of them has.",
        ),
        field(
            "both_sign_in",
            Shape::Bool,
            "Then `sign_in` has to be chosen.",
        ),
        field("both_have_photos", Shape::Bool, "Then one is removed."),
        field(
            "moving",
            Shape::Object(&[
                field("groups", COUNT, "Groups and teams."),
                field("seats", COUNT, "Seats of modules."),
                field("workflows", COUNT, ""),
                field("grants", COUNT, "Access to devices."),
                field("cards", COUNT, "Dead ones included."),
                field("documents", COUNT, ""),
                field("invitations", COUNT, ""),
                field("notifications", COUNT, ""),
            ]),
            "How much of who goes moves to who stays.",
        ),
    ]),
);
const CHOICES: Shape = Shape::Named(
    "MergeChoices",
    &Shape::Object(&[
        may(
            "from_other",
            KEYS,
            "Keys of fields that are taken from who goes, blank or not. Blank ones of who stays are filled anyway.",
        ),
        may(
            "as_kept",
            KEYS,
            "Keys of fields that stay as they are, even if blank.",
        ),
        may(
            "sign_in",
            SIDE,
            "Whose sign-in stays; needed if both have one.",
        ),
        may(
            "card",
            SIDE,
            "Whose live card stays; `kept` if nothing is said.",
        ),
        may(
            "photo",
            SIDE,
            "Whose photo stays; `kept` if nothing is said.",
        ),
    ]),
);

pub(super) const LOOK: Operation = Operation::new(
    "previewMerge",
    "What making one of two users would do",
    Work::Read(look),
)
.words("The first of the address is kept, the second goes. Nothing is changed.")
.answers(
    Answered::One(&MERGE),
    r#"{"kept":{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi"},"other":{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","name":"T. Nkosi"},"fields":[{"key":"phone","label":"Phone","kept":"","other":"+27821234567","takes":"other"}],"both_sign_in":false,"both_have_photos":false,"moving":{"groups":1,"seats":0,"workflows":0,"grants":2,"cards":1,"documents":0,"invitations":1,"notifications":0}}"#,
)
.refuses(&[409]);
pub(super) const MERGE_USERS: Operation =
    Operation::new("mergeUsers", "Make one of two users", Work::Write(submit))
        .words("The first of the address is kept, the second goes; it cannot be undone. `If-Match` has the ETag of `previewMerge`. Refused with 409: `merge_sign_in` until it is said whose sign-in stays; `merge_same`, `merge_yourself`, `merge_owner`, `last_owner`.")
        .body(Body::Json(
            &CHOICES,
            r#"{"from_other":["email"],"card":"other"}"#,
        ))
        .answers(Answered::One(&USER), EXAMPLE)
        .needs_version();

/// Both, the first of them somebody whom the token's maker sees.
fn both(tx: &mut Tx<'_>, ask: &Ask) -> Result<Merge, Problem> {
    let kept = seen(tx, ask)?.user.id;
    let other: UserId = ask.id("other")?;
    Ok(merge::look(tx, &ask.ctx, kept, other)?)
}

/// The versions of both, as one tag.
fn versions(merge: &Merge) -> String {
    let text = |version: i64| version.to_string();
    tag_of(&[
        &text(merge.kept.user.version),
        &text(merge.other.user.version),
    ])
}

fn look(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let merge = both(tx, ask)?;
    let fields = merge.fields.iter().map(|field| {
        json!({
            "key": field.key, "label": field.label, "kept": field.kept, "other": field.other,
            "takes": field.proposed.as_str(),
        })
    });
    let moving = &merge.moving;
    let body = json!({
        "kept": {"id": merge.kept.user.id, "name": merge.kept.user.full_name()},
        "other": {"id": merge.other.user.id, "name": merge.other.user.full_name()},
        "fields": fields.collect::<Vec<_>>(),
        "both_sign_in": merge.both_sign_in(),
        "both_have_photos": moving.kept_has_photo && moving.other_has_photo,
        "moving": {
            "groups": moving.groups, "seats": moving.seats, "workflows": moving.workflows,
            "grants": moving.grants, "cards": moving.cards, "documents": moving.documents,
            "invitations": moving.invitations, "notifications": moving.notifications,
        },
    });
    Ok(Reply::one(body).tagged(&versions(&merge)))
}

fn submit(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let merge = both(tx, ask)?;
    ask.expect(&versions(&merge))?;
    let (kept, other) = (&merge.kept.user, &merge.other.user);
    let versions = (kept.version, other.version);
    merge::merge(tx, &ask.ctx, (kept.id, other.id), versions, &choices(ask))?;
    let record = users::get(tx, ask.ctx.account, kept.id)?;
    Ok(Reply::one(value(&record)).tagged(&tag(record.user.version)))
}

fn choices(ask: &Ask) -> Choices {
    let keys = |name: &str| {
        let list = ask.body.get(name).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let side = |name: &str| ask.text(name).and_then(Side::parse);
    Choices {
        from_other: keys("from_other"),
        as_kept: keys("as_kept"),
        sign_in: side("sign_in"),
        card: side("card").unwrap_or_default(),
        photo: side("photo").unwrap_or_default(),
    }
}

impl From<MergeRefusal> for Problem {
    fn from(refusal: MergeRefusal) -> Self {
        let (code, words) = (refusal.code(), sentence(&refusal.to_string()));
        match refusal {
            MergeRefusal::Forbidden(_) => Failure::Forbidden.into(),
            MergeRefusal::Locked(locked) => Failure::from(locked).into(),
            MergeRefusal::NobodyThere => Self::not_found(),
            MergeRefusal::Db(error) => error.into(),
            MergeRefusal::AboveYou(_) => {
                Self::new(StatusCode::FORBIDDEN, "role_above_yours", words)
            }
            MergeRefusal::Field(_) => Self::invalid(vec![Wrong::new("", words)]),
            MergeRefusal::Same
            | MergeRefusal::Yourself
            | MergeRefusal::Owner(_)
            | MergeRefusal::SignIn
            | MergeRefusal::LastOwner
            | MergeRefusal::Stale
            | MergeRefusal::Card(_) => Self::conflict(code, words),
        }
    }
}
