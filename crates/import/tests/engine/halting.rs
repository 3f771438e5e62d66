//! Runs that halt by themselves: to be looked at, or because something is wrong as a whole.

use std::{fmt::Write as _, time::Duration};

use db::{Backend, Sql, params};
use directory::{activity, notifications};
use import::{Import, Imports, Settings, State};
use kernel::Role;
use testkit::on_both;

use crate::house::{House, Person, general};

fn execute(house: &House, text: &'static str) {
    house
        .db
        .write_blocking(|tx| tx.execute(&Sql::new("test", text), params![]))
        .unwrap();
}

fn number(house: &House, text: &'static str) -> i64 {
    let count = |tx: &mut db::Tx<'_>| tx.fetch_one::<(i64,)>(&Sql::new("test", text), params![]);
    house.db.read_blocking(count).unwrap().0
}

fn people(house: &House) -> i64 {
    number(house, "select count(*) as people from users")
}

fn looked_at(rows: i64) -> Settings {
    Settings {
        pause_after: Some(rows),
        ..general()
    }
}

/// So many people, with a title.
fn file(from: i64, to: i64, title: &str) -> String {
    let mut file = "Name,Email,Title\n".to_owned();
    for number in from..to {
        writeln!(file, "Person {number},p{number}@example.com,{title}").unwrap();
    }
    file
}

fn started(house: &House, file: &str, settings: &Settings) -> Import {
    let plan = house.plan(file, settings);
    house
        .imports
        .start(&house.ctx, plan.id, None, None)
        .unwrap();
    house.run_jobs();
    house.found(&plan)
}

fn resumed(house: &House, import: &Import) -> Import {
    house.imports.resume(&house.ctx, import.id).unwrap();
    house.run_jobs();
    house.found(import)
}

fn code(import: &Import) -> &str {
    import.reason.as_ref().map_or("", |reason| &reason.code)
}

/// Makes the database refuse people with odd numbers in their address, as a broken rule would.
fn refuse_odd(house: &House) {
    match house.db.backend() {
        Backend::Sqlite => execute(
            house,
            "create trigger odd before insert on users \
             when new.email glob 'p*[13579]@*' begin select raise(abort, 'odd'); end",
        ),
        Backend::Postgres => {
            execute(
                house,
                "create function odd() returns trigger language plpgsql as $$ begin \
                 if new.email ~ '^p[0-9]*[13579]@' then raise exception 'odd'; end if; \
                 return new; end $$",
            );
            execute(
                house,
                "create trigger odd before insert on users for each row execute function odd()",
            );
        }
    }
}

fn allow_odd(house: &House) {
    match house.db.backend() {
        Backend::Sqlite => execute(house, "drop trigger odd"),
        Backend::Postgres => execute(house, "drop trigger odd on users"),
    }
}

