//! Transactions, failures and values behave alike on both databases.

use db::{Db, Error, OnConflict as _, Sql, Tx, params};
use testkit::{TestDb, on_both};

on_both! {
    fn starts_migrated(db: &TestDb) {
        assert_eq!(db.pending().unwrap(), [] as [String; 0]);
    }
}
