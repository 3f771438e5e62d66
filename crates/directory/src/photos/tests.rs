//! A photo of one person, on both databases.

use std::{fs, io, path::Path, time::Duration};

use db::Tx;
use jobs::{Context, Runner};
use kernel::PhotoBatchId;
use picture::Portrait;
use testkit::{TestDb, on_both, overtake};

use super::{
    Archive, Parcel, Size,
    batch::{self, NewBatch, Recognise},
    find, register, schedule_sweep, set,
};
use crate::{
    Ctx,
    scene::{account, person},
};

const DAY: Duration = Duration::from_hours(24);

pub(super) fn portrait(of: u8) -> Portrait {
    Portrait {
        large: vec![of],
        small: vec![of],
        hash: [of; 32],
    }
}

/// What waits in the data folder.
fn uploads(data: &Path) -> usize {
    fs::read_dir(data.join("photos")).unwrap().count()
}

/// An upload that was taken.
fn taken(ctx: &Ctx, data: &Path) -> PhotoBatchId {
    let id = ctx.new_id();
    let archive = Archive::begin(data, id, 100).unwrap();
    archive.finish();
    id
}

fn begin(db: &TestDb, ctx: &Ctx, id: PhotoBatchId) {
    let new = NewBatch {
        id,
        source_name: "photos.zip".to_owned(),
        recognise: vec![Recognise::Email],
        replace: false,
    };
    db.write_blocking(|tx| batch::begin(tx, ctx, &new)).unwrap();
}

#[test]
fn nothing_is_left_of_an_upload_that_was_broken_off() {
    let data = tempfile::tempdir().unwrap();
    let ids = kernel::Ids::system();
    let mut archive = Archive::begin(data.path(), ids.next(testkit::NOW), 5).unwrap();
    archive.write(b"12345").unwrap();
    assert_eq!(uploads(data.path()), 1);
    let refused = archive.write(b"6").unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    drop(archive);
    let mut parcel = Parcel::begin(data.path(), ids.next(testkit::NOW), 5).unwrap();
    parcel.file("a.png").unwrap();
    drop(parcel);
    assert_eq!(uploads(data.path()), 0);
}

on_both! {
    fn uploads_that_nobody_asks_for_are_removed_after_a_day(db: &TestDb) {
        let owner = account(db, "Harbour");
        let data = tempfile::tempdir().unwrap();
        let context = Context::new((**db).clone(), owner.clock.clone(), owner.ids.clone());
        let plan = || db.write_blocking(|tx| schedule_sweep(tx, &owner.ids, owner.now())).unwrap();
        plan();
        plan();
        let runner = register(Runner::new(context), data.path());
        // There is no folder yet.
        assert_eq!(runner.run_all_due().unwrap(), 1);
        let orphan = taken(&owner, data.path());
        owner.clock.advance(DAY * 2);
        let [running, fresh] = [taken(&owner, data.path()), taken(&owner, data.path())];
        // It waits longer than a day for its turn, behind a job of every day.
        begin(db, &owner, running);
        let later = db::Sql::new("later", "update jobs set run_at = run_at + 1000000000000 where kind = 'photos.batch'");
        db.write_blocking(|tx| tx.execute(&later, db::params![])).unwrap();
        assert_eq!(runner.run_all_due().unwrap(), 1);
        let there = |id: PhotoBatchId| data.path().join(format!("photos/{id}.zip")).exists();
        assert_eq!([orphan, running, fresh].map(there), [false, true, true]);
        owner.clock.advance(DAY * 2);
        assert_eq!(runner.run_all_due().unwrap(), 1);
        assert_eq!([running, fresh].map(there), [true, false]);
    }

    fn the_files_of_a_batch_that_has_ended_are_removed_after_a_death(db: &TestDb) {
        let owner = account(db, "Harbour");
        let data = tempfile::tempdir().unwrap();
        let id = taken(&owner, data.path());
        begin(db, &owner, id);
        let ended = db::Sql::new("ended", "update photo_batches set state = 'done'");
        db.write_blocking(|tx| tx.execute(&ended, db::params![])).unwrap();
        let context = Context::new((**db).clone(), owner.clock.clone(), owner.ids.clone());
        register(Runner::new(context), data.path()).run_all_due().unwrap();
        assert_eq!(uploads(data.path()), 0);
    }

    fn who_sets_the_same_photo_at_once_waits_and_does_not_fail(db: &TestDb) {
        let owner = account(db, "Harbour");
        let (anna, _) = person(db, &owner, "Anna Berg");
        let set = |tx: &mut Tx<'_>, of: u8| set(tx, &owner, anna, &portrait(of));
        let (first, second) = overtake(db, |tx| set(tx, 1), || db.write_blocking(|tx| set(tx, 2)));
        first.unwrap();
        second.unwrap();
        let stored = db.read_blocking(|tx| find(tx, owner.account, anna, Size::Small));
        assert_eq!(stored.unwrap(), Some(vec![2]));
    }
}
