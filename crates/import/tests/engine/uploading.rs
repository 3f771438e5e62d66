//! Files that arrive in parts: how many there may be, and who can read them.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use testkit::on_both;

use crate::house::House;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

on_both! {
    fn a_refused_upload_leaves_no_file(db: &testkit::TestDb) {
        let house = House::new(db);
        let begin = || house.imports.begin_upload(&house.ctx, "people.csv", 4);
        for _ in 0..50 {
            begin().unwrap();
        }
        assert_eq!(begin().unwrap_err().code(), "too_many_uploads");
        assert_eq!(files(&house.uploads()).len(), 50);
    }

    fn an_upload_is_read_by_nobody_else_on_the_machine(db: &testkit::TestDb) {
        let house = House::new(db);
        let upload = house.imports.begin_upload(&house.ctx, "people.csv", 4).unwrap();
        house.imports.append_upload(&house.ctx, upload.id, 0, &mut &b"Name"[..]).unwrap();
        let folder = house.uploads();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(files(&folder).iter().map(|file| mode(file)).collect::<Vec<_>>(), [0o600]);
    }
}
