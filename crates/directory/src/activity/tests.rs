//! The log on both databases: pages, filters, what managers see, and that it only grows.

use std::{io, time::Duration};

use db::{Sql, params};
use kernel::{Role, UserId};
use testkit::{TestDb, on_both};

use super::*;
use crate::{
    Actor,
    groups::{self, GroupKind},
    scene::{account, join, person},
    users::{self, ListUsers},
};

fn note(db: &TestDb, ctx: &Ctx, action: &str, subject: Option<Uuid>, details: &str) {
    ctx.clock.advance(Duration::from_secs(1));
    db.write_blocking(|tx| record(tx, ctx, action, subject, details))
        .unwrap();
}

fn told(db: &TestDb, ctx: &Ctx, filter: &ActivityFilter) -> Vec<String> {
    let page = db
        .read_blocking(|tx| page(tx, ctx, filter, At::Newest, 50))
        .unwrap();
    page.entries.iter().map(LogEntry::sentence).collect()
}

fn run(db: &TestDb, text: &'static str, entry: ActivityId) -> db::Result<u64> {
    db.write_blocking(|tx| tx.execute(&Sql::new("test", text), params![entry]))
}

on_both! {
    fn pages_are_newest_first_and_go_both_ways(db: &TestDb) {
        let ctx = account(db, "Harbour");
        for number in 0..7 {
            note(db, &ctx, "group.create", None, &format!("Group {number}"));
        }
        let at = |at| db.read_blocking(|tx| page(tx, &ctx, &ActivityFilter::default(), at, 3)).unwrap();
        let names = |page: &LogPage| -> Vec<String> { page.entries.iter().map(|one| one.details.clone()).collect() };
        let first = at(At::Newest);
        assert_eq!(names(&first), ["Group 6", "Group 5", "Group 4"]);
        assert_eq!((first.has_newer, first.has_older), (false, true));
        let second = at(At::OlderThan(first.entries[2].id));
        assert_eq!(names(&second), ["Group 3", "Group 2", "Group 1"]);
        assert_eq!((second.has_newer, second.has_older), (true, true));
        let last = at(At::OlderThan(second.entries[2].id));
        assert_eq!((names(&last), last.has_older), (vec!["Group 0".to_owned()], false));
        let back = at(At::NewerThan(second.entries[0].id));
        assert_eq!(names(&back), names(&first));
        assert_eq!((back.has_newer, back.has_older), (false, true));
        // From the newest one nothing newer leads back to the beginning.
        assert_eq!(names(&at(At::NewerThan(first.entries[0].id))), names(&first));
    }

    fn each_filter_leaves_what_it_says(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let other = account(db, "Elsewhere");
        note(db, &other, "group.create", None, "not ours");
        let (thandi, own) = person(db, &ctx, "Thandi Nkosi");
        let (sipho, _) = person(db, &ctx, "Sipho Dlamini");
        ctx.clock.advance(Duration::from_secs(1));
        let begin = ctx.now();
        note(db, &own, "document.submit", Some(Uuid::from_u128(1)), "Form 7 (Safety)");
        note(db, &ctx, "user.deactivate", Some(sipho.uuid()), "");
        let series = Ctx { actor: Actor { name: "Thandi Nkosi (series)".to_owned(), ..own.actor.clone() }, ..own.clone() };
        note(db, &series, "import.apply", Some(Uuid::from_u128(2)), "Import 3 of straße.csv: 5 new");
        let token = Ctx { actor: Actor { name: "Thandi Nkosi (token HR)".to_owned(), ..own.actor.clone() }, ..own };
        note(db, &token, "import.start", Some(Uuid::from_u128(2)), "import 3");
        let none = ActivityFilter::default;
        assert_eq!(told(db, &ctx, &ActivityFilter { kind: Some(ActorKind::Series), ..none() }),
            ["Thandi Nkosi (series) imported people: Import 3 of straße.csv: 5 new"]);
        assert_eq!(told(db, &ctx, &ActivityFilter { kind: Some(ActorKind::Token), ..none() }).len(), 1);
        assert_eq!(told(db, &ctx, &ActivityFilter { kind: Some(ActorKind::System), from: Some(begin), ..none() }),
            ["Command line deactivated Sipho Dlamini"]);
        assert_eq!(told(db, &ctx, &ActivityFilter { area: Some(Area::Documents), ..none() }),
            ["Thandi Nkosi submitted a document: Form 7 (Safety)"]);
        assert_eq!(told(db, &ctx, &ActivityFilter { actor: Some(thandi), ..none() }).len(), 3);
        assert_eq!(told(db, &ctx, &ActivityFilter { about: Some(sipho), area: Some(Area::Changed), ..none() }).len(), 1);
        let import = ActivityFilter { import: Some(kernel::ImportId::from_uuid(Uuid::from_u128(2))), ..none() };
        assert_eq!(told(db, &ctx, &import).len(), 2);
        // Both what she did and what was done with her, each entry once.
        let concerning = told(db, &ctx, &ActivityFilter { concerning: Some(thandi), ..none() });
        assert_eq!(concerning.len(), 4, "{concerning:?}");
        // Words are compared however they are written.
        let words = |text: &str| told(db, &ctx, &ActivityFilter { text: Some(text.to_owned()), ..none() }).len();
        assert_eq!((words("STRASSE.csv new"), words("sipho deactivated"), words("strasse sipho"), words("not ours")), (1, 1, 0, 0));
        assert_eq!(told(db, &ctx, &ActivityFilter { until: Some(begin), ..none() }).len(), 2);
        let later = begin.checked_add(Duration::from_secs(2));
        assert_eq!(told(db, &ctx, &ActivityFilter { from: later, ..none() }).len(), 3);
    }

    fn the_log_is_for_administrators_and_a_persons_for_who_leads_them(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (led, own) = person(db, &ctx, "Thandi Nkosi");
        let (manager, _) = person(db, &ctx, "Sipho Dlamini");
        let (stranger, _) = person(db, &ctx, "Maria Lindqvist");
        let team = db.write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Team, "Night")).unwrap().id;
        join(db, ctx.account, team, &[led, manager], ctx.now());
        db.write_blocking(|tx| tx.execute(&Sql::new("lead", "update group_members set is_admin = true where user_id = $1"), params![manager])).unwrap();
        let actor = Actor::new(Some(manager), "Sipho Dlamini", Role::Manager);
        let leads = Ctx { actor, ..ctx.clone() };
        note(db, &own, "document.submit", None, "Form 7");
        note(db, &own, "user.deactivate", Some(stranger.uuid()), "");
        let of = |user: UserId| {
            let filter = ActivityFilter { concerning: Some(user), ..ActivityFilter::default() };
            db.read_blocking(|tx| page(tx, &leads, &filter, At::Newest, 50))
        };
        let seen: Vec<_> = of(led).unwrap().entries.iter().map(LogEntry::sentence).collect();
        assert_eq!(seen, ["Thandi Nkosi submitted a document: Form 7", "Command line added Thandi Nkosi"]);
        assert!(matches!(of(stranger), Err(ListUsers::Db(db::Error::NotFound))));
        let all = db.read_blocking(|tx| page(tx, &leads, &ActivityFilter::default(), At::Newest, 50));
        assert!(matches!(all, Err(ListUsers::Forbidden(_))));
        let filter = ActivityFilter { about: Some(led), ..ActivityFilter::default() };
        let about = db.read_blocking(|tx| page(tx, &leads, &filter, At::Newest, 50));
        assert!(matches!(about, Err(ListUsers::Forbidden(_))));
    }

    fn an_entry_is_neither_removed_nor_rewritten(db: &TestDb) {
        let ctx = account(db, "Harbour");
        note(db, &ctx, "group.create", None, "Night shift");
        let page = db.read_blocking(|tx| page(tx, &ctx, &ActivityFilter::default(), At::Newest, 5)).unwrap();
        let id = page.entries[0].id;
        for text in [
            "delete from activity where id = $1",
            "update activity set details = 'Day shift' where id = $1",
            "update activity set actor_name = 'Nobody' where id = $1",
            "update activity set action = 'group.delete', erased_at = 1 where id = $1",
            "update activity set at = 1, erased_at = 1 where id = $1",
            "update activity set actor_id = null, subject_id = id, erased_at = 1 where id = $1",
        ] {
            assert!(run(db, text, id).is_err(), "{text}");
        }
        assert_eq!(told(db, &ctx, &ActivityFilter::default()), ["Command line made a group or team: Night shift"]);
    }

    fn somebody_erased_is_taken_out_and_the_entries_say_so(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (thandi, own) = person(db, &ctx, "Thandi Nkosi");
        note(db, &own, "group.create", None, "Night shift");
        note(db, &ctx, "user.update", Some(thandi.uuid()), "First name: Thandi → Thandeka");
        db.write_blocking(|tx| {
            users::stage_ids(tx, [thandi])?;
            erase_staged(tx, ctx.account, ctx.now())
        }).unwrap();
        db.write_blocking(|tx| tx.execute(&Sql::new("gone", "delete from users where id = $1"), params![thandi])).unwrap();
        let page = db.read_blocking(|tx| page(tx, &ctx, &ActivityFilter::default(), At::Newest, 5)).unwrap();
        let said: Vec<_> = page.entries.iter().map(LogEntry::sentence).collect();
        assert_eq!(said, [
            "Command line changed somebody who is no longer here",
            "Erased person made a group or team: Night shift",
            "Command line added somebody who is no longer here",
        ]);
        assert!(page.entries.iter().all(|entry| entry.erased_at.is_some() && entry.target().is_none()));
    }

    fn a_file_has_every_entry_once(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (thandi, _) = person(db, &ctx, "Thandi Nkosi");
        db.write_blocking(|tx| {
            for number in 0..2_500 {
                record(tx, &ctx, "user.update", Some(thandi.uuid()), &format!("Notes: none → {number}"))?;
            }
            Ok::<_, db::Error>(())
        }).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        let filter = ActivityFilter { about: Some(thandi), ..ActivityFilter::default() };
        let count = for_each(db, &ctx, &filter, &mut |entry| {
            assert_eq!(entry.row().len(), HEADINGS.len());
            seen.insert(entry.id).then_some(()).ok_or_else(|| io::Error::other("twice"))
        }).unwrap();
        assert_eq!((count, seen.len()), (2_501, 2_501));
    }
}
