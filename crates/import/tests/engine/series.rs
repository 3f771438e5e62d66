//! Recurring imports: files that are pushed or found, what is held, and whom a series owns.

use std::{fs, path::Path, time::Duration};

use directory::{Ctx, notifications};
use import::{
    Brakes, Comparison, Mode, NewSeries, RunOutcome, Schedule, Scope, Series, Settings, State,
};
use kernel::Role;
use tempfile::TempDir;
use testkit::on_both;

use crate::house::{House, Person, general};

const FIRST: &str = "User ID,Name,Email\n1,Anna,anna@example.com\n2,Ben,ben@example.com\n\
                     3,Carl,carl@example.com\n4,Dora,dora@example.com\n";
const SECOND: &str = "User ID,Name,Email\n1,Anna,anna@example.com\n2,Benno,ben@example.com\n\
                      3,Carl,carl@example.com\n5,Emil,emil@example.com\n";

fn wanted(settings: Settings) -> NewSeries {
    NewSeries {
        name: "Staff".to_owned(),
        folder: None,
        pattern: String::new(),
        schedule: Schedule::Pushed,
        settings,
        brakes: Brakes::default(),
    }
}

fn matching() -> Settings {
    Settings {
        mode: Mode::Match,
        scope: Some(Scope::Series),
        ..general()
    }
}

/// Limits that nothing reaches.
const NO_BRAKES: Brakes = Brakes {
    removed_percent: 100,
    removed_people: 1_000,
    changed_percent: 1_000,
    failed_percent: 100,
};

fn push(house: &House, series: &Series, file: &str) -> Result<(), String> {
    house.context.clock.advance(Duration::from_secs(1));
    let pushed =
        house
            .imports
            .push_to_series(&house.ctx, series.id, "staff.csv", &mut file.as_bytes());
    let pushed = pushed
        .map(drop)
        .map_err(|refusal| refusal.code().to_owned());
    house.run_jobs();
    pushed
}

/// What came of the last run, with the state of its import.
fn last(house: &House, series: &Series) -> (RunOutcome, Option<State>) {
    let runs = house.imports.series_runs(&house.ctx, series.id).unwrap();
    let (run, import) = runs.into_iter().next().unwrap();
    (run.outcome, import.map(|import| import.state))
}

fn last_reasons(house: &House, series: &Series) -> Vec<String> {
    let mut runs = house.imports.series_runs(&house.ctx, series.id).unwrap();
    runs.remove(0).0.reasons
}

fn count(house: &House, series: &Series) -> usize {
    house
        .imports
        .series_runs(&house.ctx, series.id)
        .unwrap()
        .len()
}

fn status(house: &House, name: &str) -> String {
    house.person(name).user.status
}

/// Puts a file into a folder as if somebody had written it a while ago.
fn put(house: &House, folder: &Path, name: &str, text: &str, seconds_ago: u64) {
    fs::write(folder.join(name), text).unwrap();
    let at = house
        .ctx
        .now()
        .checked_sub(Duration::from_secs(seconds_ago))
        .unwrap();
    let at = std::time::UNIX_EPOCH + Duration::from_micros(at.as_micros() as u64);
    let file = fs::File::options()
        .write(true)
        .open(folder.join(name))
        .unwrap();
    file.set_modified(at).unwrap();
}

/// A house that may watch folders, with a series that watches one.
fn watching(db: &testkit::TestDb, schedule: Schedule) -> (House, TempDir, Series) {
    let mut house = House::new(db);
    let base = TempDir::new().unwrap();
    fs::create_dir(base.path().join("hr")).unwrap();
    house.imports = house.imports.clone().watching(Some(base.path().to_owned()));
    let new = NewSeries {
        folder: Some("hr".to_owned()),
        pattern: "*.csv".to_owned(),
        schedule,
        ..wanted(general())
    };
    let series = house.imports.add_series(&house.ctx, new).unwrap();
    (house, base, series)
}

/// Lets minutes pass, and does what is due.
fn after_minutes(house: &House, minutes: u64) -> usize {
    house.context.clock.advance(Duration::from_mins(minutes));
    let queued = house.imports.queue_due_series(&house.context).unwrap();
    house.run_jobs();
    queued
}

