//! `muster activity`: what happened in the account.

use std::io::{self, Write};

use anyhow::{Result, anyhow};
use db::Tx;
use directory::{
    Ctx, accounts,
    activity::{self, ActivityFilter, At, HEADINGS},
};
use kernel::{SiteZone, Timestamp};
use tabular::{CsvFormat, CsvWriter};

use super::users::find;
use crate::{cli::activity::Activity, exit::Exit, house::House, output};

const PAGE: usize = 50;

pub(crate) fn run(house: &House, args: &Activity) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let filter = filter(house, &ctx, args)?;
    if args.json.json {
        json(house, &ctx, &filter)?;
    } else if args.csv {
        csv(house, &ctx, &filter)?;
    } else {
        table(house, &ctx, &filter, args)?;
    }
    Ok(Exit::Done)
}

fn filter(house: &House, ctx: &Ctx, args: &Activity) -> Result<ActivityFilter> {
    let person = |key: &Option<String>| match key {
        Some(key) => find(house, ctx, key).map(|record| Some(record.user.id)),
        None => Ok(None),
    };
    let (actor, about) = (person(&args.by)?, person(&args.on)?);
    house.db.read_blocking(|tx| {
        let import = match args.import {
            Some(number) => Some(
                activity::import_with_number(tx, ctx, number)?
                    .ok_or_else(|| anyhow!("there is no import {number} in this account"))?,
            ),
            None => None,
        };
        Ok(ActivityFilter {
            from: moment(tx, ctx, args.from.as_deref())?,
            until: moment(tx, ctx, args.until.as_deref())?,
            kind: args.who,
            actor,
            area: args.what,
            about,
            import,
            text: args.text.clone(),
            ..ActivityFilter::default()
        })
    })
}

/// What clocks of the account show; a day alone is its beginning.
fn moment(tx: &mut Tx<'_>, ctx: &Ctx, typed: Option<&str>) -> Result<Option<Timestamp>> {
    let Some(typed) = typed else {
        return Ok(None);
    };
    let zone = accounts::get(tx, ctx.account)?.time_zone;
    let zone = SiteZone::parse(&zone).unwrap_or(SiteZone::UTC);
    let read = zone
        .typed(typed)
        .or_else(|_| zone.typed(&format!("{typed}T00:00")));
    read.map(Some)
        .map_err(|_| anyhow!("{typed:?} is no moment such as 2026-03-01T08:00"))
}

fn table(house: &House, ctx: &Ctx, filter: &ActivityFilter, args: &Activity) -> Result<()> {
    let at = args.before.map_or(At::Newest, At::OlderThan);
    let page = house
        .db
        .read_blocking(|tx| activity::page(tx, ctx, filter, at, PAGE))?;
    let rows: Vec<Vec<String>> = page
        .entries
        .iter()
        .map(|entry| vec![entry.at.to_string(), entry.id.to_string(), entry.sentence()])
        .collect();
    output::table(&["Time (UTC)", "Entry", "What happened"], &rows);
    if let Some((id, at)) = page.looked_until {
        output::note(&format!("Looked back to {at}; go on with --before {id}."));
    }
    Ok(())
}

fn csv(house: &House, ctx: &Ctx, filter: &ActivityFilter) -> Result<()> {
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut writer = CsvWriter::new(output::open(None)?, format);
    writer.write_row(HEADINGS)?;
    activity::for_each(&house.db, ctx, filter, &mut |entry| {
        let cells = entry.row();
        writer.write_row(cells.iter().map(String::as_str))
    })?;
    writer.finish()?.flush()?;
    Ok(())
}

/// One entry after the other: the log does not fit into memory.
fn json(house: &House, ctx: &Ctx, filter: &ActivityFilter) -> Result<()> {
    let mut out = output::open(None)?;
    out.write_all(b"[")?;
    let mut comma: &[u8] = b"\n";
    activity::for_each(&house.db, ctx, filter, &mut |entry| {
        out.write_all(std::mem::replace(&mut comma, b",\n"))?;
        serde_json::to_writer(&mut out, &entry.value()).map_err(io::Error::other)
    })?;
    out.write_all(b"\n]\n")?;
    out.flush()?;
    Ok(())
}
