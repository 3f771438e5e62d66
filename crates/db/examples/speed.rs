//! Compares bulk writes and streamed reads with the bare drivers, on the same machine in one go.
//!
//! `cargo run --release -p db --example speed [ROWS]`; on PostgreSQL too if
//! `MUSTER_TEST_POSTGRES_URL` names a server.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement for people"
)]

use std::{ops::ControlFlow, time::Instant};

use db::{Db, Error, Options, Sql, bulk, params};
use fallible_iterator::FallibleIterator as _;
use kernel::{Ids, Timestamp};
use testkit::TestDb;
use uuid::Uuid;

const TABLE: &str = "create table people (id uuid not null, name text not null,
    email text not null, active boolean not null, created_at bigint not null, notes text)";
const READ: &str = "select id, name, email, active, created_at, notes from people";

#[derive(Clone)]
struct Person {
    id: Uuid,
    name: String,
    email: String,
    active: bool,
    created_at: i64,
    notes: Option<String>,
}

bulk!(Person => "people" { id, name, email, active, created_at, notes });

fn main() {
    let rows = std::env::args()
        .nth(1)
        .map_or(1_000_000, |rows| rows.parse().unwrap());
    let ids = Ids::system();
    let people: Vec<_> = (0..rows)
        .map(|n: u32| Person {
            id: ids.uuid(Timestamp::from_micros(i64::from(n))),
            name: format!("Given{n} Family{n}"),
            email: format!("person{n}@example.com"),
            active: !n.is_multiple_of(7),
            created_at: i64::from(n),
            notes: n.is_multiple_of(3).then(|| "a note".to_owned()),
        })
        .collect();
    sqlite(&people);
    match TestDb::postgres() {
        Ok(db) => postgres(&db, &people),
        Err(reason) => eprintln!("{reason}"),
    }
}

fn measure(what: &str, rows: usize, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let seconds = start.elapsed().as_secs_f64();
    println!("{what:32} {:>10.0} rows/s", rows as f64 / seconds);
}

fn ours(db: &Db, name: &str, people: &[Person]) {
    let run = |text| {
        db.write_blocking(|tx| tx.execute(&Sql::new("speed", text), params![]))
            .unwrap();
    };
    run(TABLE);
    measure(&format!("{name} bulk"), people.len(), || {
        db.write_blocking(|tx| tx.bulk(people)).unwrap();
    });
    measure(&format!("{name} for_each"), people.len(), || {
        let mut length = 0;
        db.read_blocking(|tx| {
            tx.for_each(&Sql::new("read", READ), params![], |row| {
                length += row.get::<&str>(1)?.len() + row.get::<&str>(2)?.len();
                length += row.get::<Option<&str>>(5)?.map_or(0, str::len);
                length += usize::from(row.get::<bool>(3)? && row.get::<i64>(4)? > 0);
                length += usize::from(row.get::<Uuid>(0)?.is_nil());
                Ok::<_, Error>(ControlFlow::Continue(()))
            })
        })
        .unwrap();
        assert!(length > 0);
    });
    run("drop table people");
}

fn sqlite(people: &[Person]) {
    let test = TestDb::sqlite();
    let db = Db::open(test.url(), &Options::default()).unwrap();
    ours(&db, "sqlite", people);
    let mut raw = rusqlite::Connection::open(test.url().strip_prefix("sqlite:").unwrap()).unwrap();
    raw.execute_batch("pragma cache_size = -65536; pragma wal_autocheckpoint = 16384")
        .unwrap();
    raw.execute_batch(TABLE).unwrap();
    measure("sqlite driver, insert", people.len(), || {
        let tx = raw.transaction().unwrap();
        let mut insert = tx
            .prepare("insert into people values (?, ?, ?, ?, ?, ?)")
            .unwrap();
        for person in people {
            let Person {
                id,
                name,
                email,
                active,
                created_at,
                notes,
            } = person;
            insert
                .execute(rusqlite::params![
                    id, name, email, active, created_at, notes
                ])
                .unwrap();
        }
        drop(insert);
        tx.commit().unwrap();
    });
    measure("sqlite driver, read", people.len(), || {
        let mut read = raw.prepare(READ).unwrap();
        let mut rows = read.query([]).unwrap();
        let mut length = 0;
        while let Some(row) = rows.next().unwrap() {
            length += row.get_ref(1).unwrap().as_str().unwrap().len();
            length += row.get_ref(2).unwrap().as_str().unwrap().len();
            length += row
                .get_ref(5)
                .unwrap()
                .as_str_or_null()
                .unwrap()
                .map_or(0, str::len);
            length +=
                usize::from(row.get::<_, bool>(3).unwrap() && row.get::<_, i64>(4).unwrap() > 0);
            length += usize::from(row.get::<_, Uuid>(0).unwrap().is_nil());
        }
        assert!(length > 0);
    });
}

fn postgres(test: &TestDb, people: &[Person]) {
    use ::postgres::{binary_copy::BinaryCopyInWriter, types::Type};

    ours(test, "postgres", people);
    let mut raw = ::postgres::Client::connect(test.url(), ::postgres::NoTls).unwrap();
    raw.batch_execute(TABLE).unwrap();
    measure("postgres driver, binary copy", people.len(), || {
        let types = [
            Type::UUID,
            Type::TEXT,
            Type::TEXT,
            Type::BOOL,
            Type::INT8,
            Type::TEXT,
        ];
        let mut tx = raw.transaction().unwrap();
        let sink = tx.copy_in("copy people from stdin binary").unwrap();
        let mut writer = BinaryCopyInWriter::new(sink, &types);
        for person in people {
            let Person {
                id,
                name,
                email,
                active,
                created_at,
                notes,
            } = person;
            writer
                .write(&[id, name, email, active, created_at, notes])
                .unwrap();
        }
        writer.finish().unwrap();
        tx.commit().unwrap();
    });
    measure("postgres driver, read", people.len(), || {
        let none: [&(dyn ::postgres::types::ToSql + Sync); 0] = [];
        let mut rows = raw.query_raw(READ, none).unwrap();
        let mut length = 0;
        while let Some(row) = rows.next().unwrap() {
            length += row.get::<_, &str>(1).len() + row.get::<_, &str>(2).len();
            length += row.get::<_, Option<&str>>(5).map_or(0, str::len);
            length += usize::from(row.get::<_, bool>(3) && row.get::<_, i64>(4) > 0);
            length += usize::from(row.get::<_, Uuid>(0).is_nil());
        }
        assert!(length > 0);
    });
}
