//! What operators choose, what is remembered, and what is required.

use super::{EMAILS, NAMES, PHONES, account, columns, fields, map};
use crate::fields::{Catalogue, Field};
use crate::mapping::*;
use crate::settings::Preset;

#[test]
fn operator_decides_over_everything() {
    let table = columns(&[
        ("Email", EMAILS),
        ("Mail 2", "a@b.org||"),
        ("Shoe size", "41||"),
        ("Name", NAMES),
    ]);
    let overrides = Overrides {
        map: vec![
            ("mail 2".to_owned(), Field::Email),
            ("Shoe size".to_owned(), Field::Notes),
        ],
        ignore: vec!["Name".to_owned()],
        ..Overrides::default()
    };
    let mapping = suggest(&table, &account(), Preset::General, None, &overrides).unwrap();
    assert_eq!(fields(&mapping), ["", "email", "notes", ""]);
    assert_eq!(mapping.columns[1].confidence, Confidence::Chosen);
}

#[test]
fn column_without_header_is_named_by_its_letter() {
    let overrides = Overrides {
        map: vec![("b".to_owned(), Field::Notes)],
        ignore: Vec::new(),
        ..Overrides::default()
    };
    let table = columns(&[("", NAMES), ("", EMAILS)]);
    let mapping = suggest(&table, &account(), Preset::General, None, &overrides).unwrap();
    assert_eq!(fields(&mapping), ["full_name", "notes"]);
}

#[test]
fn refuses_choices_that_cannot_be() {
    let table = columns(&[("Email", EMAILS), ("Mail", EMAILS)]);
    let refused = |overrides: Overrides| {
        suggest(&table, &account(), Preset::General, None, &overrides)
            .unwrap_err()
            .code()
    };
    let map = |pairs: &[(&str, Field)]| Overrides {
        map: pairs
            .iter()
            .map(|(header, field)| ((*header).to_owned(), field.clone()))
            .collect(),
        ignore: Vec::new(),
        ..Overrides::default()
    };
    assert_eq!(refused(map(&[("Fax", Field::Phone)])), "header_unknown");
    assert_eq!(
        refused(map(&[("Email", Field::Email), ("Mail", Field::Email)])),
        "column_mapped_twice"
    );
    assert_eq!(
        refused(map(&[("Email", Field::Custom("shoe".to_owned()))])),
        "field_unknown"
    );
    let text = [("Email".to_owned(), "shoe size".to_owned())];
    assert_eq!(
        Overrides::parse(&text, &[], &account()).unwrap_err().code(),
        "field_unknown"
    );
    let text = [("Email".to_owned(), "locker no".to_owned())];
    let parsed = Overrides::parse(&text, &[], &account()).unwrap();
    assert_eq!(parsed.map[0].1, Field::Custom("locker".to_owned()));
}

#[test]
fn same_headers_are_mapped_as_the_last_time() {
    let table = columns(&[("Email", EMAILS), ("Shoe size", "41||"), ("Name", NAMES)]);
    let overrides = Overrides {
        map: vec![("Shoe size".to_owned(), Field::Custom("locker".to_owned()))],
        ignore: vec!["Name".to_owned()],
        ..Overrides::default()
    };
    let first = suggest(&table, &account(), Preset::General, None, &overrides).unwrap();
    let remembered = RememberedMapping::of(&first).unwrap();
    let moved = columns(&[("name", NAMES), ("EMAIL", EMAILS), ("Shoe_Size", "40||")]);
    let again = suggest(
        &moved,
        &account(),
        Preset::General,
        Some(&remembered),
        &Overrides::default(),
    )
    .unwrap();
    assert_eq!(fields(&again), ["", "email", "custom.locker"]);
    assert_eq!(again.columns[2].confidence, Confidence::Remembered);
    assert!(again.certain());

    let fourth = columns(&[
        ("name", NAMES),
        ("EMAIL", EMAILS),
        ("Shoe_Size", "40||"),
        ("Phone", PHONES),
    ]);
    let other = suggest(
        &fourth,
        &account(),
        Preset::General,
        Some(&remembered),
        &Overrides::default(),
    )
    .unwrap();
    assert_eq!(fields(&other), ["full_name", "email", "", "phone"]);
}

