//! Mappings with a name: saved from one import, used for another, removed.

use directory::{groups, groups::GroupKind};
use import::{
    Blank, FieldOptions, Settings, SplitRule, State,
    fields::Field,
    mapping::{Confidence, SplitAt},
    values::{ValueAction, ValueRule},
};
use testkit::on_both;

use crate::house::{House, general};

const FIRST: &str = "Who,Mail,Unit,Remark\n\"New, Anna\",anna@example.com,Berln,x\n";
const LATER: &str = "remark,Who,Extra,Unit,MAIL\ny,\"Old, Ben\",z,berln,ben@example.com\n";

/// What somebody has worked out for a file.
fn worked_out() -> Settings {
    Settings {
        splits: vec![SplitRule {
            header: "Who".to_owned(),
            before: "last_name".to_owned(),
            separator: ",".to_owned(),
            at: SplitAt::First,
            after: "first_name".to_owned(),
        }],
        map: vec![("Unit".to_owned(), "groups".to_owned())],
        ignore: vec!["Remark".to_owned()],
        values: vec![ValueRule {
            field: "Groups".to_owned(),
            value: "Berln".to_owned(),
            then: ValueAction::Use("Berlin".to_owned()),
        }],
        options: vec![FieldOptions {
            blank: Blank::Clear,
            ..FieldOptions::of(&Field::Groups)
        }],
        defaults: vec![("title".to_owned(), "Clerk".to_owned())],
        ..general()
    }
}

on_both! {
    fn a_saved_mapping_does_the_same_for_another_file(db: &testkit::TestDb) {
        let house = House::new(db);
        house.write(|tx, ctx| groups::create(tx, ctx, GroupKind::Group, "Berlin"));
        let first = house.receive(&house.ctx, FIRST, &worked_out()).unwrap();
        house.imports.save_mapping(&house.ctx, first.id, " HR export ").unwrap();
        let listed = house.imports.shared_mappings(&house.ctx).unwrap();
        let shown: Vec<_> = listed.iter().map(|named| (named.name.as_str(), named.saved_by.as_str())).collect();
        assert_eq!(shown, [("HR export", "Command line")]);
        let later = house.receive(&house.ctx, LATER, &general()).unwrap();
        let (later, fit) = house
            .imports
            .use_mapping(&house.ctx, later.id, Some(later.rev), "hr EXPORT", false)
            .unwrap();
        assert_eq!((fit.missing, fit.unknown, fit.lost), (vec![], vec!["Extra".to_owned()], vec![]));
        assert_eq!(later.state, State::Mapping);
        let confidence: Vec<_> = later.mapping.iter().flat_map(|mapping| &mapping.columns).map(|column| column.confidence).collect();
        assert_eq!(confidence[..2], [Confidence::Unused, Confidence::Remembered]);
        let plan = house.imports.check(&house.ctx, later.id, &import::Watch::nobody()).unwrap();
        house.carry_out(&plan);
        let ben = house.person("Ben Old");
        assert_eq!(ben.user.title.as_deref(), Some("Clerk"));
        assert_eq!(ben.groups[0].2, "Berlin");
    }

    fn headers_that_are_missing_are_said(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.receive(&house.ctx, FIRST, &worked_out()).unwrap();
        house.imports.save_mapping(&house.ctx, first.id, "HR").unwrap();
        let file = "Name,Mail\nAnna New,anna@example.com\n";
        let other = house.receive(&house.ctx, file, &general()).unwrap();
        let (_, fit) = house.imports.use_mapping(&house.ctx, other.id, None, "HR", false).unwrap();
        assert_eq!(fit.missing, ["Who", "Unit"]);
        assert_eq!(fit.unknown, ["Name"]);
    }

    fn what_was_typed_goes_before_a_mapping(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.receive(&house.ctx, FIRST, &worked_out()).unwrap();
        house.imports.save_mapping(&house.ctx, first.id, "HR").unwrap();
        let typed = Settings {
            map: vec![("Unit".to_owned(), "department".to_owned()), ("Extra".to_owned(), "email".to_owned())],
            defaults: vec![("title".to_owned(), "Chief".to_owned())],
            ..general()
        };
        let later = house.receive(&house.ctx, LATER, &typed).unwrap();
        let (later, _) = house.imports.use_mapping(&house.ctx, later.id, None, "HR", true).unwrap();
        let fields: Vec<_> = later
            .mapping
            .iter()
            .flat_map(|mapping| &mapping.columns)
            .map(|column| column.field.as_ref().map_or(String::new(), |field| field.key().into_owned()))
            .collect();
        assert_eq!(fields, ["", "last_name", "email", "department", ""]);
        assert_eq!(later.settings.defaults, [("title".to_owned(), "Chief".to_owned())]);
        assert_eq!(later.settings.values.len(), 1);
    }

    fn a_mapping_is_replaced_by_name_and_removed(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.receive(&house.ctx, FIRST, &worked_out()).unwrap();
        let save = |name: &str| house.imports.save_mapping(&house.ctx, first.id, name);
        save("HR").unwrap();
        save("hr").unwrap();
        let names = || -> Vec<String> {
            house.imports.shared_mappings(&house.ctx).unwrap().into_iter().map(|named| named.name).collect()
        };
        assert_eq!(names(), ["hr"]);
        for name in ["", "   ", &"x".repeat(101)] {
            assert_eq!(save(name).unwrap_err().code(), "value_missing");
        }
        house.imports.remove_mapping(&house.ctx, "HR").unwrap();
        assert_eq!(names(), [""; 0]);
        let gone = house.imports.remove_mapping(&house.ctx, "HR").unwrap_err();
        assert_eq!(gone.code(), "mapping_unknown");
        let used = house.imports.use_mapping(&house.ctx, first.id, None, "HR", false);
        assert_eq!(used.unwrap_err().code(), "mapping_unknown");
    }

    fn mappings_belong_to_one_account(db: &testkit::TestDb) {
        let house = House::new(db);
        let first = house.receive(&house.ctx, FIRST, &worked_out()).unwrap();
        house.imports.save_mapping(&house.ctx, first.id, "HR").unwrap();
        let other = House::new(db);
        assert_eq!(other.imports.shared_mappings(&other.ctx).unwrap(), []);
        assert_eq!(other.imports.remove_mapping(&other.ctx, "HR").unwrap_err().code(), "mapping_unknown");
        assert_eq!(house.imports.shared_mappings(&house.ctx).unwrap().len(), 1);
    }
}
