//! `muster invitations`: inviting people, and what became of it.

use anyhow::{Result, bail};
use directory::{Ctx, accounts};
use invite::{
    Channel, Standing,
    list::{self, Invitation},
    manage::{self, Invited},
    wave::{self, NewWave, Preview, Selection, Wanted},
};
use kernel::{ImportId, InvitationId, SiteZone, Timestamp, UserId, WaveId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{imports::find_by, users::find};
use crate::{
    cli::invitations::{self as cli, InvitationList, Send},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Invitations) -> Result<Exit> {
    match command {
        cli::Invitations::List(args) => show(house, args),
        cli::Invitations::Send(args) => send(house, args),
        cli::Invitations::Link { user, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            link(house, &ctx, user)
        }
        cli::Invitations::Withdraw { id, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            house
                .db
                .write_blocking(|tx| manage::withdraw(tx, &ctx, *id))?;
            Ok(Exit::Done)
        }
        cli::Invitations::Extend { id, days, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            house
                .db
                .write_blocking(|tx| manage::extend(tx, &ctx, *id, *days))?;
            Ok(Exit::Done)
        }
    }
}

fn show(house: &House, args: &InvitationList) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let now = ctx.now();
    let (funnel, found) = house.db.read_blocking(|tx| {
        let found = list::page(tx, &ctx, args.standing, args.before)?;
        Ok::<_, anyhow::Error>((list::funnel(tx, ctx.account, now)?, found))
    })?;
    let found: Vec<ShownInvitation> = found.into_iter().map(shown).collect();
    let count = |standing| funnel.get(&standing).copied().unwrap_or(0);
    say(&found, count, args.json.json)
}

/// An invitation in the list.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownInvitation {
    pub(crate) id: InvitationId,
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) channel: String,
    pub(crate) recipient: Option<String>,
    pub(crate) standing: String,
    pub(crate) reason: Option<String>,
    pub(crate) number: i64,
    pub(crate) invited_by: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

fn shown(invitation: Invitation) -> ShownInvitation {
    ShownInvitation {
        id: invitation.id,
        user: invitation.user,
        name: invitation.name,
        channel: invitation.channel.as_str().to_owned(),
        recipient: invitation.recipient,
        standing: invitation.standing.as_str().to_owned(),
        reason: invitation.reason,
        number: invitation.number,
        invited_by: invitation.invited_by,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    }
}

