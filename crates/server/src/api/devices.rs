//! Devices: their names, and what their tenants may give to guests.

use db::Tx;
use directory::{
    access::{self, AccessRefusal},
    devices::{self, CreateDevice, Device, DevicesAt, GuestLimits, ListDevices},
};
use kernel::{DeviceId, GroupName};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

const DEVICE: Shape = Shape::Named(
    "Device",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field(
            "guest_minutes",
            Shape::Integer(0, i64::MAX),
            "How long guests of tenants may stay at most.",
        ),
        field(
            "guest_places",
            Shape::Integer(0, i64::MAX),
            "How many guests of tenants there may be at a time.",
        ),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewDevice",
    &Shape::Object(&[field("name", Shape::Text(1, 100), "")]),
);
const CHANGES: Shape = Shape::Named(
    "DeviceChanges",
    &Shape::Object(&[
        may("name", Shape::Text(1, 100), ""),
        may("guest_minutes", Shape::Integer(1, i64::MAX), ""),
        may("guest_places", Shape::Integer(0, i64::MAX), ""),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a17","name":"Main gate","guest_minutes":1440,"guest_places":10}"#;

pub(super) const LIST: Operation =
    Operation::new("listDevices", "List devices", Work::Read(list))
        .words("By name.")
        .query(&[
            may("q", Shape::Text(1, 100), "What the name begins with."),
            LIMIT,
            CURSOR,
            FIELDS,
        ])
        .answers(
            Answered::One(&Shape::Page(&DEVICE)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a17","name":"Main gate","guest_minutes":1440,"guest_places":10}],"next":null}"#,
        );
pub(super) const CREATE: Operation =
    Operation::new("createDevice", "Create a device", Work::Write(create))
        .words("Refused with 409 `device_exists` if there is one of that name.")
        .body(Body::Json(&NEW, r#"{"name":"Main gate"}"#))
        .answers(Answered::Made(&DEVICE), EXAMPLE)
        .refuses(&[409]);
pub(super) const SHOW: Operation = Operation::new("getDevice", "One device", Work::Read(show))
    .query(&[FIELDS])
    .answers(Answered::One(&DEVICE), EXAMPLE);
pub(super) const CHANGE: Operation =
    Operation::new("changeDevice", "Change a device", Work::Write(change))
        .body(Body::Json(&CHANGES, r#"{"guest_minutes":120}"#))
        .answers(Answered::One(&DEVICE), EXAMPLE)
        .refuses(&[409])
        .needs_version();
pub(super) const DELETE: Operation =
    Operation::new("deleteDevice", "Delete a device", Work::Write(delete))
        .words("With all access to it.")
        .refuses(&[409])
        .needs_version();

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let at = ask
        .after::<String>()?
        .map_or(DevicesAt::Start, DevicesAt::After);
    let begins = ask.param("q").unwrap_or_default();
    let page = devices::page(tx, &ask.ctx, begins, &at, ask.limit());
    let page = page.map_err(|error| match error {
        ListDevices::Forbidden(_) => Failure::Forbidden.into(),
        ListDevices::Db(error) => Problem::from(error),
    })?;
    let last = page.lines.last().filter(|_| page.has_next);
    let next = last.map(|line| line.device.name_key.clone());
    let items = page.lines.iter().map(|line| value(&line.device)).collect();
    Ok(Reply::page(ask, items, next))
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let name = ask.text("name").unwrap_or_default();
    let device = devices::create(tx, &ask.ctx, name).map_err(|error| {
        let words = sentence(&error.to_string());
        match error {
            CreateDevice::Forbidden(_) => Failure::Forbidden.into(),
            CreateDevice::Db(error) => Problem::from(error),
            CreateDevice::Name(_) => Problem::invalid(vec![Wrong::new("/name", words)]),
            CreateDevice::Exists(_) => Problem::conflict("device_exists", words),
        }
    })?;
    let address = format!("/api/v1/devices/{}", device.id);
    Ok(Reply::made(value(&device), &address).tagged(&tag_of_device(&device)))
}

/// The device of the address, if the token's maker has to do with it.
pub(super) fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<Device, Problem> {
    let id: DeviceId = ask.id("id")?;
    Ok(access::device(tx, &ask.ctx, id)?.0)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&get(tx, ask)?))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = get(tx, ask)?;
    ask.expect(&tag_of_device(&before))?;
    let number = |name: &str| ask.body.get(name).and_then(Value::as_i64);
    let name = GroupName::parse(ask.text("name").unwrap_or(&before.name));
    let name =
        name.map_err(|fault| Problem::invalid(vec![Wrong::new("/name", sentence(&fault.detail))]))?;
    let minutes = number("guest_minutes").unwrap_or(before.guests.minutes());
    let places = number("guest_places").unwrap_or(before.guests.most());
    let guests = GuestLimits::new(minutes, places).map_err(|fault| {
        Problem::invalid(vec![Wrong::new(
            "/guest_minutes",
            sentence(&fault.to_string()),
        )])
    })?;
    access::configure(tx, &ask.ctx, before.id, &name, guests)?;
    Ok(reply(&get(tx, ask)?))
}

fn delete(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let device = get(tx, ask)?;
    ask.expect(&tag_of_device(&device))?;
    access::remove_device(tx, &ask.ctx, device.id)?;
    Ok(Reply::nothing())
}

fn reply(device: &Device) -> Reply {
    Reply::one(value(device)).tagged(&tag_of_device(device))
}

fn tag_of_device(device: &Device) -> String {
    let guests = device.guests;
    tag_of(&[
        &device.name,
        &guests.minutes().to_string(),
        &guests.most().to_string(),
    ])
}

fn value(device: &Device) -> Value {
    json!({
        "id": device.id, "name": device.name, "guest_minutes": device.guests.minutes(),
        "guest_places": device.guests.most(),
    })
}

impl From<AccessRefusal> for Problem {
    fn from(refusal: AccessRefusal) -> Self {
        match refusal {
            AccessRefusal::Db(error) => error.into(),
            AccessRefusal::Unknown | AccessRefusal::NotHeld => Self::not_found(),
            AccessRefusal::NotManaged | AccessRefusal::NotOwner => Failure::Forbidden.into(),
            other => Self::conflict(other.code(), sentence(&other.to_string())),
        }
    }
}