on_both! {
    fn a_pushed_file_is_imported_and_the_same_again_is_nothing_new(db: &testkit::TestDb) {
        let house = House::new(db);
        let series = house.imports.add_series(&house.ctx, wanted(general())).unwrap();
        push(&house, &series, FIRST).unwrap();
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        assert_eq!(house.names(), ["Anna", "Ben", "Carl", "Dora"]);
        assert_eq!(push(&house, &series, FIRST).unwrap_err(), "nothing_new");
        assert_eq!(house.imports.list(&house.ctx, None, 10).unwrap().len(), 1);
        push(&house, &series, SECOND).unwrap();
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        let run = house.imports.series_runs(&house.ctx, series.id).unwrap().remove(0).0;
        let expected = Comparison { added: 1, removed: 1, changed: 1, same: 2 };
        assert_eq!(run.comparison, Some(expected));
        assert_eq!(house.names(), ["Anna", "Benno", "Carl", "Dora", "Emil"]);
    }

    fn uploads_at_once_get_a_number_each_and_pushes_at_once_make_one_import(db: &testkit::TestDb) {
        let house = House::new(db);
        let series = house.imports.add_series(&house.ctx, wanted(general())).unwrap();
        let pushed = std::thread::scope(|scope| {
            let pushes: Vec<_> = [FIRST, SECOND]
                .into_iter()
                .map(|file| {
                    let (imports, ctx) = (&house.imports, &house.ctx);
                    scope.spawn(move || {
                        let mut file = file.as_bytes();
                        let pushed = imports.push_to_series(ctx, series.id, "staff.csv", &mut file);
                        pushed.map_or_else(|refusal| refusal.code().to_owned(), |_| "taken".to_owned())
                    })
                })
                .collect();
            let uploads: Vec<_> = (0..4)
                .map(|_| {
                    let new = import::NewImport {
                        file_name: "people.csv".to_owned(),
                        name: None,
                        settings: general(),
                    };
                    let (imports, ctx) = (&house.imports, &house.ctx);
                    scope.spawn(move || imports.receive(ctx, new, &mut FIRST.as_bytes()).unwrap())
                })
                .collect();
            uploads.into_iter().for_each(|upload| drop(upload.join().unwrap()));
            let mut pushed: Vec<_> = pushes.into_iter().map(|push| push.join().unwrap()).collect();
            pushed.sort_unstable();
            pushed
        });
        assert_eq!(pushed, ["series_waits", "taken"]);
        let mut numbers: Vec<_> = house
            .imports
            .list(&house.ctx, None, 10)
            .unwrap()
            .iter()
            .map(|import| import.number)
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        assert_eq!(count(&house, &series), 1);
    }

    fn a_series_deactivates_only_whom_it_brought(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("User ID,Name\n8,Hugo Elsewhere\n1,Anna Before\n");
        let new = NewSeries { brakes: NO_BRAKES, ..wanted(matching()) };
        let series = house.imports.add_series(&house.ctx, new).unwrap();
        push(&house, &series, FIRST).unwrap();
        push(&house, &series, "User ID,Name\n2,Ben\n3,Carl\n").unwrap();
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        let of = |name| status(&house, name);
        assert_eq!((of("Anna"), of("Dora")), ("deactivated".to_owned(), "deactivated".to_owned()));
        assert_eq!((of("Ben"), of("Hugo Elsewhere")), ("invited".to_owned(), "invited".to_owned()));
    }

    fn whom_an_undone_import_brought_is_not_the_series_own(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("User ID,Name\n1,Anna Before\n");
        let new = NewSeries { brakes: NO_BRAKES, ..wanted(matching()) };
        let series = house.imports.add_series(&house.ctx, new).unwrap();
        push(&house, &series, FIRST).unwrap();
        let runs = house.imports.series_runs(&house.ctx, series.id).unwrap();
        house.undo(runs[0].1.as_ref().unwrap());
        push(&house, &series, "User ID,Name\n2,Ben\n").unwrap();
        assert_eq!(status(&house, "Anna Before"), "invited");
    }

    fn what_goes_too_far_is_held_for_a_person(db: &testkit::TestDb) {
        let house = House::new(db);
        let owner = Person { first: "Olga", role: Some(Role::Owner), ..Person::default() };
        let owner = house.create(&owner).unwrap();
        house.edit("Olga", |user| user.status = "active".to_owned());
        let ctx: Ctx = house.as_user(&owner);
        let series = house.imports.add_series(&ctx, wanted(matching())).unwrap();
        push(&house, &series, FIRST).unwrap();
        let smaller = "User ID,Name,Email\n1,Anna,anna@example.com\n2,Ben,no address\n";
        push(&house, &series, smaller).unwrap();
        assert_eq!(last(&house, &series), (RunOutcome::Held, Some(State::Planned)));
        let reasons = last_reasons(&house, &series);
        assert_eq!(reasons, [
            "It deactivates 2 of 4 people whom earlier imports of this series brought. The limit is 2 % and 25 people.",
            "The file has 60 bytes; the last one had 113. The limit is 25 %.",
            "The file has 2 rows; the last one had 4. The limit is 25 %.",
            "1 of 2 rows cannot be imported. The limit is 5 %.",
        ]);
        assert_eq!(status(&house, "Dora"), "invited");
        let told = house.db.read_blocking(|tx| notifications::list(tx, ctx.account, owner.id)).unwrap();
        let held: Vec<_> = told.iter().filter(|told| told.kind == "import.held").collect();
        assert!(held.len() == 1 && held[0].text.contains("series Staff waits for you"), "{told:?}");
        // Until it is decided, nothing else is taken.
        assert_eq!(push(&house, &series, SECOND).unwrap_err(), "series_waits");
        let import = house.imports.series_runs(&ctx, series.id).unwrap().remove(0).1.unwrap();
        let (found, run) = house.imports.series_of(&ctx, import.id).unwrap().unwrap();
        assert_eq!((found.id, run.outcome), (series.id, RunOutcome::Held));
        house.imports.start(&ctx, import.id, None, Some(2)).unwrap();
        house.run_jobs();
        assert_eq!(status(&house, "Dora"), "deactivated");
        assert!(push(&house, &series, SECOND).is_ok());
    }

    fn columns_that_are_not_certain_are_held(db: &testkit::TestDb) {
        let house = House::new(db);
        let series = house.imports.add_series(&house.ctx, wanted(general())).unwrap();
        push(&house, &series, "Persn nam,Contct\nAnna Lee,anna@example.com\n").unwrap();
        assert_eq!(last(&house, &series).0, RunOutcome::Held);
        assert_eq!(house.names(), [""; 0]);
    }

    fn a_series_does_as_an_earlier_import_did(db: &testkit::TestDb) {
        let house = House::new(db);
        let mut settings = general();
        settings.map = vec![("Persn".to_owned(), "full_name".to_owned())];
        settings.ignore = vec!["Colour".to_owned()];
        let like = house.import("User ID,Persn,Colour\n1,Anna,red\n", &settings);
        let settings = house.imports.settings_like(&house.ctx, &like).unwrap();
        let series = house.imports.add_series(&house.ctx, wanted(settings)).unwrap();
        push(&house, &series, "Colour,User ID,Persn\nblue,2,Ben\n").unwrap();
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        assert_eq!(house.names(), ["Anna", "Ben"]);
        // A file without one of the columns is no file of the series.
        push(&house, &series, "User ID,Persn\n3,Carl\n").unwrap_err();
    }

    fn a_folder_is_looked_into_and_left_as_it_is(db: &testkit::TestDb) {
        let (house, base, series) = watching(db, Schedule::Every(15));
        let folder = base.path().join("hr");
        assert_eq!(after_minutes(&house, 14), 0);
        assert_eq!(after_minutes(&house, 1), 1);
        assert_eq!(last(&house, &series), (RunOutcome::NoFile, None));
        put(&house, &folder, "a.csv", FIRST, 120);
        put(&house, &folder, "notes.txt", "not for us", 60);
        after_minutes(&house, 15);
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        assert_eq!(fs::read_to_string(folder.join("a.csv")).unwrap(), FIRST);
        after_minutes(&house, 15);
        assert_eq!(last(&house, &series), (RunOutcome::NothingNew, None));
        // Another file of the same content is nothing new either.
        put(&house, &folder, "b.csv", FIRST, 30);
        after_minutes(&house, 15);
        assert_eq!(last(&house, &series), (RunOutcome::NothingNew, None));
        put(&house, &folder, "c.csv", SECOND, 15);
        after_minutes(&house, 15);
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 4);
    }

    fn a_file_that_is_being_written_is_waited_for(db: &testkit::TestDb) {
        let (house, base, series) = watching(db, Schedule::NewFile);
        let folder = base.path().join("hr");
        after_minutes(&house, 1);
        assert_eq!(count(&house, &series), 0, "nothing is said of nothing");
        house.context.clock.advance(Duration::from_mins(1));
        put(&house, &folder, "a.csv", "User ID,Na", 3);
        house.imports.queue_due_series(&house.context).unwrap();
        house.run_jobs();
        assert_eq!(count(&house, &series), 0);
        put(&house, &folder, "a.csv", FIRST, 0);
        house.context.clock.advance(Duration::from_secs(10));
        assert_eq!(house.imports.queue_due_series(&house.context).unwrap(), 1);
        house.run_jobs();
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
    }

    fn two_processes_queue_one_look(db: &testkit::TestDb) {
        let (house, base, series) = watching(db, Schedule::Every(15));
        put(&house, &base.path().join("hr"), "a.csv", FIRST, 120);
        house.context.clock.advance(Duration::from_mins(20));
        assert_eq!(house.imports.queue_due_series(&house.context).unwrap(), 1);
        assert_eq!(house.imports.queue_due_series(&house.context).unwrap(), 0);
        // Even two looks take a file once.
        house.imports.run_series(&house.ctx, series.id).unwrap();
        house.run_jobs();
        let imports = house.imports.list(&house.ctx, None, 10).unwrap();
        assert_eq!(imports.iter().filter(|import| import.counts.created > 0).count(), 1);
        assert_eq!(house.names().len(), 4);
    }

    fn a_run_whose_process_died_is_gone_on_with(db: &testkit::TestDb) {
        let house = House::new(db);
        let series = house.imports.add_series(&house.ctx, wanted(general())).unwrap();
        let pushed = house.imports.push_to_series(&house.ctx, series.id, "a.csv", &mut FIRST.as_bytes());
        let id = pushed.unwrap().0.import.unwrap();
        // The process dies after the check, and another one after the start.
        let watch = import::Watch::nobody();
        let checked = house.imports.check(&house.ctx, id, &watch).unwrap();
        house.imports.start(&house.ctx, checked.id, None, None).unwrap();
        house.run_jobs();
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
        assert_eq!(count(&house, &series), 1);
        assert_eq!(house.names().len(), 4);
    }

    fn a_paused_series_does_nothing_by_itself(db: &testkit::TestDb) {
        let (house, base, series) = watching(db, Schedule::Every(15));
        put(&house, &base.path().join("hr"), "a.csv", FIRST, 120);
        house.imports.pause_series(&house.ctx, series.id, None, true).unwrap();
        assert_eq!(after_minutes(&house, 60), 0);
        assert_eq!(count(&house, &series), 0);
        house.imports.pause_series(&house.ctx, series.id, None, false).unwrap();
        assert_eq!(after_minutes(&house, 15), 1);
        assert_eq!(last(&house, &series), (RunOutcome::Started, Some(State::Done)));
    }

    fn whoever_may_not_import_any_more_stops_their_series(db: &testkit::TestDb) {
        let house = House::new(db);
        let adam = Person { first: "Adam", role: Some(Role::Admin), ..Person::default() };
        let adam = house.create(&adam).unwrap();
        house.edit("Adam", |user| user.status = "active".to_owned());
        let series = house.imports.add_series(&house.as_user(&adam), wanted(general())).unwrap();
        house.edit("Adam", |user| user.role = "user".to_owned());
        push(&house, &series, FIRST).unwrap();
        assert_eq!(last(&house, &series).0, RunOutcome::Failed);
        assert!(last_reasons(&house, &series)[0].contains("may not import people any more"));
        assert_eq!(house.names(), ["Adam"]);
    }

    fn folders_outside_of_the_operators_are_refused(db: &testkit::TestDb) {
        let (house, base, _) = watching(db, Schedule::NewFile);
        std::os::unix::fs::symlink("/tmp", base.path().join("link")).unwrap();
        for (folder, code) in [
            ("../elsewhere", "folder_not_allowed"),
            ("/etc", "folder_not_allowed"),
            ("link", "folder_not_allowed"),
            ("nowhere", "folder_missing"),
        ] {
            let new = NewSeries { name: folder.to_owned(), folder: Some(folder.to_owned()), ..wanted(general()) };
            let refusal = house.imports.add_series(&house.ctx, new).unwrap_err();
            assert_eq!(refusal.code(), code, "{folder}");
        }
        let other = House::new(db);
        let new = NewSeries { folder: Some("hr".to_owned()), ..wanted(general()) };
        let refusal = other.imports.add_series(&other.ctx, new).unwrap_err();
        assert_eq!(refusal.code(), "folder_not_allowed");
    }

    fn names_are_taken_once_and_changes_need_the_newest_revision(db: &testkit::TestDb) {
        let house = House::new(db);
        let series = house.imports.add_series(&house.ctx, wanted(general())).unwrap();
        let again = NewSeries { name: "STAFF".to_owned(), ..wanted(general()) };
        assert_eq!(house.imports.add_series(&house.ctx, again).unwrap_err().code(), "series_exists");
        let new = NewSeries { name: "People".to_owned(), ..wanted(general()) };
        let changed = house.imports.change_series(&house.ctx, series.id, Some(1), new.clone()).unwrap();
        assert_eq!((changed.name.as_str(), changed.rev), ("People", 2));
        let late = house.imports.change_series(&house.ctx, series.id, Some(1), new).unwrap_err();
        assert_eq!(late.code(), "changed_meanwhile");
        house.imports.remove_series(&house.ctx, series.id, Some(2)).unwrap();
        assert_eq!(house.imports.series(&house.ctx, series.id).unwrap_err().code(), "series_not_found");
    }
}
