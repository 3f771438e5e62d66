//! The rules for the SQL of all crates, checked on the files themselves.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use db::Sql;
use testkit::TestDb;

/// Statements with a text for each database. Every one has to be understood twice: keep them few.
const OVERRIDES: &[&str] = &[
    "db/migrations/exists",
    "db/tables/columns",
    "db/tables/references",
    "delivery/messages/claim",
    "directory/activity/hand_over",
    "directory/users/lock_staged",
    "jobs/jobs/claim",
    "jobs/jobs/keep",
    "webhooks/sender/claim",
];

/// Statements for all accounts at once: one sender sends for every account, and a report names its message.
const FOR_ALL_ACCOUNTS: &[&str] = &[
    "delivery/messages/due",
    "delivery/messages/requeue",
    "delivery/messages/workers",
    "webhooks/deliveries/waiting",
    "webhooks/sender/requeue",
    "webhooks/sender/workers",
];

/// Tables that belong to no account, or whose rows are found before the account is known.
const NOT_OF_AN_ACCOUNT: &[&str] = &[
    "accounts",
    "identities",
    "jobs",
    "password_resets",
    "recovery_codes",
    "schema_migrations",
    "second_factors",
    "sessions",
    "sign_in_steps",
    "tries",
];

/// What PostgreSQL may answer with; `numeric`, which `sum` makes, is to be cast.
const COLUMN_TYPES: &[&str] = &[
    "bool", "int8", "int4", "float8", "text", "varchar", "bytea", "uuid", "name",
];

/// A statement of some crate.
struct Statement {
    name: String,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Statement {
    fn sql(&self) -> Sql {
        Sql::pair("statement", self.sqlite, self.postgres)
    }
}

/// Reads `crates/*/sql/**/*.sql`.
fn statements() -> Vec<Statement> {
    let mut files = BTreeMap::new();
    for folder in fs::read_dir(crates()).unwrap() {
        let folder = folder.unwrap().path();
        let owner = folder.file_name().unwrap().to_str().unwrap().to_owned();
        read_folder(&folder.join("sql"), &owner, &mut files);
    }
    let names: BTreeSet<_> = files
        .keys()
        .map(|name| {
            name.trim_end_matches(".sqlite")
                .trim_end_matches(".postgres")
                .to_owned()
        })
        .collect();
    let text = |name: &str, backend: &str| -> &'static str {
        let own = files.get(&format!("{name}.{backend}"));
        own.or_else(|| files.get(name))
            .unwrap_or_else(|| panic!("{name} lacks one for {backend}"))
    };
    names
        .into_iter()
        .map(|name| Statement {
            sqlite: text(&name, "sqlite"),
            postgres: text(&name, "postgres"),
            name,
        })
        .collect()
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read_folder(folder: &Path, name: &str, files: &mut BTreeMap<String, &'static str>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_stem().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_folder(&path, &name, files);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            files.insert(name, fs::read_to_string(&path).unwrap().leak());
        }
    }
}

