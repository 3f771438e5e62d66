//! Correcting rows before they are imported: actions on many rows, single cells, and the way back.

use import::{
    CellFilter, Download, Edit, EditRecord, Fix, How, Import, Keep, Outcome, Pattern, RowFilter,
    Rows, State, Watch,
};
use testkit::on_both;

use crate::house::{House, general};

const STAFF: &str = "Name,Email,Phone,Groups,Title\n\
                     Ada Berg,ada.example.com,+27821111111,Night,Fitter\n\
                     Ben Cole,ben@example.com,+27822222222,Nigth; Day,fitter\n\
                     Cai Dorn,cai.example.com,+27823333333,Day,Welder\n\
                     Dee Evans,dee@example.com,12,Day,Fitter\n";

fn of_problem(code: &str, field: &str) -> Rows {
    Rows::Problem {
        code: code.to_owned(),
        field: field.to_owned(),
        value: None,
    }
}

fn edit(fix: Fix, rows: Rows) -> Edit {
    Edit {
        fix,
        rows,
        columns: Vec::new(),
    }
}

/// Does something and has the rows checked again.
fn change(house: &House, import: &Import, action: &Edit) -> (Import, EditRecord) {
    let (_, record) = house
        .imports
        .edit(&house.ctx, import.id, None, action)
        .unwrap();
    (checked(house, import), record)
}

fn checked(house: &House, import: &Import) -> Import {
    house
        .imports
        .check(&house.ctx, import.id, &Watch::nobody())
        .unwrap()
}

fn cells(house: &House, import: &Import, column: usize) -> Vec<String> {
    let filter = RowFilter {
        limit: 500,
        ..RowFilter::default()
    };
    let rows = house.imports.rows(&house.ctx, import.id, &filter).unwrap();
    rows.into_iter()
        .map(|row| row.cells.get(column).cloned().unwrap_or_default())
        .collect()
}

fn download(house: &House, import: &Import, which: Download, as_workbook: bool) -> Vec<u8> {
    let mut out = Vec::new();
    house
        .imports
        .download(&house.ctx, import.id, which, as_workbook, &mut out)
        .unwrap();
    out
}

