//! What must hold for any file.

use directory::{devices, modules, users::UserRow};
use import::{Existing, Mode, Outcome, RowFilter, Settings};
use kernel::{PersonKind, Role, Timestamp, UserId};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestCaseError, TestRunner},
};
use testkit::on_both;

use crate::{
    exchange::export,
    house::{House, Person, csv, general, portraits},
};

fn cases(number: u32) -> TestRunner {
    TestRunner::new(Config {
        cases: number,
        failure_persistence: None,
        ..Config::default()
    })
}

/// Columns of messy files with values that are good, bad, blank or repeated.
const POOL: [(&str, &[&str]); 10] = [
    ("User ID", &["", "1", "2", "3", "B-1", "b-1", "no spaces"]),
    (
        "Name",
        &[
            "Anna Lee",
            "Ben",
            " Carl  Cox ",
            "",
            "Zoë\u{200B} K",
            "=1+1",
            "{empty}",
        ],
    ),
    (
        "Email",
        &[
            "",
            "a@example.com",
            "A@Example.com",
            "b@example.com",
            "c@example.com",
            "bad",
            "{empty}",
        ],
    ),
    (
        "Phone",
        &[
            "",
            "+27821111111",
            "0027821111111",
            "+27822222222",
            "12",
            "{empty}",
        ],
    ),
    (
        "Groups",
        &["", "Field", "field;Office", "{empty}", "Night|Day"],
    ),
    ("Role", &["", "user", "Manager", "king"]),
    ("Events", &["", "True", "no", "perhaps"]),
    ("Card ID", &["", "1", "2", "0", "x"]),
    ("Devices", &["", "Main gate", "Moon", "{empty}"]),
    ("Title", &["", "Lead", "Clerk", "{empty}", "'=2"]),
];

/// Rows of a messy file, below their header.
fn messy() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cells: Vec<_> = POOL.iter().map(|(_, values)| select(*values)).collect();
    let row = cells.prop_map(|row| row.into_iter().map(str::to_owned).collect::<Vec<_>>());
    prop::collection::vec(row, 1..12).prop_map(|mut rows| {
        let header = POOL.iter().map(|(header, _)| (*header).to_owned());
        rows.insert(0, header.collect());
        // A row that is blank throughout is no row.
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        if rows.len() == 1 {
            let only = std::iter::once("1".to_owned());
            rows.push(only.chain(vec![String::new(); POOL.len() - 1]).collect());
        }
        rows
    })
}

/// An account with two people in it, for whom some of the rows will be meant.
fn inhabited(db: &testkit::TestDb) -> House {
    let house = House::new(db);
    house.write(|tx, ctx| modules::set(tx, ctx, "events", 100));
    house.write(|tx, ctx| devices::create(tx, ctx, "Main gate"));
    house.add(
        "User ID,Name,Email,Phone,Groups,Card ID,Title\n\
         1,Anna Known,a@example.com,+27829999999,Field,1,Boss\n\
         2,Ben Known,b@example.com,+27822222222,,,\n",
    );
    house
}

/// A person without ids, times and import.
fn values(user: &UserRow, account: kernel::AccountId) -> UserRow {
    UserRow {
        account,
        id: UserId::from_uuid(uuid::Uuid::nil()),
        import: None,
        created_at: Timestamp::EPOCH,
        updated_at: Timestamp::EPOCH,
        admin_role: None,
        ..user.clone()
    }
}

