//! Whom a row is about, and which rows of a file contradict each other.

use std::fmt::Write as _;

use import::{MatchKey, Settings};
use testkit::on_both;

use crate::house::{House, Person, general};

fn two_people(house: &House) {
    let add = |first, id, email, phone| {
        house
            .create(&Person {
                first,
                last: "Known",
                external_id: Some(id),
                email: Some(email),
                phone: Some(phone),
                ..Person::default()
            })
            .unwrap();
    };
    add("Anna", "1", "anna@example.com", "+27821111111");
    add("Ben", "2", "ben@example.com", "+27822222222");
}

fn by(keys: &[MatchKey]) -> Settings {
    Settings {
        match_keys: keys.to_vec(),
        ..general()
    }
}

on_both! {
    fn any_key_finds_the_person(db: &testkit::TestDb) {
        let house = House::new(db);
        two_people(&house);
        let done = house.import(
            "User ID,Email,Phone,Title\n1,,,Lead\n,BEN@example.com,,Clerk\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "updated updated");
        assert_eq!(house.person("Anna Known").user.title.as_deref(), Some("Lead"));
        assert_eq!(house.person("Ben Known").user.title.as_deref(), Some("Clerk"));
        let done = house.import("Phone,Title\n+27 82 111 1111,Boss\n", &general());
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(house.person("Anna Known").user.title.as_deref(), Some("Boss"));
    }

    fn external_ids_are_compared_without_case(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("User ID,Name\nAB-1,Anna Known\n");
        let done = house.import("User ID,Title\nab-1,Lead\n", &general());
        assert_eq!(house.fates(&done), "updated");
        let again = house.import("User ID,Name\nx-1,Carl New\nX-1,Dora New\n", &general());
        assert_eq!(house.fates(&again), "created failed");
        assert_eq!(house.told(&again), ["3 user_id_duplicate external_id"]);
    }

    fn keys_of_two_people_are_a_conflict(db: &testkit::TestDb) {
        let house = House::new(db);
        two_people(&house);
        let done = house.import("User ID,Email,Title\n1,ben@example.com,Lead\n", &general());
        assert_eq!(house.fates(&done), "failed");
        assert_eq!(house.told(&done), ["2 key_conflict email"]);
        assert_eq!(house.person("Anna Known").user.title, None);
    }

    fn a_key_that_is_not_matched_by_may_not_be_somebody_elses(db: &testkit::TestDb) {
        let house = House::new(db);
        two_people(&house);
        let file = "User ID,Name,Email,Phone\n\
                    1,Anna Known,ben@example.com,\n\
                    3,Carl New,,+27822222222\n";
        let done = house.import(file, &by(&[MatchKey::ExternalId]));
        assert_eq!(house.fates(&done), "failed failed");
        assert_eq!(house.told(&done), ["2 email_exists email", "3 phone_exists phone"]);
        let file = "User ID,Name,Email\n2,Anna Known,anna@example.com\n";
        let done = house.import(file, &by(&[MatchKey::Email]));
        assert_eq!(house.told(&done), ["2 user_id_duplicate external_id"]);
    }

    fn identical_rows_count_once(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Name,Email\nAnna New,anna@example.com\nAnna New,anna@example.com\n";
        let done = house.import(file, &general());
        assert_eq!(house.fates(&done), "created skipped");
        assert_eq!(house.told(&done), ["3 row_duplicate_in_file"]);
        assert_eq!(house.names(), ["Anna New"]);
    }

    fn the_first_of_contradicting_rows_wins(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Name,Email,Phone\n\
                    Anna New,anna@example.com,+27821111111\n\
                    Other Name,anna@example.com,+27822222222\n\
                    Third Name,third@example.com,+27821111111\n";
        let done = house.import(file, &general());
        assert_eq!(house.fates(&done), "created failed failed");
        assert_eq!(
            house.told(&done),
            ["3 email_duplicate_in_file email", "4 phone_duplicate_in_file phone"]
        );
        assert_eq!(house.names(), ["Anna New"]);
    }

    fn a_bad_row_does_not_take_a_key(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Name,Email,Phone\n\
                    Anna New,anna@example.com,12\n\
                    Anna Right,anna@example.com,+27821111111\n";
        let done = house.import(file, &general());
        assert_eq!(house.fates(&done), "failed created");
        assert_eq!(house.told(&done), ["2 phone_invalid phone"]);
        assert_eq!(house.names(), ["Anna Right"]);
    }

    fn two_rows_about_one_person_through_different_keys_are_a_conflict(db: &testkit::TestDb) {
        let house = House::new(db);
        two_people(&house);
        let file = "User ID,Email,Title\n1,,Lead\n,anna@example.com,Clerk\n";
        let done = house.import(file, &general());
        assert_eq!(house.fates(&done), "updated failed");
        assert_eq!(house.told(&done), ["3 key_conflict email"]);
        assert_eq!(house.person("Anna Known").user.title.as_deref(), Some("Lead"));
    }

    fn a_known_person_twice_is_told_once(db: &testkit::TestDb) {
        let house = House::new(db);
        two_people(&house);
        let file = "Email,Title\nanna@example.com,Lead\nanna@example.com,Clerk\n";
        let done = house.import(file, &general());
        assert_eq!(house.fates(&done), "updated failed");
        assert_eq!(house.told(&done), ["3 email_duplicate_in_file email"]);
    }

    fn a_new_person_without_any_key_is_pointed_out(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import("Name\nAnna New\n", &general());
        assert_eq!(house.fates(&done), "created");
        assert_eq!(house.told(&done), ["2 key_missing"]);
    }

    fn names_are_never_a_key(db: &testkit::TestDb) {
        let house = House::new(db);
        two_people(&house);
        let done = house.import("Name,Title\nAnna Known,Lead\n", &general());
        assert_eq!(house.fates(&done), "created");
        assert_eq!(house.people().len(), 3);
    }

    fn large_directories_are_looked_up_and_small_ones_sorted_alike(db: &testkit::TestDb) {
        let house = House::new(db);
        let mut file = "User ID,Name,Email\n".to_owned();
        for number in 0..60 {
            writeln!(file, "{number},Person {number},p{number}@example.com").unwrap();
        }
        house.add(&file);
        // Few keys against many people, and as many keys as people.
        let few = house.plan("User ID,Email,Title\n7,p7@example.com,Lead\n8,p9@example.com,No\n", &general());
        assert_eq!(house.fates(&few), "updated failed");
        assert_eq!(house.told(&few), ["3 key_conflict email"]);
        let many = house.plan(&file, &general());
        assert_eq!(many.counts.unchanged, 60);
    }
}
