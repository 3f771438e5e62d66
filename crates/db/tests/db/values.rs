//! Values, rows, bulk writes and lists: what goes in comes out, on both databases.

use std::ops::ControlFlow;

use db::{Direction, Error, Row, Rows, Select, Sql, bulk, from_row, params};
use kernel::{Ids, Role, Timestamp, UserId};
use testkit::{NOW, TestDb, on_both};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq)]
struct Everything {
    id: UserId,
    uuid: Option<Uuid>,
    text: Option<String>,
    number: Option<i64>,
    float: Option<f64>,
    flag: Option<bool>,
    bytes: Option<Vec<u8>>,
    moment: Option<Timestamp>,
}

bulk!(Everything => "everything" { id, uuid, text, number, float, flag, bytes, moment: at });
from_row!(Everything {
    id,
    uuid,
    text,
    number,
    float,
    flag,
    bytes,
    moment: at
});

struct Note(i64, &'static str);
impl db::Bulk for Note {
    const TABLE: &'static str = "notes";
    const COLUMNS: &'static [&'static str] = &["id", "text"];
    fn write(&self, row: &mut db::Cells<'_, '_>) {
        row.put(&self.0).put(self.1);
    }
}

static ALL: Sql = Sql::new(
    "all",
    "select id, uuid, text, number, float, flag, bytes, at from everything order by id",
);

fn create(db: &TestDb) {
    // STRICT would want other names of types; the columns' affinities are what matters here.
    let text = "create table everything (id uuid not null, uuid uuid, text text, number bigint,
        float double precision, flag boolean, bytes bytea, at bigint)";
    db.write_blocking(|tx| tx.execute(&Sql::new("create", text), params![]))
        .unwrap();
}

fn full(ids: &Ids) -> Everything {
    Everything {
        id: ids.next(NOW),
        uuid: Some(ids.uuid(NOW)),
        text: Some("Zoë 'quoted' \\ \t €".to_owned()),
        number: Some(i64::MIN),
        float: Some(-0.25),
        flag: Some(true),
        bytes: Some(vec![0, 255, 10]),
        moment: Some(NOW),
    }
}

fn samples() -> Vec<Everything> {
    let ids = Ids::seeded(1);
    let empty = Everything {
        id: ids.next(NOW),
        uuid: None,
        text: None,
        number: None,
        float: None,
        flag: None,
        bytes: None,
        moment: None,
    };
    let blank = Everything {
        text: Some(String::new()),
        flag: Some(false),
        bytes: Some(Vec::new()),
        number: Some(0),
        ..full(&ids)
    };
    let mut samples = vec![full(&ids), empty, blank];
    samples.sort_by_key(|sample| sample.id);
    samples
}

