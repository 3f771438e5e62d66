//! Making, replacing, changing and deleting people as users of SCIM, each in one transaction.

use db::Tx;
use directory::{
    leaving::{self, Back, Returned, Taken},
    provisioning::{self, Names, Person},
    users::{self, Typed, UserRecord},
};
use kernel::{UserId, UserStatus};
use scim::{ErrorKind, Failure, patch};
use serde_json::Value;

use super::{
    answer::{Call, Done, Versions, View},
    refused::{Refused, complaints, not_found},
    user::{Meaning, kept, said, settable, shown, version},
};

/// Nothing comes back with somebody but who they are: the provider says what they have.
const BARE: Back = Back {
    groups: false,
    workflows: false,
    access: false,
    cards: false,
};

/// Somebody the actor sees.
pub(super) fn person(tx: &mut Tx<'_>, call: &Call, id: UserId) -> Result<Person, Refused> {
    let found = provisioning::people(tx, &call.ctx, &[id])?;
    found.into_iter().next().ok_or_else(not_found)
}

/// Makes somebody, or takes back whom the provider brought before.
pub(super) fn create(tx: &mut Tx<'_>, call: &Call, body: &Value) -> Result<Done, Refused> {
    let (ctx, view) = (&call.ctx, View::load(tx, call)?);
    let user = view.own.users().clean(body)?;
    let user_name = user_name(&user)?;
    if let Some(external_id) = text(&user, "externalId")
        && let Some(former) = provisioning::former(tx, ctx, external_id)?
    {
        take_back(tx, call, former)?;
        let done = write(tx, call, former, &user, &Way::Replaced)?;
        return Ok(Done {
            status: 201,
            ..done
        });
    }
    let mut typed = Typed::default();
    Meaning::new(&user, user_name, view.region).type_into(&mut typed, &|_| false);
    view.own.type_into(&mut typed, &user, &|_| false);
    let draft = users::read(tx, ctx, &typed, None)?.map_err(|all| complaints(&all))?;
    if let Some(former) = leaving::same_person(tx, ctx, &draft)?.first() {
        let detail = format!(
            "Somebody with one of these keys was deleted on {} and can be taken back, or erased, on the page /users/deleted/{}.",
            former.deleted_at.day(),
            former.id
        );
        let failure = Failure::of(ErrorKind::Uniqueness, detail).code("user_deleted_before");
        return Err(failure.into());
    }
    let id = users::add(tx, ctx, &draft)?;
    let nothing = Value::Null;
    provisioning::keep(
        tx,
        ctx,
        id,
        &names(&user, &kept(&user, &nothing, &nothing, &view.own)),
        false,
    )?;
    if user.get("active") == Some(&Value::Bool(false)) {
        users::deactivate(tx, ctx, id)?;
    }
    let made = person(tx, call, id)?;
    Ok(Done::with(201, shown(&made, &view)))
}

fn take_back(tx: &mut Tx<'_>, call: &Call, former: UserId) -> Result<(), Refused> {
    let returned = leaving::restore(tx, &call.ctx, &[former], BARE)?;
    let taken = |key: Taken| {
        let detail = format!(
            "The person was deleted before and cannot be taken back: somebody else has their {} now.",
            key.words()
        );
        Failure::of(ErrorKind::Uniqueness, detail).code("user_deleted_before")
    };
    match returned.first() {
        Some((_, Returned::Restored)) => Ok(()),
        Some((_, Returned::Taken(key))) => Err(taken(*key).into()),
        Some((_, Returned::Gone)) | None => Err(not_found()),
    }
}

/// Replaces what a provider says of somebody. What it never said stays as it is.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    call: &Call,
    id: UserId,
    versions: &Versions,
    body: &Value,
) -> Result<Done, Refused> {
    let user = View::load(tx, call)?.own.users().clean(body)?;
    user_name(&user)?;
    let before = person(tx, call, id)?;
    versions.check(&version(&before))?;
    write(tx, call, id, &user, &Way::Replaced)
}

