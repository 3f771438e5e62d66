//! Adding, updating, and what happens to known people and blank cells.

use import::{Existing, Mode, Preset, Settings};
use testkit::on_both;

use crate::house::{House, general};

const KNOWN: &str = "User ID,Name,Email,Title,Department\n\
                     1,Anna Known,anna@example.com,Clerk,\n";
const FILE: &str = "User ID,Name,Email,Title,Department\n\
                    1,Anna Changed,anna@example.com,Lead,Facilities\n\
                    2,Ben New,ben@example.com,Clerk,Facilities\n";

fn with(mode: Mode, existing: Existing) -> Settings {
    Settings {
        mode,
        existing,
        ..general()
    }
}

on_both! {
    fn each_mode_does_with_known_people_what_it_says(db: &testkit::TestDb) {
        let cases = [
            (Mode::AddUpdate, Existing::Overwrite, "updated created", "Anna Changed", "Lead", Some("Facilities")),
            (Mode::AddUpdate, Existing::Keep, "updated created", "Anna Known", "Clerk", Some("Facilities")),
            (Mode::AddUpdate, Existing::Skip, "skipped created", "Anna Known", "Clerk", None),
            (Mode::Add, Existing::Overwrite, "skipped created", "Anna Known", "Clerk", None),
            (Mode::Update, Existing::Overwrite, "updated skipped", "Anna Changed", "Lead", Some("Facilities")),
            (Mode::Update, Existing::Keep, "updated skipped", "Anna Known", "Clerk", Some("Facilities")),
            (Mode::Update, Existing::Skip, "skipped skipped", "Anna Known", "Clerk", None),
        ];
        for (mode, existing, fates, name, title, department) in cases {
            let house = House::new(db);
            house.add(KNOWN);
            let done = house.import(FILE, &with(mode, existing));
            assert_eq!(house.fates(&done), fates, "{mode:?} {existing:?}");
            let anna = house.person(name).user;
            assert_eq!(anna.title.as_deref(), Some(title), "{mode:?} {existing:?}");
            assert_eq!(anna.department.as_deref(), department, "{mode:?} {existing:?}");
            assert!(done.counts.adds_up());
        }
    }

    fn skipped_rows_say_why(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add(KNOWN);
        let done = house.import(FILE, &with(Mode::Add, Existing::Overwrite));
        assert_eq!(house.told(&done), ["2 exists"]);
        let house = House::new(db);
        house.add(KNOWN);
        let done = house.import(FILE, &with(Mode::Update, Existing::Overwrite));
        assert_eq!(house.told(&done), ["3 not_found"]);
    }

    fn blank_cells_leave_and_the_word_empty_clears(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add(
            "User ID,Name,Email,Phone,Notes,Title,Groups\n\
             1,Anna Known,anna@example.com,+27821111111,Unit 1,Clerk,Field\n",
        );
        let done = house.import(
            "User ID,Name,Email,Phone,Notes,Title,Groups\n1,,,,,,\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "unchanged");
        let done = house.import(
            "User ID,Name,Email,Phone,Notes,Title,Groups\n\
             1,,{empty},{EMPTY},{empty},{empty},{empty}\n",
            &general(),
        );
        assert_eq!((house.fates(&done).as_str(), house.told(&done).len()), ("updated", 0));
        let anna = house.person("Anna Known");
        let user = &anna.user;
        assert_eq!((&user.email, &user.email_key, &user.phone), (&None, &None, &None));
        assert_eq!((&user.notes, &user.title), (&None, &None));
        assert!(anna.groups.is_empty());
    }

    fn a_name_or_role_cannot_be_cleared(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add("User ID,Name,Role,Kind\n1,Anna Known,manager,visitor\n");
        let done = house.import(
            "User ID,First name,Last name,Role,Kind\n1,{empty},{empty},{empty},{empty}\n",
            &general(),
        );
        assert_eq!(house.fates(&done), "unchanged");
        let anna = house.person("Anna Known").user;
        assert_eq!((anna.role.as_str(), anna.person_kind.as_str()), ("manager", "visitor"));
    }

    fn defaults_fill_what_the_file_does_not(db: &testkit::TestDb) {
        let house = House::new(db);
        let settings = Settings {
            defaults: vec![
                ("department".to_owned(), "Facilities".to_owned()),
                ("title".to_owned(), "Clerk".to_owned()),
                ("groups".to_owned(), "Field".to_owned()),
            ],
            ..general()
        };
        let done = house.import(
            "Name,Email,Title\nAnna New,anna@example.com,Lead\nBen New,ben@example.com,\n",
            &settings,
        );
        assert_eq!(house.fates(&done), "created created");
        let (anna, ben) = (house.person("Anna New"), house.person("Ben New"));
        assert_eq!(anna.user.title.as_deref(), Some("Lead"));
        assert_eq!(ben.user.title.as_deref(), Some("Clerk"));
        assert_eq!(ben.user.department.as_deref(), Some("Facilities"));
        assert_eq!(anna.groups[0].2, "Field");
    }

    fn an_unknown_default_is_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        let settings = Settings {
            defaults: vec![("favourite".to_owned(), "blue".to_owned())],
            ..general()
        };
        let import = house.receive(&house.ctx, "Name\nAnna New\n", &settings).unwrap();
        let refusal = house
            .imports
            .check(&house.ctx, import.id, &import::Watch::nobody())
            .unwrap_err();
        assert_eq!(refusal.code(), "field_unknown");
    }

    fn a_new_person_needs_a_name(db: &testkit::TestDb) {
        let house = House::new(db);
        let done = house.import("Name,Email\n,anna@example.com\n", &general());
        assert_eq!(house.told(&done), ["2 name_missing full_name"]);
        let file = "First name,Last name,Email\n,,anna@example.com\nCher,,cher@example.com\n";
        let done = house.import(file, &general());
        assert_eq!(house.told(&done), ["2 name_missing first_name"]);
        assert_eq!(house.names(), ["Cher"]);
    }

    fn presets_ask_for_their_fields(db: &testkit::TestDb) {
        let house = House::new(db);
        let refused = |preset, file: &str| {
            let settings = Settings::of(preset);
            let refusal = house
                .receive(&house.ctx, file, &settings)
                .and_then(|import| {
                    house.imports.check(&house.ctx, import.id, &import::Watch::nobody())
                })
                .unwrap_err();
            refusal.code().to_owned()
        };
        let no_email = "Name,Groups\nAnna New,Field\n";
        assert_eq!(refused(Preset::Team, no_email), "required_field_unmapped");
        let no_role = "First name,Last name,Email\nAnna,New,anna@example.com\n";
        assert_eq!(refused(Preset::Roles, no_role), "required_field_unmapped");

        let team = Settings::of(Preset::Team);
        let done = house.plan("Name,Email,Groups\n,,Field\nBen New,,Field\n", &team);
        assert_eq!(
            house.told(&done),
            ["2 name_missing full_name", "2 email_missing email", "3 email_missing email"]
        );
        let roles = Settings::of(Preset::Roles);
        let file = "First name,Last name,Email,Phone,Role,Teams\n\
                    Anna,New,anna@example.com,,,\n\
                    Ben,,,,King,\n";
        let plan = house.plan(file, &roles);
        assert_eq!(
            house.told(&plan),
            [
                "2 role_missing role",
                "3 name_missing last_name",
                "3 email_missing email",
                "3 role_unknown role"
            ]
        );
    }
}
