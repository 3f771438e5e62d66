//! Fields that somebody has marked to be kept against imports.

use directory::{fields, fields::FieldKind, users, users::KeepFields};
use import::{BadRows, Outcome, Settings, State};
use kernel::Role;
use testkit::on_both;

use crate::house::{House, Person, general};

const KNOWN: &str = "User ID,Name,Email,Title,Department,Locker\n\
                     1,Anna Known,anna@example.com,Clerk,Field,17\n\
                     2,Ben Known,ben@example.com,Clerk,Field,18\n";
const CHANGE: &str = "User ID,Name,Email,Title,Department,Locker\n\
                      1,Anna Known,new@example.com,Lead,Office,27\n\
                      2,Ben Known,ben@example.com,Lead,Office,28\n";

fn furnished(db: &testkit::TestDb) -> House {
    let house = House::new(db);
    house.write(|tx, ctx| fields::create(tx, ctx, "Locker", FieldKind::Text, &[]));
    house.add(KNOWN);
    house
}

fn keep(house: &House, name: &str, keys: &[&str]) {
    let user = house.person(name).user.id;
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    house.write(|tx, ctx| users::keep(tx, ctx, user, &keys));
}

/// Address, title, department and locker.
fn values(house: &House, name: &str) -> String {
    let user = house.person(name).user;
    let custom = user.custom.unwrap_or_default();
    let texts = [user.email, user.title, user.department].map(Option::unwrap_or_default);
    format!("{} {custom}", texts.join(" "))
}

on_both! {
    fn an_import_never_changes_a_kept_field(db: &testkit::TestDb) {
        let house = furnished(db);
        keep(&house, "Anna Known", &["title", "email", "custom.locker"]);
        let plan = house.plan(CHANGE, &general());
        assert_eq!(house.told(&plan), [
            "2 field_kept email", "2 field_kept title", "2 field_kept custom.locker",
        ]);
        let kept = plan.plan.as_ref().unwrap().kept.clone();
        let expected = [("custom.locker", 1), ("email", 1), ("title", 1)];
        assert_eq!(kept, expected.map(|(field, people)| (field.to_owned(), people)));
        let done = house.carry_out(&plan);
        assert_eq!((done.state, done.counts.updated), (State::Done, 2));
        assert_eq!(values(&house, "Anna Known"), "anna@example.com Clerk Office {\"locker\":\"17\"}");
        assert_eq!(values(&house, "Ben Known"), "ben@example.com Lead Office {\"locker\":\"28\"}");
        let undone = house.undo(&done);
        assert_eq!(undone.state, State::Undone);
        assert_eq!(values(&house, "Anna Known"), "anna@example.com Clerk Field {\"locker\":\"17\"}");
    }

    fn whoever_keeps_all_that_differs_is_unchanged(db: &testkit::TestDb) {
        let house = furnished(db);
        keep(&house, "Anna Known", &["title"]);
        let done = house.import("User ID,Title\n1,Lead\n", &general());
        assert_eq!(house.fates(&done), "unchanged");
        assert_eq!(house.rows_with(&done, Outcome::Unchanged), 1);
        assert_eq!(house.told(&done), ["2 field_kept title"]);
        assert_eq!(house.messages(&done).len(), 1);
        // The same value is no reason to say anything.
        assert_eq!(house.told(&house.plan("User ID,Title\n1,Clerk\n", &general())), [""; 0]);
    }

    fn a_field_marked_since_the_check_is_not_changed_either(db: &testkit::TestDb) {
        let house = furnished(db);
        let plan = house.plan(CHANGE, &general());
        keep(&house, "Anna Known", &["title"]);
        let done = house.carry_out(&plan);
        assert_eq!(house.fates(&done), "failed updated");
        assert_eq!(house.told(&done), ["2 changed_since_plan"]);
        assert!(values(&house, "Anna Known").contains("Clerk Field"));
        let strict = Settings { bad_rows: BadRows::Stop, ..general() };
        let plan = house.plan("User ID,Department\n1,Harbour\n2,Harbour\n", &strict);
        keep(&house, "Ben Known", &["department"]);
        assert_eq!(house.carry_out(&plan).state, State::Refused);
        assert!(values(&house, "Anna Known").contains("Clerk Field"));
    }

    fn a_mark_does_not_stand_in_the_way_of_an_undo(db: &testkit::TestDb) {
        let house = furnished(db);
        let done = house.add("User ID,Name,Title\n1,Anna Known,Lead\n3,Carl New,Lead\n");
        keep(&house, "Anna Known", &["title"]);
        keep(&house, "Carl New", &["title"]);
        assert_eq!(house.undo(&done).state, State::Undone);
        assert!(values(&house, "Anna Known").contains("Clerk"));
        assert_eq!(house.names(), ["Anna Known", "Ben Known"]);
    }

    fn a_mark_can_be_taken_away(db: &testkit::TestDb) {
        let house = furnished(db);
        keep(&house, "Anna Known", &["title", "notes", "title"]);
        assert_eq!(house.person("Anna Known").kept, ["notes", "title"]);
        keep(&house, "Anna Known", &[]);
        assert_eq!(house.person("Anna Known").kept, [""; 0]);
        house.add(CHANGE);
        assert!(values(&house, "Anna Known").contains("Lead Office"));
    }

    fn only_who_may_edit_people_marks_known_fields(db: &testkit::TestDb) {
        let house = furnished(db);
        let anna = house.person("Anna Known").user.id;
        let uma = Person { first: "Uma", role: Some(Role::User), ..Person::default() };
        let ctx = house.as_user(&house.create(&uma).unwrap());
        let keep = |ctx: &directory::Ctx, field: &str| {
            let keys = [field.to_owned()];
            house.db.write_blocking(|tx| users::keep(tx, ctx, anna, &keys))
        };
        assert!(matches!(keep(&ctx, "title"), Err(KeepFields::Forbidden(_))));
        assert!(matches!(keep(&house.ctx, "password"), Err(KeepFields::Unknown(_))));
        assert!(matches!(keep(&house.ctx, "custom.nothing"), Err(KeepFields::Unknown(_))));
        assert_eq!(house.person("Anna Known").kept, [""; 0]);
    }
}
