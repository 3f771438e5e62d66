//! Every number of the report against made-up people, on both databases.

use db::{Param, Sql};
use kernel::Role;
use testkit::{TestDb, on_both};
use uuid::Uuid;

use super::*;
use crate::{
    Actor,
    scene::{account, person, set_status},
    users::{self as people, SignedIn, UserFilter},
};

fn run(db: &TestDb, text: &'static str, params: &[&dyn Param]) {
    db.write_blocking(|tx| tx.execute(&Sql::new("test", text), params))
        .unwrap();
}

fn report(db: &TestDb, ctx: &Ctx) -> UsersReport {
    db.read_blocking(|tx| users(tx, ctx)).unwrap()
}

fn seen(db: &TestDb, ctx: &Ctx, user: UserId, hours: u64) {
    let at = ctx.now().checked_sub(Duration::from_hours(hours)).unwrap();
    run(
        db,
        "update users set last_sign_in_at = $2 where id = $1",
        params![user, at],
    );
}

/// Signs somebody in with a version of the app.
fn app(db: &TestDb, ctx: &Ctx, user: UserId, version: &str) {
    let (id, identity) = (Uuid::now(), Uuid::now());
    run(
        db,
        "insert into identities (id, email, email_key, created_at, updated_at) values ($1, $2, $2, 1, 1)",
        params![identity, identity.to_string()],
    );
    let later = ctx.now().checked_add(Duration::from_hours(1)).unwrap();
    let key = version.parse::<kernel::Version>().unwrap().key();
    run(
        db,
        "insert into sessions (id, identity_id, account_id, user_id, token_hash, created_at, last_seen_at, expires_at,
         app_version, app_version_key) values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)",
        params![id, identity, ctx.account, user, id.as_bytes().to_vec(), ctx.now(), later, version, key],
    );
}

trait Now {
    fn now() -> Uuid;
}

impl Now for Uuid {
    fn now() -> Uuid {
        kernel::Ids::system().next::<UserId>(testkit::NOW).uuid()
    }
}

fn names(db: &TestDb, ctx: &Ctx, filter: &UserFilter) -> Vec<String> {
    let page = db
        .read_blocking(|tx| {
            people::list(
                tx,
                ctx,
                filter,
                people::Sort::Name,
                people::PageAt::Start,
                50,
            )
        })
        .unwrap();
    page.people.iter().map(|one| one.user.full_name()).collect()
}

on_both! {
    fn sign_ins_fall_into_one_bucket_each_like_the_filters_of_the_list(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let other = account(db, "Elsewhere");
        person(db, &other, "Not Ours");
        for (name, hours) in [("Anna", 1), ("Bea", 30), ("Cleo", 24 * 7 + 1), ("Dora", 24 * 31), ("Elsa", 24 * 400)] {
            let (user, _) = person(db, &ctx, name);
            seen(db, &ctx, user, hours);
        }
        let (gone, _) = person(db, &ctx, "Gone");
        set_status(db, gone, "deleted");
        person(db, &ctx, "Fina");
        let found = report(db, &ctx).sign_ins;
        assert_eq!(found, SignIns { day: 1, week: 1, month: 1, long_ago: 2, never: 1 });
        for (seen, count) in [(SignedIn::Day, 1), (SignedIn::Week, 1), (SignedIn::Month, 1), (SignedIn::LongAgo, 2), (SignedIn::Never, 1)] {
            let filter = UserFilter { signed_in: Some(seen), ..UserFilter::default() };
            assert_eq!(names(db, &ctx, &filter).len(), count, "{seen:?}");
        }
    }

    fn documents_are_counted_by_week_and_by_person(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (_, thandi) = person(db, &ctx, "Thandi Nkosi");
        let (_, sipho) = person(db, &ctx, "Sipho Dlamini");
        let note = |who: &Ctx, action: &str| {
            db.write_blocking(|tx| activity::record(tx, who, action, None, "")).unwrap();
        };
        // Long before the twelve weeks.
        note(&thandi, "document.submit");
        ctx.clock.advance(Duration::from_hours(24 * 7 * 20));
        note(&thandi, "document.submit");
        note(&thandi, "document.edit");
        note(&thandi, "document.review");
        ctx.clock.advance(Duration::from_hours(24 * 7));
        note(&sipho, "document.edit");
        let found = report(db, &ctx);
        assert_eq!(found.weeks.len(), 12);
        let last: Vec<_> = found.weeks[10..].iter().map(|week| (week.submitted, week.edited)).collect();
        assert_eq!(last, [(1, 1), (0, 1)]);
        assert!(found.weeks[..10].iter().all(|week| week.submitted + week.edited == 0));
        let people: Vec<_> = found.people.iter().map(|one| (one.name.as_str(), one.submitted, one.edited)).collect();
        assert_eq!(people, [("Thandi Nkosi", 1, 1), ("Sipho Dlamini", 0, 1)]);
        // What each did adds up to what was done in each week.
        for (place, week) in found.weeks.iter().enumerate() {
            let sums = found.people.iter().map(|one| one.weeks[place]).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            assert_eq!(sums, (week.submitted, week.edited), "{}", week.monday);
        }
        let rows = found.table(Part::PeopleWeeks).rows;
        let monday = |place: usize| found.weeks[place].monday.to_string();
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows.contains(&vec!["Sipho Dlamini".to_owned(), monday(11), "0".to_owned(), "1".to_owned()]), "{rows:?}");
    }

    fn outdated_versions_are_marked_and_found_by_the_filter(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (old, _) = person(db, &ctx, "Thandi Nkosi");
        let (new, _) = person(db, &ctx, "Sipho Dlamini");
        app(db, &ctx, old, "2.9.9");
        app(db, &ctx, old, "2.10");
        app(db, &ctx, new, "2.10");
        let outdated = UserFilter { has_old_app: true, ..UserFilter::default() };
        let found = report(db, &ctx);
        assert_eq!((found.released, found.outdated), (None, 0));
        assert!(found.versions.iter().all(|one| !one.is_outdated));
        assert!(names(db, &ctx, &outdated).is_empty());
        let key = "2.10".parse::<kernel::Version>().unwrap().key();
        run(db, "update accounts set released_version = '2.10', released_version_key = $2 where id = $1", params![ctx.account, key]);
        let found = report(db, &ctx);
        let versions: Vec<_> = found.versions.iter().map(|one| (one.version.as_str(), one.people, one.devices, one.is_outdated)).collect();
        assert_eq!(versions, [("2.10", 2, 2, false), ("2.9.9", 1, 1, true)]);
        assert_eq!(found.outdated, 1);
        assert_eq!(names(db, &ctx, &outdated), ["Thandi Nkosi"]);
    }

    fn only_administrators_see_reports(db: &TestDb) {
        let ctx = account(db, "Harbour");
        for role in [Role::Manager, Role::User] {
            let actor = Actor { role, ..ctx.actor.clone() };
            let who = Ctx { actor, ..ctx.clone() };
            assert!(matches!(db.read_blocking(|tx| users(tx, &who)), Err(ReportError::Forbidden(_))));
        }
        assert_eq!(report(db, &ctx).invitations, Invitations::default());
        for part in Part::ALL {
            let table = report(db, &ctx).table(part);
            assert!(table.rows.iter().all(|row| row.len() == table.headings.len()), "{part:?}");
        }
    }
}
