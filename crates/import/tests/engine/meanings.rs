//! What values of list columns mean: rules for all rows, distinct values, proposals.

use directory::{groups, groups::GroupKind};
use import::{
    Import, Settings, State, UnknownGroup,
    fields::Field,
    values::{FieldValues, Meaning, ValueAction, ValueRule},
};
use testkit::on_both;

use crate::house::{House, general};

fn rule(field: &str, value: &str, then: ValueAction) -> ValueRule {
    ValueRule {
        field: field.to_owned(),
        value: value.to_owned(),
        then,
    }
}

fn using(name: &str) -> ValueAction {
    ValueAction::Use(name.to_owned())
}

fn with(rules: Vec<ValueRule>) -> Settings {
    Settings {
        values: rules,
        ..general()
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

fn values_of(house: &House, import: &Import, field: &Field) -> FieldValues {
    house
        .imports
        .values(&house.ctx, import.id)
        .unwrap()
        .into_iter()
        .find(|values| values.field == *field)
        .unwrap()
}

on_both! {
    fn one_rule_holds_for_every_row_and_part_of_a_list(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Berlin"));
        let settings = Settings {
            unknown_group: UnknownGroup::Error,
            ..with(vec![
                rule("groups", "Berln", using("Berlin")),
                rule("Groups", "n/a", ValueAction::Ignore),
                rule("groups", "Fresh", ValueAction::Create),
                rule("groups", "Left", ValueAction::SkipRows),
            ])
        };
        let plan = house.plan(
            "Name,Email,Groups\n\
             Anna New,anna@example.com,BERLN;N/A\n\
             Ben New,ben@example.com,berln|fresh\n\
             Cleo New,not an address,Berlin;left\n\
             Dora New,dora@example.com,Kiel\n",
            &settings,
        );
        assert_eq!(house.fates(&plan), "created created skipped failed");
        assert_eq!(house.told(&plan), ["4 value_skipped groups", "5 group_unknown groups"]);
        assert_eq!(plan.plan.as_ref().unwrap().new_groups, ["fresh"]);
        assert!(plan.counts.adds_up() && plan.counts.skipped == 1);
        let done = house.carry_out(&plan);
        assert_eq!(group_names(&house, "Anna New"), ["Berlin"]);
        assert_eq!(group_names(&house, "Ben New"), ["Berlin", "fresh"]);
        house.undo(&done);
        assert_eq!(house.names(), [""; 0]);
    }

    fn single_words_are_mapped_too(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(
            "Name,Email,Role,Language\n\
             Anna New,anna@example.com,Teamleitung,Platt\n\
             Ben New,ben@example.com,Praktikant,de\n\
             Cleo New,cleo@example.com,,\n",
            &Settings {
                map: vec![("Role".to_owned(), "role".to_owned())],
                ..with(vec![
                    rule("role", "teamleitung", using("Manager")),
                    rule("role", "praktikant", ValueAction::SkipRows),
                    rule("language", "Platt", ValueAction::Ignore),
                ])
            },
        );
        assert_eq!(house.fates(&plan), "created skipped created");
        house.carry_out(&plan);
        let anna = house.person("Anna New").user;
        assert_eq!((anna.role.as_str(), anna.language), ("manager", None));
    }

    fn a_row_left_out_by_a_value_takes_no_key(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan(
            "Name,Email,Groups\n\
             Old Anna,anna@example.com,left\n\
             New Anna,anna@example.com,here\n",
            &with(vec![rule("groups", "left", ValueAction::SkipRows)]),
        );
        assert_eq!(house.fates(&plan), "skipped created");
        house.carry_out(&plan);
        assert_eq!(house.names(), ["New Anna"]);
    }

    fn rules_that_cannot_be_are_refused(db: &testkit::TestDb) {
        let house = House::new(db);
        for (rules, code) in [
            (rule("email", "a", ValueAction::Ignore), "field_unknown"),
            (rule("role", "boss", using("king")), "choice_unknown"),
        ] {
            let import = house
                .receive(&house.ctx, "Name,Role\nAnna New,boss\n", &with(vec![rules]))
                .unwrap();
            let refused = house
                .imports
                .check(&house.ctx, import.id, &import::Watch::nobody())
                .unwrap_err();
            assert_eq!(refused.code(), code);
        }
    }

    fn distinct_values_are_counted_and_explained(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Berlin"));
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "Night"));
        let plan = house.plan(
            "Name,Email,Groups,Teams\n\
             Anna New,anna@example.com,Berln;Field,night\n\
             Ben New,ben@example.com,BERLIN,Nihgt\n\
             Cleo New,cleo@example.com,berln,Day\n",
            &with(vec![rule("teams", "day", ValueAction::Ignore)]),
        );
        let teams = values_of(&house, &plan, &Field::Teams);
        let shown: Vec<_> = teams
            .values
            .iter()
            .map(|value| (value.value.as_str(), value.rows, value.meaning.clone(), teams.proposal(value)))
            .collect();
        assert_eq!(
            shown,
            [
                ("Day", 1, Meaning::Unknown, None),
                ("Nihgt", 1, Meaning::Unknown, Some("Night")),
                ("night", 1, Meaning::Known("Night".to_owned()), None),
            ]
        );
        assert_eq!((teams.unknown(), teams.to_create()), (1, 0));
        let groups = values_of(&house, &plan, &Field::Groups);
        let shown: Vec<_> = groups
            .values
            .iter()
            .map(|value| (value.value.as_str(), value.rows, groups.proposal(value)))
            .collect();
        assert_eq!(shown, [("Berln", 2, Some("Berlin")), ("Field", 1, None), ("BERLIN", 1, None)]);
        assert_eq!(groups.to_create(), 2);
    }

    fn values_are_chosen_before_and_after_a_check(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Team, "Night"));
        let file = "Name,Email,Teams\nAnna New,anna@example.com,Nihgt\n";
        let import = house.receive(&house.ctx, file, &general()).unwrap();
        assert_eq!(values_of(&house, &import, &Field::Teams).unknown(), 1);
        let plan = house.imports.check(&house.ctx, import.id, &import::Watch::nobody()).unwrap();
        assert_eq!(house.fates(&plan), "failed");
        let set = |rev, name: &str| {
            house.imports.set_values(
                &house.ctx,
                import.id,
                rev,
                &Field::Teams,
                &[("Nihgt".to_owned(), Some(using(name)))],
            )
        };
        assert_eq!(set(None, "Nobody").unwrap_err().code(), "choice_unknown");
        assert_eq!(set(Some(plan.rev - 1), "Night").unwrap_err().code(), "changed_meanwhile");
        let changed = set(Some(plan.rev), "night").unwrap();
        assert_eq!((changed.state, changed.plan.is_none()), (State::Mapping, true));
        assert_eq!(values_of(&house, &changed, &Field::Teams).unknown(), 0);
        let plan = house.imports.check(&house.ctx, import.id, &import::Watch::nobody()).unwrap();
        assert_eq!(house.fates(&plan), "created");
    }

    fn settings_from_before_value_rules_are_still_read(db: &testkit::TestDb) {
        let house = House::new(db);
        let plan = house.plan("Name,Email\nAnna New,anna@example.com\n", &general());
        let mut stored = serde_json::to_value(&plan.settings).unwrap();
        stored.as_object_mut().unwrap().remove("values");
        assert_eq!(serde_json::from_value::<Settings>(stored).unwrap(), plan.settings);
    }
}
