//! Two use cases at once, in an order that is always the same.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use db::{Backend, Error, Sql, Tx, params};

use crate::TestDb;

/// Who is not held up after so long will not be.
const PATIENCE: Duration = Duration::from_secs(5);
/// Whether somebody waits for what this transaction holds.
const WAITING: &str = "select count(*) as waiting from pg_locks \
     where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))";

/// Runs `second` while the writing transaction of `first` has done its work and is not committed; it is as soon as
/// `second` waits for it.
///
/// On SQLite, where only one writes at a time, `second` comes after `first`.
pub fn overtake<A, B, E>(
    db: &TestDb,
    first: impl FnOnce(&mut Tx<'_>) -> Result<A, E> + Send,
    second: impl FnOnce() -> B,
) -> (Result<A, E>, B)
where
    A: Send,
    E: From<Error> + Send,
{
    let (done, is_done) = mpsc::channel();
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            db.write_blocking(|tx| {
                let value = first(tx)?;
                // Nobody listens when the other one has failed.
                let _ = done.send(());
                if db.backend() == Backend::Postgres {
                    wait_until_awaited(tx)?;
                }
                Ok(value)
            })
        });
        // An error is the end of `first`, which says it below.
        let _ = is_done.recv();
        let answer = second();
        (first.join().expect("the first one ends"), answer)
    })
}

fn wait_until_awaited(tx: &mut Tx<'_>) -> db::Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let (waiting,): (i64,) = tx.fetch_one(&Sql::new("waiting", WAITING), params![])?;
        if waiting > 0 {
            return Ok(());
        }
        thread::yield_now();
    }
    Ok(())
}
