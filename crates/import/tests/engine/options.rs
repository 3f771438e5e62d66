//! What is done with single fields: whose value counts, blank cells, lists, joined and split columns.

use directory::{devices, groups, groups::GroupKind};
use import::{
    Blank, Existing, FieldOptions, ListWay, Settings, SplitRule, Way,
    fields::Field,
    mapping::{Confidence, Split, SplitAt},
};
use testkit::on_both;

use crate::house::{House, general};

fn with(options: Vec<FieldOptions>) -> Settings {
    Settings {
        options,
        ..general()
    }
}

fn existing(field: Field, way: Way) -> FieldOptions {
    FieldOptions {
        existing: Some(way),
        ..FieldOptions::of(&field)
    }
}

fn list(field: Field, list: ListWay) -> FieldOptions {
    FieldOptions {
        list,
        ..FieldOptions::of(&field)
    }
}

fn cleared(field: Field) -> FieldOptions {
    FieldOptions {
        blank: Blank::Clear,
        ..FieldOptions::of(&field)
    }
}

fn joined(field: Field, separator: &str) -> FieldOptions {
    FieldOptions {
        join: Some(separator.to_owned()),
        ..FieldOptions::of(&field)
    }
}

fn split(header: &str, before: &str, separator: &str, at: SplitAt, after: &str) -> SplitRule {
    let [header, before, separator, after] = [header, before, separator, after].map(str::to_owned);
    SplitRule {
        header,
        before,
        separator,
        at,
        after,
    }
}

fn group_names(house: &House, name: &str) -> Vec<String> {
    let mut names: Vec<_> = house
        .person(name)
        .groups
        .into_iter()
        .map(|group| group.2)
        .collect();
    names.sort();
    names
}

const ANNA: &str = "Name,Email,Title,Department,Notes,Groups\n\
    Anna New,anna@example.com,Boss,,Old notes,Berlin;Kiel\n";
const CHANGES: &str = "Name,Email,Title,Department,Notes,Groups\n\
    Anna New,anna@example.com,Chief,Field,New notes,Bonn\n";

fn title_department_notes(house: &House) -> [String; 3] {
    let user = house.person("Anna New").user;
    [user.title, user.department, user.notes].map(Option::unwrap_or_default)
}

