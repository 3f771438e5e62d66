//! Files that mislead: headers that mean another thing here, values that contradict them.

use super::{EMAILS, NAMES, PHONES, confidences, fields, general, map};
use crate::fields::Field;
use crate::mapping::*;
use crate::settings::Preset;

#[test]
fn phone_full_of_emails_is_email() {
    let mapping = map(&[("Name", NAMES), ("Phone", EMAILS)], Preset::General);
    assert_eq!(fields(&mapping), ["full_name", "email"]);
    assert_eq!(mapping.columns[1].confidence, Confidence::Check);
}

#[test]
fn phone_full_of_emails_is_nothing_beside_an_email_column() {
    let mapping = map(&[("Phone", EMAILS), ("Email", EMAILS)], Preset::General);
    assert_eq!(fields(&mapping), ["", "email"]);
    assert!(!mapping.columns[0].reason.is_empty());
}

#[test]
fn name_and_id_full_of_emails_are_email() {
    assert_eq!(
        general(&[("Name", EMAILS), ("Phone", PHONES)]),
        ["email", "phone"]
    );
    assert_eq!(
        general(&[("ID", EMAILS), ("Name", NAMES)]),
        ["email", "full_name"]
    );
}

#[test]
fn mobile_with_yes_and_no_is_not_a_phone() {
    let mapping = map(
        &[("Name", NAMES), ("Mobile", "yes|no|yes")],
        Preset::General,
    );
    assert_eq!(fields(&mapping), ["full_name", ""]);
    assert_eq!(mapping.columns[1].confidence, Confidence::Check);
    assert!(!mapping.certain());
}

#[test]
fn swapped_columns_are_swapped_back() {
    assert_eq!(
        general(&[("Email", PHONES), ("Phone", EMAILS)]),
        ["phone", "email"]
    );
}

#[test]
fn user_name_is_what_its_values_are() {
    assert_eq!(
        general(&[("User Name", NAMES), ("Email", EMAILS)]),
        ["full_name", "email"]
    );
    assert_eq!(
        general(&[("Username", "ann|bob.o|cy99"), ("Email", EMAILS)]),
        ["external_id", "email"]
    );
    assert_eq!(
        general(&[("Username", EMAILS), ("Name", NAMES)]),
        ["email", "full_name"]
    );
    assert_eq!(
        general(&[("User Name", ""), ("Email", "")]),
        ["full_name", "email"]
    );
}

#[test]
fn name_is_the_part_that_its_neighbour_is_not() {
    let first = "Anna|Bernd|Cem";
    let last = "Schmidt|Weiß|Kaya";
    for (table, expected) in [
        (
            [("Name", first), ("Surname", last)],
            ["first_name", "last_name"],
        ),
        (
            [("Vorname", first), ("Name", last)],
            ["first_name", "last_name"],
        ),
        (
            [("Nom", last), ("Prénom", first)],
            ["last_name", "first_name"],
        ),
        (
            [("Nombre", first), ("Apellidos", last)],
            ["first_name", "last_name"],
        ),
        (
            [("Nome", first), ("Sobrenome", last)],
            ["first_name", "last_name"],
        ),
        (
            [("Imię", first), ("Nazwisko", last)],
            ["first_name", "last_name"],
        ),
        (
            [("Ad", first), ("Soyad", last)],
            ["first_name", "last_name"],
        ),
        (
            [("Имя", first), ("Фамилия", last)],
            ["first_name", "last_name"],
        ),
        (
            [("名字", first), ("姓氏", last)],
            ["first_name", "last_name"],
        ),
    ] {
        assert_eq!(general(&table), expected, "{table:?}");
    }
    assert_eq!(
        general(&[("Nome", NAMES), ("Email", EMAILS)]),
        ["full_name", "email"]
    );
}

#[test]
fn full_name_steps_back_for_its_parts_but_not_for_empty_ones() {
    let parts = [
        ("Full name", NAMES),
        ("First name", "Ann|Bob|Cy"),
        ("Last name", "Smith|O'Neil|Jones"),
    ];
    assert_eq!(general(&parts), ["", "first_name", "last_name"]);
    let empty = [("Full name", NAMES), ("First name", ""), ("Last name", "")];
    assert_eq!(general(&empty), ["full_name", "", ""]);
}