/// The words of a statement, without comments and quoted text.
fn words(text: &str) -> Vec<String> {
    let mut plain = String::new();
    for line in text.lines() {
        let line = line.split_once("--").map_or(line, |(code, _)| code);
        plain.extend(line.split('\'').step_by(2));
        plain.push('\n');
    }
    plain
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The tables a statement reads or writes.
fn tables(words: &[String]) -> BTreeSet<&str> {
    words
        .windows(2)
        .filter(|pair| ["from", "join", "into", "update"].contains(&pair[0].as_str()))
        .map(|pair| pair[1].as_str())
        .collect()
}

#[test]
fn every_statement_means_the_same_on_both_databases() {
    let lite = TestDb::sqlite();
    let path = lite.url().strip_prefix("sqlite:").unwrap();
    let sqlite = rusqlite::Connection::open(path).unwrap();
    let session = include_str!("../../migrations/sqlite/session.sql");
    sqlite.execute_batch(session).unwrap();

    testkit::on_postgres(|db| {
        let mut postgres = postgres::Client::connect(db.url(), postgres::NoTls).unwrap();
        let session = include_str!("../../migrations/postgres/session.sql");
        postgres.batch_execute(session).unwrap();

        let mut problems = Vec::new();
        for statement in statements() {
            let sql = statement.sql();
            let on_sqlite = sqlite.prepare(sql.sqlite()).map(|prepared| {
                let columns = prepared.column_names().map(str::to_owned).collect();
                (prepared.parameter_count(), columns)
            });
            let on_postgres = postgres.prepare(sql.postgres()).map(|prepared| {
                let names: Vec<_> = prepared
                    .columns()
                    .iter()
                    .map(|column| column.name().to_owned())
                    .collect();
                for column in prepared.columns() {
                    if !COLUMN_TYPES.contains(&column.type_().name()) {
                        let kind = column.type_();
                        problems.push(format!(
                            "{}: {} is {kind} on PostgreSQL",
                            statement.name,
                            column.name()
                        ));
                    }
                }
                (prepared.params().len(), names)
            });
            match (on_sqlite, on_postgres) {
                (Ok(sqlite), Ok(postgres)) if sqlite == postgres => {}
                (Ok(sqlite), Ok(postgres)) => problems.push(format!(
                    "{}: parameters and columns differ: {sqlite:?} and {postgres:?}",
                    statement.name
                )),
                (sqlite, postgres) => {
                    let name = &statement.name;
                    problems.extend(sqlite.err().map(|error| format!("{name}: SQLite: {error}")));
                    problems.extend(postgres.err().map(|error| {
                        let reason = error
                            .as_db_error()
                            .map(|refusal| refusal.message().to_owned());
                        format!(
                            "{name}: PostgreSQL: {}",
                            reason.unwrap_or(error.to_string())
                        )
                    }));
                }
            }
        }
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    });
}

#[test]
fn few_statements_have_a_text_for_each_database() {
    let overrides: Vec<_> = statements()
        .into_iter()
        .filter(|statement| statement.sqlite != statement.postgres)
        .map(|statement| statement.name)
        .collect();
    assert_eq!(overrides, OVERRIDES);
}

#[test]
fn every_statement_on_an_accounts_rows_names_the_account() {
    let lite = TestDb::sqlite();
    let of_accounts: Vec<(String,)> = lite
        .read_blocking(|tx| {
            let text = "select t.name from sqlite_schema t
                join pragma_table_info(t.name) c on c.name = 'account_id'
                where t.type = 'table'";
            tx.fetch(&Sql::new("tables", text), db::params![])
        })
        .unwrap();
    assert!(of_accounts.len() > 10);
    let careless: Vec<_> = statements()
        .into_iter()
        .filter(|statement| {
            let words = words(statement.postgres);
            let about_an_account = tables(&words).into_iter().any(|table| {
                !NOT_OF_AN_ACCOUNT.contains(&table)
                    && of_accounts.iter().any(|(name,)| name == table)
            });
            about_an_account
                && !words.iter().any(|word| word == "account_id")
                && !FOR_ALL_ACCOUNTS.contains(&statement.name.as_str())
        })
        .map(|statement| statement.name)
        .collect();
    assert_eq!(careless, [] as [&str; 0]);
}

#[test]
fn no_statement_counts_pages_off() {
    let counting: Vec<_> = statements()
        .into_iter()
        .filter(|statement| {
            words(statement.postgres)
                .iter()
                .any(|word| word == "offset")
        })
        .map(|statement| statement.name)
        .collect();
    assert_eq!(counting, [] as [&str; 0]);
}

#[test]
fn words_are_found_outside_comments_and_quotes() {
    let words = words("-- from a\nselect 'from b', x from Users u join groups");
    assert_eq!(tables(&words), BTreeSet::from(["users", "groups"]));
}
