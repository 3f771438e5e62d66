//! Doing an import again that was taken back.

use db::{Sql, params};
use directory::{groups, groups::GroupKind, modules};
use import::{Import, RedoPreview, State};
use kernel::Role;
use testkit::on_both;

use crate::house::{House, Person, general, portraits};

const KNOWN: &str = "User ID,Name,Email,Phone,Title,Groups,Card ID,Events,Devices,Access type,Access end\n\
                     1,Anna Known,anna@example.com,+27821111111,Clerk,Field,1,True,Main gate,temporary,2030-01-01\n\
                     2,Ben Known,ben@example.com,,,Field,2,False,Main gate,always,\n";
const CHANGE: &str = "User ID,Name,Email,Phone,Title,Groups,Card ID,Events,Devices,Access type\n\
                      1,Anna Changed,new@example.com,{empty},Lead,Office,3,False,Main gate;Side door,always\n\
                      2,Ben Known,,+27822222222,Lead,{empty},,True,,\n\
                      3,Carl New,carl@example.com,,,Office,4,True,Side door,full\n\
                      4,Dora New,dora@example.com,,,Office,5,,Side door,full\n";

fn furnished(db: &testkit::TestDb) -> House {
    let house = House::new(db);
    house.write(|tx, ctx| modules::set(tx, ctx, "events", 5));
    for device in ["Main gate", "Side door"] {
        house.write(|tx, ctx| directory::devices::create(tx, ctx, device));
    }
    house.add(KNOWN);
    house
}

fn redo(house: &House, import: &Import) -> Import {
    house
        .imports
        .queue_redo(&house.ctx, import.id, None)
        .unwrap();
    house.run_jobs();
    house.found(import)
}

/// Created, changed, deactivated, left alone.
fn redone(import: &Import) -> [i64; 4] {
    let redo = import.redo.unwrap();
    [redo.created, redo.updated, redo.deactivated, redo.left]
}

fn execute(house: &House, text: &'static str) {
    house
        .db
        .write_blocking(|tx| tx.execute(&Sql::new("test", text), params![]))
        .unwrap();
}

