//! [`Db`]: the database as the rest of the program sees it.
//!
//! SQLite has one connection that writes and several that read; PostgreSQL has one pool for both.
//! Work is synchronous; the async forms move it to a blocking thread.

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::Timestamp;
use r2d2::{ManageConnection, Pool, PooledConnection};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::{
    address::{Address, Server},
    connection::{Access, Conn, Target},
    error::{Error, Result},
    measure, params,
    sql::Sql,
    sqlite::{self, Purpose},
    tx::Tx,
};

static SERVER_CLOCK: Sql = Sql::new(
    "server_clock",
    "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now",
);

/// Which database runs; for showing, not for deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded database, a file.
    Sqlite,
    /// A database server.
    Postgres,
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// How many connections there are, and how much memory SQLite may take.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections that read; on PostgreSQL, connections of both kinds.
    pub connections: u32,
    /// The page cache of SQLite's writing connection.
    pub sqlite_writer_cache_kib: u32,
    /// The page cache of each of SQLite's reading connections.
    pub sqlite_reader_cache_kib: u32,
    /// How long to wait for a free connection before it is [`Error::Busy`].
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 8,
            sqlite_writer_cache_kib: 64 * 1024,
            sqlite_reader_cache_kib: 4 * 1024,
            wait: Duration::from_mins(1),
        }
    }
}

/// How many connections a pool has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// What they are for: reading, writing, or all.
    pub name: &'static str,
    /// Connections nobody uses.
    pub idle: u32,
    /// Connections at work.
    pub in_use: u32,
}

/// A database; clones share its connections.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    reading: Lane,
    writing: Lane,
    origin: Origin,
}

/// What is needed to reach the database beside the pools.
pub(crate) enum Origin {
    Sqlite(PathBuf),
    Postgres(Server),
}

/// Connections of one kind, and places for those who wait for one without a thread.
#[derive(Clone)]
struct Lane {
    /// What it is called where connections are counted.
    name: &'static str,
    pool: Pool<Connections>,
    places: Arc<Semaphore>,
}

struct Connections(Target);

impl ManageConnection for Connections {
    type Connection = Conn;
    type Error = Error;

    fn connect(&self) -> Result<Conn> {
        self.0.connect()
    }

    fn is_valid(&self, _: &mut Conn) -> Result<()> {
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`.
    pub fn open(url: &str, options: &Options) -> Result<Self> {
        let origin = match url.parse()? {
            Address::Sqlite(path) => Origin::Sqlite(path),
            Address::Postgres(server) => Origin::Postgres(server),
        };
        let (reading, writing) = match &origin {
            Origin::Sqlite(path) => {
                sqlite::create(path)?;
                let target = |purpose, cache_kib| Target::Sqlite {
                    path: path.clone(),
                    purpose,
                    cache_kib,
                };
                // The writer comes first: it is what turns the log on that readers rely on.
                let writer = target(Purpose::Write, options.sqlite_writer_cache_kib);
                let writing = Lane::open("writing", writer, 1, options)?;
                let reader = target(Purpose::Read, options.sqlite_reader_cache_kib);
                let reading = Lane::open("reading", reader, options.connections, options)?;
                (reading, writing)
            }
            Origin::Postgres(server) => {
                let lane = Lane::open(
                    "all",
                    Target::Postgres(server.clone()),
                    options.connections,
                    options,
                )?;
                (lane.clone(), lane)
            }
        };
        Ok(Self(Arc::new(Inner {
            reading,
            writing,
            origin,
        })))
    }

    /// Which database this is, for showing.
    pub fn backend(&self) -> Backend {
        match self.0.origin {
            Origin::Sqlite(_) => Backend::Sqlite,
            Origin::Postgres(_) => Backend::Postgres,
        }
    }

    /// What the clock of the database server shows; nothing where the database is part of this process.
    pub fn server_clock(&self) -> Result<Option<Timestamp>> {
        match self.0.origin {
            Origin::Sqlite(_) => Ok(None),
            Origin::Postgres(_) => self.read_blocking(|tx| {
                let (now,) = tx.fetch_one::<(Timestamp,)>(&SERVER_CLOCK, params![])?;
                Ok(Some(now))
            }),
        }
    }

    /// How many connections there are, in each pool.
    pub fn pools(&self) -> Vec<PoolState> {
        let mut pools = vec![self.0.reading.state()];
        if let Origin::Sqlite(_) = self.0.origin {
            pools.push(self.0.writing.state());
        }
        pools
    }

    /// Sees that nothing that was deleted is left in the files of the database; `false` if readers were in the way.
    ///
    /// SQLite overwrites it at once, but for its log, which is emptied here. PostgreSQL does it by itself, when it
    /// vacuums.
    pub fn empty_log(&self) -> Result<bool> {
        match &self.0.origin {
            Origin::Sqlite(path) => sqlite::empty_log(path),
            Origin::Postgres(_) => Ok(true),
        }
    }

    /// Reads on this thread, which must not be one of an async runtime.
    ///
    /// All statements see the same moment, and nothing is kept of what is written.
    pub fn read_blocking<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.0.reading.run(Access::Read, work)
    }

    /// Writes on this thread, which must not be one of an async runtime; an `Err` undoes it all.
    pub fn write_blocking<T, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.0.writing.run(Access::Write, work)
    }

    /// [`Db::read_blocking`] on a blocking thread.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0
            .reading
            .clone()
            .run_off_thread(Access::Read, work)
            .await
    }

    /// [`Db::write_blocking`] on a blocking thread.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0
            .writing
            .clone()
            .run_off_thread(Access::Write, work)
            .await
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.0.origin
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Db").field(&self.backend()).finish()
    }
}

impl Lane {
    fn open(name: &'static str, target: Target, size: u32, options: &Options) -> Result<Self> {
        // The pool would only time out; connecting once says what is wrong.
        drop(target.connect()?);
        let pool = Pool::builder()
            .max_size(size.max(1))
            .min_idle(Some(1))
            .test_on_check_out(false)
            .max_lifetime(None)
            .connection_timeout(options.wait)
            .build_unchecked(Connections(target));
        Ok(Self {
            name,
            pool,
            places: Arc::new(Semaphore::new(size.max(1) as usize)),
        })
    }

    fn state(&self) -> PoolState {
        let state = self.pool.state();
        PoolState {
            name: self.name,
            idle: state.idle_connections,
            in_use: state.connections - state.idle_connections,
        }
    }

    fn run<T, E: From<Error>>(
        &self,
        access: Access,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut work = Some(work);
        // After a restart of the server every pooled connection is dead, and found to be so only
        // when a transaction begins on it: it is dropped, and the next one tried.
        for _ in 0..self.pool.max_size() {
            let mut conn = self.connection()?;
            let outcome = conn.run(access, &mut work);
            if work.is_none() || !conn.is_broken() {
                return outcome;
            }
        }
        self.connection()?.run(access, &mut work)
    }

    fn connection(&self) -> Result<PooledConnection<Connections>> {
        let began = Instant::now();
        let connection = self.pool.get().map_err(|_| Error::Busy);
        measure::waited(self.name, began.elapsed(), connection.is_ok());
        connection
    }

    async fn run_off_thread<T, E>(
        self,
        access: Access,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let places = Arc::clone(&self.places);
        let _place = places.acquire().await.map_err(Error::unavailable)?;
        match spawn_blocking(move || self.run(access, work)).await {
            Ok(outcome) => outcome,
            Err(failure) if failure.is_panic() => std::panic::resume_unwind(failure.into_panic()),
            Err(failure) => Err(Error::unavailable(failure).into()),
        }
    }
}