on_both! {
    fn every_type_survives_a_bulk_write(db: &TestDb) {
        create(db);
        let samples = samples();
        let written = db.write_blocking(|tx| tx.bulk(&samples)).unwrap();
        assert_eq!(written, 3);
        let read: Vec<Everything> = db.read_blocking(|tx| tx.fetch(&ALL, params![])).unwrap();
        assert_eq!(read, samples);
        assert_eq!(db.write_blocking(|tx| tx.bulk::<Everything>(&[])).unwrap(), 0);
    }

    fn every_type_survives_as_a_parameter(db: &TestDb) {
        create(db);
        let insert = Sql::new(
            "insert",
            "insert into everything (id, uuid, text, number, float, flag, bytes, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let samples = samples();
        for sample in &samples {
            let Everything { id, uuid, text, number, float, flag, bytes, moment } = sample;
            db.write_blocking(|tx| {
                tx.execute(&insert, params![id, uuid, text, number, float, flag, bytes, moment])
            })
            .unwrap();
        }
        let read: Vec<Everything> = db.read_blocking(|tx| tx.fetch(&ALL, params![])).unwrap();
        assert_eq!(read, samples);
    }

    fn states_are_stored_by_their_names(db: &TestDb) {
        let name = Sql::new("name", "select cast($1 as text)");
        db.read_blocking(|tx| {
            assert_eq!(tx.fetch_one::<(String,)>(&name, params![Role::Manager])?.0, "manager");
            assert_eq!(tx.fetch_one::<(Role,)>(&name, params!["manager"])?.0, Role::Manager);
            let unknown = tx.fetch_one::<(Role,)>(&name, params!["emperor"]);
            assert!(matches!(unknown, Err(Error::Column { .. })));
            Ok::<_, Error>(())
        })
        .unwrap();
    }

    fn a_bulk_write_is_refused_whole(db: &TestDb) {
        crate::notes::create(db);
        let twice = [Note(1, "a"), Note(2, "b"), Note(3, "a")];
        let refused = db.write_blocking(|tx| {
            tx.savepoint(|tx| tx.bulk(&twice)).unwrap_err();
            tx.bulk(&twice)
        });
        assert!(refused.unwrap_err().is_unique("notes_text"));
        assert!(db.read_blocking(crate::notes::texts).unwrap().is_empty());
    }

    fn temporary_tables_are_empty_in_the_next_transaction(db: &TestDb) {
        struct Staged {
            id: Uuid,
        }
        bulk!(Staged => "staged_ids" { id });
        let count = Sql::new("count", "select count(*) from staged_ids");
        let staged: Vec<_> = (0..3).map(|n| Staged { id: Uuid::from_u128(n) }).collect();
        for _ in 0..2 {
            for write in [true, false] {
                let work = |tx: &mut db::Tx<'_>| {
                    assert_eq!(tx.fetch_one::<(i64,)>(&count, params![])?, (0,));
                    tx.bulk(&staged)?;
                    tx.fetch_one::<(i64,)>(&count, params![])
                };
                let counted =
                    if write { db.write_blocking(work) } else { db.read_blocking(work) };
                assert_eq!(counted.unwrap(), (3,));
            }
        }
    }

    fn a_column_is_read_by_its_position_or_its_name_and_only_as_what_it_is(db: &TestDb) {
        create(db);
        let samples = samples();
        db.write_blocking(|tx| tx.bulk(&samples)).unwrap();
        db.read_blocking(|tx| {
            tx.for_each(&ALL, params![], |row: &Row<'_>| {
                let id: UserId = row.get(0)?;
                assert_eq!(row.get::<UserId>("id")?, id);
                assert_eq!(row.get::<Option<&str>>("text")?, row.get::<Option<&str>>(2)?);
                assert!(matches!(row.get::<i64>(2), Err(Error::Column { .. })));
                assert!(matches!(row.get::<i64>("missing"), Err(Error::Column { .. })));
                assert!(matches!(row.get::<i64>(99), Err(Error::Column { .. })));
                Ok::<_, Error>(ControlFlow::Break(()))
            })
        })
        .unwrap();
    }

    fn a_row_type_insists_on_its_columns(db: &TestDb) {
        #[derive(Debug)]
        struct Swapped {
            _text: String,
            _id: Uuid,
        }
        from_row!(Swapped { _text: text, _id: id });
        create(db);
        let samples = samples();
        db.write_blocking(|tx| tx.bulk(&samples)).unwrap();
        let refused = db.read_blocking(|tx| tx.fetch::<Swapped>(&ALL, params![])).unwrap_err();
        assert_eq!(refused.to_string(), "column 0 of all is not text");
    }

    fn streams_many_rows_until_told_to_stop(db: &TestDb) {
        const ROWS: i64 = 2500;
        let numbers = Sql::new(
            "numbers",
            "with recursive numbers (n) as (select cast($1 as bigint) union all select n + 1 from numbers
             where n < $2) select n from numbers",
        );
        for last in [999, 1000, 1001, ROWS] {
            let mut sum = 0;
            db.read_blocking(|tx| {
                tx.for_each(&numbers, params![1_i64, last], |row| {
                    sum += row.get::<i64>(0)?;
                    Ok::<_, Error>(ControlFlow::Continue(()))
                })
            })
            .unwrap();
            assert_eq!(sum, last * (last + 1) / 2);
        }
        let mut seen = 0;
        db.read_blocking(|tx| {
            tx.for_each(&numbers, params![1_i64, ROWS], |_| {
                seen += 1;
                Ok::<_, Error>(if seen == 7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?;
            let stopped = tx.for_each(&numbers, params![1_i64, ROWS], |_| Err(Error::NotFound));
            assert!(matches!(stopped, Err(Error::NotFound)));
            // Neither is a failed statement.
            assert_eq!(tx.fetch::<(i64,)>(&numbers, params![1_i64, 3_i64])?.len(), 3);
            Ok::<_, Error>(())
        })
        .unwrap();
        assert_eq!(seen, 7);
    }

    fn a_list_is_read_page_by_page(db: &TestDb) {
        crate::notes::create(db);
        db.write_blocking(|tx| {
            (1..=10).try_for_each(|id| crate::notes::insert(tx, id, &format!("note {id}")))
        })
        .unwrap();
        let base = Sql::new("notes", "select id, text from notes where id > $1");
        for (direction, expected) in
            [(Direction::Ascending, [4, 6, 8, 10]), (Direction::Descending, [10, 8, 6, 4])]
        {
            let list = || {
                Select::new(&base, params![2_i64], &["id"], 3)
                    .direction(direction)
                    .and("id % $1 = $2", params![2_i64, 0_i64])
                    .and("text <> $1 or text is null", params!["nothing"])
            };
            let ids = db
                .read_blocking(|tx| {
                    let first: Vec<(i64, String)> = tx.select(&list())?;
                    let last = first.last().map_or(0, |note| note.0);
                    let second: Vec<(i64, String)> = tx.select(&list().after(params![last]))?;
                    assert_eq!(tx.count(&list(), 100)?, 4);
                    assert_eq!(tx.count(&list(), 2)?, 2);
                    Ok::<_, Error>([first, second].concat())
                })
                .unwrap();
            assert_eq!(ids.iter().map(|note| note.0).collect::<Vec<_>>(), expected);
        }
    }

    fn a_list_is_narrowed_by_other_rows(db: &TestDb) {
        crate::notes::create(db);
        db.write_blocking(|tx| {
            (1..=10).try_for_each(|id| crate::notes::insert(tx, id, &format!("note {id}")))
        })
        .unwrap();
        let base = Sql::new("notes", "select n.id from notes n where n.id > $1");
        let others = Sql::new("others", "select o.id from notes o where o.id < $1");
        let below = |most: i64| Rows::of(&others, params![most]);
        let tied = |most| below(most).and("o.id = n.id and o.id <> $1", params![5_i64]);
        let list = || Select::new(&base, params![3_i64], &["n.id"], 100);
        let ids = |select: Select| {
            let rows: Vec<(i64,)> = db
                .read_blocking(|tx| tx.select(&select.and("n.id < $1", params![9_i64])))
                .unwrap();
            rows.into_iter().map(|(id,)| id).collect::<Vec<_>>()
        };
        assert_eq!(ids(list().exists(&tied(7))), [4, 6]);
        assert_eq!(ids(list().lacks(&tied(7))), [5, 7, 8]);
        assert_eq!(ids(list().within("n.id", &below(7))), [4, 5, 6]);
    }
}
