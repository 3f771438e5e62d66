//! The migrated schemas of the two databases are the same.

use std::{collections::BTreeSet, fmt::Debug, fs, path::Path};

use db::{Db, FromRow, Sql, params};
use testkit::TestDb;

/// A line of a schema: what it is about and what it says.
type Lines = BTreeSet<(String, String)>;

fn lines(db: &Db, text: &'static str) -> Lines {
    fetch::<(String, String)>(db, text).into_iter().collect()
}

fn fetch<T: FromRow>(db: &Db, text: &'static str) -> Vec<T> {
    db.read_blocking(|tx| tx.fetch(&Sql::new("schema", text), params![]))
        .unwrap()
}

#[track_caller]
fn assert_same<T: Ord + Debug>(sqlite: &BTreeSet<T>, postgres: &BTreeSet<T>) {
    let only = |left: &BTreeSet<T>, right: &BTreeSet<T>| -> Vec<String> {
        left.difference(right)
            .map(|line| format!("{line:?}"))
            .collect()
    };
    assert!(!sqlite.is_empty());
    assert_eq!(
        (only(sqlite, postgres), only(postgres, sqlite)),
        (Vec::new(), Vec::new()),
        "only on SQLite, and only on PostgreSQL"
    );
}

/// Columns: type, nullability, whether there is a default, place in the primary key.
const SQLITE_COLUMNS: &str = "
    select t.name || '.' || c.name,
      lower(c.type) || case when c.\"notnull\" then ' not null' else '' end
        || case when c.dflt_value is null then '' else ' default' end || ' key ' || c.pk
    from sqlite_schema t join pragma_table_info(t.name) c
    where t.type = 'table' and t.name <> 'schema_migrations'";
const POSTGRES_COLUMNS: &str = "
    select t.relname || '.' || c.attname,
      case format_type(c.atttypid, -1)
        when 'bigint' then 'integer' when 'boolean' then 'integer'
        when 'uuid' then 'blob' when 'bytea' then 'blob'
        when 'double precision' then 'real' else format_type(c.atttypid, -1) end
      || case when c.attnotnull then ' not null' else '' end
      || case when c.atthasdef then ' default' else '' end
      || ' key ' || coalesce(array_position(cast(k.conkey as smallint[]), c.attnum), 0)
    from pg_class t
    join pg_namespace s on s.oid = t.relnamespace and s.nspname = 'public'
    join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
    left join pg_constraint k on k.conrelid = t.oid and k.contype = 'p'
    where t.relkind in ('r', 'p') and t.relname <> 'schema_migrations'";

/// Indexes: unique or not, partial or not, and their columns in order.
const SQLITE_INDEXES: &str = "
    select i.name, t.name || case when i.\"unique\" then ' unique' else '' end
      || case when i.partial then ' partial' else '' end || ' ' || (
        select group_concat(coalesce(c.name, '?'), ',')
        from (select name from pragma_index_info(i.name) order by seqno) c)
    from sqlite_schema t join pragma_index_list(t.name) i
    where t.type = 'table' and t.name <> 'schema_migrations' and i.origin <> 'pk'";
const POSTGRES_INDEXES: &str = "
    select i.relname, t.relname || case when x.indisunique then ' unique' else '' end
      || case when x.indpred is null then '' else ' partial' end || ' ' || (
        select string_agg(coalesce(c.attname, '?'), ',' order by k.place)
        from unnest(cast(x.indkey as smallint[])) with ordinality k (number, place)
        left join pg_attribute c on c.attrelid = t.oid and c.attnum = k.number and c.attnum > 0)
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class t on t.oid = x.indrelid
    join pg_namespace s on s.oid = t.relnamespace and s.nspname = 'public'
    where not x.indisprimary and t.relname <> 'schema_migrations'";

