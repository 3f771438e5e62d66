//! Rows about people who were deleted and can be restored.

use directory::{
    leaving::{self, Terms},
    users,
};
use import::{Former, Settings};
use kernel::UserId;
use testkit::{TestDb, on_both};

use crate::house::{House, general};

const FILE: &str = "First name,Last name,E-mail,Phone,User ID\n\
    Anna,Berg,anna@example.com,,E-1\n\
    Ben,Cole,ben@example.com,,E-2\n";

fn with_deleted(db: &TestDb) -> (House, UserId) {
    let house = House::new(db);
    house.add(FILE);
    let anna = house
        .db
        .read_blocking(|tx| users::lookup(tx, &house.ctx, "anna@example.com"))
        .unwrap();
    house.wait(1);
    house
        .db
        .write_blocking(|tx| leaving::delete(tx, &house.ctx, anna, None, Terms::default()))
        .unwrap();
    (house, anna)
}

on_both! {
    fn a_row_about_a_deleted_person_is_marked_and_makes_a_new_one(db: &TestDb) {
        let (house, anna) = with_deleted(db);
        let planned = house.plan(FILE, &general());
        assert_eq!(house.fates(&planned), "created unchanged");
        let told = house.told(&planned).join(" ");
        assert!(told.contains("was_deleted"), "{told}");
        let done = house.carry_out(&planned);
        assert_eq!(done.counts.created, 1);
        let stays = house.db.read_blocking(|tx| users::get(tx, house.ctx.account, anna)).unwrap();
        assert_eq!((stays.user.status.as_str(), stays.user.version), ("deleted", 2));
    }

    fn it_is_skipped_where_former_people_are(db: &TestDb) {
        let (house, _) = with_deleted(db);
        let settings = Settings { former: Former::Skip, ..general() };
        assert_eq!(house.fates(&house.plan(FILE, &settings)), "skipped unchanged");
    }

    fn deleted_people_of_a_file_come_back_before_it_is_started(db: &TestDb) {
        let (house, anna) = with_deleted(db);
        let planned = house.plan(FILE, &general());
        assert_eq!(house.imports.deleted_people(&house.ctx, planned.id).unwrap(), [anna]);
        assert_eq!(house.imports.restore_deleted(&house.ctx, planned.id, None).unwrap(), 1);
        let again = house.imports.check(&house.ctx, planned.id, &import::Watch::nobody()).unwrap();
        assert_eq!(house.fates(&again), "unchanged unchanged");
        assert!(house.imports.deleted_people(&house.ctx, planned.id).unwrap().is_empty());
    }
}