#[test]
fn a_field_the_account_has_lost_is_not_recalled() {
    let table = columns(&[("Email", EMAILS), ("Shoe size", "41||")]);
    let overrides = Overrides {
        map: vec![("Shoe size".to_owned(), Field::Custom("locker".to_owned()))],
        ignore: Vec::new(),
        ..Overrides::default()
    };
    let first = suggest(&table, &account(), Preset::General, None, &overrides).unwrap();
    let remembered = RememberedMapping::of(&first).unwrap();
    let poorer = Catalogue::default();
    let again = suggest(
        &table,
        &poorer,
        Preset::General,
        Some(&remembered),
        &Overrides::default(),
    )
    .unwrap();
    assert_eq!(fields(&again), ["email", ""]);
    assert!(!again.certain());
}

#[test]
fn missing_fields_are_named() {
    let missing = |table: &[(&str, &str)], preset, given: &[Field]| {
        map(table, preset)
            .check(preset, &account(), given, &[])
            .map_err(|error| error.to_string())
    };
    let name_and_email = [("Name", NAMES), ("Email", EMAILS)];
    assert_eq!(missing(&name_and_email, Preset::Team, &[]), Ok(()));
    assert_eq!(
        missing(&name_and_email, Preset::Roles, &[]).unwrap_err(),
        "map the required fields role, module_events"
    );
    let given = [Field::Role, Field::Module("events".to_owned())];
    assert_eq!(missing(&name_and_email, Preset::Roles, &given), Ok(()));
    assert_eq!(
        missing(&[("Email", EMAILS)], Preset::Invite, &[]).unwrap_err(),
        "map the required fields full_name or first_name and last_name, phone"
    );
    assert_eq!(missing(&[("Email", EMAILS)], Preset::General, &[]), Ok(()));
}

#[test]
fn a_choice_by_hand_is_checked_with_the_rest() {
    let mut mapping = map(&[("Email", EMAILS), ("Shoe size", "41||")], Preset::General);
    mapping.choose(1, Some(Field::Email), None);
    assert_eq!(
        mapping
            .check(Preset::General, &account(), &[], &[])
            .unwrap_err()
            .code(),
        "column_mapped_twice"
    );
    mapping.choose(0, None, None);
    assert_eq!(mapping.check(Preset::General, &account(), &[], &[]), Ok(()));
    assert!(mapping.certain());
}

#[test]
fn is_written_and_read_as_json() {
    let mapping = map(&[("Email", EMAILS), ("Shoe size", "41||")], Preset::General);
    let json = serde_json::to_string(&mapping).unwrap();
    assert!(
        json.contains(r#""field":"email","confidence":"exact""#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), mapping);
}

#[test]
fn a_column_without_header_is_remembered_among_named_ones() {
    let table = columns(&[("Email", EMAILS), ("", "41|42|43")]);
    let overrides = Overrides {
        map: vec![("B".to_owned(), Field::Custom("locker".to_owned()))],
        ignore: Vec::new(),
        ..Overrides::default()
    };
    let first = suggest(&table, &account(), Preset::General, None, &overrides).unwrap();
    let remembered = RememberedMapping::of(&first).unwrap();
    let none = Overrides::default();
    let again = suggest(
        &table,
        &account(),
        Preset::General,
        Some(&remembered),
        &none,
    )
    .unwrap();
    assert_eq!(fields(&again), ["email", "custom.locker"]);
}

#[test]
fn a_file_without_headers_is_not_remembered() {
    let table = columns(&[("", NAMES), ("", PHONES)]);
    let none = Overrides::default();
    let mapping = suggest(&table, &account(), Preset::General, None, &none).unwrap();
    assert_eq!(RememberedMapping::of(&mapping), None);
}
