//! Fields of a user that imports leave alone.

use db::Tx;
use directory::users::{self, KeepFields};
use serde_json::Value;

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    operation::{Answered, Body, Operation, Work},
    shape::{Shape, Wrong, field},
    user_key::seen,
    users::{EXAMPLE, USER, value},
};
use crate::{failure::Failure, format::sentence};

const KEPT: Shape = Shape::Named(
    "KeptFields",
    &Shape::Object(&[field(
        "fields",
        Shape::List(&Shape::Text(1, 200), 1000),
        "All that are to be kept, such as `title`, `phone` or `custom.KEY`; none: imports may change every field.",
    )]),
);

pub(super) const KEEP: Operation = Operation::new(
    "keepFields",
    "Say which fields of a user imports leave alone",
    Work::Write(keep),
)
.words("The list takes the place of the one before. It changes nothing of the user, nor their version.")
.body(Body::Json(&KEPT, r#"{"fields":["phone","custom.locker"]}"#))
.answers(Answered::One(&USER), EXAMPLE);

fn keep(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    let list = ask.body.get("fields").and_then(Value::as_array);
    let keys = list.into_iter().flatten().filter_map(Value::as_str);
    let keys: Vec<String> = keys.map(str::to_owned).collect();
    users::keep(tx, &ask.ctx, user, &keys)?;
    let record = users::get(tx, ask.ctx.account, user)?;
    Ok(Reply::one(value(&record)).tagged(&tag(record.user.version)))
}

impl From<KeepFields> for Problem {
    fn from(error: KeepFields) -> Self {
        let words = sentence(&error.to_string());
        match error {
            KeepFields::Forbidden(_) => Failure::Forbidden.into(),
            KeepFields::NobodyThere => Self::not_found(),
            KeepFields::Unknown(_) => Self::invalid(vec![Wrong::new("/fields", words)]),
            KeepFields::Db(error) => error.into(),
        }
    }
}