/// References: from which columns to which table, and what a deletion does.
const SQLITE_REFERENCES: &str = "
    select t.name || '.' || group_concat(f.\"from\", ','),
      f.\"table\" || ' on delete ' || lower(f.on_delete)
    from sqlite_schema t join pragma_foreign_key_list(t.name) f
    where t.type = 'table'
    group by t.name, f.id, f.\"table\", f.on_delete";
const POSTGRES_REFERENCES: &str = "
    select t.relname || '.' || (
        select string_agg(c.attname, ',' order by k.place)
        from unnest(f.conkey) with ordinality k (number, place)
        join pg_attribute c on c.attrelid = t.oid and c.attnum = k.number),
      r.relname || ' on delete ' || case f.confdeltype
        when 'c' then 'cascade' when 'n' then 'set null' when 'r' then 'restrict'
        else 'no action' end
    from pg_constraint f
    join pg_class t on t.oid = f.conrelid
    join pg_class r on r.oid = f.confrelid
    join pg_namespace s on s.oid = t.relnamespace and s.nspname = 'public'
    where f.contype = 'f'";

#[test]
fn both_databases_have_the_same_columns_indexes_and_references() {
    let sqlite = TestDb::sqlite();
    testkit::on_postgres(|postgres| {
        assert_same(
            &lines(&sqlite, SQLITE_COLUMNS),
            &lines(postgres, POSTGRES_COLUMNS),
        );
        assert_same(
            &lines(&sqlite, SQLITE_INDEXES),
            &lines(postgres, POSTGRES_INDEXES),
        );
        assert_same(
            &lines(&sqlite, SQLITE_REFERENCES),
            &lines(postgres, POSTGRES_REFERENCES),
        );
    });
}

#[test]
fn both_databases_have_the_same_temporary_tables() {
    let sqlite = TestDb::sqlite();
    testkit::on_postgres(|postgres| {
        let on_sqlite = lines(
            &sqlite,
            "select t.name, group_concat(c.name || case c.\"notnull\" when 1 then '!' else '' end, ',')
             from sqlite_temp_schema t join pragma_table_info(t.name) c
             where t.type = 'table'
             group by t.name",
        );
        let on_postgres = lines(
            postgres,
            "select t.relname, string_agg(
               c.attname || case when c.attnotnull then '!' else '' end, ',' order by c.attnum)
             from pg_class t
             join pg_attribute c on c.attrelid = t.oid and c.attnum > 0
             where t.relnamespace = pg_my_temp_schema() and t.relkind = 'r'
             group by t.relname",
        );
        assert_same(&on_sqlite, &on_postgres);
    });
}

#[test]
fn both_trees_have_the_same_migrations() {
    let names = |backend: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(backend);
        let files = fs::read_dir(folder).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_same(&names("sqlite"), &names("postgres"));
    let applied: BTreeSet<_> = fetch::<(String,)>(
        &TestDb::sqlite(),
        "select name || '.sql' from schema_migrations union select 'session.sql'",
    )
    .into_iter()
    .map(|(name,)| name)
    .collect();
    assert_eq!(
        applied,
        names("sqlite"),
        "every file has its line in `MIGRATIONS`"
    );
}

#[test]
fn no_two_unique_indexes_have_the_same_columns() {
    let indexes = lines(&TestDb::sqlite(), SQLITE_INDEXES);
    let unique: Vec<_> = indexes
        .iter()
        .filter(|(_, line)| line.contains(" unique"))
        .map(|(_, line)| line.replace(" partial", ""))
        .collect();
    let different: BTreeSet<_> = unique.iter().collect();
    assert_eq!(
        unique.len(),
        different.len(),
        "a violation could not be told apart"
    );
}

#[test]
fn texts_in_indexes_are_ordered_by_their_bytes() {
    testkit::on_postgres(|db| {
        let others: Vec<(String,)> = fetch(
            db,
            "select distinct t.relname || '.' || c.attname
             from pg_index x
             join pg_class t on t.oid = x.indrelid
             join pg_namespace s on s.oid = t.relnamespace and s.nspname = 'public'
             join pg_attribute c on c.attrelid = t.oid and c.attnum = any (x.indkey)
             join pg_collation o on o.oid = c.attcollation
             where o.collname <> 'C' and t.relname <> 'schema_migrations'",
        );
        assert_eq!(
            others,
            [],
            "SQLite orders by bytes: these lack collate \"C\""
        );
    });
}

#[test]
fn sqlite_tables_are_strict() {
    let loose: Vec<(String,)> = fetch(
        &TestDb::sqlite(),
        "select name from pragma_table_list
         where schema = 'main' and type = 'table' and not strict
         and name not in ('schema_migrations', 'sqlite_schema')",
    );
    assert_eq!(loose, []);
}
