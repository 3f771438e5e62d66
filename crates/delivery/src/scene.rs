//! What the tests of this crate begin with.

use db::{Sql, params};
use kernel::{AccountId, Ids};
use testkit::{NOW, TestDb};

/// An account to send messages for.
pub(crate) fn account(db: &TestDb) -> AccountId {
    let id: AccountId = Ids::system().next(NOW);
    let insert = Sql::new(
        "account",
        "insert into accounts (id, slug, name, time_zone, created_at) values ($1, $2, 'Harbour', 'UTC', $3)",
    );
    db.write_blocking(|tx| tx.execute(&insert, params![id, id.to_string(), NOW]))
        .unwrap();
    id
}