#[test]
fn number_is_an_id_or_a_phone_or_a_row() {
    assert_eq!(
        general(&[("Number", PHONES), ("Name", NAMES)]),
        ["phone", "full_name"]
    );
    assert_eq!(
        general(&[("Number", "E17|E19|E23"), ("Name", NAMES)]),
        ["external_id", "full_name"]
    );
    assert_eq!(
        general(&[("#", "1|2|3"), ("Name", NAMES)]),
        ["", "full_name"]
    );
}

#[test]
fn manager_is_a_person_and_not_the_role() {
    assert_eq!(
        general(&[("Name", NAMES), ("Manager", "Eve Low|Eve Low|Pat High")]),
        ["full_name", ""]
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Manager's email", EMAILS)]),
        ["full_name", ""]
    );
}

#[test]
fn title_is_the_job_unless_it_is_a_form_of_address() {
    assert_eq!(
        general(&[("Name", NAMES), ("Title", "Guard|Cleaner|Guard")]),
        ["full_name", "title"]
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Title", "Mr|Mrs|Dr.")]),
        ["full_name", ""]
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Titel", "Herr|Frau|Frau")]),
        ["full_name", ""]
    );
}

#[test]
fn type_and_access_are_ours_only_if_their_values_are() {
    assert_eq!(
        general(&[("Name", NAMES), ("Type", "visitor|employee|member")]),
        ["full_name", "person_kind"]
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Type", "full-time|temp|intern")]),
        ["full_name", ""]
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Access", "Always|Tenant|Always")]),
        ["full_name", "access_type"]
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Access", "Building A|B|C")]),
        ["full_name", ""]
    );
}

#[test]
fn dates_need_a_card_or_an_access_to_belong_to() {
    let dates = "2025-01-01|2025-02-01|2025-03-01";
    assert_eq!(
        general(&[("Name", NAMES), ("Start date", dates)]),
        ["full_name", ""]
    );
    assert_eq!(
        general(&[
            ("Name", NAMES),
            ("Card ID", "111|222|333"),
            ("Start date", dates),
            ("Expiry", dates)
        ]),
        ["full_name", "card_id", "card_start", "card_end"]
    );
    assert_eq!(
        general(&[
            ("Name", NAMES),
            ("Access type", "always|repeat|full"),
            ("Valid until", dates)
        ]),
        ["full_name", "access_type", "access_end"]
    );
    let cards = map(&[("Name", NAMES), ("Start date", dates)], Preset::Cards);
    assert_eq!(fields(&cards), ["full_name", "card_start"]);
}

#[test]
fn access_from_and_until_belong_together() {
    let table = [
        ("Name", NAMES),
        ("Access", "temporary|always|temp"),
        ("From", "2025-03-01T08:00||"),
        ("Until", "2025-03-02T08:00||"),
    ];
    assert_eq!(
        general(&table),
        ["full_name", "access_type", "access_start", "access_end"]
    );
}

#[test]
fn modules_are_named_by_events_and_incidents() {
    let expected = ["full_name", "module_events"];
    assert_eq!(
        general(&[("Name", NAMES), ("Incidents", "True|False|True")]),
        expected
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Events", "Yes|No|No")]),
        expected
    );
    assert_eq!(
        general(&[("Name", NAMES), ("Events", "Gala|Fair|Expo")]),
        ["full_name", ""]
    );
}

#[test]
fn module_of_another_plan_is_mapped_for_its_rows_to_be_refused() {
    let mapping = map(
        &[("Name", NAMES), ("Audits", "False|True|False")],
        Preset::Roles,
    );
    assert_eq!(fields(&mapping), ["full_name", "module_audits"]);
}

#[test]
fn unknown_roles_are_kept_only_where_roles_matter() {
    let table = [("Name", NAMES), ("Role", "end-user|agent|agent")];
    assert_eq!(general(&table), ["full_name", ""]);
    let roles = map(&table, Preset::Roles);
    assert_eq!(fields(&roles), ["full_name", "role"]);
    assert_eq!(roles.columns[1].confidence, Confidence::Check);
}

#[test]
fn broken_emails_stay_emails() {
    let mapping = map(
        &[("Name", NAMES), ("Email", "ann.at.example|bob@|cy")],
        Preset::General,
    );
    assert_eq!(fields(&mapping), ["full_name", "email"]);
    assert_eq!(mapping.columns[1].confidence, Confidence::Check);
}

