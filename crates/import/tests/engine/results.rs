//! Looking at rows, and the files to take away.

use std::fmt::Write as _;

use import::{Download, Import, Outcome, RowFilter, State};
use testkit::on_both;

use crate::house::{House, general};

const MIXED: &str = "Locker;Name;Email;Phone\n\
                     7;Anna New;anna@example.com;+27821111111\n\
                     8;Ben New;nonsense;+27822222222\n\
                     9;Carl New;carl@example.com;12\n\
                     =1+1;Dora New;dora@example.com;+27823333333\n";

fn download(house: &House, import: &Import, which: Download) -> String {
    let mut out = Vec::new();
    house
        .imports
        .download(&house.ctx, import.id, which, false, &mut out)
        .unwrap();
    String::from_utf8(out)
        .unwrap()
        .trim_start_matches('\u{FEFF}')
        .to_owned()
}

on_both! {
    fn the_error_log_has_the_files_columns_and_can_be_corrected(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(MIXED, &general());
        assert_eq!(done.state, State::DoneWithProblems);
        let log = download(&house, &done, Download::Errors);
        let lines: Vec<_> = log.lines().collect();
        assert_eq!(lines[0], "Locker;Name;Email;Phone;error");
        assert_eq!(
            lines[1],
            "8;Ben New;nonsense;\"+27822222222\";\
             Email: Not an e-mail address: `nonsense`, there is no @. Correct it, or skip the row."
        );
        assert!(lines[2].starts_with("9;Carl New;carl@example.com;12;Phone: Not a phone number"));
        assert_eq!(lines.len(), 3);

        let corrected = log.replace("nonsense;", "ben@example.com;").replace(";12;", ";+27824444444;");
        let again = house.import(&corrected, &general());
        assert_eq!(house.fates(&again), "created created");
        assert_eq!(house.told(&again), [""; 0]);
    }

    fn every_changed_field_is_in_a_file_of_its_own(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Title\nAnna One,anna@example.com,Fitter\nBen Two,ben@example.com,\n");
        let planned = house.plan(
            "Name,Email,Title,Groups\nBen Two,ben@example.com,Welder,\nZoe New,zoe@example.com,,\n\
             Anna One,anna@example.com,=1+1,Night\n",
            &general(),
        );
        let mut out = Vec::new();
        house.imports.download_differences(&house.ctx, planned.id, false, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let [anna, ben] = ["Anna One", "Ben Two"].map(|name| house.person(name).user.id);
        let lines: Vec<_> = text.trim_start_matches('\u{FEFF}').lines().collect();
        assert_eq!(
            lines,
            [
                "row,user_id,field,before,after".to_owned(),
                format!("2,{ben},title,,Welder"),
                format!("4,{anna},title,Fitter,\"'=1+1\""),
                format!("4,{anna},groups,,1 added"),
            ]
        );
    }

    fn results_of_all_rows_can_be_imported_again(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(MIXED, &general());
        let results = download(&house, &done, Download::Results);
        let lines: Vec<_> = results.lines().collect();
        assert_eq!(lines[0], "Locker;Name;Email;Phone;outcome;user_id;error");
        let anna = house.person("Anna New").user.id;
        assert_eq!(
            lines[1],
            format!("7;Anna New;anna@example.com;\"+27821111111\";created;{anna};")
        );
        assert!(lines[2].contains(";failed;;Email: "), "{}", lines[2]);
        assert!(lines[4].starts_with("\"'=1+1\";Dora New;"), "{}", lines[4]);
        let again = house.import(&results, &general());
        assert_eq!(house.fates(&again), "unchanged failed failed unchanged");
    }

    fn created_people_are_listed_with_their_ids(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email\nAnna New,anna@example.com\n");
        let done = house.import("Name,Email\nAnna New,anna@example.com\nBen New,ben@example.com\n", &general());
        let created = download(&house, &done, Download::Created);
        let ben = house.person("Ben New").user.id;
        assert_eq!(
            created.lines().collect::<Vec<_>>(),
            ["Name,Email,user_id".to_owned(), format!("Ben New,ben@example.com,{ben}")]
        );
    }

    fn updated_rows_name_their_person_and_their_changes(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Title\nAnna New,anna@example.com,Clerk\n");
        let done = house.import("Email,Title,Groups\nanna@example.com,Lead,Field\n", &general());
        let rows = house.imports.rows(&house.ctx, done.id, &RowFilter { limit: 9, ..RowFilter::default() });
        let row = rows.unwrap().remove(0);
        assert_eq!(row.user, Some(house.person("Anna New").user.id));
        assert_eq!(
            row.changes,
            [
                ("title".to_owned(), "Clerk".to_owned(), "Lead".to_owned()),
                ("groups".to_owned(), String::new(), "1 added".to_owned()),
            ]
        );
        let field = &done.plan.unwrap().fields[0];
        assert_eq!((field.field.as_str(), field.people), ("title", 1));
        assert_eq!(field.examples, [("Clerk".to_owned(), "Lead".to_owned())]);
    }

    fn pages_visit_every_row_once(db: &testkit::TestDb) {
        let house = House::new(db);
        let mut file = "Name,Email\n".to_owned();
        for number in 0..40 {
            let email = if number % 3 == 0 { "nonsense".to_owned() } else { format!("p{number}@example.com") };
            writeln!(file, "Person {number},{email}").unwrap();
        }
        let done = house.import(&file, &general());
        let walk = |outcome: Option<Outcome>, code: Option<&str>| {
            let (mut seen, mut after) = (Vec::new(), 0);
            loop {
                let filter = RowFilter {
                    outcome,
                    code: code.map(str::to_owned),
                    after,
                    limit: 7,
                    ..RowFilter::default()
                };
                let rows = house.imports.rows(&house.ctx, done.id, &filter).unwrap();
                let Some(last) = rows.last() else { return seen };
                after = last.row;
                seen.extend(rows.iter().map(|row| row.row));
            }
        };
        assert_eq!(walk(None, None), (2..42).collect::<Vec<_>>());
        let failed: Vec<u64> = (0..40).filter(|number| number % 3 == 0).map(|number| number + 2).collect();
        assert_eq!(walk(Some(Outcome::Failed), None), failed);
        assert_eq!(walk(None, Some("email_invalid")), failed);
        assert_eq!(walk(Some(Outcome::Created), None).len(), 26);
        assert_eq!(house.rows_with(&done, Outcome::Skipped), 0);
    }

    fn completing_removes_rows_and_files_and_keeps_counts(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(MIXED, &general());
        house.imports.complete(&house.ctx, done.id, None).unwrap();
        let completed = house.found(&done);
        assert_eq!(completed.counts, done.counts);
        assert!(completed.completed_at.is_some());
        assert_eq!(house.fates(&completed), "");
        assert!(house.imports.problem_groups(&house.ctx, done.id).unwrap().is_empty());
        assert_eq!(house.people().len(), 2);
        let refusal = house.imports.queue_undo(&house.ctx, done.id, None).unwrap_err();
        assert_eq!(refusal.code(), "not_permitted");
        let refusal = house.imports.complete(&house.ctx, done.id, None).unwrap_err();
        assert_eq!(refusal.code(), "wrong_state");
    }

    fn a_draft_can_be_given_up(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(MIXED, &general());
        house.imports.discard(&house.ctx, plan.id, None).unwrap();
        assert_eq!(house.found(&plan).state, State::Discarded);
        let refusal = house.imports.start(&house.ctx, plan.id, None, None).unwrap_err();
        assert_eq!(refusal.code(), "wrong_state");
        assert!(house.people().is_empty());
    }

    fn a_finished_import_cannot_be_discarded(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(MIXED, &general());
        let refusal = house.imports.discard(&house.ctx, done.id, None).unwrap_err();
        assert_eq!(refusal.code(), "wrong_state");
    }

    fn the_same_file_is_recognised(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.import(MIXED, &general());
        let second = house.plan(MIXED, &general());
        let known = house.imports.same_content(&house.ctx, &second).unwrap().unwrap();
        assert_eq!(known.id, first.id);
        assert!(house.imports.same_content(&house.ctx, &first).unwrap().is_some());
    }

    fn a_mapping_made_by_hand_is_remembered(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Wer,Wohin\nAnna New,anna@example.com\n";
        let import = house.receive(&house.ctx, file, &general()).unwrap();
        let fields = [
            (0, Some(import::fields::Field::FullName)),
            (1, Some(import::fields::Field::Email)),
        ];
        house.imports.map(&house.ctx, import.id, None, &fields).unwrap();
        let plan = house.imports.check(&house.ctx, import.id, &import::Watch::nobody()).unwrap();
        assert_eq!(house.carry_out(&plan).counts.created, 1);
        let again = house.plan(file, &general());
        assert_eq!(house.fates(&again), "unchanged");
    }
}