on_both! {
    fn the_first_rows_can_be_looked_at(db: &testkit::TestDb) {
        let house = House::new(db);
        let paused = started(&house, &file(0, 10_250, "Clerk"), &looked_at(100));
        assert_eq!((paused.state, code(&paused)), (State::Paused, "paused_for_a_look"));
        assert_eq!((paused.counts.created, paused.counts.not_started), (100, 10_150));
        assert!(paused.counts.adds_up());
        assert_eq!(people(&house), 100);
        let done = resumed(&house, &paused);
        assert_eq!((done.state, done.counts.created), (State::Done, 10_250));
        assert_eq!(done.reason, None);
        assert_eq!(people(&house), 10_250);
        let undone = house.undo(&done);
        assert_eq!((undone.state, people(&house)), (State::Undone, 0));
    }

    fn changes_are_looked_at_after_the_new_people(db: &testkit::TestDb) {
        let house = House::new(db);
        started(&house, &file(0, 300, "Clerk"), &general());
        // 30 new people and 300 changes.
        let paused = started(&house, &file(0, 330, "Lead"), &looked_at(100));
        let counts = paused.counts;
        assert_eq!((counts.created, counts.updated, counts.not_started), (30, 70, 230));
        let changed = "select count(*) as n from users where title = 'Lead'";
        assert_eq!(number(&house, changed), 100);
        let undone = house.undo(&paused);
        assert_eq!(undone.state, State::Undone);
        assert_eq!((people(&house), number(&house, changed)), (300, 0));
    }

    fn nothing_halts_when_no_more_rows_are_left(db: &testkit::TestDb) {
        let house = House::new(db);
        assert_eq!(started(&house, &file(0, 100, "Clerk"), &looked_at(100)).state, State::Done);
        let strict = Settings { bad_rows: import::BadRows::Stop, ..looked_at(10) };
        assert_eq!(started(&house, &file(100, 200, "Clerk"), &strict).state, State::Done);
    }

    fn a_process_that_dies_before_the_look_halts_all_the_same(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(&file(0, 250, "Clerk"), &looked_at(100));
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        house.run_jobs();
        // As if the process had died between the chunk and the pause.
        execute(&house, "update imports set state = 'running', error = null");
        house.imports.resume(&house.ctx, plan.id).unwrap();
        house.run_jobs();
        let paused = house.found(&plan);
        assert_eq!((paused.state, paused.counts.created), (State::Paused, 100));
        assert_eq!(people(&house), 100);
        assert_eq!(resumed(&house, &paused).counts.created, 250);
    }

    fn too_many_refused_rows_halt_the_run_and_are_tried_again(db: &testkit::TestDb) {
        let house = House::new(db);
        refuse_odd(&house);
        let paused = started(&house, &file(0, 400, "Clerk"), &general());
        assert_eq!((paused.state, code(&paused)), (State::Paused, "too_many_failures"));
        let counts = paused.counts;
        assert_eq!((counts.rows, counts.failed), (400, 0));
        assert_eq!(counts.created, people(&house));
        assert_eq!(counts.not_started, 400 - counts.created);
        allow_odd(&house);
        let done = resumed(&house, &paused);
        assert_eq!((done.state, done.counts.created), (State::Done, 400));
        assert_eq!(people(&house), 400);
    }

    fn what_a_halted_run_has_written_can_be_undone(db: &testkit::TestDb) {
        let house = House::new(db);
        refuse_odd(&house);
        let paused = started(&house, &file(0, 400, "Clerk"), &general());
        assert!(people(&house) > 0);
        assert_eq!(house.undo(&paused).state, State::Undone);
        assert_eq!(people(&house), 0);
    }

    fn whoever_wants_to_goes_on_past_failures(db: &testkit::TestDb) {
        let house = House::new(db);
        refuse_odd(&house);
        let paused = started(&house, &file(0, 400, "Clerk"), &general());
        let done = resumed(&house, &paused);
        assert_eq!(done.state, State::DoneWithProblems);
        assert_eq!((done.counts.created, done.counts.failed), (200, 200));
        assert_eq!(people(&house), 200);
        let groups = house.imports.problem_groups(&house.ctx, done.id).unwrap();
        assert_eq!(groups[0].rows, 200);
    }

    fn refused_changes_halt_the_run_and_are_written_once(db: &testkit::TestDb) {
        let house = House::new(db);
        started(&house, &file(0, 400, "Clerk"), &general());
        refuse_odd_changes(&house);
        let paused = started(&house, &file(0, 400, "Lead"), &general());
        assert_eq!((paused.state, code(&paused)), (State::Paused, "too_many_failures"));
        let changed = "select count(*) as n from users where title = 'Lead'";
        assert_eq!(paused.counts.updated, number(&house, changed));
        assert!(paused.counts.updated > 0 && paused.counts.adds_up());
        allow_odd(&house);
        let done = resumed(&house, &paused);
        assert_eq!((done.state, done.counts.updated), (State::Done, 400));
        assert_eq!(number(&house, changed), 400);
        assert_eq!(number(&house, "select max(version) as n from users"), 2);
    }

    fn people_changed_meanwhile_halt_the_run_when_there_are_many(db: &testkit::TestDb) {
        let house = House::new(db);
        started(&house, &file(0, 400, "Clerk"), &general());
        let plan = house.plan(&file(0, 400, "Lead"), &looked_at(200));
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        execute(&house, "update users set version = version + 1 where title = 'Clerk'");
        house.run_jobs();
        let paused = house.found(&plan);
        assert_eq!((paused.state, code(&paused)), (State::Paused, "too_many_failures"));
        assert_eq!((paused.counts.failed, paused.counts.not_started), (200, 200));
        let done = resumed(&house, &paused);
        assert_eq!((done.state, done.counts.failed), (State::DoneWithProblems, 400));
    }

    fn a_full_disk_halts_the_run_until_there_is_room(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(&file(0, 2_000, "Clerk"), &looked_at(1_000));
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        fill_disk(&house);
        house.run_jobs();
        let paused = house.found(&plan);
        assert_eq!((paused.state, code(&paused)), (State::Paused, "disk_full"));
        assert_eq!(paused.counts.not_started, 2_000);
        assert_eq!(people(&house), 0);
        empty_disk(&house);
        let looked_at = resumed(&house, &paused);
        assert_eq!(looked_at.counts.created, 1_000);
        assert_eq!(resumed(&house, &looked_at).counts.created, 2_000);
    }

    fn whoever_uploaded_the_file_hears_why_it_was_paused(db: &testkit::TestDb) {
        let house = House::new(db);
        let owner = Person { first: "Olga", last: "Known", role: Some(Role::Owner), ..Person::default() };
        let ctx = house.as_user(&house.create(&owner).unwrap());
        let plan = house.plan_as(&ctx, &file(0, 200, "Clerk"), &looked_at(100));
        house.imports.start(&ctx, plan.id, None, None).unwrap();
        house.run_jobs();
        let user = ctx.actor.user.unwrap();
        let told = house.db.read_blocking(|tx| notifications::list(tx, ctx.account, user)).unwrap();
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains("is paused. The first rows are written"), "{}", told[0].text);
        let entries = house
            .db
            .read_blocking(|tx| activity::of_subject(tx, ctx.account, plan.id.uuid(), 10))
            .unwrap();
        assert!(entries.iter().any(|entry| entry.action == "import.paused"));
    }

    fn a_pause_somebody_asked_for_needs_no_reason(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(&file(0, 10_100, "Clerk"), &general());
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        let (imports, ctx, id) = (house.imports.clone(), house.ctx.clone(), plan.id);
        let runner = house.runner_telling(move |progress| {
            if progress.stage == "sorting" && progress.done == progress.total {
                Imports::pause(&imports, &ctx, id).unwrap();
            }
        });
        runner.run_one().unwrap();
        let paused = house.found(&plan);
        assert_eq!((paused.state, paused.reason), (State::Paused, None));
    }

    fn a_database_that_stays_away_pauses_the_run(db: &testkit::TestDb) {
        let house = House::new(db);
        if house.db.backend() == Backend::Sqlite {
            // It is a file of the same process: it cannot go away alone.
            return;
        }
        let plan = house.plan(&file(0, 50, "Clerk"), &general());
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        execute(
            &house,
            "create function away() returns trigger language plpgsql as $$ begin \
             raise exception 'shutting down' using errcode = '57P01'; end $$",
        );
        execute(&house, "create trigger away before insert on users execute function away()");
        for _ in 0..5 {
            house.run_jobs();
            assert_eq!(people(&house), 0);
            house.context.clock.advance(Duration::from_hours(1));
        }
        let paused = house.found(&plan);
        assert_eq!((paused.state, code(&paused)), (State::Paused, "database_unavailable"));
        assert_eq!(paused.counts.not_started, 50);
        execute(&house, "drop trigger away on users");
        assert_eq!(resumed(&house, &paused).counts.created, 50);
    }
}

