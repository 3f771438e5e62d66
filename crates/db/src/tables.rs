//! Whole tables, read and written as they are, in the same form on both databases: what a backup is made of.
//!
//! Not here: what a backup file looks like, and which rows mean what.

use std::collections::BTreeMap;

use kernel::Timestamp;

use crate::{
    bulk::{self, Cells, Destination},
    error::{Error, Result},
    migrations, params,
    pool::Db,
    sql_pair,
    tx::{Driver, Tx},
    value::Value,
};

/// A table of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

impl Table {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its columns, by name.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

impl Db {
    /// Whether there is no table at all.
    pub fn has_no_tables(&self) -> Result<bool> {
        self.read_blocking(|tx| Ok(tx.all_tables()?.is_empty()))
    }

    /// The migrations that are applied, oldest first.
    pub fn applied(&self) -> Result<Vec<String>> {
        self.read_blocking(migrations::applied)
    }

    /// Makes the tables of these migrations, which must be the first ones of this program, and does `work` with
    /// them, all in one transaction.
    pub fn found<T, E: From<Error>>(
        &self,
        migrations: &[String],
        now: Timestamp,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write_blocking(|tx| {
            migrations::apply_first(tx, migrations, now)?;
            work(tx)
        })
    }
}

impl Tx<'_> {
    /// All tables but the list of migrations; a table comes after those it refers to.
    pub fn tables(&mut self) -> Result<Vec<Table>> {
        let tables = self.all_tables()?;
        let references: Vec<(String, String)> =
            self.fetch(sql_pair!("tables/references"), params![])?;
        let mut waiting: BTreeMap<String, Table> = tables
            .into_iter()
            .filter(|table| table.name != "schema_migrations")
            .map(|table| (table.name.clone(), table))
            .collect();
        let mut ordered = Vec::new();
        while !waiting.is_empty() {
            let is_free = |name: &String| {
                !references
                    .iter()
                    .any(|(from, to)| from == name && to != name && waiting.contains_key(to))
            };
            let free: Vec<String> = waiting
                .keys()
                .filter(|name| is_free(name))
                .cloned()
                .collect();
            if free.is_empty() {
                return Err(failed("tables that refer to each other in a circle"));
            }
            ordered.extend(free.iter().filter_map(|name| waiting.remove(name)));
        }
        Ok(ordered)
    }

    fn all_tables(&mut self) -> Result<Vec<Table>> {
        let columns: Vec<(String, String, i64)> =
            self.fetch(sql_pair!("tables/columns"), params![])?;
        let mut tables: Vec<(Table, BTreeMap<i64, String>)> = Vec::new();
        for (name, column, key_position) in columns {
            if tables.last().is_none_or(|(table, _)| table.name != name) {
                let table = Table {
                    name,
                    columns: Vec::new(),
                    key: Vec::new(),
                };
                tables.push((table, BTreeMap::new()));
            }
            if let Some((table, key)) = tables.last_mut() {
                if key_position > 0 {
                    key.insert(key_position, column.clone());
                }
                table.columns.push(column);
            }
        }
        let with_key = |(table, key): (Table, BTreeMap<i64, String>)| Table {
            key: key.into_values().collect(),
            ..table
        };
        Ok(tables.into_iter().map(with_key).collect())
    }

    /// Shows every row of a table in the order of its key, the values in the order of the columns.
    ///
    /// Both databases show the same: a boolean is 0 or 1, an id is 16 bytes.
    pub fn read_table<E: From<Error>>(
        &mut self,
        table: &Table,
        mut visit: impl FnMut(&[Value<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let order = if table.key.is_empty() {
            &table.columns
        } else {
            &table.key
        };
        let text = format!(
            "select {} from {} order by {}",
            quoted(&table.columns),
            quote(&table.name),
            quoted(order)
        );
        let width = table.columns.len();
        self.stream("table", &text, |row| {
            let mut values = Vec::with_capacity(width);
            for position in 0..width {
                let value = row
                    .value(position)
                    .ok_or_else(|| failed("no such column"))?;
                values.push(plain(value));
            }
            visit(&values)
        })
    }

    /// Writes rows as [`Tx::read_table`] shows them, until `next` has put none; says how many.
    pub fn write_table<E: From<Error>>(
        &mut self,
        table: &Table,
        mut next: impl FnMut(&mut Cells<'_, '_>) -> Result<bool, E>,
    ) -> Result<u64, E> {
        let mut refusal = None;
        let name = quote(&table.name);
        let columns = quoted(&table.columns);
        let to = Destination {
            statement: "table",
            table: &name,
            columns: &columns,
            width: table.columns.len(),
        };
        let written = self.write_rows(&to, |cells| match next(cells) {
            Ok(more) => more,
            Err(error) => {
                refusal = Some(error);
                false
            }
        })?;
        refusal.map_or(Ok(written), Err)
    }

    fn write_rows(
        &mut self,
        to: &Destination<'_>,
        next: impl FnMut(&mut Cells<'_, '_>) -> bool,
    ) -> Result<u64> {
        if let Driver::Sqlite(_) = self.driver {
            // A row may refer to a later one of its own table.
            self.batch("pragma defer_foreign_keys = on")?;
        }
        self.attempt(|driver| match driver {
            Driver::Sqlite(tx) => bulk::insert_rows(tx, to, next),
            Driver::Postgres(tx, prepared) => bulk::copy_rows(tx, prepared, to, next),
        })
    }
}

/// The value as both databases can show it.
fn plain(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Bool(yes) => Value::Int(yes.into()),
        other => other,
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| quote(name)).collect();
    names.join(", ")
}

fn failed(why: &'static str) -> Error {
    Error::Statement {
        statement: "table",
        source: why.into(),
    }
}
