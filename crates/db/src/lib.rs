//! One SQL text for SQLite and PostgreSQL: transactions, bulk writes, lists, migrations.
//!
//! The only place that knows which database runs. Not here: any table of the product beyond its
//! migrations, and any rule about what may be written.

mod address;
mod bulk;
mod connection;
mod error;
mod hold;
mod measure;
mod migrations;
mod pool;
mod postgres;
mod row;
mod select;
mod sql;
mod sqlite;
mod tables;
mod tls;
mod tx;
mod types;
mod value;

pub use address::would_be_made;
pub use bulk::{Bulk, Cells};
pub use error::{Error, OnConflict, Result};
pub use hold::Held;
pub use measure::register_metrics;
pub use migrations::{known_migrations, schema_checksum};
pub use pool::{Backend, Db, Options, PoolState};
pub use row::{Column, FromRow, Row};
pub use select::{Direction, Rows, Select};
pub use sql::Sql;
pub use tables::Table;
pub use tx::Tx;
pub use value::{Param, Read, Value};
