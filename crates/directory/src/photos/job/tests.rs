//! What the job does with what happened meanwhile, on both databases.

use std::time::Duration;

use testkit::{TestDb, on_both};

use super::*;
use crate::{
    notifications,
    photos::{Parcel, Size, batch::NewBatch, batch::Recognise, find, set, tests::portrait},
    scene::{account, person, set_status},
};

/// A batch as its job finds it.
fn begun(db: &TestDb, ctx: &Ctx, replace: bool) -> Batch {
    let new = NewBatch {
        id: ctx.new_id(),
        source_name: "photos.zip".to_owned(),
        recognise: vec![Recognise::Email],
        replace,
    };
    db.write_blocking(|tx| batch::begin(tx, ctx, &new)).unwrap();
    let found = db.read_blocking(|tx| batch::find(tx, ctx.account, new.id));
    found.unwrap().unwrap()
}

/// A file of somebody that became a photo.
fn made(user: UserId, of: u8) -> Made {
    Made {
        name: format!("{of}.png"),
        user: Some(user),
        outcome: Outcome::Stored,
        reason: String::new(),
        portrait: Some(portrait(of)),
    }
}

fn outcomes(db: &TestDb, ctx: &Ctx, batch: &Batch) -> Vec<(String, Option<UserId>)> {
    let results = db.read_blocking(|tx| batch::results(tx, ctx.account, batch.id, None, -1));
    let of_each = results.unwrap().into_iter();
    of_each
        .map(|result| (result.outcome, result.user))
        .collect()
}

fn photo(db: &TestDb, ctx: &Ctx, user: UserId) -> Option<Vec<u8>> {
    db.read_blocking(|tx| find(tx, ctx.account, user, Size::Large))
        .unwrap()
}

on_both! {
    fn what_happened_while_pictures_were_decoded_counts(db: &TestDb) {
        let owner = account(db, "Harbour");
        let [anna, ben, carla] = ["Anna Berg", "Ben Cole", "Carla Diaz"].map(|name| person(db, &owner, name).0);
        let batch = begun(db, &owner, false);
        let files = vec![made(anna, 1), made(ben, 2), made(carla, 3), made(carla, 4)];
        // Until then nobody had a photo, and everybody was there.
        db.write_blocking(|tx| set(tx, &owner, anna, &portrait(9))).unwrap();
        set_status(db, ben, "deleted");
        db.write_blocking(|tx| store(tx, &owner, &batch, files, (4, 4))).unwrap();
        assert_eq!(outcomes(db, &owner, &batch), [
            ("kept".to_owned(), Some(anna)),
            ("nobody".to_owned(), None),
            ("stored".to_owned(), Some(carla)),
            ("repeated".to_owned(), Some(carla)),
        ]);
        assert_eq!([anna, ben, carla].map(|user| photo(db, &owner, user)), [Some(vec![9]), None, Some(vec![3])]);
        let stands = db.read_blocking(|tx| batch::find(tx, owner.account, batch.id)).unwrap().unwrap();
        assert_eq!((stands.stored, stands.replaced, stands.kept, stands.refused), (1, 0, 1, 2));
    }

    fn a_photo_set_meanwhile_is_replaced_where_that_was_asked_for(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let batch = begun(db, &owner, true);
        db.write_blocking(|tx| set(tx, &owner, anna, &portrait(9))).unwrap();
        db.write_blocking(|tx| store(tx, &owner, &batch, vec![made(anna, 1)], (1, 1))).unwrap();
        assert_eq!(outcomes(db, &owner, &batch), [("replaced".to_owned(), Some(anna))]);
        assert_eq!(photo(db, &owner, anna), Some(vec![1]));
    }

    fn a_batch_whose_job_is_given_up_says_so_and_keeps_no_files(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (boss, boss_ctx) = person(db, &owner, "Olga Owner");
        let ctx = Ctx { actor: Actor { role: Role::Owner, ..boss_ctx.actor }, ..boss_ctx };
        let data = tempfile::tempdir().unwrap();
        let batch = begun(db, &ctx, false);
        let mut parcel = Parcel::begin(data.path(), batch.id, 100).unwrap();
        parcel.file("nobody.png").unwrap();
        parcel.finish().unwrap();
        let in_the_way = ResultRow {
            account_id: ctx.account, batch_id: batch.id, position: 0, name: String::new(),
            outcome: "nobody", reason: String::new(), user_id: None,
        };
        db.write_blocking(|tx| tx.bulk([&in_the_way])).unwrap();
        let context = Context::new((**db).clone(), ctx.clock.clone(), ctx.ids.clone());
        let runner = register(Runner::new(context), data.path());
        let stands = || db.read_blocking(|tx| batch::find(tx, ctx.account, batch.id)).unwrap().unwrap();
        for _ in 0..8 {
            assert!(stands().is_running());
            runner.run_one().unwrap().expect("it is tried again");
            ctx.clock.advance(Duration::from_hours(1));
        }
        assert!(stands().has_failed());
        assert_eq!(stands().error.as_deref(), Some("the work failed each time it was tried"));
        assert_eq!(fs::read_dir(data.path().join("photos")).unwrap().count(), 0);
        let told = db.read_blocking(|tx| notifications::list(tx, ctx.account, boss)).unwrap();
        assert_eq!(told[0].text, "photos.zip: no photo was stored, because the work failed each time it was tried");
        assert_eq!(runner.run_one().unwrap(), None);
    }
}
