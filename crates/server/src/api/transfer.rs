//! Handing a device over to a new owner, found by exactly their address.

use db::Tx;
use directory::{
    access::{self, AccessRefusal, Address, NewOwner},
    accounts,
};
use kernel::DeviceId;
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, Operation, Work},
    shape::{Shape, field},
};
use crate::devices::address;

const TO: Shape = Shape::Named(
    "DeviceTransfer",
    &Shape::Object(&[field(
        "to",
        Shape::Text(1, 320),
        "The e-mail address or phone number of somebody who signs in.",
    )]),
);
const OWNER: Shape = Shape::Named(
    "NewDeviceOwner",
    &Shape::Object(&[
        field("id", Shape::Id, "The user."),
        field("name", Shape::Text(0, 400), ""),
    ]),
);
const BODY: &str = r#"{"to":"thandi@example.com"}"#;
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi"}"#;

pub(super) const LOOK: Operation = Operation::new(
    "findRecipient",
    "Who would get a device that is handed over",
    Work::Read(look),
)
.words("Nothing is changed. Refused with 409: `recipient_unknown`, `is_owner`.")
.body(Body::Json(&TO, BODY))
.answers(Answered::One(&OWNER), EXAMPLE);
pub(super) const HAND_OVER: Operation = Operation::new(
    "transferDevice",
    "Hand a device over to a new owner",
    Work::Write(hand_over),
)
.words("Whoever owned it keeps Full access until it is taken away. Refused with 409: `recipient_unknown`, `is_owner`.")
.body(Body::Json(&TO, BODY))
.answers(Answered::One(&OWNER), EXAMPLE);

/// The device and the address, once it is known that the maker has to do with the device.
fn asked(tx: &mut Tx<'_>, ask: &Ask) -> Result<(DeviceId, Address), Problem> {
    let id: DeviceId = ask.id("id")?;
    access::device(tx, &ask.ctx, id)?;
    let country = accounts::get(tx, ask.ctx.account)?.default_country;
    let to = address(ask.text("to").unwrap_or_default(), country.as_deref());
    Ok((id, to.ok_or(AccessRefusal::RecipientUnknown)?))
}

fn look(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let (id, to) = asked(tx, ask)?;
    Ok(reply(&access::recipient(tx, &ask.ctx, id, &to)?))
}

fn hand_over(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let (id, to) = asked(tx, ask)?;
    Ok(reply(&access::transfer(tx, &ask.ctx, id, &to)?))
}

fn reply(new: &NewOwner) -> Reply {
    Reply::one(json!({"id": new.user, "name": new.name}))
}
