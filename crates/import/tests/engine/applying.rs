//! Writing what was planned, whatever happens in between.

use std::fmt::Write as _;

use directory::{Ctx, groups, groups::GroupKind, notifications};
use import::{BadRows, Import, Imports, Outcome, Preset, Refusal, Settings, State};
use jobs::Runner;
use kernel::ImportId;
use testkit::on_both;

use crate::house::{House, Person, general};

fn strict() -> Settings {
    Settings {
        bad_rows: BadRows::Stop,
        ..general()
    }
}

const TWO: &str = "Name,Email\nAnna New,anna@example.com\nBen New,ben@example.com\n";

/// Rows of the large files below: a chunk of the importer has 10,000.
const MANY: i64 = 10_100;

fn more_than_a_chunk() -> String {
    let mut file = "Name,Email,Title\n".to_owned();
    for number in 0..MANY {
        writeln!(file, "Person {number},p{number}@example.com,Clerk").unwrap();
    }
    file
}

fn head_count(house: &House) -> i64 {
    let most = 10 * MANY;
    let counted = house
        .db
        .read_blocking(|tx| directory::users::count(tx, house.ctx.account, most));
    counted.unwrap()
}

/// A large import that somebody pauses or stops just before its first chunk is written.
fn interrupted(
    house: &House,
    ask: impl Fn(&Imports, &Ctx, ImportId) -> Result<(), Refusal> + Send + Sync + 'static,
) -> Import {
    let plan = house.plan(&more_than_a_chunk(), &general());
    house
        .imports
        .start(&house.ctx, plan.id, None, None)
        .unwrap();
    let (imports, ctx, id) = (house.imports.clone(), house.ctx.clone(), plan.id);
    let runner = house.runner_telling(move |progress| {
        if progress.stage == "sorting" && progress.done == progress.total {
            ask(&imports, &ctx, id).unwrap();
        }
    });
    runner.run_one().unwrap();
    house.found(&plan)
}

