//! Whatever headers and values a file has, a mapping comes out and can be used.

use proptest::prelude::*;

use super::account;
use crate::mapping::*;
use crate::settings::Preset;

const HEADERS: [&str; 24] = [
    "",
    "Name",
    "First name",
    "Nachname",
    "Email",
    "E-mail 2",
    "Phone",
    "Mobile",
    "ID",
    "#",
    "Type",
    "User Name",
    "Title",
    "Role",
    "Groups",
    "Group 2",
    "Card",
    "Start date",
    "Events",
    "Locker no.",
    "Manager",
    "Password",
    "user_id",
    "outcome",
];
const VALUES: [&str; 14] = [
    "Ann Smith",
    "Ann",
    "ann@example.com",
    "+14155550100",
    "4155550100",
    "1",
    "yes",
    "Manager",
    "Mr",
    "2025-01-01",
    "visitor",
    "2.78E+10",
    "DEADBEEF",
    "\u{feff}\u{202e}\0=1+1",
];

fn any_column() -> impl Strategy<Value = (String, Vec<String>)> {
    let header = prop_oneof![
        4 => proptest::sample::select(&HEADERS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let value = prop_oneof![
        4 => proptest::sample::select(&VALUES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    (header, proptest::collection::vec(value, 0..6))
}

fn any_preset() -> impl Strategy<Value = Preset> {
    let all = [
        Preset::General,
        Preset::Invite,
        Preset::Team,
        Preset::Roles,
        Preset::Cards,
    ];
    proptest::sample::select(all.to_vec())
}

fn columns(table: Vec<(String, Vec<String>)>) -> Vec<ColumnSample> {
    let read = |(index, (header, samples)): (usize, (String, Vec<String>))| {
        let filled = samples.len() as u64;
        ColumnSample {
            index,
            header,
            samples,
            rows: 6,
            filled,
        }
    };
    table.into_iter().enumerate().map(read).collect()
}

proptest! {
    #[test]
    fn every_column_is_mapped_once_and_no_value_twice(
        table in proptest::collection::vec(any_column(), 0..9),
        preset in any_preset(),
    ) {
        let columns = columns(table);
        let mapping =
            suggest(&columns, &account(), preset, None, &Overrides::default()).unwrap();
        let found: Vec<usize> = mapping.columns.iter().map(|column| column.column).collect();
        prop_assert_eq!(found, (0..columns.len()).collect::<Vec<_>>());
        prop_assert_eq!(mapping.check(Preset::General, &account(), &[], &[]), Ok(()));
        for column in &mapping.columns {
            prop_assert!(!column.reason.is_empty());
            prop_assert!(column.field.is_some() || matches!(
                column.confidence, Confidence::Unused | Confidence::Check
            ));
        }
    }

    #[test]
    fn what_was_remembered_comes_back(
        table in proptest::collection::vec(any_column(), 1..9),
        preset in any_preset(),
    ) {
        let columns = columns(table);
        let mapping =
            suggest(&columns, &account(), preset, None, &Overrides::default()).unwrap();
        let remembered = RememberedMapping::of(&mapping);
        let again =
            suggest(&columns, &account(), preset, remembered.as_ref(), &Overrides::default())
                .unwrap();
        let fields = |mapping: &Mapping| {
            mapping.columns.iter().map(|column| column.field.clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(fields(&mapping), fields(&again));
    }
}

#[test]
fn a_very_wide_sheet_is_mapped() {
    let wide = (0..2_000).map(|index| (format!("Measure {index}"), vec!["12.5".to_owned()]));
    let columns = columns(wide.collect());
    let mapping = suggest(
        &columns,
        &account(),
        Preset::General,
        None,
        &Overrides::default(),
    )
    .unwrap();
    assert_eq!(mapping.columns.len(), 2_000);
}