/// Changes single attributes of somebody.
pub(super) fn change(
    tx: &mut Tx<'_>,
    call: &Call,
    id: UserId,
    versions: &Versions,
    body: &Value,
) -> Result<Done, Refused> {
    let view = View::load(tx, call)?;
    let shape = view.own.users();
    let before = person(tx, call, id)?;
    versions.check(&version(&before))?;
    let changes = patch::changes(&shape, body)?;
    let shown = settable(&before, &view);
    let mut user = shown.clone();
    for change in changes {
        patch::apply(&mut user, &change)?;
    }
    write(tx, call, id, &user, &Way::Changed(shown))
}

/// Deletes somebody, by the rules of the pages.
pub(super) fn delete(
    tx: &mut Tx<'_>,
    call: &Call,
    id: UserId,
    versions: &Versions,
) -> Result<Done, Refused> {
    let before = person(tx, call, id)?;
    versions.check(&version(&before))?;
    leaving::delete(tx, &call.ctx, id, None, leaving::Terms::default())?;
    Ok(Done::nothing())
}

/// How a user came to be as it is.
enum Way {
    /// The provider sent all of it.
    Replaced,
    /// The provider changed something of what is shown to it, which was this.
    Changed(Value),
}

fn write(
    tx: &mut Tx<'_>,
    call: &Call,
    id: UserId,
    user: &Value,
    way: &Way,
) -> Result<Done, Refused> {
    let (ctx, view) = (&call.ctx, View::load(tx, call)?);
    let user_name = user_name(user)?;
    let before = person(tx, call, id)?;
    let earlier = said(&before);
    let record = users::get(tx, ctx.account, id)?;
    let mut typed = Typed::of(&record);
    let is_untouched = |pointer: &str| match way {
        Way::Replaced => user.pointer(pointer).is_none() && earlier.pointer(pointer).is_none(),
        Way::Changed(shown) => user.pointer(pointer) == shown.pointer(pointer),
    };
    Meaning::new(user, user_name, view.region).type_into(&mut typed, &is_untouched);
    view.own.type_into(&mut typed, user, &is_untouched);
    let draft = users::read(tx, ctx, &typed, Some(&record))?.map_err(|all| complaints(&all))?;
    users::save(tx, ctx, id, record.user.version, &draft)?;
    stand(tx, call, &record, user.get("active"))?;
    let names = match way {
        Way::Replaced => names(user, &kept(user, &Value::Null, &Value::Null, &view.own)),
        Way::Changed(shown) => {
            let names = names(user, &kept(user, shown, &earlier, &view.own));
            let is_same = user.get("userName") == shown.get("userName");
            Names {
                user_name: if is_same {
                    before.names.user_name.clone()
                } else {
                    names.user_name
                },
                ..names
            }
        }
    };
    let is_as_read = users::get(tx, ctx.account, id)?.user.version == record.user.version;
    provisioning::keep(tx, ctx, id, &names, is_as_read)?;
    let after = person(tx, call, id)?;
    Ok(Done::with(200, shown(&after, &view)))
}

/// Ends somebody's access, or gives it back.
fn stand(
    tx: &mut Tx<'_>,
    call: &Call,
    record: &UserRecord,
    active: Option<&Value>,
) -> Result<(), Refused> {
    let is_active = record.user.status != UserStatus::Deactivated.as_str();
    match active.and_then(Value::as_bool) {
        Some(true) if !is_active => users::reactivate(tx, &call.ctx, record.user.id)?,
        Some(false) if is_active => users::deactivate(tx, &call.ctx, record.user.id)?,
        Some(_) | None => {}
    }
    Ok(())
}

fn names(user: &Value, kept: &Value) -> Names {
    let is_bare = kept.as_object().is_none_or(serde_json::Map::is_empty);
    Names {
        user_name: text(user, "userName").map(str::to_owned),
        external_id: text(user, "externalId").map(str::to_owned),
        said: (!is_bare).then(|| kept.to_string()),
    }
}

fn text<'u>(user: &'u Value, name: &str) -> Option<&'u str> {
    user.get(name).and_then(Value::as_str)
}

fn user_name(user: &Value) -> Result<&str, Failure> {
    text(user, "userName").ok_or_else(|| {
        Failure::of(ErrorKind::InvalidValue, "A user needs a userName.").code("user_name_missing")
    })
}
