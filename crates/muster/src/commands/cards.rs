//! `muster cards`: who has which card, and giving cards out and taking them back.

use anyhow::{Result, anyhow};
use db::Tx;
use directory::{
    Ctx, accounts,
    cards::{
        self, CardFilter, CardLine, CardRefusal, CardSettings, Issuing, NewCard, Outcome, RunState,
        Selection, Step, Validity, standing,
    },
};
use kernel::{CardId, CardNumber, CardRunId, CardState, SiteZone, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{imports::find_by, users::find};
use crate::{
    cli::cards::{self as cli, CardList, Dates, Issue, One},
    exit::Exit,
    house::House,
    output,
};

/// Cards that are listed at a time.
pub(crate) const PAGE: usize = 50;

pub(crate) fn run(house: &House, command: &cli::Cards) -> Result<Exit> {
    match command {
        cli::Cards::List(args) => list(house, args),
        cli::Cards::Add(args) => add(house, args),
        cli::Cards::Issue(args) => issue(house, args),
        cli::Cards::Pause(one) => change(house, one, Step::Pause),
        cli::Cards::Resume(one) => change(house, one, Step::Resume),
        cli::Cards::Revoke(one) => change(house, one, Step::Revoke),
        cli::Cards::Move { one, to } => {
            let ctx = house.ctx(one.account.account.as_deref())?;
            let to = find(house, &ctx, to)?.user.id;
            house.db.write_blocking(|tx| {
                let card = named(tx, &ctx, &one.card)?;
                cards::move_to(tx, &ctx, card, to)
            })?;
            Ok(Exit::Done)
        }
        cli::Cards::Replace { one, number, json } => {
            replace(house, one, number.as_deref(), json.json)
        }
    }
}

/// The card with this id or number; of a number's cards, the newest that is not over.
fn named(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<CardId, CardRefusal> {
    if let Ok(id) = text.parse::<CardId>() {
        return Ok(id);
    }
    let radix = CardSettings::load(tx, ctx.account)?.radix;
    let number = CardNumber::parse(text, radix).map_err(|_| CardRefusal::Unknown)?;
    let found = cards::search(tx, ctx, text)?;
    let with_number = || {
        let found = found.iter().map(|line| &line.card);
        found.filter(|card| card.number == number.hex())
    };
    let is_over = |state| matches!(state, CardState::Expired | CardState::Revoked);
    with_number()
        .find(|card| !is_over(standing(card, ctx.now())))
        .or_else(|| with_number().next())
        .map(|card| card.id)
        .ok_or(CardRefusal::Unknown)
}

fn change(house: &House, one: &One, step: Step) -> Result<Exit> {
    let ctx = house.ctx(one.account.account.as_deref())?;
    house.db.write_blocking(|tx| {
        let card = named(tx, &ctx, &one.card)?;
        cards::change(tx, &ctx, &[card], step, Validity::default())
    })?;
    Ok(Exit::Done)
}

fn list(house: &House, args: &CardList) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let (found, counts, settings) = house.db.read_blocking(|tx| {
        let found = if let Some(text) = &args.search {
            cards::search(tx, &ctx, text)?
        } else {
            let filter = CardFilter { state: args.state };
            cards::page(tx, &ctx, filter, args.after, PAGE)?.cards
        };
        let counts = cards::counts(tx, &ctx)?;
        Ok::<_, anyhow::Error>((found, counts, CardSettings::load(tx, ctx.account)?))
    })?;
    let found: Vec<ShownCard> = found
        .iter()
        .map(|line| of_line(line, settings, &ctx))
        .collect();
    let count = |state: CardState| {
        let found = counts.iter().find(|(known, _)| *known == state);
        found.map_or(0, |(_, number)| *number)
    };
    listed(&found, args.json.json.then_some(&count))
}

/// A card as it is listed.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownCard {
    #[serde(alias = "id")]
    pub(crate) card: CardId,
    /// With all but the last digits hidden.
    #[serde(alias = "number_masked")]
    pub(crate) number: String,
    pub(crate) user: UserId,
    #[serde(alias = "name")]
    pub(crate) holder: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) starts_at: Option<Timestamp>,
    pub(crate) ends_at: Option<Timestamp>,
}

