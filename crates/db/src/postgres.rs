//! What only PostgreSQL needs: connecting, and statements prepared once per connection.

use std::collections::HashMap;

use postgres::{Client, Statement, types::Type};
use tokio::runtime::Handle;

use crate::{
    address::Server,
    error::{Error, Result},
    sql::Text,
};

/// More statements than the program has; only lists with many shapes of filters could reach it.
const STATEMENTS: usize = 512;

/// A connection with what was prepared on it.
pub(crate) struct Connection {
    client: Option<Client>,
    pub(crate) prepared: Prepared,
}

/// What a connection's server process has already understood.
#[derive(Default)]
pub(crate) struct Prepared {
    statements: HashMap<String, Statement>,
    columns: HashMap<String, Vec<Type>>,
}

impl Connection {
    /// Connects.
    pub(crate) fn open(server: &Server) -> Result<Self> {
        let client = server.connect()?;
        Ok(Self {
            client: Some(client),
            prepared: Prepared::default(),
        })
    }

    /// The driver's client, and what is prepared on it.
    pub(crate) fn parts(&mut self) -> Result<(&mut Client, &mut Prepared)> {
        match &mut self.client {
            Some(client) => Ok((client, &mut self.prepared)),
            None => Err(Error::unavailable("the connection is closed")),
        }
    }

    pub(crate) fn client(&mut self) -> Result<&mut Client> {
        self.parts().map(|(client, _)| client)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.as_ref().is_none_or(Client::is_closed)
    }
}

impl Connection {
    /// Runs a last statement, whose failure does not matter, and closes the connection.
    pub(crate) fn close_after(&mut self, statement: &'static str) {
        if let Some(mut client) = self.client.take() {
            off_runtime(move || drop(client.batch_execute(statement)));
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            off_runtime(move || drop(client));
        }
    }
}

/// Runs `work` here, or elsewhere if this is a thread of an async runtime: a client owns a runtime
/// of its own, which panics when it is used or dropped on a thread of another one.
fn off_runtime(work: impl FnOnce() + Send + 'static) {
    if Handle::try_current().is_ok() {
        std::thread::spawn(work);
    } else {
        work();
    }
}

impl Prepared {
    /// The statement, prepared now if it was not.
    pub(crate) fn statement(
        &mut self,
        tx: &mut postgres::Transaction<'_>,
        text: Text<'_>,
    ) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(text.postgres) {
            return Ok(statement.clone());
        }
        let statement = tx.prepare(text.postgres)?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements
            .insert(text.postgres.to_owned(), statement.clone());
        Ok(statement)
    }

    /// The types of the columns that `select` names, asked for once.
    pub(crate) fn columns(
        &mut self,
        tx: &mut postgres::Transaction<'_>,
        select: &str,
    ) -> Result<Vec<Type>, postgres::Error> {
        if let Some(types) = self.columns.get(select) {
            return Ok(types.clone());
        }
        let statement = tx.prepare(select)?;
        let types: Vec<_> = statement
            .columns()
            .iter()
            .map(|column| column.type_().clone())
            .collect();
        self.columns.insert(select.to_owned(), types.clone());
        Ok(types)
    }
}
