//! `muster users`: the people of an account.

use std::io::{self, Write};

use anyhow::{Result, bail};
use directory::{
    Ctx,
    users::{self, ExportColumns, Selection, UserFilter, UserRecord},
};
use identity::{reset, two_factor};
use kernel::UserId;
use requests::own_data;
use tabular::{CsvFormat, CsvWriter, XlsxWriter};

use super::{
    leaving, person,
    shown::{self, ShownPerson},
};
use crate::{
    cli::{KeepFields, Users},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &Users) -> Result<Exit> {
    match command {
        Users::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            if args.json {
                list_json(house, &ctx, &mut output::open(None)?)
            } else {
                list(house, &ctx)
            }
        }
        Users::Show { key, account, json } => {
            let ctx = house.ctx(account.account.as_deref())?;
            show(house, &ctx, key, json.json)
        }
        Users::Add {
            values,
            invite,
            anyway,
            account,
            json,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            person::add(house, &ctx, values, invite.as_deref(), *anyway, json.json)
        }
        Users::Edit {
            key,
            values,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let user = find(house, &ctx, key)?.user.id;
            person::edit(house, &ctx, user, values)
        }
        Users::Deactivate { key, account } => {
            turn(house, key, account.account.as_deref(), users::deactivate)
        }
        Users::Reactivate { key, account } => {
            turn(house, key, account.account.as_deref(), users::reactivate)
        }
        Users::Merge(args) => super::merge::run(house, args),
        Users::Delete(args) => leaving::delete(house, args),
        Users::Deleted(args) => leaving::list(house, args),
        Users::Restore(args) => leaving::restore(house, args),
        Users::Erase { key, name, account } => {
            leaving::erase(house, key, name, account.account.as_deref())
        }
        Users::Keep(args) => keep(house, args, true),
        Users::Unkeep(args) => keep(house, args, false),
        Users::ResetPassword { key, account } => {
            reset_password(house, key, account.account.as_deref())
        }
        Users::ResetTwoFactor { key, account } => {
            reset_two_factor(house, key, account.account.as_deref())
        }
        Users::RequestData { key, account } => request_data(house, key, account.account.as_deref()),
        Users::Count(account) => {
            let ctx = house.ctx(account.account.as_deref())?;
            let count = house
                .db
                .read_blocking(|tx| users::count(tx, ctx.account, i64::MAX))?;
            output::line(&count.to_string());
            Ok(Exit::Done)
        }
        Users::Export {
            account,
            format,
            output: path,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let mut out = output::open(path.as_deref())?;
            match format.as_str() {
                "json" => list_json(house, &ctx, &mut out),
                "xlsx" => export_xlsx(house, &ctx, &mut out),
                _ => export_csv(house, &ctx, &mut out),
            }
        }
    }
}

/// Does something with one person that changes their status.
fn turn(
    house: &House,
    key: &str,
    account: Option<&str>,
    act: fn(&mut db::Tx<'_>, &Ctx, UserId) -> Result<(), users::SaveUser>,
) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let user = find(house, &ctx, key)?.user.id;
    house.db.write_blocking(|tx| act(tx, &ctx, user))?;
    Ok(Exit::Done)
}

/// Said when somebody's own data was asked for.
pub(crate) const DATA_REQUESTED: &str = "A server packs it, and sends the link to the person.";

fn request_data(house: &House, key: &str, account: Option<&str>) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let user = find(house, &ctx, key)?.user.id;
    house
        .db
        .write_blocking(|tx| own_data::request(tx, &ctx, user))?;
    output::note(DATA_REQUESTED);
    Ok(Exit::Done)
}

fn reset_password(house: &House, key: &str, account: Option<&str>) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let (user, settings) = (find(house, &ctx, key)?.user.id, house.delivery());
    house
        .db
        .write_blocking(|tx| reset::request(tx, &ctx, &settings, user))?;
    output::note("The message is in the outbox; a server or muster outbox send sends it.");
    Ok(Exit::Done)
}

fn reset_two_factor(house: &House, key: &str, account: Option<&str>) -> Result<Exit> {
    let ctx = house.ctx(account)?;
    let person = find(house, &ctx, key)?.user;
    house
        .db
        .write_blocking(|tx| two_factor::reset(tx, &ctx, person.id))?;
    say_reset(&person.full_name());
    Ok(Exit::Done)
}

