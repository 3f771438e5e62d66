//! Cards on both databases.

mod many;

use std::{sync::Barrier, thread, time::Duration};

use db::{Db, Sql, Tx, params};
use jobs::{Context, Runner};
use kernel::{CardId, CardNumber, CardRadix, CardState, CardType, IdRange, ImportId, Role, UserId};
use testkit::{TestDb, on_both, overtake};

use super::*;
use crate::{
    Actor, Ctx, activity, notifications,
    scene::{account, person, set_status},
    users,
};

const DAY: Duration = Duration::from_hours(24);

fn decimal(number: &str) -> CardNumber {
    CardNumber::parse(number, CardRadix::Decimal).unwrap()
}

fn new(user: UserId, number: &str, kind: CardType) -> NewCard {
    NewCard {
        user,
        number: Some(decimal(number)),
        kind,
        validity: Validity::default(),
        is_issued: true,
    }
}

fn added(db: &TestDb, ctx: &Ctx, new: &NewCard) -> Result<CardId, CardRefusal> {
    ctx.clock.advance(Duration::from_millis(1));
    db.write_blocking(|tx| add(tx, ctx, new))
        .map(|card| card.id)
}

fn reserve(db: &TestDb, ctx: &Ctx, user: UserId, number: &str, kind: CardType) -> CardId {
    let new = NewCard {
        is_issued: false,
        ..new(user, number, kind)
    };
    added(db, ctx, &new).unwrap()
}

fn step(db: &TestDb, ctx: &Ctx, card: CardId, step: Step) -> Result<(), CardRefusal> {
    ctx.clock.advance(Duration::from_millis(1));
    db.write_blocking(|tx| change(tx, ctx, &[card], step, Validity::default()))
}

fn stands(db: &TestDb, ctx: &Ctx, card: CardId) -> CardState {
    let line = db
        .read_blocking(|tx| list::find(tx, ctx.account, card))
        .unwrap();
    standing(&line.unwrap().card, ctx.now())
}

fn version(db: &TestDb, ctx: &Ctx, user: UserId) -> i64 {
    let record = db.read_blocking(|tx| users::get(tx, ctx.account, user));
    record.unwrap().user.version
}

fn kinds(db: &TestDb, ctx: &Ctx, card: CardId) -> Vec<&'static str> {
    let events = db.read_blocking(|tx| {
        let card = list::find(tx, ctx.account, card)?.unwrap().card;
        history(tx, ctx, &card)
    });
    events
        .unwrap()
        .iter()
        .rev()
        .map(|event| event.kind.as_str())
        .collect()
}

fn work(db: &TestDb, ctx: &Ctx) {
    let context = Context::new((**db).clone(), ctx.clock.clone(), ctx.ids.clone());
    register(Runner::new(context)).run_all_due().unwrap();
}

#[test]
fn every_step_from_every_state_is_as_recorded() {
    let mut lines = Vec::new();
    for kind in CardType::ALL {
        for state in CardState::ALL {
            for step in Step::ALL {
                for from in [None, Some(CardState::Issued), Some(CardState::Active)] {
                    if let Some(after) = step.after(*state, *kind, from) {
                        let from = from.map_or("", CardState::as_str);
                        lines.push(format!("{kind} {state} {} {from}> {after}", step.as_str()));
                    }
                }
            }
        }
    }
    let mut expected = Vec::new();
    for (kind, issued) in [("mobile", "issued"), ("rf", "active"), ("qr", "active")] {
        for (way, after) in [
            ("reserved issue", issued),
            ("reserved revoke", "revoked"),
            ("issued activate", "active"),
            ("issued pause", "paused"),
            ("issued revoke", "revoked"),
            ("active pause", "paused"),
            ("active revoke", "revoked"),
        ] {
            for from in ["", "issued", "active"] {
                expected.push(format!("{kind} {way} {from}> {after}"));
            }
        }
        for (from, after) in [("", "active"), ("issued", "issued"), ("active", "active")] {
            expected.push(format!("{kind} paused resume {from}> {after}"));
        }
        for from in ["", "issued", "active"] {
            expected.push(format!("{kind} paused revoke {from}> revoked"));
        }
    }
    assert_eq!(lines, expected);
}