/// Prints cards: with how many stand where, as JSON.
pub(crate) fn listed(
    found: &[ShownCard],
    counts: Option<&dyn Fn(CardState) -> i64>,
) -> Result<Exit> {
    if let Some(count) = counts {
        let counts: Map<String, Value> = CardState::ALL
            .iter()
            .map(|state| (state.to_string(), json!(count(*state))))
            .collect();
        let cards = serde_json::to_value(found)?;
        output::json(&json!({ "counts": counts, "cards": cards }));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|card| {
            vec![
                card.card.to_string(),
                card.number.clone(),
                card.holder.clone(),
                card.kind.clone(),
                card.state.clone(),
                card.ends_at.map(|at| at.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    output::table(
        &["Card", "Number", "Holder", "Type", "State", "Until"],
        &rows,
    );
    Ok(Exit::Done)
}

fn of_line(line: &CardLine, settings: CardSettings, ctx: &Ctx) -> ShownCard {
    ShownCard {
        card: line.card.id,
        number: line.card.masked(settings.radix),
        user: line.card.user,
        holder: line.holder.clone(),
        kind: line.card.card_type.clone(),
        state: standing(&line.card, ctx.now()).to_string(),
        starts_at: line.card.starts_at,
        ends_at: line.card.ends_at,
    }
}

/// What was typed, on these clocks.
pub(crate) fn moment(zone: &SiteZone, text: &str) -> Result<Timestamp> {
    let read = zone.typed(text);
    read.map_err(|_| anyhow!("{text:?} is no moment such as 2026-03-01 08:00"))
}

/// What was typed, or the account's usual validity.
fn validity(tx: &mut Tx<'_>, ctx: &Ctx, dates: &Dates) -> Result<Validity> {
    let account = accounts::get(tx, ctx.account)?;
    let zone = SiteZone::parse(&account.time_zone).unwrap_or(SiteZone::UTC);
    let read = |text: &Option<String>| text.as_deref().map(|text| moment(&zone, text)).transpose();
    let usual = CardSettings::load(tx, ctx.account)?.validity(ctx.now());
    Ok(Validity {
        starts_at: read(&dates.from)?,
        ends_at: read(&dates.until)?.or(usual.ends_at),
    })
}

fn add(house: &House, args: &cli::Add) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let user = find(house, &ctx, &args.user)?.user.id;
    let (settings, validity) = house.db.read_blocking(|tx| {
        let settings = CardSettings::load(tx, ctx.account)?;
        Ok::<_, anyhow::Error>((settings, validity(tx, &ctx, &args.validity)?))
    })?;
    let new = NewCard {
        user,
        number: typed(args.number.as_deref(), settings)?,
        kind: args.kind.unwrap_or(settings.card_type),
        validity,
        is_issued: !args.reserve,
    };
    let card = house.db.write_blocking(|tx| cards::add(tx, &ctx, &new))?;
    say(
        card.id,
        &card.written(settings.radix),
        &card.state,
        args.json.json,
    );
    Ok(Exit::Done)
}

fn typed(number: Option<&str>, settings: CardSettings) -> Result<Option<CardNumber>> {
    number
        .map(|text| CardNumber::parse(text, settings.radix))
        .transpose()
        .map_err(|fault| anyhow!("the card number is not valid: {}", fault.detail))
}

/// A new card, whose number whoever made it needs.
pub(crate) fn say(card: CardId, number: &str, state: &str, as_json: bool) {
    if as_json {
        output::json(&json!({ "card": card, "number": number, "state": state }));
    } else {
        output::line(number);
    }
}

fn replace(house: &House, one: &One, number: Option<&str>, as_json: bool) -> Result<Exit> {
    let ctx = house.ctx(one.account.account.as_deref())?;
    let settings = house
        .db
        .read_blocking(|tx| CardSettings::load(tx, ctx.account))?;
    let number = typed(number, settings)?;
    let card = house.db.write_blocking(|tx| {
        let card = named(tx, &ctx, &one.card)?;
        cards::replace(tx, &ctx, card, number.as_ref())
    })?;
    say(card.id, &card.written(settings.radix), &card.state, as_json);
    Ok(Exit::Done)
}

fn issue(house: &House, args: &Issue) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let selection = match &args.import {
        Some(import) => Selection::Import(find_by(&house.imports(), &ctx, import)?.id),
        None if args.reserved => Selection::Reserved,
        None => {
            let people = args
                .users
                .iter()
                .map(|key| Ok(find(house, &ctx, key)?.user.id));
            Selection::People(people.collect::<Result<_>>()?)
        }
    };
    let validity = house
        .db
        .read_blocking(|tx| validity(tx, &ctx, &args.validity))?;
    let issuing = Issuing {
        selection,
        validity,
    };
    if args.dry_run {
        let preview = house
            .db
            .read_blocking(|tx| cards::preview(tx, &ctx, &issuing))?;
        report(None, |outcome| preview.of(outcome), args.json.json);
        return Ok(Exit::Done);
    }
    let id = house
        .db
        .write_blocking(|tx| cards::begin(tx, &ctx, &issuing))?;
    house.runner(false).run_all_due()?;
    let run = house
        .db
        .read_blocking(|tx| cards::find_run(tx, ctx.account, id))?;
    let run = run.ok_or(CardRefusal::Unknown)?;
    if let Some(path) = &args.results {
        cards::report(&house.db, &ctx, id, output::open(Some(path))?)?;
    }
    report(Some(id), |outcome| run.counts.of(outcome), args.json.json);
    match run.state {
        RunState::Done => Ok(Exit::Done),
        RunState::Running | RunState::GivenUp => {
            output::note("muster: not everybody was gone through; why is in the log");
            Ok(Exit::Failed)
        }
    }
}

/// Prints how many people there are of each outcome.
pub(crate) fn report(run: Option<CardRunId>, count: impl Fn(Outcome) -> i64, as_json: bool) {
    if as_json {
        let mut all: Map<String, Value> = Outcome::ALL
            .into_iter()
            .map(|outcome| (outcome.as_str().to_owned(), json!(count(outcome))))
            .collect();
        all.insert("run".to_owned(), json!(run));
        output::json(&Value::Object(all));
        return;
    }
    for outcome in Outcome::ALL {
        let text = match outcome {
            Outcome::Issued if run.is_some() => "cards issued",
            Outcome::Issued => "cards would be issued",
            Outcome::Holding => "have a card already",
            Outcome::NoNumber => "have no card number: add theirs one at a time",
            Outcome::NotActive => "are not active",
            Outcome::Over => "have dates that are over",
        };
        output::line(&format!("{} {text}", count(outcome)));
    }
}
