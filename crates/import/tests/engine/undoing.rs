//! Taking an import back.

use directory::{groups, groups::GroupKind, modules};
use import::{State, UndoPreview};
use testkit::on_both;

use crate::house::{House, general, portraits};

const KNOWN: &str = "User ID,Name,Email,Phone,Title,Groups,Card ID,Events,Devices,Access type,Access end\n\
                     1,Anna Known,anna@example.com,+27821111111,Clerk,Field,1,True,Main gate,temporary,2030-01-01\n\
                     2,Ben Known,ben@example.com,,,Field,2,False,Main gate,always,\n";
const CHANGE: &str = "User ID,Name,Email,Phone,Title,Groups,Card ID,Events,Devices,Access type\n\
                      1,Anna Changed,new@example.com,{empty},Lead,Office,3,False,Main gate;Side door,always\n\
                      2,Ben Known,,+27822222222,Lead,{empty},,True,,\n\
                      3,Carl New,carl@example.com,,,Office,4,True,Side door,full\n";

fn furnished(db: &testkit::TestDb) -> House {
    let house = House::new(db);
    house.write(|tx, ctx| modules::set(tx, ctx, "events", 5));
    for door in ["Main gate", "Side door"] {
        house.write(|tx, ctx| directory::devices::create(tx, ctx, door));
    }
    house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Field"));
    house.add(KNOWN);
    house
}

fn group_names(house: &House) -> Vec<String> {
    let groups = house
        .db
        .read_blocking(|tx| groups::names(tx, house.ctx.account))
        .unwrap();
    let mut names: Vec<_> = groups.into_iter().map(|group| group.name).collect();
    names.sort();
    names
}

on_both! {
    fn everything_is_as_it_was_before(db: &testkit::TestDb) {
        let house = furnished(db);
        let before = portraits(&house);
        let known = house.person("Anna Known").user;
        let done = house.import(CHANGE, &general());
        assert_eq!(house.fates(&done), "updated updated created");
        assert_ne!(portraits(&house), before);
        let preview = house.imports.undo_preview(&house.ctx, done.id).unwrap();
        let expected = UndoPreview { removed: 1, restored: 2, ..UndoPreview::default() };
        assert_eq!(preview, expected);
        assert_eq!(house.found(&done).state, State::Done, "a preview changes nothing");
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::Undone);
        assert_eq!(undone.undo.unwrap(), expected);
        assert_eq!(portraits(&house), before);
        assert_eq!(group_names(&house), ["Field"]);
        let anna = house.person("Anna Known").user;
        assert_eq!((anna.import, anna.id), (known.import, known.id));
    }

    fn a_second_undo_is_refused(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.import(CHANGE, &general());
        house.undo(&done);
        for _ in 0..2 {
            let refusal = house.imports.queue_undo(&house.ctx, done.id, None).unwrap_err();
            assert_eq!(refusal.code(), "wrong_state");
        }
    }

    fn who_was_changed_since_is_kept_and_listed(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.import(CHANGE, &general());
        house.edit("Carl New", |user| user.title = Some("Boss".to_owned()));
        house.edit("Anna Changed", |user| user.title = Some("Boss".to_owned()));
        let preview = house.imports.undo_preview(&house.ctx, done.id).unwrap();
        assert_eq!((preview.removed, preview.kept_created), (0, 1));
        assert_eq!((preview.restored, preview.kept_updated), (1, 1));
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::PartlyUndone);
        let report = undone.undo.unwrap();
        assert_eq!((report.removed, report.kept_created), (0, 1));
        assert_eq!((report.restored, report.kept_updated), (1, 1));
        let mut kept: Vec<_> = report.kept.iter().map(|(_, name)| name.as_str()).collect();
        kept.sort_unstable();
        assert_eq!(kept, ["Anna Changed", "Carl New"]);
        assert_eq!(house.names(), ["Anna Changed", "Ben Known", "Carl New"]);
        assert_eq!(house.person("Ben Known").user.title, None);
        assert_eq!(house.person("Ben Known").groups[0].2, "Field");
        assert_eq!(group_names(&house), ["Field", "Office"]);
    }

    fn imports_are_taken_back_one_after_the_other(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.add("Name,Email,Title\nAnna New,anna@example.com,Clerk\n");
        let second = house.add("Email,Title\nanna@example.com,Lead\n");
        // The first cannot be while the second stands on it.
        let preview = house.imports.undo_preview(&house.ctx, first.id).unwrap();
        assert_eq!((preview.removed, preview.kept_created), (0, 1));
        house.undo(&second);
        assert_eq!(house.person("Anna New").user.title.as_deref(), Some("Clerk"));
    }

    fn somebody_elses_key_is_not_taken_back(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("User ID,Name,Email,Title\n1,Anna New,anna@example.com,Clerk\n2,Ben New,ben@example.com,Clerk\n");
        let done = house.add("User ID,Email,Title\n1,new@example.com,Lead\n2,,Lead\n");
        // Meanwhile somebody else got the address that Anna had.
        house.add("Name,Email\nDora Later,anna@example.com\n");
        let preview = house.imports.undo_preview(&house.ctx, done.id).unwrap();
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::PartlyUndone);
        let report = undone.undo.unwrap();
        assert_eq!(report, preview, "the preview told the truth");
        assert_eq!((report.restored, report.kept_updated), (1, 1));
        assert_eq!(report.kept[0].1, "Anna New");
        let anna = house.person("Anna New").user;
        assert_eq!((anna.email.as_deref(), anna.title.as_deref()), (Some("new@example.com"), Some("Lead")));
        assert_eq!(house.person("Ben New").user.title.as_deref(), Some("Clerk"));
    }

    fn an_undo_whose_process_died_is_finished_by_the_next(db: &testkit::TestDb) {
        let house = furnished(db);
        let before = portraits(&house);
        let done = house.import(CHANGE, &general());
        house.imports.queue_undo(&house.ctx, done.id, None).unwrap();
        // Everything is taken back when the process dies, but nothing says so yet.
        house.dying_runner("undoing").run_one().unwrap();
        assert_eq!(house.found(&done).state, State::Undoing);
        house.wait(1);
        house.run_jobs();
        let undone = house.found(&done);
        assert_eq!(undone.state, State::Undone);
        let expected = UndoPreview { removed: 1, restored: 2, ..UndoPreview::default() };
        assert_eq!(undone.undo.unwrap(), expected);
        assert_eq!(portraits(&house), before);
    }

    fn undo_ends_after_thirty_days(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.add("Name,Email\nAnna New,anna@example.com\n");
        house.wait(29);
        assert!(house.imports.undo_preview(&house.ctx, done.id).is_ok());
        house.wait(2);
        let refusal = house.imports.undo_preview(&house.ctx, done.id).unwrap_err();
        assert_eq!(refusal.code(), "not_permitted");
        assert!(refusal.to_string().contains("30 days"), "{refusal}");
    }

    fn an_undone_file_can_be_imported_again(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.import(CHANGE, &general());
        let after = portraits(&house);
        house.undo(&done);
        let again = house.import(CHANGE, &general());
        assert_eq!(house.fates(&again), "updated updated created");
        assert_eq!(portraits(&house), after);
    }

    fn a_draft_cannot_be_undone(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan("Name,Email\nAnna New,anna@example.com\n", &general());
        let refusal = house.imports.queue_undo(&house.ctx, plan.id, None).unwrap_err();
        assert_eq!(refusal.code(), "wrong_state");
    }
}
