//! How well keys recognise people, before anything is checked.

use import::{Edit, Fix, KeyRate, KeyRates, MatchKey, Rows, Settings};
use testkit::{TestDb, on_both};

use crate::house::{House, general};

fn rates(house: &House, file: &str, settings: &Settings) -> KeyRates {
    let import = house.receive(&house.ctx, file, settings).unwrap();
    house.imports.key_rates(&house.ctx, &import).unwrap()
}

fn rate(key: MatchKey, filled: i64, known: i64, shared: i64) -> KeyRate {
    KeyRate {
        key,
        filled,
        known,
        shared,
    }
}

on_both! {
    fn keys_are_counted_as_a_check_would_read_them(db: &TestDb) {
        let house = House::new(db);
        house.add("User ID,Name,Email\nA-1,Anna,anna@example.com\nA-2,Ben,ben@example.com\n");
        let file = "User ID,Name,Email\na-1,Anna,ANNA@Example.com \nA-9,Ben,ben@example.com\n\
                    a-1,Carl,no address\n,Dora,\n";
        let found = rates(&house, file, &general());
        assert_eq!((found.rows, found.is_whole_file), (4, true));
        let expected = [rate(MatchKey::ExternalId, 3, 2, 2), rate(MatchKey::Email, 2, 2, 0)];
        assert_eq!(found.keys, expected);
    }

    fn people_of_another_account_are_not_counted(db: &TestDb) {
        House::new(db).add("Name,Email\nAnna,anna@example.com\n");
        let house = House::new(db);
        let found = rates(&house, "Name,Email\nAnna,anna@example.com\n", &general());
        assert_eq!(found.keys, [rate(MatchKey::Email, 1, 0, 0)]);
    }

    fn no_more_than_a_thousand_rows_are_looked_at(db: &TestDb) {
        use std::fmt::Write as _;
        let house = House::new(db);
        let mut file = "Name,Email\n".to_owned();
        for number in 0..1001 {
            writeln!(file, "Anna,anna{number}@example.com").unwrap();
        }
        let found = rates(&house, &file, &general());
        assert_eq!((found.rows, found.is_whole_file), (1000, false));
        assert_eq!(found.keys, [rate(MatchKey::Email, 1000, 0, 0)]);
    }

    fn what_was_set_right_counts(db: &TestDb) {
        let house = House::new(db);
        let import = house.plan("Name,Email\nAnna,anna\nBen,ben@example.com\n", &general());
        let before = house.imports.key_rates(&house.ctx, &import).unwrap();
        assert_eq!(before.keys, [rate(MatchKey::Email, 1, 0, 0)]);
        let set = Edit {
            fix: Fix::Cells { cells: vec![(1, "ben@example.com".to_owned())] },
            rows: Rows::Numbers { rows: vec![2] },
            columns: Vec::new(),
        };
        house.imports.edit(&house.ctx, import.id, None, &set).unwrap();
        let after = house.imports.key_rates(&house.ctx, &import).unwrap();
        assert_eq!(after.keys, [rate(MatchKey::Email, 2, 0, 2)]);
    }
}
