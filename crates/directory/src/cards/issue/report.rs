//! What became of everybody in a bulk issue, row by row.

use std::io;

use db::{Db, params, sql};
use kernel::{CardNumber, CardRadix, CardRunId, Timestamp, UserId};
use tabular::{CsvFormat, CsvWriter};

use super::{CardRefusal, stored};
use crate::{Action, Ctx, activity, cards::CardSettings};

/// People read at a time.
const PAGE: i64 = 5_000;
/// The first row.
const HEADERS: [&str; 9] = [
    "User ID",
    "First name",
    "Last name",
    "Email",
    "Result",
    "Card ID",
    "Card type",
    "Card start",
    "Card end",
];

/// Writes a row for each person as CSV. It has whole card numbers, so it is noted who takes it.
pub fn report(
    db: &Db,
    ctx: &Ctx,
    id: CardRunId,
    output: impl io::Write,
) -> Result<(), CardRefusal> {
    ctx.require_for_all(Action::ManageCards)?;
    let radix = db.write_blocking(|tx| {
        let run = stored(tx, ctx.account, id)?.ok_or(CardRefusal::Unknown)?;
        let details = format!(
            "the results of {} cards issued, with their numbers",
            run.issued
        );
        activity::record(tx, ctx, "cards.report", Some(id.uuid()), &details)?;
        Ok::<_, CardRefusal>(CardSettings::load(tx, ctx.account)?.radix)
    })?;
    let mut csv = CsvWriter::new(output, CsvFormat::default());
    csv.write_row(HEADERS)?;
    let mut after: Option<UserId> = None;
    loop {
        let rows: Vec<Row> = db.read_blocking(|tx| {
            tx.fetch(
                sql!("card_runs/report"),
                params![ctx.account, id, after, PAGE],
            )
        })?;
        let Some(last) = rows.last() else {
            csv.finish()?.flush()?;
            return Ok(());
        };
        after = Some(last.user);
        for row in rows {
            csv.write_row(row.cells(radix).iter().map(String::as_str))?;
        }
    }
}

struct Row {
    user: UserId,
    outcome: String,
    external_id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    number: Option<String>,
    card_type: Option<String>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

impl db::FromRow for Row {
    fn from_row(row: &db::Row<'_>) -> db::Result<Self> {
        Ok(Self {
            user: row.get(0)?,
            outcome: row.get(1)?,
            external_id: row.get(2)?,
            first_name: row.get(3)?,
            last_name: row.get(4)?,
            email: row.get(5)?,
            number: row.get(6)?,
            card_type: row.get(7)?,
            starts_at: row.get(8)?,
            ends_at: row.get(9)?,
        })
    }
}

impl Row {
    fn cells(self, radix: CardRadix) -> [String; 9] {
        let number = self
            .number
            .and_then(|hex| hex.parse::<CardNumber>().ok())
            .map(|number| number.display(radix));
        let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        [
            self.external_id.unwrap_or_default(),
            self.first_name.unwrap_or_default(),
            self.last_name.unwrap_or_default(),
            self.email.unwrap_or_default(),
            self.outcome,
            number.unwrap_or_default(),
            self.card_type.unwrap_or_default(),
            moment(self.starts_at),
            moment(self.ends_at),
        ]
    }
}