on_both! {
    fn a_card_goes_through_its_states_and_remembers(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, anna_ctx) = person(db, &owner, "Anna Berg");
        let (_, ben_ctx) = person(db, &owner, "Ben Cole");
        let card = reserve(db, &owner, anna, "42", CardType::Mobile);
        let before = version(db, &owner, anna);

        step(db, &owner, card, Step::Issue).unwrap();
        assert_eq!(stands(db, &owner, card), CardState::Issued);
        // What waits for its holder waits again after a pause.
        step(db, &owner, card, Step::Pause).unwrap();
        step(db, &owner, card, Step::Resume).unwrap();
        assert_eq!(stands(db, &owner, card), CardState::Issued);
        for stranger in [&ben_ctx, &owner] {
            let refused = db.write_blocking(|tx| activate(tx, stranger, card));
            assert!(matches!(refused, Err(CardRefusal::Unknown)), "{refused:?}");
        }
        owner.clock.advance(Duration::from_millis(1));
        db.write_blocking(|tx| activate(tx, &anna_ctx, card)).unwrap();
        step(db, &owner, card, Step::Pause).unwrap();
        let twice = step(db, &owner, card, Step::Pause).unwrap_err();
        assert_eq!(twice.to_string(), "a card that is paused cannot be paused");
        step(db, &owner, card, Step::Resume).unwrap();
        assert_eq!(stands(db, &owner, card), CardState::Active);
        step(db, &owner, card, Step::Revoke).unwrap();
        assert!(step(db, &owner, card, Step::Resume).is_err());

        let all = ["add", "issue", "pause", "resume", "activate", "pause", "resume", "revoke"];
        assert_eq!(kinds(db, &owner, card), all);
        // Each counts as a change of its holder, which imports and undoing respect.
        assert_eq!(version(db, &owner, anna), before + 7);
        let trail = db.read_blocking(|tx| activity::of_subject(tx, owner.account, anna.uuid(), 50)).unwrap();
        assert_eq!(trail.iter().filter(|entry| entry.action.starts_with("card.")).count(), all.len());
        assert!(trail.iter().all(|entry| !entry.details.contains("42")), "{trail:?}");
    }

    fn only_administrators_of_the_account_touch_cards(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, anna_ctx) = person(db, &owner, "Anna Berg");
        let (ben, _) = person(db, &owner, "Ben Cole");
        let card = added(db, &owner, &new(anna, "1", CardType::Rf)).unwrap();
        let other = account(db, "Quarry");
        for role in [Role::Manager, Role::User] {
            let ctx = Ctx { actor: Actor { role, ..anna_ctx.actor.clone() }, ..anna_ctx.clone() };
            assert!(matches!(step(db, &ctx, card, Step::Pause), Err(CardRefusal::Forbidden(_))));
            assert!(matches!(added(db, &ctx, &new(ben, "2", CardType::Rf)), Err(CardRefusal::Forbidden(_))));
            let moved = db.write_blocking(|tx| move_to(tx, &ctx, card, ben));
            assert!(matches!(moved, Err(CardRefusal::Forbidden(_))));
            let replaced = db.write_blocking(|tx| replace(tx, &ctx, card, Some(&decimal("3"))));
            assert!(matches!(replaced, Err(CardRefusal::Forbidden(_))));
            let shown = db.write_blocking(|tx| note_shown(tx, &ctx, card));
            assert!(matches!(shown, Err(CardRefusal::Forbidden(_))));
            let seen = db.read_blocking(|tx| see(tx, &ctx, card));
            assert!(matches!(seen, Err(CardRefusal::Forbidden(_))));
            let listed = db.read_blocking(|tx| page(tx, &ctx, CardFilter::default(), None, 9));
            assert!(matches!(listed, Err(CardRefusal::Forbidden(_))));
            let all = Issuing { selection: Selection::Reserved, validity: Validity::default() };
            assert!(matches!(db.write_blocking(|tx| begin(tx, &ctx, &all)), Err(CardRefusal::Forbidden(_))));
        }
        assert!(matches!(step(db, &other, card, Step::Revoke), Err(CardRefusal::Unknown)));
        assert!(matches!(added(db, &other, &new(ben, "2", CardType::Rf)), Err(CardRefusal::NobodyThere)));
        let moved = db.write_blocking(|tx| move_to(tx, &other, card, ben));
        assert!(matches!(moved, Err(CardRefusal::Unknown)));
        assert_eq!(stands(db, &owner, card), CardState::Active);
        let seen = db.read_blocking(|tx| Ok::<_, CardRefusal>((
            list::find(tx, other.account, card)?,
            search(tx, &other, "1")?,
            page(tx, &other, CardFilter::default(), None, 9)?.cards,
        ))).unwrap();
        assert_eq!(seen, (None, vec![], vec![]));
        // The same number in another account is another card.
        let (carla, _) = person(db, &other, "Carla Diaz");
        added(db, &other, &new(carla, "1", CardType::Rf)).unwrap();
    }

    fn a_person_has_one_card(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let (ben, _) = person(db, &owner, "Ben Cole");
        let card = added(db, &owner, &new(anna, "1", CardType::Rf)).unwrap();
        step(db, &owner, card, Step::Pause).unwrap();
        assert!(matches!(added(db, &owner, &new(anna, "2", CardType::Rf)), Err(CardRefusal::HasCard)));
        assert!(matches!(added(db, &owner, &new(ben, "1", CardType::Rf)), Err(CardRefusal::NumberTaken)));
        reserve(db, &owner, ben, "3", CardType::Rf);
        assert!(matches!(added(db, &owner, &new(ben, "4", CardType::Rf)), Err(CardRefusal::HasReserved)));
        let moved = db.write_blocking(|tx| move_to(tx, &owner, card, ben));
        assert!(matches!(moved, Err(CardRefusal::Fixed(CardState::Paused))));
    }

    fn two_who_issue_at_once_issue_one_card(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let start = Barrier::new(4);
        let made: Vec<bool> = thread::scope(|scope| {
            let tries: Vec<_> = (0..4).map(|n| {
                let (start, owner) = (&start, &owner);
                let db: Db = (**db).clone();
                scope.spawn(move || {
                    start.wait();
                    let new = new(anna, &format!("{}", 10 + n), CardType::Rf);
                    db.write_blocking(|tx| add(tx, owner, &new)).is_ok()
                })
            }).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
        let cards = db.read_blocking(|tx| of_user(tx, owner.account, anna)).unwrap();
        assert_eq!(cards.len(), 1);
        // Whatever else writes there: the database knows, too.
        let sneaked = Card { id: owner.new_id(), number: "FF".to_owned(), ..cards[0].card.clone() };
        let refused = db.write_blocking(|tx| tx.bulk([&sneaked])).unwrap_err();
        assert!(refused.is_unique("cards_holder"), "{refused}");
    }

    fn a_number_is_free_once_its_card_is_over_or_revoked(db: &TestDb) {
        let owner = account(db, "Harbour");
        let people: Vec<UserId> = ["Anna Berg", "Ben Cole", "Carla Diaz"]
            .map(|name| person(db, &owner, name).0).into();
        let ends_at = owner.now().checked_add(DAY);
        let short = NewCard { validity: Validity { starts_at: None, ends_at }, ..new(people[0], "7", CardType::Rf) };
        let first = added(db, &owner, &short).unwrap();
        assert!(matches!(added(db, &owner, &new(people[1], "7", CardType::Rf)), Err(CardRefusal::NumberTaken)));
        owner.clock.advance(DAY);
        assert_eq!(stands(db, &owner, first), CardState::Expired);
        let counted = db.read_blocking(|tx| counts(tx, &owner)).unwrap();
        assert!(counted.contains(&(CardState::Expired, 1)) && counted.contains(&(CardState::Active, 0)), "{counted:?}");
        assert!(step(db, &owner, first, Step::Pause).is_err());
        let before = version(db, &owner, people[0]);
        let second = added(db, &owner, &new(people[1], "7", CardType::Rf)).unwrap();
        let mut happened = kinds(db, &owner, first);
        happened.sort_unstable();
        assert_eq!(happened, ["add", "add", "expire"]);
        // That time went by is no change of the person.
        assert_eq!(version(db, &owner, people[0]), before);
        step(db, &owner, second, Step::Revoke).unwrap();
        let third = added(db, &owner, &new(people[2], "7", CardType::Rf)).unwrap();
        // Who had a card that is over gets another.
        added(db, &owner, &new(people[0], "8", CardType::Rf)).unwrap();
        let names = db.read_blocking(|tx| {
            let card = list::find(tx, owner.account, third)?.unwrap().card;
            owners(tx, &owner, &card)
        }).unwrap();
        let names: Vec<_> = names.into_iter().map(|one| (one.holder.unwrap().1, one.state)).collect();
        assert_eq!(names, [
            ("Carla Diaz".to_owned(), CardState::Active),
            ("Ben Cole".to_owned(), CardState::Revoked),
            ("Anna Berg".to_owned(), CardState::Expired),
        ]);
    }

    fn a_card_is_replaced_with_the_same_validity(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let validity = Validity { starts_at: Some(owner.now()), ends_at: owner.now().checked_add(DAY) };
        let old = added(db, &owner, &NewCard { validity, number: None, ..new(anna, "1", CardType::Qr) }).unwrap();
        let same = db.read_blocking(|tx| list::find(tx, owner.account, old)).unwrap().unwrap().card;
        assert!(same.number.len() == 16, "{}", same.number);
        let number = same.number.parse().unwrap();
        let taken = db.write_blocking(|tx| replace(tx, &owner, old, Some(&number)));
        assert!(matches!(taken, Err(CardRefusal::NumberTaken)));
        owner.clock.advance(Duration::from_millis(1));
        let card = db.write_blocking(|tx| replace(tx, &owner, old, None)).unwrap();
        assert_ne!(card.number, same.number);
        assert_eq!((card.starts_at, card.ends_at, &*card.state), (validity.starts_at, validity.ends_at, "active"));
        assert_eq!(stands(db, &owner, old), CardState::Revoked);
        assert_eq!(kinds(db, &owner, old), ["add", "replace"]);
        set_status(db, anna, "deactivated");
        let away = db.write_blocking(|tx| replace(tx, &owner, card.id, None));
        assert!(matches!(away, Err(CardRefusal::NotActive)), "{away:?}");
        assert_eq!(stands(db, &owner, card.id), CardState::Active);
        set_status(db, anna, "active");
        let needed = db.write_blocking(|tx| add(tx, &owner, &NewCard { number: None, ..new(anna, "1", CardType::Rf) }));
        assert!(matches!(needed, Err(CardRefusal::NumberNeeded)));
    }

    fn a_card_moves_to_somebody_without_one(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, anna_ctx) = person(db, &owner, "Anna Berg");
        let (ben, ben_ctx) = person(db, &owner, "Ben Cole");
        let (carla, _) = person(db, &owner, "Carla Diaz");
        let card = added(db, &owner, &new(anna, "1", CardType::Mobile)).unwrap();
        db.write_blocking(|tx| activate(tx, &anna_ctx, card)).unwrap();
        added(db, &owner, &new(carla, "2", CardType::Rf)).unwrap();
        let held = db.write_blocking(|tx| move_to(tx, &owner, card, carla));
        assert!(matches!(held, Err(CardRefusal::HasCard)));
        let before = [anna, ben].map(|user| version(db, &owner, user));
        db.write_blocking(|tx| move_to(tx, &owner, card, ben)).unwrap();
        assert_eq!([anna, ben].map(|user| version(db, &owner, user)), before.map(|version| version + 1));
        // It is in another phone now.
        assert_eq!(stands(db, &owner, card), CardState::Issued);
        assert!(db.write_blocking(|tx| activate(tx, &anna_ctx, card)).is_err());
        db.write_blocking(|tx| activate(tx, &ben_ctx, card)).unwrap();
        let events = db.read_blocking(|tx| {
            let card = list::find(tx, owner.account, card)?.unwrap().card;
            history(tx, &owner, &card)
        }).unwrap();
        let moved = events.iter().find(|event| event.kind == EventKind::Move).unwrap();
        assert_eq!(moved.former, Some((anna, "Anna Berg".to_owned())));
        assert_eq!(moved.holder, Some((ben, "Ben Cole".to_owned())));
        set_status(db, carla, "deactivated");
        let away = db.write_blocking(|tx| move_to(tx, &owner, card, carla));
        assert!(matches!(away, Err(CardRefusal::NotActive)));
    }

    fn dates_of_the_card_win(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let (ben, _) = person(db, &owner, "Ben Cole");
        let today = owner.now();
        let later = |days: u32| today.checked_add(DAY * days);
        let own = NewCard {
            validity: Validity { starts_at: None, ends_at: later(3) },
            is_issued: false,
            ..new(anna, "1", CardType::Rf)
        };
        let own = added(db, &owner, &own).unwrap();
        let none = reserve(db, &owner, ben, "2", CardType::Rf);
        let given = |from, until| Validity { starts_at: later(from), ends_at: later(until) };
        // The card ends before it would begin.
        let refused = db.write_blocking(|tx| change(tx, &owner, &[own], Step::Issue, given(5, 9)));
        assert!(matches!(refused, Err(CardRefusal::Dates)));
        db.write_blocking(|tx| change(tx, &owner, &[own, none], Step::Issue, given(1, 9))).unwrap();
        let dates = |card| {
            let card = db.read_blocking(|tx| list::find(tx, owner.account, card)).unwrap().unwrap().card;
            (card.starts_at, card.ends_at)
        };
        assert_eq!(dates(own), (later(1), later(3)));
        assert_eq!(dates(none), (later(1), later(9)));
        let backwards = NewCard { validity: given(2, 1), ..new(anna, "9", CardType::Rf) };
        assert!(matches!(added(db, &owner, &backwards), Err(CardRefusal::Dates)));
        // A pause gives nothing.
        db.write_blocking(|tx| change(tx, &owner, &[own], Step::Pause, given(1, 20))).unwrap();
        assert_eq!(dates(own), (later(1), later(3)));
    }

    fn numbers_are_found_in_both_spellings(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let card = added(db, &owner, &new(anna, "3735928559", CardType::Rf)).unwrap();
        for text in ["3735928559", "DEADBEEF", "de:ad:be:ef", "Berg", "anna.b"] {
            let found = db.read_blocking(|tx| search(tx, &owner, text)).unwrap();
            assert_eq!(found.iter().map(|line| line.card.id).collect::<Vec<_>>(), [card], "{text}");
        }
        let found = db.read_blocking(|tx| list::find(tx, owner.account, card)).unwrap().unwrap().card;
        assert_eq!(found.masked(CardRadix::Decimal), "••••8559");
        assert_eq!(found.masked(CardRadix::Hex), "••••BEEF");
        let hex = CardSettings { radix: CardRadix::Hex, card_type: CardType::Qr, valid_days: Some(30) };
        db.write_blocking(|tx| hex.store(tx, &owner)).unwrap();
        assert_eq!(db.write_blocking(|tx| note_shown(tx, &owner, card)).unwrap(), "DEADBEEF");
        assert_eq!(db.read_blocking(|tx| CardSettings::load(tx, owner.account)).unwrap(), hex);
        assert_eq!(hex.validity(owner.now()).ends_at, owner.now().checked_add(DAY * 30));
        let shown = db.read_blocking(|tx| activity::of_subject(tx, owner.account, anna.uuid(), 9)).unwrap();
        assert!(shown.iter().any(|entry| entry.action == "card.show"));
        let never = CardSettings { valid_days: Some(0), ..hex };
        assert!(matches!(db.write_blocking(|tx| never.store(tx, &owner)), Err(CardRefusal::Days(_))));
    }
}
