//! Deleting and taking back on both databases.

use std::time::Duration;

use db::{Sql, params};
use jobs::{Context, Runner};
use kernel::{CardNumber, CardType, Role, Timestamp, UserId};
use testkit::{TestDb, on_both};

use super::*;
use crate::{
    Ctx, Forbidden, activity,
    bulk::{self, BulkAction, Outcome},
    cards::{self, NewCard, Validity},
    devices,
    documents::{Documents, NewDocument},
    modules,
    scene::{account, group, person, workflow},
    users::{self, ListUsers, PageAt, Selection, Sort, Typed, UserFilter},
    workflows::{self, Member, StepKind},
};

fn role(db: &TestDb, user: UserId, role: &str) {
    let sql = Sql::new("role", "update users set role = $2 where id = $1");
    db.write_blocking(|tx| tx.execute(&sql, params![user, role]))
        .unwrap();
}

fn gone(db: &TestDb, ctx: &Ctx, id: UserId, terms: Terms) -> Result<(), LeaveError> {
    ctx.clock.advance(Duration::from_secs(1));
    db.write_blocking(|tx| delete(tx, ctx, id, None, terms))
}

fn refusal(result: Result<(), LeaveError>) -> Refusal {
    match result {
        Err(LeaveError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn back(db: &TestDb, ctx: &Ctx, id: UserId, back: Back) -> Returned {
    ctx.clock.advance(Duration::from_secs(1));
    db.write_blocking(|tx| restore(tx, ctx, &[id], back))
        .unwrap()
        .remove(0)
        .1
}

fn record(db: &TestDb, ctx: &Ctx, id: UserId) -> users::UserRecord {
    db.read_blocking(|tx| users::get(tx, ctx.account, id))
        .unwrap()
}

fn card(db: &TestDb, ctx: &Ctx, user: UserId, number: &str) -> kernel::CardId {
    let new = NewCard {
        user,
        number: Some(CardNumber::parse(number, kernel::CardRadix::Decimal).unwrap()),
        kind: CardType::Rf,
        validity: Validity::default(),
        is_issued: true,
    };
    db.write_blocking(|tx| cards::add(tx, ctx, &new))
        .unwrap()
        .id
}

fn live(record: &users::UserRecord) -> Vec<&str> {
    record
        .cards
        .iter()
        .map(|card| card.state.as_str())
        .collect()
}

fn count(db: &TestDb, text: &'static str) -> i64 {
    let sql = Sql::new("count", text);
    db.read_blocking(|tx| tx.fetch_one::<(i64,)>(&sql, params![]))
        .unwrap()
        .0
}

fn run_jobs(db: &TestDb, ctx: &Ctx) {
    let context = Context::new((**db).clone(), ctx.clock.clone(), ctx.ids.clone());
    bulk::register(Runner::new(context)).run_all_due().unwrap();
}

on_both! {
    fn whoever_is_deleted_is_found_nowhere_and_comes_back_with_all_of_it(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, as_anna) = person(db, &ctx, "Anna Berg");
        let crew = group(db, &ctx, "Crew", &[anna]);
        db.write_blocking(|tx| modules::set(tx, &ctx, "events", 1)).unwrap();
        let permits = workflow(db, &ctx, "Permits", &[Member::User(anna)]);
        let number = card(db, &ctx, anna, "5551234567");
        let device = db.write_blocking(|tx| devices::create(tx, &ctx, "Gate")).unwrap();
        let extras = Sql::new("extras", "insert into module_seats (account_id, user_id, module_key, created_at) values ($1, $2, 'events', 0)");
        db.write_blocking(|tx| tx.execute(&extras, params![ctx.account, anna])).unwrap();
        let grant = Sql::new("grant", "insert into grants (account_id, user_id, device_id, access_type, created_at) values ($1, $2, $3, 'always', 0)");
        db.write_blocking(|tx| tx.execute(&grant, params![ctx.account, anna, device.id])).unwrap();
        let before = record(db, &ctx, anna);
        gone(db, &ctx, anna, Terms { take_out: true, with_documents: false }).unwrap();

        let all = db.read_blocking(|tx| users::list(tx, &ctx, &UserFilter::default(), Sort::Name, PageAt::Start, 10)).unwrap();
        assert!(all.people.is_empty());
        for text in ["Anna", "anna.berg@example.com"] {
            let found = db.read_blocking(|tx| users::search(tx, &ctx, text, &UserFilter::default())).unwrap();
            assert!(found.is_empty(), "{text}");
        }
        assert_eq!(db.read_blocking(|tx| users::count(tx, ctx.account, 10)).unwrap(), 0);
        let unseen = db.read_blocking(|tx| users::see(tx, &ctx, anna)).unwrap_err();
        assert!(matches!(unseen, ListUsers::Db(db::Error::NotFound)));
        let after = record(db, &ctx, anna);
        assert_eq!((after.groups.len(), after.modules.len(), after.workflows.len(), after.grants.len()), (0, 0, 0, 0));
        assert_eq!(live(&after), ["revoked"]);
        assert!(db.read_blocking(|tx| workflows::people(tx, ctx.account, permits, "", None)).unwrap().is_empty());

        let page = db.read_blocking(|tx| list(tx, &ctx, "anna.b", None)).unwrap();
        assert_eq!(page.people.first().map(Deleted::full_name).as_deref(), Some("Anna Berg"));
        let what = db.read_blocking(|tx| had(tx, &ctx, anna)).unwrap();
        assert_eq!(what, Had { groups: 1, workflows: 1, grants: 1, seats: 1, cards: 1 });
        assert!(matches!(db.read_blocking(|tx| list(tx, &as_anna, "", None)), Err(LeaveError::Forbidden(Forbidden(_)))));

        assert_eq!(back(db, &ctx, anna, Back::ALL), Returned::Restored);
        let after = record(db, &ctx, anna);
        assert_eq!((&after.groups, &after.modules, &after.workflows), (&before.groups, &before.modules, &before.workflows));
        assert_eq!(after.grants, before.grants);
        assert_eq!(after.user.email, before.user.email);
        assert_eq!(live(&after), ["active"]);
        assert!(after.groups.iter().any(|one| one.0 == crew));
        assert_eq!(after.cards.first().map(|card| card.id), Some(number));
        for text in [
            "select count(*) as n from deleted_users",
            "select count(*) as n from deleted_links",
            "select count(*) as n from deleted_seats",
            "select count(*) as n from revoked_grants",
        ] {
            assert_eq!(count(db, text), 0, "{text}");
        }
        let told: Vec<_> = db.read_blocking(|tx| activity::of_subject(tx, ctx.account, anna.uuid(), 10)).unwrap()
            .into_iter().map(|entry| entry.action).collect();
        assert_eq!(told.first().map(String::as_str), Some("user.restore"));
        assert!(told.contains(&"user.delete".to_owned()));
    }

    fn only_what_was_chosen_comes_back(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        group(db, &ctx, "Crew", &[anna]);
        card(db, &ctx, anna, "5551234567");
        gone(db, &ctx, anna, Terms::default()).unwrap();
        let none = Back { groups: false, workflows: false, access: false, cards: false };
        assert_eq!(back(db, &ctx, anna, none), Returned::Restored);
        let after = record(db, &ctx, anna);
        assert!(after.groups.is_empty());
        assert_eq!(live(&after), ["revoked"]);
        assert_eq!(back(db, &ctx, anna, none), Returned::Gone);
    }

    fn keys_are_free_for_somebody_else_who_then_keeps_them(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        gone(db, &ctx, anna, Terms::default()).unwrap();
        let typed = Typed([("first_name", "Ann"), ("email", "Anna.Berg@example.com"), ("role", "user"), ("person_kind", "employee")]
            .map(|(key, value)| (key.to_owned(), value.to_owned())).into());
        let draft = db.read_blocking(|tx| users::read(tx, &ctx, &typed, None)).unwrap().unwrap();
        let same = db.read_blocking(|tx| same_person(tx, &ctx, &draft)).unwrap();
        assert_eq!(same.iter().map(|one| one.id).collect::<Vec<_>>(), [anna]);
        let (second, _) = person(db, &ctx, "Anna Berg");
        assert_eq!(back(db, &ctx, anna, Back::ALL), Returned::Taken(Taken::Email));
        gone(db, &ctx, second, Terms::default()).unwrap();
        // Of two with one key, the one who was deleted first comes back.
        let both = db.write_blocking(|tx| restore(tx, &ctx, &[second, anna], Back::ALL)).unwrap();
        assert_eq!(both, [(anna, Returned::Restored), (second, Returned::Taken(Taken::Email))]);
    }

    fn administrators_owners_and_oneself_are_refused(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, as_anna) = person(db, &ctx, "Anna Berg");
        let (ben, _) = person(db, &ctx, "Ben Cole");
        let (carla, _) = person(db, &ctx, "Carla Diaz");
        role(db, anna, "owner");
        role(db, ben, "admin");
        role(db, carla, "manager");
        assert_eq!(refusal(gone(db, &ctx, anna, Terms::default())), Refusal::Owner);
        assert_eq!(refusal(gone(db, &ctx, ben, Terms::default())), Refusal::Administrator("admin".to_owned()));
        let mut admin = as_anna.clone();
        admin.actor.role = Role::Admin;
        assert_eq!(refusal(gone(db, &admin, anna, Terms::default())), Refusal::Yourself);
        admin.actor.role = Role::Manager;
        assert!(matches!(gone(db, &admin, carla, Terms::default()), Err(LeaveError::Forbidden(_))));
        gone(db, &ctx, carla, Terms::default()).unwrap();
        assert!(matches!(gone(db, &ctx, carla, Terms::default()), Err(LeaveError::NobodyThere)));
    }

    fn participants_are_taken_out_first(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let (ben, _) = person(db, &ctx, "Ben Cole");
        let crew = group(db, &ctx, "Crew", &[anna, ben]);
        let id = workflow(db, &ctx, "Permits", &[Member::Group(crew)]);
        db.write_blocking(|tx| workflows::add_step(tx, &ctx, id, StepKind::Approve, "Agree")).unwrap();
        // Through a group, and somebody else can approve: nothing stands against it.
        gone(db, &ctx, anna, Terms::default()).unwrap();
        assert_eq!(refusal(gone(db, &ctx, ben, Terms::default())), Refusal::Workflows);
        let looked = db.read_blocking(|tx| look(tx, &ctx, ben)).unwrap();
        assert!(looked.blocks_workflows());
        assert_eq!(looked.sole.len(), 1);
        gone(db, &ctx, ben, Terms { take_out: true, with_documents: false }).unwrap();
    }

    fn documents_are_agreed_to(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let id = workflow(db, &ctx, "Permits", &[Member::User(anna)]);
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::new((**db).clone(), folder.path());
        let file = documents.files().receive("a.txt", &mut "text".as_bytes(), 1).unwrap();
        let new = NewDocument { workflow: id, assignee: anna, title: "One".to_owned(), note: String::new(), file };
        documents.upload(&ctx, new).unwrap();
        let out = Terms { take_out: true, with_documents: false };
        assert_eq!(refusal(gone(db, &ctx, anna, out)), Refusal::Documents(1));
        gone(db, &ctx, anna, Terms { take_out: true, with_documents: true }).unwrap();
    }

    fn a_page_looked_at_too_long_ago_deletes_nobody(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let stale = db.write_blocking(|tx| delete(tx, &ctx, anna, Some(7), Terms::default()));
        assert!(matches!(stale, Err(LeaveError::Stale)));
        assert_eq!(record(db, &ctx, anna).user.status, "invited");
    }

    fn many_are_deleted_by_a_job_and_taken_back(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let people: Vec<_> = (0..30).map(|number| person(db, &ctx, &format!("P{number} Same")).0).collect();
        role(db, people[0], "admin");
        workflow(db, &ctx, "Permits", &[Member::User(people[1])]);
        let crew = group(db, &ctx, "Crew", &people);
        let all = Selection::Matching(UserFilter { group: Some(crew), ..UserFilter::default() });
        let id = db.write_blocking(|tx| bulk::make(tx, &ctx, &BulkAction::Delete(Terms::default()), &all)).unwrap();
        run_jobs(db, &ctx);
        db.write_blocking(|tx| bulk::start(tx, &ctx, id, 28)).unwrap();
        run_jobs(db, &ctx);
        let mut counts = db.read_blocking(|tx| bulk::counts(tx, &ctx, id)).unwrap();
        counts.sort();
        assert_eq!(counts, [(Outcome::Done, 28), (Outcome::Role, 1), (Outcome::Workflows, 1)]);
        assert_eq!(db.read_blocking(|tx| users::count(tx, ctx.account, 100)).unwrap(), 2);
        // Meanwhile somebody has the address of one of them.
        person(db, &ctx, "P7 Same");
        db.write_blocking(|tx| bulk::undo(tx, &ctx, id)).unwrap();
        run_jobs(db, &ctx);
        let mut counts = db.read_blocking(|tx| bulk::counts(tx, &ctx, id)).unwrap();
        counts.sort();
        assert_eq!(counts, [(Outcome::Role, 1), (Outcome::Workflows, 1), (Outcome::Taken, 1), (Outcome::Restored, 27)]);
        assert_eq!(record(db, &ctx, people[5]).groups.len(), 1);
        let entries = count(db, "select count(*) as n from activity where action in ('user.delete', 'users.bulk', 'users.bulk_undo')");
        assert_eq!(entries, 2);
    }

    fn whoever_is_over_is_erased_and_named_nowhere(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let (ben, as_ben) = person(db, &ctx, "Ben Cole");
        group(db, &as_owner(&as_ben), "Crew", &[anna]);
        db.write_blocking(|tx| activity::record(tx, &ctx, "user.update", Some(ben.uuid()), "Led by Anna Berg")).unwrap();
        gone(db, &ctx, anna, Terms::default()).unwrap();
        gone(db, &ctx, ben, Terms::default()).unwrap();
        let now = ctx.now();
        assert!(db.read_blocking(|tx| due(tx, ctx.account, now, 10)).unwrap().is_empty());
        ctx.clock.advance(Duration::from_hours(24 * 31));
        let over = db.read_blocking(|tx| due(tx, ctx.account, ctx.now(), 1)).unwrap();
        assert_eq!(over, [anna]);
        assert_eq!(db.write_blocking(|tx| erase(tx, &ctx, &over)).unwrap(), 1);
        let named = "select count(*) as n from activity where details like '%Anna%' or actor_name like '%Anna%'";
        assert_eq!(count(db, named), 0);
        assert_eq!(count(db, "select count(*) as n from activity where details like 'Led by Erased person%'"), 1);
        assert!(db.read_blocking(|tx| users::find(tx, ctx.account, anna)).unwrap().is_none());
        assert_eq!(db.read_blocking(|tx| list(tx, &ctx, "", None)).unwrap().total, 1);
        db.write_blocking(|tx| erase(tx, &ctx, &[ben])).unwrap();
        assert_eq!(count(db, "select count(*) as n from activity where actor_name = 'Ben Cole'"), 0);
        assert_eq!(count(db, "select count(*) as n from identities"), 0);
    }

    fn erasing_at_once_needs_an_owner_and_the_name(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        let mut admin = ctx.clone();
        admin.actor.role = Role::Admin;
        assert!(matches!(db.write_blocking(|tx| request(tx, &ctx, anna, "Anna Berg")), Err(LeaveError::NobodyThere)));
        gone(db, &ctx, anna, Terms::default()).unwrap();
        assert!(matches!(db.write_blocking(|tx| request(tx, &admin, anna, "Anna Berg")), Err(LeaveError::Forbidden(_))));
        assert!(matches!(db.write_blocking(|tx| request(tx, &ctx, anna, "Anna")), Err(LeaveError::NotConfirmed)));
        db.write_blocking(|tx| request(tx, &ctx, anna, " anna berg ")).unwrap();
        assert_eq!(db.read_blocking(|tx| due(tx, ctx.account, ctx.now(), 10)).unwrap(), [anna]);
        assert_eq!(back(db, &ctx, anna, Back::ALL), Returned::Gone);
    }
}

fn as_owner(ctx: &Ctx) -> Ctx {
    let mut ctx = ctx.clone();
    ctx.actor.role = Role::Owner;
    ctx
}

#[test]
fn days_left_are_counted_down_to_none() {
    let day = |number: i64| {
        Timestamp::EPOCH
            .checked_add(Duration::from_hours(24 * number.unsigned_abs()))
            .unwrap()
    };
    assert_eq!(days_left(day(0), day(0), 30), 30);
    assert_eq!(days_left(day(0), day(1), 30), 30);
    assert_eq!(days_left(day(0), day(29), 30), 2);
    assert_eq!(days_left(day(0), day(40), 30), 0);
    assert_eq!(days_left(day(0), day(40), 90), 51);
}
