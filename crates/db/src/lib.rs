//! One SQL text for SQLite and PostgreSQL: transactions, bulk writes, migrations.