/// Prints invitations, and how many stand where.
pub(crate) fn say(
    found: &[ShownInvitation],
    count: impl Fn(Standing) -> i64,
    as_json: bool,
) -> Result<Exit> {
    if as_json {
        let counts: Map<String, Value> = Standing::ALL
            .iter()
            .map(|standing| (standing.as_str().to_owned(), json!(count(*standing))))
            .collect();
        output::json(&json!({ "counts": counts, "invitations": serde_json::to_value(found)? }));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|invitation| {
            vec![
                invitation.id.to_string(),
                invitation.name.clone(),
                invitation
                    .recipient
                    .clone()
                    .unwrap_or_else(|| "link".to_owned()),
                invitation.standing.clone(),
                invitation.expires_at.to_string(),
                invitation.reason.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output::table(
        &[
            "Id",
            "Person",
            "Sent to",
            "Standing",
            "Link works until",
            "Reason",
        ],
        &rows,
    );
    for standing in Standing::ALL {
        let count = count(standing);
        if count > 0 {
            output::note(&format!("{count} {}", standing.as_str()));
        }
    }
    Ok(Exit::Done)
}

fn send(house: &House, args: &Send) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let selection = match (&args.import, args.standing) {
        (Some(import), _) => Selection::Import(find_by(&house.imports(), &ctx, import)?.id),
        (None, Some(standing)) => Selection::Standing(standing),
        (None, None) if args.everybody => Selection::Everybody,
        (None, None) => {
            let people = args
                .users
                .iter()
                .map(|key| Ok(find(house, &ctx, key)?.user.id));
            Selection::People(people.collect::<Result<_>>()?)
        }
    };
    let new = NewWave {
        selection,
        again: args.again,
        channel: args.channel,
        days: args.days,
        send_at: match &args.at {
            Some(typed) => Some(moment(house, &ctx, typed)?),
            None => None,
        },
    };
    let preview = house.db.read_blocking(|tx| wave::preview(tx, &ctx, &new))?;
    if args.dry_run {
        report(None, &reached(preview), args.json.json);
        return Ok(Exit::Done);
    }
    let id = begin(house, &ctx, &new)?;
    report(Some(id), &reached(preview), args.json.json);
    Ok(Exit::Done)
}

/// The moment at which clocks of the account show what was typed.
fn moment(house: &House, ctx: &Ctx, typed: &str) -> Result<Timestamp> {
    let account = house
        .db
        .read_blocking(|tx| accounts::get(tx, ctx.account))?;
    let zone = SiteZone::parse(&account.time_zone).unwrap_or(SiteZone::UTC);
    Ok(zone.typed(typed)?)
}

/// Invites the people of an import that has just ended.
pub(super) fn of_import(house: &House, ctx: &Ctx, import: ImportId) -> Result<WaveId> {
    let new = NewWave {
        selection: Selection::Import(import),
        again: false,
        channel: Wanted::Any,
        days: None,
        send_at: None,
    };
    begin(house, ctx, &new)
}

/// Begins a wave and makes its invitations here; a server, or `muster outbox send`, sends the messages.
fn begin(house: &House, ctx: &Ctx, new: &NewWave) -> Result<WaveId> {
    let id = house.db.write_blocking(|tx| wave::begin(tx, ctx, new))?;
    house.runner(false).run_all_due()?;
    Ok(id)
}

/// How many are invited, and how many are left alone.
#[derive(Deserialize)]
pub(crate) struct Reached {
    by_email: i64,
    by_sms: i64,
    connected: i64,
    already: i64,
    signs_in: i64,
    unreachable: i64,
}

fn reached(preview: Preview) -> Reached {
    Reached {
        by_email: preview.by_email,
        by_sms: preview.by_sms,
        connected: preview.connected,
        already: preview.already,
        signs_in: preview.signs_in,
        unreachable: preview.unreachable,
    }
}

/// Prints what inviting does, or would do.
pub(crate) fn report(wave: Option<WaveId>, preview: &Reached, as_json: bool) {
    if as_json {
        output::json(&json!({
            "wave": wave,
            "by_email": preview.by_email,
            "by_sms": preview.by_sms,
            "connected": preview.connected,
            "already": preview.already,
            "signs_in": preview.signs_in,
            "unreachable": preview.unreachable,
        }));
        return;
    }
    let figures = [
        (preview.by_email, "by e-mail"),
        (preview.by_sms, "by SMS"),
        (preview.connected, "connected at once"),
        (preview.already, "left alone: invited before"),
        (preview.signs_in, "left alone: sign in already"),
        (preview.unreachable, "cannot be reached"),
    ];
    for (count, text) in figures.into_iter().filter(|(count, _)| *count > 0) {
        output::line(&format!("{count} {text}"));
    }
    match wave {
        Some(_) => output::note("Messages are sent by a running server, or by muster outbox send."),
        None => output::note("Nobody was invited."),
    }
}

fn link(house: &House, ctx: &Ctx, user: &str) -> Result<Exit> {
    let user = find(house, ctx, user)?.user.id;
    let settings = house.delivery();
    let made = house
        .db
        .write_blocking(|tx| manage::invite(tx, ctx, &settings, user, Channel::Link))?;
    match made {
        Invited::Link(link) => output::line(&link),
        Invited::Connected => output::note(
            "This person signs in elsewhere with the same address and is connected now.",
        ),
        Invited::Sent => bail!("a message was sent instead of a link"),
    }
    Ok(Exit::Done)
}
