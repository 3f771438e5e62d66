//! The first account, and only one of it.

use std::thread;

use identity::set_up::{self, SetUp};
use testkit::{TestDb, on_both};

use crate::person::{House, owner};

on_both! {
    fn the_first_account_comes_with_its_owner(db: &TestDb) {
        let house = House::empty(db);
        assert!(db.read_blocking(set_up::is_needed).unwrap());
        let made = db.write_blocking(|tx| set_up::first(tx, &house.clock, &house.ids, &owner()));
        assert_eq!(made.unwrap().0.slug, "harbour-facilities");
        assert!(!db.read_blocking(set_up::is_needed).unwrap());
        let owners = "select count(*) from users where role = 'owner' and status = 'active'";
        assert_eq!(house.count(owners), 1);
        assert_eq!(house.count("select count(*) from identities"), 1);
    }

    fn a_second_set_up_is_refused(db: &TestDb) {
        let house = House::with_owner(db);
        let again = db.write_blocking(|tx| set_up::first(tx, &house.clock, &house.ids, &owner()));
        assert!(matches!(again, Err(SetUp::Done)));
    }

    fn two_set_ups_at_once_make_one_account(db: &TestDb) {
        let house = House::empty(db);
        let made = thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|number| {
                    let house = &house;
                    scope.spawn(move || {
                        let mut owner = owner();
                        owner.email = kernel::Email::parse(&format!("o{number}@example.com")).unwrap();
                        house.db.write_blocking(|tx| {
                            set_up::first(tx, &house.clock, &house.ids, &owner)
                        })
                    })
                })
                .collect();
            tries.into_iter().map(|one| one.join().unwrap().is_ok()).collect::<Vec<_>>()
        });
        assert_eq!(made.iter().filter(|ok| **ok).count(), 1);
        assert_eq!(house.count("select count(*) from accounts"), 1);
    }

    fn another_account_with_the_same_sign_in_is_refused(db: &TestDb) {
        let house = House::with_owner(db);
        let again = db.write_blocking(|tx| set_up::account(tx, &house.clock, &house.ids, &owner()));
        assert!(matches!(again, Err(SetUp::EmailTaken)));
        assert_eq!(house.count("select count(*) from accounts"), 1);
    }
}
