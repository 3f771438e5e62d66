//! Rows in the order of a column, and pages of rows forth and back.

use std::fmt::Write as _;

use import::{CellFilter, Edit, Fix, How, Import, Outcome, RowFilter, RowPage, Rows, Sort, Watch};
use testkit::on_both;

use crate::house::{House, general};

const STAFF: &str = "Name,Email,Title\n\
                     Zoe Berg,zoe.example.com,10\n\
                     ada Cole,ada@example.com,9\n\
                     Cai Dorn,cai.example.com,\n\
                     Bea Evans,bea@example.com,Fitter\n\
                     Émile Fox,emile@example.com,100\n";

fn sorted(by: &str) -> RowFilter {
    RowFilter {
        sort: Sort::parse(by),
        limit: 500,
        ..RowFilter::default()
    }
}

fn page(house: &House, import: &Import, filter: &RowFilter) -> RowPage {
    house
        .imports
        .row_page(&house.ctx, import.id, filter)
        .unwrap()
}

fn numbers(page: &RowPage) -> Vec<u64> {
    page.rows.iter().map(|row| row.row).collect()
}

fn check(house: &House, import: &Import) -> Import {
    house
        .imports
        .check(&house.ctx, import.id, &Watch::nobody())
        .unwrap()
}

/// A file of many rows, of which every third cannot be imported.
fn many(rows: u64) -> String {
    let mut text = String::from("Name,Email\n");
    for row in 0..rows {
        let at = if row % 3 == 0 { "." } else { "@" };
        writeln!(text, "Person {row},p{row}{at}example.com").unwrap();
    }
    text
}

on_both! {
    fn rows_are_sorted_by_any_column_with_nothing_last(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let order = |by: &str| numbers(&page(&house, &planned, &sorted(by)));
        assert_eq!(order("0"), [3, 5, 4, 2, 6], "letters by their own order, small as capital");
        assert_eq!(order("-0"), [6, 2, 4, 5, 3]);
        assert_eq!(order("2"), [3, 2, 6, 5, 4], "numbers by size, then texts, then nothing");
        assert_eq!(order("-2"), [5, 6, 2, 3, 4], "nothing comes last either way");
        assert_eq!(order("-row"), [6, 5, 4, 3, 2]);
        assert_eq!(order("outcome"), [2, 4, 3, 5, 6], "what cannot be imported comes first");
        assert_eq!(page(&house, &planned, &sorted("0")).total, Some(5));
        assert_eq!(order("77"), [2, 3, 4, 5, 6], "a column that is not there");
    }

    fn an_order_holds_within_every_filter(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let mut filter = sorted("-0");
        filter.outcome = Some(Outcome::Created);
        assert_eq!(numbers(&page(&house, &planned, &filter)), [6, 5, 3]);
        filter = RowFilter { code: Some("email_invalid".to_owned()), ..sorted("0") };
        let faulty = page(&house, &planned, &filter);
        assert_eq!((numbers(&faulty), faulty.total), (vec![4, 2], Some(2)));
        assert_eq!(faulty.rows[0].problems[0].code, "email_invalid");
        let cell = CellFilter { column: Some(1), how: How::Contains, text: "E@".to_owned() };
        filter = RowFilter { cell: Some(cell), ..sorted("0") };
        assert_eq!(numbers(&page(&house, &planned, &filter)), [6]);
    }

    fn an_order_is_made_again_when_cells_change(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(STAFF, &general());
        let filter = sorted("0");
        let is_sorted = |import: &Import| house.imports.is_sorted(&house.ctx, import.id, &filter).unwrap();
        assert!(!is_sorted(&planned));
        assert!(house.imports.sort_rows(&house.ctx, planned.id, &filter).unwrap());
        assert!(is_sorted(&planned));
        let action = Edit {
            fix: Fix::Cells { cells: vec![(0, "Aaron Berg".to_owned())] },
            rows: Rows::Numbers { rows: vec![2] },
            columns: Vec::new(),
        };
        house.imports.edit(&house.ctx, planned.id, None, &action).unwrap();
        let planned = check(&house, &planned);
        assert!(!is_sorted(&planned));
        assert_eq!(numbers(&page(&house, &planned, &filter)), [2, 3, 5, 4, 6]);
    }

    fn pages_go_forth_and_back_over_every_row_once(db: &testkit::TestDb) {
        let house = House::new(db);
        let planned = house.plan(&many(700), &general());
        let cell = CellFilter { column: Some(0), how: How::Contains, text: "7".to_owned() };
        let filters = [
            RowFilter::default(),
            RowFilter { outcome: Some(Outcome::Created), ..RowFilter::default() },
            RowFilter { code: Some("email_invalid".to_owned()), ..RowFilter::default() },
            RowFilter { cell: Some(cell), outcome: Some(Outcome::Failed), ..RowFilter::default() },
            sorted("-0"),
        ];
        for filter in filters {
            let whole = numbers(&page(&house, &planned, &RowFilter { limit: 500, ..filter.clone() }));
            let mut forth = vec![page(&house, &planned, &RowFilter { limit: 20, ..filter.clone() })];
            while forth.len() * 20 < whole.len() {
                let last = forth.last().unwrap();
                let after = match filter.sort {
                    Some(_) => last.after + 20,
                    None => last.rows.last().unwrap().row,
                };
                forth.push(page(&house, &planned, &RowFilter { after, limit: 20, ..filter.clone() }));
            }
            let pages: Vec<Vec<u64>> = forth.iter().map(numbers).collect();
            assert_eq!(pages.concat().get(..whole.len()), Some(&*whole), "{filter:?}");
            for (place, next) in forth.iter().enumerate().skip(1) {
                let before = match filter.sort {
                    Some(_) => next.after,
                    None => next.rows[0].row,
                };
                let back = RowFilter { before: Some(before), limit: 20, ..filter.clone() };
                let back = page(&house, &planned, &back);
                assert_eq!(numbers(&back), pages[place - 1], "{filter:?}");
                assert_eq!(back.after == 0, place == 1, "the first page is known: {filter:?}");
            }
        }
    }

    fn a_page_of_rows_with_a_problem_is_full_though_rows_have_it_twice(db: &testkit::TestDb) {
        let house = House::new(db);
        let mut text = String::from("Name,Email,Groups\n");
        for row in 0..10 {
            writeln!(text, "P {row},p{row}@example.com,\"Nowhere; Nobody; Nothing\"").unwrap();
        }
        let mut settings = general();
        settings.unknown_group = import::UnknownGroup::Error;
        let planned = house.plan(&text, &settings);
        let filter = RowFilter { code: Some("group_unknown".to_owned()), limit: 4, ..RowFilter::default() };
        assert_eq!(numbers(&page(&house, &planned, &filter)), [2, 3, 4, 5]);
    }
}