on_both! {
    fn each_field_of_a_known_person_follows_its_own_rule(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add(ANNA);
        let settings = with(vec![
            existing(Field::Title, Way::Ours),
            existing(Field::Notes, Way::Blank),
            existing(Field::Groups, Way::Ours),
        ]);
        let plan = house.plan(CHANGES, &settings);
        assert_eq!(plan.plan.as_ref().unwrap().new_groups, [""; 0]);
        let done = house.carry_out(&plan);
        assert_eq!(title_department_notes(&house), ["Boss", "Field", "Old notes"]);
        assert_eq!(group_names(&house, "Anna New"), ["Berlin", "Kiel"]);
        house.undo(&done);
        assert_eq!(title_department_notes(&house), ["Boss", "", "Old notes"]);
        assert_eq!(house.fates(&house.plan(CHANGES, &with(vec![
            existing(Field::Title, Way::Ours),
            existing(Field::Department, Way::Ours),
            existing(Field::Notes, Way::Blank),
            existing(Field::Groups, Way::Blank),
        ]))), "unchanged");
    }

    fn one_field_can_follow_the_file_while_people_are_left_alone(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add(ANNA);
        let settings = Settings {
            existing: Existing::Skip,
            ..with(vec![existing(Field::Notes, Way::File)])
        };
        let done = house.import(CHANGES, &settings);
        assert_eq!(house.fates(&done), "updated");
        assert_eq!(title_department_notes(&house), ["Boss", "", "New notes"]);
        assert_eq!(group_names(&house, "Anna New"), ["Berlin", "Kiel"]);
        let plain = Settings { existing: Existing::Skip, ..general() };
        assert_eq!(house.fates(&house.plan(CHANGES, &plain)), "skipped");
    }

    fn a_blank_cell_clears_only_where_it_shall(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add(ANNA);
        let file = "Email,Title,Notes,Groups,Groups\nanna@example.com,,,,\n";
        assert_eq!(house.fates(&house.plan(file, &general())), "unchanged");
        let done = house.import(file, &with(vec![cleared(Field::Title), cleared(Field::Groups)]));
        assert_eq!(title_department_notes(&house), ["", "", "Old notes"]);
        assert_eq!(group_names(&house, "Anna New"), [""; 0]);
        house.undo(&done);
        assert_eq!(title_department_notes(&house), ["Boss", "", "Old notes"]);
        assert_eq!(group_names(&house, "Anna New"), ["Berlin", "Kiel"]);
        // One of two columns has a name: the list is not blank.
        house.import(
            "Email,Groups,Groups\nanna@example.com,Bonn,\n",
            &with(vec![cleared(Field::Groups)]),
        );
        assert_eq!(group_names(&house, "Anna New"), ["Berlin", "Bonn", "Kiel"]);
    }

    fn lists_are_replaced_or_taken_away(db: &testkit::TestDb) {
        let house = House::new(db);
        house.add(ANNA);
        let replaced = house.import(
            "Email,Groups\nanna@example.com,Kiel;Bonn\n",
            &with(vec![list(Field::Groups, ListWay::Replace)]),
        );
        assert_eq!(group_names(&house, "Anna New"), ["Bonn", "Kiel"]);
        house.undo(&replaced);
        assert_eq!(group_names(&house, "Anna New"), ["Berlin", "Kiel"]);
        let file = "Name,Email,Groups\n\
            Anna New,anna@example.com,KIEL;Nowhere\n\
            Ben New,ben@example.com,Berlin\n\
            Ben Other,other@example.com,\n";
        let plan = house.plan(file, &with(vec![list(Field::Groups, ListWay::Remove)]));
        assert_eq!(house.told(&plan), ["2 group_unknown groups"]);
        assert_eq!(house.fates(&plan), "updated created created");
        assert_eq!(plan.plan.as_ref().unwrap().new_groups, [""; 0]);
        house.carry_out(&plan);
        assert_eq!(group_names(&house, "Anna New"), ["Berlin"]);
        assert_eq!(group_names(&house, "Ben New"), [""; 0]);
    }

    fn access_is_replaced_and_taken_away_too(db: &testkit::TestDb) {
        let house = House::new(db);
        for name in ["Gate", "Door"] {
            house.write(|tx, ctx| devices::create(tx, ctx, name));
        }
        house.add("Name,Email,Devices\nAnna New,anna@example.com,Gate;Door\n");
        let file = "Email,Devices\nanna@example.com,Gate\n";
        let settings = with(vec![list(Field::Devices, ListWay::Remove)]);
        let done = house.import(file, &settings);
        assert_eq!(house.person("Anna New").grants.len(), 1);
        house.undo(&done);
        assert_eq!(house.person("Anna New").grants.len(), 2);
        house.import(file, &with(vec![existing(Field::Devices, Way::Ours), list(Field::Devices, ListWay::Replace)]));
        assert_eq!(house.person("Anna New").grants.len(), 1);
    }

    fn columns_are_joined_and_remembered_so(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "First name,Middle,Last name,Email\n\
            Anna,Maria,New,anna@example.com\n\
            Ben,,New,ben@example.com\n";
        let map = vec![("Middle".to_owned(), "first_name".to_owned())];
        let both = [("First name".to_owned(), "first_name".to_owned()), map[0].clone()];
        let twice = Settings { map: both.to_vec(), ..general() };
        assert_eq!(
            house.receive(&house.ctx, file, &twice).unwrap_err().code(),
            "column_mapped_twice"
        );
        let settings = Settings { map, ..with(vec![joined(Field::FirstName, " ")]) };
        house.import(file, &settings);
        assert_eq!(house.names(), ["Anna Maria New", "Ben New"]);
        let again = house.plan(&file.replace("Maria", "Marie"), &general());
        assert_eq!(house.fates(&again), "updated unchanged");
        assert_eq!(again.mapping.unwrap().columns[1].confidence, Confidence::Remembered);
    }

    fn a_column_is_split_and_remembered_so(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Who,Email\n\"New, Anna Maria\",anna@example.com\nCher,cher@example.com\n";
        let settings = Settings {
            splits: vec![split("Who", "last_name", ",", SplitAt::First, "first_name")],
            ..general()
        };
        let done = house.import(file, &settings);
        assert_eq!(house.names(), ["Anna Maria New", "Cher"]);
        assert_eq!(house.person("Anna Maria New").user.last_name, "New");
        assert_eq!(house.told(&done), [""; 0]);
        let again = house.plan(file, &general());
        assert_eq!(house.fates(&again), "unchanged unchanged");
    }

    fn a_column_is_split_by_hand(db: &testkit::TestDb) {
        let house = House::new(db);
        let file = "Who,Email\nAnna Maria New,anna@example.com\n";
        let import = house.receive(&house.ctx, file, &general()).unwrap();
        let split = |field, separator: &str| Split {
            separator: separator.to_owned(),
            at: SplitAt::Last,
            field,
        };
        let choose = |split| {
            let columns = [(0, Some(Field::FirstName), Some(split))];
            house.imports.map_or_split(&house.ctx, import.id, None, &columns)
        };
        for (field, separator) in [(Field::Groups, " "), (Field::LastName, ""), (Field::FirstName, " ")] {
            assert_eq!(choose(split(field, separator)).unwrap_err().code(), "option_unusable");
        }
        assert_eq!(choose(split(Field::Email, " ")).unwrap_err().code(), "column_mapped_twice");
        choose(split(Field::LastName, " ")).unwrap();
        let plan = house.imports.check(&house.ctx, import.id, &import::Watch::nobody()).unwrap();
        house.carry_out(&plan);
        assert_eq!(house.person("Anna Maria New").user.first_name, "Anna Maria");
    }

    fn options_a_field_cannot_have_are_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Berlin"));
        for options in [
            existing(Field::CardType, Way::Ours),
            cleared(Field::Role),
            list(Field::Email, ListWay::Replace),
            joined(Field::Groups, ";"),
        ] {
            let import = house.receive(&house.ctx, ANNA, &with(vec![options.clone()])).unwrap();
            let refused = house.imports.check(&house.ctx, import.id, &import::Watch::nobody());
            assert_eq!(refused.unwrap_err().code(), "option_unusable", "{options:?}");
        }
    }
}