on_both! {
    fn corrects_values_of_a_problem_and_imports_them(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        assert_eq!(house.fates(&planned), "failed created failed failed");
        let pairs = vec![
            ("ada.example.com".to_owned(), "ada@example.com".to_owned()),
            ("cai.example.com".to_owned(), "cai@example.com".to_owned()),
        ];
        let action = edit(Fix::Values { pairs }, of_problem("email_invalid", "email"));
        let preview = house.imports.preview_edit(&house.ctx, planned.id, &action).unwrap();
        assert_eq!((preview.rows, preview.changed, preview.cells), (2, 2, 2));
        assert_eq!((preview.tried, preview.good), (2, 2));
        assert_eq!(preview.examples[1].row, 4);
        assert_eq!(preview.examples[1].after, "cai@example.com");
        assert_eq!(house.fates(&planned), "failed created failed failed", "a preview changes nothing");

        let (planned, record) = change(&house, &planned, &action);
        assert_eq!((record.number, record.rows, record.cells), (1, 2, 2));
        assert_eq!(house.fates(&planned), "created created created failed");
        let (planned, _) = change(
            &house,
            &planned,
            &edit(Fix::Set { value: String::new() }, of_problem("phone_invalid", "phone")),
        );
        assert_eq!(house.fates(&planned), "created created created created");
        let done = house.carry_out(&planned);
        assert_eq!(done.state, State::Done);
        assert_eq!(house.person("Cai Dorn").user.email.as_deref(), Some("cai@example.com"));
        assert_eq!(house.person("Dee Evans").user.phone, None);
    }

    fn an_action_is_undone_and_redone_in_any_order(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let skip = edit(Fix::Skip, of_problem("phone_invalid", "phone"));
        let (planned, skipped) = change(&house, &planned, &skip);
        let title = |from: &str, to: &str| Edit {
            fix: Fix::Replace(Pattern {
                find: from.to_owned(),
                how: How::Exact,
                match_case: false,
                with: to.to_owned(),
            }),
            rows: Rows::All,
            columns: vec![4],
        };
        let (planned, fitters) = change(&house, &planned, &title("fitter", "Mechanic"));
        let (planned, mechanics) = change(&house, &planned, &title("mechanic", "Engineer"));
        assert_eq!((fitters.cells, mechanics.cells), (3, 3));
        assert_eq!(cells(&house, &planned, 4), ["Engineer", "Engineer", "Welder", "Engineer"]);
        assert_eq!(house.fates(&planned), "failed created failed skipped");

        let undo = |number: i64, is_undone: bool| {
            house.imports.set_edit_undone(&house.ctx, planned.id, None, number, is_undone).unwrap();
            checked(&house, &planned)
        };
        // The later action on the same cells still counts.
        undo(fitters.number, true);
        assert_eq!(cells(&house, &planned, 4), ["Engineer", "Engineer", "Welder", "Engineer"]);
        undo(mechanics.number, true);
        assert_eq!(cells(&house, &planned, 4), ["Fitter", "fitter", "Welder", "Fitter"]);
        let again = undo(skipped.number, true);
        assert_eq!(house.fates(&again), "failed created failed failed");
        undo(fitters.number, false);
        assert_eq!(cells(&house, &planned, 4), ["Mechanic", "Mechanic", "Welder", "Mechanic"]);
        let listed = house.imports.edits(&house.ctx, planned.id).unwrap();
        let states: Vec<_> = listed.iter().map(|edit| (edit.number, edit.is_undone)).collect();
        assert_eq!(states, [(3, true), (2, false), (1, true)]);
        let unknown = house.imports.set_edit_undone(&house.ctx, planned.id, None, 9, true);
        assert_eq!(unknown.unwrap_err().code(), "edit_unknown");
    }

    fn only_the_faulty_part_of_a_list_is_replaced(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Groups\nZoe First,zoe@example.com,Night; Day\n");
        let mut settings = general();
        settings.unknown_group = import::UnknownGroup::Error;
        let planned = house.plan(STAFF, &settings);
        let values = house
            .imports
            .problem_values(&house.ctx, planned.id, "group_unknown", Some("groups"), 10)
            .unwrap();
        assert_eq!(values.len(), 1);
        assert_eq!((values[0].value.as_str(), values[0].rows), ("Nigth", 1));
        assert_eq!(values[0].suggestion.as_deref(), Some("Night"));
        let (planned, _) = change(
            &house,
            &planned,
            &edit(Fix::Suggest, of_problem("group_unknown", "groups")),
        );
        assert_eq!(cells(&house, &planned, 3)[1], "Night; Day");
    }

    fn single_cells_and_broken_lines_are_set_right(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(
            "Name,Email\nAda Berg,ada.example.com\nBen Cole,ben@example.com,extra\n",
            &general(),
        );
        assert_eq!(house.fates(&planned), "failed failed");
        let cell = edit(
            Fix::Cells { cells: vec![(1, "ada@example.com".to_owned())] },
            Rows::Numbers { rows: vec![2] },
        );
        let (planned, _) = change(&house, &planned, &cell);
        let (planned, _) =
            change(&house, &planned, &edit(Fix::Accept, of_problem("too_many_columns", "")));
        assert_eq!(house.fates(&planned), "created created");
        let missing = edit(Fix::Skip, Rows::Numbers { rows: vec![77] });
        let refused = house.imports.edit(&house.ctx, planned.id, None, &missing);
        assert_eq!(refused.unwrap_err().code(), "row_unknown");
    }

    fn a_row_that_is_left_out_frees_its_key(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(
            "Name,Email\nAda Old,ada@example.com\nAda New,ada@example.com\n",
            &general(),
        );
        assert_eq!(house.fates(&planned), "created failed");
        let (planned, _) =
            change(&house, &planned, &edit(Fix::Skip, Rows::Numbers { rows: vec![2] }));
        assert_eq!(house.fates(&planned), "skipped created");
        let left_out = Rows::with_outcome(Outcome::Skipped);
        let (planned, taken) = change(&house, &planned, &edit(Fix::Take, left_out));
        assert_eq!(taken.rows, 1);
        assert_eq!(house.fates(&planned), "created failed");
    }

    fn rows_with_the_same_key_are_merged_or_the_last_is_kept(db: &testkit::TestDb) {
        let file = "Name,Email,Phone,Title\n\
                    Ada Berg,ada@example.com,,Fitter\n\
                    Ben Cole,ben@example.com,,\n\
                    Ada Berg,ada@example.com,+27821111111,\n\
                    Ada B. Berg,ADA@example.com,,Welder\n";
        let house = House::new(db);
        let planned = house.plan(file, &general());
        assert_eq!(house.fates(&planned), "created created failed failed");
        let key = ("email_duplicate_in_file", "email");
        let groups = house.imports.duplicates(&house.ctx, planned.id, key, 0, 10).unwrap();
        assert_eq!(groups.len(), 1);
        let rows: Vec<_> = groups[0].rows.iter().map(|row| row.row).collect();
        assert_eq!(rows, [2, 4, 5]);
        assert!(groups[0].differs(0) && groups[0].differs(2) && !groups[0].differs(9));

        let keep = |keep| edit(Fix::Duplicates { keep }, of_problem(key.0, key.1));
        let (merged, record) = change(&house, &planned, &keep(Keep::Merged));
        assert_eq!((record.rows, record.cells), (3, 3));
        assert_eq!(house.fates(&merged), "created created skipped skipped");
        house.imports.set_edit_undone(&house.ctx, planned.id, None, record.number, true).unwrap();
        checked(&house, &planned);
        let (last, _) = change(&house, &planned, &keep(Keep::Last));
        assert_eq!(house.fates(&last), "skipped created skipped created");
        assert_eq!(house.carry_out(&last).counts.created, 2);
        assert_eq!(house.person("Ada B. Berg").user.title.as_deref(), Some("Welder"));
    }

    fn corrected_rows_come_back_by_their_keys(db: &testkit::TestDb) {
        for as_workbook in [false, true] {
            let house = House::new(db);
            let planned = house.plan(
                "Code,Name,Email,Notes\n\
                 007,Ada Berg,ada.example.com,=1+1\n\
                 008,Ben Cole,ben@example.com,fine\n\
                 009,Cai Dorn,cai.example.com,\n",
                &general(),
            );
            let file = download(&house, &planned, Download::ToFix, as_workbook);
            let file = if as_workbook { corrected_workbook(&file) } else { corrected_text(file) };
            let corrected = house
                .imports
                .correct(&house.ctx, planned.id, None, "rows.csv", &mut file.as_slice())
                .unwrap();
            assert_eq!((corrected.found, corrected.unknown, corrected.repeated), (2, 1, 1));
            assert_eq!(corrected.unknown_columns, ["Mood"]);
            assert_eq!((corrected.edit.rows, corrected.edit.cells), (2, 2), "only what differs");
            let planned = checked(&house, &planned);
            assert_eq!(house.fates(&planned), "created created created");
            assert_eq!(cells(&house, &planned, 0), ["007", "008", "009"]);
            assert_eq!(cells(&house, &planned, 3)[0], "=1+1", "the guard is taken off again");
        }
    }

    fn refuses_corrected_files_without_keys(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let mut file = STAFF.as_bytes();
        let refused = house.imports.correct(&house.ctx, planned.id, None, "staff.csv", &mut file);
        assert_eq!(refused.unwrap_err().code(), "row_key_missing");
        assert_eq!(house.found(&planned).state, State::Planned, "the plan still holds");
        assert!(house.imports.edits(&house.ctx, planned.id).unwrap().is_empty());
    }

    fn finds_rows_by_what_stands_in_a_cell_now(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let set = Edit {
            fix: Fix::Set { value: "Turner".to_owned() },
            rows: Rows::Filter {
                outcome: None,
                cell: Some(CellFilter {
                    column: Some(4),
                    how: How::Contains,
                    text: "FIT".to_owned(),
                }),
            },
            columns: vec![4],
        };
        let (planned, record) = change(&house, &planned, &set);
        assert_eq!(record.rows, 3);
        let filter = |text: &str| RowFilter {
            cell: Some(CellFilter { column: Some(4), how: How::Exact, text: text.to_owned() }),
            limit: 10,
            ..RowFilter::default()
        };
        let found = |text: &str| {
            let page = house.imports.row_page(&house.ctx, planned.id, &filter(text)).unwrap();
            page.rows.iter().map(|row| (row.row, row.edited.clone())).collect::<Vec<_>>()
        };
        assert_eq!(found("turner"), [(2, vec![4]), (3, vec![4]), (5, vec![4])]);
        assert!(found("fitter").is_empty());
        assert_eq!(house.imports.next_problem(&house.ctx, planned.id, 2, false).unwrap(), Some(4));
        assert_eq!(house.imports.next_problem(&house.ctx, planned.id, 2, true).unwrap(), None);
    }

    fn every_cell_of_every_row_is_not_set_by_mistake(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let set = edit(Fix::Set { value: "x".to_owned() }, Rows::All);
        let refused = house.imports.edit(&house.ctx, planned.id, None, &set);
        assert_eq!(refused.unwrap_err().code(), "column_missing");
        let listed = house.imports.edits(&house.ctx, planned.id).unwrap();
        assert!(listed.is_empty(), "an action that failed is not listed");
    }

    fn columns_and_values_beyond_what_a_file_holds_are_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let of_row = |cells| edit(Fix::Cells { cells }, Rows::Numbers { rows: vec![2] });
        let mut everywhere = edit(Fix::Set { value: "x".to_owned() }, Rows::All);
        everywhere.columns = vec![5];
        for (action, code) in [
            (of_row(vec![(usize::MAX, "x".to_owned())]), "column_missing"),
            (everywhere, "column_missing"),
            (of_row(vec![(0, "x".repeat(40_000))]), "value_too_long"),
        ] {
            let refused = house.imports.edit(&house.ctx, planned.id, None, &action);
            assert_eq!(refused.unwrap_err().code(), code);
        }
        assert_eq!(house.found(&planned).state, State::Planned, "the plan still holds");
    }

    fn what_is_fixed_for_people_can_be_turned_off(db: &testkit::TestDb) {
        let house = House::with(db, Some("ZA"), None);
        let planned = house.plan("Name,Phone\nAda Berg,082 111 1111\nBen Cole,+27822222222\n", &general());
        let groups = house.imports.problem_groups(&house.ctx, planned.id).unwrap();
        assert!(groups.iter().any(|group| group.code == "fixed_phone" && group.rows == 1));
        let off = |is_wanted: bool| {
            let kind = (Some(kernel::Code::FixedPhone).filter(|_| !is_wanted), "phone");
            house.imports.set_standard_form(&house.ctx, planned.id, None, kind, is_wanted).unwrap();
            checked(&house, &planned)
        };
        assert_eq!(house.fates(&off(false)), "failed created");
        assert_eq!(house.told(&planned), ["2 not_standard phone"]);
        let (planned, _) =
            change(&house, &planned, &edit(Fix::Suggest, of_problem("not_standard", "phone")));
        assert_eq!(cells(&house, &planned, 1), ["+27821111111", "+27822222222"]);
        assert_eq!(house.fates(&planned), "created created");
        house.imports.set_edit_undone(&house.ctx, planned.id, None, 1, true).unwrap();
        assert_eq!(house.fates(&off(true)), "created created");
    }

    fn the_rows_that_were_left_are_gone_on_with(db: &testkit::TestDb) {
        let house = House::new(db);
        let mut settings = general();
        settings.mode = import::Mode::Add;
        settings.map = vec![("Title".to_owned(), "department".to_owned())];
        let done = house.import(STAFF, &settings);
        assert_eq!(done.counts.failed, 3);
        let rest = house.imports.begin_rest(&house.ctx, done.id).unwrap();
        assert_eq!((rest.number, rest.name.as_str()), (done.number + 1, "people.csv (the rest)"));
        let rest = checked(&house, &rest);
        assert_eq!(house.fates(&rest), "failed failed failed");
        let values = Pattern {
            find: ".example".to_owned(),
            how: How::Contains,
            match_case: false,
            with: "@example".to_owned(),
        };
        let at = edit(Fix::Replace(values), of_problem("email_invalid", "email"));
        let (rest, _) = change(&house, &rest, &at);
        assert_eq!(house.carry_out(&rest).counts.created, 2);
        let ada = house.person("Ada Berg").user;
        assert_eq!(ada.department.as_deref(), Some("Fitter"), "the columns are the same");
        let nothing = house.add("Name,Email\nZoe Last,zoe@example.com\n");
        let refused = house.imports.begin_rest(&house.ctx, nothing.id);
        assert_eq!(refused.unwrap_err().code(), "wrong_state");
    }

    fn a_change_made_from_an_old_page_is_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let skip = edit(Fix::Skip, of_problem("phone_invalid", "phone"));
        house.imports.edit(&house.ctx, planned.id, Some(planned.rev), &skip).unwrap();
        let late = house.imports.edit(&house.ctx, planned.id, Some(planned.rev), &skip);
        assert_eq!(late.unwrap_err().code(), "changed_meanwhile");
        assert_eq!(house.imports.edits(&house.ctx, planned.id).unwrap().len(), 1);
        let started = house.imports.start(&house.ctx, planned.id, None, None);
        assert_eq!(started.unwrap_err().code(), "wrong_state", "the plan has to be made again");
    }

    fn another_format_forgets_changes_of_cells(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let skip = edit(Fix::Skip, Rows::Numbers { rows: vec![3] });
        let (planned, _) = change(&house, &planned, &skip);
        let mut settings = planned.settings.clone();
        settings.mode = import::Mode::Add;
        house.imports.configure(&house.ctx, planned.id, None, settings.clone()).unwrap();
        assert_eq!(house.fates(&checked(&house, &planned)), "failed skipped failed failed");
        settings.file.header_row = Some("none".to_owned());
        house.imports.configure(&house.ctx, planned.id, None, settings).unwrap();
        assert!(house.imports.edits(&house.ctx, planned.id).unwrap().is_empty());
    }
}