on_both! {
    fn a_person_changed_since_the_check_is_not_overwritten(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Title\nAnna New,anna@example.com,Clerk\nBen New,ben@example.com,Clerk\n");
        let plan = house.plan(
            "Email,Title\nanna@example.com,Lead\nben@example.com,Lead\n",
            &general(),
        );
        house.edit("Anna New", |user| user.title = Some("Director".to_owned()));
        let done = house.carry_out(&plan);
        assert_eq!(done.state, State::DoneWithProblems);
        assert_eq!(house.fates(&done), "failed updated");
        assert_eq!(house.told(&done), ["2 changed_since_plan"]);
        assert_eq!(house.person("Anna New").user.title.as_deref(), Some("Director"));
        assert_eq!(house.person("Ben New").user.title.as_deref(), Some("Lead"));
        assert!(done.counts.adds_up());
    }

    fn a_key_taken_since_the_check_fails_only_its_row(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(TWO, &general());
        let quick = Person {
            first: "Quick",
            last: "One",
            email: Some("anna@example.com"),
            ..Person::default()
        };
        house.create(&quick).unwrap();
        let done = house.carry_out(&plan);
        assert_eq!(house.fates(&done), "failed created");
        assert_eq!(house.told(&done), ["2 changed_since_plan"]);
        assert_eq!(house.names(), ["Ben New", "Quick One"]);
        let groups = house.imports.problem_groups(&house.ctx, done.id).unwrap();
        assert_eq!((groups[0].code.as_str(), groups[0].rows), ("changed_since_plan", 1));
    }

    fn nothing_is_imported_unless_all_rows_are_good(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan("Name,Email\nAnna New,anna@example.com\nBen New,nonsense\n", &strict());
        let refusal = house.imports.start(&house.ctx, plan.id, None, None).unwrap_err();
        assert_eq!(refusal.code(), "rows_not_good");
        house.run_jobs();
        assert!(house.people().is_empty());
        assert_eq!(house.import(TWO, &strict()).state, State::Done);
    }

    fn all_or_nothing_writes_nothing_when_one_row_fails_late(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email\nCarl Old,carl@example.com\n");
        let file = format!("{TWO}Carl Changed,carl@example.com\n");
        let plan = house.plan(&file, &strict());
        house.edit("Carl Old", |user| user.title = Some("Lead".to_owned()));
        let done = house.carry_out(&plan);
        assert_eq!(done.state, State::Refused);
        assert_eq!(done.reason.unwrap().code, "changed_since_plan");
        assert_eq!(house.names(), ["Carl Old"]);
    }

    fn a_refused_import_creates_no_groups(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email\nCarl Old,carl@example.com\n");
        let file = "Name,Email,Groups\nCarl Changed,carl@example.com,Field\n";
        let plan = house.plan(file, &strict());
        house.edit("Carl Old", |user| user.title = Some("Lead".to_owned()));
        assert_eq!(house.carry_out(&plan).state, State::Refused);
        let names = house.db.read_blocking(|tx| groups::names(tx, house.ctx.account)).unwrap();
        assert!(names.is_empty(), "{names:?}");
    }

    fn a_refused_import_can_be_checked_and_run_again(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email\nCarl Old,carl@example.com\n");
        let plan = house.plan("Name,Email,Groups\nCarl Changed,carl@example.com,Field\n", &strict());
        house.edit("Carl Old", |user| user.title = Some("Lead".to_owned()));
        let refused = house.carry_out(&plan);
        let again = house
            .imports
            .check(&house.ctx, refused.id, &import::Watch::nobody())
            .unwrap();
        let done = house.carry_out(&again);
        assert_eq!((done.state, done.counts.updated), (State::Done, 1));
        assert_eq!(house.person("Carl Changed").groups[0].2, "Field");
    }

    fn a_group_made_by_somebody_since_the_start_stops_the_import(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan("Name,Email,Groups\nAnna New,anna@example.com,Field\n", &general());
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "FIELD"));
        house.run_jobs();
        let done = house.found(&plan);
        assert_eq!(done.state, State::Refused);
        assert!(house.people().is_empty());
    }

    fn two_imports_run_one_after_the_other(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.plan(TWO, &general());
        let second = house.plan("Name,Email\nDora New,dora@example.com\n", &general());
        let first_job = house.imports.start(&house.ctx, first.id, None, None).unwrap();
        house.context.clock.advance(std::time::Duration::from_millis(1));
        let second_job = house.imports.start(&house.ctx, second.id, None, None).unwrap();
        assert_eq!(house.imports.jobs_ahead(first_job).unwrap(), 0);
        assert_eq!(house.imports.jobs_ahead(second_job).unwrap(), 1);
        let runner = house.runner();
        runner.run_one().unwrap();
        assert_eq!(house.found(&first).state, State::Done);
        assert_eq!(house.found(&second).state, State::Queued);
        runner.run_one().unwrap();
        assert_eq!(house.found(&second).state, State::Done);
    }

    fn starting_twice_writes_once(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(TWO, &general());
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        let refusal = house.imports.start(&house.ctx, plan.id, None, None).unwrap_err();
        assert_eq!(refusal.code(), "wrong_state");
        house.run_jobs();
        assert_eq!(house.people().len(), 2);
    }

    fn a_page_that_is_out_of_date_changes_nothing(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(TWO, &general());
        let refusal = house
            .imports
            .configure(&house.ctx, plan.id, Some(plan.rev - 1), strict())
            .unwrap_err();
        assert_eq!(refusal.code(), "changed_meanwhile");
        assert_eq!(house.found(&plan).settings.bad_rows, BadRows::Skip);
    }

    fn what_a_dead_process_had_begun_is_done_by_the_next(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(
            "Name,Email,Groups\nAnna New,anna@example.com,Field\nBen New,ben@example.com,Field\n",
            &general(),
        );
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        // The first process dies once the import is marked as running and has its groups.
        let dying = house.dying_runner("sorting");
        dying.run_one().unwrap();
        drop(dying);
        assert_eq!(house.found(&plan).state, State::Running);
        house.wait(1);
        house.run_jobs();
        let done = house.found(&plan);
        assert_eq!((done.state, done.counts.created), (State::Done, 2));
        assert_eq!(house.person("Anna New").groups[0].2, "Field");
        assert_eq!(house.people().len(), 2);
    }

    fn a_process_that_stops_leaves_the_rest_to_the_next(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(&more_than_a_chunk(), &general());
        house.imports.start(&house.ctx, plan.id, None, None).unwrap();
        let context = jobs::Context::new(
            house.db.clone(),
            house.context.clock.clone(),
            house.context.ids.clone(),
        );
        context.wake.stop();
        let stopping = house.imports.register(Runner::new(context), None);
        stopping.run_one().unwrap();
        let half = house.found(&plan);
        assert_eq!((half.state, half.chunks_done), (State::Running, 1));
        house.run_jobs();
        let done = house.found(&plan);
        assert_eq!((done.state, done.counts.created), (State::Done, MANY));
        assert_eq!(head_count(&house), MANY);
    }

    fn a_paused_import_goes_on_where_it_was(db: &testkit::TestDb) {
        let house = House::new(db);
        let paused = interrupted(&house, Imports::pause);
        assert_eq!((paused.state, paused.counts.created), (State::Paused, 10_000));
        assert_eq!(paused.counts.not_started, MANY - 10_000);
        assert_eq!(head_count(&house), 10_000);
        house.imports.resume(&house.ctx, paused.id).unwrap();
        house.run_jobs();
        let done = house.found(&paused);
        assert_eq!((done.state, done.counts.created), (State::Done, MANY));
        assert_eq!(head_count(&house), MANY);
    }

    fn a_stopped_import_accounts_for_every_row_and_can_be_undone(db: &testkit::TestDb) {
        let house = House::new(db);
        let stopped = interrupted(&house, Imports::stop);
        assert_eq!((stopped.state, stopped.counts.created), (State::Stopped, 10_000));
        assert_eq!(stopped.counts.not_started, MANY - 10_000);
        assert!(stopped.counts.adds_up());
        let left = house.rows_with(&stopped, Outcome::NotStarted);
        assert_eq!(left as i64, MANY - 10_000);
        let undone = house.undo(&stopped);
        assert_eq!(undone.state, State::Undone);
        assert_eq!(undone.undo.unwrap().removed, 10_000);
        assert_eq!(head_count(&house), 0);
    }

    fn whoever_started_it_hears_of_the_end_once(db: &testkit::TestDb) {
        let house = House::new(db);
        let owner = Person {
            first: "Olga",
            last: "Known",
            role: Some(kernel::Role::Owner),
            ..Person::default()
        };
        let ctx = house.as_user(&house.create(&owner).unwrap());
        let plan = house.plan_as(&ctx, TWO, &general());
        house.imports.start(&ctx, plan.id, None, None).unwrap();
        house.run_jobs();
        let user = ctx.actor.user.unwrap();
        let told = house
            .db
            .read_blocking(|tx| notifications::list(tx, ctx.account, user))
            .unwrap();
        assert_eq!(told.len(), 1);
    }

    fn unticked_rows_are_left_out(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(TWO, &general());
        let picked = house
            .imports
            .pick(&house.ctx, plan.id, None, import::Picks::AllExcept, &[3], true)
            .unwrap();
        // The plan that was shown is not what would happen any more.
        assert!(picked.plan.is_none());
        let refusal = house.imports.start(&house.ctx, plan.id, None, None).unwrap_err();
        assert_eq!(refusal.code(), "wrong_state");
        let plan = house
            .imports
            .check(&house.ctx, plan.id, &import::Watch::nobody())
            .unwrap();
        let done = house.carry_out(&plan);
        assert_eq!(house.fates(&done), "created skipped");
        assert_eq!(house.names(), ["Anna New"]);
    }

    fn only_ticked_rows_are_imported(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(TWO, &Settings::of(Preset::General));
        let only = import::Picks::Only;
        house.imports.pick(&house.ctx, plan.id, None, only, &[3], true).unwrap();
        let plan = house
            .imports
            .check(&house.ctx, plan.id, &import::Watch::nobody())
            .unwrap();
        house.carry_out(&plan);
        assert_eq!(house.names(), ["Ben New"]);
    }
}
