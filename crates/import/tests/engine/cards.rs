//! Card numbers, their validity, and what becomes of the card a person had.

use directory::cards::{Issuing, Selection, Validity, begin, register};
use import::{CardHeld, Existing, Settings};
use kernel::CardRadix;
use testkit::on_both;

use crate::house::{House, general};

/// Number, type, state, start and end of each card.
fn cards(house: &House, name: &str) -> Vec<String> {
    let mut all: Vec<_> = house
        .person(name)
        .cards
        .iter()
        .map(|card| format!("{} {} {}", card.number, card.card_type, card.state))
        .collect();
    all.sort();
    all
}

on_both! {
    fn decimal_and_hex_are_one_number(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID\nAnna New,anna@example.com,3735928559\n");
        assert_eq!(cards(&house, "Anna New"), ["DEADBEEF mobile reserved"]);
        let hex = Settings { card_radix: CardRadix::Hex, ..general() };
        let done = house.import(
            "Name,Email,Card ID\n\
             Anna New,anna@example.com,0xde:ad:be:ef\n\
             Ben New,ben@example.com,00DEADBEEF\n\
             Carl New,carl@example.com,xyz\n\
             Dora New,dora@example.com,00\n",
            &hex,
        );
        assert_eq!(house.fates(&done), "unchanged failed failed failed");
        let told = house.told(&done);
        assert!(told.contains(&"3 card_id_duplicate card_id".to_owned()), "{told:?}");
        assert!(told.contains(&"4 card_id_invalid card_id".to_owned()), "{told:?}");
        assert!(told.contains(&"5 card_id_invalid card_id".to_owned()), "{told:?}");
    }

    fn a_card_in_use_is_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID\nAnna New,anna@example.com,77\n");
        let refuse = Settings { card_held: CardHeld::Refuse, ..general() };
        let done = house.import("Name,Email,Card ID\nBen New,ben@example.com,77\n", &refuse);
        assert_eq!(house.fates(&done), "failed");
        assert_eq!(house.told(&done), ["2 card_id_in_use card_id"]);
    }

    fn a_new_card_takes_the_place_of_the_old_one(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID\nAnna New,anna@example.com,1\n");
        let keep = Settings { existing: Existing::Keep, ..general() };
        let done = house.import("Email,Card ID\nanna@example.com,2\n", &keep);
        assert_eq!(house.fates(&done), "unchanged");
        let done = house.import("Email,Card ID,Card type\nanna@example.com,2,RF\n", &general());
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(cards(&house, "Anna New"), ["1 mobile revoked", "2 rf reserved"]);
        // A dead card's number is free again.
        let done = house.import("Name,Email,Card ID\nBen New,ben@example.com,1\n", &general());
        assert_eq!(house.fates(&done), "created");
        assert_eq!(cards(&house, "Ben New"), ["1 mobile reserved"]);
    }

    fn undo_gives_the_old_card_back(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID\nAnna New,anna@example.com,1\n");
        let done = house.import("Email,Card ID\nanna@example.com,2\n", &general());
        house.undo(&done);
        assert_eq!(cards(&house, "Anna New"), ["1 mobile reserved"]);
    }

    fn the_word_empty_takes_the_card_away(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID,Card end\nAnna New,anna@example.com,1,2030-01-01\n");
        let done = house.import("Email,Card ID,Card end\nanna@example.com,1,{empty}\n", &general());
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(house.person("Anna New").cards[0].ends_at, None);
        let done = house.import("Email,Card ID\nanna@example.com,{empty}\n", &general());
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(cards(&house, "Anna New"), ["1 mobile revoked"]);
        let again = house.import("Email,Card ID\nanna@example.com,{empty}\n", &general());
        assert_eq!(house.fates(&again), "unchanged");
    }

    fn validity_is_of_whole_days_in_the_sites_zone(db: &testkit::TestDb) {
        let house = House::with(db, None, Some("Africa/Johannesburg"));
        let settings = Settings {
            card_start: Some("2026-01-01".to_owned()),
            card_end: Some("2026-12-31".to_owned()),
            ..general()
        };
        let done = house.import(
            "Name,Email,Card ID,Card start,Card end\n\
             Anna New,anna@example.com,1,,\n\
             Ben New,ben@example.com,2,2026-02-01,2026-02-01\n\
             Carl New,carl@example.com,3,2026-03-02,2026-03-01\n\
             Dora New,dora@example.com,4,2020-01-01,2021-01-01\n",
            &settings,
        );
        assert_eq!(house.fates(&done), "created created failed created");
        assert_eq!(house.told(&done), ["4 date_order card_end", "5 date_past card_end"]);
        let validity = |name: &str| {
            let card = house.person(name).cards.remove(0);
            (card.starts_at.unwrap().to_string(), card.ends_at.unwrap().to_string())
        };
        assert_eq!(
            validity("Anna New"),
            ("2025-12-31T22:00:00Z".to_owned(), "2026-12-31T21:59:59Z".to_owned())
        );
        assert_eq!(
            validity("Ben New"),
            ("2026-01-31T22:00:00Z".to_owned(), "2026-02-01T21:59:59Z".to_owned())
        );
    }

    fn what_was_issued_since_stays_when_the_import_is_undone(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID\nAnna New,anna@example.com,1\n");
        let done = house.import(
            "Name,Email,Card ID\nAnna New,anna@example.com,2\nBen New,ben@example.com,3\nCarl New,carl@example.com,4\n",
            &general(),
        );
        let picks = ["Anna New", "Ben New"].map(|name| house.person(name).user.id);
        let issuing = Issuing {
            selection: Selection::People(picks.into()),
            validity: Validity::default(),
        };
        house.write(|tx, ctx| begin(tx, ctx, &issuing));
        register(house.runner()).run_all_due().unwrap();
        assert_eq!(cards(&house, "Ben New"), ["3 mobile issued"]);
        house.undo(&done);
        assert_eq!(cards(&house, "Anna New"), ["1 mobile revoked", "2 mobile issued"]);
        assert_eq!(cards(&house, "Ben New"), ["3 mobile issued"]);
        assert!(!house.names().contains(&"Carl New".to_owned()));
        // A later file may still take the card's place; the history of the old one stays.
        house.import("Email,Card ID\nanna@example.com,5\n", &general());
        assert_eq!(cards(&house, "Anna New"), ["1 mobile revoked", "2 mobile revoked", "5 mobile reserved"]);
    }

    fn a_file_may_use_the_number_of_a_card_that_is_over(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("Name,Email,Card ID,Card end\nAnna New,anna@example.com,1,2025-07-01\n");
        house.wait(60);
        let done = house.import("Name,Email,Card ID\nBen New,ben@example.com,1\n", &general());
        assert_eq!(house.fates(&done), "created");
        assert_eq!(cards(&house, "Anna New"), ["1 mobile expired"]);
        assert_eq!(cards(&house, "Ben New"), ["1 mobile reserved"]);
    }
}
