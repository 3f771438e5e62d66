//! Holding a name for as long as a process lives.
//!
//! Nothing has to expire: when the process dies, however it dies, the operating system (SQLite: a
//! lock on a file beside the database) or the server (PostgreSQL: a lock of a session) lets go of
//! the name at once. That is how others see that a worker is gone.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use crate::{
    address::Server,
    error::{Error, Result},
    params,
    pool::{Db, Origin},
    postgres::Connection,
    sql::Sql,
};

/// A server that no longer hears from the holder's machine gives up after about 20 seconds.
const KEEPALIVE: &str =
    "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3";
/// A lock of 64 bits is listed as its two halves.
static HELD: Sql = Sql::new(
    "held",
    "select exists (
       select 1
       from pg_locks l
       where l.locktype = 'advisory'
       and l.objsubid = 1
       and l.granted
       and l.database = (select oid from pg_database where datname = current_database())
       and (cast(l.classid as bigint) << 32) | cast(l.objid as bigint) = hashtextextended($1, 0)
     )",
);
/// Somebody who only looks takes the file's lock for a moment: try again before giving up.
const ATTEMPTS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(5);

/// A held name; dropping it lets go.
pub struct Held(Holder);

enum Holder {
    File { path: PathBuf, _lock: File },
    Session(Box<Connection>),
}

impl Held {
    /// Whether the name is still held, which a lost connection to the server ends.
    pub fn is_alive(&mut self) -> bool {
        match &mut self.0 {
            Holder::File { .. } => true,
            Holder::Session(connection) => connection
                .client()
                .is_ok_and(|client| client.is_valid(Duration::from_secs(5)).is_ok()),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        match &mut self.0 {
            // Removed while still locked: whoever opened it meanwhile finds another file there.
            Holder::File { path, .. } => drop(fs::remove_file(path)),
            // The end of the session would do, but the server takes a moment to notice that.
            Holder::Session(connection) => {
                connection.close_after("select pg_advisory_unlock_all()");
            }
        }
    }
}

impl Db {
    /// Holds a name until the result is dropped or the process dies; `None` if another has it.
    pub fn hold(&self, name: &str) -> Result<Option<Held>> {
        match self.origin() {
            Origin::Sqlite(database) => hold_file(&lock_path(database, name)),
            Origin::Postgres(server) => hold_session(server, name),
        }
    }

    /// Whether some process holds the name.
    pub fn is_held(&self, name: &str) -> Result<bool> {
        match self.origin() {
            Origin::Sqlite(database) => is_file_held(&lock_path(database, name)),
            Origin::Postgres(_) => self.read_blocking(|tx| {
                let (held,) = tx.fetch_one(&HELD, params![name])?;
                Ok(held)
            }),
        }
    }
}

/// `<database>.<hash of the name>.lock`, beside the database.
fn lock_path(database: &Path, name: &str) -> PathBuf {
    let hash = blake3::hash(name.as_bytes()).to_hex();
    let mut path = database.as_os_str().to_owned();
    path.push(".");
    path.push(hash.get(..16).unwrap_or_default());
    path.push(".lock");
    path.into()
}

fn hold_file(path: &Path) -> Result<Option<Held>> {
    for _ in 0..ATTEMPTS {
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(Error::unavailable)?;
        match lock.try_lock() {
            // The former holder may have removed the file between the opening and the locking.
            Ok(()) if is_at(&lock, path) => {
                return Ok(Some(Held(Holder::File {
                    path: path.to_owned(),
                    _lock: lock,
                })));
            }
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(Error::unavailable(error)),
        }
    }
    Ok(None)
}

fn is_file_held(path: &Path) -> Result<bool> {
    let Ok(lock) = File::open(path) else {
        return Ok(false);
    };
    match lock.try_lock() {
        Ok(()) => {
            // Left behind by a process that was killed.
            if is_at(&lock, path) {
                let _ = fs::remove_file(path);
            }
            Ok(false)
        }
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(Error::unavailable(error)),
    }
}

/// Whether the path still leads to this file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(there)) => open.ino() == there.ino() && open.dev() == there.dev(),
        _ => false,
    }
}

/// Elsewhere a file cannot be removed while it is open.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

fn hold_session(server: &Server, name: &str) -> Result<Option<Held>> {
    let mut connection = Connection::open(server)?;
    let client = connection.client()?;
    let take = "select pg_try_advisory_lock(hashtextextended($1, 0))";
    let taken = client
        .batch_execute(KEEPALIVE)
        .and_then(|()| client.query_one(take, &[&name]))
        .and_then(|row| row.try_get(0))
        .map_err(|error| Error::postgres("hold", error))?;
    Ok(if taken {
        Some(Held(Holder::Session(Box::new(connection))))
    } else {
        None
    })
}
