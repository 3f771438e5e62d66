//! Binary COPY into a table made like `users`, in one transaction.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use postgres::{Client, NoTls};
use uuid::Uuid;

use super::{Column, Kind, Measured};
use crate::{process, spool::Spool};

pub(crate) struct Floor {
    client: Client,
    backend: i32,
}

impl Floor {
    pub(super) fn open(url: &str) -> Result<Self> {
        let mut client = Client::connect(url, NoTls).context("cannot connect to PostgreSQL")?;
        let backend = client.query_one("select pg_backend_pid()", &[])?.get(0);
        Ok(Self { client, backend })
    }

    pub(super) fn prepare(&mut self, filled: bool) -> Result<()> {
        self.client.batch_execute(
            "drop table if exists floor_users; create table floor_users (like users including all)",
        )?;
        if filled {
            // In the order of the ids, as the product's own table was filled.
            self.client.batch_execute(
                "insert into floor_users select * from users order by account_id, id",
            )?;
        }
        self.client.batch_execute("vacuum analyze floor_users")?;
        self.settle()
    }

    pub(super) fn columns(&mut self) -> Result<Vec<Column>> {
        let rows = self.client.query(
            "select attname::text, atttypid::regtype::text, not attnotnull from pg_attribute
             where attrelid = 'users'::regclass and attnum > 0 and not attisdropped order by attnum",
            &[],
        )?;
        rows.iter()
            .map(|row| {
                let kind = match row.get::<_, &str>(1) {
                    "uuid" => Kind::Id,
                    "text" => Kind::Text,
                    "bigint" => Kind::Number,
                    other => bail!("the floor does not know the type {other}"),
                };
                Ok(Column {
                    name: row.get(0),
                    nullable: row.get(2),
                    kind,
                })
            })
            .collect()
    }

    pub(super) fn account(&mut self) -> Result<[u8; 16]> {
        let row = self
            .client
            .query_opt(
                "select uuid_send(id) from accounts order by id limit 1",
                &[],
            )?
            .context("the database has no account: run `muster init` first")?;
        Ok(row.get::<_, Vec<u8>>(0).as_slice().try_into()?)
    }

    pub(super) fn load(&mut self, spool: &Spool) -> Result<Measured> {
        let server_cpu = self.server_seconds();
        let client_cpu = process::own_seconds()?;
        let clock = Instant::now();
        let mut transaction = self.client.transaction()?;
        let mut copy = transaction.copy_in("copy floor_users from stdin (format binary)")?;
        let mut file = spool.open()?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let length = file.read(&mut buffer)?;
            if length == 0 {
                break;
            }
            copy.write_all(buffer.get(..length).unwrap_or_default())?;
        }
        let rows = copy.finish()?;
        transaction.commit()?;
        let wall = clock.elapsed().as_secs_f64();
        Ok(Measured {
            rows,
            wall,
            client_cpu: process::own_seconds()? - client_cpu,
            server_cpu: self
                .server_seconds()
                .zip(server_cpu)
                .map(|(now, then)| now - then),
        })
    }

    /// The script somebody would write by hand: stage the file as text, check shapes, update, insert.
    pub(super) fn merge(&mut self, file: &Path) -> Result<Measured> {
        let account = Uuid::from_bytes(self.account()?);
        let server_cpu = self.server_seconds();
        let client_cpu = process::own_seconds()?;
        let clock = Instant::now();
        let mut transaction = self.client.transaction()?;
        transaction.batch_execute(&format!("set local bench.account = '{account}'"))?;
        transaction.batch_execute(include_str!("merge_stage.sql"))?;
        let mut copy = transaction.copy_in("copy staging from stdin (format csv, header)")?;
        let mut source = File::open(file)?;
        std::io::copy(&mut source, &mut copy)?;
        let rows = copy.finish()?;
        transaction.batch_execute(include_str!("merge_apply.sql"))?;
        transaction.commit()?;
        let wall = clock.elapsed().as_secs_f64();
        Ok(Measured {
            rows,
            wall,
            client_cpu: process::own_seconds()? - client_cpu,
            server_cpu: self
                .server_seconds()
                .zip(server_cpu)
                .map(|(now, then)| now - then),
        })
    }

    pub(super) fn server_seconds(&mut self) -> Option<f64> {
        process::server_seconds(self.backend)
    }

    pub(super) fn settle(&mut self) -> Result<()> {
        self.client
            .batch_execute("checkpoint")
            .context("cannot checkpoint: the floor's user needs that right")
    }

    pub(super) fn remove(&mut self) -> Result<()> {
        self.client
            .batch_execute("drop table if exists floor_users")?;
        Ok(())
    }
}