#[test]
fn several_columns_fill_a_list_but_one_fills_a_value() {
    assert_eq!(
        general(&[
            ("Group 1", "A|B|C"),
            ("Group 2", "D||E"),
            ("Email", EMAILS),
            ("Name", NAMES)
        ]),
        ["groups", "groups", "email", "full_name"]
    );
    let doubled = map(
        &[
            ("E-mail", EMAILS),
            ("Mail", "x@e.org|y@e.org|z@e.org"),
            ("Name", NAMES),
        ],
        Preset::General,
    );
    assert_eq!(doubled.columns_of(&Field::Email).len(), 1);
    assert!(
        !doubled.certain(),
        "the second address would be lost unseen"
    );
}

#[test]
fn mobile_wins_over_the_other_phones() {
    let desk = "+14155550300|+14155550301|+14155550302";
    let table = [
        ("Home phone", desk),
        ("Phone", desk),
        ("Work phone", desk),
        ("Mobile", PHONES),
    ];
    assert_eq!(general(&table), ["", "", "", "phone"]);
}

#[test]
fn unknown_columns_are_left_out_and_shown() {
    let mapping = map(
        &[("Name", NAMES), ("Shoe size", "41|42|43")],
        Preset::General,
    );
    assert_eq!(
        confidences(&mapping),
        [Confidence::Exact, Confidence::Unused]
    );
    assert!(
        !mapping.certain(),
        "a column nobody knows is not dropped unseen"
    );
    let password = map(&[("Name", NAMES), ("Password", "x|y|z")], Preset::General);
    assert!(password.certain(), "a secret is left out for good reason");
}

#[test]
fn own_fields_of_the_account_come_before_all_else() {
    assert_eq!(
        general(&[("Name", NAMES), ("locker-NO", "A1|A2|A3")]),
        ["full_name", "custom.locker"]
    );
}

#[test]
fn results_can_be_imported_again() {
    let ids = "0197f0a2-7a10-7c11-8a6a-2b7f4f1d9c01|0197f0a2-7a10-7c11-8a6a-2b7f4f1d9c02|";
    let table = [
        ("Name", NAMES),
        ("Email", EMAILS),
        ("outcome", "created|created|failed"),
        ("user_id", ids),
        ("error", "||x"),
    ];
    let mapping = map(&table, Preset::General);
    assert_eq!(fields(&mapping), ["full_name", "email", "", "", ""]);
    assert!(mapping.certain());
    let own = map(
        &[("user_id", "1001|1002|1003"), ("Name", NAMES)],
        Preset::General,
    );
    assert_eq!(fields(&own), ["external_id", "full_name"]);
}

#[test]
fn files_without_a_header_are_read_by_their_values() {
    for header in ["", "letters"] {
        let name = |at: usize| {
            if header.is_empty() {
                ""
            } else {
                ["A", "B", "C"][at]
            }
        };
        let table = [(name(0), EMAILS), (name(1), NAMES), (name(2), PHONES)];
        assert_eq!(general(&table), ["email", "full_name", "phone"]);
    }
    assert_eq!(
        general(&[("", "Ann|Bob|Cy"), ("", "Smith|Low|Jones"), ("", EMAILS)]),
        ["first_name", "last_name", "email"]
    );
}

#[test]
fn invitations_without_a_header_go_by_the_order_of_columns() {
    let mapping = map(
        &[("", "Ann|Bob|Cy"), ("", PHONES), ("", "12B||")],
        Preset::Invite,
    );
    assert_eq!(fields(&mapping), ["full_name", "phone", "notes"]);
    assert!(mapping.certain());
    let other = map(&[("", EMAILS), ("", NAMES), ("", PHONES)], Preset::Invite);
    assert_eq!(fields(&other), ["email", "full_name", "phone"]);
}

#[test]
fn short_national_numbers_are_phones_where_the_header_says_so() {
    let mapping = map(
        &[("Name", NAMES), ("Telefon", "22123456|91 23 45 67|")],
        Preset::General,
    );
    assert_eq!(fields(&mapping), ["full_name", "phone"]);
    assert_eq!(mapping.columns[1].confidence, Confidence::Exact);
}
