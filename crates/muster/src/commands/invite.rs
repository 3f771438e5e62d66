//! `muster invite`: the Invite wizard without its pages.

use std::{fs::File, thread, time::Duration};

use admit::{AdmitError, DraftState, Outlook, Skip};
use anyhow::{Context as _, Result, bail};
use directory::{Ctx, access::Terms, accounts};
use kernel::{Code, DateOrder, DeviceId, InviteDraftId, Moment, SiteZone, fold};
use serde_json::{Value, json};

use crate::{cli::invite::Invite, exit::Exit, house::House, output};

/// How often is looked whether everybody was gone through.
const LOOK: Duration = Duration::from_millis(200);

pub(crate) fn run(house: &House, args: &Invite) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let mut file = File::open(&args.file)
        .with_context(|| format!("{} cannot be read", args.file.display()))?;
    let terms = terms(house, &ctx, args)?;
    let id = house
        .db
        .write_blocking(|tx| admit::open(tx, &ctx))
        .map_err(told)?
        .id;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let read = house
        .db
        .write_blocking(|tx| {
            let devices = devices(tx, &ctx, &args.devices)?;
            admit::choose_access(tx, &ctx, id, &terms)?;
            admit::choose_devices(tx, &ctx, id, &devices)
        })
        .and_then(|()| admit::read_file(&house.db, &house.imports(), &ctx, id, &name, &mut file));
    let done = read.and_then(|_| go_on(house, &ctx, id, args));
    match done {
        Ok(exit) => Ok(exit),
        Err(error) => {
            discard(house, &ctx, id);
            Err(told(error))
        }
    }
}

/// What the exit code and the words are made of.
fn told(error: AdmitError) -> anyhow::Error {
    match error {
        AdmitError::Import(refusal) => refusal.into(),
        AdmitError::Db(error) => error.into(),
        error => import::Refusal::File {
            code: Code::NotPermitted.as_str().to_owned(),
            message: error.to_string(),
        }
        .into(),
    }
}

fn go_on(house: &House, ctx: &Ctx, id: InviteDraftId, args: &Invite) -> Result<Exit, AdmitError> {
    let delivery = house.delivery();
    let (outlook, skips) = house.db.write_blocking(|tx| {
        let outlook = admit::outlook(tx, ctx, &delivery, id)?;
        Ok::<_, AdmitError>((outlook, admit::skips(tx, ctx, id, i64::MAX)?))
    })?;
    if args.dry_run {
        report("planned", &outlook, &skips, None, args.json.json);
        discard(house, ctx, id);
        return Ok(Exit::Done);
    }
    house.db.write_blocking(|tx| {
        let rev = admit::find(tx, ctx, id)?.rev;
        admit::send(tx, ctx, id, rev)
    })?;
    let runner = house.runner(false);
    loop {
        runner.run_all_due()?;
        let draft = house.db.read_blocking(|tx| admit::find(tx, ctx, id))?;
        if draft.state != DraftState::Importing {
            break;
        }
        thread::sleep(LOOK);
    }
    // The invitations themselves.
    runner.run_all_due()?;
    let sheet = admit::sheet(&house.db, &house.imports(), ctx, id)?;
    let state = sheet.draft.state.as_str();
    report(state, &outlook, &skips, Some(&sheet), args.json.json);
    Ok(match sheet.draft.state {
        DraftState::Failed => Exit::Refused,
        _ if skips.is_empty() && sheet.counts.failed == 0 => Exit::Done,
        _ => Exit::RowsLeft,
    })
}

fn discard(house: &House, ctx: &Ctx, id: InviteDraftId) {
    // What is left is removed after 30 days at the latest.
    let _ = house.db.write_blocking(|tx| admit::discard(tx, ctx, id));
}

fn terms(house: &House, ctx: &Ctx, args: &Invite) -> Result<Terms> {
    let account = house
        .db
        .read_blocking(|tx| accounts::get(tx, ctx.account))?;
    let zone = SiteZone::parse(&account.time_zone).unwrap_or(SiteZone::UTC);
    let until = match &args.until {
        Some(text) => match Moment::parse(text, DateOrder::Ymd) {
            Ok(moment) => Some(moment.end(&zone)),
            Err(fault) => bail!("--until: {fault}"),
        },
        None => None,
    };
    let schedule = args.schedule.clone();
    Terms::new(args.access, schedule, None, until, ctx.now()).map_err(|fault| {
        let refusal = import::Refusal::File {
            code: fault.code().to_owned(),
            message: fault.to_string(),
        };
        refusal.into()
    })
}

fn devices(tx: &mut db::Tx<'_>, ctx: &Ctx, names: &[String]) -> Result<Vec<DeviceId>, AdmitError> {
    let all = directory::devices::list(tx, ctx.account)?;
    names
        .iter()
        .map(|name| {
            let key = fold(name.trim());
            let found = all.iter().find(|device| device.name_key == *key);
            found
                .map(|device| device.id)
                .ok_or_else(|| AdmitError::DeviceNotAllowed(name.clone()))
        })
        .collect()
}

fn report(
    state: &str,
    outlook: &Outlook,
    skips: &[Skip],
    sheet: Option<&admit::Sheet>,
    as_json: bool,
) {
    if as_json {
        let skipped: Vec<Value> = skips
            .iter()
            .map(|skip| json!({ "row": skip.row, "code": skip.code, "reason": skip.reason }))
            .collect();
        output::json(&json!({
            "state": state,
            "people": outlook.people,
            "active": sheet.map(|sheet| sheet.counts.active),
            "pending": sheet.map(|sheet| sheet.counts.pending),
            "failed": sheet.map(|sheet| sheet.counts.failed),
            "import": sheet.and_then(|sheet| sheet.draft.import),
            "skipped": skipped,
        }));
        return;
    }
    for skip in skips {
        let row = skip
            .row
            .map(|row| format!("Row {row}: "))
            .unwrap_or_default();
        output::note(&format!("{row}{}", skip.reason));
    }
    match sheet {
        None => {
            output::line(&format!("{} people would get access", outlook.people));
            output::note("Nobody was invited.");
        }
        Some(sheet) => {
            output::line(&format!("{} active now", sheet.counts.active));
            output::line(&format!("{} pending", sheet.counts.pending));
            if sheet.counts.failed > 0 {
                output::line(&format!(
                    "{} could not be given access",
                    sheet.counts.failed
                ));
            }
            output::note("Messages are sent by a running server, or by muster outbox send.");
        }
    }
}
