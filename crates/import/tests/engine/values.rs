//! What cells may look like, and what they become.

use directory::fields::{self, FieldKind};
use import::Settings;
use kernel::DateOrder;
use testkit::on_both;

use crate::house::{House, general};

fn own_fields(house: &House) {
    let choices = ["Small".to_owned(), "Large".to_owned()];
    for (label, kind) in [
        ("Locker", FieldKind::Text),
        ("Points", FieldKind::Number),
        ("Birthday", FieldKind::Date),
        ("Parking", FieldKind::Bool),
        ("Shirt", FieldKind::Choice),
    ] {
        let choices: &[String] = if kind == FieldKind::Choice {
            &choices
        } else {
            &[]
        };
        house.write(|tx, ctx| fields::create(tx, ctx, label, kind, choices));
    }
}

on_both! {
    fn fields_of_the_accounts_own_are_read_by_their_kind(db: &testkit::TestDb) {
        let house = House::new(db);
        own_fields(&house);
        let done = house.add(
            "Name,Email,Locker,Points,Birthday,Parking,Shirt\n\
             Anna New,anna@example.com,B 12,1 200.5,1990-02-28,Yes,large\n",
        );
        assert_eq!(house.fates(&done), "created");
        let custom = house.person("Anna New").user.custom.unwrap();
        assert_eq!(
            custom,
            r#"{"birthday":"1990-02-28","locker":"B 12","parking":"true","points":"1200.5","shirt":"Large"}"#
        );
    }

    fn every_wrong_value_of_a_row_is_told_at_once(db: &testkit::TestDb) {
        let house = House::new(db);
        own_fields(&house);
        let done = house.import(
            "Name,Email,Phone,Language,Kind,Points,Birthday,Parking,Shirt\n\
             Ben New,ben@example.com,+27821111111,en,visitor,1,1990-02-20,yes,Small\n\
             Carl New,carl@example.com,+27822222222,de,member,1,1990-02-20,yes,Small\n\
             Dora New,dora@example.com,+27823333333,fr,visitor,1,1990-02-20,yes,Small\n\
             Anna New,anna.example.com,12,klingonese,robot,many,1990-02-30,perhaps,Medium\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created created created failed");
        assert_eq!(
            house.told(&done),
            [
                "5 email_invalid email",
                "5 phone_invalid phone",
                "5 person_kind_unknown person_kind",
                "5 language_unknown language",
                "5 number_invalid custom.points",
                "5 date_invalid custom.birthday",
                "5 bool_invalid custom.parking",
                "5 choice_unknown custom.shirt",
            ]
        );
        assert_eq!(house.people().len(), 3);
    }

    fn own_fields_can_be_changed_and_cleared_one_by_one(db: &testkit::TestDb) {
        let house = House::new(db);
        own_fields(&house);
        house.add("Name,Email,Locker,Shirt\nAnna New,anna@example.com,B12,Small\n");
        house.add("Email,Locker,Points\nanna@example.com,{empty},7\n");
        let custom = house.person("Anna New").user.custom.unwrap();
        assert_eq!(custom, r#"{"points":"7","shirt":"Small"}"#);
        house.add("Email,Shirt,Points\nanna@example.com,{empty},{empty}\n");
        assert_eq!(house.person("Anna New").user.custom, None);
    }

    fn ambiguous_dates_are_never_guessed(db: &testkit::TestDb) {
        let house = House::new(db);
        own_fields(&house);
        let file = "Name,Email,Birthday\nAnna New,anna@example.com,03/04/1990\n";
        let plan = house.plan(file, &general());
        assert_eq!(house.told(&plan), ["2 date_ambiguous custom.birthday"]);
        for (order, day) in [(DateOrder::Dmy, "1990-04-03"), (DateOrder::Mdy, "1990-03-04")] {
            let settings = Settings { date_order: Some(order), ..general() };
            let done = house.import(file, &settings);
            assert_eq!(house.told(&done), [""; 0]);
            let custom = house.person("Anna New").user.custom.unwrap();
            assert_eq!(custom, format!(r#"{{"birthday":"{day}"}}"#));
        }
    }

    fn one_certain_date_tells_the_order_of_the_others(db: &testkit::TestDb) {
        let house = House::new(db);
        own_fields(&house);
        let done = house.import(
            "Name,Email,Birthday\n\
             Anna New,anna@example.com,03/04/1990\n\
             Ben New,ben@example.com,25/04/1990\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created created");
        let custom = house.person("Anna New").user.custom.unwrap();
        assert_eq!(custom, r#"{"birthday":"1990-04-03"}"#);
    }

    fn national_numbers_need_a_country(db: &testkit::TestDb) {
        let file = "Name,Phone\nAnna New,082 123 4567\n";
        let house = House::new(db);
        let plan = house.plan(file, &general());
        assert_eq!(house.told(&plan), ["2 phone_invalid phone"]);

        let settings = Settings { default_country: Some("ZA".to_owned()), ..general() };
        house.import(file, &settings);
        assert_eq!(house.person("Anna New").user.phone.as_deref(), Some("+27821234567"));

        let house = House::with(db, Some("ZA"), None);
        house.import(file, &general());
        assert_eq!(house.person("Anna New").user.phone.as_deref(), Some("+27821234567"));
    }

    fn the_same_phone_written_twice_is_one_key(db: &testkit::TestDb) {
        let house = House::with(db, Some("ZA"), None);
        let done = house.import(
            "Name,Phone\nAnna New,082 123 4567\nBen New,0027 82 123-4567\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created failed");
        assert_eq!(house.told(&done), ["3 phone_duplicate_in_file phone"]);
    }

    fn an_unknown_country_is_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        let settings = Settings { default_country: Some("Atlantis".to_owned()), ..general() };
        let import = house.receive(&house.ctx, "Name\nAnna New\n", &settings).unwrap();
        let refusal = house
            .imports
            .check(&house.ctx, import.id, &import::Watch::nobody())
            .unwrap_err();
        assert_eq!(refusal.code(), "field_unknown");
    }

    fn formulas_are_kept_as_text_and_pointed_out(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(
            "Name,Email,Title,Notes\nAnna New,anna@example.com,=1+1,'=2+2\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created");
        assert_eq!(
            house.told(&done),
            ["2 formula_like notes", "2 formula_like title"]
        );
        let anna = house.person("Anna New").user;
        assert_eq!(anna.title.as_deref(), Some("=1+1"));
        assert_eq!(anna.notes.as_deref(), Some("=2+2"));
    }

    fn invisible_characters_are_removed_and_pointed_out(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import(
            "Name,Email\nAn\u{200B}na\u{A0}New,\u{FEFF}anna@example.com\u{200B}\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "created");
        assert_eq!(
            house.told(&done),
            ["2 invisible_characters full_name", "2 invisible_characters email"]
        );
        let anna = house.person("Anna New").user;
        assert_eq!(anna.email.as_deref(), Some("anna@example.com"));
    }

    fn spaces_around_a_value_are_counted_once(db: &testkit::TestDb) {
        let house = House::new(db);
        let settings = Settings::of(import::Preset::Roles);
        let file = "First name,Last name,Email,Role\n Anna ,,anna@example.com,user\n";
        let plan = house.plan(file, &settings);
        let groups = house.imports.problem_groups(&house.ctx, plan.id).unwrap();
        let spaces: Vec<_> = groups.iter().filter(|group| group.code == "fixed_spaces").collect();
        assert_eq!(spaces.len(), 1);
        assert_eq!((spaces[0].field.as_str(), spaces[0].rows), ("first_name", 1));
    }

    fn ragged_and_overlong_rows_are_problems_of_their_rows(db: &testkit::TestDb) {
        let house = House::new(db);
        let long = "x".repeat(501);
        let done = house.import(
            &format!(
                "Name,Email,Notes\n\
                 Anna New,anna@example.com,fine,more\n\
                 Ben New,ben@example.com\n\
                 Carl New,carl@example.com,{long}\n\
                 Dora New,dora@example.com,fine\n"
            ),
            &general(),
        );
        let told = house.told(&done);
        assert!(told.contains(&"2 too_many_columns".to_owned()), "{told:?}");
        assert!(told.contains(&"4 value_too_long notes".to_owned()), "{told:?}");
        assert_eq!(house.person("Dora New").user.notes.as_deref(), Some("fine"));
        assert!(done.counts.adds_up());
    }
}
