//! Rows that somebody selected: taken away as a file, brought back, or imported alone.

use import::{Edit, Fix, Outcome, Rows};
use testkit::on_both;

use crate::house::{House, general};

const STAFF: &str = "Name,Email,Title\n\
                     Ada Berg,ada.example.com,Fitter\n\
                     Ben Cole,ben@example.com,Welder\n\
                     Cai Dorn,cai@example.com,Welder\n";

fn numbers(rows: &[u64]) -> Rows {
    Rows::Numbers {
        rows: rows.to_vec(),
    }
}

on_both! {
    fn selected_rows_are_taken_away_as_they_are_now_and_come_back(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let title = Edit {
            fix: Fix::Set { value: "Turner".to_owned() },
            rows: numbers(&[3]),
            columns: vec![2],
        };
        house.imports.edit(&house.ctx, planned.id, None, &title).unwrap();
        house.imports.check(&house.ctx, planned.id, &import::Watch::nobody()).unwrap();
        let text = |rows: &Rows| {
            let mut out = Vec::new();
            house.imports.download_rows(&house.ctx, planned.id, rows, false, &mut out).map(|()| {
                String::from_utf8(out).unwrap().trim_start_matches('\u{FEFF}').to_owned()
            })
        };
        let two = text(&numbers(&[3, 2, 3])).unwrap();
        let lines: Vec<&str> = two.lines().collect();
        assert_eq!(lines[0], "Name,Email,Title,muster_row,error");
        assert!(lines[1].starts_with("Ada Berg,ada.example.com,Fitter,i1r2,\"Email: "), "{two}");
        assert_eq!(lines[2], "Ben Cole,ben@example.com,Turner,i1r3,");
        assert_eq!(lines.len(), 3);
        let new = text(&Rows::with_outcome(Outcome::Created)).unwrap();
        assert_eq!(new.lines().count(), 3, "{new}");
        assert_eq!(text(&numbers(&[])).unwrap_err().code(), "row_unknown");
        assert_eq!(text(&numbers(&[99])).unwrap_err().code(), "row_unknown");

        let corrected = two.replace("ada.example", "ada@example");
        let came = house
            .imports
            .correct(&house.ctx, planned.id, None, "rows.csv", &mut corrected.as_bytes())
            .unwrap();
        assert_eq!((came.found, came.unknown), (2, 0));
        house.imports.check(&house.ctx, planned.id, &import::Watch::nobody()).unwrap();
        assert_eq!(house.fates(&planned), "created created created");
    }

    fn rows_are_wanted_alone_in_several_steps_until_all_are(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let check = || {
            house.imports.check(&house.ctx, planned.id, &import::Watch::nobody()).unwrap();
            house.fates(&planned)
        };
        let only = |rows: &Rows| house.imports.pick_only(&house.ctx, planned.id, None, rows);
        assert_eq!(only(&numbers(&[])).unwrap_err().code(), "row_unknown");
        only(&numbers(&[3])).unwrap();
        assert_eq!(check(), "skipped created skipped");
        only(&numbers(&[4, 3])).unwrap();
        assert_eq!(check(), "skipped created created");
        house.imports.pick_all(&house.ctx, planned.id, None).unwrap();
        assert_eq!(check(), "failed created created");
        only(&Rows::with_outcome(Outcome::Created)).unwrap();
        assert_eq!(check(), "skipped created created");
        let late = house.imports.pick_only(&house.ctx, planned.id, Some(planned.rev), &Rows::All);
        assert_eq!(late.unwrap_err().code(), "changed_meanwhile");
    }
}
