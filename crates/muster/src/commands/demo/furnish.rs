//! What the demo account has beside its people, so that every page has something to show: access,
//! cards in several states, a workflow with documents, photos.

use anyhow::{Context as _, Result};
use directory::{
    Actor, Ctx,
    access::{self, Giving, Recipient, Terms},
    cards::{self, NewCard, Step, Validity},
    devices,
    documents::{self, Act, Documents, NewDocument},
    photos::{
        Parcel, PhotoSettings,
        batch::{self, NewBatch, Recognise},
    },
    users::{self, PageAt, Sort, UserFilter, UserRow},
    workflows::{self, Member, StepKind},
};
use kernel::{AccessType, CardId, CardNumber, CardRadix, CardType, PhotoBatchId, Role, Schedule};

use crate::house::House;

/// People who get something each.
const PEOPLE: usize = 24;

const PHOTOS: [&[u8]; 4] = [
    include_bytes!("../../../samples/photos/1.png"),
    include_bytes!("../../../samples/photos/2.png"),
    include_bytes!("../../../samples/photos/3.png"),
    include_bytes!("../../../samples/photos/4.png"),
];

/// Title of each document, and what happens to it in turn.
const DOCUMENTS: [(&str, &[Act]); 6] = [
    ("Fire drill, north wing", &[]),
    ("Lift inspection", &[Act::Start]),
    ("Roof access permit", &[Act::Start, Act::Submit]),
    ("Generator test", &[Act::Start, Act::Submit]),
    ("Water meter reading", &[]),
    ("Key register", &[Act::Start]),
];

/// Gives people of the account a little of everything.
pub(super) fn all(house: &House, ctx: &Ctx) -> Result<()> {
    let people = people(house, ctx)?;
    access(house, ctx, &people)?;
    cards(house, ctx, &people)?;
    documents(house, ctx, &people)?;
    photos(house, ctx, &people)
}

fn people(house: &House, ctx: &Ctx) -> Result<Vec<UserRow>> {
    let filter = UserFilter {
        role: Some(Role::User),
        ..UserFilter::default()
    };
    let page = house
        .db
        .read_blocking(|tx| users::list(tx, ctx, &filter, Sort::Oldest, PageAt::Start, PEOPLE))?;
    Ok(page.people.into_iter().map(|record| record.user).collect())
}

/// On the first device several kinds of access, on the others the usual one.
fn access(house: &House, ctx: &Ctx, people: &[UserRow]) -> Result<()> {
    let all = house
        .db
        .read_blocking(|tx| devices::list(tx, ctx.account))?;
    let hours = Schedule::parse("Mon-Fri 07:00-18:00")
        .map_err(|fault| anyhow::anyhow!("the demo's hours: {}", fault.detail))?;
    let day = std::time::Duration::from_hours(24);
    let now = ctx.now();
    let (tomorrow, week) = (now.checked_add(day), now.checked_add(day * 7));
    for (place, device) in all.iter().enumerate() {
        let kinds = [
            (AccessType::Full, None, None, None),
            (AccessType::Tenant, None, None, None),
            (AccessType::Always, None, None, None),
            (AccessType::Repeat, Some(hours.clone()), None, None),
            (AccessType::Temporary, None, tomorrow, week),
        ];
        for (number, (kind, schedule, from, until)) in kinds.into_iter().enumerate() {
            let chosen = people.iter().skip(place * 2 + number * 2).take(2);
            let giving = Giving {
                devices: vec![device.id],
                terms: Terms::new(kind, schedule, from, until, now)?,
                people: chosen
                    .map(|person| Recipient {
                        user: person.id,
                        notes: None,
                    })
                    .collect(),
            };
            house
                .db
                .write_blocking(|tx| access::give(tx, ctx, &giving))?;
        }
    }
    Ok(())
}

/// Reserved, issued, active, paused and revoked ones.
fn cards(house: &House, ctx: &Ctx, people: &[UserRow]) -> Result<()> {
    for (number, person) in (0_u32..).zip(people.iter().take(15)) {
        let (kind, is_issued) = match number % 5 {
            0 => (CardType::Rf, false),
            1 => (CardType::Mobile, true),
            _ => (CardType::Rf, true),
        };
        let printed = CardNumber::parse(&(700_100 + number).to_string(), CardRadix::Decimal)
            .map_err(|fault| anyhow::anyhow!("the demo's cards: {}", fault.detail))?;
        let new = NewCard {
            user: person.id,
            number: Some(printed),
            kind,
            validity: Validity::default(),
            is_issued,
        };
        let card: CardId = house.db.write_blocking(|tx| cards::add(tx, ctx, &new))?.id;
        let step = match number % 5 {
            3 => Some(Step::Pause),
            4 => Some(Step::Revoke),
            _ => None,
        };
        if let Some(step) = step {
            house
                .db
                .write_blocking(|tx| cards::change(tx, ctx, &[card], step, Validity::default()))?;
        }
    }
    Ok(())
}

/// A workflow of four steps, and documents that have come to each of them.
fn documents(house: &House, ctx: &Ctx, people: &[UserRow]) -> Result<()> {
    let workflow = house.db.write_blocking(|tx| {
        let all = workflows::list(tx, ctx.account)?;
        let workflow = all.first().context("the demo's workflow")?.id;
        for person in people.iter().take(6) {
            workflows::add_participant(tx, ctx, workflow, Member::User(person.id))?;
        }
        workflows::add_step(tx, ctx, workflow, StepKind::Review, "Look over")?;
        workflows::add_step(tx, ctx, workflow, StepKind::Approve, "Approve")?;
        Ok::<_, anyhow::Error>(workflow)
    })?;
    let store = Documents::new(house.db.clone(), &house.data);
    for ((title, acts), person) in DOCUMENTS.iter().zip(people) {
        let text = format!("{title}\n\nA document of the demo.\n");
        let file = store
            .files()
            .receive(&format!("{title}.txt"), &mut text.as_bytes(), 1)?;
        let id = store.upload(
            ctx,
            NewDocument {
                workflow,
                assignee: person.id,
                title: (*title).to_owned(),
                note: String::new(),
                file,
            },
        )?;
        for act in *acts {
            let now_with = house
                .db
                .read_blocking(|tx| documents::get(tx, ctx.account, id))?;
            let actor = Ctx {
                actor: Actor::new(Some(now_with.assignee), person.full_name(), Role::User),
                ..ctx.clone()
            };
            house
                .db
                .write_blocking(|tx| documents::act(tx, &actor, id, now_with.version, *act, ""))?;
        }
    }
    Ok(())
}

/// They come in the way everybody's do.
fn photos(house: &House, ctx: &Ctx, people: &[UserRow]) -> Result<()> {
    let most = house
        .db
        .read_blocking(|tx| PhotoSettings::load(tx, ctx.account))?
        .most_bytes();
    let id: PhotoBatchId = ctx.new_id();
    let mut parcel = Parcel::begin(&house.data, id, most)?;
    for (person, photo) in people.iter().take(16).zip(PHOTOS.iter().cycle()) {
        parcel.file(&format!("{}.png", person.id))?;
        parcel.write(photo)?;
    }
    parcel.finish()?;
    let new = NewBatch {
        id,
        source_name: "photos of the demo".to_owned(),
        recognise: vec![Recognise::Id],
        replace: false,
    };
    let job = house.db.write_blocking(|tx| batch::begin(tx, ctx, &new))?;
    if let Some(job) = job {
        house.runner(false).run_until_done(job)?;
    }
    Ok(())
}