on_both! {
    fn everything_is_as_the_import_had_left_it(db: &testkit::TestDb) {
        let house = furnished(db);
        let before = portraits(&house);
        let done = house.add(CHANGE);
        let after = portraits(&house);
        let ids = [house.person("Carl New").user.id, house.person("Dora New").user.id];
        let undone = house.undo(&done);
        assert_eq!((undone.state, portraits(&house)), (State::Undone, before.clone()));
        let preview = house.imports.redo_preview(&house.ctx, done.id).unwrap();
        assert_eq!(preview, RedoPreview { created: 2, updated: 2, ..RedoPreview::default() });
        let again = redo(&house, &done);
        assert_eq!(again.state, State::Done);
        assert_eq!(again.counts, done.counts);
        assert_eq!(redone(&again), [2, 2, 0, 0]);
        assert_eq!(portraits(&house), after);
        assert_eq!(ids, [house.person("Carl New").user.id, house.person("Dora New").user.id]);
        // It can be taken back again, and then stays so.
        let undone = house.undo(&again);
        assert_eq!((undone.state, portraits(&house)), (State::Undone, before));
        let refusal = house.imports.queue_redo(&house.ctx, done.id, None).unwrap_err();
        assert!(refusal.to_string().contains("can be done once"), "{refusal}");
    }

    fn whom_the_undo_kept_is_not_touched_by_either(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.add(CHANGE);
        house.edit("Carl New", |user| user.title = Some("Boss".to_owned()));
        // Two changes by hand: as many versions as an undo and a redo make.
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        house.edit("Ben Known", |user| user.department = Some("Harbour".to_owned()));
        assert_eq!(house.undo(&done).state, State::PartlyUndone);
        let again = redo(&house, &done);
        assert_eq!(redone(&again), [1, 1, 0, 0]);
        assert_eq!(house.person("Ben Known").user.title.as_deref(), Some("Boss"));
        let undone = house.undo(&again);
        assert_eq!(undone.state, State::PartlyUndone);
        let kept = house.person("Ben Known").user;
        assert_eq!((kept.title.as_deref(), kept.department.as_deref()), (Some("Boss"), Some("Harbour")));
        assert_eq!(house.names(), ["Anna Known", "Ben Known", "Carl New"]);
    }

    fn whoever_was_changed_since_the_undo_is_left_alone(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.add(CHANGE);
        house.undo(&done);
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        let quick = Person { first: "Quick", last: "One", email: Some("dora@example.com"), ..Person::default() };
        house.create(&quick).unwrap();
        let preview = house.imports.redo_preview(&house.ctx, done.id).unwrap();
        assert_eq!((preview.updated, preview.left), (1, 1));
        let again = redo(&house, &done);
        assert_eq!(again.state, State::DoneWithProblems);
        assert_eq!(redone(&again), [1, 1, 0, 2]);
        assert_eq!(house.fates(&again), "updated failed created failed");
        assert_eq!(house.told(&again), ["3 changed_since_plan", "5 changed_since_plan"]);
        assert!(again.counts.adds_up());
        assert_eq!(house.person("Ben Known").user.title.as_deref(), Some("Boss"));
    }

    fn a_group_that_is_gone_refuses_the_redo(db: &testkit::TestDb) {
        let house = furnished(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "Blue"));
        let done = house.add("Name,Email,Teams\nEva New,eva@example.com,Blue\n");
        house.undo(&done);
        execute(&house, "delete from groups where name = 'Blue'");
        let refusal = house.imports.redo_preview(&house.ctx, done.id).unwrap_err();
        assert!(refusal.to_string().contains("the team Blue was removed"), "{refusal}");
        assert!(house.imports.queue_redo(&house.ctx, done.id, None).is_err());
    }

    fn a_redo_needs_the_licences(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.add(CHANGE);
        house.undo(&done);
        house.write(|tx, ctx| modules::set(tx, ctx, "events", 1));
        let refused = redo(&house, &done);
        assert_eq!(refused.state, State::Undone);
        assert_eq!(refused.reason.as_ref().unwrap().code, "licence_exhausted");
        house.write(|tx, ctx| modules::set(tx, ctx, "events", 5));
        let again = redo(&house, &done);
        assert_eq!((again.state, again.reason), (State::Done, None));
    }

    fn a_redo_goes_on_after_a_restart(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.add(CHANGE);
        let after = portraits(&house);
        house.undo(&done);
        house.imports.queue_redo(&house.ctx, done.id, None).unwrap();
        let dying = house.dying_runner("redoing");
        dying.run_one().unwrap();
        drop(dying);
        assert_eq!(house.found(&done).state, State::Redoing);
        house.wait(1);
        house.run_jobs();
        assert_eq!(house.found(&done).state, State::Done);
        assert_eq!(portraits(&house), after);
    }

    fn what_was_imported_at_once_is_done_again_at_once(db: &testkit::TestDb) {
        let house = furnished(db);
        let strict = import::Settings { bad_rows: import::BadRows::Stop, ..general() };
        let done = house.import(CHANGE, &strict);
        let after = portraits(&house);
        house.undo(&done);
        let before = portraits(&house);
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        let refused = redo(&house, &done);
        assert_eq!(refused.state, State::Undone);
        assert_eq!(refused.reason.unwrap().code, "changed_since_plan");
        house.edit("Ben Known", |user| user.title = None);
        assert_eq!(portraits(&house), before);
        // Ben is at another version now; without his change the import is done again.
        execute(&house, "update users set version = version - 2 where first_name = 'Ben'");
        assert_eq!(redo(&house, &done).state, State::Done);
        assert_eq!(portraits(&house), after);
    }

    fn any_administrator_may_for_thirty_days(db: &testkit::TestDb) {
        let house = furnished(db);
        let person = |first, role| Person { first, last: "Known", role: Some(role), ..Person::default() };
        let admin = house.as_user(&house.create(&person("Adam", Role::Admin)).unwrap());
        let user = house.as_user(&house.create(&person("Uma", Role::User)).unwrap());
        let done = house.add(CHANGE);
        assert_eq!(house.imports.queue_undo(&user, done.id, None).unwrap_err().code(), "not_permitted");
        house.imports.queue_undo(&admin, done.id, None).unwrap();
        house.run_jobs();
        assert_eq!(house.imports.queue_redo(&user, done.id, None).unwrap_err().code(), "not_permitted");
        house.wait(31);
        let refusal = house.imports.queue_redo(&admin, done.id, None).unwrap_err();
        assert!(refusal.to_string().contains("30 days"), "{refusal}");
    }

    fn everybody_an_undo_would_keep_is_in_a_file(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.add(CHANGE);
        house.edit("Carl New", |user| user.title = Some("Boss".to_owned()));
        house.edit("Ben Known", |user| user.title = Some("Boss".to_owned()));
        let mut file = Vec::new();
        house.imports.undo_kept(&house.ctx, done.id, &mut file).unwrap();
        let file = String::from_utf8(file).unwrap();
        assert_eq!(file.lines().count(), 3, "{file}");
        assert!(file.contains(",Carl New,\"created by the import, and changed or signed in since\""), "{file}");
        assert!(file.contains(",Ben Known,changed since"), "{file}");
    }

    fn people_who_are_not_in_the_file_go_again(db: &testkit::TestDb) {
        let house = furnished(db);
        house.add("Name,Email\nCarl Known,carl@example.com\nDora Known,dora@example.com\n");
        let file = "User ID,Name\n1,Anna Known\n";
        for bad_rows in [import::BadRows::Skip, import::BadRows::Stop] {
            let before = portraits(&house);
            let settings = import::Settings {
                mode: import::Mode::Match,
                scope: Some(import::Scope::Everybody),
                bad_rows,
                ..general()
            };
            let done = house.import(file, &settings);
            let after = portraits(&house);
            // Two changes by hand: as many versions as an undo and a redo make.
            house.edit("Dora Known", |user| user.title = Some("Boss".to_owned()));
            house.edit("Dora Known", |user| user.title = None);
            assert_eq!(house.undo(&done).state, State::PartlyUndone);
            let preview = house.imports.redo_preview(&house.ctx, done.id).unwrap();
            assert_eq!(preview.deactivated, 2);
            let again = redo(&house, &done);
            assert_eq!(redone(&again), [0, 0, 2, 0], "{:?}", again.reason);
            assert_eq!(portraits(&house), after);
            let undone = house.undo(&again);
            assert_eq!(undone.undo.unwrap().reinstated, 2);
            house.edit("Dora Known", |user| user.status = "invited".to_owned());
            assert_eq!(portraits(&house), before);
        }
    }
}