/// Says what losing the second factor means.
pub(crate) fn say_reset(name: &str) {
    output::note(&format!(
        "{name} is signed out everywhere and signs in with the password alone until it is set up again."
    ));
}

fn list(house: &House, ctx: &Ctx) -> Result<Exit> {
    let mut rows = Vec::new();
    users::for_each_user(&house.db, ctx, &mut |record| {
        let user = &record.user;
        rows.push(ShownPerson {
            name: user.full_name(),
            email: user.email.clone(),
            phone: user.phone.clone(),
            role: user.role.clone(),
            admin_role: record.admin_role.clone(),
            status: user.status.clone(),
        });
        // A screenful at a time, so that the widths fit and memory stays small.
        if rows.len() == 500 {
            shown::people(std::mem::take(&mut rows));
        }
        Ok(())
    })?;
    shown::people(rows);
    Ok(Exit::Done)
}

fn list_json(house: &House, ctx: &Ctx, out: &mut dyn Write) -> Result<Exit> {
    users::write_described(
        &house.db,
        ctx,
        &Selection::Matching(UserFilter::default()),
        out,
    )?;
    Ok(Exit::Done)
}

fn export_csv(house: &House, ctx: &Ctx, out: &mut dyn Write) -> Result<Exit> {
    let columns = house.db.read_blocking(|tx| ExportColumns::load(tx, ctx))?;
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut writer = CsvWriter::new(out, format);
    writer.write_row(columns.headers().iter().map(String::as_str))?;
    users::for_each_user(&house.db, ctx, &mut |record| {
        writer.write_row(columns.row(record).iter().map(String::as_str))
    })?;
    writer.finish()?;
    Ok(Exit::Done)
}

fn export_xlsx(house: &House, ctx: &Ctx, out: &mut (dyn Write + Send)) -> Result<Exit> {
    let columns = house.db.read_blocking(|tx| ExportColumns::load(tx, ctx))?;
    let headers = columns.headers();
    let mut writer = XlsxWriter::new("People", headers.iter().map(String::as_str))?;
    users::for_each_user(&house.db, ctx, &mut |record| {
        writer
            .write_row(columns.row(record).iter().map(String::as_str))
            .map_err(io::Error::other)
    })?;
    writer.finish(out)?;
    Ok(Exit::Done)
}

/// Adds fields to those a person keeps, or takes them away.
fn keep(house: &House, args: &KeepFields, keeps: bool) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let record = find(house, &ctx, &args.key)?;
    let fields = kept_from_now(record.kept, args, keeps);
    house
        .db
        .write_blocking(|tx| users::keep(tx, &ctx, record.user.id, &fields))?;
    say_kept(&find(house, &ctx, &args.key)?.kept);
    Ok(Exit::Done)
}

/// Those that a person kept, with the named ones or without them.
pub(crate) fn kept_from_now(mut kept: Vec<String>, args: &KeepFields, keeps: bool) -> Vec<String> {
    kept.retain(|field| !args.fields.contains(field));
    if keeps {
        kept.extend(args.fields.iter().cloned());
    }
    kept
}

/// Prints which fields imports leave alone.
pub(crate) fn say_kept(kept: &[String]) {
    output::line(&if kept.is_empty() {
        "Imports may change every field.".to_owned()
    } else {
        format!("Kept against imports: {}", kept.join(", "))
    });
}

/// The person with this id, e-mail address, phone number or external id.
pub(super) fn find(house: &House, ctx: &Ctx, key: &str) -> Result<UserRecord> {
    let found = house.db.read_blocking(|tx| {
        let id = match key.parse::<UserId>() {
            Ok(id) => id,
            Err(_) => users::lookup(tx, ctx, key)?,
        };
        Ok::<_, users::LookupError>(users::find(tx, ctx.account, id)?)
    })?;
    match found {
        Some(record) if record.user.status == kernel::UserStatus::Deleted.as_str() => {
            bail!("the person with {key:?} was deleted; muster users restore takes them back")
        }
        Some(record) => Ok(record),
        None => bail!("there is nobody with {key:?}"),
    }
}

fn show(house: &House, ctx: &Ctx, key: &str, as_json: bool) -> Result<Exit> {
    let record = find(house, ctx, key)?;
    shown::person(&record.described(), as_json);
    Ok(Exit::Done)
}
