//! A photo of one person, on both databases.

use std::{sync::Barrier, thread};

use picture::Portrait;
use testkit::{TestDb, on_both};

use super::{Size, find, set};
use crate::scene::{account, person};

pub(super) fn portrait(of: u8) -> Portrait {
    Portrait {
        large: vec![of],
        small: vec![of],
        hash: [of; 32],
    }
}

on_both! {
    fn who_sets_the_same_photo_at_once_waits_and_does_not_fail(db: &TestDb) {
        let owner = account(db, "Harbour");
        let start = Barrier::new(2);
        for round in 0..20 {
            let (anna, _) = person(db, &owner, &format!("Anna {round}"));
            thread::scope(|scope| {
                for of in [1, 2] {
                    let (start, owner) = (&start, &owner);
                    scope.spawn(move || {
                        start.wait();
                        db.write_blocking(|tx| set(tx, owner, anna, &portrait(of))).unwrap();
                    });
                }
            });
            let stored = db.read_blocking(|tx| find(tx, owner.account, anna, Size::Small)).unwrap();
            assert!(stored == Some(vec![1]) || stored == Some(vec![2]), "{stored:?}");
        }
    }
}