/// The downloaded text with its rows in another order, corrected, with a row and a column of its own.
fn corrected_text(file: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(file).unwrap();
    let text = text.trim_start_matches('\u{FEFF}').to_owned();
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            line.replace("a.example", "a@example")
                .replace("i.example", "i@example")
        })
        .collect();
    let [header, ada, cai] = lines.as_slice() else {
        unreachable!("two rows must be fixed: {text}");
    };
    assert!(header.ends_with(",muster_row,error"), "{header}");
    format!("Mood,{header}\nglad,{cai}\nsad,{ada}\nsad,{ada}\nnew,010,Dee New,dee@example.com,,,\n")
        .into_bytes()
}

/// The same with a workbook.
fn corrected_workbook(file: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.xlsx");
    std::fs::write(&path, file).unwrap();
    let layout = tabular::detect(&path, &tabular::ReadOptions::default()).unwrap();
    let mut reader = tabular::open(&path, &layout, &tabular::Limits::default()).unwrap();
    let line = |record: &tabular::Record| {
        let cells: Vec<String> = record.iter().map(|cell| format!("\"{cell}\"")).collect();
        cells.join(",")
    };
    let mut text = line(reader.header().unwrap()).replace('"', "");
    let mut record = tabular::Record::new();
    while reader.next(&mut record).unwrap() {
        text.push('\n');
        text.push_str(&line(&record));
    }
    corrected_text(text.into_bytes())
}
