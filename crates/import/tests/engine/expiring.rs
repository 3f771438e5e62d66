//! How long rows and files of imports are kept.

use db::{Sql, params};
use directory::{accounts, activity};
use import::{Expired, Import, State, Watch};
use testkit::on_both;

use crate::house::{House, general};

const TWO: &str = "Name,Email,Title\nAnna New,anna@example.com,Lead\nBen New,nonsense,Lead\n";

fn rows(house: &House, table: &str) -> i64 {
    let text = format!("select count(*) as n from {table}");
    let sql = Sql::new("test", String::leak(text));
    let count = |tx: &mut db::Tx<'_>| tx.fetch_one::<(i64,)>(&sql, params![]);
    house.db.read_blocking(count).unwrap().0
}

fn expired(house: &House) -> Expired {
    house.imports.expire(&house.ctx).unwrap()
}

fn actions(house: &House, import: &Import) -> Vec<String> {
    house
        .db
        .read_blocking(|tx| activity::of_subject(tx, house.ctx.account, import.id.uuid(), 20))
        .unwrap()
        .into_iter()
        .map(|entry| entry.action)
        .collect()
}

on_both! {
    fn rows_go_after_thirteen_months_and_counts_stay(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(TWO, &general());
        house.imports.look_in(&house.ctx, done.id, "Results").unwrap();
        house.wait(390);
        assert_eq!(expired(&house), Expired::default());
        house.wait(6);
        assert_eq!(expired(&house), Expired { completed: 1, discarded: 0 });
        let kept = house.found(&done);
        assert_eq!((kept.state, kept.counts), (done.state, done.counts));
        assert!(kept.completed_at.is_some());
        assert!(actions(&house, &done).contains(&"import.complete".to_owned()));
        for table in ["import_problems", "import_problem_groups", "import_picks", "import_visitors"] {
            assert_eq!(rows(&house, table), 0, "{table}");
        }
        assert!(house.imports.undo_preview(&house.ctx, done.id).is_err());
        assert_eq!(house.names(), ["Anna New"]);
        assert_eq!(expired(&house), Expired::default());
    }

    fn completing_forgets_the_values_a_plan_shows(db: &testkit::TestDb) {
        let house = House::new(db);
        house.import("Name,Email,Title\nAnna New,anna@example.com,Clerk\n", &general());
        let done = house.import("Email,Title\nanna@example.com,Secretive\n", &general());
        assert!(format!("{:?}", done.plan).contains("Secretive"));
        let completed = house.imports.complete(&house.ctx, done.id, None).unwrap();
        let plan = house.found(&completed).plan.unwrap();
        assert!(!format!("{plan:?}").contains("Secretive"));
        assert_eq!((plan.counts.updated, plan.fields[0].people), (1, 1));
    }

    fn an_account_says_how_long(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(TWO, &general());
        house.write(|tx, ctx| accounts::keep_imports(tx, ctx, 2));
        house.wait(59);
        assert_eq!(expired(&house), Expired::default());
        house.wait(3);
        assert_eq!(expired(&house).completed, 1);
        assert!(house.found(&done).completed_at.is_some());
        let wrong = house.db.write_blocking(|tx| accounts::keep_imports(tx, &house.ctx, 0));
        assert!(wrong.is_err());
    }

    fn drafts_nobody_goes_on_with_are_given_up(db: &testkit::TestDb) {
        let house = House::new(db);
        let old = house.plan(TWO, &general());
        let touched = house.plan(TWO, &general());
        house.wait(29);
        house.imports.check(&house.ctx, touched.id, &Watch::nobody()).unwrap();
        house.wait(2);
        assert_eq!(expired(&house), Expired { completed: 0, discarded: 1 });
        assert_eq!(house.found(&old).state, State::Discarded);
        assert_eq!(house.found(&touched).state, State::Planned);
        assert_eq!(actions(&house, &old)[0], "import.expire");
    }

    fn it_is_done_every_day(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(TWO, &general());
        for _ in 0..2 {
            house.imports.schedule_retention(&house.ctx.ids, house.ctx.now()).unwrap();
        }
        assert_eq!(rows(&house, "jobs where kind = 'import.retention'"), 1);
        house.run_jobs();
        assert!(house.found(&done).completed_at.is_none());
        house.wait(400);
        house.run_jobs();
        assert!(house.found(&done).completed_at.is_some());
        assert_eq!(rows(&house, "jobs where kind = 'import.retention' and state = 'queued'"), 1);
    }
}
