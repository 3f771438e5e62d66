//! What deleting a user would do, and what stands against it. Not here: deleting, see `users`.

use db::Tx;
use directory::leaving::{self, Look, Refusal};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    operation::{Answered, Operation, Work},
    shape::{Shape, field},
    user_key::seen,
};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const DELETION: Shape = Shape::Named(
    "Deletion",
    &Shape::Object(&[
        field("id", Shape::Id, "The user."),
        field("name", Shape::Text(0, 400), ""),
        field(
            "ends",
            Shape::Object(&[
                field("sessions", COUNT, "Places where they are signed in."),
                field("cards", COUNT, "Cards that are revoked."),
                field("grants", COUNT, "Devices they can use no longer."),
                field("groups", COUNT, "Groups and teams they leave."),
                field("seats", COUNT, "Seats of modules that become free."),
                field("teams_led", COUNT, "Teams that have nobody to lead them."),
                field("invitations", COUNT, "Invitations that are taken back."),
                field("documents", COUNT, "Documents that are erased with them."),
            ]),
            "What ends at once, but for documents.",
        ),
        field(
            "open_documents",
            COUNT,
            "To be reassigned, or `with_documents=true`.",
        ),
        field(
            "workflows",
            Shape::List(
                &Shape::Object(&[
                    field("id", Shape::Id, ""),
                    field("name", Shape::Text(0, 400), ""),
                    field(
                        "direct",
                        Shape::Bool,
                        "Themselves, and not only through groups.",
                    ),
                    field(
                        "sole_approver_of",
                        Shape::List(&Shape::Text(0, 400), 10_000),
                        "Steps that nobody else could approve.",
                    ),
                ]),
                100_000,
            ),
            "Those they take part in.",
        ),
        field(
            "blocked_by",
            Shape::List(
                &Shape::OneOf(&[
                    "yourself",
                    "account_owner",
                    "administrator",
                    "in_workflows",
                    "open_documents",
                ]),
                5,
            ),
            "With which codes `deleteUser` is refused as things are.",
        ),
    ]),
);

pub(super) const SHOW: Operation = Operation::new(
    "previewDeletion",
    "What deleting a user would do",
    Work::Read(show),
)
.words("Nothing is changed. The `ETag` is the user's, for `deleteUser`.")
.answers(
    Answered::One(&DELETION),
    r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","ends":{"sessions":1,"cards":1,"grants":2,"groups":1,"seats":0,"teams_led":0,"invitations":0,"documents":3},"open_documents":1,"workflows":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a20","name":"Site access","direct":true,"sole_approver_of":["Approval"]}],"blocked_by":["in_workflows","open_documents"]}"#,
);

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user;
    let look = leaving::look(tx, &ask.ctx, user.id)?;
    let ends = &look.effects;
    let body = json!({
        "id": user.id, "name": user.full_name(),
        "ends": {
            "sessions": ends.sessions, "cards": ends.cards, "grants": ends.grants,
            "groups": ends.groups, "seats": ends.seats, "teams_led": ends.teams_led,
            "invitations": ends.invitations, "documents": ends.documents,
        },
        "open_documents": look.open_documents,
        "workflows": workflows(&look),
        "blocked_by": blocked_by(&look),
    });
    Ok(Reply::one(body).tagged(&tag(user.version)))
}

/// Those they take part in, and those with a step that only they approve.
fn workflows(look: &Look) -> Vec<Value> {
    let mut all: Vec<_> = look
        .parts
        .iter()
        .map(|part| (part.workflow, part.name.as_str(), part.is_direct))
        .collect();
    for one in &look.sole {
        if all.iter().all(|known| known.0 != one.workflow) {
            all.push((one.workflow, &one.workflow_name, false));
        }
    }
    let value = |(id, name, direct)| {
        let steps = look.sole.iter().filter(|one| one.workflow == id);
        let steps: Vec<_> = steps.map(|one| &one.step_name).collect();
        json!({"id": id, "name": name, "direct": direct, "sole_approver_of": steps})
    };
    all.into_iter().map(value).collect()
}

fn blocked_by(look: &Look) -> Vec<&'static str> {
    let workflows = look.blocks_workflows().then_some(Refusal::Workflows);
    let documents = Some(Refusal::Documents(look.open_documents));
    let documents = documents.filter(|_| look.open_documents > 0);
    [&look.refusal, &workflows, &documents]
        .into_iter()
        .flatten()
        .map(Refusal::code)
        .collect()
}