fn refuse_odd_changes(house: &House) {
    match house.db.backend() {
        Backend::Sqlite => execute(
            house,
            "create trigger odd before update on users \
             when new.email glob 'p*[13579]@*' begin select raise(abort, 'odd'); end",
        ),
        Backend::Postgres => {
            execute(
                house,
                "create function odd() returns trigger language plpgsql as $$ begin \
                 if new.email ~ '^p[0-9]*[13579]@' then raise exception 'odd'; end if; \
                 return new; end $$",
            );
            execute(
                house,
                "create trigger odd before update on users for each row execute function odd()",
            );
        }
    }
}

/// Leaves room for a few pages: on PostgreSQL its own code for a full disk is raised.
fn fill_disk(house: &House) {
    match house.db.backend() {
        Backend::Sqlite => {
            let pages = number(house, "pragma page_count") + 8;
            let limit = format!("pragma max_page_count = {pages}");
            let sql = Sql::new("test", String::leak(limit));
            let set = |tx: &mut db::Tx<'_>| tx.fetch_one::<(i64,)>(&sql, params![]);
            house.db.write_blocking(set).unwrap();
        }
        Backend::Postgres => {
            execute(
                house,
                "create function full_disk() returns trigger language plpgsql as $$ begin \
                 raise exception 'No space left on device' using errcode = '53100'; end $$",
            );
            execute(
                house,
                "create trigger full_disk before insert on users execute function full_disk()",
            );
        }
    }
}

fn empty_disk(house: &House) {
    match house.db.backend() {
        Backend::Sqlite => {
            let sql = Sql::new("test", "pragma max_page_count = 1000000");
            let set = |tx: &mut db::Tx<'_>| tx.fetch_one::<(i64,)>(&sql, params![]);
            house.db.write_blocking(set).unwrap();
        }
        Backend::Postgres => execute(house, "drop trigger full_disk on users"),
    }
}
