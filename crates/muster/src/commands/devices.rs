//! `muster devices`: doors, gates and readers, and the access of people to them.

use anyhow::{Result, anyhow};
use directory::{
    Ctx,
    access::{self, AccessRefusal, Address, Giving, Holder, Recipient, Standing, Terms},
    accounts,
    devices::{self, Device, GuestLimits},
    users::PageAt,
};
use kernel::{
    AccessType, DateOrder, DeviceId, Email, GroupName, Moment, Phone, Region, Schedule, SiteZone,
    Text, Timestamp,
};

use super::{
    shown::{self, ShownDevice, ShownHolder},
    users::find,
};
use crate::{
    cli::devices::{self as cli, Give, Set, Users},
    exit::Exit,
    house::House,
    output,
};

/// People read at a time.
const PAGE: usize = 1000;

pub(crate) fn run(house: &House, command: &cli::Devices) -> Result<Exit> {
    match command {
        cli::Devices::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            list(house, &ctx, args.json)?;
        }
        cli::Devices::Create { name, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let made = house
                .db
                .write_blocking(|tx| devices::create(tx, &ctx, name))?;
            output::line(&made.id.to_string());
        }
        cli::Devices::Set(args) => set(house, args)?,
        cli::Devices::Users(args) => users(house, args)?,
        cli::Devices::Give(args) => give(house, args)?,
        cli::Devices::Revoke {
            device,
            person,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let device = named(house, &ctx, device)?;
            let person = find(house, &ctx, person)?.user.id;
            house
                .db
                .write_blocking(|tx| access::revoke(tx, &ctx, device.id, person))?;
        }
        cli::Devices::Transfer {
            device,
            to,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let device = named(house, &ctx, device)?;
            let to = address(house, &ctx, to)?;
            let new = house
                .db
                .write_blocking(|tx| access::transfer(tx, &ctx, device.id, &to))?;
            output::line(&new.user.to_string());
        }
    }
    Ok(Exit::Done)
}

fn list(house: &House, ctx: &Ctx, as_json: bool) -> Result<()> {
    let found = house
        .db
        .read_blocking(|tx| devices::list(tx, ctx.account))?;
    let found: Vec<ShownDevice> = found
        .into_iter()
        .map(|device| ShownDevice {
            id: device.id,
            name: device.name,
            guest_minutes: device.guests.minutes(),
            guests: device.guests.most(),
        })
        .collect();
    shown::devices(as_json, &found)
}

fn set(house: &House, args: &Set) -> Result<()> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let device = named(house, &ctx, &args.device)?;
    let guests = GuestLimits::new(
        args.guest_minutes.unwrap_or(device.guests.minutes()),
        args.guests.unwrap_or(device.guests.most()),
    )?;
    let name = args.name.as_deref().unwrap_or(&device.name);
    let name = GroupName::parse(name).map_err(|fault| anyhow!("the name: {}", fault.detail))?;
    house
        .db
        .write_blocking(|tx| access::configure(tx, &ctx, device.id, &name, guests))?;
    Ok(())
}

fn users(house: &House, args: &Users) -> Result<()> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let device = named(house, &ctx, &args.device)?;
    let standing = args.status.as_deref().and_then(Standing::parse);
    let (mut at, mut found) = (PageAt::Start, Vec::new());
    loop {
        let page = house
            .db
            .read_blocking(|tx| access::holders(tx, &ctx, device.id, standing, at, PAGE))?;
        let last = page.holders.last().map(|last| last.user);
        found.extend(page.holders.into_iter().map(shown_holder));
        match last {
            Some(last) if page.has_next => at = PageAt::After(last),
            _ => break,
        }
    }
    shown::holders(args.json.json, &found)
}

fn shown_holder(holder: Holder) -> ShownHolder {
    let (revoked_at, revoked_by) = holder.revoked.unzip();
    ShownHolder {
        user: holder.user,
        name: holder.name,
        phone: holder.phone,
        email: holder.email,
        kind: holder.kind.as_str().to_owned(),
        schedule: holder.schedule,
        starts_at: holder.starts_at,
        ends_at: holder.ends_at,
        standing: holder.standing.as_str().to_owned(),
        notes: holder.notes,
        invited_by: holder.inviter,
        created_at: holder.created_at,
        revoked_at,
        revoked_by,
    }
}

fn give(house: &House, args: &Give) -> Result<()> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let device = named(house, &ctx, &args.device)?;
    let person = find(house, &ctx, &args.person)?.user.id;
    let account = house
        .db
        .read_blocking(|tx| accounts::get(tx, ctx.account))?;
    let zone = SiteZone::parse(&account.time_zone).unwrap_or(SiteZone::UTC);
    let schedule = args.schedule.as_deref().map(Schedule::parse).transpose();
    let schedule = schedule.map_err(|fault| anyhow!("the schedule: {}", fault.detail))?;
    let kind = AccessType::parse(&args.kind).map_err(|_| anyhow!("not a type of access"))?;
    let notes = args
        .notes
        .as_deref()
        .map(|notes| Text::parse_lines(notes, Text::MAX_NOTES))
        .transpose()
        .map_err(|fault| anyhow!("the notes: {}", fault.detail))?;
    let giving = Giving {
        devices: vec![device.id],
        terms: Terms::new(
            kind,
            schedule,
            moment(args.from.as_deref(), &zone)?,
            moment(args.until.as_deref(), &zone)?,
            ctx.now(),
        )?,
        people: vec![Recipient {
            user: person,
            notes,
        }],
    };
    let given = house
        .db
        .write_blocking(|tx| access::give(tx, &ctx, &giving))?;
    say_given(!given.already.is_empty(), !given.unfit.is_empty())
}

/// What became of giving access to one person.
pub(crate) fn say_given(is_there: bool, is_unfit: bool) -> Result<()> {
    if is_there {
        output::note("They have access to this device already; it stays as it is.");
    }
    if is_unfit {
        return Err(anyhow!("this person is deactivated or deleted"));
    }
    Ok(())
}

/// What was typed as a date and time, on these clocks.
pub(crate) fn moment(text: Option<&str>, zone: &SiteZone) -> Result<Option<Timestamp>> {
    let parse = |text: &str| {
        Moment::parse(text, DateOrder::Ymd)
            .map(|moment| moment.start(zone))
            .map_err(|_| anyhow!("{text:?} is not a date and time such as 2025-12-31 17:00"))
    };
    text.map(parse).transpose()
}

/// The device with this name or id.
fn named(house: &House, ctx: &Ctx, wanted: &str) -> Result<Device> {
    let id: Option<DeviceId> = wanted.parse().ok();
    let key = kernel::fold(wanted.trim());
    let all = house
        .db
        .read_blocking(|tx| devices::list(tx, ctx.account))?;
    let found = all
        .into_iter()
        .find(|device| Some(device.id) == id || device.name_key == key);
    Ok(found.ok_or(AccessRefusal::Unknown)?)
}

fn address(house: &House, ctx: &Ctx, text: &str) -> Result<Address> {
    if text.contains('@') {
        let email = Email::parse(text).map_err(|_| AccessRefusal::RecipientUnknown)?;
        return Ok(Address::Email(email));
    }
    let account = house
        .db
        .read_blocking(|tx| accounts::get(tx, ctx.account))?;
    let country = account.default_country.as_deref();
    let region = country.and_then(|code| Region::parse(code).ok());
    let phone = Phone::parse(text, region).map_err(|_| AccessRefusal::RecipientUnknown)?;
    Ok(Address::Phone(phone))
}
