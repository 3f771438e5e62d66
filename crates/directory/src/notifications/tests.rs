//! Which notifications are mailed, to whom, and how often.

use std::time::Duration;

use db::Sql;
use testkit::{TestDb, on_both};

use super::*;
use crate::scene::{account, person, set_status};

const MINUTE: Duration = Duration::from_mins(1);

fn tell(db: &TestDb, ctx: &Ctx, user: UserId, kind: &str, text: &str) {
    ctx.clock.advance(Duration::from_millis(1));
    db.write_blocking(|tx| add(tx, ctx, user, kind, None, text))
        .unwrap();
}

/// Who is mailed what now.
fn mailed(db: &TestDb, ctx: &Ctx) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    while let Some(found) = db.write_blocking(|tx| take_due(tx, ctx)).unwrap() {
        all.extend(found.into_iter().map(|one| (one.first_name, one.texts)));
    }
    all
}

fn jobs(db: &TestDb) -> i64 {
    let sql = Sql::new("jobs", "select count(*) as n from jobs where kind = $1");
    let (count,): (i64,) = db
        .read_blocking(|tx| tx.fetch_one(&sql, params![MAILED]))
        .unwrap();
    count
}

on_both! {
    fn are_kept_read_one_by_one_and_looked_through_to_the_oldest(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let ((anna, _), (ben, _)) = (person(db, &ctx, "Anna Berg"), person(db, &ctx, "Ben Cole"));
        for number in 0..5 {
            ctx.clock.advance(Duration::from_millis(1));
            let text = format!("Number {number}");
            db.write_blocking(|tx| add_to_many(tx, &ctx, &[anna, ben], "import.finished", None, &text)).unwrap();
        }
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let found = db.read_blocking(|tx| page(tx, ctx.account, anna, before, 2)).unwrap();
            let Some(last) = found.last() else { break };
            before = Some(last.id);
            seen.extend(found.into_iter().map(|one| (one.id, one.text)));
        }
        let texts: Vec<&str> = seen.iter().map(|one| one.1.as_str()).collect();
        assert_eq!(texts, ["Number 4", "Number 3", "Number 2", "Number 1", "Number 0"]);
        let id = seen[2].0;
        // Nobody marks those of somebody else.
        assert!(!db.write_blocking(|tx| mark_one_read(tx, &ctx, ben, id)).unwrap());
        assert!(db.write_blocking(|tx| mark_one_read(tx, &ctx, anna, id)).unwrap());
        let count = |user| db.read_blocking(|tx| unread(tx, ctx.account, user)).unwrap();
        assert_eq!((count(anna), count(ben)), (4, 5));
    }

    fn what_waits_is_mailed_in_one_and_the_rest_if_it_was_chosen(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let ((anna, of_anna), (ben, _)) = (person(db, &ctx, "Anna Berg"), person(db, &ctx, "Ben Cole"));
        for user in [anna, ben] {
            set_status(db, user, "active");
        }
        tell(db, &ctx, anna, "import.finished", "done");
        tell(db, &ctx, anna, "security.changed", "password");
        assert_eq!(jobs(db), 0);
        tell(db, &ctx, anna, "import.held", "held");
        tell(db, &ctx, anna, "users.bulk_given_up", "given up");
        tell(db, &ctx, ben, "document.returned", "returned");
        assert_eq!(jobs(db), 3);
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let found = mailed(db, &ctx);
        assert_eq!(found, [("Anna".to_owned(), texts(&["held", "given up"])), ("Ben".to_owned(), texts(&["returned"]))]);
        assert_eq!(mailed(db, &ctx), []);

        db.write_blocking(|tx| choose(tx, &of_anna, &[(Topic::ImportsEnded, true), (Topic::ImportsWaiting, false)])).unwrap();
        let chosen = db.read_blocking(|tx| choices(tx, ctx.account, anna)).unwrap();
        assert!(chosen.contains(&(Topic::ImportsEnded, true)) && chosen.contains(&(Topic::Documents, true)));
        assert!(!db.read_blocking(|tx| wants_mail(tx, ctx.account, anna, Topic::ImportsWaiting)).unwrap());
        assert!(db.read_blocking(|tx| wants_mail(tx, ctx.account, ben, Topic::ImportsWaiting)).unwrap());
        for kind in ["import.finished", "import.held"] {
            ctx.clock.advance(MINUTE);
            db.write_blocking(|tx| add_to_many(tx, &ctx, &[anna, ben], kind, None, kind)).unwrap();
        }
        let found = mailed(db, &ctx);
        assert_eq!(found, [("Anna".to_owned(), texts(&["import.finished"])), ("Ben".to_owned(), texts(&["import.held"]))]);
    }

    fn of_documents_one_mail_an_hour_and_nothing_that_was_read(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        set_status(db, anna, "active");
        tell(db, &ctx, anna, "document.waiting", "first");
        assert_eq!(mailed(db, &ctx).len(), 1);
        for text in ["second", "third"] {
            ctx.clock.advance(MINUTE);
            tell(db, &ctx, anna, "document.waiting", text);
            assert_eq!(mailed(db, &ctx), [], "{text}");
        }
        // One job for each that was told, and one for both that are held.
        assert_eq!(jobs(db), 4);
        db.write_blocking(|tx| mark_read(tx, &ctx, anna)).unwrap();
        tell(db, &ctx, anna, "document.waiting", "fourth");
        assert_eq!(mailed(db, &ctx), []);
        ctx.clock.advance(MINUTE * 60);
        assert_eq!(mailed(db, &ctx), [("Anna".to_owned(), vec!["fourth".to_owned()])]);
        // What cannot wait takes along what is held.
        tell(db, &ctx, anna, "document.waiting", "fifth");
        assert_eq!(mailed(db, &ctx), []);
        tell(db, &ctx, anna, "import.held", "held");
        assert_eq!(mailed(db, &ctx), [("Anna".to_owned(), vec!["fifth".to_owned(), "held".to_owned()])]);
    }

    fn more_than_one_look_takes_waits_as_a_whole(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let ((anna, _), (zoe, _)) = (person(db, &ctx, "Anna Berg"), person(db, &ctx, "Zoe Young"));
        for user in [anna, zoe] {
            set_status(db, user, "active");
        }
        tell(db, &ctx, anna, "document.waiting", "first");
        assert_eq!(mailed(db, &ctx).len(), 1);
        ctx.clock.advance(MINUTE);
        db.write_blocking(|tx| {
            for _ in 0..1_001 {
                add(tx, &ctx, anna, "document.waiting", None, "one more")?;
            }
            Ok::<_, db::Error>(())
        })
        .unwrap();
        tell(db, &ctx, zoe, "document.waiting", "for Zoe");
        assert_eq!(mailed(db, &ctx), [("Zoe".to_owned(), vec!["for Zoe".to_owned()])]);
    }

    fn what_cannot_wait_is_mailed_though_one_look_did_not_reach_it(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let ((anna, _), (zoe, _)) = (person(db, &ctx, "Anna Berg"), person(db, &ctx, "Zoe Young"));
        for user in [anna, zoe] {
            set_status(db, user, "active");
            tell(db, &ctx, user, "document.waiting", "first");
        }
        assert_eq!(mailed(db, &ctx).len(), 2);
        ctx.clock.advance(MINUTE);
        db.write_blocking(|tx| {
            // The first look ends between the last two of Zoe's.
            for _ in 0..999 {
                add(tx, &ctx, anna, "document.waiting", None, "one more")?;
            }
            add(tx, &ctx, zoe, "document.waiting", None, "for Zoe")
        })
        .unwrap();
        tell(db, &ctx, zoe, "import.held", "held");
        let wanted = vec!["for Zoe".to_owned(), "held".to_owned()];
        assert_eq!(mailed(db, &ctx), [("Zoe".to_owned(), wanted)]);
    }

    fn what_nobody_was_mailed_does_not_make_the_next_wait(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        set_status(db, anna, "active");
        tell(db, &ctx, anna, "document.waiting", "first");
        db.write_blocking(|tx| mark_read(tx, &ctx, anna)).unwrap();
        assert_eq!(mailed(db, &ctx), []);
        tell(db, &ctx, anna, "document.waiting", "second");
        assert_eq!(mailed(db, &ctx), [("Anna".to_owned(), vec!["second".to_owned()])]);
    }

    fn nobody_is_mailed_who_does_not_sign_in(db: &TestDb) {
        let ctx = account(db, "Harbour");
        let (anna, _) = person(db, &ctx, "Anna Berg");
        set_status(db, anna, "deactivated");
        tell(db, &ctx, anna, "import.held", "held");
        assert_eq!(mailed(db, &ctx), []);
        set_status(db, anna, "active");
        assert_eq!(mailed(db, &ctx), []);
    }
}