on_both! {
    fn importing_one_row_is_creating_one_person(db: &testkit::TestDb) {
        let person = (
            "[A-ZŁÉ][a-zß]{1,9}( [A-Z][a-z]{1,9})?",
            "([a-z]{2,3} )?[A-ZÖ][a-zé']{1,9}",
            prop::option::of("[A-Za-z0-9][A-Za-z0-9._-]{0,9}"),
            prop::option::of("[A-Za-z]{1,8}([.+][a-z0-9]{1,5})?@[a-zA-Z]{2,8}\\.(com|de|co\\.za)"),
            prop::option::of("\\+2782[1-9][0-9]{6}"),
            select(&[Role::Owner, Role::Admin, Role::Manager, Role::User][..]),
            select(&[PersonKind::Employee, PersonKind::Visitor, PersonKind::Member][..]),
        );
        cases(12)
            .run(&person, |(first, last, id, email, phone, role, kind)| {
                let (by_hand, by_file) = (House::new(db), House::new(db));
                let person = Person {
                    first: &first,
                    last: &last,
                    external_id: id.as_deref(),
                    email: email.as_deref(),
                    phone: phone.as_deref(),
                    role: Some(role),
                    kind: Some(kind),
                };
                by_hand.create(&person).unwrap();
                let cell = |value: &Option<String>| value.clone().unwrap_or_default();
                let file = csv(&[
                    ["First name", "Last name", "User ID", "Email", "Phone", "Role", "Kind"].map(str::to_owned),
                    [first.clone(), last.clone(), cell(&id), cell(&email), cell(&phone),
                     role.as_str().to_owned(), kind.as_str().to_owned()],
                ]);
                let done = by_file.import(&file, &general());
                prop_assert_eq!(done.counts.created, 1, "{:?}", by_file.messages(&done));
                let account = by_hand.ctx.account;
                prop_assert_eq!(
                    values(&by_file.people()[0].user, account),
                    values(&by_hand.people()[0].user, account)
                );
                Ok(())
            })
            .unwrap();
    }

    fn every_row_of_any_file_has_one_outcome(db: &testkit::TestDb) {
        let choices = (messy(), select(Mode::ALL), select(Existing::ALL));
        cases(10)
            .run(&choices, |(rows, mode, existing)| {
                let house = inhabited(db);
                let plan = house.plan(&csv(&rows), &Settings { mode, existing, scope: Some(import::Scope::Everybody), ..general() });
                prop_assert!(plan.counts.adds_up());
                prop_assert_eq!(plan.counts.rows as usize, rows.len() - 1);
                let people = house.people().len() as i64;
                let done = house.carry_out(&plan);
                prop_assert_eq!(done.counts, plan.counts, "what was planned was done");
                prop_assert_eq!(house.people().len() as i64, people + done.counts.created);
                let shown: usize = Outcome::ALL.iter().map(|outcome| house.rows_with(&done, *outcome)).sum();
                prop_assert_eq!(shown, rows.len() - 1);
                every_refusal_has_a_reason(&house, &done)
            })
            .unwrap();
    }

    fn what_was_imported_is_unchanged_the_second_time(db: &testkit::TestDb) {
        cases(12)
            .run(&messy(), |rows| {
                let house = inhabited(db);
                let done = house.import(&csv(&rows), &general());
                let mut imported = rows.clone();
                let (fates, told) = (house.fates(&done), house.told(&done));
                let mut places = (2..).zip(fates.split(' '));
                imported.retain(|row| {
                    if row[0] == POOL[0].0 {
                        return true;
                    }
                    let (row, fate) = places.next().unwrap();
                    // Without a key nobody is recognised.
                    let has_key = !told.contains(&format!("{row} key_missing"));
                    // A card that stayed with somebody may be free by now: their own row gave it up.
                    let has_card = !told.contains(&format!("{row} card_id_in_use card_id"));
                    has_key && has_card && matches!(fate, "created" | "updated" | "unchanged")
                });
                prop_assume!(imported.len() > 1);
                let before = portraits(&house);
                let again = house.plan(&csv(&imported), &general());
                prop_assert_eq!(again.counts.unchanged, again.counts.rows, "{:?}", house.told(&again));
                house.carry_out(&again);
                prop_assert_eq!(portraits(&house), before);
                Ok(())
            })
            .unwrap();
    }

    fn an_export_of_anything_imported_changes_nothing(db: &testkit::TestDb) {
        cases(10)
            .run(&messy(), |rows| {
                let house = inhabited(db);
                house.import(&csv(&rows), &general());
                let with_key = |person: &directory::users::UserRecord| {
                    let user = &person.user;
                    user.external_id.is_some() || user.email.is_some() || user.phone.is_some()
                };
                // Whoever has no key is not recognised in any file.
                prop_assume!(house.people().iter().all(with_key));
                let before = portraits(&house);
                let again = house.plan(&export(&house), &general());
                prop_assert_eq!(again.counts.unchanged, again.counts.rows, "{:?}", again.plan);
                house.carry_out(&again);
                prop_assert_eq!(portraits(&house), before);
                Ok(())
            })
            .unwrap();
    }

    fn undoing_any_import_leaves_what_was_there(db: &testkit::TestDb) {
        cases(10)
            .run(&messy(), |rows| {
                let house = inhabited(db);
                let before = portraits(&house);
                let done = house.import(&csv(&rows), &general());
                house.undo(&done);
                prop_assert_eq!(portraits(&house), before);
                Ok(())
            })
            .unwrap();
    }

    fn the_order_of_columns_does_not_matter(db: &testkit::TestDb) {
        let places: Vec<usize> = (0..POOL.len()).collect();
        cases(10)
            .run(&(messy(), Just(places).prop_shuffle()), |(rows, places)| {
                let turned: Vec<Vec<_>> = rows
                    .iter()
                    .map(|row| places.iter().map(|place| row[*place].clone()).collect())
                    .collect();
                let (straight, shuffled) = (inhabited(db), inhabited(db));
                let one = straight.import(&csv(&rows), &general());
                let other = shuffled.import(&csv(&turned), &general());
                prop_assert_eq!(straight.fates(&one), shuffled.fates(&other));
                prop_assert_eq!(straight.told(&one), shuffled.told(&other));
                prop_assert_eq!(portraits(&straight), portraits(&shuffled));
                Ok(())
            })
            .unwrap();
    }
}

fn every_refusal_has_a_reason(house: &House, done: &import::Import) -> Result<(), TestCaseError> {
    let filter = RowFilter {
        limit: 500,
        ..RowFilter::default()
    };
    for row in house.imports.rows(&house.ctx, done.id, &filter).unwrap() {
        let must_fix = row
            .problems
            .iter()
            .any(|problem| problem.severity == "must_fix");
        prop_assert_eq!(must_fix, row.outcome == Outcome::Failed, "{:?}", row);
        if row.outcome == Outcome::Skipped {
            prop_assert!(!row.problems.is_empty(), "{:?}", row);
        }
    }
    Ok(())
}
