//! A small table of the tests' own.

use db::{Db, Error, Result, Sql, Tx, params};

/// Makes the tables of the test.
pub(crate) fn create(db: &Db) {
    let statements = [
        "create table notes (id bigint not null primary key, text text not null, tag text, label text)",
        "create unique index notes_text on notes (text)",
        "create unique index notes_tag on notes (tag) where tag is not null",
        "create unique index notes_label on notes (lower(label)) where label is not null",
        "create table replies (note_id bigint not null references notes (id))",
    ];
    db.write_blocking(|tx| {
        for text in statements {
            tx.execute(&Sql::new("create", text), params![])?;
        }
        Ok::<_, Error>(())
    })
    .unwrap();
}

pub(crate) fn insert(tx: &mut Tx<'_>, id: i64, text: &str) -> Result<()> {
    let insert = Sql::new("insert", "insert into notes (id, text) values ($1, $2)");
    tx.execute(&insert, params![id, text]).map(drop)
}

/// The texts, in the order of their ids.
pub(crate) fn texts(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.fetch(
        &Sql::new("texts", "select text from notes order by id"),
        params![],
    )?;
    Ok(rows.into_iter().map(|(text,)| text).collect())
}
